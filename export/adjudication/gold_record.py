"""Know what gold annotations were made from: which no longer follow, and which were made by hand.

The record is a file beside the gold annotations. Gold without a record counts as made by hand, and
nothing is said about what it was made from.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from signalbook.export.annotators.models import MODELS, Model
from signalbook.schema.documents.jsonl import documents_hash
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.filesystem import read_json, write_text
from signalbook.schema.json_text import json_page
from signalbook.schema.scheme.model import Scheme


@dataclass(frozen=True)
class GoldRecord:
    """What gold annotations were made from, and what they were like when they were written."""

    #: Name and version of the scheme.
    scheme: str
    #: Article id -> hash of the annotations that its gold annotation was made from.
    made_from: dict[str, str]
    #: Article id -> hash of the gold annotation as it was written; not of those made by hand.
    written: dict[str, str]
    #: What decided where annotators differ and no person has decided.
    policy: str = "majority"
    #: Article id -> hash of what a person decided about it.
    log: dict[str, str] = field(default_factory=dict[str, str])
    #: Article id -> how many decisions of a person are in it.
    ruled: dict[str, int] = field(default_factory=dict[str, int])
    #: Article id -> how many things a person has to decide again.
    flagged: dict[str, int] = field(default_factory=dict[str, int])
    #: Article id -> how many ties an order decided, of names or of the scheme, and no reason.
    open: dict[str, int] = field(default_factory=dict[str, int])
    #: Articles that only one annotator has labelled.
    of_one: list[str] = field(default_factory=list[str])

    def stale(
        self,
        gold: Iterable[AnnotationDocument],
        documents: Iterable[AnnotationDocument],
        log: Mapping[str, str] | None = None,
    ) -> list[str]:
        """Articles whose gold annotation was made from other annotations or decisions than now.

        Args:
            gold: The gold annotations.
            documents: The annotations as they are now.
            log: Article id -> hash of what a person decided about it, as it is now; None if there
                is no log.
        """
        current, decided = hashes_by_article(documents), log or {}
        articles = [document.article.id for document in gold if document.article.id in current]
        return [
            id
            for id in articles
            if self.made_from.get(id, current[id]) != current[id]
            or (id in self.made_from and self.log.get(id) != decided.get(id))
        ]

    def to_decide_again(self, gold: Iterable[AnnotationDocument]) -> list[str]:
        """Articles in which a person has to decide something again."""
        return [d.article.id for d in gold if d.article.id in self.flagged]

    def gone(
        self, gold: Iterable[AnnotationDocument], documents: Iterable[AnnotationDocument]
    ) -> list[str]:
        """Articles of which no annotation is left, though their gold annotation was made of some."""
        return [id for id in without_annotations(gold, documents) if id in self.made_from]

    def by_hand(self, gold: Iterable[AnnotationDocument]) -> list[AnnotationDocument]:
        """The gold annotations that are not as they were written here."""
        return [d for d in gold if self.written.get(d.article.id) != documents_hash([d])]


def without_annotations(
    gold: Iterable[AnnotationDocument], documents: Iterable[AnnotationDocument]
) -> list[str]:
    """Articles that have a gold annotation and none of an annotator."""
    annotated = {document.article.id for document in documents}
    return [d.article.id for d in gold if d.article.id not in annotated]


def scheme_name(scheme: Scheme) -> str:
    """Name and version, as a record has them."""
    return f"{scheme.name} {scheme.version}"


def hashes_by_article(documents: Iterable[AnnotationDocument]) -> dict[str, str]:
    """Article id -> hash of all its annotations, whatever their order."""
    by_article: dict[str, list[AnnotationDocument]] = defaultdict(list)
    for document in documents:
        by_article[document.article.id].append(document)
    return {id: annotations_hash(of_article) for id, of_article in by_article.items()}


def annotations_hash(documents: Iterable[AnnotationDocument]) -> str:
    """Sha256 of what these documents say about their texts, without the metadata of articles.

    Gold annotations follow from annotations; what is corrected about an article does not change
    them, and a release takes it from the documents of annotators.
    """
    return documents_hash(
        document.model_copy(update={"article": _text_alone(document.article)})
        for document in documents
    )


def _text_alone(article: Article) -> Article:
    return Article(id=article.id, text_sha256=article.text_sha256, text_length=article.text_length)


def last_policy(gold: Path) -> Model:
    """What decided, when gold was made last, where annotators differ and no person has decided."""
    record = read_record(gold)
    policies: tuple[Model, ...] = tuple(m for m in MODELS if record and m == record.policy)
    return policies[0] if policies else "majority"


def read_record(gold: Path) -> GoldRecord | None:
    """The record beside a file of gold annotations, if there is one.

    Raises:
        DocumentError: The record is damaged.
    """
    way_out = "delete it: the gold annotations then count as made by hand"
    return read_json(record_path(gold), GoldRecord, way_out=way_out)


def write_record(gold: Path, record: GoldRecord) -> None:
    """Write the record of a file of gold annotations beside it."""
    write_text(record_path(gold), json_page(vars(record), sort_keys=True))


def record_path(gold: Path) -> Path:
    """Where the record of a file of gold annotations is."""
    return gold.with_suffix(".record.json")
