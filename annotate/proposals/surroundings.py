"""Judge by the words around a name whether it is one, and not a part of another or a mere place."""

import re
from typing import Final

from .names import Meaning
from .reading import Hit, Reading

_AT_LINE_START: Final = re.compile(r"(?:^|\n)\W*$")
_DATELINE: Final = re.compile(r"\s*[,،(\u2013—]|\s-\s")
_IN_COUNTRY: Final = re.compile(r", (\w+(?: \w+)*)")
_AND: Final = re.compile(r",? (?:and|or|et|ou) $|, $| و$")


class Surroundings:
    """What stands around the names of one text."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.phrases = reading.lexicon.words.phrases
        #: End of the last capital that was a place: one that is listed after it is another.
        self._place_end = -1
        self._persons = self._named_like_persons()

    def allow(self, hit: Hit, meaning: Meaning) -> bool:
        """Whether the words there name what they mean elsewhere."""
        if any(start <= hit.start < end for start, end in self.reading.shouted):
            return False
        if not self.reading.has_what_it_needs(hit.key) or hit.key in self._persons:
            return False
        if self.reading.after(hit.end) in self.phrases.not_before.get(hit.key, ()):
            return False
        if self._is_part_of_a_name(hit):
            return False
        return meaning.kind != "capital" or not self._is_place(hit, meaning.code)

    def _is_part_of_a_name(self, hit: Hit) -> bool:
        """Whether a word with a capital stands beside it that is no word of the language."""
        if not self.reading.lexicon.has_capitals:
            return False
        after = self.reading.after(hit.end)
        if after[:1].isupper() and after not in self.phrases.beside:
            return True
        return hit.key[:1].isupper() and self._is_after_a_name(hit)

    def _is_after_a_name(self, hit: Hit) -> bool:
        before = self.reading.before(hit.start)
        return (
            before[:1].isupper()
            and before not in self.phrases.beside
            and self.reading.text[hit.start - 1] == " "
        )

    def _named_like_persons(self) -> frozenset[str]:
        """The names that persons of this text have, as in "Michael Jordan"."""
        found: set[str] = set()
        for name in self.phrases.also_persons & self.reading.vocabulary:
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", self.reading.text):
                hit = Hit(match.start(), match.end(), name)
                before = self.reading.before(hit.start)
                if self._is_after_a_name(hit) and not before.isupper() and len(before) > 2:
                    found.add(name)
        return frozenset(found)

    def _is_place(self, hit: Hit, code: str) -> bool:
        """Whether a capital is where something happens, and not whoever governs there."""
        text = self.reading.text
        before, after = text[max(0, hit.start - 40) : hit.start], text[hit.end : hit.end + 40]
        word = self.reading.before(hit.start - len(hit.prefix))
        is_place = (
            word in self.phrases.places
            or (word[:1] in ("و", "ف") and word[1:] in self.phrases.places)
            or self._is_before_its_country(after, code)
            or hit.prefix.endswith("ب")
            or bool(_AT_LINE_START.search(text[: hit.start][-40:]) and _DATELINE.match(after))
            or (self._place_end >= 0 and bool(_AND.fullmatch(text[self._place_end : hit.start])))
            or before.endswith(tuple(f"{word} " for word in self.phrases.places if " " in word))
        )
        if is_place:
            self._place_end = hit.end
        return is_place

    def _is_before_its_country(self, after: str, code: str) -> bool:
        """Whether its country follows, as in "Rome, Italy"."""
        match = _IN_COUNTRY.match(after)
        words = match[1].split() if match else []
        names = self.reading.lexicon.names
        found = [names.get(" ".join(words[:count])) for count in range(1, len(words) + 1)]
        return any(m is not None and (m.kind, m.code) == ("country", code) for m in found)
