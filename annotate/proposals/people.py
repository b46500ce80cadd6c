"""Tell which persons of a text are one: whoever is named by a part of another's name."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from signalbook.schema.scheme.unit_model import ProposedKind

from .names import Meaning, Name

_PERSONS: Final = frozenset(
    (
        *("leader", "foreign_minister", "minister", "ambassador"),
        *("former_official", "organisation_official", "person"),
    )
)


def with_one_person_each(names: Sequence[Name]) -> list[Name]:
    """The names, with persons under the longest form of their names and with all that is said.

    A name that may be that of several persons, or of one in two offices, is left out.
    """
    persons = [name.meaning for name in names if name.meaning.kind in _PERSONS]
    kept: list[Name] = []
    for name in names:
        meaning = name.meaning
        if meaning.kind in _PERSONS:
            same = [other for other in persons if _is_part(meaning.name, other.name)]
            found = _one_meaning(meaning, same)
            if found is None:
                continue
            name = replace(name, meaning=found)
        kept.append(name)
    return kept


def _one_meaning(meaning: Meaning, same: Iterable[Meaning]) -> Meaning | None:
    """Who is meant, by everything that the text says of persons with this name."""
    longest: list[str] = []
    for other in sorted(same, key=lambda other: -len(other.name)):
        if not any(_is_part(other.name, name) for name in longest):
            longest.append(other.name)
    if len(longest) > 1:
        return None
    like = [other for other in same if _is_part(other.name, longest[0])]
    offices: list[ProposedKind | None] = [*{o.kind for o in like if o.kind != "person"}]
    kind: ProposedKind | None = meaning.kind
    if kind == "person" and offices:
        if len(offices) > 1:
            return None
        kind = offices[0]
    codes = {other.code for other in like if other.code}
    code = next(iter(codes)) if len(codes) == 1 else meaning.code
    return Meaning(kind, code, longest[0])


def _is_part(short: str, long: str) -> bool:
    """Whether a name is the first or the last words of another, as "Xi" and "Biden" are."""
    first, last = long.split(), long.split()
    words = short.split()
    return words == first[: len(words)] or words == last[-len(words) :]
