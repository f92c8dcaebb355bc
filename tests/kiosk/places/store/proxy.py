"""What stands between a kiosk and a store: it counts requests, and loses answers."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Proxy(ThreadingHTTPServer):
    """Hands each request on to a port of this machine."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = port
        self.requests: list[bytes] = []
        self.swallows: Callable[[bytes], bool] = lambda _request: False
        """Takes the first line of a request; its answer is lost, once for each."""
        self.swallowed: set[bytes] = set()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy
    disable_nagle_algorithm = True

    def _hand_on(self) -> None:
        request = self.requestline.encode()
        self.server.requests.append(request)
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        onward = HTTPConnection("127.0.0.1", self.server.target)
        # As it was signed: with the headers that came, and no other.
        onward.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            onward.putheader(name, value)
        onward.endheaders(data)
        answer = onward.getresponse()
        body = answer.read()
        onward.close()
        if self.server.swallows(request) and request not in self.server.swallowed:
            self.server.swallowed.add(request)
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = _hand_on  # noqa: N815 - named by the library

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def proxy(port: int) -> Iterator[Proxy]:
    with Proxy(port) as started:
        thread = threading.Thread(target=started.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield started
        finally:
            started.shutdown()
            thread.join()
