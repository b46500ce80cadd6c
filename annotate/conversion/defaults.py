"""Fill in the values that the page proposes where an annotator chose none, and take them out again."""

from collections.abc import Mapping, Sequence

from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.model import DefaultFrom, Field, Json, PartyType

from .field_values import as_items, frozen, normal_set


def fill_defaults(
    fields: Sequence[Field],
    chosen: Mapping[str, Value],
    *,
    party: PartyType | None = None,
    mention_text: str | None = None,
) -> tuple[dict[str, Value], tuple[str, ...]]:
    """Every value of a unit in the scheme's order, and the names of those filled in.

    Args:
        fields: Fields of the unit.
        chosen: Values that the annotator chose, by field.
        party: Party type of the scheme, for proposals that name a party.
        mention_text: Words of the party's first mention, for fields that propose them.
    """
    values = dict(chosen)
    for field in sorted(fields, key=lambda field: field.default_from is not None):
        if field.name not in values:
            proposal = _proposal(field, values, party, mention_text)
            if proposal is not None:
                values[field.name] = proposal
    ordered = {field.name: values[field.name] for field in fields if field.name in values}
    return ordered, tuple(name for name in ordered if name not in chosen)


def strip_defaults(
    fields: Sequence[Field],
    values: Mapping[str, Value],
    defaulted: Sequence[str],
    *,
    party: PartyType | None = None,
    mention_text: str | None = None,
) -> dict[str, Value]:
    """The inverse of `fill_defaults`: the values less those that the page would propose anyway."""
    kept = {name: value for name, value in values.items() if name not in defaulted}
    while True:
        filled, _ = fill_defaults(fields, kept, party=party, mention_text=mention_text)
        others = {n: v for n, v in values.items() if n not in kept and filled.get(n) != v}
        if not others:
            return kept
        kept |= others


def _proposal(
    field: Field,
    values: Mapping[str, Value],
    party: PartyType | None,
    mention_text: str | None,
) -> Value | None:
    source = field.default_from
    if source is not None and source.mention_text and mention_text:
        return mention_text
    if source is not None and source.attribute is not None and _holds(source, values):
        items = [
            item
            for item in as_items(values.get(source.attribute))
            if isinstance(item, str) and _takes(field, item, party)
        ]
        if field.many and items:
            return normal_set(field, items)
        if len(items) == 1:
            return items[0]
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
