"""A machine that was set up from the stick starts, in a virtual machine: `make boot-test`, as root.

It needs debootstrap, qemu-system-x86 and the tools of ext4. `MEDIUM=FOLDER` takes a stick that is there
already, and `ACCEL=kvm` the processor's own help, without which a start takes some three minutes.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from deploy.make_medium import RELEASES
from screens.themes import THEMES
from tests.deploy.on_bare_debian import PASSPHRASE, Bare, first, key, memory
from tests.deploy.test_window import share

__all__ = ["first", "key", "memory"]  # fixtures

LEADS_OUT = (
    *("ctrl-alt-f2", "alt-f11", "alt-right", "alt-up", "ctrl-alt-f12", "ctrl-shift-n", "ctrl-alt-backspace"),
    *("alt-sysrq-b", "alt-sysrq-k", "alt-sysrq-o", "power", "sleep"),
    *("ctrl-alt-delete",) * 10,  # seven within two seconds are another matter to systemd
)
PATIENCE = 900.0


@dataclass
class Virtual:
    """A virtual machine, by qemu's own protocol."""

    folder: Path
    events: list[str] = field(default_factory=list)

    def connect(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(self.folder / "qmp"))
        self._lines = self._socket.makefile()
        self.does("qmp_capabilities")

    def does(self, what: str, **arguments: Any) -> None:
        self._socket.sendall(json.dumps({"execute": what, "arguments": arguments}).encode())
        while "return" not in (answer := json.loads(self._lines.readline())):
            assert "error" not in answer, answer
            self.events += [answer["event"]] if "event" in answer else []

    def press(self, keys: str) -> None:
        self.does("send-key", keys=[{"type": "qcode", "data": key} for key in keys.split("-")])
        time.sleep(0.3)

    def picture(self) -> Image.Image:
        self.does("screendump", filename=str(self.folder / "screen.png"), format="png")
        return Image.open(self.folder / "screen.png").convert("RGB")

    def shows(self, theme: int) -> bool:
        """Tell whether the screen has a page in one of the kiosk's themes."""
        return share(self.picture(), THEMES[theme]) > 0.6

    def waits_for(self, theme: int) -> None:
        ends = time.monotonic() + PATIENCE
        while not self.shows(theme):
            assert time.monotonic() < ends, f"The kiosk did not come; see {self.folder / 'screen.png'}"
            time.sleep(1)


@pytest.fixture(params=sorted(RELEASES))
def machine(request: pytest.FixtureRequest, first: Path, memory: Path) -> Iterator[Virtual]:
    """A machine that was set up from the stick, as it is switched on."""
    folder = memory / f"machine-{request.param}"
    root, disk = folder / "root", folder / "disk.img"
    with_a_kernel = ["--variant=minbase", "--include=linux-image-amd64,systemd-sysv"]
    subprocess.run(["debootstrap", *with_a_kernel, RELEASES[request.param][0], root], check=True)
    (root / "srv/pass").write_text(f"{PASSPHRASE}\n")
    (root / "srv/pass").chmod(0o600)
    code, told = Bare(root, request.param).installs(first)
    assert code == 0, told
    (root / "etc/fstab").write_text("/dev/vda / ext4 defaults 0 1\n")
    subprocess.run(["mkfs.ext4", "-q", "-d", root, disk, "4G"], check=True)
    (kernel,), (initial,) = root.glob("boot/vmlinuz-*"), root.glob("boot/initrd.img-*")
    qemu = f"qemu-system-x86_64 -accel {os.environ.get('ACCEL', 'tcg')} -cpu max -m 1024 -smp 2 -nic none"
    qemu += f" -vga virtio -display none -no-user-config -qmp unix:{folder}/qmp,server=on,wait=off"
    qemu += f" -kernel {kernel} -initrd {initial} -drive file={disk},if=virtio,format=raw"
    with subprocess.Popen([*qemu.split(), "-append", "root=/dev/vda rw quiet"]) as process:
        try:
            virtual = Virtual(folder)
            while not (folder / "qmp").exists():
                time.sleep(0.1)
            virtual.connect()
            yield virtual
        finally:
            process.kill()
    shutil.rmtree(folder)


def test_a_machine_starts_into_welcome_and_no_key_leads_out(machine: Virtual) -> None:
    machine.waits_for(0)
    time.sleep(20)  # what is done after the first page
    before = machine.picture().tobytes()
    for keys in LEADS_OUT:
        machine.press(keys)
    machine.does("system_powerdown")
    time.sleep(20)
    assert machine.picture().tobytes() == before
    assert not {"RESET", "SHUTDOWN", "SUSPEND"} & {*machine.events}
    machine.press("f4")
    machine.waits_for(1)
