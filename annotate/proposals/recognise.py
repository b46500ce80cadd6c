"""Find the names of a text that certainly are some; what is not certain is left out."""

import re
from collections.abc import Iterable, Iterator, Mapping

from .lexicon import Lexicon, lexicon
from .names import Meaning, Name
from .persons import Persons
from .reading import Reading
from .surroundings import Surroundings
from .words import LANGUAGES


def recognise(
    text: str, language: str = "und", *, also: Mapping[str, Meaning] | None = None
) -> list[Name]:
    """The names in a text, from its beginning to its end; none overlaps another.

    Args:
        text: Text to look for names in.
        language: Its language as BCP 47 has it; if that is not known (`und`), names of all
            languages are looked for, and of a language without words of its own, none.
        also: Further names, as written in the text, that are known from elsewhere.
    """
    candidates = [name for known in _lexicons(language) for name in _found(text, known)]
    return _apart([*candidates, *_found_words(text, also or {})])


def countries_named(text: str, language: str = "und") -> set[str]:
    """Codes of the countries that a text speaks of, also by a word for what belongs to one."""
    codes = {name.meaning.code for name in recognise(text, language)}
    for known in _lexicons(language):
        codes |= {code for *_, code in Reading(text, known).hits(known.adjectives)}
    return codes - {""}


def _lexicons(language: str) -> list[Lexicon]:
    primary = language.split("-")[0].lower()
    return [lexicon(known) for known in LANGUAGES if primary in (known, "und")]


def _found(text: str, known: Lexicon) -> Iterator[Name]:
    reading = Reading(text, known)
    around = Surroundings(reading)
    for _, hit, meaning in reading.hits(known.names):
        if meaning.kind is None or around.allow(hit, meaning):
            article = hit.key.index(" ") + 1 if meaning.kind == "people" else 0
            yield Name(hit.start + article, hit.end, meaning)
    yield from Persons(reading).found()


def _found_words(text: str, also: Mapping[str, Meaning]) -> Iterator[Name]:
    if also:
        longest_first = sorted(also, key=lambda name: (-len(name), name))
        pattern = rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])"
        for match in re.finditer(pattern, text):
            yield Name(match.start(), match.end(), also[match[0]])


def _apart(candidates: Iterable[Name]) -> list[Name]:
    """The longest of those that overlap; what is known to be no name takes its place, too."""
    taken: list[Name] = []
    covered: set[int] = set()
    for name in sorted(candidates, key=lambda name: (name.start - name.end, name.start)):
        if covered.isdisjoint(range(name.start, name.end)):
            covered.update(range(name.start, name.end))
            taken.append(name)
    named = [name for name in taken if name.meaning.kind is not None]
    return sorted(named, key=lambda name: name.start)
