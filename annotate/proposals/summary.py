"""Propose the parties of several articles, and say of each what was proposed."""

from collections.abc import Iterable
from dataclasses import dataclass

from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.scheme.model import Scheme

from .propose import propose


@dataclass(frozen=True)
class Proposal:
    """What was proposed of one article."""

    article: str
    #: Each party, by the words of its first mention.
    parties: tuple[str, ...]
    mentions: int


def propose_each(
    articles: Iterable[Article], scheme: Scheme
) -> tuple[dict[str, AnnotationDocument], tuple[Proposal, ...]]:
    """The proposed documents by article, and what was proposed of every one of the articles."""
    documents: dict[str, AnnotationDocument] = {}
    proposals: list[Proposal] = []
    for article in articles:
        document = propose(article, scheme)
        if document is not None:
            documents[article.id] = document
        proposals.append(_proposal(article, document, scheme))
    return documents, tuple(proposals)


def _proposal(article: Article, document: AnnotationDocument | None, scheme: Scheme) -> Proposal:
    first: dict[str, str] = {}
    spans = document.spans if document is not None else ()
    for span in spans:
        mention = scheme.span_type(span.type).party_field
        if mention is not None:
            first.setdefault(str(span.attributes[mention.name]), span.text or "")
    return Proposal(article.id, tuple(first.values()), len(spans))
