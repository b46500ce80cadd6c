"""Annotation documents become tables, splits and content hashes."""

from .nested_documents import nest
from .parquet import read_parquet, write_parquet
from .redaction import redact
from .splits import SPLITS, assign_splits
from .tables import articles_of, build_tables, in_order

__all__ = [
    "SPLITS",
    "articles_of",
    "assign_splits",
    "build_tables",
    "in_order",
    "nest",
    "read_parquet",
    "redact",
    "write_parquet",
]
