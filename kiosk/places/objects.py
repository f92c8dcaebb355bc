"""The objects of one bucket, through obstore: read, created where there is none, listed, removed.

Every call waits for the store: none is made on the thread of a screen. What goes wrong is told in sentences
of the kiosk's own (`store_faults`), without the library's.
"""

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from kiosk import untrusted
from kiosk.errors import CarrierError, TakenError
from kiosk.places.credentials import Credentials
from kiosk.places.in_order import InOrder, Wait
from kiosk.places.store_faults import ODD, Fault, fault_of, is_absent
from kiosk.settings.store import StoreSettings, host_of

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Store

_T = TypeVar("_T")

CONNECT = timedelta(seconds=10)
TIMEOUT = timedelta(seconds=30)
"""For a request with its answer, of at most `SMALL` bytes."""
SMALL = 64 << 10
PATIENT = timedelta(minutes=5)
"""For a larger one: 16 MiB at half a megabit a second."""
DELAYS = (0.1, 0.4, 1.6, 5.0)
"""Seconds, more or less, before it is tried again."""
PATIENCE = 60.0
"""Seconds after which nothing is tried again."""
LISTED_MOST = 10_000
"""Names in a listing; what comes after them is seen once these are dealt with."""
_PAGE = 1_000
"""Names in an answer, as S3 has it: asking for as many does not ask twice."""
TRUSTED = Path("/etc/ssl/certs/ca-certificates.crt")
"""The certificates that this machine trusts. The library brings some of its own, and does not look here."""
_TRUSTED_MOST = 8 << 20
_NOWHERE = "http://127.0.0.1:9"
"""In the place of a proxy for whatever is not the store: none is taken from the environment, and a redirect
leads nowhere."""


class LargerError(CarrierError):
    """An object is larger than what was looked for."""


class Put(NamedTuple):
    """What the store said of an object that it took."""

    version: str | None
    """The number of this version of it, where the store keeps versions."""


class Found(NamedTuple):
    """An object."""

    data: bytes
    modified: datetime
    """When it was made, by the store's clock."""


class Objects:
    """The objects of a bucket. Each method raises CarrierError, in a sentence that says what to do."""

    def __init__(
        self,
        settings: StoreSettings,
        credentials: Credentials,
        *,
        timeout: timedelta = TIMEOUT,
        delays: Sequence[float] = DELAYS,
        trusted: Path = TRUSTED,
    ) -> None:
        self._delays = delays
        self._quick = _client(settings, credentials, timeout, trusted)
        self._patient = _client(settings, credentials, max(timeout, PATIENT), trusted)

    def __repr__(self) -> str:
        return "Objects(…)"  # whose they are stays out of every log

    def read(self, path: str, most: int, wait: Wait = time.sleep) -> bytes | None:
        """Return an object's bytes; None where there is none. Raises LargerError for more than `most`."""
        found = self._tried(lambda: self._found(path, most), wait)
        return None if found is None else found.data

    def look(self, path: str, most: int) -> Found | None:
        """Return the same with what the store says of it."""
        return self._tried(lambda: self._found(path, most), time.sleep)

    def create(self, path: str, data: bytes, wait: Wait = time.sleep) -> Put:
        """Write an object where there is none. The same bytes, which are there already, are fine as well.

        A request that nobody answered may have been done all the same: asked again, the store then says that
        something is there, and what it is decides. Raises TakenError where it is something else.
        """
        return self._tried(lambda: self._created(path, data), wait)

    def names(self, prefix: str, after: str) -> list[str]:
        """Return the names below a prefix that come after one, in order; one request a thousand."""

        def listed() -> list[str]:
            pages = self._quick.list(prefix, offset=after, chunk_size=_PAGE)
            return sorted(one["path"] for page in islice(pages, LISTED_MOST // _PAGE) for one in page)

        return self._tried(listed, time.sleep)

    def remove(self, paths: Iterable[str]) -> None:
        """Remove objects; what is not there is fine."""
        left = iter(paths)
        while some := list(islice(left, _PAGE)):
            self._tried(lambda some=some: self._quick.delete(some), time.sleep)  # type: ignore[misc]

    def _client_for(self, size: int) -> "S3Store":
        return self._quick if size <= SMALL else self._patient

    def _found(self, path: str, most: int) -> Found | None:
        try:
            result = self._client_for(most).get(path)
        except FileNotFoundError as error:
            if is_absent(error):
                return None
            raise
        if result.meta["size"] > most:
            raise LargerError("An object in the store is larger than anything that a kiosk puts there.")
        return Found(bytes(result.bytes()), result.meta["last_modified"])

    def _created(self, path: str, data: bytes) -> Put:
        from obstore.exceptions import AlreadyExistsError

        try:
            made = self._client_for(len(data)).put(path, data, mode="create", use_multipart=False)
            return Put(made["version"])
        except AlreadyExistsError:
            pass
        with suppress(LargerError):
            if (found := self._found(path, len(data))) is None:
                raise _PassingError
            if found.data == data:
                return Put(None)
        raise TakenError(
            "Something else is in the store where this was to go, and nothing is ever written over. Somebody "
            "else may be writing there: ask whoever runs the store who may."
        )

    def _tried(self, ask: Callable[[], _T], wait: Wait) -> _T:
        from obstore.exceptions import BaseError

        until = time.monotonic() + PATIENCE
        for delay in (*self._delays, None):
            try:
                # In the main thread, Ctrl+C would be heard once the store has answered.
                return ask() if current_thread() is not main_thread() else InOrder.one(ask)
            except (BaseError, FileNotFoundError) as error:
                fault = fault_of(error)
            except _PassingError:
                fault = Fault(ODD.says, passes=True)
            # Outside of `except`, so that the library's own error, with its text, is no context of this one.
            if delay is None or not fault.passes or time.monotonic() > until:
                break
            if wait(delay * random.uniform(0.5, 1.5)):  # noqa: S311 - so that many do not come back at once
                break
        raise fault.error()


class _PassingError(Exception):
    """The store said that something is there, and does not have it."""


def _client(
    settings: StoreSettings, credentials: Credentials, timeout: timedelta, trusted: Path
) -> "S3Store":
    from obstore.store import S3Store

    in_clear = settings.endpoint.startswith("http://")
    options: ClientConfig = {
        "allow_http": in_clear,
        "connect_timeout": CONNECT,
        "timeout": timeout,
        "proxy_url": _NOWHERE,
        "proxy_excludes": host_of(settings.endpoint) or "",
        "user_agent": "strengths-kiosk",
    }
    if not in_clear:
        with suppress(FileNotFoundError):
            options["root_certificate"] = untrusted.read(trusted, _TRUSTED_MOST, links=True)
    with _no_other_settings():
        return S3Store(
            settings.bucket,
            endpoint=settings.endpoint,
            region=settings.region,
            access_key_id=credentials.key,
            secret_access_key=credentials.secret,
            client_options=options,
            # What is tried again, and when, is decided here: a wait there cannot be cut short.
            retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=1)},
        )


@contextmanager
def _no_other_settings() -> Iterator[None]:
    """Hide what the library would take from the environment: another endpoint, another key, no signature."""
    hidden = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("AWS_")}
    try:
        yield
    finally:
        os.environ.update(hidden)
