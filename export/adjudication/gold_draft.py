"""A gold annotation in the making: units with what every annotator says of them, then a document."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from signalbook.schema.documents.records import AnnotationDocument, Annotator, Value
from signalbook.schema.scheme.model import Scheme

GOLD = Annotator(id="gold", tool="signalbook-adjudicate")

#: Field -> value; party references by the keys of the draft's parties.
Values = Mapping[str, Value]


@dataclass(frozen=True)
class Unit:
    """A span, a party, a dyad, or the article with its labels."""

    #: Name inside the draft.
    key: str
    #: Span type, party, dyad or article.
    kind: str
    values: Values
    #: Annotator -> all that this annotator says of the unit.
    options: Mapping[str, Values]
    start: int = 0
    end: int = 0
    #: Annotator -> where this annotator has the span.
    extents: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])


@dataclass(frozen=True)
class Link:
    """A relation between two spans of the draft, by their keys."""

    type: str
    from_: str
    to: str


@dataclass(frozen=True)
class Draft:
    """What the annotators' votes have made so far."""

    #: Gives article and version.
    template: AnnotationDocument
    labels: Unit
    parties: tuple[Unit, ...] = ()
    #: In the order of the text.
    spans: tuple[Unit, ...] = ()
    links: tuple[Link, ...] = ()
    dyads: tuple[Unit, ...] = ()
    #: What somebody, but no majority, has drawn between spans that are in.
    spare_links: tuple[Link, ...] = ()
    spare_dyads: tuple[Unit, ...] = ()

    def without_span(self, key: str) -> "Draft":
        """The draft without this span and its links."""
        return replace(
            self,
            spans=tuple(span for span in self.spans if span.key != key),
            links=tuple(link for link in self.links if key not in (link.from_, link.to)),
            spare_links=tuple(
                link for link in self.spare_links if key not in (link.from_, link.to)
            ),
        )


def assemble(draft: Draft, scheme: Scheme) -> AnnotationDocument:
    """The document that the draft stands for; parties are numbered as the text brings them in."""
    numbers = party_numbers(draft, scheme)
    names = {span.key: f"s{number}" for number, span in enumerate(draft.spans, 1)}

    def told(values: Values) -> dict[str, Any]:
        return {name: _renamed(value, numbers) for name, value in values.items()}

    properties = scheme.document["properties"]
    assert isinstance(properties, dict)
    sections: dict[str, list[dict[str, Any]]] = {
        "parties": [
            {"id": numbers[party.key], **told(party.values)}
            for party in sorted(draft.parties, key=lambda p: _number(numbers.get(p.key, "")))
            if party.key in numbers
        ],
        "spans": [_span(span, names[span.key], told, draft) for span in draft.spans],
        "relations": [
            {"id": f"r{k}", "type": l.type, "from": names[l.from_], "to": names[l.to]}
            for k, l in enumerate(draft.links, 1)
        ],
        "dyads": [told(dyad.values) for dyad in draft.dyads],
    }
    return AnnotationDocument.model_validate(
        {
            "schema_version": draft.template.schema_version,
            "article": draft.template.article.to_dict(),
            "annotator": GOLD.to_dict(),
            **{name: rows for name, rows in sections.items() if name in properties},
            "article_labels": told(draft.labels.values),
        }
    )


def _span(
    span: Unit, id: str, told: Callable[[Values], dict[str, Any]], draft: Draft
) -> dict[str, Any]:
    found: dict[str, Any] = {"id": id, "type": span.kind, "start": span.start, "end": span.end}
    text = draft.template.article.text
    if text is not None:
        found["text"] = text[span.start : span.end]
    return {**found, "attributes": told(span.values)}


def party_numbers(draft: Draft, scheme: Scheme) -> dict[str, str]:
    """Party key -> id, for the parties that a span or dyad refers to, in the order of the text."""
    if scheme.party is None:
        return {}
    known = {party.key for party in draft.parties}
    used = dict.fromkeys(name for name in _referred(draft) if name in known)
    return {key: scheme.party.id(number) for number, key in enumerate(used, 1)}


def _referred(draft: Draft) -> Iterator[str]:
    for unit in (*draft.spans, *draft.dyads):
        for value in unit.values.values():
            if isinstance(value, str):
                yield value
            elif isinstance(value, tuple):
                yield from value


def _number(id: str) -> int:
    digits = "".join(c for c in id if c.isdigit())
    return int(digits) if digits else 0


def _renamed(value: Value, numbers: Mapping[str, str]) -> Any:
    if isinstance(value, tuple):
        return [numbers.get(part, part) for part in value]
    return numbers.get(value, value) if isinstance(value, str) else value
