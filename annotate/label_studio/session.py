"""An open connection to one Label Studio as one user: sends requests, and checks what comes back.

The SDK sends; what it makes of an answer is not used, since it takes any for the right one.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter

from .answers import Answer
from .refusals import is_on_this_machine, refusals, require_plain_token, require_plain_url

if TYPE_CHECKING:
    import httpx
    from label_studio_sdk.core.request_options import RequestOptions

T = TypeVar("T")
_TIMEOUT_S = 300.0
_CONNECT_TIMEOUT_S = 10.0


class Session:
    """Takes both kinds of token; never sends anything twice by itself."""

    def __init__(self, url: str, token: str) -> None:
        """Raises AccessError for a missing or expired token, UsageError for no URL."""
        import httpx
        from label_studio_sdk import LabelStudio

        self.url = require_plain_url(url)
        self._token = require_plain_token(self.url, token)
        self._read: Callable[[httpx.Response], None] | None = None
        self._http = httpx.Client(
            timeout=httpx.Timeout(_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S),
            follow_redirects=False,
            trust_env=not is_on_this_machine(self.url),
            event_hooks={"response": [self._received]},
        )
        try:
            with refusals(self.url, "log in", token=self._token):
                self.sdk = LabelStudio(  # type: ignore[no-untyped-call]
                    base_url=self.url + "/",
                    api_key=self._token,
                    max_retries=0,
                    httpx_client=self._http,
                )
        except BaseException:
            self._http.close()
            raise

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self,
        request: str,
        shape: type[T],
        send: Callable[[], object],
        *,
        is_always_there: bool = False,
    ) -> T:
        """What the server answers, checked before the SDK reads it.

        Args:
            request: What is asked, in words.
            shape: What the answer has to be like.
            send: Sends the request.
            is_always_there: Whether every Label Studio has what is asked for.
        """
        answer = Answer(self.place(request), TypeAdapter(shape))
        self._read = answer.read
        try:
            self.send(request, send, is_always_there=is_always_there)
        finally:
            self._read = None
        return answer.value

    def get(self, request: str, shape: type[T], path: str) -> T:
        """What the server gives at a path for which the SDK has no method."""
        from label_studio_sdk.core.api_error import ApiError

        # What the methods of the SDK call.
        http = self.sdk._client_wrapper.httpx_client  # pyright: ignore[reportPrivateUsage]

        def send() -> None:
            answer = http.request(path, method="GET")
            if answer.is_error:
                is_json = "json" in answer.headers.get("content-type", "")
                body = answer.json() if is_json else answer.text
                raise ApiError(status_code=answer.status_code, body=body)

        return self.ask(request, shape, send)

    def send(
        self, request: str, send: Callable[[], object], *, is_always_there: bool = False
    ) -> None:
        """Send a request whose answer says no more than that it was done."""
        with refusals(self.url, request, token=self._token, is_always_there=is_always_there):
            send()

    def place(self, request: str) -> str:
        """How a message begins that is about this request."""
        return f"{self.url}: {request}"

    def clock(self) -> datetime | None:
        """The time that the server has, if it gives one."""
        from email.utils import parsedate_to_datetime

        with refusals(self.url, "ask for the time", token=self._token):
            date = self._http.get(f"{self.url}/api/version").headers.get("Date")
        try:
            return parsedate_to_datetime(date) if date else None
        except ValueError:  # not a date
            return None

    def _received(self, response: "httpx.Response") -> None:
        if self._read is not None:
            self._read(response)


def once(body: Mapping[str, object] | None = None) -> "RequestOptions":
    """Options of a request that must not be repeated, with more of its body."""
    return {"max_retries": 0, "additional_body_parameters": dict(body or {})}
