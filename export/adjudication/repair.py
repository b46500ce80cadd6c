"""A draft with errors becomes one without, by the smallest edits that the annotators support.

Edits are tried in this order of cost: a field as one annotator has it, a whole unit as one
annotator has it, a relation or dyad that somebody has or that goes, a dyad's value that nobody
chose, a span that goes. Each step takes the edit that leaves the fewest errors; of equal ones the
cheapest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from signalbook.export.validation.checker import Checker, Issue, errors
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.scheme.model import Scheme

from .gold_draft import Draft, Unit, Values, assemble, party_numbers
from .voting import Ballot

_STEPS = 40
#: Errors that each step looks at.
_LOOKED_AT = 3


@dataclass(frozen=True)
class Edit:
    """A change of the draft, and how it is told in the log."""

    cost: int
    unit: str
    field: str
    chosen: object
    rule: str
    draft: Draft


def repair(
    draft: Draft, checker: Checker, ballot: Ballot
) -> tuple[AnnotationDocument, list[Issue]]:
    """The draft's document after repair, and the errors that are left."""
    scheme = checker.scheme
    document = assemble(draft, scheme)
    found = errors(checker.check(document))
    seen = {document.to_json()}
    for _ in range(_STEPS):
        best: tuple[int, int, int] | None = None
        step: tuple[Edit, AnnotationDocument, list[Issue]] | None = None
        for number, edit in enumerate(_edits(draft, found[:_LOOKED_AT], scheme)):
            tried = assemble(edit.draft, scheme)
            if tried.to_json() in seen:
                continue
            left = errors(checker.check(tried))
            key = (len(left), edit.cost, number)
            if len(left) <= len(found) and (best is None or key < best):
                best, step = key, (edit, tried, left)
        if step is None:
            break
        edit, document, left = step
        because = ", ".join(sorted({issue.id for issue in found}))
        rule = f"repair ({because}): {edit.rule}"
        ballot.note(edit.unit, edit.field, {}, edit.chosen, rule)
        seen.add(document.to_json())
        draft, found = edit.draft, left
    return document, found


def _edits(draft: Draft, issues: list[Issue], scheme: Scheme) -> Iterator[Edit]:
    for issue in issues:
        match issue.path.split("/")[1:]:
            case ["spans", index, *rest]:
                yield from _span_edits(draft, int(index), rest[-1] if rest else "")
            case ["relations", index, *_]:
                yield from _link_edits(draft, int(index))
            case ["dyads", index, *rest]:
                yield from _dyad_edits(draft, int(index), rest[-1] if rest else "")
                yield from _judgement_edits(draft, int(index), rest[-1] if rest else "", scheme)
            case ["parties", index, *rest]:
                yield from _party_edits(draft, int(index), rest[-1] if rest else "", scheme)
            case ["article_labels", name, *_]:
                yield from _label_edits(draft, name, scheme)
            case _:
                pass
    if issues:
        yield from _spare_edits(draft)


def _as_said(unit: Unit, name: str) -> Iterator[tuple[int, str, Values, str]]:
    """(cost, field, values, rule) for the unit as each annotator has it."""
    for annotator in sorted(unit.options):
        said = unit.options[annotator]
        if name in said and said[name] != unit.values.get(name):
            yield 1, name, {**unit.values, name: said[name]}, f"as {annotator} has it"
    for annotator in sorted(unit.options):
        if unit.options[annotator] != unit.values:
            yield 2, "", unit.options[annotator], f"the unit as {annotator} has it"


def _span_edits(draft: Draft, index: int, name: str) -> Iterator[Edit]:
    if index >= len(draft.spans):
        return
    span = draft.spans[index]
    told = f"{span.kind} [{span.start}, {span.end})"
    for cost, field, values, rule in _as_said(span, name):
        changed = _replaced(draft.spans, span, values)
        yield Edit(cost, told, field, _told(values, field), rule, replace(draft, spans=changed))
    for annotator, (start, end) in sorted(span.extents.items()):
        if (start, end) != (span.start, span.end):
            moved = replace(span, start=start, end=end)
            changed = tuple(moved if other is span else other for other in draft.spans)
            ordered = tuple(sorted(changed, key=lambda s: (s.start, s.end, s.key)))
            rule = f"extent as {annotator} has it"
            yield Edit(1, told, "extent", [start, end], rule, replace(draft, spans=ordered))
    for position, link in enumerate(draft.links):
        if span.key in (link.from_, link.to):
            yield _without_link(draft, position)
    yield Edit(6, told, "", None, "left out", draft.without_span(span.key))


def _link_edits(draft: Draft, index: int) -> Iterator[Edit]:
    if index >= len(draft.links):
        return
    yield _without_link(draft, index)
    link = draft.links[index]
    for position, span in enumerate(draft.spans):
        if span.key in (link.from_, link.to):
            yield from (e for e in _span_edits(draft, position, "") if e.rule != "left out")


def _without_link(draft: Draft, index: int) -> Edit:
    link = draft.links[index]
    links = draft.links[:index] + draft.links[index + 1 :]
    told = f"{link.type} from {link.from_} to {link.to}"
    return Edit(3, told, "", None, "left out", replace(draft, links=links))


def _dyad_edits(draft: Draft, index: int, name: str) -> Iterator[Edit]:
    if index >= len(draft.dyads):
        return
    dyad = draft.dyads[index]
    told = f"dyad {dyad.key}"
    for cost, field, values, rule in _as_said(dyad, name):
        changed = _replaced(draft.dyads, dyad, values)
        yield Edit(cost, told, field, _told(values, field), rule, replace(draft, dyads=changed))
    rest = tuple(other for other in draft.dyads if other is not dyad)
    yield Edit(4, told, "", None, "left out", replace(draft, dyads=rest))


def _judgement_edits(draft: Draft, index: int, name: str, scheme: Scheme) -> Iterator[Edit]:
    """A judgement that nobody made, where those that were made break the rules."""
    fields = scheme.dyad.fields if scheme.dyad else ()
    for value in (v for f in fields if f.name == name for v in f.values):
        dyad = draft.dyads[index]
        changed = _replaced(draft.dyads, dyad, {**dyad.values, name: value.id})
        rule = "a value that keeps the rules"
        yield Edit(5, f"dyad {dyad.key}", name, value.id, rule, replace(draft, dyads=changed))


def _party_edits(draft: Draft, index: int, name: str, scheme: Scheme) -> Iterator[Edit]:
    """A party as an annotator has it, or another party in its place."""
    document = assemble(draft, scheme)
    if index >= len(document.parties):
        return
    keys = {id: key for key, id in party_numbers(draft, scheme).items()}
    key = keys[document.parties[index].id]
    party = next(unit for unit in draft.parties if unit.key == key)
    for cost, field, values, rule in _as_said(party, name):
        changed = _replaced(draft.parties, party, values)
        yield Edit(cost, key, field, _told(values, field), rule, replace(draft, parties=changed))
    for other in draft.parties:
        if other is not party and other.key in keys.values():
            rule = "two parties become one"
            yield Edit(5, key, "", other.key, rule, _with_party(draft, key, other.key))


def _with_party(draft: Draft, old: str, new: str) -> Draft:
    """The draft with another party wherever this one stood."""

    def swapped(values: Values) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, value in values.items():
            if isinstance(value, tuple):
                parts = (new if part == old else part for part in value)
                found[name] = tuple(dict.fromkeys(parts))
            else:
                found[name] = new if value == old else value
        return found

    return replace(
        draft,
        spans=tuple(replace(s, values=swapped(s.values)) for s in draft.spans),
        dyads=tuple(replace(d, values=swapped(d.values)) for d in draft.dyads),
        parties=tuple(party for party in draft.parties if party.key != old),
    )


def _label_edits(draft: Draft, name: str, scheme: Scheme) -> Iterator[Edit]:
    """A label as an annotator has it; or another value, for what follows from the rest."""
    labels = draft.labels
    for cost, field, values, rule in _as_said(labels, name):
        changed = replace(labels, values=values)
        yield Edit(
            cost, "article", field, _told(values, field), rule, replace(draft, labels=changed)
        )
    asked = next((f for f in scheme.article_labels if f.name == name), None)
    if asked is None:
        return
    values_of_field: list[Value] = [*asked.value_ids]
    for value in [True, False] if asked.is_boolean else values_of_field:
        changed = replace(labels, values={**labels.values, name: value})
        rule = "follows from the rest"
        yield Edit(3, "article", name, value, rule, replace(draft, labels=changed))
    for position in range(len(draft.dyads)):
        yield from _dyad_edits(draft, position, "")


def _spare_edits(draft: Draft) -> Iterator[Edit]:
    """Relations and dyads that somebody has, but no majority."""
    for dyad in draft.spare_dyads:
        rest = tuple(other for other in draft.spare_dyads if other is not dyad)
        changed = replace(draft, dyads=(*draft.dyads, dyad), spare_dyads=rest)
        told = ", ".join(sorted(dyad.options))
        yield Edit(3, f"dyad {dyad.key}", "", True, f"as {told} has it", changed)
    for link in draft.spare_links:
        rest_of_links = tuple(other for other in draft.spare_links if other is not link)
        changed = replace(draft, links=(*draft.links, link), spare_links=rest_of_links)
        told = f"{link.type} from {link.from_} to {link.to}"
        yield Edit(3, told, "", True, "as an annotator has it", changed)


def _replaced(units: tuple[Unit, ...], unit: Unit, values: Values) -> tuple[Unit, ...]:
    return tuple(replace(u, values=values) if u is unit else u for u in units)


def _told(values: Values, field: str) -> object:
    return values.get(field) if field else dict(values)
