"""Read a text word by word, and look up what stands at a word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from .lexicon import Lexicon
from .words import one_way

_WORD: Final = re.compile(r"\w+")
#: Signs that bind a word to the next one, as in "Russia-backed" or in an address.
_BINDING: Final = frozenset("-\u2013_@#/\\&")
#: What Arabic writes together with the next word: and, then; in, to, like.
_PREFIXED: Final = re.compile("([وف]?)([بلك]?)")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Word:
    """A word of a text, [start, end)."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Hit:
    """A name or title that stands in a text, with what Arabic writes before it in the same word."""

    start: int
    end: int
    key: str
    prefix: str = ""


class Reading:
    """One text in one language, with its words."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.written = text
        self.text = one_way(text)
        self.lexicon = lexicon
        self.words = [Word(m.start(), m.end(), m[0]) for m in _WORD.finditer(self.text)]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word that the text has."""
        return frozenset(word.text for word in self.words)

    def has_what_it_needs(self, key: str) -> bool:
        """Whether the text has a word that says which of its meanings a name has here."""
        needed = self.lexicon.needs.get(key)
        if needed is None:
            return True
        return any(w in self.vocabulary if w.isalnum() else w in self.text for w in needed)

    @cached_property
    def shouted(self) -> list[tuple[int, int]]:
        """Lines that are all in capitals, where a capital says nothing."""
        places: list[tuple[int, int]] = []
        for line in re.finditer(r"[^\n]+", self.text):
            if line[0].isupper() and len(_WORD.findall(line[0])) > 1:
                places.append(line.span())
        return places

    def hits(self, table: Mapping[str, _T]) -> Iterator[tuple[int, Hit, _T]]:
        """Everything of a table that stands in the text: number of its first word, place, value."""
        for number in range(len(self.words)):
            if (hit := self.at(number, table)) is not None:
                yield number, hit, table[hit.key]

    def at(self, number: int, table: Mapping[str, object]) -> Hit | None:
        """The longest thing of a table that starts with the word of this number."""
        word = self.words[number]
        for start, first, prefix in self._readings(word):
            for key, end in self._keys(number, start, first):
                if key in table and self._is_free(start, end, bool(prefix)):
                    return Hit(start, end, key, prefix)
        return None

    def _readings(self, word: Word) -> Iterator[tuple[int, str, str]]:
        """Where a name may start in a word, its first word there, and what stands before it."""
        yield word.start, word.text, ""
        if self.lexicon.has_capitals:
            return
        match = _PREFIXED.match(word.text)
        assert match is not None
        for cut in sorted({match.end(1), match.end(2)} - {0}):
            prefix, rest = word.text[:cut], word.text[cut:]
            yield word.start + cut, rest, prefix
            if prefix.endswith("ل") and rest.startswith("ل"):
                yield word.start + cut, f"\u0627{rest}", prefix  # its article has lost its alif

    def _keys(self, number: int, start: int, first: str) -> Iterator[tuple[str, int]]:
        """What the text says from there, as long as a name can be, and where it ends."""
        most = self.lexicon.longest.get(first, 0)
        after = self.words[number].end
        for last in range(min(number + most, len(self.words)) - 1, number - 1, -1):
            end = self.words[last].end
            key = first + self.text[after:end]
            if self.text[end : end + 1] == ".":
                yield f"{key}.", end + 1
            yield key, end

    def _is_free(self, start: int, end: int, has_prefix: bool) -> bool:
        """Whether it is no part of a longer word or of an address."""
        before, after = self.text[start - 1 : start], self.text[end : end + 2]
        is_bound = before in _BINDING and self.text[max(0, start - 3) : start].lower() != "ex-"
        if before and not has_prefix and (is_bound or before.isalnum()):
            return False
        if after[:1] and (after[0] in _BINDING or after[0].isalnum()):
            return False
        return not (after[:1] == "." and after[1:].isalnum())

    def before(self, start: int) -> str:
        """The word that stands before a place, with one space or apostrophe between."""
        match = re.search(r"(\w+)[ ']$", self.text[max(0, start - 40) : start])
        return match[1] if match else ""

    def after(self, end: int) -> str:
        """The word that stands after a place, with one space between."""
        match = re.match(r" (\w+)", self.text[end : end + 40])
        return match[1] if match else ""
