"""Look into an annotation document: its parties, spans and links, as constraints need them."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from typing import Any, TypeAlias, TypeVar, cast

from signalbook.schema.scheme.model import Field, Json, Scheme
from signalbook.schema.text import excerpt, yes_or_no

from .derived import derived_values
from .known_names import (
    KnownNames,
    refuse_value,
    require_field,
    require_place,
    require_relation_types,
    require_span_types,
)
from .records import AnnotationDocument, Dyad, Party, Relation, Span, Value

Unit: TypeAlias = Span | Party | Relation | Dyad
_Named = TypeVar("_Named", Party, Span)
_Found = TypeVar("_Found")
Holder: TypeAlias = Span | Party | Dyad | Mapping[str, Value]

#: How a rule reads a number.
_RAW = "values_of(…).get(…)"
#: Longest quotation in a message.
_QUOTED = 40
_LINE_BREAK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Finding:
    """One place where a constraint does not hold."""

    #: What is so, in words, without the unit's name.
    fact: str
    unit: Unit | None = None
    #: Field of the unit, or of the article labels if there is no unit.
    field: str | None = None

    def __post_init__(self) -> None:
        """A misspelt field would be a place that no document has."""
        if self.field is not None:
            require_place(self.unit, self.field)


class Lookup:
    """What a view asks a scheme over and over, prepared once."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.names = KnownNames(scheme)
        self.fields: dict[tuple[str, str], Field] = {(u, f.name): f for u, f in scheme.fields()}
        #: Span type, party, dyad or article, of those that the scheme has -> its fields by name.
        self.by_unit: dict[str, dict[str, Field]] = {
            **{span_type.name: {} for span_type in scheme.span_types},
            **({"party": {}} if scheme.party else {}),
            **({"dyad": {}} if scheme.dyad else {}),
            "article": {},
        }
        for unit, field in scheme.fields():
            self.by_unit[unit][field.name] = field
        self.values = {
            (unit, field.name, value.id): value
            for unit, field in scheme.fields()
            for value in field.values
        }
        #: (unit, field) -> values that may stand only beside certain others.
        self.restricted: dict[tuple[str, str], dict[str, Mapping[str, tuple[Json, ...]]]] = {
            (unit, field.name): {v.id: v.allowed_with for v in field.values if v.allowed_with}
            for unit, field in scheme.fields()
            if any(v.allowed_with for v in field.values)
        }
        self.party_id = re.compile(rf"{scheme.party.prefix}[0-9]+") if scheme.party else None

    def is_party_id(self, text: str) -> bool:
        """Whether this is written like the id of a party, also of one that no page offers (P0)."""
        return self.party_id is not None and self.party_id.fullmatch(text) is not None


class Annotation:
    """One document, indexed. Nothing here fails on a document that is wrong: it finds less."""

    def __init__(self, document: AnnotationDocument, lookup: Lookup) -> None:
        self.document = document
        self.lookup = lookup
        self.scheme = lookup.scheme
        self.text = document.article.text
        #: Results of `remembered` functions on this document.
        self.memory: dict[object, Any] = {}
        self.parties = _first_by_id(document.parties)
        self.spans = _first_by_id(document.spans)

    @cached_property
    def derived(self) -> Mapping[str, Value]:
        """The labels of the article that are computed: what follows from the units."""
        return derived_values(self.document, self.scheme)

    def of(self, *types: str) -> tuple[Span, ...]:
        """The spans of these types in the order of the text."""
        require_span_types(types)
        if len(types) == 1:
            return self._by_type.get(types[0], ())
        return tuple(span for span in self._in_order if span.type in types)

    def placed(self, *types: str) -> tuple[Span, ...]:
        """Like `of`, without spans that do not lie in the text: of these an extent says nothing."""
        return tuple(span for span in self.of(*types) if self.is_placed(span))

    def is_placed(self, span: Span) -> bool:
        """Whether the span lies in the text."""
        return 0 <= span.start < span.end <= self.document.article.text_length

    @cached_property
    def _by_type(self) -> dict[str, tuple[Span, ...]]:
        types = {span.type for span in self.document.spans}
        return {t: tuple(span for span in self._in_order if span.type == t) for t in types}

    @cached_property
    def _in_order(self) -> list[Span]:
        return sorted(self.document.spans, key=lambda s: (s.start, s.end, s.id))

    def number(self, span: Span) -> int:
        """Which of the document's spans this is, counted from 1 in the order of the text."""
        return self._numbers[id(span)]

    def number_of_type(self, span: Span) -> tuple[int, int]:
        """Which of its type the span is, counted from 1 in the order of the text, and of how many."""
        alike = self._by_type[span.type]
        return 1 + next(n for n, other in enumerate(alike) if other is span), len(alike)

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {id(span): number for number, span in enumerate(self._in_order, 1)}

    def index(self, unit: Unit) -> int:
        """Where the unit stands in its section of the document, counted from 0."""
        return self._indices[id(unit)]

    @cached_property
    def _indices(self) -> dict[int, int]:
        document = self.document
        sections = (document.parties, document.spans, document.relations, document.dyads)
        return {id(unit): index for section in sections for index, unit in enumerate(section)}

    def links(self, *types: str) -> Iterator[tuple[Relation, Span, Span]]:
        """Relations of these types with the spans at their ends, if both are there."""
        require_relation_types(types)
        for relation in self.document.relations:
            if relation.type in types:
                start, end = self.spans.get(relation.from_), self.spans.get(relation.to)
                if start is not None and end is not None:
                    yield relation, start, end

    def has(self, span: Span, relation_type: str) -> bool:
        """Whether a relation of this type leaves the span."""
        require_relation_types([relation_type])
        return (span.id, relation_type) in self._outgoing

    @cached_property
    def _outgoing(self) -> set[tuple[str, str]]:
        return {(relation.from_, relation.type) for relation in self.document.relations}

    def paragraph(self, span: Span) -> int | None:
        """Number of the paragraph where the span starts; None if the text is withheld."""
        return None if self.text is None else bisect_right(self._line_starts, span.start) - 1

    def paragraph_text(self, span: Span) -> str:
        """The paragraph where the span starts; empty if the text is withheld."""
        number = self.paragraph(span)
        return "" if self.text is None or number is None else self._lines[max(number, 0)]

    @cached_property
    def _lines(self) -> list[str]:
        return (self.text or "").split("\n")

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for line in self._lines[:-1]:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def words(self, span: Span) -> str:
        """The stretch of text that the span marks, as far as it is known."""
        if self.text is not None:
            return self.text[max(span.start, 0) : max(span.end, 0)]
        return span.text or ""

    def rank(self, span: Span, field: str) -> int | None:
        """Rank of the ordinal value that the span has in this field."""
        require_field(span, field)
        value = values_of(span).get(field)
        allowed = self.lookup.values.get((span.type, field, value_words(value)))
        return allowed.rank if allowed else None

    def word(self, holder: Holder, field: str) -> str:
        """The value of a field as the page shows it; empty if it has none."""
        value = values_of(holder).get(field)
        if value is None:
            require_field(holder, field)
            return ""
        asked = self._field(holder, field)
        return asked.word(value) if asked else value_words(value)

    def states(self, holder: Holder, field: str) -> str:
        """What a field says, in the words of the page: “Severity” is “severe”."""
        word, asked = self.word(holder, field), self._field(holder, field)
        row = asked.row if asked else field
        return f"“{row}” is “{word}”" if word else f"“{row}” is not given"

    def _field(self, holder: Holder, field: str) -> Field | None:
        match holder:
            case Span():
                unit = holder.type
            case Party():
                unit = "party"
            case Dyad():
                unit = "dyad"
            case _:
                unit = "article"
        return self.lookup.fields.get((unit, field))

    def data(self, unit: str, field: str, value: str) -> Mapping[str, Json]:
        """The scheme's own facts (x-data) about a value."""
        allowed = self.lookup.values.get((unit, field, value))
        return allowed.data if allowed else {}

    def name(self, unit: Unit) -> str:
        """What a person calls the unit: a quotation, an entity, a pair."""
        match unit:
            case Span():
                words = self.words(unit)
                return f"{self.label(unit.type)} {quoted(words) if words else unit.id}"
            case Party():
                label = self.scheme.party.label if self.scheme.party else "Party"
                words = self.first_words_of(unit)
                return f"{label} {unit.id} {quoted(words)}" if words else f"{label} {unit.id}"
            case Relation():
                ends = (self.spans.get(unit.from_), self.spans.get(unit.to))
                start, end = (quoted(self.words(s)) if s else "nothing" for s in ends)
                return f"{unit.type} from {start} to {end}"
            case Dyad():
                sides = self.scheme.dyad.sides if self.scheme.dyad else ()
                return "Dyad " + " → ".join(one(unit, side.name) or "?" for side in sides)

    def first_words_of(self, party: Party) -> str:
        """The words that name a party first: by them it stands on the page."""
        naming = {t.name: t.party_field.name for t in self.scheme.span_types if t.party_field}
        mentions = (s for s in self._in_order if s.type in naming)
        first = next((s for s in mentions if one(s, naming[s.type]) == party.id), None)
        return self.words(first) if first is not None else ""

    def references_to(self, party: Party) -> Iterator[tuple[Span, Field]]:
        """The spans that refer to a party, not as its mentions, each with the field that does."""
        referring = {t.name: t.party_references for t in self.scheme.span_types}
        for span in self._in_order:
            for field in referring.get(span.type, ()):
                if party.id in many(span, field.name):
                    yield span, field

    def label(self, span_type: str) -> str:
        """What people call a type of spans."""
        labels = {t.name: t.label for t in self.scheme.span_types}
        return labels.get(span_type, "Span")


def remembered(function: Callable[[Annotation], _Found]) -> Callable[[Annotation], _Found]:
    """Let constraints share what is costly to find: it is found once per document."""

    @wraps(function)
    def recall(annotation: Annotation) -> _Found:
        if function not in annotation.memory:
            annotation.memory[function] = function(annotation)
        result: _Found = annotation.memory[function]
        return result

    return recall


def _first_by_id(units: tuple[_Named, ...]) -> dict[str, _Named]:
    by_id: dict[str, _Named] = {}
    for unit in units:
        by_id.setdefault(unit.id, unit)
    return by_id


def values_of(holder: Holder) -> Mapping[str, Value]:
    """The coded values of a unit by field."""
    # To ask whether it is a span, a party or a dyad would take longer: pydantic answers.
    return cast("Mapping[str, Value]", getattr(holder, "attributes", holder))


def one(holder: Holder, field: str) -> str:
    """The single value of a field that holds words; empty if it has none or several."""
    value = _words(holder, field)
    return value if isinstance(value, str) else ""


def many(holder: Holder, field: str) -> tuple[str, ...]:
    """The values of a field that holds words, whether one or a set; empty if it has none."""
    value = _words(holder, field)
    return (value,) if isinstance(value, str) else value or ()


def flag(holder: Holder, field: str) -> bool:
    """Whether a yes-or-no field says yes."""
    value = values_of(holder).get(field)
    if value is None:
        require_field(holder, field)
    elif not isinstance(value, bool):
        refuse_value(value, field, "one or many" if isinstance(value, str | tuple) else _RAW)
    return value is True


def _words(holder: Holder, field: str) -> str | tuple[str, ...] | None:
    value = values_of(holder).get(field)
    if isinstance(value, (str, tuple)):
        return value
    if value is None:
        require_field(holder, field)
    else:
        refuse_value(value, field, "flag" if isinstance(value, bool) else _RAW)
    return None


def shortened(text: str) -> str:
    """Text in one line, cut if it is long."""
    return excerpt(_LINE_BREAK.sub(" ", text), _QUOTED)


def quoted(text: str) -> str:
    """Text in quotation marks and in one line, cut if it is long."""
    return f"“{shortened(text)}”"


def value_words(value: object) -> str:
    """A value of a field for people to read, spelt as the scheme spells it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(value_words, cast("Iterable[object]", value))) or "empty"
    return str(value).lower() if isinstance(value, bool) else str(value)


def answer_words(value: object) -> str:
    """The same, but as people answer: a boolean is yes or no."""
    return yes_or_no(value) if isinstance(value, bool) else value_words(value)


@lru_cache(maxsize=65536)  # few names, again and again
def folded(text: str) -> str:
    """Text without case, accents, punctuation and surplus space, for comparison."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
