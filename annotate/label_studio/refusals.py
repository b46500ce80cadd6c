"""Turn what goes wrong between us and the server into one of our errors, without any secret."""

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

_MAX_FACT = 500
_NO_LABEL_STUDIO = "does not answer like Label Studio; check the URL"
_HTML = "an HTML page"
_NEW_TOKEN = (
    "copy a token from Account & Settings and set LABEL_STUDIO_API_KEY, "
    "then check with: signalbook doctor"
)


def require_plain_url(url: str) -> str:
    """The address as it may be shown: http or https, a host, no user, no password.

    Raises:
        UsageError: It is anything else.
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
def refusals(url: str, request: str) -> Generator[None]:
    """Turn whatever the SDK or the network raises into an error of ours.

    The text of the SDK's own errors holds headers, cookies among them; so they are not chained.

    Raises:
        AccessError: The token is refused.
        ConflictError: It exists already.
        UsageError: The server refuses the request as one that makes no sense.
        ServerError: The server is away, fails, or is no Label Studio.
    """
    import httpx
    from label_studio_sdk.core.api_error import ApiError
    from label_studio_sdk.core.parse_error import ParsingError
    from pydantic import ValidationError

    place = f"{url}: {request}"
    try:
        yield
    except ApiError as error:
        location = (error.headers or {}).get("location")
        raise _refusal(place, error.status_code, _explanation(error.body), location) from None
    except httpx.TimeoutException as error:
        raise ServerError(f"{place}: no answer in time; run the command again") from error
    except httpx.TransportError as error:
        raise ServerError(
            f"{place}: cannot be reached ({_fact(error)}); "
            "is it running? see: signalbook studio start"
        ) from error
    except (ParsingError, ValidationError, json.JSONDecodeError):
        raise ServerError(f"{place}: {_NO_LABEL_STUDIO}") from None


def _refusal(
    place: str, status: int | None, explanation: str, location: str | None
) -> SignalbookError:
    match status:
        case 401 | 403:
            return AccessError(f"{place}: token refused ({explanation}); {_NEW_TOKEN}")
        case 409:
            return ConflictError(f"{place}: {explanation}; look at what the server has")
        case 404 if explanation == _HTML:
            return UsageError(f"{place}: {_NO_LABEL_STUDIO}; it ends before /api and /projects")
        case 404:
            return UsageError(f"{place}: not there ({explanation}); was it deleted on the server?")
        case int() if status < 300:
            return ServerError(f"{place}: {_NO_LABEL_STUDIO}")
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


def _without_query(location: str | None) -> str:
    parts = urlsplit(location or "another address")
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname else parts.path


def _explanation(body: object) -> str:
    """The sentence in which the server explains itself."""
    if isinstance(body, dict):
        fields = cast("dict[str, object]", body)
        body = fields.get("validation_errors") or fields.get("detail") or fields
    text = str(body)
    if "<html" in text.lower():
        return _HTML
    return text[:_MAX_FACT].strip()


def _fact(error: Exception) -> str:
    return str(error) or type(error).__name__
