"""What a release is made of, and its rows by configuration and split, before any of it is a file."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, cast

import pyarrow as pa
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from signalbook.export.dataset.content_hash import content_hash
from signalbook.export.dataset.nested_documents import nest
from signalbook.export.dataset.redaction import redact
from signalbook.export.dataset.splits import SPLITS, Assignment, Leak
from signalbook.export.dataset.tables import Layered, articles_of, build_tables, in_order
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.json_text import json_page
from signalbook.schema.scheme.model import Json, Scheme
from signalbook.schema.tables.columns import TableSchema
from signalbook.schema.tables.schemas import LAYERS, documents_schema, table_schemas

if TYPE_CHECKING:
    from signalbook.export.adjudication.gold_record import GoldRecord
    from signalbook.export.report.build import AgreementReport

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
    #: Day of the release (ISO 8601); without one, it is that of the newest annotation.
    created: str | None = None


@dataclass(frozen=True)
class ReleasePlan:
    """What is to be published, and as what."""

    name: str
    version: str
    scheme: Scheme
    gold: Sequence[AnnotationDocument]
    annotators: Sequence[AnnotationDocument]
    about: About = field(default_factory=About)
    #: What the gold annotations were made from, if that is known.
    gold_record: "GoldRecord | None" = None
    #: Article id -> hash of what a person decided about it.
    decided: Mapping[str, str] = field(default_factory=dict[str, str])
    #: Id and hash of texts that may not be given away, whatever the documents say.
    withdrawn: AbstractSet[tuple[str, str]] = frozenset()
    #: Whether the release carries an agreement report, which takes longest to make.
    with_agreement: bool = True

    @property
    def title(self) -> str:
        """What people call the dataset."""
        return self.about.title or self.name

    @property
    def created(self) -> str | None:
        """The day that the release says it was made."""
        days = (d.annotator.created_at for d in (*self.gold, *self.annotators))
        return self.about.created or max((day[:10] for day in days if day), default=None)

    @cached_property
    def layered(self) -> list[Layered]:
        """Every document with its layer, in the order of the rows."""
        current = _current_articles(self.annotators)
        gold, annotators = (
            [_about_current(document, current) for document in layer]
            for layer in (self.gold, self.annotators)
        )
        return in_order(gold, annotators)

    @cached_property
    def released(self) -> list[Layered]:
        """The same documents without what may not be given away."""
        return [(layer, redact(document, self.scheme)) for layer, document in self.layered]

    @property
    def withheld(self) -> int:
        """How many articles are published without their words."""
        return sum(not article.redistributable for article in articles_of(self.layered))

    @property
    def given_away(self) -> list[str]:
        """Ids of the articles whose words would be published although they were withdrawn."""
        return [
            article.id
            for article in articles_of(self.layered)
            if article.redistributable and (article.id, article.text_sha256) in self.withdrawn
        ]

    @cached_property
    def agreement(self) -> "AgreementReport | None":
        """How well the annotators agree, by what is released: others can measure the same."""
        from signalbook.export.agreement.corpus import gather
        from signalbook.export.report.build import agreement_report

        if not (self.annotators and self.with_agreement):
            return None
        documents = (document for layer, document in self.released if layer == "annotators")
        return agreement_report(gather(documents, self.scheme))


def _current_articles(
    annotators: Iterable[AnnotationDocument],
) -> dict[tuple[str, str], Article]:
    """Id and hash of a text -> its metadata now: gold annotations keep those of their day.

    A text that one document takes out of distribution is out of it.
    """
    current: dict[tuple[str, str], Article] = {}
    for document in annotators:
        article = document.article
        known = current.setdefault((article.id, article.text_sha256), article)
        if known.redistributable and not article.redistributable:
            current[article.id, article.text_sha256] = article
    return current


def _about_current(
    document: AnnotationDocument, current: Mapping[tuple[str, str], Article]
) -> AnnotationDocument:
    article = document.article
    newest = current.get((article.id, article.text_sha256), article)
    text = {"text": article.text} if article.text is not None else {}
    return document.model_copy(update={"article": newest.model_copy(update=text)})


@dataclass(frozen=True)
class Contents:
    """Everything that goes into a release, before any of it is a file."""

    plan: ReleasePlan
    #: (Configuration, split) -> rows; configurations are the layers of documents and the tables.
    data: Mapping[tuple[str, str], pa.Table]
    leaks: tuple[Leak, ...] = ()

    @property
    def scheme(self) -> Scheme:
        """The scheme of all documents."""
        return self.plan.scheme

    @property
    def agreement_tables(self) -> tuple[TableSchema, ...]:
        """The tables of the agreement report, if there is one."""
        from signalbook.export.report.build import agreement_tables

        return agreement_tables(self.scheme) if self.plan.agreement else ()

    @property
    def agreement_headline(self) -> list[tuple[str, Json]]:
        """Name and figure of what the agreement report puts first."""
        headline = self.plan.agreement.data.get("headline") if self.plan.agreement else None
        return sorted(headline.items()) if isinstance(headline, dict) else []

    @cached_property
    def text_licences(self) -> Counter[str]:
        """Licence -> how many texts it covers; texts that are withheld are not counted."""
        licences: Counter[str] = Counter()
        for split in SPLITS:
            articles = self.data["articles", split]
            licences.update(articles.filter(articles["text"].is_valid())["licence"].to_pylist())
        return licences

    @property
    def licences(self) -> list[str]:
        """Every licence that covers a part of the release: the annotations', then the texts'."""
        return [*dict.fromkeys([self.plan.about.licence, *sorted(self.text_licences)])]

    @property
    def splits(self) -> dict[str, str]:
        """Article id -> split."""
        return {
            id: split
            for split in SPLITS
            for id in cast("list[str]", self.data["articles", split]["article_id"].to_pylist())
        }

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
    return content_hash(
        gold_test.select([name for name in EVALUATED if name in gold_test.column_names])
    )


def json_file(value: object) -> bytes:
    """JSON as the files of a release have it: sorted as given, for people to read."""
    return json_page(value).encode()


def spdx_id(licence: str) -> str:
    """The SPDX expression that is meant, as SPDX spells it; nothing if it is none."""
    try:
        return str(canonicalize_license_expression(licence))
    except InvalidLicenseExpression:
        return ""
