"""`kiosk.toml`, there and back, and every mistake in it told in words."""

import tomllib
from pathlib import Path

import msgspec
import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import seal
from kiosk.errors import SettingsError
from kiosk.home import Home, home_from
from kiosk.language import catalogues, speaking
from kiosk.settings.printers import PrinterSettings, printer_named
from kiosk.settings.settings import (
    Export,
    Help,
    IdleSettings,
    PrivacySettings,
    Settings,
    Talk,
    Venue,
    load_settings,
    settings_text,
)
from kiosk.settings.store import StoreSettings
from kiosk.settings.texts import Languages, Texts
from kiosk.text import is_blank
from tests.languages import MARKED

KEY = seal.recipient_of(seal.identity_from(bytes(range(32))))  # always the same: tests are named after it
GOOD = Settings(venue=Venue(name="Sandhill House", key=KEY))

lines = st.text(st.characters(categories=["L", "M", "N", "P", "S"]), min_size=1, max_size=40).filter(
    lambda line: not is_blank(line)
)
seconds = st.integers(20, 10_000)
any_settings = st.builds(
    Settings,
    pack=st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
    venue=st.builds(Venue, name=lines, key=st.just(KEY), organisation=st.just("") | lines, place=lines),
    privacy=st.builds(
        PrivacySettings, days=st.integers(1, 10_000), basis=lines, contact=lines, complain=lines
    ),
    help=st.builds(Help, now=lines),
    talk=st.builds(Talk, read=lines),
    languages=st.builds(Languages, offered=st.lists(st.sampled_from(catalogues()), unique=True).map(tuple)),
    texts=st.dictionaries(
        st.from_regex(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", fullmatch=True),
        st.builds(Texts, help=st.just("") | lines, read=st.just("") | lines, contact=st.just("") | lines),
        max_size=3,
    ),
    printer=st.builds(
        PrinterSettings,
        kind=st.just("receipt"),
        device=st.sampled_from(["/dev/usb/lp0", "tcp://192.168.1.50:9100", "tcp://[fe80::1]:9100"]),
        columns=st.sampled_from([32, 42, 48]),
        profile=st.sampled_from(["default", "simple", "TM-T88V"]),
        queue=lines,
    )
    | st.builds(
        PrinterSettings, kind=st.just("page"), queue=st.from_regex(r"[a-z0-9_][\w.+@-]{0,40}", fullmatch=True)
    )
    | st.builds(
        PrinterSettings, device=lines, profile=lines, queue=lines, paper=st.sampled_from(["A4", "A6"])
    ),
    export=st.builds(
        Export, removable=st.booleans(), folders=st.lists(lines.map(lambda name: f"/srv/{name}/x")).map(tuple)
    ),
    store=st.just(StoreSettings())
    | st.builds(
        StoreSettings,
        endpoint=st.sampled_from(
            ["https://s3.example.org", "https://[2001:db8::1]:9000", "http://127.0.0.1:1"]
        ),
        bucket=st.from_regex(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", fullmatch=True),
        credentials=st.just("systemd") | lines.map(lambda name: f"/etc/{name}"),
    ),
    idle=st.builds(
        IdleSettings, warn=seconds, writing_warn=seconds, grace=seconds, desk=st.integers(60, 3600)
    ),
)


def loaded(folder: Path, text: str) -> Settings:
    file = folder / "kiosk.toml"
    file.write_text(text, encoding="utf-8", newline="")
    return load_settings(file)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        loaded(folder, text)
    assert str(folder / "kiosk.toml") in str(caught.value)
    return str(caught.value)


def spoilt(old: str, new: str) -> str:
    text = settings_text(GOOD)
    assert text.count(old) == 1
    return text.replace(old, new)


@given(any_settings)
def test_settings_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings
) -> None:
    assert loaded(tmp_path_factory.mktemp("settings"), settings_text(settings)) == settings


@pytest.mark.parametrize(
    "name",
    [
        'The "Old" House',
        r"back\slash \n \u0041",
        "it's",
        "'''",
        '"""',
        "# no comment",
        "<venue.key>",
        "{days} [bold] $x",
        "Tŷ Newydd",
        "日本語 العربية",
        "😀 é",
    ],
)
def test_any_name_of_one_line_survives_the_file(tmp_path: Path, name: str) -> None:
    venue = Venue(name=name, key=KEY, organisation=name)
    settings = Settings(venue=venue, help=Help(now=name))
    assert loaded(tmp_path, settings_text(settings)) == settings


def test_the_file_explains_itself_and_holds_every_setting() -> None:
    text = settings_text(GOOD)
    assert text.startswith("# ")
    assert tomllib.loads(text) == msgspec.json.decode(msgspec.json.encode(GOOD))


def test_a_file_with_the_venue_alone_or_with_a_mark_and_line_ends_of_windows_is_read(tmp_path: Path) -> None:
    assert loaded(tmp_path, f'[venue]\nname = "Sandhill House"\nkey = "{KEY}"\n') == GOOD
    assert loaded(tmp_path, "\ufeff" + settings_text(GOOD).replace("\n", "\r\n")) == GOOD


@pytest.mark.parametrize(
    ("section", "line", "says"),
    [
        ("privacy", 'days = "90"', "[privacy] days must be a number without quotes, for example 90."),
        ("privacy", "days = 9.5", "[privacy] days must be a whole number, for example 90."),
        ("privacy", "day = 90", "[privacy] day is not a name that is known here."),
        ("help", "now = 999", "[help] now must be a text in quotes."),
        ("texts.pl", "help = 999", "[texts] help must be a text in quotes."),
        ("texts.pl", 'now = "999"', "[texts] now is not a name that is known here."),
        ("languages", 'offered = "pl"', "[languages] offered must be a list in square brackets."),
        ("export", 'removable = "yes"', "[export] removable must be true or false, without quotes."),
        ("export", 'folders = "/srv"', "[export] folders must be a list in square brackets."),
        ("export", "folders = [1]", "[export] folders[0] must be a text in quotes."),
        ("hands", 'bounce = "0.4"', "[hands] bounce must be a number without quotes, for example 0.4."),
        ("colours", "dark = true", "colours is not a name that is known here."),
        ("idle", "desk = 5", "[idle] desk must be from 60 to 3600 seconds."),
    ],
)
def test_a_setting_of_the_wrong_kind_is_named_with_what_it_must_be(
    tmp_path: Path, section: str, line: str, says: str
) -> None:
    text = f'[venue]\nname = "Sandhill House"\nkey = "{KEY}"\n[{section}]\n{line}\n'
    assert refused(tmp_path, text) == f"{tmp_path / 'kiosk.toml'}: {says}"


def test_a_key_that_is_left_out_is_named(tmp_path: Path) -> None:
    said = refused(tmp_path, '[venue]\nname = "Sandhill House"\n')
    assert said.endswith("kiosk.toml: [venue] key is missing.")


def test_a_file_that_is_not_there_says_to_set_up(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="kiosk setup"):
        load_settings(tmp_path / "kiosk.toml")


def test_a_folder_in_its_place_and_other_encodings_are_named(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_bytes(settings_text(GOOD).replace("Sandhill", "Caf\u00e9").encode("cp1252"))
    with pytest.raises(SettingsError, match=r"kiosk\.toml cannot be read.*UTF-8"):
        load_settings(file)
    file.unlink()
    file.mkdir()
    with pytest.raises(SettingsError, match=r"kiosk\.toml cannot be read"):
        load_settings(file)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 1", "version = 2", "newer version"),
        ("version = 1", 'version = "1"', "version"),
        ('pack = "strengths"', 'pack = "../strengths"', "pack"),
        ('pack = "strengths"', 'pack = ""', "pack"),
        ('pack = "strengths"', "pack = strengths", "line 4"),
        ('name = "Sandhill House"', 'name = "  "', "[venue] name must"),
        ('name = "Sandhill House"', 'name = "Sand\\u001b[2Jhill"', "control characters"),
        ('name = "Sandhill House"', 'name = "Sand\\u202ehill"', "control characters"),
        ('name = "Sandhill House"', 'name = "Sand\\nhill"', "one line"),
        ('organisation = ""', 'organisation = " "', "[venue] organisation must"),
        ('place = ""', 'place = "a\\u001b"', "[venue] place must"),
        (f'key = "{KEY}"', f'key = "{KEY[:-1]}"', "age1"),
        (f'key = "{KEY}"', 'key = ""', "age1"),
        (f'now = "{Help().now}"', 'now = ""', "[help] now must"),
        ('machine = ""', 'machine = "Ann\\u001b[2J"', "[help] machine must"),
        (f'read = "{Talk().read}"', 'read = " "', "[talk] read must"),
        (f'read = "{Talk().read}"', 'read = "At\\nnoon."', "one line"),
        ("days = 90", "days = 0", "days"),
        ("days = 90", "days = true", "days"),
        ("days = 90", "days = " + "9" * 5000, ""),
        *(
            ("offered = []", f'offered = ["{tag}"]', f"and {tag!r} is none. The kiosk speaks these: ")
            for tag in ("Polish", "", "../pl", "PL", "pl/")
        ),
        ("offered = []", 'offered = ["pl", "pl"]', "[languages] offered must name each language once."),
        ("\n[texts]", '\n[texts.Polish]\nhelp = "x"', "[texts] must have tables named after languages"),
        ("\n[texts]", '\n[texts.pl]\nhelp = " "', "[texts.pl] help must not be blank."),
        ("\n[texts]", '\n[texts.pl]\nread = "a\\u001b"', "[texts.pl] read must be one line"),
        (f'basis = "{PrivacySettings().basis}"', 'basis = " "', "[privacy] basis must"),
        (f'contact = "{PrivacySettings().contact}"', 'contact = ""', "[privacy] contact must"),
        (f'complain = "{PrivacySettings().complain}"', 'complain = ""', "[privacy] complain must"),
        ("folders = []", 'folders = ["exports"]', "export] folders must be whole paths"),
        ("folders = []", 'folders = ["/srv/exports", "~/exports"]', "export] folders must be whole paths"),
        ("folders = []", 'folders = [""]', "export] folders must be whole paths"),
        ("folders = []", 'folders = ["/"]', "export] folders must be whole paths"),
        ("folders = []", 'folders = ["//"]', "export] folders must be whole paths"),
        ("folders = []", 'folders = ["//srv/exports"]', "export] folders must be whole paths"),
        ("folders = []", 'folders = ["/srv/../etc"]', "export] folders must be whole paths"),
        ("folders = []", 'folders = ["/srv/a\\u001b"]', "export] folders must be whole paths"),
        *(
            ('program = "espeak-ng"', f'program = "{other}"', "[voice] program must be")
            for other in ("/home/kiosk/voice", "sh", "../voice", "kiosk-voice/../sh", "kiosk-voice -x", "-v")
        ),
        *(
            ('device = ""\n# true', f'device = "{other}"\n# true', "[voice] device must be")
            for other in ("-x", "file:words.wav", "tee:default,words.wav", "hw:1 -x", "../x")
        ),
        ("\nwarn = 90", "\nwarn = 19", "20 seconds"),
        ("writing_warn = 180", "writing_warn = 0", "20 seconds"),
        ("grace = 60", "grace = 19", "20 seconds"),
        ("[idle]", "[idle", "line"),
    ],
)
def test_each_mistake_is_refused_with_the_files_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refused(tmp_path, spoilt(old, new))


RECEIPT = PrinterSettings(kind="receipt", device="/dev/usb/lp0")
PAGE = PrinterSettings(kind="page", queue="office")


def test_a_printer_is_named_by_its_device_its_address_or_its_queue() -> None:
    address = "tcp://192.168.1.50:9100"
    named = [printer_named(name) for name in ("none", "/dev/usb/lp0", address, "office")]
    assert named == [PrinterSettings(), RECEIPT, PrinterSettings(kind="receipt", device=address), PAGE]
    with pytest.raises(SettingsError, match="device must be a device"):
        printer_named("../lp0")


@pytest.mark.parametrize(
    ("printer", "old", "new", "said"),
    [
        (RECEIPT, 'kind = "receipt"', 'kind = "fax"', '[printer] kind must be "none", "receipt" or "page".'),
        (RECEIPT, 'kind = "receipt"', "kind = 1", "printer] kind"),
        (RECEIPT, 'device = "/dev/usb/lp0"', 'device = ""', "printer] device must be a device"),
        (RECEIPT, 'device = "/dev/usb/lp0"', 'device = "lp0"', "printer] device must be a device"),
        (RECEIPT, 'device = "/dev/usb/lp0"', 'device = "/home/slips"', "printer] device must be a device"),
        (RECEIPT, 'device = "/dev/usb/lp0"', 'device = "tcp://printer:9100"', "address"),
        (RECEIPT, 'device = "/dev/usb/lp0"', 'device = "tcp://192.168.1.50"', "with its port"),
        (RECEIPT, 'device = "/dev/usb/lp0"', 'device = "tcp://192.168.1.50:0"', "with its port"),
        (RECEIPT, 'device = "/dev/usb/lp0"', 'device = "tcp://192.168.1.50:65536"', "with its port"),
        (RECEIPT, 'device = "/dev/usb/lp0"', 'device = "tcp://192.168.1.500:9100"', "address"),
        (RECEIPT, 'device = "/dev/usb/lp0"', 'device = "http://192.168.1.50:9100"', "address"),
        (
            RECEIPT,
            'device = "/dev/usb/lp0"',
            'device = "/dev/lp\\u001b0"',
            "[printer] device must be one line",
        ),
        (RECEIPT, "columns = 48", "columns = 40", "[printer] columns must be 32, 42 or 48."),
        (
            RECEIPT,
            'profile = "default"',
            'profile = "TM-T20IV"',
            "[printer] profile 'TM-T20IV' does not exist. Use one of: CT-S651",
        ),
        (RECEIPT, 'profile = "default"', 'profile = "OCD-300"', "profile 'OCD-300' does not exist"),
        (PAGE, 'queue = "office"', 'queue = ""', "printer] queue must be the name of a queue"),
        (PAGE, 'queue = "office"', 'queue = "-a"', "printer] queue must be the name of a queue"),
        (PAGE, 'queue = "office"', 'queue = "two words"', "printer] queue must be the name of a queue"),
        (PAGE, 'paper = "A4"', 'paper = "A5"', '[printer] paper must be "A6" or "A4".'),
    ],
)
def test_each_mistake_about_the_printer_is_refused(
    tmp_path: Path, printer: PrinterSettings, old: str, new: str, said: str
) -> None:
    text = settings_text(Settings(venue=GOOD.venue, printer=printer))
    assert text.count(old) == 1
    assert said in refused(tmp_path, text.replace(old, new))


def test_settings_from_before_there_were_printers_name_none(tmp_path: Path) -> None:
    text = settings_text(GOOD)
    start, end = text.index("# The printer for customers"), text.index("# Seconds without a key")
    assert loaded(tmp_path, text[:start] + text[end:]).printer == PrinterSettings(kind="none")


def test_unless_settings_say_more_files_go_to_removable_disks_alone(tmp_path: Path) -> None:
    text = settings_text(GOOD)
    start, end = text.index("# Where staff and leads can write files"), text.index("# Seconds without a key")
    assert loaded(tmp_path, text[:start] + text[end:]).export == Export(removable=True, folders=())


def test_every_printer_that_can_be_named_is_one_that_the_library_knows(tmp_path: Path) -> None:
    text = settings_text(Settings(venue=GOOD.venue, printer=RECEIPT))
    listed = (
        refused(tmp_path, text.replace('"default"', '"?"'))
        .partition("Use one of: ")[2]
        .rstrip(".")
        .split(", ")
    )
    assert {"default", "simple", "TM-T20II", "TM-T88V"} <= set(listed)
    for name in listed:
        assert loaded(tmp_path, text.replace('"default"', f'"{name}"')).printer.profile == name


@pytest.mark.parametrize("text", ["", "  ", "two\nlines", "esc\x1b", "del\x7f", "lone \ud800", "rlo\u202e"])
def test_a_text_that_could_not_be_read_back_is_never_written(text: str) -> None:
    for settings in (
        Settings(venue=GOOD.venue, help=Help(now=text)),
        Settings(venue=GOOD.venue, talk=Talk(read=text)),
        Settings(venue=Venue(name=text, key=KEY)),
        Settings(venue=GOOD.venue, privacy=PrivacySettings(contact=text)),
    ):
        with pytest.raises(SettingsError):
            settings_text(settings)


def test_the_words_for_the_pack_say_who_runs_the_place() -> None:
    assert GOOD.words()["organisation"] == "Sandhill House"
    run = Settings(venue=Venue(name="Sandhill House", key=KEY, organisation="Homes for All"))
    assert (run.words()["organisation"], run.words()["venue"]) == ("Homes for All", "Sandhill House")
    assert (GOOD.words()["days"], GOOD.words()["idle"]) == ("90", "90 seconds")
    assert msgspec.structs.replace(GOOD, idle=IdleSettings(warn=180)).words()["idle"] == "3 minutes"


def test_a_default_is_translated_and_a_venues_own_text_stays_as_it_is() -> None:
    own = msgspec.structs.replace(GOOD, help=Help(now="Ring Ann."), talk=Talk(read="Staff read it at noon."))
    with speaking(MARKED):
        assert str(own.told("help")) == "Ring Ann."
        assert str(own.told("read")) == "Staff read it at noon."
        for name in ("basis", "contact", "complain"):
            assert str(own.told(name)).startswith("~")
        filled = "{basis} {contact} {complain} {help}".format_map(GOOD.words())
    assert filled.count("~") == 4
    assert GOOD.told("help") == str(GOOD.told("help")) == GOOD.help.now


def test_a_venue_has_texts_of_its_own_in_other_languages() -> None:
    theirs = Texts(help="Zadzwoń pod 999.", basis="w naszej polityce")
    settings = msgspec.structs.replace(GOOD, talk=Talk(read="At noon."), texts={MARKED.tag: theirs})
    with speaking(MARKED):
        said = {name: str(text) for name, text in settings.words().items()}
        assert str(settings.told("read")) == "At noon."
    assert said["help"] == "Zadzwoń pod 999."
    assert said["basis"] == "w naszej polityce"
    assert said["contact"] == f"~{PrivacySettings().contact}"
    assert str(settings.told("help")) == Help().now


def test_texts_in_another_language_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    theirs = {"pl": Texts(help="Zadzwoń <venue.key>."), "pt-BR": Texts(read="Ao meio-dia.")}
    text = settings_text(msgspec.structs.replace(GOOD, texts=theirs))
    assert (
        '[texts]\n[texts.pl]\nhelp = "Zadzwoń <venue.key>."\n[texts.pt-BR]\nread = "Ao meio-dia."\n' in text
    )
    assert loaded(tmp_path, text).texts == theirs


def test_what_is_written_to_the_file_is_english_whatever_is_spoken() -> None:
    english = settings_text(GOOD)
    with speaking(MARKED):
        assert settings_text(GOOD) == english


def test_languages_that_are_offered_are_those_that_the_kiosk_speaks(tmp_path: Path) -> None:
    offered = msgspec.structs.replace(GOOD, languages=Languages(offered=("pl", "cy")))
    assert loaded(tmp_path, settings_text(offered)).languages.offered == ("pl", "cy")
    assert GOOD.languages.offered == ()
    assert {"en", "cy", "pl", "ro", "so", "uk"} <= {*catalogues()}


def test_the_home_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/kim")
    assert home_from({"KIOSK_HOME": "/srv/kiosk"}).root == Path("/srv/kiosk")
    assert home_from({"KIOSK_HOME": "here"}).root == tmp_path / "here"
    assert home_from({"KIOSK_HOME": "~/there"}).root == Path("/home/kim/there")
    own = platformdirs.user_data_path("strengths-kiosk", appauthor=False)
    assert home_from({}).root == home_from({"KIOSK_HOME": ""}).root == own


def test_the_home_of_a_user_who_is_not_there_is_refused_in_words() -> None:
    with pytest.raises(SettingsError, match="KIOSK_HOME"):
        home_from({"KIOSK_HOME": "~nobody-of-this-name/kiosk"})


def test_asking_for_paths_makes_nothing(home: Home) -> None:
    assert not home.is_set_up()
    assert not home.has_desk()
    assert not home.root.exists()
    home.staff.mkdir(parents=True)
    assert not home.has_desk()
    (home.staff / "1.json").touch()
    assert home.has_desk()
    home.settings.touch()
    assert home.is_set_up()
