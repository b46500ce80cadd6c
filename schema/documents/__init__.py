"""Annotation documents: records, files of them, and what a constraint finds in one."""

from .annotation import Annotation, Finding
from .jsonl import read_documents, write_documents
from .records import (
    AnnotationDocument,
    Annotator,
    Article,
    Dyad,
    Party,
    Relation,
    Span,
)

__all__ = [
    "Annotation",
    "AnnotationDocument",
    "Annotator",
    "Article",
    "Dyad",
    "Finding",
    "Party",
    "Relation",
    "Span",
    "read_documents",
    "write_documents",
]
