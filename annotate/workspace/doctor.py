"""Check the environment, the workspace and the server, and name what mends each fault."""

import base64
import binascii
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import cast

from signalbook.annotate.studio.start_stop import installed
from signalbook.schema.errors import AccessError, SignalbookError
from signalbook.schema.scheme.loader import load_scheme

from .connection import Connection, closing_command, find_connection
from .workspace import Workspace, find_workspace

TESTED_SERVER = "1.23.2"
MIN_PYTHON = (3, 11)
_MAX_SKEW_S = 60.0
_MIN_DAYS_LEFT = 7


@dataclass(frozen=True)
class HealthCheck:
    """One thing that should hold; a remedy is a command, or what to do."""

    name: str
    ok: bool
    fact: str
    remedy: str | None = None


def examine(start: Path | None = None, *, url: str | None = None) -> list[HealthCheck]:
    """Every check that can be made here; one that fails keeps those after it from running."""
    return list(_checks(start, url))


def _checks(start: Path | None, url: str | None) -> Iterator[HealthCheck]:
    yield _python()
    yield _extra()
    try:
        workspace = find_workspace(start)
    except SignalbookError as error:
        yield HealthCheck("workspace", False, str(error), "signalbook init")
        return
    yield HealthCheck("workspace", True, str(workspace.folder))
    yield from _scheme(workspace)
    yield from _secret("key of names", workspace.pseudonym_key)
    try:
        connection = find_connection(workspace, url=url)
    except SignalbookError as error:
        yield _no_server(error)
        return
    if connection.token_file:
        yield from _secret("token file", connection.token_file)
    yield from _server(connection)


def _secret(name: str, path: Path) -> Iterator[HealthCheck]:
    """Whether nobody but its owner can read a file, once there is one."""
    if path.exists():
        remedy = closing_command(path)
        who = "others on this machine" if remedy else "nobody but its owner"
        yield HealthCheck(name, not remedy, f"{who} can read {path}", remedy or None)


def _python() -> HealthCheck:
    version = ".".join(map(str, sys.version_info[:3]))
    oldest = ".".join(map(str, MIN_PYTHON))
    return HealthCheck(
        "python", sys.version_info >= MIN_PYTHON, version, f"use Python {oldest} or newer"
    )


def _extra() -> HealthCheck:
    """The embedded server is optional: without it a server elsewhere does."""
    if installed():
        return HealthCheck(
            "embedded studio", True, f"label-studio {metadata.version('label-studio')}"
        )
    fact = "not installed; only needed without a server of your own"
    return HealthCheck("embedded studio", True, fact, "pip install 'signalbook[studio]'")


def _scheme(workspace: Workspace) -> Iterator[HealthCheck]:
    try:
        scheme = load_scheme(workspace.scheme)
    except SignalbookError as error:
        yield HealthCheck("scheme", False, str(error), "signalbook scheme check")
        return
    yield HealthCheck("scheme", True, f"{scheme.name} {scheme.version}")
    if workspace.propose:
        can = scheme.party is not None and scheme.party.proposals is not None
        fact = "" if can else f", but {scheme.name} has no x-proposed-parties"
        remedy = None if can else "add it to the party type, or take out [project] propose"
        yield HealthCheck("proposals", can, f"each push proposes parties{fact}", remedy)


def _server(connection: Connection) -> Iterator[HealthCheck]:
    """Whether it is there, what it is, what time it has, and whether it knows the token."""
    from signalbook.annotate.label_studio.client import LabelStudioClient

    try:
        with LabelStudioClient(connection.url, connection.token) as client:
            version = client.version()
            yield HealthCheck("server", True, f"{connection.url} (from {connection.origin})")
            yield _version(version)
            yield _clock(client.clock())
            yield _token(connection.token, datetime.now(UTC))
            if connection.ignored:
                fact = (
                    f"{connection.ignored} is ignored: the embedded server has a token of its own"
                )
                yield HealthCheck("token ignored", True, fact)
            email = client.whoami()["email"]
            yield HealthCheck("access", True, f"logged in as {email}")
    except AccessError as error:
        yield HealthCheck("access", False, str(error), "set LABEL_STUDIO_API_KEY to a fresh token")
    except SignalbookError as error:
        yield _no_server(error)


def _no_server(error: SignalbookError) -> HealthCheck:
    """Its message names what mends it: the embedded server is of no use for another one."""
    return HealthCheck("access" if isinstance(error, AccessError) else "server", False, str(error))


def _version(version: str) -> HealthCheck:
    fact = version if version == TESTED_SERVER else f"{version}; tested with {TESTED_SERVER}"
    same = version.split(".")[:2] == TESTED_SERVER.split(".")[:2]
    return HealthCheck("server version", same, fact, f"use Label Studio {TESTED_SERVER}")


def _clock(server_time: datetime | None) -> HealthCheck:
    """Pulls go by the server's clock, and personal tokens by both."""
    if server_time is None:
        return HealthCheck("clock", True, "the server gives no time")
    skew = abs((server_time - datetime.now(UTC)).total_seconds())
    return HealthCheck(
        "clock", skew < _MAX_SKEW_S, f"{skew:.0f} s apart", "set the clock of both machines"
    )


def _token(token: str, now: datetime) -> HealthCheck:
    """What kind of token it is, and for how long it holds."""
    expiry = expiry_of(token)
    if expiry is None:
        return HealthCheck("token", True, "no expiry can be read from it; a legacy token has none")
    left = (expiry - now).days
    fact = f"personal access token until {expiry:%Y-%m-%d}"
    return HealthCheck(
        "token", left >= _MIN_DAYS_LEFT, fact, "make a new one under Account & Settings"
    )


def expiry_of(token: str) -> datetime | None:
    """When a personal access token ends; None for a legacy token."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims: object = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(claims, dict):
        return None
    until = cast("dict[str, object]", claims).get("exp")
    return datetime.fromtimestamp(until, UTC) if isinstance(until, int | float) else None
