"""Read Label Studio results: what was marked and chosen, and what the scheme has no place for."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from signalbook.schema.documents.annotation import quoted
from signalbook.schema.documents.records import Origin, Value
from signalbook.schema.page import control_names
from signalbook.schema.page.control_names import row_number
from signalbook.schema.scheme.model import Field, Json, JsonObject, Scheme
from signalbook.schema.text import excerpt

from .answers import AnsweredSpan, Answers, named_party, text_order
from .code_chips import code_by_title
from .field_values import as_items, normal, read_scalar

#: Where a result's value holds what was chosen or typed.
_HOLDERS = ("choices", "text", "taxonomy", "number", "rating", "datetime")
_ORIGINS = ("manual", "prediction", "prediction-changed")
_SEPARATOR = control_names.control("", "")
#: Longest excerpt of a result, in characters.
_MAX_EXCERPT = 60


def read_results(
    results: Sequence[Json], data: JsonObject, scheme: Scheme
) -> tuple[Answers, tuple[str, ...]]:
    """What was marked and chosen, and a sentence about every unmapped result."""
    reader = _Reader(scheme, data)
    for result in results:
        reader.take(result)
    return reader.answers(), tuple(reader.unmapped)


@dataclass
class _UnitResults:
    """A region or a unit of the whole text: field -> words, while its results come in."""

    words: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    result: JsonObject = field(default_factory=dict[str, Json])
    origins: set[str] = field(default_factory=set[str])


class _Reader:
    """Sorts the results of one annotation by unit, and notes which are unmapped."""

    def __init__(self, scheme: Scheme, data: JsonObject) -> None:
        self.scheme, self.data = scheme, data
        self.unmapped: list[str] = []
        self._regions: dict[str, _UnitResults] = {}
        #: (region id, span type) -> results of its controls; the label may come later.
        self._attributes: dict[tuple[str, str], _UnitResults] = {}
        self._units: dict[str, _UnitResults] = {}
        self._relations: set[tuple[str, str, str]] = set()
        self._arrows: list[JsonObject] = []
        #: Region -> the relation of the arrows that begin there and have none of their own.
        self._arrow_types: dict[str, JsonObject] = {}
        self._notes: set[tuple[str, ...]] = set()
        self._shared = control_names.asked_together(scheme)

    def take(self, result: Json) -> None:
        """Put one result where it belongs."""
        if not isinstance(result, dict):
            self._add_unmapped("not a result", result)
            return
        self._take_note(result)
        if result.get("type") == "relation":
            self._arrows.append(result)
        elif not isinstance(result.get("value"), dict):
            self._add_unmapped("a result without a value", result)
        elif result.get("from_name") == control_names.LABEL:
            self._take_region(result)
        elif result.get("from_name") == control_names.ARROW:
            self._arrow_types[str(result.get("id"))] = result
        else:
            self._take_control(result)

    def answers(self) -> Answers:
        """What all results together mean."""
        self._place_shared()
        spans = tuple(self._spans())
        span_ids = {span.id for span in spans}
        self._add_unlabelled(span_ids)
        self._take_relations(span_ids)
        rows = self._rows(control_names.dyad_slot)
        fields = self.scheme.dyad.all_fields if self.scheme.dyad else ()
        dyads = [self._chosen(unit, fields, results) for unit, results in rows]
        article = self._units.get(control_names.ARTICLE, _UnitResults())
        return Answers(
            parties=self._parties(spans),
            spans=spans,
            relations=frozenset(self._relations),
            dyads=tuple(row for row in dyads if row),
            article=self._chosen(control_names.ARTICLE, self.scheme.asked_labels, article),
        )

    def _add_unmapped(self, why: str, what: object) -> None:
        regions = {id: region.result for id, region in self._regions.items()}
        text = str(self.data.get("text", ""))
        self.unmapped.append(f"{why}: {_excerpt(cast(Json, what), text, regions)}")

    def _add_unlabelled(self, span_ids: set[str]) -> None:
        """Regions that have attributes and no label: one sentence each."""
        units: dict[str, list[str]] = {}
        for id, unit in self._attributes:
            if id not in span_ids:
                units.setdefault(id, []).append(unit)
        for id, names in units.items():
            result = self._attributes[id, names[0]].result
            self._add_unmapped(f"{', '.join(names)} of a region without a label", result)

    def _take_note(self, result: JsonObject) -> None:
        """The page lets people type a note on a region; all results of the region repeat it."""
        meta, region = result.get("meta"), str(result.get("id"))
        note = meta.get("text") if isinstance(meta, dict) else None
        words = [str(line) for line in (note if isinstance(note, list) else [note]) if line]
        if words and (region, *words) not in self._notes:
            self._notes.add((region, *words))
            place = _place(result, str(self.data.get("text", "")))
            self._add_unmapped(f"a note on {place or 'what is no span'}", words)

    def _take_region(self, result: JsonObject) -> None:
        id = str(result.get("id"))
        if id in self._regions:
            self._add_unmapped(f"a second label of region {id}", result)
        else:
            self._regions[id] = _UnitResults(result=result, origins={str(result.get("origin"))})

    def _take_control(self, result: JsonObject) -> None:
        name = str(result.get("from_name"))
        unit, _, field_name = control_names.without_addition(name).partition(_SEPARATOR)
        value = cast(JsonObject, result["value"])
        of_party = unit == control_names.PARTY and self.scheme.party is not None
        of_span = unit in self._span_types() or (unit == control_names.SPAN and self._shared)
        if "start" in value and (of_party or of_span):
            key = str(result.get("id")), unit
            results = self._attributes.setdefault(key, _UnitResults(result=result))
        elif self._is_unit(unit):
            results = self._units.setdefault(unit, _UnitResults(result=result))
        else:
            self._add_unmapped(f"the scheme has no control {name}", result)
            return
        results.origins.add(str(result.get("origin")))
        results.words.setdefault(field_name, []).extend(_words(value))

    def _span_types(self) -> set[str]:
        return {span_type.name for span_type in self.scheme.span_types}

    def _is_unit(self, unit: str) -> bool:
        slots: list[Callable[[int | str], str]] = []
        slots += [control_names.dyad_slot] if self.scheme.dyad is not None else []
        slots += [control_names.unmentioned_slot] if self.scheme.party is not None else []
        is_row = any(row_number(unit, slot) is not None for slot in slots)
        return unit == control_names.ARTICLE or is_row or self.scheme.is_party_id(unit)

    def _rows(self, slot: Callable[[int | str], str]) -> list[tuple[str, _UnitResults]]:
        """The rows of one kind, in the order of the page."""
        numbers = {unit: row_number(unit, slot) for unit in self._units}
        rows = sorted((number, unit) for unit, number in numbers.items() if number is not None)
        return [(unit, self._units[unit]) for _, unit in rows]

    def _parties(self, spans: Sequence[AnsweredSpan]) -> dict[str, dict[str, Value]]:
        """What was said of each party: on its mentions, in a row, or in a block of its own."""
        fields = self.scheme.party.fields if self.scheme.party else ()
        parties: dict[str, dict[str, Value]] = {}
        for span in sorted(spans, key=text_order):
            results = self._attributes.get((span.id, control_names.PARTY))
            party = named_party(span, self.scheme)
            if results is not None and party is not None:
                self._add_to_party(parties, party, self._chosen(party, fields, results))
        for unit, results in self._units.items():
            if self.scheme.is_party_id(unit):
                self._add_to_party(parties, unit, self._chosen(unit, fields, results))
        for unit, results in self._rows(control_names.unmentioned_slot):
            words = {n: w for n, w in results.words.items() if n != control_names.PARTY_ID}
            chosen = self._chosen(unit, fields, _UnitResults(words))
            party = next(iter(results.words.get(control_names.PARTY_ID, ())), "")
            if self.scheme.is_party_id(party):
                self._add_to_party(parties, party, chosen)
            elif chosen:
                fact = "what is said of a party that no words name, without saying which it is"
                self._add_unmapped(fact, results.result)
        return parties

    def _add_to_party(
        self, parties: dict[str, dict[str, Value]], id: str, chosen: dict[str, Value]
    ) -> None:
        """The first mention that says something counts; another that says otherwise is noted."""
        values = parties.setdefault(id, {})
        for name, value in chosen.items():
            if values.setdefault(name, value) != value:
                fact = f"party {id}: the {name} of its first mention is kept, not that of another"
                self._add_unmapped(fact, [str(item) for item in as_items(value)])

    def _place_shared(self) -> None:
        """What several span types ask together is said of the type that the span has."""
        for id, region in self._regions.items():
            kind = _label(region.result).partition(_SEPARATOR)[0]
            if any(kind in kinds for kinds in self._shared.values()):
                results = self._attributes.pop((id, control_names.SPAN), _UnitResults())
                own = self._attributes.setdefault((id, kind), _UnitResults(result=results.result))
                own.origins |= results.origins
                for name, words in results.words.items():
                    own.words.setdefault(name, []).extend(words)

    def _spans(self) -> Iterator[AnsweredSpan]:
        for id, region in self._regions.items():
            value = cast(JsonObject, region.result["value"])
            start, end, labels = value.get("start"), value.get("end"), value.get("labels")
            label = _label(region.result)
            kind, _, party = label.partition(_SEPARATOR)
            fits = isinstance(start, int) and isinstance(end, int) and kind in self._span_types()
            mention = self.scheme.span_type(kind).party_field if fits else None
            if not fits or (party and mention is None):
                self._add_unmapped("no span of the scheme", region.result)
                continue
            if isinstance(labels, list) and len(labels) > 1:
                self._add_unmapped(f"more than one label; {label} is kept", region.result)
            results = self._attributes.get((id, kind), _UnitResults())
            chosen = self._chosen(id, self.scheme.span_type(kind).fields, results)
            if mention is not None and party:
                chosen[mention.name] = party
            origin = _origin(region.origins | results.origins)
            yield AnsweredSpan(id, kind, cast(int, start), cast(int, end), chosen, origin)
            own = {kind, control_names.PARTY} if mention is not None else {kind}
            for (other, unit), hidden in self._attributes.items():
                if other == id and unit not in own:
                    self._add_unmapped(f"{unit} of a region that is a {kind}", hidden.result)

    def _take_relations(self, span_ids: set[str]) -> None:
        """Arrows without a relation have the one that is chosen on the span where they begin."""
        chosen = dict(self._arrow_types)
        for arrow in self._arrows:
            side = "to_id" if arrow.get("direction") == "left" else "from_id"
            start = str(arrow.get(side))
            if not arrow.get("labels") and start in self._arrow_types:
                chosen.pop(start, None)
                value = cast(JsonObject, self._arrow_types[start]["value"])
                self._take_relation({**arrow, "labels": list(_words(value))}, span_ids)
            else:
                self._take_relation(arrow, span_ids)
        for result in chosen.values():
            words = ", ".join(_words(cast(JsonObject, result["value"])))
            fact = f"{words} is chosen for an arrow, but none without a relation begins here"
            self._add_unmapped(fact, result)

    def _take_relation(self, arrow: JsonObject, span_ids: set[str]) -> None:
        ends = str(arrow.get("from_id")), str(arrow.get("to_id"))
        start, end = reversed(ends) if arrow.get("direction") == "left" else ends
        labels = arrow.get("labels")
        if not span_ids.issuperset(ends):
            self._add_unmapped("a relation to nothing", arrow)
        elif not isinstance(labels, list) or not labels:
            self._add_unmapped("an arrow for which no relation is chosen", arrow)
        else:
            types = {relation.name: relation for relation in self.scheme.relation_types}
            for label in labels:
                if label not in types:
                    self._add_unmapped(f"the scheme has no relation {label}", arrow)
                    continue
                self._relations.add((start, end, str(label)))
                if arrow.get("direction") == "bi" and not types[label].symmetric:
                    self._add_unmapped(f"{label} in both directions; one is kept", arrow)

    def _chosen(
        self, unit: str, fields: Sequence[Field], results: _UnitResults
    ) -> dict[str, Value]:
        by_name = {field.name: field for field in fields}
        values: dict[str, Value] = {}
        for name, words in results.words.items():
            if name not in by_name:
                self._add_unmapped(f"the scheme has no field {name} on {unit}", list(words))
                continue
            value = self._value(unit, by_name[name], words)
            if value is not None:
                values[name] = value
        return {name: values[name] for name in by_name if name in values}

    def _value(self, unit: str, field: Field, words: list[str]) -> Value | None:
        place = f"{unit}: {field.name}"
        if field.is_coded:
            codes = code_by_title(self.data, field)
            words = [codes.get(word, word) for word in words]
        if field.is_typed:
            words = words if field.many or not words else ["\n".join(words)]
        elif control_names.EMPTY in words:
            if not field.many or len(words) > 1:
                self._add_unmapped(f"{place} is marked as empty and has values", list(words))
            words = [word for word in words if word != control_names.EMPTY]
        if field.many:
            return normal(field, tuple(words), place)
        if len(words) > 1:
            self._add_unmapped(f"{place} has more than one value; the first is kept", list(words))
        return self._scalar(place, field, words[0]) if words else None

    def _scalar(self, place: str, field: Field, word: str) -> Value | None:
        if field.is_boolean and word in (control_names.YES, control_names.NO):
            return word == control_names.YES
        value = None if field.is_boolean else read_scalar(field, word)
        if value is None:
            self._add_unmapped(f"{place} cannot be", word)
            return None
        return normal(field, value, place)


def _label(region: JsonObject) -> str:
    """The first label of a region."""
    labels = cast(JsonObject, region["value"]).get("labels")
    return str(labels[0]) if isinstance(labels, list) and labels else ""


def _words(value: JsonObject) -> list[str]:
    for holder in _HOLDERS:
        held = value.get(holder)
        if isinstance(held, list):
            paths = (item if isinstance(item, list) and item else [item] for item in held)
            return [str(path[-1]) for path in paths]
        # The words of a span stand under `text` too, but not as a list.
        if held is not None and holder != "text":
            return [str(held)]
    text = value.get("text")
    return [text] if isinstance(text, str) and "start" not in value else []


def _origin(origins: set[str]) -> Origin | None:
    """A prediction that was touched is a changed one."""
    known = [origin for origin in _ORIGINS if origin in origins]
    if len(known) > 1:
        return "prediction-changed"
    return cast(Origin, known[0]) if known else None


def _excerpt(what: Json, text: str, regions: Mapping[str, JsonObject]) -> str:
    """A few words by which somebody finds a result on the page.

    Args:
        what: Result, or values out of one.
        text: Text of the task.
        regions: Results with a label, by region.
    """
    if isinstance(what, str):
        return quoted(what)
    if isinstance(what, list):
        return ", ".join(quoted(str(item)) for item in what)
    if isinstance(what, dict):
        if what.get("type") == "relation":
            ends = [regions.get(str(what.get(side)), {}) for side in ("from_id", "to_id")]
            return "from {} to {}".format(*(_place(end, text) or "nothing" for end in ends))
        if place := _place(what, text):
            return place
        value = what.get("value")
        if isinstance(value, dict) and (listed := _listed(value)):
            return _excerpt(listed, text, regions)
    return excerpt(json.dumps(what, ensure_ascii=False, sort_keys=True), _MAX_EXCERPT)


def _listed(value: JsonObject) -> list[Json]:
    """What was chosen or typed, whatever the control."""
    return [item for held in value.values() if isinstance(held, list) for item in held]


def _place(result: JsonObject, text: str) -> str:
    """The words that a result is about, and its labels; empty if it is about none."""
    match result.get("value"):
        case {"start": int(start), "end": int(end), **more}:
            labels = more.get("labels")
            names = [str(label) for label in labels] if isinstance(labels, list) else []
            return " ".join([*names, quoted(text[max(start, 0) : max(end, 0)])])
        case _:
            return ""
