"""Settings: `kiosk.toml`, typed."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import get_args

import msgspec
from msgspec.structs import asdict

from kiosk import seal, untrusted
from kiosk.content import content
from kiosk.errors import SealError, SettingsError
from kiosk.home import Home
from kiosk.language import Words, duration, english
from kiosk.pack.library import Library
from kiosk.pack.shipped import DEFAULT
from kiosk.settings.limits import MOST_DAYS
from kiosk.settings.printers import PrinterSettings, check_printer
from kiosk.settings.store import PlacesSettings, StoreSettings, check_places, check_store
from kiosk.settings.texts import Languages, TextName, Texts, check_languages, check_texts, default, told
from kiosk.text import is_blank, is_line
from kiosk.vault import durable
from kiosk.vault.durable import DISK, Disk

SETTINGS_VERSION = 1
DESK_IDLE = range(60, 3601)
"""Seconds: less locks the desk in the middle of a sentence, more leaves it open over a break."""
OFFERED_MOST = 3
"""Packs that Welcome offers beside the one that it starts: more do not fit on a screen of 56 by 16."""
FUNCTION_KEYS = frozenset(f"f{number}" for number in range(13, 25))
"""The keys that assistive keypads send and keyboards have not."""
MOST_BYTES = 1 << 16
"""`kiosk.toml` has about 5,000."""


class Venue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The place, and the public half of its key."""

    name: str
    key: str
    """An age recipient, `age1…`. Pages are sealed to it."""
    organisation: str = ""
    """Who runs the place; the venue's name where it is empty."""
    place: str = ""
    """What other machines call this one; the venue's name where it is empty."""


class PrivacySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the privacy page tells before the first question."""

    days: int = 90
    """How long an entry is kept after its last page."""
    basis: str = default("basis")
    """The lawful basis the organisation has set. It ends the sentence "Our reason is …"."""
    contact: str = default("contact")
    """Whom to ask to see, correct or delete an entry."""
    complain: str = default("complain")
    """To whom to complain."""


class Help(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where to get help now, shown wherever people write, and with the machine."""

    now: str = default("help")
    machine: str = ""
    """Who looks after this machine, with a number: shown where the kiosk does not open."""


class Talk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """For customers who ask to talk to somebody."""

    read: str = default("read")
    """When staff see it: a whole sentence."""


class IdleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When nobody touches the machine, in seconds."""

    warn: int = 90
    writing_warn: int = 180
    """Where people write."""
    grace: int = 60
    """How long the warning stays before the visit is cleared. At least 20 (WCAG 2.2.1)."""
    desk: int = 600
    """After how long an unlocked desk locks itself, in `DESK_IDLE`."""


class Hands(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is taken for one movement of a hand (EN 301 549, 5.8)."""

    bounce: float = 0.4
    """Seconds, 0.1 to 2, in which the same key or tap again is no second wish."""


class Touch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What there is for a screen that is touched."""

    keyboard: str = "tap"
    """When a visit shows a keyboard on the screen: once a field is tapped (`tap`), `always`, or `never`."""
    large: bool = False
    """Whether all that is tapped in a visit is three rows high, or two with a gap, on a screen of 24 rows."""


class Keypad(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the other keys of a numeric or assistive keypad do: signs, F13 to F24, with spaces between them.

    Digits and Enter are what they are. A terminal does not tell where on the keyboard a key was pressed, so
    signs are keys only on pages where nobody writes.
    """

    back: str = "."
    hide: str = "*"
    unsure: str = "+"
    talk: str = "-"
    menu: str = "/"
    enter: str = ""
    up: str = ""
    down: str = ""
    voice: str = ""
    again: str = ""
    """What says the page again."""


class VoiceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What speaks the pages aloud (`kiosk.devices.speech`)."""

    program: str = "espeak-ng"
    """`espeak-ng`, or a command `kiosk-voice…` that takes its options and reads what it says from its input;
    empty for no voice."""
    device: str = ""
    """The sound device, as ALSA names it; the usual one where it is empty."""
    headphones: bool = False
    """Whether nobody else hears it: what a person has written, and their code, are then spoken unasked."""


class Export(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where files of entries and summaries may go, and nowhere else."""

    removable: bool = True
    """To removable disks (`kiosk.devices.mounts`)."""
    folders: tuple[str, ...] = ()
    """Further folders, absolute."""


class Summaries(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How summaries of many entries are made, from what is not counted yet."""

    span: str = "quarter"
    """`quarter`, or `year`: what is counted together, and protected as one."""
    scales: str = "points"
    """`points`, each by itself, or `bands`, three of them."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kiosk's settings."""

    version: int = SETTINGS_VERSION
    pack: str = DEFAULT
    """The pack that Welcome starts (`kiosk.pack.library`)."""
    offer: tuple[str, ...] = ()
    """Those that it offers beside it."""
    venue: Venue
    privacy: PrivacySettings = PrivacySettings()
    help: Help = Help()
    talk: Talk = Talk()
    languages: Languages = Languages()
    texts: dict[str, Texts] = {}
    """A language tag → the venue's own texts in that language."""
    printer: PrinterSettings = PrinterSettings()
    voice: VoiceSettings = VoiceSettings()
    export: Export = Export()
    summaries: Summaries = Summaries()
    idle: IdleSettings = IdleSettings()
    hands: Hands = Hands()
    keypad: Keypad = Keypad()
    touch: Touch = Touch()
    places: PlacesSettings = PlacesSettings()
    store: StoreSettings = StoreSettings()

    def told(self, name: TextName) -> Words:
        """Return a text of the venue's as customers read it, in the language in use."""
        own = {
            "help": self.help.now,
            "read": self.talk.read,
            "basis": self.privacy.basis,
            "contact": self.privacy.contact,
            "complain": self.privacy.complain,
        }
        return told(name, own[name], self.texts)

    def stays(self, tag: str) -> tuple[TextName, ...]:
        """Return which texts the venue wrote, and not in this language: customers read them as they stand."""
        names: tuple[TextName, ...] = get_args(TextName)
        return tuple(
            name
            for name in names
            if english(self.told(name)) != default(name) and not getattr(self.texts.get(tag, Texts()), name)
        )

    def words(self) -> dict[str, str]:
        """Return what the placeholders in a pack's texts stand for: filled in, in the language in use."""
        return {
            "organisation": self.venue.organisation or self.venue.name,
            "venue": self.venue.name,
            "days": str(self.privacy.days),
            "basis": self.told("basis"),
            "contact": self.told("contact"),
            "complain": self.told("complain"),
            "help": self.told("help"),
            "idle": duration(self.idle.warn),
        }


_EXAMPLE = Settings(venue=Venue(name="", key=""))


SETTINGS_LOST = "There are entries in {root}, but kiosk.toml is missing. Put it back first."


def not_set_up(root: Path) -> str:
    """Return the sentence for a command on a home where there is no venue."""
    return f"Nothing is set up in {root}. Run 'kiosk setup' first, or name another folder with --home."


def load_settings(file: Path) -> Settings:
    """Read and check `kiosk.toml`. Raises SettingsError, which names the file and what to change."""
    try:
        text = untrusted.read(file, MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise SettingsError(not_set_up(file.parent)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file} cannot be read. Check its permissions, and that it is a file in UTF-8 and not a link."
        ) from error
    try:
        return _settings_in(text)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file}: {_plainly(error)}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not TOML: {error}.") from error
    except (SealError, ValueError) as error:
        raise SettingsError(f"{file}: {error}") from error


@lru_cache(maxsize=2)  # one command reads the same file some eight times
def _settings_in(text: str) -> Settings:
    settings = msgspec.convert(untrusted.toml(text), Settings)
    _check(settings)
    return settings


def _plainly(error: msgspec.ValidationError) -> str:
    """Return what a value must be that does not fit the settings: `[privacy] days must be a number…`."""
    place, must = untrusted.misfit(error)
    section, _, name = place.rpartition(".")
    example = getattr(getattr(_EXAMPLE, section, None), name, None) if section else None
    shows = isinstance(example, int | float) and not isinstance(example, bool)
    return f"{_place(place)} {must}{f', for example {example}' if shows else ''}."


def _place(dotted: str) -> str:
    """Return where a setting stands: `[privacy] days` for `privacy.days`."""
    section, _, name = dotted.replace("[...]", "").rpartition(".")
    return f"[{section}] {name}" if section else name


def library_of(home: Home, settings: Settings | None = None) -> Library:
    """Return the packs of a home as its settings use them. Raises SettingsError.

    Where none are given they are read; where nothing is set up, the defaults count.
    """
    if settings is None and home.is_set_up():
        settings = load_settings(home.settings)
    return Library(home.packs, settings.pack, settings.offer) if settings else Library(home.packs)


def venue_key_now(home: Home, known: str) -> str:
    """Return the public key that entries are sealed to now: staff may change it while a visit waits.

    `known` is what it was when the settings were read; it counts where they do not read now.
    """
    try:
        return load_settings(home.settings).venue.key
    except SettingsError:
        return known


def settings_text(settings: Settings) -> str:
    """Return settings as the text of a commented `kiosk.toml`. Raises SettingsError for an empty text."""
    try:
        _check(settings)
    except (ValueError, SealError) as error:
        raise SettingsError(str(error)) from error
    template = (content() / "kiosk.toml").read_text(encoding="utf-8")
    values = {
        f"{section}.{name}": value
        for section, values in asdict(settings).items()
        if isinstance(values, msgspec.Struct)
        for name, value in asdict(values).items()
    } | {"version": settings.version, "pack": settings.pack, "offer": settings.offer}
    written = {name: _toml(value) for name, value in values.items()} | {"texts": _tables(settings.texts)}
    return re.sub(r"<([a-z_.]+)>", lambda found: written[found[1]], template)


def _tables(texts: Mapping[str, Texts]) -> str:
    """Return texts in other languages as tables; what is empty is left out."""
    return "".join(
        f"\n[texts.{tag}]"
        + "".join(f"\n{name} = {_toml(text)}" for name, text in asdict(own).items() if text)
        for tag, own in texts.items()
    )


def _toml(value: object) -> str:
    """Return a value as TOML: JSON's texts and whole numbers are, once no control character is in them."""
    return json.dumps(value, ensure_ascii=False)


def _check(settings: Settings) -> None:
    if settings.version > SETTINGS_VERSION:
        raise ValueError("this file is from a newer version. Update this kiosk.")
    if not all(re.fullmatch(r"[a-z][a-z0-9_]*", one) for one in (settings.pack, *settings.offer)):
        raise ValueError("pack and offer must be names of packs, in lower-case letters.")
    if len(settings.offer) > OFFERED_MOST:
        raise ValueError(f"offer must have at most {OFFERED_MOST} names: each is a line of Welcome.")
    texts = {
        "venue.name": settings.venue.name,
        "venue.organisation": settings.venue.organisation or settings.venue.name,
        "privacy.basis": settings.privacy.basis,
        "privacy.contact": settings.privacy.contact,
        "privacy.complain": settings.privacy.complain,
        "help.now": settings.help.now,
        "talk.read": settings.talk.read,
    }
    for name, text in texts.items():
        if is_blank(text):
            raise ValueError(f"{_place(name)} must not be empty: customers read it.")
        if not is_line(text):
            raise ValueError(f"{_place(name)} must be one line, without control characters.")
    for where, text in (("[help] machine", settings.help.machine), ("[venue] place", settings.venue.place)):
        if not is_line(text):
            raise ValueError(f"{where} must be one line, without control characters.")
    if not 1 <= settings.privacy.days <= MOST_DAYS:
        raise ValueError(f"[privacy] days must be from 1 to {MOST_DAYS}.")
    if min(settings.idle.warn, settings.idle.writing_warn) < 20 or settings.idle.grace < 20:
        raise ValueError(
            "[idle] warn, writing_warn and grace must be at least 20 seconds, so that people can answer "
            "the warning."
        )
    if settings.idle.desk not in DESK_IDLE:
        raise ValueError(f"[idle] desk must be from {DESK_IDLE[0]} to {DESK_IDLE[-1]} seconds.")
    if not 0.1 <= settings.hands.bounce <= 2:
        raise ValueError("[hands] bounce must be from 0.1 to 2 seconds.")
    keys = " ".join(msgspec.structs.astuple(settings.keypad)).split()
    if not all(
        key in FUNCTION_KEYS or (len(key) == 1 and is_line(key) and not key.isalnum()) for key in keys
    ):
        raise ValueError('[keypad] must name signs such as "." or keys from "f13" to "f24".')
    if len({*keys}) < len(keys):
        raise ValueError("[keypad] must name each sign or key once.")
    if settings.touch.keyboard not in ("tap", "always", "never"):
        raise ValueError('[touch] keyboard must be "tap", "always" or "never".')
    if settings.summaries.span not in ("quarter", "year"):
        raise ValueError('[summaries] span must be "quarter" or "year".')
    if settings.summaries.scales not in ("points", "bands"):
        raise ValueError('[summaries] scales must be "points" or "bands".')
    check_languages(settings.languages)
    check_texts(settings.texts)
    check_printer(settings.printer)
    _check_voice(settings.voice)
    _check_export(settings.export)
    check_places(settings.places)
    check_store(settings.store)
    seal.check_recipient(settings.venue.key)


def _check_voice(voice: VoiceSettings) -> None:
    # Whoever can write this file is not to choose what runs.
    if not re.fullmatch(r"(espeak-ng|kiosk-voice[a-z0-9-]{0,60})?", voice.program):
        raise ValueError(
            '[voice] program must be "espeak-ng", the name of your own program, which begins with '
            '"kiosk-voice", or empty for no voice.'
        )
    # Of ALSA's own devices two write what they are given to a file.
    if not re.fullmatch(r"(?!-|file|tee)[\w:=,.+-]{0,127}", voice.device):
        raise ValueError("[voice] device must be the name of a sound device as listed by 'aplay -L'.")


def _check_export(export: Export) -> None:
    for folder in export.folders:
        path = Path(folder)
        if not folder.isprintable() or path.root != "/" or ".." in path.parts or path == Path("/"):
            raise ValueError(
                '[export] folders must be whole paths without "..", for example ["/srv/exports"]. "/" is '
                "not allowed."
            )


def with_days(settings: Settings, days: int) -> Settings:
    """Return settings with another period."""
    return msgspec.structs.replace(settings, privacy=msgspec.structs.replace(settings.privacy, days=days))


def with_packs(settings: Settings, start: str, others: Iterable[str]) -> Settings:
    """Return settings with other packs: the one that Welcome starts, and those that it offers beside it."""
    return msgspec.structs.replace(settings, pack=start, offer=(*others,))


def with_key(settings: Settings, key: str) -> Settings:
    """Return settings that name another public key of the venue."""
    return msgspec.structs.replace(settings, venue=msgspec.structs.replace(settings.venue, key=key))


def keep_settings(home: Home, settings: Settings, *, disk: Disk = DISK) -> None:
    """Write settings down in one step: a reader finds the old ones or the new ones. Lets OSError through."""
    durable.replace(home.settings, settings_text(settings).encode(), disk=disk)
