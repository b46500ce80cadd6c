"""Repair a draft that breaks rules, by the smallest edits that the annotators support.

Edits are tried in this order of cost: a field as one annotator has it, a whole unit as one
annotator has it, a relation or dyad that somebody has or that goes, a dyad's value that nobody
chose, a span that goes. Each step takes the edit that leaves the fewest errors; of equal ones the
cheapest.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from signalbook.export.validation.checker import Checker
from signalbook.export.validation.messages import Issue
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.scheme.model import Scheme

from .gold_draft import GoldDraft, GoldRelation, GoldUnit, Values, assemble, party_ids
from .voting import VoteLog

#: What a repair does that keeps nothing of a unit.
LEFT_OUT = "left out"
_MAX_STEPS = 40
#: Errors that a step tries to mend.
_MAX_ERRORS = 3


@dataclass(frozen=True)
class Edit:
    """A change of the draft, and how the log shows it."""

    cost: int
    unit: str
    field: str
    chosen: object
    rule: str
    draft: GoldDraft


@dataclass(frozen=True)
class _Step:
    """An edit that was tried, and what it leaves."""

    edit: Edit
    document: AnnotationDocument
    errors: list[Issue]


def repair(
    draft: GoldDraft, checker: Checker, vote_log: VoteLog
) -> tuple[AnnotationDocument, list[Issue]]:
    """The draft's document after repair, and the errors that are left."""
    document = assemble(draft, checker.scheme)
    left = checker.errors(document) or []
    seen: set[str] = set()
    while left and len(seen) < _MAX_STEPS:
        seen.add(document.to_json())
        best = _best_step(draft, document, left, checker, seen)
        if best is None:
            break
        edit, rules = best.edit, tuple(sorted({issue.id for issue in left}))
        vote_log.record_repair(edit.unit, edit.field, edit.chosen, rules, edit.rule)
        draft, document, left = edit.draft, best.document, best.errors
    return document, left


def _best_step(
    draft: GoldDraft,
    document: AnnotationDocument,
    issues: list[Issue],
    checker: Checker,
    seen: set[str],
) -> _Step | None:
    """The edit that leaves the fewest errors, of equal ones the cheapest, then the first.

    What it leads to must be new and no worse; None if no edit does.
    """
    best, at_most, tried = None, len(issues), [draft]
    suspected = {issue.id for issue in issues}
    # From the cheapest on, each further edit is of use only if it leaves fewer errors.
    for edit in sorted(_edits(draft, issues[:_MAX_ERRORS], checker.scheme), key=_cost):
        if at_most < 0:
            break
        if edit.draft in tried:
            continue
        tried.append(edit.draft)
        edited = assemble(edit.draft, checker.scheme, like=document)
        left = checker.errors(edited, at_most=at_most, suspected=suspected)
        if left is not None and edited.to_json() not in seen:
            best, at_most = _Step(edit, edited, left), len(left) - 1
    return best


def _cost(edit: Edit) -> int:
    return edit.cost


def _edits(draft: GoldDraft, issues: list[Issue], scheme: Scheme) -> Iterator[Edit]:
    for issue in issues:
        match issue.path.split("/")[1:]:
            case ["spans", index, *rest]:
                yield from _span_edits(draft, int(index), rest[-1] if rest else "")
            case ["relations", index, *_]:
                yield from _relation_edits(draft, int(index))
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
        yield from _minority_edits(draft)


def _as_annotators_have_it(
    unit: GoldUnit, label: str, name: str, changed: Callable[[Values], GoldDraft]
) -> Iterator[Edit]:
    """One field, then the whole unit, as each annotator has it.

    Args:
        unit: The unit to change.
        label: What the log calls it.
        name: The field to change.
        changed: The draft in which the unit has other values.
    """
    for annotator, option in sorted(unit.options.items()):
        if name in option and option[name] != unit.values.get(name):
            draft = changed({**unit.values, name: option[name]})
            yield Edit(1, label, name, option[name], f"as {annotator} has it", draft)
    for annotator, option in sorted(unit.options.items()):
        if option != unit.values:
            rule = f"the unit as {annotator} has it"
            yield Edit(2, label, "", dict(option), rule, changed(option))


def _span_edits(draft: GoldDraft, index: int, name: str) -> Iterator[Edit]:
    if index >= len(draft.spans):
        return
    span = draft.spans[index]
    label = f"{span.kind} [{span.start}, {span.end})"
    yield from _as_annotators_have_it(
        span, label, name, lambda v: replace(draft, spans=_replaced(draft.spans, span, v))
    )
    for annotator, (start, end) in sorted(span.extents.items()):
        if (start, end) != (span.start, span.end):
            moved = replace(span, start=start, end=end)
            spans = tuple(moved if other is span else other for other in draft.spans)
            ordered = tuple(sorted(spans, key=lambda s: (s.start, s.end, s.key)))
            rule = f"extent as {annotator} has it"
            yield Edit(1, label, "extent", [start, end], rule, replace(draft, spans=ordered))
    for position, relation in enumerate(draft.relations):
        if span.key in (relation.from_, relation.to):
            yield _without_relation(draft, position)
    yield Edit(6, label, "", None, LEFT_OUT, draft.without_span(span.key))


def _relation_edits(draft: GoldDraft, index: int) -> Iterator[Edit]:
    if index >= len(draft.relations):
        return
    yield _without_relation(draft, index)
    relation = draft.relations[index]
    for position, span in enumerate(draft.spans):
        if span.key in (relation.from_, relation.to):
            yield from (e for e in _span_edits(draft, position, "") if e.rule != LEFT_OUT)


def _without_relation(draft: GoldDraft, index: int) -> Edit:
    relations = draft.relations[:index] + draft.relations[index + 1 :]
    label = _relation_label(draft.relations[index])
    return Edit(3, label, "", None, LEFT_OUT, replace(draft, relations=relations))


def _relation_label(relation: GoldRelation) -> str:
    return f"{relation.type} from {relation.from_} to {relation.to}"


def _dyad_edits(draft: GoldDraft, index: int, name: str) -> Iterator[Edit]:
    if index >= len(draft.dyads):
        return
    dyad = draft.dyads[index]
    label = f"dyad {dyad.key}"
    yield from _as_annotators_have_it(
        dyad, label, name, lambda v: replace(draft, dyads=_replaced(draft.dyads, dyad, v))
    )
    rest = tuple(other for other in draft.dyads if other is not dyad)
    yield Edit(4, label, "", None, LEFT_OUT, replace(draft, dyads=rest))


def _judgement_edits(draft: GoldDraft, index: int, name: str, scheme: Scheme) -> Iterator[Edit]:
    """A judgement that nobody made, where those that were made break the rules."""
    fields = scheme.dyad.fields if scheme.dyad else ()
    for value in (v for f in fields if f.name == name for v in f.values):
        dyad = draft.dyads[index]
        dyads = _replaced(draft.dyads, dyad, {**dyad.values, name: value.id})
        rule = "a value that keeps the rules"
        yield Edit(5, f"dyad {dyad.key}", name, value.id, rule, replace(draft, dyads=dyads))


def _party_edits(draft: GoldDraft, index: int, name: str, scheme: Scheme) -> Iterator[Edit]:
    """A party as an annotator has it, or another party in its place."""
    keys = list(party_ids(draft, scheme))  # as the document lists its parties
    if index >= len(keys):
        return
    key = keys[index]
    party = next(unit for unit in draft.parties if unit.key == key)
    yield from _as_annotators_have_it(
        party, key, name, lambda v: replace(draft, parties=_replaced(draft.parties, party, v))
    )
    if party.stands_alone:
        rest = tuple(other for other in draft.parties if other is not party)
        yield Edit(4, key, "", None, LEFT_OUT, replace(draft, parties=rest))
    for other in draft.parties:
        if other is not party and other.key in keys:
            rule = "two parties become one"
            yield Edit(5, key, "", other.key, rule, _with_party(draft, key, other.key))


def _with_party(draft: GoldDraft, old: str, new: str) -> GoldDraft:
    """The draft with another party wherever this one stood."""

    def swapped(values: Values) -> dict[str, Value]:
        result: dict[str, Value] = {}
        for name, value in values.items():
            if isinstance(value, tuple):
                members = (new if member == old else member for member in value)
                result[name] = tuple(dict.fromkeys(members))
            else:
                result[name] = new if value == old else value
        return result

    return replace(
        draft,
        spans=tuple(replace(s, values=swapped(s.values)) for s in draft.spans),
        dyads=tuple(replace(d, values=swapped(d.values)) for d in draft.dyads),
        parties=tuple(party for party in draft.parties if party.key != old),
    )


def _label_edits(draft: GoldDraft, name: str, scheme: Scheme) -> Iterator[Edit]:
    """A label as an annotator has it; or another value, for what follows from the rest."""
    labels = draft.labels

    def changed(values: Values) -> GoldDraft:
        return replace(draft, labels=replace(labels, values=values))

    field = next((f for f in scheme.article_labels if f.name == name), None)
    if field is None:
        return
    values: list[Value] = []
    if field.derived is None:
        yield from _as_annotators_have_it(labels, "article", name, changed)
        values = [True, False] if field.is_boolean else list(field.listed)
    for value in values:
        edited = changed({**labels.values, name: value})
        yield Edit(3, "article", name, value, "follows from the rest", edited)
    for position in range(len(draft.dyads)):
        yield from _dyad_edits(draft, position, "")


def _minority_edits(draft: GoldDraft) -> Iterator[Edit]:
    """Relations and dyads that somebody has, but no majority."""
    for dyad in draft.minority_dyads:
        rest = tuple(other for other in draft.minority_dyads if other is not dyad)
        edited = replace(draft, dyads=(*draft.dyads, dyad), minority_dyads=rest)
        annotators = ", ".join(sorted(dyad.options))
        yield Edit(3, f"dyad {dyad.key}", "", True, f"as {annotators} has it", edited)
    for relation in draft.minority_relations:
        left = tuple(other for other in draft.minority_relations if other is not relation)
        edited = replace(draft, relations=(*draft.relations, relation), minority_relations=left)
        yield Edit(3, _relation_label(relation), "", True, "as an annotator has it", edited)


def _replaced(units: tuple[GoldUnit, ...], unit: GoldUnit, values: Values) -> tuple[GoldUnit, ...]:
    return tuple(replace(u, values=values) if u is unit else u for u in units)
