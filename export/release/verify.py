"""Verify a published release: its bytes first, then what its manifest and its rows should be."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
import pyarrow as pa

from signalbook.export.dataset.arrow_helpers import (
    as_array,
    compute,
    integers,
    joined_key,
    positions,
)
from signalbook.export.dataset.content_hash import content_hash
from signalbook.export.dataset.nested_documents import differences
from signalbook.export.dataset.parquet import read_parquet
from signalbook.export.dataset.redaction import ATTRIBUTION, worded_columns
from signalbook.export.dataset.splits import SPLITS
from signalbook.schema.errors import DocumentError, SchemeError, UsageError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.tables.columns import ForeignKey, TableSchema, span_columns
from signalbook.schema.tables.schemas import LAYERS, documents_schema, table_schemas
from signalbook.schema.text import counted, first_of
from signalbook.schema.versions import is_version, parse_version

from .contents import eval_fingerprint
from .layout import MANIFEST, NOT_IN_MANIFEST, SUMS, files_in, parquet_files
from .ledger import EVERY_BYTE, GIT_ATTRIBUTES, IndexEntry, damaged, read_index, read_ledger
from .manifest import sha256

_CRLF = b"\r\n"
_MAX_SHOWN = 3
#: (Configuration, split) -> rows.
Data: TypeAlias = dict[tuple[str, str], pa.Table]


@dataclass(frozen=True)
class ReleaseFinding:
    """One thing that is wrong in a release."""

    #: Name of the check: bytes, manifest, schema, hash, rows, ledger.
    check: str
    #: File or table, relative to the release.
    place: str
    fact: str

    def __str__(self) -> str:
        """One line for people to read."""
        return f"{self.place}: {self.fact}"

    def to_dict(self) -> dict[str, str]:
        """JSON-shaped."""
        return asdict(self)


def verify_release(folder: Path) -> list[ReleaseFinding]:
    """Check every byte; if they are right, check that they make sense.

    Raises:
        UsageError: There is no release here.
    """
    if not (folder / SUMS).is_file() and not (folder / MANIFEST).is_file():
        raise UsageError(f"{folder}: no release is here; name a folder such as datasets/NAME/1.0.0")
    return list(_wrong_bytes(folder)) or list(_wrong_content(folder))


def refuse_damaged(dataset: Path) -> None:
    """Publish nothing beside a version that is not as it was published.

    What a new version takes from earlier ones could be damaged, and would stay for ever.

    Raises:
        DocumentError: A version is damaged, or the index.
    """
    index = {entry.version: entry for entry in read_index(dataset).versions}
    folders = [path for path in dataset.iterdir() if path.is_dir() and is_version(path.name)]
    for folder in sorted(folders, key=lambda path: parse_version(path.name)):
        findings = [*_wrong_bytes(folder)] or [*_not_remembered(folder, index.get(folder.name))]
        if findings:
            raise damaged(folder, "; ".join(first_of([*map(str, findings)], _MAX_SHOWN)))


def _wrong_bytes(folder: Path) -> Iterator[ReleaseFinding]:
    """Files that are changed, missing or extra, by the check sums."""
    actual = files_in(folder)
    if SUMS not in actual:
        yield ReleaseFinding("bytes", SUMS, "is missing")
        return
    path = actual.pop(SUMS)
    content = path.read_bytes()
    converted = [SUMS] if _CRLF in content else []
    expected = _read_sums(content.replace(_CRLF, b"\n"))
    if expected is None:
        yield ReleaseFinding("bytes", SUMS, "is damaged")
        return
    for name in sorted(expected.keys() | actual.keys()):
        if name not in actual:
            yield ReleaseFinding("bytes", name, "is missing")
        elif name not in expected:
            yield ReleaseFinding("bytes", name, "does not belong to the release")
        elif actual[name].is_symlink():
            yield ReleaseFinding("bytes", name, "is a link")
        elif sha256(actual[name]) != expected[name]:
            if _is_converted(actual[name], expected[name]):
                converted.append(name)
            else:
                yield ReleaseFinding("bytes", name, "has changed")
    if converted:
        yield _line_endings(converted)


def _is_converted(path: Path, digest: str) -> bool:
    """Whether nothing but the line endings differ from those of the published file."""
    return hashlib.sha256(path.read_bytes().replace(_CRLF, b"\n")).hexdigest() == digest


def _line_endings(names: Sequence[str]) -> ReleaseFinding:
    return ReleaseFinding(
        "bytes",
        ".",
        f"{counted(len(names), 'file has', 'files have')} Windows line endings, as git writes them "
        f"with core.autocrlf; write `{EVERY_BYTE}` into {GIT_ATTRIBUTES} beside the versions, and "
        "check the files out anew",
    )


def _read_sums(content: bytes) -> dict[str, str] | None:
    """File -> sha256; None unless every byte is as it was written."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    lines = [line.partition("  ") for line in text.split("\n")[:-1]]
    sums = {name: digest for digest, _, name in lines}
    rewritten = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
    return sums if rewritten == text else None


def _wrong_content(folder: Path) -> Iterator[ReleaseFinding]:
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
        yield ReleaseFinding("manifest", MANIFEST, f"does not describe the release: {error!r}")
        return
    if eval_fingerprint(data["gold", "test"]) != manifest["eval_fingerprint"]:
        yield ReleaseFinding("hash", MANIFEST, "eval_fingerprint is not that of the gold test set")
    for place, fact in _wrong_rows(scheme, data):
        yield ReleaseFinding("rows", place, fact)
    yield from _wrong_history(folder, manifest, data)


def _wrong_manifest(
    folder: Path, manifest: dict[str, Any], files: dict[str, dict[str, Any]]
) -> Iterator[ReleaseFinding]:
    if manifest["version"] != folder.resolve().name:
        yield ReleaseFinding("manifest", MANIFEST, f"is of version {manifest['version']}")
    actual = {name: path for name, path in files_in(folder).items() if name not in NOT_IN_MANIFEST}
    if actual.keys() != files.keys():
        names = ", ".join(sorted(actual.keys() ^ files.keys()))
        yield ReleaseFinding("manifest", MANIFEST, f"lists other files than are here: {names}")
    for name in sorted(actual.keys() & files.keys()):
        entry, path = files[name], actual[name]
        if (entry["sha256"], entry["bytes"]) != (sha256(path), path.stat().st_size):
            yield ReleaseFinding("manifest", name, "is another file than the manifest lists")


def _wrong_table(
    scheme: Scheme, manifest: dict[str, Any], where: tuple[str, str, str], table: pa.Table
) -> Iterator[ReleaseFinding]:
    configuration, split, file = where
    entry = manifest["data"][configuration][split]
    if not table.schema.equals(_schema(scheme, configuration), check_metadata=True):
        yield ReleaseFinding("schema", file, "has other columns than the scheme asks for")
    if (entry["file"], entry["rows"]) != (file, table.num_rows):
        yield ReleaseFinding(
            "manifest", file, f"has {counted(table.num_rows, 'row')}, not {entry['rows']}"
        )
    if entry["canonical_sha256"] != content_hash(table):
        yield ReleaseFinding("hash", file, "has other content than the manifest says")


def _schema(scheme: Scheme, configuration: str) -> pa.Schema:
    tables = table_schemas(scheme)
    return (tables.get(configuration) or documents_schema(scheme)).arrow


def _wrong_history(folder: Path, manifest: dict[str, Any], data: Data) -> Iterator[ReleaseFinding]:
    """Where the release is not as the dataset's ledger and index, if they are there, have it."""
    dataset = folder.resolve().parent
    try:
        ledger, index = read_ledger(dataset), read_index(dataset)
    except DocumentError as error:
        yield ReleaseFinding("ledger", "..", str(error))
        return
    entries = {entry.version: entry for entry in index.versions}
    yield from _not_remembered(folder, entries.get(manifest["version"]))
    for (configuration, split), table in data.items():
        ids: list[str] = table["article_id"].to_pylist() if configuration == "articles" else []
        moved = [id for id in ids if id in ledger and ledger[id].split != split]
        if moved:
            yield ReleaseFinding(
                "ledger",
                f"tables/articles, {split}",
                f"article {moved[0]} was in {ledger[moved[0]].split}",
            )


def _not_remembered(folder: Path, entry: IndexEntry | None) -> Iterator[ReleaseFinding]:
    if entry is not None and entry.manifest_sha256 != sha256(folder / MANIFEST):
        yield ReleaseFinding("ledger", MANIFEST, "is not the one that the index remembers")


def _wrong_rows(scheme: Scheme, data: Data) -> Iterator[tuple[str, str]]:
    """(Place, fact) of everything that does not hold between the rows."""
    schemas = table_schemas(scheme)
    for schema in schemas.values():
        yield from _wrong_keys(schema, data)
    for split in SPLITS:
        tables = {name: data[name, split] for name in schemas}
        broken = [
            *_broken_references(schemas, tables, split),
            *_lost_parties(scheme, tables, split),
        ]
        yield from broken
        if broken:
            continue
        yield from _wrong_offsets(tables, split)
        yield from _words_left(scheme, tables, split)
        for layer in LAYERS:
            for fact in differences(scheme, tables, data[layer, split], layer):
                yield f"documents/{layer}, {split}", fact


def _wrong_keys(schema: TableSchema, data: Data) -> Iterator[tuple[str, str]]:
    keys = pa.concat_arrays([joined_key(data[schema.name, s], schema.key) for s in SPLITS])
    twice = len(keys) - len(keys.unique())
    if twice:
        yield (
            f"tables/{schema.name}",
            f"{counted(twice, 'row repeats', 'rows repeat')} a key ({', '.join(schema.key)})",
        )
    for column in schema.columns:
        if not column.nullable:
            empty = sum(data[schema.name, split][column.name].null_count for split in SPLITS)
            if empty:
                yield f"tables/{schema.name}", f"{column.name} is null in {counted(empty, 'row')}"


def _broken_references(
    schemas: Mapping[str, TableSchema], tables: Mapping[str, pa.Table], split: str
) -> Iterator[tuple[str, str]]:
    for name, schema in schemas.items():
        for reference in schema.foreign_keys:
            lost = _lost(tables[name], reference, tables[reference.table])
            if lost is not None:
                columns = ", ".join(reference.columns)
                yield (
                    f"tables/{name}, {split}",
                    f"({columns}) = {lost} is not in {reference.table} of this split",
                )


def _lost(table: pa.Table, reference: ForeignKey, target: pa.Table) -> str | None:
    """The first key that leads nowhere."""
    keys = joined_key(table, reference.columns)
    targets = positions(keys, joined_key(target, reference.to))
    if not targets.null_count:
        return None
    first = int(np.flatnonzero(targets.is_null().to_numpy(zero_copy_only=False))[0])
    return str(keys[first].as_py()).replace("\x1f", ", ")


def _lost_parties(
    scheme: Scheme, tables: Mapping[str, pa.Table], split: str
) -> Iterator[tuple[str, str]]:
    """A span's parties are parties of its annotation, or special values of the field."""
    if "parties" not in tables:
        return
    parties = joined_key(tables["parties"], ("annotation_id", "party_id"))
    names = span_columns(scheme)
    fields = {names[t.name, f.name]: f for t in scheme.span_types for f in t.fields}
    for column, field in fields.items():
        if not field.is_party_reference:
            continue
        rows = _entries(tables["spans"], column)
        special = pa.array(field.value_ids, pa.string())
        rows = rows.filter(positions(rows[column], special).is_null())
        keys = joined_key(rows, ("annotation_id", column))
        lost = rows.filter(positions(keys, parties).is_null())
        if lost.num_rows:
            value = lost[column][0].as_py()
            yield f"tables/spans, {split}", f"{column} {value!r} is no party of its annotation"


def _entries(table: pa.Table, column: str) -> pa.Table:
    """Annotation and value, one row for each entry that is there."""
    values, owners = as_array(table[column]), as_array(table["annotation_id"])
    if isinstance(values, pa.ListArray):
        owners = compute("take", owners, compute("list_parent_indices", values))
        values = values.flatten()
    return pa.table({"annotation_id": owners, column: values}).filter(values.is_valid())


def _wrong_offsets(tables: Mapping[str, pa.Table], split: str) -> Iterator[tuple[str, str]]:
    """Spans lie in their texts, and their words are the text there."""
    articles, spans = tables["articles"], tables["spans"]
    where = positions(spans["article_id"], articles["article_id"])
    start, end = integers(as_array(spans["start"])), integers(as_array(spans["end"]))
    length = integers(compute("take", articles["n_chars"], where))
    wrong = np.flatnonzero((start < 0) | (start >= end) | (end > length))
    if wrong.size:
        yield f"tables/spans, {split}", f"row {wrong[0]}: offsets are not in the text"
    rows = cast("list[int]", integers(where).tolist())
    texts = cast("list[str | None]", articles["text"].to_pylist())
    words = cast("list[str | None]", spans["text"].to_pylist())
    for row, (article, word) in enumerate(zip(rows, words, strict=True)):
        text: str | None = texts[article]
        if word is not None and text is not None and text[start[row] : end[row]] != word:
            yield f"tables/spans, {split}", f"row {row}: text is not that of the article"
            return


def _words_left(
    scheme: Scheme, tables: Mapping[str, pa.Table], split: str
) -> Iterator[tuple[str, str]]:
    """Texts that may not be given away are null, and so is what quotes or describes them."""
    articles = tables["articles"]
    withheld = articles.filter(compute("invert", articles["redistributable"]))
    for name, columns in worded_columns(scheme).items():
        if name not in tables:
            continue
        among = positions(tables[name]["article_id"], withheld["article_id"]).is_valid()
        rows = tables[name].filter(among)
        for column in columns:
            if rows[column].null_count < rows.num_rows:
                yield f"tables/{name}, {split}", f"{column} of a withheld article is there"
        if name == "articles" and any(map(_says_more, rows["extra"].to_pylist())):
            yield f"tables/{name}, {split}", "extra of a withheld article is there"


def _says_more(extra: str | None) -> bool:
    """Whether the further metadata hold more than whom to name."""
    return extra is not None and set(json.loads(extra)) != {ATTRIBUTION}
