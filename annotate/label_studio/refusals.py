"""What goes wrong between us and the server becomes one of our errors, without any secret."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast
from urllib.parse import urlsplit

from signalbook.schema.errors import (
    AccessError,
    ConflictError,
    ServerError,
    SignalbookError,
    UsageError,
)

_LONGEST_FACT = 500
_NO_LABEL_STUDIO = "does not answer like Label Studio; check the URL"
_HTML = "an HTML page"
_NEW_TOKEN = (
    "copy a token from Account & Settings and set LABEL_STUDIO_API_KEY, "
    "then check with: signalbook doctor"
)


def require_plain_url(url: str) -> str:
    """The address as it may be shown: http or https, a host, no user, no password.

    Raises:
        UsageError: it is anything else.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that do not hold an IPv6 address; the rest may be a secret
        raise UsageError(
            "the server's URL cannot be read; write it like https://labels.example.org"
        ) from None
    if parts.username or parts.password:
        raise UsageError("the server's URL holds a user name or password; take it out")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{url}: is no server; write it like https://labels.example.org")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def require_plain_token(url: str, token: str) -> str:
    """The token without the blanks around it, if a header can carry it.

    Whatever else refuses it later may repeat it in its message.

    Raises:
        AccessError: it is empty, or holds what no token holds.
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
def refusals(url: str, doing: str) -> Generator[None]:
    """Turn whatever the SDK or the network raises into an error of ours.

    The text of the SDK's own errors holds headers, cookies among them; so they are not chained.

    Raises:
        AccessError: the token is refused.
        ConflictError: it exists already.
        UsageError: the server says that the request makes no sense.
        ServerError: the server is away, fails, or is no Label Studio.
    """
    import httpx
    from label_studio_sdk.core.api_error import ApiError
    from label_studio_sdk.core.parse_error import ParsingError
    from pydantic import ValidationError

    place = f"{url}: {doing}"
    try:
        yield
    except ApiError as error:
        location = (error.headers or {}).get("location")
        raise _refusal(place, error.status_code, _said(error.body), location) from None
    except httpx.TimeoutException as error:
        raise ServerError(f"{place}: no answer in time; run the command again") from error
    except httpx.TransportError as error:
        raise ServerError(
            f"{place}: cannot be reached ({_fact(error)}); "
            "is it running? see: signalbook studio start"
        ) from error
    except (ParsingError, ValidationError, json.JSONDecodeError):
        raise ServerError(f"{place}: {_NO_LABEL_STUDIO}") from None


def _refusal(place: str, status: int | None, said: str, location: str | None) -> SignalbookError:
    match status:
        case 401 | 403:
            return AccessError(f"{place}: token refused ({said}); {_NEW_TOKEN}")
        case 409:
            return ConflictError(f"{place}: {said}; look at what the server has")
        case 404 if said == _HTML:
            return UsageError(f"{place}: {_NO_LABEL_STUDIO}; it ends before /api and /projects")
        case 404:
            return UsageError(f"{place}: not there ({said}); was it deleted on the server?")
        case int() if status < 300:
            return ServerError(f"{place}: {_NO_LABEL_STUDIO}")
        case int() if 300 <= status < 400:
            return UsageError(
                f"{place}: the server sends us on to {_without_query(location)}; "
                "tokens are not sent on, so set LABEL_STUDIO_URL to the final address"
            )
        case int() if 400 <= status < 500 and status not in (408, 429):
            return UsageError(f"{place}: refused with {status} ({said}); correct what was sent")
        case _:
            return ServerError(f"{place}: failed with {status} ({said}); run the command again")


def _without_query(location: str | None) -> str:
    parts = urlsplit(location or "another address")
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname else parts.path


def _said(body: object) -> str:
    """The sentence in which the server explains itself."""
    if isinstance(body, dict):
        known = cast("dict[str, object]", body)
        body = known.get("validation_errors") or known.get("detail") or known
    text = str(body)
    if "<html" in text.lower():
        return _HTML
    return text[:_LONGEST_FACT].strip()


def _fact(error: Exception) -> str:
    return str(error) or type(error).__name__
