"""Turn what goes wrong between us and the server into one of our errors, without any secret."""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import cast
from urllib.parse import urlsplit

from signalbook.schema.errors import (
    AccessError,
    ConflictError,
    ServerError,
    SignalbookError,
    UnreachableError,
    UsageError,
)

_MAX_FACT = 500
_NO_LABEL_STUDIO = "does not answer like Label Studio"
_CHECK_URL = "check the URL, and any proxy before the server"
_WRITE_IT = "write it like https://labels.example.org"
_HTML = "an HTML page"
_HIDDEN = "***"
#: Both kinds of token: 40 hexadecimal digits, or three parts that begin as JSON does in base 64.
_TOKEN_LIKE = re.compile(r"\b[0-9a-fA-F]{40}\b|\beyJ[\w-]+\.[\w-]+\.[\w-]+")
_NEW_TOKEN = (
    "copy a token from Account & Settings and set LABEL_STUDIO_API_KEY, "
    "then check with: signalbook doctor"
)


def require_plain_url(url: str) -> str:
    """The address as it may be shown: http or https, a host, no user, no password, no token.

    Raises:
        UsageError: It is anything else.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that do not hold an IPv6 address; the rest may be a secret
        raise UsageError(f"the server's URL cannot be read; {_WRITE_IT}") from None
    if "@" in url:
        raise UsageError("the server's URL holds a user name or password; take it out")
    if parts.query or parts.fragment or without_secrets(url) != url:
        raise UsageError(
            f"the server's URL holds more than an address, perhaps a token; {_WRITE_IT}, "
            "and set the token as LABEL_STUDIO_API_KEY"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{url}: is no server; {_WRITE_IT}")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def is_on_this_machine(url: str) -> bool:
    """Whether what is sent to this address never leaves the machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost" or host.endswith(".localhost")


def require_plain_token(url: str, token: str) -> str:
    """The token without the blanks around it, if a header can carry it.

    Whatever else refuses it later may repeat it in its message.

    Raises:
        AccessError: It is empty, or holds what no token holds.
    """
    plain = token.strip()
    if not plain:
        raise AccessError(f"{url}: no token; set LABEL_STUDIO_API_KEY")
    if not (plain.isascii() and plain.isprintable() and " " not in plain):
        raise AccessError(
            f"{url}: the token holds a blank, a line break or an accent; {_NEW_TOKEN}"
        )
    return plain


@contextmanager
def refusals(
    url: str, request: str, *, token: str, is_always_there: bool = False
) -> Generator[None]:
    """Turn whatever the SDK or the network raises into an error of ours.

    The text of the SDK's own errors holds headers, cookies among them; so they are not chained.

    Args:
        url: Address of the server.
        request: What is asked, in words.
        token: Token that no message may show.
        is_always_there: Whether every Label Studio has what is asked for, and nobody can delete it.

    Raises:
        AccessError: The token is refused.
        ConflictError: It exists already.
        UsageError: The server refuses the request as one that makes no sense.
        UnreachableError: Nobody is there, so the request cannot have arrived.
        ServerError: The server goes away, fails, or is no Label Studio; the request may have arrived.
    """
    import httpx
    from label_studio_sdk.core.api_error import ApiError

    place = f"{url}: {request}"
    try:
        yield
    except ApiError as error:
        location = (error.headers or {}).get("location")
        explanation = _explanation(error.body, token)
        if error.status_code == 404 and explanation != _HTML:
            can_be_gone = not is_always_there and _is_of_label_studio(error.body)
            raise _not_there(place, explanation, can_be_gone=can_be_gone) from None
        raise _refusal(place, error.status_code, explanation, location) from None
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise UnreachableError(_away(url, place, error, token)) from None
    except httpx.TimeoutException:
        raise ServerError(f"{place}: no answer in time; run the command again") from None
    except httpx.TransportError as error:
        raise ServerError(_away(url, place, error, token)) from None
    except json.JSONDecodeError:  # the refusal of a personal token, which the SDK reads by itself
        raise unlike(place, "not JSON") from None


def unlike(place: str, fact: str) -> ServerError:
    """The refusal of an answer that is another than Label Studio gives."""
    return ServerError(f"{place}: {_NO_LABEL_STUDIO} ({fact}); {_CHECK_URL}")


def without_secrets(text: str, token: str = "") -> str:
    """The text, without the token and without whatever else looks like one."""
    plain = text.replace(token, _HIDDEN) if token else text
    return _TOKEN_LIKE.sub(_HIDDEN, plain)


def _away(url: str, place: str, error: Exception, token: str) -> str:
    fact = without_secrets(str(error), token) or type(error).__name__
    way_out = "see: signalbook studio start" if is_on_this_machine(url) else _CHECK_URL
    return f"{place}: cannot be reached ({fact}); is it running? {way_out}"


def _refusal(
    place: str, status: int | None, explanation: str, location: str | None
) -> SignalbookError:
    match status:
        case 401 | 403:
            return AccessError(f"{place}: token refused ({explanation}); {_NEW_TOKEN}")
        case 409:
            return ConflictError(f"{place}: {explanation}; look at what the server has")
        case 404:
            return UsageError(
                f"{place}: {_NO_LABEL_STUDIO}; check the URL; it ends before /api and /projects"
            )
        case int() if status < 300:
            return unlike(place, f"status {status}")
        case int() if 300 <= status < 400:
            return UsageError(
                f"{place}: the server sends us on to {_without_query(location)}; "
                "tokens are not sent on, so set LABEL_STUDIO_URL to the final address"
            )
        case int() if 400 <= status < 500 and status not in (408, 429):
            return UsageError(
                f"{place}: refused with {status} ({explanation}); correct what was sent"
            )
        case _:
            return ServerError(
                f"{place}: failed with {status} ({explanation}); run the command again"
            )


def _not_there(place: str, explanation: str, *, can_be_gone: bool) -> SignalbookError:
    if can_be_gone:
        return UsageError(f"{place}: not there ({explanation}); was it deleted on the server?")
    return unlike(place, f"404: {explanation}")


def _is_of_label_studio(refusal: object) -> bool:
    """Whether it explains a refusal as Label Studio does: a proxy says less, or says it as text."""
    return isinstance(refusal, dict) and bool(cast("dict[str, object]", refusal).get("detail"))


def _without_query(location: str | None) -> str:
    parts = urlsplit(location or "another address")
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname else parts.path


def _explanation(body: object, token: str) -> str:
    """The sentence in which the server explains itself."""
    if isinstance(body, dict):
        fields = cast("dict[str, object]", body)
        body = fields.get("validation_errors") or fields.get("detail") or fields
    text = without_secrets(str(body), token).strip() if body else ""
    if "<html" in text.lower():
        return _HTML
    return text[:_MAX_FACT].strip() or "the server does not say why"
