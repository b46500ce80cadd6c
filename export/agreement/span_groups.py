"""Spans of several annotators become groups: what they mean to be the same.

A group holds at most one span of each annotator, all of one type. Groups are those of gamma's best
alignment (Mathet, Widlocher and Metivier 2015), so that every layer speaks of the same units;
alignment alone would also join neighbours that share no character, and these are parted again.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from signalbook.export.coefficients.gamma.alignment import Continuum, Dissimilarity, best_alignments
from signalbook.schema.documents.records import Span

#: An annotator: a number in a corpus, or a name.
Key = TypeVar("Key", int, str)
#: Annotator -> span.
Group = Mapping[Key, Span]
#: Annotator -> the spans that it marked in one article; empty if it marked nothing.
Marked = Mapping[Key, Sequence[Span]]
_Row = tuple[Key, Span]

_POSITION_ONLY = Dissimilarity(beta=0.0)


def group_spans(marked: Marked[Key]) -> list[Group[Key]]:
    """The groups of one article."""
    return group_articles([marked])[0]


def group_articles(articles: Sequence[Marked[Key]]) -> list[list[Group[Key]]]:
    """For each article its groups, by place; articles seen by as many are aligned together."""
    found: list[list[Group[Key]]] = [[] for _ in articles]
    by_size: dict[int, list[tuple[int, list[Key], list[_Row[Key]]]]] = {}
    for number, marked in enumerate(articles):
        annotators = sorted(marked)
        for spans in _by_type(marked):
            by_size.setdefault(len(annotators), []).append((number, annotators, spans))
    for size, parts in by_size.items():
        for (number, _, spans), labels in zip(parts, _align(size, parts), strict=True):
            found[number] += _grouped(spans, labels)
    for groups in found:
        groups.sort(key=_place)
    return found


def _by_type(marked: Marked[Key]) -> Iterator[list[_Row[Key]]]:
    rows = [(annotator, span) for annotator in sorted(marked) for span in marked[annotator]]
    for name in sorted({span.type for _, span in rows}):
        yield [row for row in rows if row[1].type == name]


def _align(size: int, parts: Sequence[tuple[int, list[Key], list[_Row[Key]]]]) -> list[list[int]]:
    """The group number of each span, part by part."""
    if size < 2:
        return [list(range(len(spans))) for _, _, spans in parts]
    continua = [_continuum(annotators, spans) for _, annotators, spans in parts]
    return [[int(g) for g in a.groups] for a in best_alignments(continua, _POSITION_ONLY)]


def _continuum(annotators: list[Key], spans: list[_Row[Key]]) -> Continuum:
    place = {annotator: number for number, annotator in enumerate(annotators)}
    # A broken document may hold an empty span; it counts as one character here.
    ends = [float(max(span.end, span.start + 1)) for _, span in spans]
    return Continuum(
        starts=np.array([float(span.start) for _, span in spans]),
        ends=np.array(ends),
        categories=np.zeros(len(spans), dtype=np.int64),
        annotators=np.array([place[annotator] for annotator, _ in spans], dtype=np.int64),
        n_annotators=len(annotators),
    )


def _grouped(spans: list[_Row[Key]], labels: Sequence[int]) -> Iterator[Group[Key]]:
    groups: dict[int, list[_Row[Key]]] = {}
    for row, label in zip(spans, labels, strict=True):
        groups.setdefault(label, []).append(row)
    for rows in groups.values():
        yield from map(dict, _touching(rows))


def _touching(rows: list[_Row[Key]]) -> Iterator[list[_Row[Key]]]:
    """Parts of a group whose spans share characters, directly or through others."""
    ordered = sorted(rows, key=lambda row: (row[1].start, row[1].end, row[0]))
    part: list[_Row[Key]] = []
    reach = -1
    for row in ordered:
        if part and row[1].start >= reach:
            yield part
            part = []
        part.append(row)
        reach = max(reach, row[1].end)
    if part:
        yield part


def _place(group: Group[Key]) -> tuple[int, int, str]:
    first = min(group.values(), key=lambda span: (span.start, span.end))
    return first.start, first.end, first.type
