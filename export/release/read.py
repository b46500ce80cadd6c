"""Read the annotation documents of a published release back: the inverse of its tables."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from signalbook.export.dataset.parquet import read_parquet
from signalbook.export.dataset.redaction import start_of_day
from signalbook.export.dataset.splits import SPLITS
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.errors import DocumentError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import at_stage
from signalbook.schema.tables.columns import (
    dyad_columns,
    label_columns,
    party_columns,
    span_columns,
)
from signalbook.schema.tables.schemas import LAYERS

from .layout import MANIFEST, documents_file

_Row = dict[str, Any]


def is_release(folder: Path) -> bool:
    """Whether a folder is a published release."""
    return folder.is_dir() and (folder / MANIFEST).is_file()


def names_its_version(folder: Path) -> bool:
    """Whether the manifest of a release can be read, and is of this version; not more is looked at."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        return bool(manifest["version"] == folder.name)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def released_scheme(folder: Path) -> Scheme:
    """The scheme that a release was made under, as it was then, in the stage that it was.

    Raises:
        DocumentError: The manifest does not name it.
    """
    scheme = load_scheme(released_scheme_file(folder))
    stage = _of_scheme(folder).get("stage")
    return at_stage(scheme, str(stage)) if stage else scheme


def released_scheme_file(folder: Path) -> Path:
    """The file of that scheme, in the release.

    Raises:
        DocumentError: The manifest does not name it.
    """
    return folder / str(_of_scheme(folder)["file"])


def _of_scheme(folder: Path) -> dict[str, Any]:
    """What the manifest says of the scheme, its file at least."""
    path = folder / MANIFEST
    try:
        about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["scheme"]
        return {**about, "file": about["file"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DocumentError(f"{path}: does not name a scheme; is it a release?") from error


def released_documents(
    folder: Path, scheme: Scheme, *, layer: str = LAYERS[1]
) -> list[AnnotationDocument]:
    """The documents of one layer, of all splits, as they can be checked again.

    Withheld words stay absent, and so do the hours of annotation: each document is dated by the
    start of its day.

    Raises:
        DocumentError: A file of documents is missing or is not one.
    """
    reader = _RowReader(scheme)
    documents: list[AnnotationDocument] = []
    for split in SPLITS:
        path = folder / documents_file(layer, split)
        if not path.is_file():
            raise DocumentError(f"{path}: no such file; check with signalbook release verify")
        for batch in read_parquet(path).to_batches(max_chunksize=1000):
            rows = cast("list[_Row]", batch.to_pylist())
            documents += [reader.document(row) for row in rows]
    return sorted(documents, key=lambda d: (d.article.id, d.annotator.id))


class _RowReader:
    """Rows of a scheme's documents, read back under the names of the scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.spans = span_columns(scheme)
        self.parties = party_columns(scheme)
        self.dyads = dyad_columns(scheme)
        self.labels = label_columns(scheme)

    def document(self, row: _Row) -> AnnotationDocument:
        data: _Row = {
            "scheme": self.scheme.name,
            "schema_version": row["schema_version"],
            "article": self._article(row),
            "annotator": _annotator(row),
            "spans": [self._span(span) for span in row["spans"]],
        }
        if self.scheme.party is not None:
            data["parties"] = [
                {"id": p["party_id"], **_attributes(self.parties, p), **_defaulted(p)}
                for p in row["parties"]
            ]
        if self.scheme.relation_types:
            data["relations"] = [_relation(relation) for relation in row["relations"]]
        if self.scheme.dyad is not None:
            data["dyads"] = [_attributes(self.dyads, dyad) for dyad in row["dyads"]]
        if self.labels:
            labels = cast("_Row", row["labels"] or {})
            data["article_labels"] = {**_attributes(self.labels, labels), **_defaulted(labels)}
        return AnnotationDocument.model_validate(data)

    def _article(self, row: _Row) -> _Row:
        same = [name for name in Article.model_fields if name in row and name != "extra"]
        described = cast("Mapping[str, object]", self.scheme.article_schema.get("properties") or {})
        further = [name for name in described if name in row]
        article = {name: row[name] for name in dict.fromkeys([*same, *further])}
        article = {name: value for name, value in article.items() if value is not None}
        article |= {"id": row["article_id"], "text_length": row["n_chars"]}
        if row.get("extra"):
            article["extra"] = json.loads(row["extra"])
        return article

    def _span(self, row: _Row) -> _Row:
        columns = {a: column for (type_, a), column in self.spans.items() if type_ == row["type"]}
        span = {name: row[name] for name in ("type", "start", "end")}
        span |= {"id": row["span_id"], "attributes": _attributes(columns, row)}
        span |= {name: row[name] for name in ("text", "origin") if row[name] is not None}
        return span | _defaulted(row)


def _attributes(columns: Mapping[str, str], row: _Row) -> _Row:
    """The attributes that have a value."""
    values = {a: row[column] for a, column in columns.items() if row.get(column) is not None}
    return {a: v.isoformat() if isinstance(v, date) else v for a, v in values.items()}


def _defaulted(row: _Row) -> _Row:
    return {"defaulted": row["defaulted"]} if row.get("defaulted") else {}


def _relation(row: _Row) -> _Row:
    return {
        "id": row["relation_id"],
        "type": row["type"],
        "from": row["from_span_id"],
        "to": row["to_span_id"],
    }


def _annotator(row: _Row) -> _Row:
    day = row["annotated_on"]
    annotator = {
        "id": row["annotator_id"] or row["layer"],
        "round": row["round"],
        "created_at": start_of_day(day) if day else None,
        "lead_time_s": row["lead_time_s"],
        "tool": row["tool"],
    }
    return {name: value for name, value in annotator.items() if value is not None}
