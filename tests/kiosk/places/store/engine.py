"""SeaweedFS as it is, on loopback and without telemetry: a single node, and a cluster that keeps two copies.

Every process is ended, whatever happens: with its test, or with the process of the tests.
"""

import json
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from kiosk.errors import CarrierError
from tests.kiosk.places.store.stub_store import BUCKET, KEY, SECRET, objects_at

WEED = Path(sys.executable).with_name("weed")
QUIET = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
PLACE, OTHER = "00112233445566aa", "ffeeddccbbaa9988"
OWN_KEY, OWN_SECRET = "AKIAOWNPREFIX", "theSecretOfOnePlace"
"""What may write below `v1/<PLACE>/` alone, and read everything."""
_GRPC = 10_000
"""How far a port of SeaweedFS's is from the one for its own processes."""
_PORTS = range(11_000, 32_768 - _GRPC)
PATIENCE = 30.0


class Weed:
    """One process of SeaweedFS."""

    def __init__(self, stack: ExitStack, folder: Path, *arguments: str) -> None:
        self._folder = folder
        self._arguments = arguments
        self.start()
        stack.callback(self.kill)

    def start(self) -> None:
        with (self._folder / f"{self._arguments[0]}.log").open("ab") as log:
            self._process = subprocess.Popen(
                # It ends with this process, even where that is killed.
                ["setpriv", "--pdeathsig", "KILL", WEED, *self._arguments],
                cwd=self._folder,
                env=QUIET,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._process.kill()
        self._process.wait()


class Node:
    """A store in one process."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        s3, *_ = ports = free_ports(5)
        self.port = s3
        self._folder = folder
        self._names = [f"127.0.0.1:{port}" for port in ports[1:4:2]]
        self.weed = Weed(
            stack,
            folder,
            "mini",
            f"-dir={folder}",
            *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", f"-bucket={BUCKET}"),
            *("-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            *(
                f"-{part}.port={port}"
                for part, port in zip(("s3", "master", "volume", "filer", "admin"), ports, strict=True)
            ),
            *(f"-{part}.localSocket={folder / part}" for part in ("filer", "s3")),
            f"-s3.config={identities(folder)}",
        )
        wait_for(self.weed, self.endpoint)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def shell(self, *commands: str) -> None:
        shell(self._folder, *self._names, *commands)


class Cluster:
    """A store of a master, three servers that hold the bytes, a server of names, and a gateway."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        master, filer, self.port, *volumes = free_ports(6)
        self._master, self._filer = f"127.0.0.1:{master}", f"127.0.0.1:{filer}"
        here = ("-ip=127.0.0.1", "-ip.bind=127.0.0.1")
        # One after the other: each that does not find what it needs waits for seconds before it looks again.
        listening(
            Weed(
                stack,
                folder,
                "master",
                *here,
                f"-port={master}",
                f"-mdir={made(folder, 'master')}",
                "-peers=none",
                "-defaultReplication=001",
                "-volumeSizeLimitMB=64",
                "-telemetry=false",
            ),
            master + _GRPC,
        )
        self.volumes = [
            Weed(
                stack,
                folder,
                "volume",
                *here,
                f"-port={port}",
                f"-master={self._master}",
                "-max=30",
                f"-dir={made(folder, f'volume-{port}')}",
                "-preStopSeconds=1",
            )
            for port in volumes
        ]
        listening(
            Weed(
                stack,
                folder,
                "filer",
                *here,
                f"-port={filer}",
                f"-master={self._master}",
                f"-defaultStoreDir={made(folder, 'filer')}",
                f"-localSocket={folder / 'filer.sock'}",
            ),
            filer + _GRPC,
        )
        self.gateway = Weed(
            stack,
            folder,
            "s3",
            "-ip.bind=127.0.0.1",
            f"-port={self.port}",
            f"-filer={self._filer}",
            f"-config={identities(folder)}",
            "-port.iceberg=0",
            "-port.lance=0",
            f"-localSocket={folder / 's3.sock'}",
        )
        wait_until(self.gateway, self._settled)
        self.wait()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        """Wait until it can be used."""
        wait_for(self.gateway, self.endpoint)

    def _settled(self) -> bool:
        """Make the bucket, and have its objects flushed before they are acknowledged."""
        says = shell(
            self._folder,
            self._master,
            self._filer,
            f"s3.bucket.create -name {BUCKET}",
            f"fs.configure -locationPrefix=/buckets/{BUCKET}/ -fsync -apply",
        )
        return bool(re.search(r'"fsync": +true', says))


def shell(folder: Path, master: str, filer: str, *commands: str) -> str:
    """Give SeaweedFS commands, and return what it says."""
    done = subprocess.run(
        [WEED, "shell", f"-master={master}", f"-filer={filer}"],
        input="\n".join((*commands, "")).encode(),
        cwd=folder,
        env=QUIET,
        check=False,
        capture_output=True,
        timeout=PATIENCE,
    )
    return done.stdout.decode()


@contextmanager
def node(folder: Path) -> Iterator[Node]:
    with ExitStack() as stack:
        yield Node(folder, stack)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(folder, stack)


def wait_for(weed: Weed, endpoint: str) -> None:
    """Wait until an object can be written."""
    objects = objects_at(endpoint, delays=())

    def writes() -> bool:
        with suppress(CarrierError):
            objects.create("ready", b"")
            objects.remove(["ready"])
            return True
        return False

    wait_until(weed, writes)


def listening(weed: Weed, port: int) -> None:
    """Wait until it takes connections."""

    def answers() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return True
        return False

    wait_until(weed, answers)


def wait_until(weed: Weed, come: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not come():
        assert weed.is_running
        assert time.monotonic() < until, "the store did not start"
        time.sleep(0.1)


def made(folder: Path, name: str) -> Path:
    path = folder / name
    path.mkdir()
    return path


def identities(folder: Path) -> Path:
    """Return the file that tells SeaweedFS who may do what."""
    file = folder / "s3.json"
    everything = ("Admin", "Read", "Write", "List", "Tagging")
    one = ("Read", "List", *(f"Write:{BUCKET}/v1/{PLACE}/*",))
    file.write_text(
        json.dumps(
            {
                "identities": [
                    _identity("all", KEY, SECRET, everything),
                    _identity("one", OWN_KEY, OWN_SECRET, one),
                ]
            }
        )
    )
    return file


def _identity(name: str, key: str, secret: str, actions: Sequence[str]) -> dict[str, object]:
    return {"name": name, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}


def free_ports(count: int) -> list[int]:
    """Return ports that are free, as is the one that SeaweedFS takes besides each.

    Not of those that the system gives to connections (ip_local_port_range): one may come before it listens.
    """
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            port = random.choice(_PORTS)
            with suppress(OSError):
                for one in (port, port + _GRPC):
                    held.enter_context(socket.create_server(("127.0.0.1", one)))
                found.append(port)
    return found
