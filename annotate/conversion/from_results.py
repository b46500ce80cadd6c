"""Label Studio results become what was marked and chosen, and what fits nowhere."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from signalbook.schema.documents.annotation import quoted
from signalbook.schema.documents.records import Origin, Value
from signalbook.schema.page import control_names
from signalbook.schema.scheme.model import Field, Json, Scheme
from signalbook.schema.text import excerpt

from .answers import Draft, DraftSpan
from .code_chips import code_by_title
from .field_values import normal, read_scalar

Object: TypeAlias = Mapping[str, Json]
#: Where a result's value holds what was chosen or typed.
_HOLDERS = ("choices", "text", "taxonomy", "number", "rating", "datetime")
_ORIGINS = ("manual", "prediction", "prediction-changed")
_SEPARATOR = control_names.control("", "")
#: Longest excerpt of a result, in characters.
_SHOWN = 60


def read_results(
    results: Sequence[Json], data: Object, scheme: Scheme
) -> tuple[Draft, tuple[str, ...]]:
    """What was marked and chosen, and in words every result that fits nowhere."""
    reader = _Reader(scheme, data)
    for result in results:
        reader.take(result)
    return reader.draft(), tuple(reader.leftovers)


@dataclass
class _Unit:
    """A region or a unit of the whole text: field -> words, while its results come in."""

    words: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    result: Object = field(default_factory=dict[str, Json])
    origins: set[str] = field(default_factory=set[str])


class _Reader:
    """Sorts the results of one annotation by unit; keeps what is left over."""

    def __init__(self, scheme: Scheme, data: Object) -> None:
        self.scheme, self.data = scheme, data
        self.leftovers: list[str] = []
        self._regions: dict[str, _Unit] = {}
        #: (region id, span type) -> what its controls say; the label may come later.
        self._attributes: dict[tuple[str, str], _Unit] = {}
        self._units: dict[str, _Unit] = {}
        self._relations: set[tuple[str, str, str]] = set()
        self._arrows: list[Object] = []

    def take(self, result: Json) -> None:
        """Put one result where it belongs."""
        if not isinstance(result, dict):
            self._leave("not a result", result)
        elif result.get("type") == "relation":
            self._arrows.append(result)
        elif not isinstance(result.get("value"), dict):
            self._leave("a result without a value", result)
        elif result.get("from_name") == control_names.LABEL:
            self._take_region(result)
        else:
            self._take_control(result)

    def draft(self) -> Draft:
        """What all results say together."""
        spans = tuple(self._spans())
        known = {span.id for span in spans}
        self._leave_unlabelled(known)
        for arrow in self._arrows:
            self._take_relation(arrow, known)
        party = self.scheme.party.fields if self.scheme.party else ()
        dyad = self.scheme.dyad
        rows = sorted((u for u in self._units if _dyad_number(u)), key=_dyad_number)
        fields = dyad.all_fields if dyad else ()
        dyads = [self._chosen(row, fields, self._units[row]) for row in rows]
        article = self._units.get(control_names.ARTICLE, _Unit())
        return Draft(
            parties={
                id: self._chosen(id, party, unit)
                for id, unit in self._units.items()
                if self.scheme.is_party_id(id)
            },
            spans=spans,
            relations=frozenset(self._relations),
            dyads=tuple(row for row in dyads if row),
            article=self._chosen(control_names.ARTICLE, self.scheme.article_labels, article),
        )

    def _leave(self, why: str, what: object) -> None:
        regions = {id: region.result for id, region in self._regions.items()}
        text = str(self.data.get("text", ""))
        self.leftovers.append(f"{why}: {few_words(cast(Json, what), text, regions)}")

    def _leave_unlabelled(self, known: set[str]) -> None:
        """Regions that only attributes speak of: one sentence each."""
        units: dict[str, list[str]] = {}
        for id, unit in self._attributes:
            if id not in known:
                units.setdefault(id, []).append(unit)
        for id, names in units.items():
            result = self._attributes[id, names[0]].result
            self._leave(f"{', '.join(names)} of a region without a label", result)

    def _take_region(self, result: Object) -> None:
        id = str(result.get("id"))
        if id in self._regions:
            self._leave(f"a second label of region {id}", result)
        else:
            self._regions[id] = _Unit(result=result, origins={str(result.get("origin"))})

    def _take_control(self, result: Object) -> None:
        name = str(result.get("from_name"))
        unit, _, field_name = name.removesuffix(control_names.other("")).partition(_SEPARATOR)
        value = cast(Object, result["value"])
        if "start" in value and unit in self._span_types():
            key = str(result.get("id")), unit
            said = self._attributes.setdefault(key, _Unit(result=result))
        elif self._is_unit(unit):
            said = self._units.setdefault(unit, _Unit(result=result))
        else:
            self._leave(f"the scheme has no control {name}", result)
            return
        said.origins.add(str(result.get("origin")))
        said.words.setdefault(field_name, []).extend(_words(value))

    def _span_types(self) -> set[str]:
        return {span_type.name for span_type in self.scheme.span_types}

    def _is_unit(self, unit: str) -> bool:
        is_dyad = self.scheme.dyad is not None and _dyad_number(unit) > 0
        return unit == control_names.ARTICLE or is_dyad or self.scheme.is_party_id(unit)

    def _spans(self) -> Iterator[DraftSpan]:
        for id, region in self._regions.items():
            value = cast(Object, region.result["value"])
            start, end, labels = value.get("start"), value.get("end"), value.get("labels")
            label = str(labels[0]) if isinstance(labels, list) and labels else ""
            kind, _, party = label.partition(_SEPARATOR)
            fits = isinstance(start, int) and isinstance(end, int) and kind in self._span_types()
            mention = self.scheme.span_type(kind).party_field if fits else None
            if not fits or (party and mention is None):
                self._leave("no span of the scheme", region.result)
                continue
            if isinstance(labels, list) and len(labels) > 1:
                self._leave(f"more than one label; {label} is kept", region.result)
            said = self._attributes.get((id, kind), _Unit())
            chosen = self._chosen(id, self.scheme.span_type(kind).fields, said)
            if mention is not None and party:
                chosen[mention.name] = party
            origin = _origin(region.origins | said.origins)
            yield DraftSpan(id, kind, cast(int, start), cast(int, end), chosen, origin)
            for (other, unit), hidden in self._attributes.items():
                if other == id and unit != kind:
                    self._leave(f"{unit} of a region that is a {kind}", hidden.result)

    def _take_relation(self, arrow: Object, known: set[str]) -> None:
        ends = str(arrow.get("from_id")), str(arrow.get("to_id"))
        start, end = reversed(ends) if arrow.get("direction") == "left" else ends
        labels = arrow.get("labels")
        if not known.issuperset(ends):
            self._leave("a relation to nothing", arrow)
        elif not isinstance(labels, list) or not labels:
            self._leave("a relation that does not say which", arrow)
        else:
            names = {relation.name for relation in self.scheme.relation_types}
            for label in labels:
                if label in names:
                    self._relations.add((start, end, str(label)))
                else:
                    self._leave(f"the scheme has no relation {label}", arrow)

    def _chosen(self, unit: str, fields: Sequence[Field], said: _Unit) -> dict[str, Value]:
        known = {field.name: field for field in fields}
        found: dict[str, Value] = {}
        for name, words in said.words.items():
            if name not in known:
                self._leave(f"the scheme has no field {name} on {unit}", list(words))
                continue
            value = self._value(unit, known[name], words)
            if value is not None:
                found[name] = value
        return {field.name: found[field.name] for field in fields if field.name in found}

    def _value(self, unit: str, field: Field, words: list[str]) -> Value | None:
        place = f"{unit}: {field.name}"
        if field.is_coded:
            codes = code_by_title(self.data, field)
            words = [codes.get(word, word) for word in words]
        if field.is_typed:
            words = words if field.many or not words else ["\n".join(words)]
        elif control_names.EMPTY in words:
            if not field.many or len(words) > 1:
                self._leave(f"{place} is said to be empty and is not", list(words))
            words = [word for word in words if word != control_names.EMPTY]
        if field.many:
            return normal(field, tuple(words), place)
        if len(words) > 1:
            self._leave(f"{place} has more than one value; the first is kept", list(words))
        return self._scalar(place, field, words[0]) if words else None

    def _scalar(self, place: str, field: Field, word: str) -> Value | None:
        if field.is_boolean and word in (control_names.YES, control_names.NO):
            return word == control_names.YES
        value = None if field.is_boolean else read_scalar(field, word)
        if value is None:
            self._leave(f"{place} cannot be", word)
            return None
        return normal(field, value, place)


def _words(value: Object) -> list[str]:
    for holder in _HOLDERS:
        found = value.get(holder)
        if isinstance(found, list):
            return [
                str(item[-1]) if isinstance(item, list) and item else str(item) for item in found
            ]
        # The words of a span stand under `text` too, but not as a list.
        if found is not None and holder != "text":
            return [str(found)]
    text = value.get("text")
    return [text] if isinstance(text, str) and "start" not in value else []


def _dyad_number(unit: str) -> int:
    found = re.fullmatch(control_names.dyad_slot(0).replace("0", "([1-9][0-9]*)"), unit)
    return int(found.group(1)) if found else 0


def _origin(origins: set[str]) -> Origin | None:
    """A prediction that was touched is a changed one."""
    found = [origin for origin in _ORIGINS if origin in origins]
    if len(found) > 1:
        return "prediction-changed"
    return cast(Origin, found[0]) if found else None


def few_words(what: Json, text: str, regions: Mapping[str, Object]) -> str:
    """Where it stands, or else what it says.

    Args:
        what: a result, or values out of one.
        text: of the task.
        regions: results with a label, by region.
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
            return few_words(listed, text, regions)
    return excerpt(json.dumps(what, ensure_ascii=False, sort_keys=True), _SHOWN)


def _listed(value: Object) -> list[Json]:
    """What was chosen or typed, whatever the control."""
    return [item for held in value.values() if isinstance(held, list) for item in held]


def _place(result: Object, text: str) -> str:
    """The words that a result is about, and its labels; empty if it is about none."""
    match result.get("value"):
        case {"start": int(start), "end": int(end), **more}:
            labels = more.get("labels")
            said = [str(label) for label in labels] if isinstance(labels, list) else []
            return " ".join([*said, quoted(text[max(start, 0) : max(end, 0)])])
        case _:
            return ""
