"""Write an annotation document as the results that Label Studio shows on its page."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from signalbook.annotate.label_studio.payloads import Result
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.errors import ConversionError
from signalbook.schema.page import control_names
from signalbook.schema.page.control_names import PARTY_ID, row_number
from signalbook.schema.scheme.model import Field, Json, Scheme
from signalbook.schema.scheme.stages import on_page
from signalbook.schema.text import counted

from .answers import AnsweredSpan, Answers, answers_of, named_party, referenced_parties, text_order
from .code_chips import codes_in_article, codes_in_data, party_with_code, searchable_codes
from .earlier import own_answers
from .field_values import as_items, write_scalar

#: Field name -> the codes that the task's page offers as chips.
Codes: TypeAlias = Mapping[str, Collection[str]]


def to_label_studio(
    document: AnnotationDocument, scheme: Scheme, data: Mapping[str, Json] | None = None
) -> list[Result]:
    """The results that show this document on the labelling page.

    Args:
        document: Document to show, with its text.
        scheme: Scheme that the page is made from.
        data: Data of the task, for the codes that its page offers; without it, these are looked
            for in the text.

    Raises:
        ConversionError: The page has no place for something in the document.
    """
    answers = own_answers(answers_of(document, scheme), scheme, data)
    scheme = on_page(scheme)
    _check_room(answers, scheme)
    codes = codes_in_data(data, scheme) if data else codes_in_article(document.article, scheme)
    spans = sorted(answers.spans, key=text_order)
    results: list[Result] = []
    unmentioned = dict(answers.parties)
    for span in spans:
        # What is said of a party stands on its first mention.
        chosen = unmentioned.pop(named_party(span, scheme) or "", {})
        text = document.article.text or ""
        results += _span(span, chosen, scheme=scheme, codes=codes, text=text)
    results += _relations(answers)
    taken = {span.id for span in spans}
    rows = {id: chosen for id, chosen in unmentioned.items() if chosen}
    if data:
        _check_rows(data, dyads=len(answers.dyads), unmentioned=len(rows))
    for unit, fields, chosen in _units(answers, rows, scheme):
        is_row = row_number(unit, control_names.unmentioned_slot) is not None
        offered = {} if is_row else codes  # in rows, every code is typed
        controls = _controls(unit, fields, chosen, offered, scheme, has_lists=not is_row)
        for name, kind, value in controls:
            results.append(_result(_free(name, taken), name, kind, value))
    if control_names.has_unmentioned_rows(scheme):
        for number, id in enumerate(rows):
            name = control_names.control(control_names.unmentioned_slot(number), PARTY_ID)
            results.append(_result(_free(name, taken), name, "choices", {"choices": [id]}))
    return results


def page_text(text: str) -> str:
    """The words of a span as the page writes them, with line ends spelt out."""
    return re.sub(r"[\r\n]", r"\\n", text)


def _check_room(answers: Answers, scheme: Scheme) -> None:
    way_out = "raise maxItems in the scheme"
    named = [*dict.fromkeys(referenced_parties(answers, scheme))]
    if scheme.party is not None:
        slots = scheme.party.ids
        for id in (*answers.parties, *named):
            if id not in slots:
                offered_parties = counted(len(slots), "party", "parties")
                fact = f"the page offers {offered_parties}, {slots[0]} to {slots[-1]}"
                raise ConversionError(f"party {id}: {fact}; {way_out}")
    offered = scheme.dyad.slots.offered if scheme.dyad else 0
    if len(answers.dyads) > offered:
        fact = f"{counted(len(answers.dyads), 'dyad')}, but the page offers {offered}"
        raise ConversionError(f"{fact}; {way_out}")
    silent = [f"dyad {n}" for n, dyad in enumerate(answers.dyads, 1) if not dyad]
    silent += [f"party {id}" for id, c in answers.parties.items() if not c and id not in named]
    for unit in silent:
        raise ConversionError(f"{unit}: has no value and nothing refers to it; take it out")


def _check_rows(data: Mapping[str, Json], *, dyads: int, unmentioned: int) -> None:
    """The page of this task has a row for each of these."""
    for key, count, words in (
        (control_names.DYAD_ROWS, dyads, counted(dyads, "dyad")),
        (
            control_names.UNMENTIONED_ROWS,
            unmentioned,
            counted(unmentioned, "party without a mention", "parties without a mention"),
        ),
    ):
        rows = data.get(key)
        if isinstance(rows, list) and count > len(rows):
            fact = f"{words}, but the page of this task has {counted(len(rows), 'row')}"
            raise ConversionError(f"{fact} for them; push the article under a new id")


def _span(
    span: AnsweredSpan, party: Mapping[str, Value], *, scheme: Scheme, codes: Codes, text: str
) -> Iterator[Result]:
    span_type = scheme.span_type(span.type)
    mention, label = span_type.party_field, span.type
    if mention is not None and mention.name in span.chosen:
        label = control_names.mention_label(span_type, str(span.chosen[mention.name]))
    place: Result = {"start": span.start, "end": span.end}
    origin: Result = {} if span.origin is None else {"origin": span.origin}
    words = page_text(text[span.start : span.end])
    value: Result = {**place, "text": words, "labels": [label]}
    yield _result(span.id, control_names.LABEL, "labels", value) | origin
    fields = [field for field in span_type.fields if field is not mention]
    of_party = scheme.party.fields if scheme.party else ()
    shared = control_names.asked_together(scheme)
    asked = [(control_names.PARTY, field, party) for field in of_party]
    asked += [(control_names.span_unit(shared, span_type, f), f, span.chosen) for f in fields]
    for unit, field, chosen in asked:
        for name, kind, more in _controls(unit, [field], chosen, codes, scheme, has_lists=True):
            yield _result(span.id, name, kind, {**place, **more}) | origin


def _relations(answers: Answers) -> Iterator[Result]:
    """One result a pair with all its labels: of two on one pair, the page drops the second."""
    pairs: dict[tuple[str, str], list[Json]] = {}
    for start, end, kind in sorted(answers.relations):
        pairs.setdefault((start, end), []).append(kind)
    for (start, end), kinds in pairs.items():
        ends: Result = {"from_id": start, "to_id": end}
        yield {**ends, "type": "relation", "direction": "right", "labels": kinds}


def _units(
    answers: Answers, parties: Mapping[str, Mapping[str, Value]], scheme: Scheme
) -> Iterator[tuple[str, Sequence[Field], Mapping[str, Value]]]:
    """What is judged on the whole text: unit, its fields, what was chosen."""
    has_rows = control_names.has_unmentioned_rows(scheme)
    for number, (id, chosen) in enumerate(parties.items()):
        unit = control_names.unmentioned_slot(number) if has_rows else id
        yield unit, scheme.party.fields if scheme.party else (), chosen
    for number, row in enumerate(answers.dyads):
        if scheme.dyad is not None:
            sides = {
                side.name: party_with_code(row[side.name], side, answers, scheme)
                for side in scheme.dyad.sides
                if side.name in row
            }
            yield control_names.dyad_slot(number), scheme.dyad.all_fields, {**row, **sides}
    yield control_names.ARTICLE, scheme.asked_labels, answers.article


def _controls(
    unit: str,
    fields: Sequence[Field],
    chosen: Mapping[str, Value],
    codes: Codes,
    scheme: Scheme,
    *,
    has_lists: bool,
) -> Iterator[tuple[str, str, Result]]:
    """Control name, result type and value of everything chosen on a unit."""
    for field in fields:
        if field.name not in chosen:
            continue
        value, name = chosen[field.name], control_names.control(unit, field)
        words: list[Json] = [write_scalar(item) for item in as_items(value)]
        if field.is_typed:
            yield name, "textarea", {"text": words}
            continue
        if isinstance(value, bool):
            words = [control_names.YES if value else control_names.NO]
        off: list[Json] = [word for word in words if _is_off_the_page(field, word, codes, scheme)]
        in_list = searchable_codes(field) if has_lists else ()
        listed = [word for word in off if word in in_list]
        typed: list[Json] = [word for word in off if word not in listed]
        on_chips = [word for word in words if word not in off]
        if on_chips or not off:
            yield name, "choices", {"choices": on_chips or [control_names.EMPTY]}
        if listed:
            yield control_names.listed(name), "taxonomy", {"taxonomy": [[code] for code in listed]}
        if typed:
            yield control_names.other(name), "textarea", {"text": typed}


def _is_off_the_page(field: Field, word: Json, codes: Codes, scheme: Scheme) -> bool:
    if field.is_coded:
        return word not in codes.get(field.name, ())
    listed = word in field.value_ids or scheme.is_party_id(word)
    return field.is_side_reference and not listed


def _result(id: str, control: str, kind: str, value: Result) -> Result:
    return {
        "id": id,
        "from_name": control,
        "to_name": control_names.TEXT,
        "type": kind,
        "value": value,
    }


def _free(id: str, taken: Collection[str]) -> str:
    while id in taken:
        id += "_"
    return id
