"""Read which parties a scheme wants proposed, and find the values in it that the scheme has not."""

from collections.abc import Iterator
from typing import Final

from signalbook.schema.json_text import json_line

from .codelists import COUNTRIES, codes
from .field_model import Codelist, Field
from .model import Scheme
from .nodes import Json, Object, as_object
from .problems import SchemeProblem, pointer_to
from .unit_model import PROPOSED_KINDS, Proposals

_KEYWORD: Final = "x-proposed-parties"
#: Stands for the code of the country that a name is of.
CODE: Final = "$code"
#: Stands for the name of whom a name names.
NAME: Final = "$name"


def read_proposals(party: Object, pointer: str) -> Proposals | None:
    """What the keyword on a party type says."""
    if _KEYWORD not in party:
        return None
    keyword = as_object(party[_KEYWORD])
    kinds = as_object(keyword.get("kinds"))
    return Proposals(
        values={kind: as_object(kinds[kind]) for kind in PROPOSED_KINDS if kind in kinds},
        first_in_paragraph=keyword.get("mentions") == "first-in-paragraph",
        pointer=pointer_to(pointer, _KEYWORD),
    )


def check_proposals(scheme: Scheme) -> Iterator[SchemeProblem]:
    """Each proposed value is one of a field that parties have."""
    if scheme.party is None or scheme.party.proposals is None:
        return
    fields = {field.name: field for field in scheme.party.fields}
    proposals = scheme.party.proposals
    for kind, values in proposals.values.items():
        for name, value in values.items():
            place = pointer_to(proposals.pointer, "kinds", kind, name)
            if name not in fields:
                known = f"; write one of {', '.join(fields)}" if fields else ""
                yield SchemeProblem(place, f"a party has no field {name}{known}")
            elif fact := _unfit(value, fields[name]):
                yield SchemeProblem(place, fact)


def _unfit(value: Json, field: Field) -> str:
    """What is wrong with a value that is proposed for a field, if anything is."""
    codelist = field.codelist
    if value == CODE:
        if codelist is not None and codelist.standard in COUNTRIES and not field.many:
            return ""
        return f"$code is of a country, but {field.name} holds no such code; write a value of its"
    if value == NAME:
        if field.is_typed and field.type == "string" and not field.many:
            return ""
        return f"$name is words, but {field.name} holds none; write a value of its"
    items = tuple(value) if isinstance(value, list) and field.many else (value,)
    for item in items:
        if not field.takes(item) or (field.many and not isinstance(value, list)):
            choices = (*field.listed, *((True, False) if field.is_boolean else ()))
            known = f"; write one of {', '.join(map(json_line, choices))}" if choices else ""
            return f"{json_line(item)} is no value of {field.name}{known}"
        if codelist is not None and item not in _known_codes(codelist):
            return f"{json_line(item)} is not in {codelist.standard}; write a code of it"
    return ""


def _known_codes(codelist: Codelist) -> set[str]:
    return {*codelist.user_assigned, *codelist.training, *codes(codelist.standard)}
