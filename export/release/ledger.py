"""What a dataset keeps over its versions: the split of every article, and the list of versions."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from signalbook.export.dataset.parquet import parquet_bytes, read_parquet
from signalbook.export.dataset.splits import SPLITS, Assignment
from signalbook.schema.errors import DocumentError
from signalbook.schema.filesystem import write_bytes
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


def read_ledger(dataset: Path) -> dict[str, Assignment]:
    """Every assignment ever published, also by a release that was cut off before it was entered.

    Raises:
        DocumentError: The ledger cannot be read.
    """
    path = dataset / LEDGER
    ledger: dict[str, Assignment] = {}
    if path.exists():
        try:
            rows = read_parquet(path).to_pylist()
        except (pa.ArrowException, OSError) as error:
            raise DocumentError(f"{path}: cannot be read: {error}; restore it") from error
        ledger = {row["article_id"]: Assignment(**row) for row in rows}
    listed = {entry["version"] for entry in read_index(dataset)["versions"]}
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


def read_index(dataset: Path) -> dict[str, Any]:
    """The versions of a dataset: published, deprecated, withdrawn.

    Raises:
        DocumentError: The index cannot be read.
    """
    path = dataset / INDEX
    if not path.exists():
        return {
            "name": dataset.name,
            "latest": None,
            "versions": [],
            "deprecated": {},
            "withdrawn": {},
        }
    try:
        index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path}: cannot be read: {error}; restore it") from error
    return index


def write_index(dataset: Path) -> None:
    """Enter every version on disk; versions that were entered before stay as they are."""
    index = read_index(dataset)
    entries = {entry["version"]: entry for entry in index["versions"]}
    for version in versions_on_disk(dataset):
        entries.setdefault(version, _entry(dataset / version))
    ordered = sorted(entries, key=parse_version)
    current = [v for v in ordered if v not in index["withdrawn"]]
    stable = [v for v in current if not parse_version(v).prerelease]
    index["versions"] = [entries[version] for version in ordered]
    index["latest"] = (stable or current or [None])[-1]
    write_bytes(dataset / INDEX, (json.dumps(index, ensure_ascii=False, indent=1) + "\n").encode())


def keep_bytes_in_git(dataset: Path) -> None:
    """Have git leave the line endings of these files alone, unless its owner says otherwise."""
    path = dataset / GIT_ATTRIBUTES
    if not path.exists():
        write_bytes(path, f"{EVERY_BYTE}\n".encode())


def _entry(release: Path) -> dict[str, Any]:
    content = (release / MANIFEST).read_bytes()
    manifest = json.loads(content)
    return {
        "version": manifest["version"],
        "created": manifest["created"],
        "manifest_sha256": hashlib.sha256(content).hexdigest(),
        "eval_fingerprint": manifest["eval_fingerprint"],
    }


def versions_on_disk(dataset: Path) -> list[str]:
    """The published versions whose files are here, in order."""
    names = [path.parent.name for path in dataset.glob(f"*/{MANIFEST}")]
    return sorted(filter(is_version, names), key=parse_version)


def _published(release: Path) -> Iterable[Assignment]:
    for split in SPLITS:
        rows = read_parquet(release / table_file("articles", split))
        for row in rows.select(["article_id", "cluster_id"]).to_pylist():
            yield Assignment(row["article_id"], row["cluster_id"], split, release.name)
