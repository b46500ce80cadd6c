"""Describe a release as catalogues want it: in Croissant, and as a Frictionless data package."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from signalbook.export.dataset.splits import SPLITS
from signalbook.schema.tables.columns import Column, ForeignKey, TableSchema
from signalbook.schema.tables.schemas import table_schemas

from .contents import Contents, configurations
from .layout import agreement_file, parquet_files, table_file
from .manifest import sha256

#: The one spelling that readers take for Parquet.
_PARQUET = "application/x-parquet"
_CROISSANT_TYPES = {
    "string": "sc:Text",
    "bool": "sc:Boolean",
    "double": "sc:Float",
    "date32[day]": "sc:Date",
}
_CROISSANT_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
} | {
    name: f"cr:{name}"
    for name in (
        *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject"),
        *("fileProperty", "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key"),
        *("md5", "parentField", "path", "recordSet", "references", "regex", "repeated"),
        *("replace", "samplingRate", "separator", "source", "subField", "transform"),
    )
}
_DATA_PACKAGE_TYPES = {
    "string": "string",
    "bool": "boolean",
    "double": "number",
    "date32[day]": "date",
}


def croissant(folder: Path, contents: Contents) -> dict[str, Any]:
    """The JSON-LD of a staged release."""
    about = contents.plan.about
    description: dict[str, Any] = {
        "@context": _CROISSANT_CONTEXT,
        "@type": "sc:Dataset",
        "name": contents.plan.name,
        "description": about.description or contents.plan.title,
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": contents.licences if len(contents.licences) > 1 else about.licence,
        "version": contents.plan.version,
        "citeAs": f"{', '.join(about.authors) or contents.plan.name}: {contents.plan.title}",
        "url": about.homepage or ".",
        "creator": [{"@type": "sc:Person", "name": name} for name in about.authors],
        "distribution": [_croissant_file(folder, file) for _, file, _ in _files(contents)],
        "recordSet": [_record_set(schema, name, file) for name, file, schema in _files(contents)],
    }
    if contents.plan.created:
        description["datePublished"] = contents.plan.created
    return {name: value for name, value in description.items() if value != []}


def _files(contents: Contents) -> Iterator[tuple[str, str, TableSchema]]:
    """Name, file and columns of each record set.

    There is one for each file, not for each table: only so does a reader check the hashes.
    """
    schemas = configurations(contents.scheme)
    for configuration, split, file in parquet_files(contents.scheme):
        yield f"{configuration}/{split}", file, schemas[configuration]
    for schema in contents.agreement_tables:
        yield f"agreement/{schema.name}", agreement_file(schema.name), schema


def _croissant_file(folder: Path, file: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file,
        "name": file,
        "contentUrl": file,
        "encodingFormat": _PARQUET,
        "contentSize": f"{(folder / file).stat().st_size} B",
        "sha256": sha256(folder / file),
    }


def _record_set(schema: TableSchema, name: str, file: str) -> dict[str, Any]:
    key = [{"@id": f"{name}/{column}"} for column in schema.key]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": schema.title,
        "key": key if len(key) > 1 else key[0],
        "field": [
            _field(f"{name}/{column.name}", column.type, file, column.name)
            | {"description": column.meaning}
            for column in schema.columns
        ],
    }


def _field(id: str, kind: pa.DataType, file: str, column: str, path: str = "") -> dict[str, Any]:
    source: dict[str, Any] = {"fileObject": {"@id": file}, "extract": {"column": column}}
    if path:
        source["transform"] = {"jsonPath": path}
    field: dict[str, Any] = {"@type": "cr:Field", "@id": id, "name": id.rpartition("/")[2]}
    if isinstance(kind, pa.ListType):
        field["repeated"] = True
        kind = kind.value_type
    if isinstance(kind, pa.StructType):
        field["subField"] = [
            _field(f"{id}/{part.name}", part.type, file, column, part.name)
            for part in (kind.field(i) for i in range(kind.num_fields))
        ]
        return field
    return field | {"dataType": _CROISSANT_TYPES.get(str(kind), "sc:Integer"), "source": source}


def datapackage(folder: Path, contents: Contents) -> dict[str, Any]:
    """The descriptor; one resource for each table and split, as each is one file."""
    resources = [
        _resource(folder, schema, f"{schema.name}-{split}", table_file(schema.name, split), split)
        for schema in table_schemas(contents.scheme).values()
        for split in SPLITS
    ]
    resources += [
        _resource(folder, schema, f"agreement-{schema.name}", agreement_file(schema.name))
        for schema in contents.agreement_tables
    ]
    descriptor: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": contents.plan.name,
        "title": contents.plan.title,
        "description": contents.plan.about.description,
        "version": contents.plan.version,
        "created": f"{contents.plan.created}T00:00:00Z" if contents.plan.created else "",
        "homepage": contents.plan.about.homepage,
        "licenses": [{"name": licence} for licence in contents.licences],
        "contributors": [{"title": name} for name in contents.plan.about.authors],
        "resources": resources,
    }
    return {name: value for name, value in descriptor.items() if value not in ("", [])}


def _resource(
    folder: Path, schema: TableSchema, name: str, file: str, split: str = ""
) -> dict[str, Any]:
    return {
        "name": name,
        "description": schema.title,
        "path": file,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "hash": f"sha256:{sha256(folder / file)}",
        "schema": {
            "fields": [
                {"name": c.name, "type": _data_package_type(c), "description": c.meaning}
                | ({} if c.nullable else {"constraints": {"required": True}})
                for c in schema.columns
            ],
            "primaryKey": list(schema.key),
            "foreignKeys": [_foreign_key(reference, split) for reference in schema.foreign_keys],
        },
    }


def _data_package_type(column: Column) -> str:
    """Lists are `any`: their own type means JSON in a cell, which Parquet does not have.

    Whole numbers that may be missing are `number`: frictionless reads them through pandas, as
    floats of which some are not numbers, and would call these no integers.
    """
    if isinstance(column.type, pa.ListType):
        return "any"
    whole = "number" if column.nullable else "integer"
    return _DATA_PACKAGE_TYPES.get(str(column.type), whole)


def _foreign_key(reference: ForeignKey, split: str) -> dict[str, Any]:
    return {
        "fields": list(reference.columns),
        "reference": {"resource": f"{reference.table}-{split}", "fields": list(reference.to)},
    }
