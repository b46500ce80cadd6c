"""Read the words by which names are recognised: a file for each language, and two tables for all."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict

from signalbook.schema.scheme.unit_model import ProposedKind

Language: TypeAlias = Literal["en", "fr", "ar"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
_DATA: Final = Path(__file__).parent / "data"
#: How a table says that a language has no such word.
_NONE: Final = "-"
_MAY_BE_ELSE: Final = "?"
#: One way to write what is written in several (apostrophes, spaces, alif); each sign stands for one,
#: so that places are kept.
_ONE_WAY: Final = str.maketrans(
    "\u2019\u02bc\u2018\u00a0\u202f\u2011\u0623\u0625\u0622", "'''  -\u0627\u0627\u0627"
)


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phrases(_Words):
    """What the words around a name say about it."""

    also_persons: frozenset[str]
    not_names: tuple[str, ...]
    #: Name -> the words before which it is none.
    not_before: Mapping[str, frozenset[str]]
    beside: frozenset[str]
    places: frozenset[str]
    of: tuple[str, ...]
    people: tuple[str, ...]


class TitleRules(_Words):
    """What titles say about whoever has them."""

    needs_country: frozenset[str]
    only_capital: frozenset[str]
    former: frozenset[str]
    lesser: frozenset[str]
    not_persons: frozenset[str]
    particles: frozenset[str]
    #: In a script without capitals: words that say what is a name before or after them, what no
    #: name ends like, and words at which a name has ended.
    that: frozenset[str]
    said: frozenset[str]
    not_endings: tuple[str, ...]
    ends: frozenset[str]


class Words(_Words):
    """The words of one language; of countries by their codes."""

    countries: Mapping[str, tuple[str, ...]]
    adjectives: Mapping[str, tuple[str, ...]]
    people: Mapping[str, tuple[str, ...]]
    capitals: Mapping[str, tuple[str, ...]]
    #: Name -> words of which the text has to have one, since the name means something else, too.
    needs: Mapping[str, tuple[str, ...]]
    phrases: Phrases
    #: Kind of body -> its words, with {adj} or {name} for the country.
    bodies: Mapping[ProposedKind, tuple[str, ...]]
    #: Kind of body -> (country, words).
    houses: Mapping[ProposedKind, tuple[tuple[str, str], ...]]
    titles: Mapping[ProposedKind, tuple[str, ...]]
    title_rules: TitleRules


class CountryWords(_Words):
    """What belongs to a country, its people and its capital, in one language; "" if there is none."""

    code: str
    adjective: str
    people: str
    capital: str


def one_way(text: str) -> str:
    """The text with one sign for what has several; its length stays."""
    return text.translate(_ONE_WAY)


@cache
def words(language: Language) -> Words:
    """The words of a language."""
    return Words.model_validate(tomllib.loads(_read(f"{language}.toml")))


def country_words(language: Language) -> Iterator[CountryWords]:
    """The words that one language has for each country."""
    for row in _rows("countries.csv"):
        yield CountryWords(
            code=row["code"],
            adjective=row[f"{language} adjective"],
            people=row.get(f"{language} people", ""),
            capital=row[f"{language} capital"],
        )


def organisations(language: Language) -> Iterator[tuple[str, list[str], list[str]]]:
    """English name of each organisation, its names, and those that may mean something else."""
    for row in _rows("organisations.csv"):
        names = [name for name in row[language].split("|") if name]
        unsure = [name[1:] for name in names if name.startswith(_MAY_BE_ELSE)]
        yield row["name"], [n for n in names if not n.startswith(_MAY_BE_ELSE)], unsure


def _rows(file: str) -> Iterator[dict[str, str]]:
    lines = (line for line in _read(file).splitlines() if not line.startswith("#"))
    for row in csv.DictReader(lines, delimiter=";"):
        yield {column: "" if word == _NONE else word for column, word in row.items()}


def _read(file: str) -> str:
    return one_way((_DATA / file).read_text(encoding="utf-8"))
