"""Explain every field: what it means, how it is answered and when, and each of its values."""

from collections.abc import Iterator, Mapping
from typing import Final

from signalbook.schema.markdown import code, escape, filled_table
from signalbook.schema.scheme.model import AllowedValue, Codelist, Condition, Examples, Field, Json

from .anchors import Entry, Index, Unit, anchor_part, anchored, code_link, link
from .lists import lists_of

_LEVELS: Final = {
    "nominal": "nominal (two values are the same or are not)",
    "ordinal": "ordinal (the values have an order)",
    "interval": "interval (the distance of two values counts)",
    "ratio": "ratio (the proportion of two values counts)",
    "set": "set (several values together)",
    "text": "text (words, of which no agreement is measured)",
    "unitizing": "unitizing (places in the text)",
}
_SET = "any number"


def field_entry(index: Index, entry: Entry) -> Iterator[str]:
    """Everything that the scheme says of a field, as paragraphs."""
    field = entry.field
    yield f"### {anchored(*entry.anchors)}{escape(field.title)}"
    yield index.paragraph(field.description, field.rule)
    yield examples(index, field.examples)
    yield "\n".join(f"- **{name}:** {fact}" for name, fact in _facts(index, entry))
    if field.decision_table:
        yield from _decision_table(index, entry)
    if field.values:
        yield _value_table(index, entry)


def examples(index: Index, given: Examples | None) -> str:
    """A table of one thing that is it and one that is not."""
    if given is None:
        return ""
    rows = [(index.prose(given.positive), index.prose(given.negative))]
    return filled_table(("yes", "no"), rows)


def _facts(index: Index, entry: Entry) -> Iterator[tuple[str, str]]:
    field, unit = entry.field, entry.units[0]
    yield "Name", f"{code(field.name)}, on {_listed(entry.units)}"
    yield "Answer", "; ".join(_answer(field))
    if not field.is_reference:
        yield "Level", _LEVELS[field.level]
    yield "Required", _required(index, entry)
    if asked := "; ".join(_asked(index, entry)):
        yield "Asked", asked
    if default := _default(index, unit, field):
        yield "Default", default
    if lists := lists_of(index, entry):
        yield "Lists", lists


def _listed(units: tuple[Unit, ...]) -> str:
    return ", ".join(link(unit.title, unit.anchor) for unit in units)


def _required(index: Index, entry: Entry) -> str:
    if len(entry.required_on) == len(entry.units):
        return "yes"
    cases = [f"on {_listed(entry.required_on)}"] if entry.required_on else []
    cases += [_condition(index, entry, c) for c in entry.field.conditions if c.required]
    return "; ".join(cases) or "no"


def _asked(index: Index, entry: Entry) -> Iterator[str]:
    """When annotators have to think of it at all, in phrases."""
    if entry.field.derived is not None:
        yield f"of nobody: it is computed, {escape(entry.field.derived.meaning)}"
        return
    for condition in entry.field.conditions:
        if not condition.required:
            yield f"left out {_condition(index, entry, condition)}"
    if entry.field.tier == "optional":
        yield "only if there is something to say; it is folded on the page"


def _answer(field: Field) -> Iterator[str]:
    """How a field is answered, in phrases."""
    if field.is_party_reference:
        yield f"{_amount(field)} of the parties" if field.many else "one of the parties"
    elif field.is_side_reference:
        yield "a side: a party, or the code that stands for it"
    elif field.is_boolean:
        yield "yes or no"
    elif field.codelist is not None:
        yield from _of_codelist(field, field.codelist)
    elif field.values:
        yield f"{_amount(field)} of the values below" if field.many else "one of the values below"
    else:
        yield from _typed(field)
    if field.is_reference and field.values:
        yield "or one of the values below"


def _amount(field: Field) -> str:
    least, most = field.min_items, field.max_items
    if most is None:
        return f"at least {least}" if least else _SET
    return f"exactly {most}" if least == most else f"{least} to {most}"


def _of_codelist(field: Field, codelist: Codelist) -> Iterator[str]:
    yield f"{_amount(field)} of the codes" if field.many else "a code"
    yield f"the codes are those of {escape(codelist.standard)}"
    if codelist.user_assigned:
        own = (
            f"{code(key)} {escape(codelist.meanings.get(key, ''))}".rstrip()
            for key in codelist.user_assigned
        )
        yield f"beside them {', '.join(own)}"
    if codelist.training:
        named = (f"{code(key)} {escape(name)}" for key, name in codelist.training.items())
        yield f"in invented texts {', '.join(named)}"


def _typed(field: Field) -> Iterator[str]:
    """What may be typed into a text box."""
    if field.is_date:
        yield "a day, written as 2031-05-24"
    elif field.type in ("integer", "number"):
        yield "a whole number" if field.type == "integer" else "a number"
    else:
        yield f"{_amount(field)} of texts" if field.many else "words"
        if field.format:
            yield f"in the form {code(field.format)}"
    if field.minimum is not None:
        yield f"at least {field.minimum:g}"
    if field.maximum is not None:
        yield f"at most {field.maximum:g}"
    if field.max_length is not None:
        yield f"at most {field.max_length} characters"
    if field.pattern is not None:
        yield f"in the form {code(field.pattern)}"


def _condition(index: Index, entry: Entry, condition: Condition) -> str:
    when = _when(index, entry.units[0], condition.when)
    return f"{'unless' if condition.otherwise else 'if'} {when}"


def _when(index: Index, unit: Unit, when: Mapping[str, tuple[Json, ...]]) -> str:
    phrases: list[str] = []
    for name, values in when.items():
        shown = " or ".join(
            "not given" if value is None else index.value(unit, name, value) for value in values
        )
        phrases.append(f"{index.field(unit, name)} is {shown or 'given'}")
    return " and ".join(phrases)


def _default(index: Index, unit: Unit, field: Field) -> str:
    if field.default_from is not None and field.default_from.mention_text:
        return "the words of the first mention"
    if field.default_from is not None and field.default_from.attribute:
        source = f"the value of {index.field(unit, field.default_from.attribute)}"
        condition = _when(index, unit, field.default_from.when)
        return f"{source}, if {condition}" if condition else source
    if not field.has_default or field.default is None:
        return ""
    given = field.default if isinstance(field.default, list) else [field.default]
    shown = ", ".join(index.value(unit, field.name, value) for value in given)
    return shown or "none of the values"


def _decision_table(index: Index, entry: Entry) -> Iterator[str]:
    yield "**Which value when.** The first row that holds decides."
    unit, name = entry.units[0], entry.field.name
    rows = [
        (str(number), index.prose(row.condition) or "otherwise", index.value(unit, name, row.value))
        for number, row in enumerate(entry.field.decision_table, 1)
    ]
    yield filled_table(("", "if …", "then"), rows)


def _value_table(index: Index, entry: Entry) -> str:
    rows = [_value_row(index, entry, value) for value in entry.field.values]
    return filled_table(("value", "order", "title", "meaning", "mind", "yes", "no"), rows)


def _value_row(index: Index, entry: Entry, value: AllowedValue) -> tuple[str, ...]:
    part, given = anchor_part(value.id), value.examples or Examples("", "")
    anchors = anchored(*(f"{anchor}.{part}" for anchor in entry.anchors))
    name = f"{anchors}{code(value.id)}"
    rank = "" if value.rank is None else str(value.rank)
    title = f"{escape(value.title)}{key(value.hotkey)}"
    meaning, mind = (
        index.prose(value.description, value.rule),
        " ".join(_limits(index, entry, value)),
    )
    yes, no = index.prose(given.positive), index.prose(given.negative)
    return name, rank, title, meaning, mind, yes, no


def _limits(index: Index, entry: Entry, value: AllowedValue) -> Iterator[str]:
    """What a value is taken for, and what it may stand beside."""
    unit, anchor = entry.units[0], entry.anchors[0]
    if value.confusable:
        near = [code_link(id, f"{anchor}.{anchor_part(id)}") for id in value.confusable]
        yield f"Easily taken for {', '.join(near)}."
    for name, allowed in value.allowed_with.items():
        shown = " or ".join(index.value(unit, name, other) for other in allowed)
        yield f"Only if {index.field(unit, name)} is {shown}."


def key(hotkey: str | None) -> str:
    """The key of a label or a value, in brackets."""
    return f" *(key {code(hotkey)})*" if hotkey else ""
