"""The sides of a dyad: a country on record is a party's chip on the page, and back."""

import re
from collections.abc import Mapping

from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.model import Field, Scheme

from .defaults import fill
from .draft import Draft
from .field_values import code_field, party_number


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
    return code if side.pattern is None or re.search(side.pattern, code) else None


def chip(value: Value, side: Field, draft: Draft, scheme: Scheme) -> Value:
    """The id of the first party with this code, if the value is a code that a party has."""
    fields = scheme.party.fields if scheme.party else ()
    for id in sorted(draft.parties, key=party_number):
        values, _ = fill(fields, draft.parties[id])
        if code_of(values, side, scheme) == value:
            return id
    return value
