"""The tables of a dataset, derived from the scheme."""

from .columns import Column, ForeignKey, TableSchema
from .schemas import documents_schema, table_schemas

__all__ = ["Column", "ForeignKey", "TableSchema", "documents_schema", "table_schemas"]
