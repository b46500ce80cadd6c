"""The codes of outside lists that a text names, which the page offers as chips."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from signalbook.annotate.proposals.recognise import countries_named
from signalbook.schema.documents.records import Article, Value
from signalbook.schema.page import control_names
from signalbook.schema.scheme.codelists import COUNTRIES, is_searchable, names, titles, with_letters
from signalbook.schema.scheme.json_schema import matches
from signalbook.schema.scheme.model import Codelist, Field, Json, Scheme

from .answers import Answers
from .defaults import fill_defaults
from .field_values import code_field, party_number

#: Length of the codes that are looked for in capitals; shorter ones are words too often.
_CODE_LENGTH = 3


def coded_fields(scheme: Scheme) -> dict[str, tuple[Field, Codelist]]:
    """Every field with chips for codes, by name, with the list that the codes are of."""
    return {
        field.name: (field, field.codelist)
        for _, field in scheme.fields()
        if field.is_coded and field.codelist is not None and field.derived is None
    }


def searchable_codes(field: Field) -> Collection[str]:
    """The codes that the page offers in a box to search, if it has one for this field."""
    if not field.is_coded or field.codelist is None or not is_searchable(field.codelist):
        return ()
    return titles(field.codelist)


def code_chips(text: str, codelist: Codelist, language: str = "und") -> list[dict[str, Json]]:
    """Chips for the codes that a text names, by name, and for every user-assigned code.

    Args:
        text: Text of the article.
        codelist: The list that the codes are of.
        language: Language of the text, in which it names countries.
    """
    code_of_name = {**names(codelist.standard), **{n: c for c, n in codelist.training.items()}}
    title_of = titles(codelist)
    in_text = _pattern(tuple(sorted(code_of_name))).findall(text)
    capitals = re.findall(rf"\b[A-Z]{{{_CODE_LENGTH}}}\b", text)
    named = {code_of_name[name] for name in in_text} | {c for c in capitals if c in title_of}
    if letters := COUNTRIES.get(codelist.standard):
        named |= {with_letters(code, letters) for code in countries_named(text, language)}
    chips = [(title_of[code], code) for code in named - {*codelist.user_assigned}]
    own = [
        (f"{code} {codelist.meanings.get(code, '')}".rstrip(), code)
        for code in codelist.user_assigned
    ]
    ordered = [*sorted(chips), *own]
    return [{"value": title, "alias": code} for title, code in ordered]


def codes_in_article(article: Article, scheme: Scheme) -> dict[str, list[str]]:
    """The codes that the page of this article's task offers, by field."""
    text = article.text or ""
    return {
        name: [str(item["alias"]) for item in code_chips(text, codelist, article.language)]
        for name, (_, codelist) in coded_fields(scheme).items()
    }


def codes_in_data(data: Mapping[str, Json], scheme: Scheme) -> dict[str, list[str]]:
    """The codes that the page of a task with this data offers, by field."""
    return {
        name: [str(chip["alias"]) for chip in _chips(data.get(control_names.codes_key(field)))]
        for name, (field, _) in coded_fields(scheme).items()
    }


def code_by_title(data: Mapping[str, Json], field: Field) -> dict[str, str]:
    """Word on a chip -> its code."""
    chips = _chips(data.get(control_names.codes_key(field)))
    return {str(chip["value"]): str(chip["alias"]) for chip in chips}


def _chips(value: Json) -> Iterator[dict[str, Json]]:
    for chip in value if isinstance(value, list) else []:
        if isinstance(chip, dict) and "alias" in chip and "value" in chip:
            yield chip


@lru_cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def side_code(party: Mapping[str, Value], side: Field, scheme: Scheme) -> str | None:
    """The code by which a party stands on a side of a dyad.

    None if it has no real one: user-assigned codes are groups of unlike parties, and what is
    written like the id of a party would be read as that party.
    """
    field = code_field(scheme)
    code = party.get(field.name) if field is not None else None
    if field is None or field.codelist is None or not isinstance(code, str):
        return None
    if code in field.codelist.user_assigned or scheme.is_party_id(code):
        return None
    return code if side.pattern is None or matches(side.pattern, code) else None


def party_with_code(value: Value, side: Field, answers: Answers, scheme: Scheme) -> Value:
    """The id of the first party with this code, if the value is a code that a party has."""
    fields = scheme.party.fields if scheme.party else ()
    for id in sorted(answers.parties, key=party_number):
        values, _ = fill_defaults(fields, answers.parties[id])
        if side_code(values, side, scheme) == value:
            return id
    return value
