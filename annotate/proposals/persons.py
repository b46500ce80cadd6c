"""Find persons whom a text gives a title: who has none is not found."""

import re
from collections.abc import Iterator
from typing import Final

from signalbook.schema.scheme.unit_model import ProposedKind

from .lexicon import Lexicon, Title
from .names import Meaning, Name
from .reading import Hit, Reading

#: A word of a name in a script with capitals: O'Neill, Jean-Yves, al-Assad, J.
_PART: Final = r"(?:[A-ZÀ-ÖØ-ÞĀ-Ž]\.|(?:al-|el-|Al-|El-)?[A-ZÀ-ÖØ-ÞĀ-Ž](?:\w|['-](?!s\b)(?=\w))+)"
_MAX_PARTS: Final = 3


class Persons:
    """The persons of one text who have a title."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.lexicon: Lexicon = reading.lexicon
        self.rules = reading.lexicon.words.title_rules
        self._of = tuple(f" {of}{'' if of.endswith(chr(39)) else ' '}" for of in self._prepositions)
        particles = "|".join(sorted(self.rules.particles))
        self._name = re.compile(rf"{_PART}(?: (?:(?:{particles}) )*{_PART}){{0,3}}")
        self._starts = {word.start: n for n, word in enumerate(reading.words)}

    @property
    def _prepositions(self) -> tuple[str, ...]:
        return self.lexicon.words.phrases.of

    def found(self) -> Iterator[Name]:
        """Every person with a title, from the title to the end of the name."""
        for number, hit, title in self.reading.hits(self.lexicon.titles):
            end, code, is_former, body = self._after(hit.end)
            name = self._name_at(end, number, may_be_apart=title.kind != "person")
            if name is None:
                continue
            before, former_before, is_lesser, body_before = self._before(number, hit)
            code = title.code or code or before or self._country_after(name[1])
            is_former |= former_before
            kind = _kind(title, code, is_former=is_former, is_lesser=is_lesser)
            if body or body_before:  # a state's ambassador to the body, or the body's own
                kind = "person" if title.kind == "ambassador" else "organisation_official"
            words = self.reading.written[name[0] : name[1]]
            known = "" if kind == "organisation_official" else code
            yield Name(hit.start, name[1], Meaning(kind, known, words))

    def _after(self, end: int) -> tuple[int, str, bool, bool]:
        """What stands between title and name: its end, a country, former or not, a body or not."""
        code, former, body = "", False, False
        while True:
            number = self._starts.get(end + 1)
            if number is not None and self.reading.text[end] == " ":
                hit = self.reading.at(number, self.lexicon.adjectives)
                if hit is not None and self.lexicon.adjectives_follow:
                    code, end = self.lexicon.adjectives[hit.key], hit.end
                    continue
                if self.reading.words[number].text in self.rules.former:
                    former, end = True, self.reading.words[number].end
                    continue
            of = self._of_whom(end)
            if of is None:
                return end, code, former, body
            meaning, end = of
            code, body = meaning.code or code, body or meaning.kind == "organisation"

    def _of_whom(self, end: int) -> tuple[Meaning, int] | None:
        """The country or organisation that is named there after "of"."""
        ways = self._of if self.lexicon.has_capitals else (" ",)
        for of in ways:
            number = self._starts.get(end + len(of))
            if self.reading.text.startswith(of, end) and number is not None:
                hit = self.reading.at(number, self.lexicon.names)
                meaning = self.lexicon.names[hit.key] if hit else None
                if hit and meaning and self._is_sure(hit, meaning):
                    return meaning, hit.end
        return None

    def _country_after(self, end: int) -> str:
        of = self._of_whom(end) if self.lexicon.has_capitals else None
        return of[0].code if of is not None and of[0].kind == "country" else ""

    def _before(self, number: int, hit: Hit) -> tuple[str, bool, bool, bool]:
        """What stands before a title: a country, former or not, lesser or not, a body or not."""
        start, code, body = hit.start - len(hit.prefix), "", False
        for first in range(max(0, number - 5), number):
            whom = self._whom(first, start)
            if whom is not None:
                code, body, start = whom
                break
        match = re.search(r"(\w+)[ -]$", self.reading.text[max(0, start - 30) : start])
        word = match[1] if match else ""
        is_name = word[:1].isupper() and word not in self.lexicon.words.phrases.beside
        is_lesser = word in self.rules.lesser or (is_name and word not in self.rules.former)
        return code, word in self.rules.former, is_lesser and not body, body

    def _whom(self, number: int, end: int) -> tuple[str, bool, int] | None:
        """A country or organisation from this word to a title, as in "Russia's foreign minister"."""
        adjective = self.reading.at(number, self.lexicon.adjectives)
        if adjective is not None and self.reading.text[adjective.end : end] == " ":
            return self.lexicon.adjectives[adjective.key], False, adjective.start
        hit = self.reading.at(number, self.lexicon.names)
        if hit is None or self.reading.text[hit.end : end] not in (" ", "'s ", "' "):
            return None
        meaning = self.lexicon.names[hit.key]
        if not self._is_sure(hit, meaning):
            return None
        return meaning.code, meaning.kind == "organisation", hit.start

    def _is_sure(self, hit: Hit, meaning: Meaning) -> bool:
        """Whether it is a country or an organisation, and nothing else that is called so."""
        is_one = meaning.kind in ("country", "organisation")
        return is_one and self.reading.has_what_it_needs(hit.key)

    def _name_at(self, end: int, title: int, *, may_be_apart: bool) -> tuple[int, int] | None:
        """Place of the name that follows there; apart from its title it has at least two words."""
        if not self.lexicon.has_capitals:
            before = self.reading.words[title - 1].text if title else ""
            return self._name_by_its_end(end, is_speaking=before in self.rules.said)
        for gap, least in ((" ", 1), (", ", 2)):
            if self.reading.text.startswith(gap, end) and (least == 1 or may_be_apart):
                match = self._name.match(self.reading.text, end + len(gap))
                name = self._trimmed(match) if match else None
                if name is not None and self.reading.text[slice(*name)].count(" ") >= least - 1:
                    return name
        return None

    def _trimmed(self, match: re.Match[str]) -> tuple[int, int] | None:
        """A name without words at its end that are none; None if it begins with one."""
        words = match[0].split(" ")
        bad = self.rules.not_persons
        if words[0] in bad or words[0] in self.lexicon.titles or match[0] in self.lexicon.titles:
            return None
        kept = next((n for n, word in enumerate(words) if word in bad), len(words))
        if kept < len(words) and words[kept] not in self.lexicon.words.phrases.beside:
            return None  # a building, perhaps, that is called after somebody
        while kept and words[kept - 1] in self.rules.particles:
            kept -= 1
        end = match.start() + len(" ".join(words[:kept]))
        return match.start(), end

    def _name_by_its_end(self, end: int, *, is_speaking: bool) -> tuple[int, int] | None:
        """A name in a script without capitals, if a word around it or in it says that it is one."""
        number = self._starts.get(end + 1)
        if number is None or self.reading.text[end] != " ":
            return None
        words, last = self.reading.words, number
        while last < len(words) and not self._is_past_name(last, number):
            last += 1
        name = [word.text for word in words[number:last]]
        parts = [word for word in name if word not in self.rules.particles]
        following = words[last].text if last < len(words) else ""
        is_sure = is_speaking or following in self.rules.that or len(parts) < len(name)
        if not is_sure or not 0 < len(parts) <= _MAX_PARTS:
            return None
        if following in self.lexicon.adjectives or parts[0].startswith("ال"):
            return None  # the adjective is a surname, perhaps; a noun with an article is no name
        if any(part.endswith(self.rules.not_endings) for part in parts):
            return None
        return words[number].start, words[last - 1].end

    def _is_past_name(self, number: int, first: int) -> bool:
        """Whether a word after a title stands behind the name that begins with the first."""
        word = self.reading.words[number]
        if number > first:
            before = self.reading.words[number - 1]
            if self.reading.text[before.end : word.start] != " ":
                return True
            if word.text.startswith(("و", "لل", "بال")):
                return True
        if word.text in self.lexicon.adjectives:
            return True
        return word.text in self.rules.ends | self.rules.that | self.rules.lesser


def _kind(title: Title, code: str, *, is_former: bool, is_lesser: bool) -> ProposedKind:
    if title.kind == "person" or is_lesser:
        return "person"
    if is_former:
        return "former_official"
    return "person" if title.needs_country and not code else title.kind
