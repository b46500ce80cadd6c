"""Several annotations of one article become one gold annotation that keeps every rule.

Units and fields are voted on (merge.py), then what breaks a rule is repaired (repair.py). If that
fails, the annotation of the annotator who was followed most often stands in, valid ones first.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from signalbook.export.agreement.span_groups import SpanGroup, align_documents
from signalbook.export.validation.checker import Checker
from signalbook.export.validation.messages import Issue
from signalbook.schema.documents.annotators import is_gold
from signalbook.schema.documents.derived import with_derived
from signalbook.schema.documents.jsonl import documents_hash, write_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.documents.repeats import refuse_repeats
from signalbook.schema.documents.same_article import refuse_other_texts
from signalbook.schema.filesystem import write_text
from signalbook.schema.progress import OnCount, silent
from signalbook.schema.scheme.model import Scheme

from .decision_log import Adjudicated, HumanDecision
from .gold_draft import GOLD, GoldDraft, party_names
from .gold_record import GoldRecord, annotations_hash, scheme_name, write_record
from .merge import merge
from .party_matching import Documents, by_annotator
from .repair import repair
from .rulings import Rulings
from .voting import Decision, VoteLog, value_frequencies

if TYPE_CHECKING:
    from signalbook.export.annotators.models import Model

    from .model_choice import ModelChoice

#: Nobody has decided anything.
NO_LOG: Mapping[str, Adjudicated] = MappingProxyType({})


@dataclass(frozen=True)
class AdjudicatedArticle:
    """The gold annotation of one article, and how it came about."""

    article_id: str
    #: None: no annotation of this article, and no mixture of them, is free of errors.
    document: AnnotationDocument | None
    decisions: tuple[Decision, ...]
    #: Hash of the annotations that it was made from.
    made_from: str = ""
    #: Somebody made or changed it, and it was kept.
    by_hand: bool = False
    #: Only one annotator has labelled the article.
    is_of_one: bool = False
    #: What a person made of it, by the log of decisions.
    adjudicated: Adjudicated | None = None
    #: The decisions of that person that count.
    ruled: tuple[HumanDecision, ...] = ()
    #: What that person has to decide again, since annotators have other readings now.
    flagged: tuple[HumanDecision, ...] = ()
    #: The rules that what was decided breaks, where one annotator's annotation stands instead of it.
    set_aside: tuple[str, ...] = ()
    #: What follows from the votes alone where no annotation is free of errors: a start for a person.
    draft: AnnotationDocument | None = None

    @property
    def followed_decisions(self) -> list[Decision]:
        """The decisions that the document follows.

        Where a whole annotation was taken in the end, what was tried before counts no more.
        """
        followed: list[Decision] = []
        for decision in self.decisions:
            if decision.is_of_article:
                followed.clear()
            followed.append(decision)
        return followed

    @property
    def left_out(self) -> list[Decision]:
        """The repairs that took a unit out of the document that stands."""
        return [decision for decision in self.followed_decisions if decision.leaves_out]


@dataclass(frozen=True)
class Adjudication:
    """The gold annotations of many articles, and how they came about."""

    scheme: Scheme
    #: In the order of the article ids.
    articles: tuple[AdjudicatedArticle, ...]
    #: How the log names decisions of the model of annotators; None if votes alone decided.
    model_rule: str | None = None
    #: kind.unit.field -> why the model left it to the votes.
    left_to_votes: Mapping[str, str] = field(default_factory=dict[str, str])
    #: What decides where annotators differ and no person has decided.
    policy: "Model" = "majority"

    @property
    def gold(self) -> list[AnnotationDocument]:
        """The gold annotations of all articles that have one."""
        return [a.document for a in self.articles if a.document is not None]

    @property
    def without_gold(self) -> list[str]:
        """Ids of the articles that have none."""
        return [a.article_id for a in self.articles if a.document is None]

    @cached_property
    def decisions(self) -> list[Decision]:
        """Every choice between annotators and every repair."""
        return [decision for article in self.articles for decision in article.decisions]

    @cached_property
    def record(self) -> GoldRecord:
        """What the gold annotations were made from."""
        with_gold = [article for article in self.articles if article.document]
        return GoldRecord(
            scheme_name(self.scheme),
            made_from={a.article_id: a.made_from for a in with_gold if a.made_from},
            written={
                a.article_id: documents_hash([a.document])
                for a in with_gold
                if a.document and not a.by_hand
            },
            policy=self.policy,
            log={a.article_id: a.adjudicated.sha256 for a in with_gold if a.adjudicated},
            ruled={a.article_id: len(a.ruled) for a in with_gold if a.ruled},
            flagged={a.article_id: len(a.flagged) for a in with_gold if a.flagged},
            open={a.article_id: n for a in with_gold if (n := sum(d.is_open for d in a.decisions))},
            of_one=[a.article_id for a in with_gold if a.is_of_one],
        )

    def would_lose(
        self, existing: Sequence[AnnotationDocument], record: GoldRecord | None
    ) -> list[AnnotationDocument]:
        """The gold annotations that these would replace, or leave out, and nobody could remake."""
        if record is None or record.scheme != scheme_name(self.scheme):
            return [*existing]
        articles = {article.article_id for article in self.articles}
        lost = record.by_hand(existing)
        return lost + [d for d in existing if d.article.id not in articles and d not in lost]

    def keeping(self, kept: Iterable[AnnotationDocument]) -> "Adjudication":
        """The same, with these gold annotations in the place of what was decided.

        The metadata of an article are those that its annotations have now.
        """
        articles = {article.article_id: article for article in self.articles}
        for document in kept:
            id = document.article.id
            before = articles.get(id) or AdjudicatedArticle(id, None, ())
            now = before.document.article if before.document else document.article
            same_text = now.text_sha256 == document.article.text_sha256
            update = {"article": now} if same_text else {}
            kept_one = document.model_copy(update=update)
            rule = "gold made by hand, kept"
            decision = Decision(id, "article", "", {}, GOLD.id, rule)
            articles[id] = replace(
                before,
                document=kept_one,
                decisions=(decision,),
                by_hand=True,
                set_aside=(),
                ruled=(),
                flagged=(),
            )
        return replace(self, articles=tuple(articles[id] for id in sorted(articles)))

    def write(self, gold: Path, log: Path) -> None:
        """Write the gold annotations, the record of what they were made from, and the decisions."""
        write_documents(gold, self.gold)
        write_record(gold, self.record)
        write_text(log, "".join(decision.to_json() + "\n" for decision in self.decisions))


def adjudicate(
    documents: Iterable[AnnotationDocument],
    scheme: Scheme,
    *,
    model: "Model" = "majority",
    log: Mapping[str, Adjudicated] = NO_LOG,
    on_count: OnCount = silent,
) -> Adjudication:
    """One gold annotation per article; gold among the documents is passed over.

    It follows from the annotations, from what people decided, and from the model: nothing else.

    Args:
        documents: All annotations.
        scheme: The scheme of all documents.
        model: What decides where annotators differ, and nobody has decided.
        log: Article id -> what a person made of it, which counts as far as annotators still have
            what it was decided between.
        on_count: Is given after every article how many are done, and of how many.

    Raises:
        FindingsError: An annotator has two documents of an article, and would vote twice, or the documents
            of an article are not about one text.
    """
    voting = [document for document in documents if not is_gold(document)]
    refuse_repeats(voting)
    refuse_other_texts(voting)
    by_article: dict[str, list[AnnotationDocument]] = defaultdict(list)
    for document in voting:
        by_article[document.article.id].append(document)
    checker, frequencies = Checker(scheme, warns=False), value_frequencies(voting)
    tie_breaker = _tie_breaker(voting, scheme, model)
    # What is computed is not voted on; it follows from what the gold annotation has.
    of_annotators = {
        article: by_annotator(with_derived(document, scheme) for document in of_article)
        for article, of_article in sorted(by_article.items())
    }
    groups = align_documents([*of_annotators.values()], scheme)
    adjudicated: list[AdjudicatedArticle] = []
    for (article, annotations), aligned in zip(of_annotators.items(), groups, strict=True):
        votes, of_article = VoteLog(article, frequencies, tie_breaker), by_article[article]
        if article in log:
            result = _ruled_article(annotations, checker, votes, log[article])
        else:
            result = _adjudicate_article(annotations, checker, votes, aligned)
        adjudicated.append(
            replace(result, made_from=annotations_hash(of_article), is_of_one=len(of_article) == 1)
        )
        on_count(len(adjudicated), len(by_article))
    if tie_breaker is None:
        return Adjudication(scheme, tuple(adjudicated))
    rule, left_to_votes = tie_breaker.rule, tie_breaker.left_to_votes
    return Adjudication(scheme, tuple(adjudicated), rule, left_to_votes, policy=model)


def _tie_breaker(
    documents: Sequence[AnnotationDocument], scheme: Scheme, model: "Model"
) -> "ModelChoice | None":
    if model == "majority":
        return None
    from .model_choice import learn

    return learn(documents, scheme, model)


def _adjudicate_article(
    documents: Documents,
    checker: Checker,
    vote_log: VoteLog,
    groups: Sequence[SpanGroup[str]],
) -> AdjudicatedArticle:
    if len(documents) == 1:
        [(annotator, document)] = documents.items()
        gold = document.with_annotator(GOLD)
        if not checker.has_error(gold):
            vote_log.record("article", "", {annotator: True}, True, "only one annotator")
            return _adjudicated(vote_log, gold)
    return _merged_article(documents, checker, vote_log, groups=groups)


def _ruled_article(
    documents: Documents, checker: Checker, vote_log: VoteLog, line: Adjudicated
) -> AdjudicatedArticle:
    """The gold annotation of an article that a person has adjudicated."""
    [text] = {document.article.text_sha256 for document in documents.values()}
    if line.document.article.text_sha256 != text:  # decided about another text
        result = _merged_article(documents, checker, vote_log)
        return replace(result, adjudicated=line, flagged=line.decisions)
    rulings = Rulings.of(line)
    result = _merged_article(documents, checker, vote_log, rulings)
    ruled = () if result.set_aside else tuple(rulings.taken)
    return replace(result, adjudicated=line, ruled=ruled, flagged=tuple(rulings.flagged))


def _merged_article(
    documents: Documents,
    checker: Checker,
    vote_log: VoteLog,
    rulings: Rulings | None = None,
    *,
    groups: Sequence[SpanGroup[str]] | None = None,
) -> AdjudicatedArticle:
    draft = merge(documents, checker.scheme, vote_log, rulings, groups=groups)
    document, left = _repaired(draft, checker, vote_log)
    if not left:
        return _adjudicated(vote_log, document)
    rules = tuple(sorted({issue.id for issue in left}))
    result = _most_followed(documents, checker, vote_log, rules)
    return replace(result, draft=document) if result.document is None else result


def _repaired(
    draft: GoldDraft, checker: Checker, vote_log: VoteLog
) -> tuple[AnnotationDocument, list[Issue]]:
    """The draft as a document, with as many rules kept as can be, and the errors that are left."""
    document, left = repair(draft, checker, vote_log)
    references = {field.name for _, field in checker.scheme.fields() if field.is_reference}
    vote_log.name_parties(party_names(draft, checker.scheme), references)
    return document, left


def _adjudicated(vote_log: VoteLog, document: AnnotationDocument | None) -> AdjudicatedArticle:
    return AdjudicatedArticle(vote_log.article_id, document, tuple(vote_log.decisions))


def _most_followed(
    documents: Documents, checker: Checker, vote_log: VoteLog, rules: tuple[str, ...]
) -> AdjudicatedArticle:
    """The annotation of the annotator who was followed most often, if it can be had valid.

    Args:
        documents: Annotator -> annotation.
        checker: Checks an annotation.
        vote_log: Has counted who was followed.
        rules: The rules that what was decided breaks.
    """
    since = f", since what was decided breaks {', '.join(rules)}"
    ranked = sorted(documents, key=lambda a: (-vote_log.followed[a], a))
    # As gold they are checked as a whole, also what an earlier stage gave.
    as_gold = {a: document.with_annotator(GOLD) for a, document in documents.items()}
    valid = next((a for a in ranked if not checker.has_error(as_gold[a])), None)
    votes = {a: vote_log.followed[a] for a in documents}
    if valid is not None:
        rule = "whole annotation of the annotator who was followed most often"
        vote_log.record("article", "", votes, valid, f"{rule}{since}")
        return replace(_adjudicated(vote_log, as_gold[valid]), set_aside=rules)
    for annotator in ranked:
        of_one = VoteLog(vote_log.article_id, vote_log.frequencies)
        draft = merge({annotator: documents[annotator]}, checker.scheme, of_one)
        document, left = _repaired(draft, checker, of_one)
        if not left:
            rule = "repaired annotation of the annotator who was followed most often"
            vote_log.record("article", "", votes, annotator, f"{rule}{since}")
            vote_log.decisions.extend(of_one.decisions)
            return replace(_adjudicated(vote_log, document), set_aside=rules)
    vote_log.record("article", "", votes, None, "no annotation is free of errors")
    return _adjudicated(vote_log, None)
