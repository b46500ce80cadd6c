"""All names and titles that one language has, ready to be looked up in a text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final, cast
from unicodedata import category

from signalbook.schema.scheme.unit_model import ProposedKind

from .names import Meaning
from .words import CountryWords, Language, Words, country_words, one_way, organisations, words

_WORD: Final = re.compile(r"\w+")
#: What CLDR calls a country by for lists alone.
_FOR_LISTS: Final = re.compile(r" - |[(&]|SAR|R\.A\.S\.|Territor|الأراضي|-(?:Kin|Bra)")
#: ISO 3166-1 short names that the library cuts.
_ISO_NAMES: Final = {
    "GBR": "United Kingdom of Great Britain and Northern Ireland",
    "USA": "United States of America",
}


@dataclass(frozen=True)
class Title:
    """The words before a person's name, and what they say."""

    kind: ProposedKind
    code: str = ""
    #: Holds the office only if the text says of which country.
    needs_country: bool = False


@dataclass(frozen=True)
class Lexicon:
    """The names and titles of one language, as `one_way` writes them."""

    language: Language
    words: Words
    names: dict[str, Meaning] = field(default_factory=dict[str, Meaning])
    titles: dict[str, Title] = field(default_factory=dict[str, Title])
    #: Word for what belongs to a country -> its code.
    adjectives: dict[str, str] = field(default_factory=dict[str, str])
    #: Name -> words of which the text has to have one.
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    #: First word of a name, a title or an adjective -> how many words it has at most.
    longest: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def has_capitals(self) -> bool:
        """Whether names are written with capitals."""
        return self.language != "ar"

    @property
    def adjectives_follow(self) -> bool:
        """Whether the word for what belongs to a country stands after what belongs to it."""
        return self.language != "en"


@cache
def lexicon(language: Language) -> Lexicon:
    """The names and titles of a language."""
    made = Lexicon(language, words(language))
    _add_names(made)
    _add_titles(made)
    for key in (*made.names, *made.titles, *made.adjectives):
        found = _WORD.findall(key)
        made.longest[found[0]] = max(len(found), made.longest.get(found[0], 0))
    return made


def _key(name: str) -> str:
    return one_way("".join(sign for sign in name if category(sign) != "Mn"))


def _add_names(made: Lexicon) -> None:
    """Whatever has two meanings has the one that comes first here."""
    own = made.words
    names, english = _country_names(made.language), _country_names("en")
    for name in own.phrases.not_names:
        _add(made, [name], Meaning(None))
    for code, written in names.items():
        _add(made, written, Meaning("country", code, iso_name(code)))
    for row in country_words(made.language):
        _add_words_of(made, row, names[row.code], english[row.code][0])
    for kind, houses in own.houses.items():
        for code, house in houses:
            _add(made, [house], Meaning(kind, code, house))
    for name, sure, unsure in organisations(made.language):
        _add(made, [*sure, *unsure], Meaning("organisation", "", name))
        made.needs.update({_key(word): tuple(map(_key, sure)) for word in unsure})
    for name, needed in own.needs.items():
        made.needs[_key(name)] = tuple(map(_key, needed))


def _add_words_of(made: Lexicon, row: CountryWords, names: Iterable[str], english: str) -> None:
    """The capital and the people of a country, what belongs to it, and its bodies."""
    own = made.words
    plain = Meaning("country", row.code, iso_name(row.code))
    capitals = [row.capital, *own.capitals.get(row.code, ())]
    _add(made, capitals, replace(plain, kind="capital"))
    people = [row.people, *own.people.get(row.code, ())]
    if made.language == "fr" and row.adjective:
        people.append(_plural(row.adjective))
    forms = [form.format(name) for form in own.phrases.people for name in people if name]
    _add(made, forms, replace(plain, kind="people"))
    adjectives = [row.adjective, *own.adjectives.get(row.code, ())]
    inflected = [form for word in adjectives if word for form in _forms(word, made.language)]
    made.adjectives.update({_key(form): row.code for form in inflected})
    _add_bodies(made, row.code, adjectives, names, english)


def _add_bodies(
    made: Lexicon, code: str, adjectives: Iterable[str], names: Iterable[str], english: str
) -> None:
    heads = {"government": "Government", "foreign_ministry": "Foreign Ministry"}
    for kind, forms in made.words.bodies.items():
        meaning = Meaning(kind, code, f"{heads[kind]} of {english}")
        for form in forms:
            _add(made, _expanded(form, adjectives, names, made.language), meaning)


def _add(made: Lexicon, names: Iterable[str], meaning: Meaning) -> None:
    for name in filter(None, names):
        made.names.setdefault(_key(name), meaning)


def _add_titles(made: Lexicon) -> None:
    own, rules = made.words, made.words.title_rules
    names = _country_names(made.language)
    for kind, titles in own.titles.items():
        for title in titles:
            needs = title in rules.needs_country
            written = [title] if title in rules.only_capital else _any_case(title)
            if "{" not in title:
                made.titles.update({_key(form): Title(kind, "", needs) for form in written})
                continue
            for row in country_words(made.language):
                adjectives = [row.adjective, *own.adjectives.get(row.code, ())]
                forms = _expanded(title, adjectives, names[row.code], made.language)
                made.titles.update({_key(form): Title(kind, row.code) for form in forms})


def _any_case(title: str) -> list[str]:
    """A title as it stands, in small letters, and at the beginning of a sentence."""
    return [title.lower(), title[:1].upper() + title[1:], title]


def _expanded(
    form: str, adjectives: Iterable[str], names: Iterable[str], language: Language
) -> Iterator[str]:
    """A form with {name}, {adj} or an inflected one for the words of one country."""
    if "{name}" in form:
        yield from (form.format(name=name) for name in names)
        return
    for adjective in filter(None, adjectives):
        masculine, feminine = _genders(adjective, language)
        yield form.format(adj=masculine, adj_f=feminine, ال=masculine, ال_f=feminine)


def _forms(adjective: str, language: Language) -> set[str]:
    return {*_genders(adjective, language)}


def _genders(adjective: str, language: Language) -> tuple[str, str]:
    """Masculine and feminine; in Arabic with the article."""
    if language == "ar":
        parts = adjective.split()
        return " ".join(f"ال{p}" for p in parts), " ".join(f"ال{p}ة" for p in parts)
    return adjective, _feminine(adjective) if language == "fr" else adjective


def _feminine(adjective: str) -> str:
    irregular = {"grec": "grecque", "turc": "turque"}
    if adjective.endswith(("e", "è")):
        return adjective
    return irregular.get(adjective, f"{adjective}{'n' * adjective.endswith('en')}e")


def _plural(adjective: str) -> str:
    people = adjective[:1].upper() + adjective[1:]
    return people if people.endswith("s") else f"{people}s"


@cache
def iso_name(code: str) -> str:
    """The short name that ISO 3166-1 has for a code."""
    if code in _ISO_NAMES:
        return _ISO_NAMES[code]
    name, comma, rest = _country(code)["name"].partition(", ")
    return f"{name} ({rest})" if comma else name


@cache
def _country_names(language: Language) -> Mapping[str, list[str]]:
    """Code -> every name of the country, the common one first."""
    from babel import Locale

    own = words(language)
    territories = cast("Mapping[str, str]", Locale(language).territories)
    names: dict[str, list[str]] = {}
    for row in country_words(language):
        entry = _country(row.code)
        common = territories.get(entry["alpha_2"], "")
        standard = [entry.get(kind, "") for kind in ("common_name", "name", "official_name")]
        written = ["" if _FOR_LISTS.search(common) else common, *own.countries.get(row.code, ())]
        written += [n for n in standard if n and "," not in n] if language == "en" else []
        names[row.code] = [*dict.fromkeys(way for name in written for way in _accented(name))]
    return names


def _accented(name: str) -> list[str]:
    """A name, and as it is written where capitals have no accent."""
    plain = {"É": "E", "Î": "I"}
    first = name[:1]
    return [name, plain[first] + name[1:]] if first in plain else [name] if name else []


def _country(code: str) -> dict[str, str]:
    import pycountry

    entry = pycountry.countries.get(alpha_3=code)
    return {str(key): str(value) for key, value in entry} if entry is not None else {}
