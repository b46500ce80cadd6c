"""A proxy that stands before a real server and does to requests and answers what it is told to."""

import json
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, TypeAlias

import httpx

from signalbook.schema.scheme.model import Json

#: `lose answer`: the server acts, the client hears nothing; `refuse`: the server never hears of it.
#: A number: the server never hears of it, the client gets this status. Bytes: the server acts, and
#: they take the place of its answer. A function: the server acts, and this becomes of its answer.
Fate: TypeAlias = Literal["pass", "lose answer", "refuse"] | int | bytes | Callable[[bytes], bytes]
#: Method, path and number of this request among those of its method -> what happens to it.
Fault: TypeAlias = Callable[[str, str, int], Fate]
#: Method, path and body of a request.
Request: TypeAlias = tuple[str, str, bytes]


@contextmanager
def fault_proxy(
    url: str, fault: Fault, *, recorded: dict[Request, httpx.Response] | None = None
) -> Generator[str]:
    """Serve `url` under another address.

    Args:
        url: Address of the server.
        fault: Decides what happens to a request; one that it holds back waits in it.
        recorded: Answers of the server, which is not asked again what it was asked before.
    """
    counts: dict[str, int] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else every answer waits 40 ms for the client

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            counts[self.command] = counts.get(self.command, 0) + 1
            fate = fault(self.command, self.path, counts[self.command])
            if isinstance(fate, int):
                self.answer(httpx.Response(fate))
            elif fate != "refuse":
                answer = self.asked(body)
                if fate != "lose answer":
                    self.answer(answer if fate == "pass" else _changed(answer, fate))
                    return
            self.close_connection = True

        def asked(self, body: bytes) -> httpx.Response:
            request = self.command, self.path, body
            if recorded is not None and request in recorded:
                return recorded[request]
            headers = _end_to_end(self.headers.items())
            answer = httpx.request(
                self.command, url + self.path, content=body, headers=headers, timeout=120
            )
            if recorded is not None:
                recorded[request] = answer
            return answer

        def answer(self, answer: httpx.Response) -> None:
            with suppress(ConnectionError):  # the client has gone meanwhile
                self.send_response(answer.status_code)
                for name, value in _end_to_end(answer.headers.items()).items():
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


def mutations(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Every JSON that lacks one thing of this one, or has something of another kind in its place.

    Of a list, only the first entry is changed; comes with what was done, in words.
    """
    for what, value in _mutated(json.loads(content), ""):
        yield what, json.dumps(value).encode()


def _mutated(value: Json, place: str) -> Iterator[tuple[str, Json]]:
    others: list[Json] = [None, [], {}, "?"]
    for other in others:
        if type(other) is not type(value):
            yield f"{place or '/'} becomes {json.dumps(other)}", other
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{place}/{key} is left out", {k: v for k, v in value.items() if k != key}
            for what, changed in _mutated(inner, f"{place}/{key}"):
                yield what, {**value, key: changed}
    elif isinstance(value, list) and value:
        yield f"{place or '/'} becomes empty", []
        for what, changed in _mutated(value[0], f"{place}/0"):
            yield what, [changed, *value[1:]]


def _changed(answer: httpx.Response, fate: bytes | Callable[[bytes], bytes]) -> httpx.Response:
    content = fate if isinstance(fate, bytes) else fate(answer.content)
    headers = _end_to_end(answer.headers.items())
    return httpx.Response(answer.status_code, headers=headers, content=content)


def _end_to_end(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {k: v for k, v in headers if k.lower() not in _HOP_BY_HOP}


_HOP_BY_HOP = {"host", "connection", "content-length", "transfer-encoding", "content-encoding"}
