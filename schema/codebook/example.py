"""Show the annotation beside a scheme as a worked example: its text, and tables of what was marked."""

from collections.abc import Iterator, Mapping

from signalbook.schema.documents.example import read_example
from signalbook.schema.documents.records import AnnotationDocument, Dyad, Span, Value
from signalbook.schema.markdown import code, escape, filled_table

from .anchors import Index, Unit, anchor_part, anchored, code_link, link
from .chapters import heading, section

#: Anchor right before the quoted text, in the place of which a browser gets a figure.
TEXT = "example.text"


def example(index: Index) -> str:
    """The worked example: the text, then tables of all that is annotated in it."""
    document = read_example(index.scheme)
    if document is None:
        return ""
    numbers = {span.id: number for number, span in enumerate(in_order(document), 1)}
    return section(
        heading(2, "Worked example", "example"),
        anchored(TEXT),
        _quotation(document.article.text or ""),
        _spans(index, document, numbers),
        _parties(index, document),
        _dyads(index, document.dyads),
        _article(index, document.article_labels),
    )


def in_order(document: AnnotationDocument) -> list[Span]:
    """The spans in the order of the text, of those that begin together the longest first."""
    return sorted(document.spans, key=lambda span: (span.start, -span.end, span.id))


def _quotation(text: str) -> str:
    """The text, each line of which is a paragraph."""
    lines = [escape(line) for line in text.splitlines() if line.strip()]
    return "\n>\n".join(f"> {line}" for line in lines)


def _spans(index: Index, document: AnnotationDocument, numbers: Mapping[str, int]) -> str:
    """One row a span, with a number that relations name."""
    text = document.article.text
    rows: list[tuple[str, ...]] = []
    for span in in_order(document):
        unit = index.span_type(span.type)
        rows.append(
            (
                f"{anchored(f'example.{numbers[span.id]}')}{numbers[span.id]}",
                link(unit.title, unit.anchor) if unit else code(span.type),
                escape(span.text if text is None else text[span.start : span.end]),
                _attributes(index, unit, span.attributes),
                ", ".join(_relations(index, document, span, numbers)),
            )
        )
    return filled_table(("no.", "span", "words", "attributes", "relations"), rows) if rows else ""


def _relations(
    index: Index, document: AnnotationDocument, span: Span, numbers: Mapping[str, int]
) -> Iterator[str]:
    for relation in document.relations:
        if relation.from_ == span.id:
            to = numbers.get(relation.to)
            end = f"[{to}](#example.{to})" if to else escape(relation.to)
            yield f"{code_link(relation.type, index.relation(relation.type))} → {end}"


def _parties(index: Index, document: AnnotationDocument) -> str:
    unit = index.unit("party")
    rows = [
        (
            f"{anchored(f'example.{anchor_part(party.id)}')}{escape(party.id)}",
            _attributes(index, unit, party.attributes),
        )
        for party in document.parties
    ]
    title = index.scheme.party.title if index.scheme.party else "Party"
    return filled_table((escape(title), "attributes"), rows) if rows else ""


def _dyads(index: Index, dyads: tuple[Dyad, ...]) -> str:
    unit = index.unit("dyad")
    rows = [(_attributes(index, unit, dyad.attributes),) for dyad in dyads]
    title = index.scheme.dyad.title if index.scheme.dyad else "Dyad"
    return filled_table((escape(title),), rows) if rows else ""


def _article(index: Index, labels: Mapping[str, Value]) -> str:
    attributes = _attributes(index, index.unit("article"), labels)
    return filled_table(("Article",), [(attributes,)]) if attributes else ""


def _attributes(index: Index, unit: Unit | None, attributes: Mapping[str, Value]) -> str:
    return "; ".join(
        f"{index.field(unit, name) if unit else code(name)}: {_value(index, unit, name, value)}"
        for name, value in attributes.items()
    )


def _value(index: Index, unit: Unit | None, name: str, value: Value) -> str:
    values = value if isinstance(value, tuple) else (value,)
    return ", ".join(index.value(unit, name, v) if unit else escape(v) for v in values) or "none"
