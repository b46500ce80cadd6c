"""A published release yields whatever is no longer, or never was, right in it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from signalbook.export.dataset.content_hash import canonical_sha256
from signalbook.export.dataset.parquet import read_parquet
from signalbook.schema.errors import DocumentError, SchemeError, UsageError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.schemas import documents_schema, table_schemas

from .contents import eval_fingerprint
from .layout import MANIFEST, SEALS, SUMS, files_in, parquet_files
from .ledger import read_index, read_ledger
from .manifest import sha256
from .verify_rows import Data, wrong_rows


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong in a release."""

    #: Name of the check: bytes, manifest, schema, hash, rows, ledger.
    check: str
    #: File or table, relative to the release.
    place: str
    fact: str

    def to_dict(self) -> dict[str, str]:
        """JSON-shaped."""
        return asdict(self)


def verify_release(folder: Path) -> list[Finding]:
    """Check every byte; if they are right, check that they make sense.

    Raises:
        UsageError: there is no release here.
    """
    if not (folder / SUMS).is_file() and not (folder / MANIFEST).is_file():
        raise UsageError(f"{folder}: no release is here; name a folder such as datasets/NAME/1.0.0")
    return list(_wrong_bytes(folder)) or list(_wrong_content(folder))


def _wrong_bytes(folder: Path) -> Iterator[Finding]:
    """Files that are changed, missing or extra, by the check sums; a seal checks the other."""
    found = files_in(folder)
    if SUMS not in found:
        yield Finding("bytes", SUMS, "is missing")
        return
    expected = _read_sums(found.pop(SUMS))
    if expected is None:
        yield Finding("bytes", SUMS, "is damaged")
        return
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield Finding("bytes", name, "is missing")
        elif name not in expected:
            yield Finding("bytes", name, "does not belong to the release")
        elif found[name].is_symlink():
            yield Finding("bytes", name, "is a link")
        elif sha256(found[name]) != expected[name]:
            yield Finding("bytes", name, "has changed")


def _read_sums(path: Path) -> dict[str, str] | None:
    """File -> sha256; None unless every byte is as it was written."""
    try:
        content = path.read_bytes().decode()
    except UnicodeDecodeError:
        return None
    lines = [line.partition("  ") for line in content.split("\n")[:-1]]
    sums = {name: digest for digest, _, name in lines}
    again = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
    return sums if again == content else None


def _wrong_content(folder: Path) -> Iterator[Finding]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        scheme = load_scheme(folder / manifest["scheme"]["file"])
        files = {entry["path"]: entry for entry in manifest["files"]}
        yield from _wrong_manifest(folder, manifest, files)
        data: Data = {}
        for configuration, split, file in parquet_files(scheme):
            table = read_parquet(folder / file)
            data[configuration, split] = table
            yield from _wrong_table(scheme, manifest, (configuration, split, file), table)
    except (OSError, ValueError, KeyError, TypeError, SchemeError, pa.ArrowException) as error:
        yield Finding("manifest", MANIFEST, f"does not describe the release: {error!r}")
        return
    if eval_fingerprint(data["gold", "test"]) != manifest["eval_fingerprint"]:
        yield Finding("hash", MANIFEST, "eval_fingerprint is not that of the gold test set")
    for place, fact in wrong_rows(scheme, data):
        yield Finding("rows", place, fact)
    yield from _wrong_memory(folder, manifest, data)


def _wrong_manifest(
    folder: Path, manifest: dict[str, Any], files: dict[str, dict[str, Any]]
) -> Iterator[Finding]:
    if manifest["version"] != folder.resolve().name:
        yield Finding("manifest", MANIFEST, f"is of version {manifest['version']}")
    actual = {name: path for name, path in files_in(folder).items() if name not in SEALS}
    if actual.keys() != files.keys():
        names = ", ".join(sorted(actual.keys() ^ files.keys()))
        yield Finding("manifest", MANIFEST, f"lists other files than are here: {names}")
    for name in sorted(actual.keys() & files.keys()):
        entry, path = files[name], actual[name]
        if (entry["sha256"], entry["bytes"]) != (sha256(path), path.stat().st_size):
            yield Finding("manifest", name, "is another file than the manifest lists")


def _wrong_table(
    scheme: Scheme, manifest: dict[str, Any], where: tuple[str, str, str], table: pa.Table
) -> Iterator[Finding]:
    configuration, split, file = where
    entry = manifest["data"][configuration][split]
    if not table.schema.equals(_schema(scheme, configuration), check_metadata=True):
        yield Finding("schema", file, "has other columns than the scheme asks for")
    if (entry["file"], entry["rows"]) != (file, table.num_rows):
        yield Finding("manifest", file, f"has {table.num_rows} rows, not {entry['rows']}")
    if entry["canonical_sha256"] != canonical_sha256(table):
        yield Finding("hash", file, "has other content than the manifest says")


def _schema(scheme: Scheme, configuration: str) -> pa.Schema:
    tables = table_schemas(scheme)
    return (tables.get(configuration) or documents_schema(scheme)).arrow


def _wrong_memory(folder: Path, manifest: dict[str, Any], data: Data) -> Iterator[Finding]:
    """What the dataset's ledger and index, if they are there, remember otherwise."""
    dataset = folder.resolve().parent
    try:
        ledger, index = read_ledger(dataset), read_index(dataset)
    except DocumentError as error:
        yield Finding("ledger", "..", str(error))
        return
    entries = {entry["version"]: entry for entry in index["versions"]}
    entry = entries.get(manifest["version"])
    if entry is not None and entry["manifest_sha256"] != sha256(folder / MANIFEST):
        yield Finding("ledger", MANIFEST, "is not the one that the index remembers")
    for (configuration, split), table in data.items():
        ids: list[str] = table["article_id"].to_pylist() if configuration == "articles" else []
        moved = [id for id in ids if id in ledger and ledger[id].split != split]
        if moved:
            yield Finding(
                "ledger",
                f"tables/articles, {split}",
                f"article {moved[0]} was in {ledger[moved[0]].split}",
            )
