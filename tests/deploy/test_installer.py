"""The medium and its installer, on a machine that is a folder. `make medium-test` has real ones."""

import os
import platform
import pty
import shutil
import signal
import subprocess
import sys
import zipapp
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from deploy import make_medium
from deploy.installer import apply, versions
from deploy.installer.apply import PASSPHRASE, SHEET
from deploy.installer.machine import COMMAND, HOME, OPT, SESSION, RefusedError
from deploy.installer.medium import INCOMING, SUMS, bring_in, drop
from deploy.installer.questions import answers
from deploy.installer.system_files import COMMANDS, KEYBOARD, NETWORK
from deploy.installer.uninstall import uninstall
from tests.deploy.media import ANSWERS, Bench, bench_in, medium_at, new_key

ROOT = Path(__file__).parents[2]
STOPS = "systemctl stop kiosk@* kiosk-screen* kiosk-tty* kiosk-exchange*"
KEYBOARDS = ["gb", "de", "de:neo"]


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def bench(tmp_path: Path, key: Path) -> Bench:
    return bench_in(tmp_path, key)


def installs(
    bench: Bench,
    version: str = "0.1.0",
    shapes: dict[str, int] | None = None,
    unit: str = "one",
    printer: str = "none",
) -> None:
    stick = bench.folder / f"stick-{len(bench.said)}"
    bring_in(bench.machine, medium_at(stick, bench.key, version, shapes, unit))
    try:
        apply.install(bench.machine, bench.given() | {"printer": printer})
    finally:
        drop(bench.machine)


def test_what_is_copied_is_what_this_machine_needs(bench: Bench) -> None:
    copy = bring_in(bench.machine, medium_at(bench.folder / "stick", bench.key))
    names = {path.name for path in copy.rglob("*") if path.is_file()}
    assert "pillow-1-cp311-cp311-manylinux_2_28_x86_64.whl" in names
    assert "pillow-1-cp311-cp311-manylinux_2_28_aarch64.whl" not in names
    assert [path.name for path in (copy / "debian").iterdir()] == ["12-amd64"]


@pytest.mark.parametrize("name", ["installer.pyz", "root.tar", "debian/12-amd64/cage_0.1.deb", SUMS])
def test_a_medium_that_was_changed_is_refused_and_nothing_changes(bench: Bench, name: str) -> None:
    stick, before = medium_at(bench.folder / "stick", bench.key), bench.tree()
    (stick / name).write_bytes((stick / name).read_bytes() + b"\n")
    with pytest.raises(RefusedError, match=r"changed( by someone)?\. Nothing was changed"):
        bring_in(bench.machine, stick)
    assert bench.tree() == before


@pytest.mark.parametrize("name", ["root.tar", SUMS])
def test_a_stick_with_a_device_for_a_file_is_refused(bench: Bench, name: str) -> None:
    stick, before = medium_at(bench.folder / "stick", bench.key), bench.tree()
    (stick / name).unlink()
    (stick / name).symlink_to("/dev/zero")
    with pytest.raises(RefusedError, match=r"is not a file\. Nothing was changed"):
        bring_in(bench.machine, stick)
    assert bench.tree() == before


def test_an_update_by_another_key_is_refused_though_it_is_whole(bench: Bench) -> None:
    installs(bench)
    before = bench.tree()
    stick = medium_at(bench.folder / "stick", new_key(bench.folder, "other"), "0.1.1")
    with pytest.raises(RefusedError, match="not by the key that this machine knows"):
        bring_in(bench.machine, stick)
    assert bench.tree() == before


def test_a_stick_that_is_pulled_out_and_a_full_disk_are_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick, before = medium_at(bench.folder / "stick", bench.key), bench.tree()
    full = bench_in(bench.folder / "full", bench.key).machine
    object.__setattr__(full, "free", lambda _: 1 << 20)
    with pytest.raises(RefusedError, match=r"The disk has 1 MiB free, and installing needs 2\d\d MiB"):
        bring_in(full, stick)
    with monkeypatch.context() as apart:  # /var has a disk of its own
        apart.setattr(Path, "is_mount", lambda path: path.name == "var")
        object.__setattr__(full, "free", lambda place: (1 if place.name == "var" else 100) << 20)
        with pytest.raises(
            RefusedError, match=r"The disk of /var has 1 MiB free, and installing needs 200 MiB"
        ):
            bring_in(full, stick)
    (stick / "wheels/strengths_kiosk-0.1.0-py3-none-any.whl").rename(bench.folder / "out")
    with pytest.raises(RefusedError, match="Was the stick pulled out"):
        bring_in(bench.machine, stick)
    assert bench.tree() == before


@pytest.mark.parametrize(
    ("release", "kind", "says"),
    [
        ('ID=debian\nVERSION_ID="11"\n', "x86_64", "no packages for Debian 11"),
        ('ID=ubuntu\nVERSION_ID="24.04"\n', "x86_64", "does not run Debian"),
        ('ID=debian\nVERSION_ID="12"\n', "i686", "needs 64 bits"),
        ('ID=debian\nVERSION_ID="12"\n', "armv7l", "needs 64 bits"),
    ],
)
def test_another_system_or_processor_is_refused(bench: Bench, release: str, kind: str, says: str) -> None:
    stick = medium_at(bench.folder / "stick", bench.key)
    bench.machine.at("/etc/os-release").write_text(release)
    object.__setattr__(bench.machine, "kind", kind)
    with pytest.raises(RefusedError, match=says):
        bring_in(bench.machine, stick)
    assert not bench.machine.at(OPT).exists()


def test_five_questions_are_asked_until_each_answer_fits(capsys: pytest.CaptureFixture[str]) -> None:
    typed = iter(["", "Oak House", "Sam Lead", "deutsch", "de:neo", "huge", "", "/dev/lp0", "/dev/usb/lp0"])
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return next(typed)

    assert answers({}, {}, KEYBOARDS, ask) == {
        "venue": "Oak House",
        "lead": "Sam Lead",
        "keyboard": "de:neo",
        "screen": "15.6",
        "printer": "/dev/usb/lp0",
    }
    assert len({*asked}) == 5
    told = capsys.readouterr().out
    assert "There is no keyboard deutsch. Examples: gb, us" in told
    assert "Enter none, a device by USB or serial port (/dev/usb/lp0, /dev/ttyUSB0)" in told


def test_what_was_answered_is_not_asked_again_and_an_option_answers_anew() -> None:
    assert answers({"screen": "24"}, ANSWERS, KEYBOARDS) == ANSWERS | {"screen": "24"}
    with pytest.raises(RefusedError, match=r"--screen: Enter its inches .* Nothing was changed"):
        answers({"screen": "large"}, ANSWERS, KEYBOARDS)


def test_an_installation_lays_what_it_lists_and_runs_again_without_a_change(bench: Bench) -> None:
    installs(bench)
    assert bench.version() == "0.1.0"
    assert bench.machine.at("/etc/systemd/system/sleep.target").readlink() == Path("/dev/null")
    assert "KIOSK_FONT_SIZE=42" in bench.machine.at(SESSION).read_text()
    assert 'XKBLAYOUT="gb"' in bench.machine.at(KEYBOARD).read_text()
    assert bench.machine.record().packages == ["cage"]
    assert (bench.folder / "recovery-sheet.pdf").read_text() == "sheet"
    (handed,) = [words for words in bench.programs.ran if str(bench.folder / "pass") in words]
    assert handed == f"install -o kiosk -m 400 {bench.folder}/pass {PASSPHRASE}"  # in a folder of root's own
    assert not bench.machine.at(PASSPHRASE).exists()
    assert not bench.machine.at(SHEET).exists()
    assert f"Oak House is set up. The recovery sheet is in {bench.folder}/recovery-sheet.pdf." in bench.said
    bench.machine.at(SESSION).write_text("KIOSK_FONT_SIZE=30\n")  # as the venue wants it
    before, bench.programs.ran[:] = bench.tree(), []
    installs(bench)
    assert bench.tree() == before
    assert not [words for words in bench.programs.ran if " setup " in words or "-m venv" in words]


def test_a_printer_in_the_network_gives_the_kiosk_the_network_as_long_as_it_is_the_answer(
    bench: Bench,
) -> None:
    before, drop_in = bench.tree(), bench.machine.at(NETWORK)
    installs(bench, printer="tcp://192.168.1.50:9100")
    assert drop_in.readlink() == Path("/usr/lib/strengths-kiosk/network.conf")
    installs(bench, "0.1.1", printer="tcp://192.168.1.51:9100")
    assert drop_in.is_symlink()
    installs(bench, "0.1.1", printer="/dev/ttyACM0")
    assert not drop_in.is_symlink()
    installs(bench, "0.1.1", printer="tcp://192.168.1.50:9100")
    uninstall(bench.machine, "delete")
    assert bench.tree() == before


def test_the_packages_come_from_the_copy_alone(bench: Bench) -> None:
    installs(bench)
    (words,) = [words for words in bench.programs.ran if " install cage" in words]
    assert "sourceparts=/dev/null" in words
    assert "cups" not in words
    assert not bench.machine.at(INCOMING).exists()


def test_a_package_that_was_half_unpacked_is_unpacked_again(bench: Bench) -> None:
    bench.programs.half = "iHR cage\n"
    installs(bench)
    assert [words for words in bench.programs.ran if words.endswith("--fix-broken --reinstall install cage")]


def test_an_uninstallation_leaves_the_machine_as_it_was_but_for_the_entries(bench: Bench) -> None:
    before = bench.tree()
    installs(bench)
    uninstall(bench.machine, "keep")
    assert bench.tree() == before | {"var/lib/kiosk/kiosk.toml": "settings"}
    assert "dpkg --purge --abort-after=9999 cage" in bench.programs.ran
    installs(bench)
    assert len([text for text in bench.said if "is set up" in text]) == 1
    uninstall(bench.machine, "delete")
    assert bench.tree() == before
    assert "Deleting cannot reach copies" in "\n".join(bench.said)
    with pytest.raises(RefusedError, match="No kiosk is installed"):
        uninstall(bench.machine, "keep")


def test_an_uninstallation_that_breaks_off_anywhere_is_finished_by_the_next(bench: Bench) -> None:
    before = bench.tree()
    bench.machine.at("/run/systemd/system").mkdir(parents=True)
    breaks = 0
    while True:
        installs(bench)
        bench.programs.breaks = len(bench.programs.ran) + breaks
        try:
            uninstall(bench.machine, "delete")
        except RefusedError:
            assert bench.machine.at(COMMAND).exists()
            bench.programs.breaks = -1
            uninstall(bench.machine, "delete")
        else:
            break
        assert bench.tree() == before
        breaks += 1
    assert breaks == 5
    assert bench.programs.users == set()


def test_an_update_keeps_settings_and_a_step_back_returns(bench: Bench) -> None:
    installs(bench)
    program = bench.machine.at(OPT / "installer.pyz")
    first = program.stat().st_ino
    installs(bench, "0.1.1", unit="two")
    assert program.stat().st_ino != first  # replaced as a whole, never written over
    unit = bench.machine.at("/etc/systemd/system/kiosk@.service")
    assert (bench.version(), unit.read_text()) == ("0.1.1", "two")
    assert not bench.machine.at("/etc/systemd/system/only-in-0.1.0").exists()
    apply.back(bench.machine)
    assert (bench.version(), unit.read_text()) == ("0.1.0", "one")
    assert bench.machine.at("/etc/systemd/system/only-in-0.1.0").exists()
    apply.back(bench.machine)
    assert bench.version() == "0.1.1"
    installs(bench, "0.1.2")
    assert not bench.machine.at(OPT / "0.1.0").exists()
    assert bench.machine.at(HOME / "kiosk.toml").read_text() == "settings"


def test_an_older_program_never_opens_a_newer_shape(bench: Bench) -> None:
    installs(bench, "0.2.0", {"Reflection": 7})
    installs(bench, "0.3.0", {"Reflection": 8})
    before = bench.tree()
    with pytest.raises(RefusedError, match=r"version 0.2.0 cannot open.*Nothing was changed"):
        apply.back(bench.machine)
    with pytest.raises(RefusedError, match="An older version is never installed over a newer one"):
        installs(bench, "0.2.0")
    assert bench.tree() == before


def test_a_power_cut_after_the_switch_never_lets_an_older_program_in(bench: Bench) -> None:
    installs(bench, "0.2.0")
    installs(bench, "0.2.1")
    old, record = bench.machine.at(OPT / "0.2.0"), bench.machine.at(OPT / "installed.json")
    shutil.copytree(old, bench.folder / "old")
    shows, run = list[str](), bench.machine.run

    def runs(command: Sequence[str | Path], *, talks: bool = False) -> str:
        if "enable" in command:
            shows.append(record.read_text())
        return run(command, talks=talks)

    object.__setattr__(bench.machine, "run", runs)
    installs(bench, "0.3.0", {"Reflection": 8})
    record.write_text(shows[0])  # as it was when `current` led to 0.3.0 already
    shutil.copytree(bench.folder / "old", old)
    with pytest.raises(RefusedError, match=r"version 0\.2\.1 cannot open.*Nothing was changed"):
        apply.back(bench.machine)
    with pytest.raises(RefusedError, match="An older version is never installed over a newer one"):
        installs(bench, "0.2.1")
    installs(bench, "0.3.0", {"Reflection": 8})
    assert (bench.machine.record().version, bench.machine.record().before) == ("0.3.0", "0.2.1")
    assert not old.exists()


@pytest.mark.parametrize("version", ["0.1.1", "0.2.0"])
def test_of_what_came_before_the_first_version_no_program_opens_an_older_shape(
    bench: Bench, version: str
) -> None:
    installs(bench, "0.1.0", {"Reflection": 7})
    before = bench.tree()
    with pytest.raises(RefusedError, match=r"cannot open what version 0\.1\.0 has stored"):
        installs(bench, version, {"Reflection": 8})
    assert bench.tree() == before


def test_a_version_that_cannot_read_the_settings_never_takes_over(bench: Bench) -> None:
    installs(bench)
    before = bench.tree()
    bench.programs.fails = f"--home {HOME} key"
    with pytest.raises(RefusedError, match=r"Version 0.1.1 cannot read this kiosk's settings: It says why."):
        installs(bench, "0.1.1")
    bench.programs.fails = ""
    assert bench.tree() == before


@pytest.mark.parametrize(
    "fails", ["apt-get", "pip", "systemd-sysusers", " setup ", "window_points", "enable"]
)
def test_an_installation_that_broke_off_goes_on_where_it_stopped(bench: Bench, fails: str) -> None:
    bench.programs.fails = fails
    with pytest.raises(RefusedError, match="It says why"):
        installs(bench)
    bench.programs.fails = ""
    assert not bench.machine.at(
        "/etc/systemd/system/sleep.target"
    ).is_symlink()  # its other screens are there still
    installs(bench)
    assert bench.version() == "0.1.0"
    assert bench.machine.record().packages == ["cage"]
    assert (bench.folder / "recovery-sheet.pdf").read_text() == "sheet"


def test_a_backup_is_restored_instead_of_a_new_venue_and_once_alone(bench: Bench) -> None:
    stick, backup = medium_at(bench.folder / "stick", bench.key), bench.folder / "kiosk-backup-1"
    given: dict[str, str | None] = {**ANSWERS, "venue": None, "lead": None, "backup": str(backup)}

    def restores() -> None:
        bring_in(bench.machine, stick)
        apply.install(bench.machine, given)

    with pytest.raises(RefusedError, match=r"There is no backup in .*Nothing was changed"):
        restores()
    backup.mkdir()
    (backup / "manifest.json").write_text("{}")
    bench.programs.fails = "enable"
    with pytest.raises(RefusedError, match="It says why"):
        restores()
    bench.programs.fails = ""
    restores()
    restored = [words for words in bench.programs.ran if " restore " in words]
    assert [words.split()[-1] for words in restored] == [str(backup)]
    assert not any(" setup " in words for words in bench.programs.ran)
    with pytest.raises(RefusedError, match="This machine is set up"):
        restores()


def test_a_kiosk_that_only_collects_is_set_up_from_a_card_and_asks_for_no_lead(bench: Bench) -> None:
    stick, card = medium_at(bench.folder / "stick", bench.key), bench.folder / "card.txt"
    given: dict[str, str | None] = {**ANSWERS, "venue": None, "lead": None, "collect": str(card)}
    given |= {"place": "Elm House, reception", "fingerprint": "3F9A 22C1"}

    def collects(given: dict[str, str | None]) -> None:
        bring_in(bench.machine, stick)
        apply.install(bench.machine, given)

    with pytest.raises(RefusedError, match=r"There is no card in .*Nothing was changed"):
        collects(given)
    card.touch()
    with pytest.raises(RefusedError, match=r"Give --fingerprint"):
        collects(given | {"fingerprint": None})
    collects(given)
    [words] = [words for words in bench.programs.ran if " setup " in words]
    assert words.endswith(
        f"setup --collect {card} --printer {ANSWERS['printer']} --place Elm House, reception "
        "--fingerprint 3F9A 22C1"
    )
    assert not [*bench.folder.glob("recovery-sheet*")]
    with pytest.raises(RefusedError, match="--collect is for a new one"):
        collects(given)


@pytest.mark.parametrize("switched_off", [False, True])
def test_a_recovery_sheet_that_could_not_be_written_waits_for_the_second_run(
    bench: Bench, switched_off: bool
) -> None:
    stick = medium_at(bench.folder / "stick", bench.key)
    gone = bench.folder / "gone"
    gone.mkdir()
    bench.programs.pulls_out = gone
    bring_in(bench.machine, stick)
    with pytest.raises(RefusedError, match=r"It waits in .* until this machine is switched off"):
        apply.install(bench.machine, bench.given() | {"recovery-folder": str(gone)})
    drop(bench.machine)
    assert not bench.machine.at(PASSPHRASE).exists()
    if switched_off:
        shutil.rmtree(bench.machine.at("/run"))
    else:
        sheet = bench.machine.at(SHEET / "recovery-sheet.pdf")
        made = sheet.rename(bench.folder / "made")
        sheet.symlink_to(made)  # as the kiosk's user might: root follows no link of theirs
        with pytest.raises(RefusedError, match="The recovery sheet could not be written"):
            installs(bench)
        made.rename(sheet)
    installs(bench)
    assert (bench.folder / "recovery-sheet.pdf").exists() != switched_off
    assert any("The recovery sheet was lost" in text for text in bench.said) == switched_off


def test_an_update_that_breaks_off_leaves_the_version_that_was_here(bench: Bench) -> None:
    installs(bench)
    bench.programs.fails = "systemd-tmpfiles"
    with pytest.raises(RefusedError, match="It says why"):
        installs(bench, "0.1.1")
    assert bench.version() == "0.1.0"
    bench.programs.fails = ""
    installs(bench, "0.1.1")
    bench.programs.fails = "systemd-tmpfiles"
    with pytest.raises(RefusedError, match="It says why"):
        apply.back(bench.machine)
    assert (bench.version(), bench.machine.record().version) == ("0.1.1", "0.1.1")


@pytest.mark.parametrize("fails", ["", "systemd-tmpfiles"])
def test_a_kiosk_that_runs_is_stopped_for_an_update_and_runs_again(bench: Bench, fails: str) -> None:
    installs(bench)
    bench.machine.at("/run/systemd/system").mkdir(parents=True)
    bench.programs.ran.clear()
    bench.programs.fails = fails
    with pytest.raises(RefusedError) if fails else nullcontext():
        installs(bench, "0.1.1")
    ran = [words for words in bench.programs.ran if words.startswith(("systemctl st", "systemd-tmp"))]
    assert (ran[0], ran[-1]) == (STOPS, "systemctl start kiosk@window.service")


def test_versions_are_in_the_order_of_their_numbers() -> None:
    ordered = ["0.1.0", "0.1.1.dev2", "0.1.1", "0.2.0", "0.10.0", "1.0.0"]
    assert sorted(ordered, key=versions.number_of) == ordered


def test_each_shape_that_is_stored_has_its_version_on_the_medium() -> None:
    shapes = make_medium.shapes()
    assert (shapes["Reflection"], shapes["StaffKey"], shapes["Settings"]) == (8, 3, 1)


def test_the_installer_needs_nothing_but_python(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "deploy/installer", tmp_path / "app/deploy/installer")
    zipapp.create_archive(tmp_path / "app", tmp_path / "installer.pyz", main="deploy.installer.main:main")
    bare = [sys.executable, "-I", "-S", str(tmp_path / "installer.pyz"), "--help"]
    assert "uninstall" in subprocess.run(bare, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(("at_terminal", "words"), [(True, "--pty -u kiosk"), (False, "-u kiosk")])
def test_root_lends_the_kiosk_no_terminal(tmp_path: Path, at_terminal: bool, words: str) -> None:
    command = tmp_path / "kiosk"
    for name, text in (
        ("kiosk", COMMANDS[Path("/usr/local/bin/kiosk")]),
        ("id", "#!/bin/sh\necho 0\n"),
        ("runuser", '#!/bin/sh\necho "$@"\n'),
    ):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    ours, theirs = pty.openpty() if at_terminal else os.pipe()
    subprocess.run(
        [command, "doctor"], env={"PATH": f"{tmp_path}:/bin"}, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    assert os.read(ours, 1024).decode().strip() == f"{words} -- {command} doctor"
    os.close(ours)
    subprocess.run(["shellcheck", command], check=True)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """What install.sh stands on: a bare machine, whose own command is broken."""
    script = (ROOT / "deploy/install.sh").read_text()
    for real, ours in (("/usr/bin/", "bare/"), ("/usr/local/sbin/", "bin/"), ("/var/", "var/")):
        script = script.replace(real, f"{tmp_path}/{ours}")
    (tmp_path / "install.sh").write_text(script)
    (tmp_path / "var/tmp/strengths-kiosk.abc123").mkdir(parents=True)  # from a power cut
    release = platform.freedesktop_os_release()["VERSION_ID"]
    (tmp_path / f"debian/{release}-amd64").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    for name, does in (
        ("id", "echo 0"),
        ("uname", "echo x86_64"),
        ("kiosk-machine", ":"),  # what an empty installer.pyz does
        ("python3", "trap 'sleep 0.2; echo finished; exit 130' INT; echo begun; sleep 9 & wait"),
    ):
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    shutil.copytree(tmp_path / "bin", tmp_path / "bare")
    return tmp_path


def test_ctrl_c_returns_once_all_is_finished_and_leaves_no_folder(stick: Path) -> None:
    with subprocess.Popen(
        ["sh", stick / "install.sh"],
        env={"PATH": f"{stick}/bin:/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        (bare,) = (stick / "var/tmp").iterdir()
        assert bare.name != "strengths-kiosk.abc123"
        os.killpg(child.pid, signal.SIGINT)
        child.wait()
        assert not bare.exists()
        assert (child.returncode, child.stdout.read()) == (130, "finished\n")


def test_the_scripts_pass_shellcheck() -> None:
    scripts = sorted((ROOT / "deploy").glob("*.sh"))
    assert scripts
    subprocess.run(["shellcheck", *scripts], check=True)
