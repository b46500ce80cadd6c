"""Who labels which article: what signalbook.toml says of it under [assignment]."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Literal, TypeAlias, cast, get_args

from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Json
from signalbook.schema.text import counted

from .annotator_names import plain_address
from .toml_values import meant

Mode: TypeAlias = Literal["pooled", "blind"]
_MODES: tuple[Mode, ...] = get_args(Mode)
_BLIND_ALONE = ("annotators", "calibration", "repeats", "seed")
#: The server keeps it in 32 bits.
_NUMBERS = range(2**31)


@dataclass(frozen=True)
class AssignmentSettings:
    """Who is to label which article."""

    #: One project for all, or one for each annotator.
    mode: Mode = "pooled"
    #: How many annotators label each article, or each such number with its share of the articles.
    overlap: int | Mapping[int, float] = 2
    #: Decides between plans that are equally good.
    seed: int = 1
    #: How many articles everybody gets first.
    calibration: int = 0
    #: How many of their own articles each annotator gets again.
    repeats: int = 0
    #: E-mail addresses in small letters of those who label now.
    annotators: tuple[str, ...] = ()
    #: In a project for all, whoever opens an article may read what is to be repaired in it.
    shared_lists: bool = False

    @property
    def is_blind(self) -> bool:
        """Whether every annotator has a project."""
        return self.mode == "blind"

    @property
    def project_overlap(self) -> int:
        """How many annotators label each article of one project."""
        return self.overlap if isinstance(self.overlap, int) and not self.is_blind else 1


def assignment_settings(
    path: Path, values: Mapping[str, Json], names: Mapping[str, str]
) -> AssignmentSettings:
    """The settings in a file.

    Args:
        path: File that they stand in, for messages.
        values: `table.key` -> value, each of its kind.
        names: E-mail address of an annotator -> name in the data.

    Raises:
        UsageError: One is impossible, or two do not go together.
    """
    reader = _Reader(path, values)
    settings = AssignmentSettings(
        mode=reader.mode(),
        overlap=reader.overlap(),
        seed=reader.number("seed", 1),
        calibration=reader.number("calibration", 0),
        repeats=reader.number("repeats", 0),
        annotators=reader.annotators(names),
        shared_lists=values.get("assignment.shared_lists", False) is True,
    )
    reader.require_possible(settings)
    return settings


@dataclass(frozen=True)
class _Reader:
    path: Path
    values: Mapping[str, Json]

    def mode(self) -> Mode:
        mode = self.values.get("assignment.mode", "pooled")
        if mode not in _MODES:
            raise self._wrong("mode", f"is {mode!r}{meant(str(mode), _MODES)}")
        return mode

    def number(self, key: str, default: int) -> int:
        number = cast("int", self.values.get(f"assignment.{key}", default))
        if number not in _NUMBERS:
            raise self._wrong(key, f"is {number}; write a number from 0 to {_NUMBERS[-1]:,}")
        return number

    def overlap(self) -> int | Mapping[int, float]:
        if {"assignment.overlap", "project.overlap"} <= self.values.keys():
            raise self._wrong("overlap", "stands under [project], too; delete it there")
        older = self.values.get("project.overlap", 2)
        overlap = self.values.get("assignment.overlap", older)
        if isinstance(overlap, dict):
            return self._mixture(overlap)
        number = cast("int", overlap)
        if number not in _NUMBERS[1:]:
            table = "project" if "project.overlap" in self.values else "assignment"
            fact = f"is {number}; write a number from 1 to {_NUMBERS[-1]:,}"
            raise self._wrong("overlap", fact, table=table)
        return number

    def annotators(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """Addresses; a name stands for the first address that has it."""
        entries = cast("list[Json]", self.values.get("assignment.annotators", []))
        addresses: dict[str, str] = {}
        for entry in entries:
            address = self._address(entry, names)
            who = names.get(address, address)
            if who in addresses:
                raise self._wrong("annotators", f"names {who} twice; delete one of them")
            addresses[who] = address
        return tuple(addresses.values())

    def require_possible(self, settings: AssignmentSettings) -> None:
        if not settings.is_blind:
            self._require_pooled(settings)
            return
        if settings.shared_lists:
            fact = 'has an effect only with mode = "pooled"; delete the line'
            raise self._wrong("shared_lists", fact)
        people = len(settings.annotators)
        if not people:
            raise self._wrong("annotators", 'names nobody; mode = "blind" needs their addresses')
        overlap = settings.overlap
        most = overlap if isinstance(overlap, int) else max(overlap)
        if most > people:
            raise self._wrong(
                "overlap",
                f"is {most}, and {counted(people, 'annotator is', 'annotators are')} named; "
                "name more annotators, or write a smaller number",
            )

    def _require_pooled(self, settings: AssignmentSettings) -> None:
        if not isinstance(settings.overlap, int):
            raise self._wrong("overlap", 'is a mixture, which needs mode = "blind"')
        for key in _BLIND_ALONE:
            if f"assignment.{key}" in self.values:
                fact = 'has an effect only with mode = "blind"; write that, or delete the line'
                raise self._wrong(key, fact)

    def _mixture(self, table: Mapping[str, Json]) -> Mapping[int, float]:
        shares: dict[int, float] = {}
        for key, share in table.items():
            is_number = key.isascii() and key.isdecimal() and int(key[:10]) in _NUMBERS[1:]
            if not is_number or isinstance(share, bool) or not isinstance(share, int | float):
                raise self._wrong("overlap", f"{key}: write it like {{ 1 = 0.7, 2 = 0.3 }}")
            shares[int(key)] = float(share)
        if not all(share > 0 for share in shares.values()) or not isclose(sum(shares.values()), 1):
            raise self._wrong("overlap", "has shares that do not add up to 1")
        return dict(sorted(shares.items()))

    def _address(self, entry: Json, names: Mapping[str, str]) -> str:
        text = entry if isinstance(entry, str) else ""
        if "@" in text:
            return plain_address(text)
        address = next((a for a, name in sorted(names.items()) if name == text.strip()), None)
        if address is None:
            raise self._wrong(
                "annotators",
                f"{entry!r}: write an e-mail address, or a name that stands under [annotators]",
            )
        return address

    def _wrong(self, key: str, fact: str, *, table: str = "assignment") -> UsageError:
        return UsageError(f"{self.path}: [{table}] {key} {fact}")
