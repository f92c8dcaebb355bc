"""Taking the kiosk off a machine: exactly what was installed, by the record."""

import shutil
import sys

from deploy.installer import system_files
from deploy.installer.apply import start, stop
from deploy.installer.machine import COMMAND, HOME, OPT, USER, FailedError, Machine, RefusedError
from deploy.installer.medium import UNCHANGED

_UNIT = "/etc/systemd/system/kiosk@.service"
_LIMITS = (
    "Deleting cannot reach copies: backups, exports, prints and slips stay. Someone with special tools "
    "might still find parts of the entries on this disk. They are encrypted: with a passphrase, the recovery "
    "sheet or a code they can be read, so destroy those too. Wipe or destroy the disk before you give the "
    "machine away."
)


def uninstall(machine: Machine, entries: str | None) -> None:
    """Take away what was installed. `entries` is `keep`, `delete` or None, which asks.

    Raises RefusedError.
    """
    record = machine.record()
    if not machine.at(OPT / "installed.json").exists():
        raise RefusedError(f"No kiosk is installed on this machine. {UNCHANGED}")
    deletes = _asked(machine) if entries is None else entries == "delete"
    stop(machine)
    if machine.at(_UNIT).exists():  # a run that broke off may have taken it away
        units = ("kiosk@window.service", "kiosk@console.service", "kiosk-exchange.timer")
        machine.run(["systemctl", "disable", *units])
    system_files.take_all_away(machine, record)
    start(machine, record, ran=False)
    if deletes:
        if machine.at(HOME).exists():
            shutil.rmtree(machine.at(HOME))
        _drop_user(machine)
        machine.say(f"All entries were deleted. {_LIMITS}")
    else:
        machine.say(f"The entries are kept in {HOME}. A later installation on this machine finds them.")
    try:
        # Python may be one of them: nothing new is imported from here on.
        _drop_packages(machine, record.packages)
    finally:
        shutil.rmtree(machine.at(OPT))
        machine.at(COMMAND).unlink(missing_ok=True)
    machine.say("The kiosk is uninstalled. Restart this machine.")


def _asked(machine: Machine) -> bool:
    if not sys.stdin.isatty():
        raise RefusedError(f"Nobody can be asked here. Give --entries keep or --entries delete. {UNCHANGED}")
    machine.say(f"The entries in {HOME} can be kept for a later installation, or deleted for good. {_LIMITS}")
    return input("Type 'delete' to delete them; Enter keeps them: ").strip() == "delete"


def _drop_user(machine: Machine) -> None:
    try:
        machine.run(["userdel", USER])
    except FailedError as error:
        if "does not exist" not in error.last:
            raise


def _drop_packages(machine: Machine, packages: list[str]) -> None:
    """Remove the packages that the medium brought, but for those that the machine needs."""
    if not packages:
        return
    try:
        machine.run(["dpkg", "--purge", "--abort-after=9999", *packages])
    except FailedError:
        left = sorted({*machine.installed()} & {*packages})
        machine.say(f"{len(left)} packages that came with the kiosk stay: this machine needs them.")
    else:
        machine.say(f"{len(packages)} packages that came with the kiosk were removed.")
