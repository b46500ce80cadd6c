"""What a dataset keeps over its versions: the split of every article, and the list of versions."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from shlex import quote
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, ValidationError

from signalbook.export.dataset.parquet import parquet_bytes, read_parquet
from signalbook.export.dataset.splits import SPLITS, Assignment
from signalbook.schema.errors import DocumentError
from signalbook.schema.filesystem import write_bytes
from signalbook.schema.json_text import json_page
from signalbook.schema.versions import is_version, parse_version

from .layout import MANIFEST, table_file

LEDGER = "splits.ledger.parquet"
INDEX = "index.json"
GIT_ATTRIBUTES = ".gitattributes"
#: Git may write other line endings into a clone; here every byte counts.
EVERY_BYTE = "* -text"

_SCHEMA = pa.schema(
    [
        pa.field(name, pa.string(), nullable=False)
        for name in ("article_id", "cluster_id", "split", "since_version")
    ]
)


class IndexEntry(BaseModel):
    """One version in the index of a dataset."""

    model_config = ConfigDict(extra="allow", frozen=True)

    version: str
    created: str | None = None
    manifest_sha256: str
    eval_fingerprint: str


class DatasetIndex(BaseModel):
    """The versions of a dataset: published, deprecated, withdrawn."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str
    latest: str | None = None
    versions: tuple[IndexEntry, ...] = ()
    #: Version -> why.
    deprecated: dict[str, Any] = {}
    withdrawn: dict[str, Any] = {}


def read_ledger(dataset: Path) -> dict[str, Assignment]:
    """Every assignment ever published, also by a release that was cut off before it was entered.

    Raises:
        DocumentError: The ledger, or a release that is not entered yet, cannot be read.
    """
    path = dataset / LEDGER
    ledger: dict[str, Assignment] = {}
    if path.exists():
        try:
            rows = read_parquet(path).select(_SCHEMA.names).to_pylist()
        except (pa.ArrowException, OSError, KeyError) as error:
            raise DocumentError(f"{path}: cannot be read: {error}; restore it") from error
        ledger = {row["article_id"]: Assignment(**row) for row in rows}
    listed = {entry.version for entry in read_index(dataset).versions}
    for version in versions_on_disk(dataset):
        if version not in listed:
            for assignment in _published(dataset / version):
                ledger.setdefault(assignment.article_id, assignment)
    return ledger


def write_ledger(dataset: Path, ledger: Mapping[str, Assignment]) -> None:
    """Replace the ledger by one that has every line of the old one, and more."""
    ordered = sorted(ledger.values(), key=lambda a: (parse_version(a.since_version), a.article_id))
    table = pa.Table.from_pylist([vars(a) for a in ordered], _SCHEMA)
    write_bytes(dataset / LEDGER, parquet_bytes(table))


def read_index(dataset: Path) -> DatasetIndex:
    """The index of a dataset.

    Raises:
        DocumentError: The index cannot be read.
    """
    path = dataset / INDEX
    try:
        return DatasetIndex.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return DatasetIndex(name=dataset.name)
    except (OSError, ValidationError) as error:
        raise DocumentError(f"{path}: is damaged; restore it, or delete it: it is made anew") from (
            error
        )


def complete_index(dataset: Path) -> DatasetIndex:
    """The index with every version on disk; versions that were entered before stay as they are.

    Raises:
        DocumentError: The index, or a release that is not entered yet, is damaged.
    """
    index = read_index(dataset)
    entries = {entry.version: entry for entry in index.versions}
    for version in versions_on_disk(dataset):
        if version not in entries:
            entries[version] = _entry(dataset / version)
    ordered = sorted(entries, key=parse_version)
    current = [v for v in ordered if v not in index.withdrawn]
    stable = [v for v in current if not parse_version(v).prerelease]
    newest = stable or current
    return index.model_copy(
        update={
            "latest": newest[-1] if newest else None,
            "versions": tuple(entries[version] for version in ordered),
        }
    )


def write_index(dataset: Path) -> None:
    """Enter every version on disk."""
    write_bytes(dataset / INDEX, json_page(complete_index(dataset).model_dump()).encode())


def keep_bytes_in_git(dataset: Path) -> None:
    """Have git leave the line endings of these files alone, unless its owner says otherwise."""
    path = dataset / GIT_ATTRIBUTES
    if not path.exists():
        write_bytes(path, f"{EVERY_BYTE}\n".encode())


def _entry(release: Path) -> IndexEntry:
    content = (release / MANIFEST).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    try:
        manifest = json.loads(content)
        return IndexEntry(
            version=manifest["version"],
            created=manifest["created"],
            manifest_sha256=digest,
            eval_fingerprint=manifest["eval_fingerprint"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(release) from error


def damaged(release: Path, how: str = "") -> DocumentError:
    """The refusal to go on beside a release that is not as it was published."""
    return DocumentError(
        f"{release}: is damaged{how and f' ({how})'}; restore it, or move it out of the dataset; "
        f"see how it is damaged with: signalbook release verify {quote(str(release))}"
    )


def versions_on_disk(dataset: Path) -> list[str]:
    """The published versions whose files are here, in order."""
    names = [path.parent.name for path in dataset.glob(f"*/{MANIFEST}")]
    return sorted(filter(is_version, names), key=parse_version)


def _published(release: Path) -> Iterable[Assignment]:
    for split in SPLITS:
        try:
            rows = read_parquet(release / table_file("articles", split))
            named = rows.select(["article_id", "cluster_id"]).to_pylist()
        except (pa.ArrowException, OSError, KeyError) as error:
            raise damaged(release) from error
        for row in named:
            yield Assignment(row["article_id"], row["cluster_id"], split, release.name)
