"""A proxy that stands before a real server and loses answers when told to."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

#: Method, path and number of this request among those of its method -> what happens to it.
Fault = Callable[[str, str, int], str | bytes]


@contextmanager
def fault_proxy(url: str, fault: Fault) -> Generator[str]:
    """Serve `url` under another address.

    The fault says `pass`, `lose answer` (the server acts, the client hears nothing) or `refuse`
    (the server never hears of it). Bytes take the place of what the server answers.
    """
    counts: dict[str, int] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            counts[self.command] = counts.get(self.command, 0) + 1
            what = fault(self.command, self.path, counts[self.command])
            if what != "refuse":
                kept = {k: v for k, v in self.headers.items() if k.lower() not in _HOP_BY_HOP}
                answer = httpx.request(
                    self.command, url + self.path, content=body, headers=kept, timeout=120
                )
                if isinstance(what, bytes):
                    answer = httpx.Response(200, content=what)
                if what != "lose answer":
                    self.answer(answer)
                    return
            self.close_connection = True

        def answer(self, answer: httpx.Response) -> None:
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PATCH = do_DELETE = forward

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


_HOP_BY_HOP = {"host", "connection", "content-length", "transfer-encoding", "content-encoding"}
