"""Write the lists that the labelling page reads from a task: labels of mentions, chips of parties.

So a page shows the names of the parties of each article, and has no block for each party. Its chips
are its own, and only their words come from the task: of every list of chips in a task, Label Studio
gives out all keys anew.
"""

from collections.abc import Iterator, Mapping, Sequence

from signalbook.schema.scheme.model import Field, Json, PartyType, Scheme
from signalbook.schema.scheme.stages import asks_pairs, asks_parties, on_page
from signalbook.schema.text import excerpt, printable

from .chips import NONE, chips_of, visible
from .control_names import (
    DYAD_ROWS,
    MENTIONS,
    NAMED,
    PARTY_ID,
    PARTY_NAMES,
    UNMENTIONED_ROWS,
    asked_together,
    box_key,
    dyad_slot,
    has_unmentioned_rows,
    mention_label,
    mention_types,
    span_unit,
    unmentioned_slot,
)

#: Of a name on a label or chip, in characters.
_MAX_NAME = 24
#: Rows that every task has for parties that no words name.
_UNMENTIONED = 2
#: Parties without a name that are offered besides those that an earlier stage has found.
_FREE = 3


def task_lists(
    scheme: Scheme, names: Mapping[str, str] | None = None, *, dyads: int = 0, unmentioned: int = 0
) -> dict[str, Json]:
    """What the data of a task needs for the labels, chips and rows of its parties and dyads.

    Args:
        scheme: Scheme that the page is made from; that of a stage offers the parties that have
            names, and a few free ones.
        names: Names of the parties that are known before anybody labels, by id.
        dyads: How many dyads are known before.
        unmentioned: How many parties are known before that no words name.
    """
    lists: dict[str, Json] = {}
    if asks_pairs(scheme):
        return lists
    scheme = on_page(scheme)
    party = scheme.party
    if party is not None:
        ids = party.ids if asks_parties(scheme) else _known_and_free(party, names or {})
        shown = _shown_names(scheme, ids, names or {})
        # What has no name is not shown: the page has a chip for every party.
        lists[PARTY_NAMES] = [shown.get(id, "") for id in party.ids]
        for unit, field in _boxed(scheme):
            chips = chips_of(field, shown, keys={}, keyed_as="")
            lists[box_key(unit, field)] = [_choice(chip.text, chip.stored) for chip in chips]
        if mention_types(scheme):
            lists[MENTIONS] = [*_mentions(scheme, shown)]
            lists[NAMED] = [{"id": id} for id in party.ids if id in (names or {})]
        if has_unmentioned_rows(scheme):
            lists[UNMENTIONED_ROWS] = _rows(party.label, max(_UNMENTIONED, unmentioned))
            which = box_key(unmentioned_slot(""), PARTY_ID)
            # What an earlier stage has found cannot be described anew.
            taken = {} if asks_parties(scheme) else names or {}
            lists[which] = [_choice(name, id) for id, name in shown.items() if id not in taken]
    if scheme.dyad is not None:
        slots = scheme.dyad.slots
        offered = min(slots.offered, max(slots.shown, dyads) + slots.shown)
        lists[DYAD_ROWS] = _rows(scheme.dyad.title, offered)
    return lists


def _boxed(scheme: Scheme) -> Iterator[tuple[str, Field]]:
    """Fields whose parties are chosen in a box that opens, with the unit that it is named for."""
    shared = asked_together(scheme)
    for span_type in scheme.span_types:
        for field in span_type.fields:
            if field.is_reference and field != span_type.party_field and not field.must_be_decided:
                yield span_unit(shared, span_type, field), field
    for field in scheme.dyad.all_fields if scheme.dyad else ():
        if field.is_reference:
            yield dyad_slot(""), field


def _choice(shown: str, stored: str) -> Json:
    return {"value": visible(shown), "alias": stored}


def _known_and_free(party: PartyType, names: Mapping[str, str]) -> list[str]:
    """The ids of parties that have names, and the first of those that have none."""
    free = [id for id in party.ids if id not in names]
    return [*(id for id in party.ids if id in names), *free[:_FREE]]


def _shown_names(scheme: Scheme, ids: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """Id -> what its labels and chips say: its name, or the id; no two say the same."""
    taken = {NONE, *ids}
    for _, field in scheme.fields():
        taken |= {value.short for value in field.values if field.is_reference}
    shown: dict[str, str] = {}
    for party_id in ids:
        name = excerpt(printable(" ".join(names.get(party_id, "").split())), _MAX_NAME)
        if name in taken:
            name = f"{name} {party_id}"
        taken.add(name or party_id)
        shown[party_id] = visible(name) or party_id
    return shown


def _mentions(scheme: Scheme, parties: Mapping[str, str]) -> Iterator[Json]:
    several = len(mention_types(scheme)) > 1
    for span_type in mention_types(scheme):
        for party_id, name in parties.items():
            yield {
                "value": f"{name} ({span_type.label})" if several else name,
                "alias": mention_label(span_type, party_id),
                "background": span_type.colour,
            }


def _rows(title: str, number: int) -> list[Json]:
    return [{"title": visible(f"{title} {place}")} for place in range(1, number + 1)]
