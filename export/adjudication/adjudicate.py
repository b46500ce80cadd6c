"""Several annotations of one article become one gold annotation that keeps every rule.

Units and fields are voted on (voting.py), then what breaks a rule is repaired (repair.py). If that
fails, the whole annotation of the annotator who was followed most often stands in, valid ones first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from signalbook.export.validation.checker import Checker, errors
from signalbook.schema.documents.annotation import values_of
from signalbook.schema.documents.jsonl import write_documents
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.errors import DocumentError
from signalbook.schema.filesystem import write_text
from signalbook.schema.scheme.model import Scheme

from .gold_draft import GOLD
from .merge import merge
from .party_matching import Documents
from .repair import repair
from .voting import Ballot, Choice, Decision, Frequencies

if TYPE_CHECKING:
    from signalbook.export.annotators.models import Model

#: (unit, field) -> value -> how often annotators chose it.
Corpus: TypeAlias = Mapping[tuple[str, str], Frequencies]


@dataclass(frozen=True)
class Adjudicated:
    """The gold annotation of one article, and how it came about."""

    article_id: str
    #: None: no annotation of this article, and no mixture of them, is free of errors.
    document: AnnotationDocument | None
    log: tuple[Decision, ...]


@dataclass(frozen=True)
class Adjudication:
    """The gold annotations of many articles, and how they came about."""

    #: In the order of the article ids.
    articles: tuple[Adjudicated, ...]

    @property
    def gold(self) -> list[AnnotationDocument]:
        """The gold annotations of all articles that have one."""
        return [a.document for a in self.articles if a.document is not None]

    @property
    def without_gold(self) -> list[str]:
        """Ids of the articles that have none."""
        return [a.article_id for a in self.articles if a.document is None]

    @property
    def decisions(self) -> list[Decision]:
        """Every choice between annotators and every repair."""
        return [decision for article in self.articles for decision in article.log]

    def write(self, gold: Path, log: Path) -> None:
        """Write the gold annotations and the log of decisions, both as JSON Lines."""
        write_documents(gold, self.gold)
        write_text(log, "".join(decision.to_json() + "\n" for decision in self.decisions))


def adjudicate(
    documents: Iterable[AnnotationDocument], scheme: Scheme, *, model: "Model" = "majority"
) -> Adjudication:
    """One gold annotation per article; gold among the documents is passed over.

    Args:
        documents: All annotations.
        scheme: The scheme of all documents.
        model: What decides where annotators differ.

    Raises:
        DocumentError: the documents of an article are not about one text.
    """
    by_article: dict[str, list[AnnotationDocument]] = defaultdict(list)
    for document in documents:
        if document.annotator.id != GOLD.id:
            by_article[document.article.id].append(document)
    voting = [document for of_article in by_article.values() for document in of_article]
    corpus, checker = frequencies(voting), Checker(scheme)
    choice = _learnt(voting, scheme, model)
    return Adjudication(
        tuple(
            adjudicate_article(
                by_article[article], scheme, corpus=corpus, checker=checker, choice=choice
            )
            for article in sorted(by_article)
        )
    )


def _learnt(
    documents: Sequence[AnnotationDocument], scheme: Scheme, model: "Model"
) -> Choice | None:
    if model == "majority":
        return None
    from .model_choice import learn

    return learn(documents, scheme, model)


def frequencies(documents: Iterable[AnnotationDocument]) -> Corpus:
    """How often each value was chosen; it decides between tied values."""
    found: dict[tuple[str, str], Counter[Value]] = defaultdict(Counter)
    for document in documents:
        for span in document.spans:
            for name, value in span.attributes.items():
                found[span.type, name][value] += 1
        for kind, units in (("party", document.parties), ("dyad", document.dyads)):
            for unit in units:
                for name, value in values_of(unit).items():
                    found[kind, name][value] += 1
        for name, value in document.article_labels.items():
            found["article", name][value] += 1
    return found


def adjudicate_article(
    documents: Sequence[AnnotationDocument],
    scheme: Scheme,
    *,
    corpus: Corpus | None = None,
    checker: Checker | None = None,
    choice: Choice | None = None,
) -> Adjudicated:
    """The gold annotation of one article.

    Args:
        documents: Its annotations, each by another annotator.
        scheme: Of all of them.
        corpus: Frequencies of values, to decide ties; of these documents if left out.
        checker: The scheme's, if many articles are adjudicated.
        choice: Decides before the votes are counted.

    Raises:
        DocumentError: the documents are not about one text.
    """
    by_annotator = _by_annotator(documents)
    article = documents[0].article.id
    checker = checker or Checker(scheme)
    corpus = frequencies(documents) if corpus is None else corpus
    ballot = Ballot(article, corpus, choice)
    if len(by_annotator) == 1:
        [(annotator, document)] = by_annotator.items()
        if not errors(checker.check(document)):
            ballot.note("article", "", {annotator: True}, True, "only one annotator")
            return Adjudicated(article, document.with_annotator(GOLD), tuple(ballot.log))
    document, left = repair(merge(by_annotator, scheme, ballot), checker, ballot)
    if not left:
        return Adjudicated(article, document, tuple(ballot.log))
    return _whole(by_annotator, checker, ballot)


def _by_annotator(documents: Sequence[AnnotationDocument]) -> Documents:
    """Documents by annotator; a second one of the same annotator counts as another's."""
    if not documents:
        raise DocumentError("nothing to adjudicate: no annotation of the article")
    first = documents[0].article
    found: dict[str, AnnotationDocument] = {}
    for document in sorted(documents, key=lambda d: (d.annotator.id, d.annotator.round or "")):
        article = document.article
        if (article.id, article.text_sha256) != (first.id, first.text_sha256):
            raise DocumentError(
                f"article {first.id}: {document.annotator.id} annotated another text; "
                "adjudicate annotations of one text only"
            )
        name, number = document.annotator.id, 2
        while name in found:
            name, number = f"{document.annotator.id}#{number}", number + 1
        found[name] = document
    return found


def _whole(documents: Documents, checker: Checker, ballot: Ballot) -> Adjudicated:
    """The annotation of the annotator who was followed most often, if it can be had valid."""
    article = ballot.article_id
    ranked = sorted(documents, key=lambda a: (-ballot.followed[a], a))
    valid = [a for a in ranked if not errors(checker.check(documents[a]))]
    votes = {a: ballot.followed[a] for a in documents}
    if valid:
        rule = "whole annotation of the annotator who was followed most often"
        ballot.note("article", "", votes, valid[0], rule)
        return Adjudicated(article, documents[valid[0]].with_annotator(GOLD), tuple(ballot.log))
    for annotator in ranked:
        silent = Ballot(ballot.article_id, ballot.frequencies)
        draft = merge({annotator: documents[annotator]}, checker.scheme, silent)
        document, left = repair(draft, checker, silent)
        if not left:
            rule = "repaired annotation of the annotator who was followed most often"
            ballot.note("article", "", votes, annotator, rule)
            return Adjudicated(article, document, (*ballot.log, *silent.log))
    ballot.note("article", "", votes, None, "no annotation is free of errors")
    return Adjudicated(article, None, tuple(ballot.log))
