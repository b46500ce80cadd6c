"""The tables of a release become a Frictionless data package, with their keys."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from signalbook.export.dataset.splits import SPLITS
from signalbook.schema.tables.schemas import table_schemas
from signalbook.schema.tables.table_schema import Reference, TableSchema

from .contents import Contents
from .layout import table_file
from .manifest import sha256

_TYPES = {"string": "string", "bool": "boolean", "double": "number"}


def datapackage(folder: Path, contents: Contents) -> dict[str, Any]:
    """The descriptor; one resource for each table and split, as each is one file."""
    found: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": contents.plan.name,
        "title": contents.plan.title,
        "description": contents.plan.about.description,
        "version": contents.plan.version,
        "created": f"{contents.plan.created}T00:00:00Z" if contents.plan.created else "",
        "homepage": contents.plan.about.homepage,
        "licenses": [{"name": contents.plan.about.licence}],
        "contributors": [{"title": name} for name in contents.plan.about.authors],
        "resources": [
            _resource(folder, schema, split)
            for schema in table_schemas(contents.scheme).values()
            for split in SPLITS
        ],
    }
    return {name: value for name, value in found.items() if value not in ("", [])}


def _resource(folder: Path, schema: TableSchema, split: str) -> dict[str, Any]:
    file = table_file(schema.name, split)
    return {
        "name": f"{schema.name}-{split}",
        "description": schema.title,
        "path": file,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "hash": f"sha256:{sha256(folder / file)}",
        "schema": {
            "fields": [
                {"name": c.name, "type": _type(c.type), "description": c.meaning}
                | ({} if c.nullable else {"constraints": {"required": True}})
                for c in schema.columns
            ],
            "primaryKey": list(schema.key),
            "foreignKeys": [_foreign_key(reference, split) for reference in schema.references],
        },
    }


def _type(kind: pa.DataType) -> str:
    """Lists are `any`: their own type means JSON in a cell, which Parquet does not have."""
    if isinstance(kind, pa.ListType):
        return "any"
    return _TYPES.get(str(kind), "integer")


def _foreign_key(reference: Reference, split: str) -> dict[str, Any]:
    return {
        "fields": list(reference.columns),
        "reference": {"resource": f"{reference.table}-{split}", "fields": list(reference.to)},
    }
