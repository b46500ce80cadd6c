"""The secrets and the port of an embedded server, kept in a file of its folder."""

import secrets
import socket
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from signalbook.schema.filesystem import read_json, write_private
from signalbook.schema.json_text import json_page

HOST = "127.0.0.1"
ADMIN = "admin@signalbook.invalid"
STATE = "studio.json"


@dataclass(frozen=True)
class StudioState:
    """What is kept between starts, in a file that only the owner can read."""

    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    port: int


def read_state(folder: Path) -> StudioState | None:
    """What is kept; None before the first start.

    Raises:
        DocumentError: The file is damaged.
    """
    return read_json(folder / STATE, StudioState, way_out="restore it from a backup")


def write_state(folder: Path, state: StudioState) -> None:
    """Keep it where only the owner can read it."""
    write_private(folder / STATE, json_page(asdict(state)))


def prepare_state(folder: Path, port: int | None) -> StudioState:
    """The secrets of the last start or new ones, written before the server knows them."""
    previous = read_state(folder)
    if previous is None:
        state = StudioState(
            ADMIN, secrets.token_urlsafe(16), secrets.token_hex(20), port or _free_port()
        )
    else:
        same = _free_port() if port_is_taken(previous.port) else previous.port
        state = replace(previous, port=port or same)
    write_state(folder, state)
    return state


def port_is_taken(port: int) -> bool:
    """Whether somebody answers on this port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
