"""Version numbers of datasets: MAJOR.MINOR.PATCH, compared as numbers."""

import re
from dataclasses import dataclass
from functools import total_ordering

from signalbook.schema.errors import UsageError

_SEMVER = re.compile(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(?:-((?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
    r"(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*))?"
)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")


@total_ordering
@dataclass(frozen=True)
class Version:
    """A semantic version, without build metadata."""

    numbers: tuple[int, int, int]
    pre: tuple[str, ...] = ()

    @property
    def _rank(self) -> tuple[object, ...]:
        parts = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in self.pre)
        return self.numbers, not self.pre, parts

    def __lt__(self, other: "Version") -> bool:
        return self._rank < other._rank

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers)) + ("-" + ".".join(self.pre) if self.pre else "")


def is_version(text: str) -> bool:
    """Whether this is a version number."""
    return _SEMVER.fullmatch(text) is not None


def parse_version(text: str) -> Version:
    """Read a version number.

    Raises:
        UsageError: it is none.
    """
    found = _SEMVER.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is no version number; write MAJOR.MINOR.PATCH, such as 1.0.0")
    major, minor, patch, pre = found.groups()
    return Version((int(major), int(minor), int(patch)), tuple(pre.split(".")) if pre else ())


def checked_name(name: str) -> str:
    """The name of a dataset, if it can be the name of a folder and part of a URL everywhere.

    Raises:
        UsageError: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot name a dataset; use lower-case letters, digits, - and _")
    return name
