"""Accounts of annotators on the embedded Label Studio, each with a password and token of its own."""

import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from signalbook.schema.errors import ConflictError, ServerError, UsageError
from signalbook.schema.filesystem import read_json, write_private
from signalbook.schema.json_text import json_page

from .start_stop import Studio

if TYPE_CHECKING:
    import httpx

USERS = "users.json"
_MIN_PASSWORD = 8
_FOUND = 302


@dataclass(frozen=True)
class User:
    """Somebody who labels, and how they log in."""

    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)


def users(folder: Path) -> dict[str, User]:
    """The users made by `create_user` on this folder, by e-mail address.

    Raises:
        DocumentError: The file is damaged.
    """
    way_out = "restore it from a backup; without it their passwords are not known"
    rows = read_json(folder / USERS, list[User], way_out=way_out)
    return {user.email: user for user in rows or ()}


def create_user(studio: Studio, email: str, password: str | None = None) -> User:
    """Create a user by an invitation, which is closed again; an existing user is given back.

    Raises:
        UsageError: The password is too short.
        ConflictError: The server refuses the address, or knows it from elsewhere.
    """
    existing = users(studio.folder)
    if email in existing:
        return existing[email]
    chosen = password or secrets.token_urlsafe(12)
    if len(chosen) < _MIN_PASSWORD:
        raise UsageError(f"{email}: the password is shorter than {_MIN_PASSWORD} characters")
    user = User(email, chosen, _sign_up(studio, email, chosen))
    rows = [asdict(existing[name]) for name in sorted(existing)]
    write_private(studio.folder / USERS, json_page([*rows, asdict(user)]))
    return user


def _sign_up(studio: Studio, email: str, password: str) -> str:
    import httpx

    admin = {"Authorization": f"Token {studio.token}"}
    try:
        with httpx.Client(base_url=studio.url, trust_env=False, timeout=60) as session:
            invitation = session.get("/api/invite", headers=admin).raise_for_status()
            token = _submit(session, str(invitation.json()["invite_url"]), email, password)
            session.cookies.clear()
            session.post("/api/invite/reset-token", headers=admin).raise_for_status()
    except httpx.HTTPError as error:
        raise ServerError(f"{studio.url}: cannot make user {email}; is it running?") from error
    return token


def _submit(session: "httpx.Client", address: str, email: str, password: str) -> str:
    """Fill in the sign-up form and read the new user's token."""
    session.get(address).raise_for_status()
    form = {
        "email": email,
        "password": password,
        "allow_newsletters": "false",
        "csrfmiddlewaretoken": session.cookies.get("csrftoken") or "",
    }
    referer = {"Referer": str(session.base_url)}
    if session.post(address, data=form, headers=referer).status_code != _FOUND:
        raise ConflictError(
            f"{email}: the server refuses this user; either it is no e-mail address, "
            "or it exists already and its password is not known here"
        )
    answer = session.get("/api/current-user/token").raise_for_status()
    return str(answer.json()["token"])
