"""What an annotator chose becomes what the unit says: the page's proposals are filled in."""

from collections.abc import Mapping, Sequence

from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.model import DefaultFrom, Field, Json, PartyType

from .field_values import as_items, frozen, normal_set


def fill(
    fields: Sequence[Field],
    chosen: Mapping[str, Value],
    *,
    party: PartyType | None = None,
    words: str | None = None,
) -> tuple[dict[str, Value], tuple[str, ...]]:
    """Every value of a unit in the scheme's order, and the names of those filled in.

    Args:
        fields: of the unit.
        chosen: by the annotator.
        party: the scheme's party type, for proposals that name a party.
        words: of the first mention, for fields that propose them.
    """
    values = dict(chosen)
    for field in sorted(fields, key=lambda field: field.default_from is not None):
        if field.name not in values:
            proposal = _proposal(field, fields, values, party, words)
            if proposal is not None:
                values[field.name] = proposal
    ordered = {field.name: values[field.name] for field in fields if field.name in values}
    return ordered, tuple(name for name in ordered if name not in chosen)


def chosen(
    fields: Sequence[Field],
    values: Mapping[str, Value],
    defaulted: Sequence[str],
    *,
    party: PartyType | None = None,
    words: str | None = None,
) -> dict[str, Value]:
    """The inverse of fill: the values less those that the page would propose all the same."""
    kept = {name: value for name, value in values.items() if name not in defaulted}
    while True:
        filled, _ = fill(fields, kept, party=party, words=words)
        others = {n: v for n, v in values.items() if n not in kept and filled.get(n) != v}
        if not others:
            return kept
        kept |= others


def _proposal(
    field: Field,
    fields: Sequence[Field],
    values: Mapping[str, Value],
    party: PartyType | None,
    words: str | None,
) -> Value | None:
    source = field.default_from
    if source is not None and source.mention_text and words:
        return words
    if source is not None and source.attribute is not None and _holds(source, values):
        found = [
            item
            for item in as_items(values.get(source.attribute))
            if isinstance(item, str) and _takes(field, item, party)
        ]
        if field.many and found:
            return normal_set(field, found)
        if len(found) == 1:
            return found[0]
    return frozen(field.default) if field.has_default else None


def _holds(source: DefaultFrom, values: Mapping[str, Value]) -> bool:
    return all(
        any(item in allowed for item in as_items(values.get(name)))
        for name, allowed in source.when.items()
    )


def _takes(field: Field, item: Json, party: PartyType | None) -> bool:
    if not field.is_party_reference:
        return True
    return (party is not None and party.is_id(item)) or item in field.value_ids
