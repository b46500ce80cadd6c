"""How alike the spans of two documents of one article are."""

from collections.abc import Sequence

import numpy as np

from signalbook.export.coefficients.span_matching import Spans, f1, match_spans, span_counts
from signalbook.schema.documents.records import AnnotationDocument


def of_documents(
    documents: tuple[AnnotationDocument, AnnotationDocument], types: Sequence[str]
) -> tuple[Spans, Spans]:
    """The spans of these types of two documents, as spans of one article."""
    first, second = (_arrays(document, types) for document in documents)
    return first, second


def span_f1(first: AnnotationDocument, second: AnnotationDocument, types: Sequence[str]) -> float:
    """F1 of overlapping spans of the same type; 1 where neither has any: both say the same."""
    pair = of_documents((first, second), types)
    matching = match_spans(*pair, criterion="overlap", same_label=True)
    counts = span_counts(*pair, matching, np.ones(1, dtype=np.bool_))[0]
    return float(f1(counts)) if counts.any() else 1.0


def _arrays(document: AnnotationDocument, types: Sequence[str]) -> Spans:
    numbers = {name: number for number, name in enumerate(types)}
    return Spans.from_rows(
        (0, max(s.start, 0), max(s.start, s.end, 0), numbers[s.type])
        for s in document.spans
        if s.type in numbers
    )
