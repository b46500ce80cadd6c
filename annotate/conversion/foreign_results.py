"""Give results of another labelling page the names that our page would have given them.

A scheme that was made of that page by `scheme import` has names that follow from the page's words;
an author who has renamed something since has kept its title.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from signalbook.annotate.articles.reader import normalise_text
from signalbook.schema.authoring.identifiers import Purpose, exact_identifier, identifier
from signalbook.schema.authoring.label_studio_controls import STEP
from signalbook.schema.documents.annotation import quoted
from signalbook.schema.page import control_names
from signalbook.schema.scheme.model import Field, Json, JsonObject, Scheme

from .to_results import page_text

_Named = TypeVar("_Named")
#: Where the value of a region holds its labels.
_LABELS = ("labels", "hypertextlabels", "htmllabels")
_CHOSEN = ("choices", "taxonomy")
_YES, _NO = ("yes", "true"), ("no", "false")


@dataclass
class Translated:
    """Results under our names, and a sentence about each that has none."""

    results: list[Json] = field(default_factory=list["Json"])
    unmapped: list[str] = field(default_factory=list[str])


def translate(results: Sequence[Json], text: str, scheme: Scheme) -> Translated:
    """The results as our page stores them, with places in the normal form of the text.

    Args:
        results: Results of one annotation.
        text: Text of the task, exactly as the page had it.
        scheme: Scheme that was made of the page.
    """
    return _Translator(text, scheme).translate(results)


def named(
    word: str, things: Iterable[_Named], names: Mapping[str, _Named], purpose: Purpose
) -> _Named | None:
    """The thing that a word of the page stands for: by the name made of it, else by its title."""
    for name in (exact_identifier(word, purpose), identifier(word, purpose), word):
        if name in names:
            return names[name]
    titled = [thing for thing in things if getattr(thing, "title", None) == word]
    return titled[0] if len(titled) == 1 else None


class _Translator:
    """Translates the results of one annotation."""

    def __init__(self, text: str, scheme: Scheme) -> None:
        self.scheme, self.text = scheme, text
        self.is_normal = normalise_text(text) == text
        self.types: dict[str, str] = {}
        self.regions: dict[str, JsonObject] = {}
        self.left_out: set[str] = set()
        self.done = Translated()

    def translate(self, results: Sequence[Json]) -> Translated:
        """Labels first: what is asked of a region depends on its type."""
        objects = [result for result in results if isinstance(result, dict)]
        self.done.results += [result for result in results if not isinstance(result, dict)]
        for region in filter(_labels, objects):
            self._take_region(region)
        for result in objects:
            if result.get("type") == "relation":
                self._take_relation(result)
            elif not isinstance(result.get("value"), dict):
                self.done.results.append(result)
            elif not _labels(result):
                self._take_control(result)
        return self.done

    def _leave_out(self, why: str, words: str) -> None:
        self.done.unmapped.append(f"{why}: {words}")

    def _take_region(self, result: JsonObject) -> None:
        id, types = str(result.get("id")), {t.name: t for t in self.scheme.span_types}
        found = [named(w, types.values(), types, "span type") for w in _labels(result)]
        words, value = _words_of(result), _value(result)
        if None in found:
            self._leave_out(f"the scheme has no span type {', '.join(_labels(result))}", words)
        found_names = [span_type.name for span_type in found if span_type is not None]
        place = self._place(value)
        if not found_names:
            self.left_out.add(id)
        elif isinstance(place, str):
            self.left_out.add(id)
            self._leave_out(place, words)
        else:
            self.types.setdefault(id, found_names[0])
            self.regions.setdefault(id, place)
            kept: dict[str, Json] = {**place, "labels": [*found_names]}
            self._add(result, control_names.LABEL, kept)

    def _place(self, value: JsonObject) -> dict[str, Json] | str:
        """Where a region is in the normal form of the text, or why it is nowhere."""
        start, end, words = value.get("start"), value.get("end"), value.get("text")
        if not isinstance(start, int) or not isinstance(end, int):
            return "a span of HTML has no place in a plain text"
        marked = self.text[start:end]
        if not 0 <= start < end <= len(self.text):
            return "a span lies outside of its text"
        if isinstance(words, str) and words not in (marked, page_text(marked)):
            return f"a span has other words than its text at that place, which are {quoted(marked)}"
        if self.is_normal:
            return {"start": start, "end": end}
        parts = self.text[:start], marked, self.text[end:]
        before, inside, after = map(normalise_text, parts)
        if before + inside + after != normalise_text(self.text):
            return "a span begins or ends inside of what is one character of its text"
        return {"start": len(before), "end": len(before) + len(inside)}

    def _take_control(self, result: JsonObject) -> None:
        id, word = str(result.get("id")), str(result.get("from_name"))
        if id in self.left_out:
            self._leave_out("an answer about a span that is left out", _words_of(result))
            return
        unit = self.types.get(id, control_names.ARTICLE)
        fields = self._fields(unit)
        if (found := named(word, fields.values(), fields, "field")) is None:
            self._leave_out(f"the scheme has no field {word} on {unit}", _words_of(result))
            return
        value = {k: v for k, v in _value(result).items() if k not in ("start", "end")}
        if "start" in _value(result) and id not in self.types:
            self._leave_out("an answer about a region without a label", _words_of(result))
            return
        chosen = [w for holder in _CHOSEN for w in _paths(value.pop(holder, None))]
        if chosen:
            value["choices"] = [_stored(found, word) for word in chosen]
        self._add(result, control_names.control(unit, found), {**self.regions.get(id, {}), **value})

    def _fields(self, unit: str) -> dict[str, Field]:
        if unit == control_names.ARTICLE:
            return {field.name: field for field in self.scheme.asked_labels}
        return {field.name: field for field in self.scheme.span_type(unit).fields}

    def _take_relation(self, result: JsonObject) -> None:
        types = {relation.name: relation for relation in self.scheme.relation_types}
        labels: list[Json] = []
        given = result.get("labels")
        for word in given if isinstance(given, list) else []:
            found = named(str(word), types.values(), types, "relation")
            labels.append(str(word) if found is None else found.name)
        self.done.results.append({**result, "labels": labels})

    def _add(self, result: JsonObject, control: str, value: Mapping[str, Json]) -> None:
        self.done.results.append({**result, "from_name": control, "value": {**value}})


def _stored(field: Field, word: str) -> str:
    """What our page stores for a choice of another; an unknown word stays, for `validate` to find."""
    if field.is_boolean and word.casefold() in (*_YES, *_NO):
        return control_names.YES if word.casefold() in _YES else control_names.NO
    values = {value.id: value for value in field.values}
    found = named(word, values.values(), values, "value")
    return word if found is None else found.id


def _labels(result: JsonObject) -> list[str]:
    value = _value(result)
    held = next((value[key] for key in _LABELS if key in value), None)
    return [str(label) for label in held] if isinstance(held, list) else []


def _paths(held: Json) -> Iterator[str]:
    """Every choice; one that stands below others, with the steps that lead to it."""
    for item in held if isinstance(held, list) else []:
        yield STEP.join(map(str, item)) if isinstance(item, list) else str(item)


def _value(result: JsonObject) -> JsonObject:
    value = result.get("value")
    return value if isinstance(value, dict) else {}


def _words_of(result: JsonObject) -> str:
    """A few words by which somebody finds a result."""
    value = _value(result)
    listed = [str(item) for held in value.values() if isinstance(held, list) for item in held]
    own = [held for key, held in value.items() if key == "text" and isinstance(held, str)]
    others = [str(value[key]) for key in ("rating", "number", "datetime") if key in value]
    return ", ".join(quoted(word) for word in (*own, *listed, *others)) or "nothing"
