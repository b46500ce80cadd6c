"""Codes of outside lists: which a text names, so that the page can offer them as chips."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from signalbook.schema.documents.json_schema import matches
from signalbook.schema.documents.records import Article, Value
from signalbook.schema.page import control_names
from signalbook.schema.scheme.codelists import names
from signalbook.schema.scheme.model import Codelist, Field, Json, Scheme

from .answers import Draft
from .defaults import fill
from .field_values import code_field, party_number

#: Codes in a text are written in capitals; shorter ones are words too often.
_SHORTEST_CODE = 3


def coded_fields(scheme: Scheme) -> dict[str, tuple[Field, Codelist]]:
    """Every field with chips for codes, by name, with the list that the codes are of."""
    return {
        field.name: (field, field.codelist)
        for _, field in scheme.fields()
        if field.is_coded and field.codelist is not None
    }


def code_chips(text: str, codelist: Codelist) -> list[dict[str, Json]]:
    """Chips for the codes that a text names, by name, and for every user-assigned code."""
    known = {**names(codelist.standard), **{n: c for c, n in codelist.training.items()}}
    titles: dict[str, str] = {}
    for name, code in known.items():
        titles.setdefault(code, name)
    words = _pattern(tuple(sorted(known))).findall(text)
    capitals = re.findall(rf"\b[A-Z]{{{_SHORTEST_CODE}}}\b", text)
    found = {known[word] for word in words} | {code for code in capitals if code in titles}
    chips = [(titles[code], code) for code in found - {*codelist.user_assigned}]
    ordered = [*sorted(chips), *((code, code) for code in codelist.user_assigned)]
    return [{"value": title, "alias": code} for title, code in ordered]


def codes_in_article(article: Article, scheme: Scheme) -> dict[str, list[str]]:
    """The codes that the page of this article's task offers, by field."""
    text = article.text or ""
    return {
        name: [str(item["alias"]) for item in code_chips(text, codelist)]
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


def code_of(party: Mapping[str, Value], side: Field, scheme: Scheme) -> str | None:
    """The code that a party's values stand for on a side of a dyad.

    None if it has none that is real: user-assigned codes are groups of unlike parties.
    """
    field = code_field(scheme)
    code = party.get(field.name) if field is not None else None
    if field is None or field.codelist is None or not isinstance(code, str):
        return None
    if code in field.codelist.user_assigned:
        return None
    return code if side.pattern is None or matches(side.pattern, code) else None


def chip(value: Value, side: Field, draft: Draft, scheme: Scheme) -> Value:
    """The id of the first party with this code, if the value is a code that a party has."""
    fields = scheme.party.fields if scheme.party else ()
    for id in sorted(draft.parties, key=party_number):
        values, _ = fill(fields, draft.parties[id])
        if code_of(values, side, scheme) == value:
            return id
    return value
