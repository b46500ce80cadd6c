"""An annotation scheme: its file, the mistakes in it, and the value that it is read as."""

from .loader import DEFAULT_SCHEME, built_in_schemes, find_scheme, load_scheme
from .model import (
    AllowedValue,
    Constraint,
    DyadType,
    Field,
    Json,
    PartyType,
    RelationType,
    Scheme,
    SpanType,
)

__all__ = [
    "DEFAULT_SCHEME",
    "AllowedValue",
    "Constraint",
    "DyadType",
    "Field",
    "Json",
    "PartyType",
    "RelationType",
    "Scheme",
    "SpanType",
    "built_in_schemes",
    "find_scheme",
    "load_scheme",
]
