"""Documents become everything that a release says: rows by configuration and split, and about them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from signalbook.export.dataset.content_hash import canonical_sha256
from signalbook.export.dataset.nested_documents import nest
from signalbook.export.dataset.splits import SPLITS, Assignment, Leak
from signalbook.export.dataset.tables import Layered, articles_of, build_tables
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Json, Scheme
from signalbook.schema.tables.schemas import LAYERS, documents_schema, table_schemas
from signalbook.schema.tables.table_schema import TableSchema

#: What a model reads and is scored on; other columns may change and scores stay comparable.
EVALUATED = (
    *("article_id", "text", "text_sha256"),
    *("parties", "spans", "relations", "dyads", "labels"),
)


@dataclass(frozen=True)
class About:
    """What a release says about itself that is not in the documents."""

    title: str = ""
    description: str = ""
    #: SPDX id of the licence of the annotations; the texts have their own.
    licence: str = "LicenseRef-unspecified"
    authors: tuple[str, ...] = ()
    homepage: str = ""
    #: What changed since the last version, in a sentence or a few.
    changes: str = ""
    #: The articles are invented.
    synthetic_articles: bool = False
    #: The annotators are programs.
    simulated_annotators: bool = False


@dataclass(frozen=True)
class Contents:
    """Everything that goes into a release, before any of it is a file."""

    name: str
    version: str
    #: Day (ISO 8601).
    created: str | None
    about: About
    scheme: Scheme
    #: (Configuration, split) -> rows; configurations are the layers of documents and the tables.
    data: Mapping[tuple[str, str], pa.Table]
    leaks: tuple[Leak, ...] = ()
    #: The agreement report as JSON, in Markdown, and further files.
    agreement: Mapping[str, Json] | None = None
    agreement_markdown: str | None = None
    agreement_files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    #: The codebook in Markdown.
    codebook: str | None = None
    #: sha256 of what it was made from, by name.
    inputs: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def title(self) -> str:
        """What people call the dataset."""
        return self.about.title or self.name

    @property
    def agreement_headline(self) -> list[tuple[str, Json]]:
        """Name and figure of what the agreement report puts first."""
        headline = (self.agreement or {}).get("headline")
        return sorted(headline.items()) if isinstance(headline, dict) else []

    def rows(self, configuration: str, split: str | None = None) -> int:
        """How many rows a configuration has."""
        splits = SPLITS if split is None else (split,)
        return sum(self.data[configuration, s].num_rows for s in splits)


def configurations(scheme: Scheme) -> dict[str, TableSchema]:
    """Everything that can be loaded by name: the layers of documents, then the tables."""
    documents = documents_schema(scheme)
    return {**dict.fromkeys(LAYERS, documents), **table_schemas(scheme)}


def rows_of(
    scheme: Scheme, layered: Iterable[Layered], splits: Mapping[str, Assignment]
) -> dict[tuple[str, str], pa.Table]:
    """(Configuration, split) -> rows, of documents in order."""
    layered = list(layered)
    articles = articles_of(layered)
    clusters = {id: assignment.cluster_id for id, assignment in splits.items()}
    data: dict[tuple[str, str], pa.Table] = {}
    for split in SPLITS:
        tables = build_tables(
            scheme,
            [a for a in articles if splits[a.id].split == split],
            [(layer, d) for layer, d in layered if splits[d.article.id].split == split],
            clusters,
        )
        data |= {(name, split): table for name, table in tables.items()}
        data |= {(layer, split): nest(scheme, tables, layer) for layer in LAYERS}
    return data


def eval_fingerprint(gold_test: pa.Table) -> str:
    """Hash of the gold test set; where it is the same, scores can be compared."""
    return canonical_sha256(
        gold_test.select([name for name in EVALUATED if name in gold_test.column_names])
    )


def newest_day(documents: Iterable[AnnotationDocument]) -> str | None:
    """The day of the newest annotation, if any has one."""
    days = [d.annotator.created_at[:10] for d in documents if d.annotator.created_at]
    return max(days, default=None)


def json_file(value: object) -> bytes:
    """JSON as the files of a release have it: sorted as given, for people to read."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
