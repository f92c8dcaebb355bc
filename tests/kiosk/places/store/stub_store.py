"""A store that is as strange as a test wants it: it speaks what the kiosk uses of S3, in this process."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from kiosk.places.credentials import Credentials
from kiosk.places.objects import Objects
from kiosk.settings.store import StoreSettings

PAGE = 1000
"""Names in one answer to a listing, as S3 has it."""
KEY, SECRET, BUCKET = "AKIAEXAMPLE", "wJalrXUtnFEMI", "entries"

Answer = tuple[int, str]
"""A status, and the code of an error."""
LOST: Answer = (0, "")
"""What was asked for is done, and the connection ends without an answer."""
SILENT: Answer = (0, "silent")
"""What was asked for is done, and the answer comes when nobody waits for it any more."""
Trouble = Callable[[str, str], Answer | None]
"""Takes a method and an object's name; None lets the request through."""


QUICK: dict[str, Any] = {"delays": (0.01, 0.01), "timeout": timedelta(seconds=0.5)}
"""For a client that has no patience."""


class StubStore(ThreadingHTTPServer):
    """The objects of one bucket."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        self.trouble: Trouble = lambda _method, _path: None
        self.versions = False
        self.overwrites = False
        """Whether it takes no notice of If-None-Match."""
        self.keeps = False
        """Whether nobody may delete."""
        self.behind = timedelta(0)
        """How far its clock is behind."""
        self.lock = threading.Lock()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def client(self, **more: Any) -> Objects:
        return objects_at(self.endpoint, **more)


def objects_at(
    endpoint: str, key: str = KEY, secret: str = SECRET, bucket: str = BUCKET, **more: Any
) -> Objects:
    settings = StoreSettings(endpoint=endpoint, bucket=bucket, credentials="systemd")
    return Objects(settings, Credentials(key, secret), **more)


@contextmanager
def stub_store() -> Iterator[StubStore]:
    with StubStore() as store:
        thread = threading.Thread(target=store.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield store
        finally:
            store.shutdown()
            thread.join()


_DENIED = "<Code>AccessDenied</Code><Message>no</Message>"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StubStore
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        at = urlsplit(self.path)
        path = unquote(at.path).removeprefix(f"/{BUCKET}").lstrip("/")
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = path or {"GET": "?list", "POST": "?delete"}[self.command]
        with self.server.lock:
            self.server.asked.append((self.command, asked))
        trouble = self.server.trouble(self.command, asked)
        if trouble and trouble[0]:
            status, code = trouble
            to = {"Location": code} if status == 307 else {}
            self._answer(status, f"<Error><Code>{code}</Code></Error>".encode(), **to)
            return
        with self.server.lock:
            answer = self._done(path, {name: one[0] for name, one in parse_qs(at.query).items()}, data)
        if trouble == SILENT:
            time.sleep(QUICK["timeout"].total_seconds() * 1.2)
        if trouble:
            self.close_connection = True
        else:
            self._answer(*answer)

    do_GET = do_PUT = do_POST = _serve  # noqa: N815 - named by the library

    def _done(self, path: str, query: dict[str, str], data: bytes) -> tuple[int, bytes]:
        objects = self.server.objects
        match self.command, path:
            case "PUT", _:
                if (
                    path in objects
                    and not self.server.overwrites
                    and self.headers.get("If-None-Match") == "*"
                ):
                    return 412, b"<Error><Code>PreconditionFailed</Code></Error>"
                objects[path] = data
                return 200, b""
            case "GET", "":
                return 200, self._listing(query["prefix"], query.get("start-after", ""), query)
            case "GET", _:
                found = objects.get(path)
                return (404, b"<Error><Code>NoSuchKey</Code></Error>") if found is None else (200, found)
            case _:
                names = [one.text or "" for one in ET.fromstring(data).iter() if one.tag.endswith("Key")]  # noqa: S314
                if self.server.keeps:
                    refused = "".join(f"<Error><Key>{name}</Key>{_DENIED}</Error>" for name in names)
                    return 200, f"<DeleteResult>{refused}</DeleteResult>".encode()
                for name in names:
                    objects.pop(name, None)
                deleted = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in names)
                return 200, f"<DeleteResult>{deleted}</DeleteResult>".encode()

    def _listing(self, prefix: str, after: str, query: dict[str, str]) -> bytes:
        after = max(after, query.get("continuation-token", ""))
        names = sorted(name for name in self.server.objects if name.startswith(prefix) and name > after)
        page, more = names[:PAGE], len(names) > PAGE
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        listed = "".join(
            f"<Contents><Key>{escape(name)}</Key><Size>{len(self.server.objects[name])}</Size>"
            "<LastModified>2026-01-01T00:00:00Z</LastModified></Contents>"
            for name in page
        )
        token += f"<IsTruncated>{str(more).lower()}</IsTruncated>"
        return f"<ListBucketResult>{token}{listed}</ListBucketResult>".encode()

    def _answer(self, status: int, data: bytes, **more: str) -> None:
        self.send_response(status)
        now = datetime.now(UTC) - self.server.behind
        for name, value in (
            *more.items(),
            ("Content-Length", str(len(data))),
            ("ETag", '"0"'),
            ("Last-Modified", now.strftime("%a, %d %b %Y %H:%M:%S GMT")),
            *((("x-amz-version-id", "v1"),) if self.server.versions else ()),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
