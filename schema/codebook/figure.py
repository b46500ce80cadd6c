"""Draw the worked example for a browser: the spans in their colours, with arrows for relations."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from signalbook.schema.documents.records import AnnotationDocument, Relation
from signalbook.schema.text import printable

from .anchors import Index
from .example import in_order

#: For a span or a relation of a type that the scheme does not have.
_GREY = "#888888"


@dataclass(frozen=True)
class _Mark:
    """A span, as it is drawn."""

    number: int
    id: str
    start: int
    end: int
    colour: str


def figure(index: Index, document: AnnotationDocument) -> str:
    """The text with its spans marked and numbered, and a legend of the colours."""
    text = document.article.text or ""
    colours = {span_type.name: span_type.colour for span_type in index.scheme.span_types}
    marks = [
        _Mark(number, span.id, span.start, span.end, colours.get(span.type, _GREY))
        for number, span in enumerate(in_order(document), 1)
        if 0 <= span.start < span.end <= len(text)
    ]
    arrows = _Arrows(index, document.relations, marks)
    lines, start = list[str](), 0
    for line in text.split("\n"):
        if line.strip():
            parts = "".join(_segments(text, start, start + len(line), marks, arrows))
            lines.append(f'<p dir="auto">{parts}</p>')
        start += len(line) + 1
    drawn = "\n".join(lines)
    legend = " ".join(_legend(index))
    return f'<figure>\n{drawn}\n<figcaption dir="auto">{legend}</figcaption>\n</figure>'


class _Arrows:
    """The relations that leave each span, as small links to the numbers of their ends."""

    def __init__(self, index: Index, relations: Sequence[Relation], marks: Sequence[_Mark]) -> None:
        self._relations = relations
        self._colours = {kind.name: kind.colour for kind in index.scheme.relation_types}
        self._numbers = {mark.id: mark.number for mark in marks}

    def of(self, mark: _Mark) -> Iterator[str]:
        """One arrow a relation."""
        for relation in self._relations:
            to = self._numbers.get(relation.to)
            if relation.from_ == mark.id and to:
                style = f"--colour: {self._colours.get(relation.type, _GREY)}"
                title = html.escape(printable(relation.type))
                yield f'<a class="to" href="#example.{to}" style="{style}" title="{title}">→{to}</a>'


def _segments(
    text: str, start: int, end: int, marks: Sequence[_Mark], arrows: _Arrows
) -> Iterator[str]:
    """A line in pieces that lie in the same spans; behind each, the numbers of those that end there."""
    here = [mark for mark in marks if mark.start < end and mark.end > start]
    edges = {start, end, *(edge for mark in here for edge in (mark.start, mark.end))}
    bounds = sorted(edge for edge in edges if start <= edge <= end)
    for left, right in pairwise(bounds):
        words = html.escape(printable(text[left:right]))
        over = [mark for mark in here if mark.start <= left and right <= mark.end]
        yield f'<mark style="{_style(over)}">{words}</mark>' if over else words
        for mark in over:
            if mark.end == right:
                number = f'<a href="#example.{mark.number}">{mark.number}</a>'
                style = f"--colour: {mark.colour}"
                yield f'<sup dir="ltr" style="{style}">{number}{"".join(arrows.of(mark))}</sup>'


def _style(over: Sequence[_Mark]) -> str:
    """The colour of the span that begins last, and a line below for each."""
    shadow = ", ".join(f"inset 0 -{3 * n}px {mark.colour}" for n, mark in enumerate(over, 1))
    return f"--colour: {over[-1].colour}; box-shadow: {shadow}"


def _legend(index: Index) -> Iterator[str]:
    for span_type, unit in zip(index.scheme.span_types, index.units, strict=False):
        style = f"--colour: {span_type.colour}"
        title = html.escape(printable(span_type.label))
        yield f'<mark style="{style}"><a href="#{unit.anchor}">{title}</a></mark>'
    for kind in index.scheme.relation_types:
        style = f"--colour: {kind.colour}"
        name = html.escape(printable(kind.name))
        yield f'<a class="to" href="#{index.relation(kind.name)}" style="{style}">→ {name}</a>'
