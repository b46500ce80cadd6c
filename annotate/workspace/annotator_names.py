"""The e-mail addresses of annotators, and the names that they have in the data."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from unicodedata import normalize

from signalbook.schema.documents.annotators import GOLD_ID, plain_name
from signalbook.schema.documents.limits import unfit_id
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Json

#: What reads as an e-mail address, wherever it stands in a name.
_ADDRESS = re.compile(r"\S@\S")


def plain_address(email: str) -> str:
    """An e-mail address as it is compared: however it is typed, it is one."""
    return normalize("NFC", email).strip().lower()


def annotator_names(path: Path, table: Json, *, numbers: bool = False) -> Mapping[str, str]:
    """E-mail address in small letters -> the name that it has in the data.

    Args:
        path: File that says so, for messages.
        table: What stands there.
        numbers: Whether the number of an account may stand for an address.

    Raises:
        UsageError: A name cannot be one, or one person has two.
    """
    if not isinstance(table, dict):
        raise UsageError(f"{path}: annotators is no table; write [annotators] above its lines")
    names: dict[str, str] = {}
    for email, value in table.items():
        is_key = "@" in email or (numbers and email.isdecimal())
        if not is_key or not isinstance(value, str) or not value.strip():
            raise UsageError(
                f'{path}: [annotators] {email}: write it like "ada@example.org" = "ada"'
            )
        name, address = plain_name(value), plain_address(email)
        if fact := _unfit_name(name):
            raise UsageError(f"{path}: [annotators] {email}: the name {fact}; write another")
        alike = next((n for n in names.values() if n.casefold() == name.casefold()), name)
        if names.setdefault(address, name) != name or alike != name:
            other = names[address] if alike == name else alike
            apart = "" if alike == name else ", which differ in case alone"
            raise UsageError(
                f"{path}: [annotators] {email}: is called both {name!r} and {other!r}{apart}; "
                "give one person one name"
            )
    return MappingProxyType(names)


def _unfit_name(name: str) -> str:
    """What is wrong with the name of an annotator, or nothing: everybody can read it."""
    if name == GOLD_ID:
        return "is that of gold annotations"
    if _ADDRESS.search(name):
        return "is an e-mail address, and names are published"
    return unfit_id(name)
