"""Where everything in a release lies."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from signalbook.export.dataset.splits import SPLITS
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.schemas import LAYERS, table_schemas

MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
PROVENANCE = "provenance.intoto.json"
CARD = "README.md"
#: Folder of the agreement report.
AGREEMENT = "agreement"
#: Written last, and so not in the manifest.
NOT_IN_MANIFEST = (MANIFEST, PROVENANCE, SUMS)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")


def checked_name(name: str) -> str:
    """The name of a dataset, if it can be the name of a folder and part of a URL everywhere.

    Raises:
        UsageError: It cannot.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot name a dataset; use lower-case letters, digits, - and _")
    return name


def table_file(table: str, split: str) -> str:
    """The file of one table's rows of one split."""
    return f"tables/{table}/split={split}/part-00000.parquet"


def documents_file(layer: str, split: str) -> str:
    """The file of one layer's nested documents of one split."""
    return f"documents/{layer}/{split}-00000-of-00001.parquet"


def agreement_file(table: str) -> str:
    """The file of a table of the agreement report, where there is one."""
    return f"{AGREEMENT}/{table}.parquet"


def parquet_files(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    """(Configuration, split, file) of every Parquet file with rows: documents, then tables."""
    for layer in LAYERS:
        yield from ((layer, split, documents_file(layer, split)) for split in SPLITS)
    for table in table_schemas(scheme):
        yield from ((table, split, table_file(table, split)) for split in SPLITS)


def scheme_file(scheme: Scheme) -> str:
    """The scheme that the release was made under."""
    return f"schema/{scheme.path.name}"


def scheme_sources(scheme: Scheme) -> list[Path]:
    """The files that make a scheme: its own, its rules, and what its codebook has beside it."""
    beside = (scheme.rules_file, scheme.prose, scheme.found_examples_file)
    return [scheme.path, *(path for path in beside if path.is_file())]


def files_in(folder: Path) -> dict[str, Path]:
    """Every file of a release, and whatever else lies there and is no folder, by relative name."""
    files = {
        str(PurePosixPath(*path.relative_to(folder).parts)): path
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    return dict(sorted(files.items()))
