"""Find the units of a corpus in a release: the span of gold that each became, and its split."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from signalbook.schema.documents.records import AnnotationDocument, Span
from signalbook.schema.scheme.model import Scheme

from .coded_corpus import CodedCorpus, SpanUnit
from .comparison_key import ComparedDocument
from .corpus import Corpus, coreferent_spans, first_mentions, gather
from .equal_extents import Content, content
from .span_groups import align_articles, typical_extent

Value = TypeVar("Value", bound=Hashable)
#: Article, annotator and id of a span.
_SpanKey: TypeAlias = tuple[int, int, str]
#: Article -> its gold annotation.
_Gold: TypeAlias = Mapping[int, AnnotationDocument]
#: Article -> some of the spans of its gold annotation.
_GoldSpans: TypeAlias = Mapping[int, Sequence[Span]]
#: Who stands beside whom when units are matched with gold.
_ANNOTATORS, _GOLD = 0, 1


@dataclass(frozen=True)
class InRelease:
    """Where units are found; nothing is known of what is not released, or has no gold yet."""

    corpus: Corpus
    #: Article -> its gold annotation, as it can be compared with those of annotators.
    gold: Mapping[int, ComparedDocument] = field(default_factory=dict[int, ComparedDocument])
    #: Of each span in a group, which is of one type, the id of the span of gold.
    of_groups: Mapping[_SpanKey, str] = field(default_factory=dict[_SpanKey, str])
    #: The same of each span at a place, whatever the types there.
    of_places: Mapping[_SpanKey, str] = field(default_factory=dict[_SpanKey, str])
    #: Article id -> split.
    splits: Mapping[str, str] = field(default_factory=dict[str, str])

    def split(self, article: int) -> str | None:
        """The split of an article, if it is released."""
        return self.splits.get(self.corpus.articles[article])

    def gold_span_id(self, unit: SpanUnit, *, at_place: bool = False) -> str | None:
        """The id of the span of gold, if there is one."""
        known = self.of_places if at_place else self.of_groups
        return next((known[key] for key in _keys(unit) if key in known), None)

    def span_ids(self, unit: SpanUnit) -> list[tuple[str, str]] | None:
        """Annotator and id of each span; None of a unit that is not one of spans."""
        names = self.corpus.annotators
        return [(names[annotator], span.id) for annotator, span in sorted(unit[1].items())] or None


def find_in_release(
    coded: CodedCorpus, gold: Iterable[AnnotationDocument], splits: Mapping[str, str]
) -> InRelease:
    """Match the spans of gold with units of annotators, as these are matched with each other.

    The units are there before gold is looked at, so that it changes none of them.

    Args:
        coded: What annotators say.
        gold: The gold annotations, one of an article.
        splits: Article id -> split.
    """
    corpus = coded.corpus
    number = {id: article for article, id in enumerate(corpus.articles)}
    decided = gather(gold, corpus.scheme)
    views = {
        number[id]: view
        for (article, _), view in decided.views.items()
        if (id := decided.articles[article]) in number
    }
    if not views:
        return InRelease(corpus, splits=splits)
    documents = {article: view.document for article, view in views.items()}
    of_groups = _by_type(coded, documents)
    of_places = dict(_by_place(coded, documents, of_groups))
    return InRelease(corpus, views, of_groups, of_places, splits)


def _by_type(coded: CodedCorpus, gold: _Gold) -> dict[_SpanKey, str]:
    """First mentions with those of gold, further ones with such; what is left over with the rest."""
    scheme = coded.corpus.scheme
    found: dict[_SpanKey, str] = {}
    groups = [
        [(article, group.spans) for article, _, group in groups]
        for groups in (coded.groups, coded.coreferent_groups)
    ]
    marked = [_marked(gold, scheme), _marked(gold, scheme, coreferent_spans)]
    for units, spans in zip(groups, marked, strict=True):
        found |= _of_one_type(coded.corpus, units, gold, spans)
    taken = {(article, id) for (article, _, _), id in found.items()}
    rest: dict[int, list[Span]] = {}
    for article, span in ((a, span) for spans in marked for a in spans for span in spans[a]):
        if (article, span.id) not in taken:
            rest.setdefault(article, []).append(span)
    units = [u for units in groups for u in units if not any(key in found for key in _keys(u))]
    return found | dict(_of_one_type(coded.corpus, units, gold, rest))


def _of_one_type(
    corpus: Corpus, units: Sequence[SpanUnit], gold: _Gold, marked: _GoldSpans
) -> Iterator[tuple[_SpanKey, str]]:
    """Groups with spans of gold of the same type; of equal extents, what most say decides."""

    def most_say(unit: int) -> Content:
        article, spans = units[unit]
        contents = [
            content(span, corpus.documents[article, annotator], corpus.scheme)
            for annotator, span in sorted(spans.items())
        ]
        return tuple(_commonest(values) for values in zip(*contents, strict=True))

    def gold_says(article: int, span: Span) -> Content:
        return content(span, gold[article], corpus.scheme)

    return _matched(units, marked, most_say, gold_says)


def _by_place(
    coded: CodedCorpus, gold: _Gold, of_groups: Mapping[_SpanKey, str]
) -> Iterator[tuple[_SpanKey, str]]:
    """Places with spans of gold of any type; of equal extents, the type and the group decide."""
    units, marked = coded.spans_at_places, _marked(gold, coded.corpus.scheme)
    types = {(article, span.id): span.type for article in marked for span in marked[article]}

    def most_are(unit: int) -> Content:
        type_ = _commonest(span.type for _, span in sorted(units[unit][1].items()))
        matched = [of_groups[key] for key in _keys(units[unit]) if key in of_groups]
        return type_, _commonest(matched) if matched else None

    return _matched(
        units,
        {article: [*map(_untyped, spans)] for article, spans in marked.items()},
        most_are,
        lambda article, span: (types[article, span.id], span.id),
        prepared=_untyped,
    )


def _matched(
    units: Sequence[SpanUnit],
    gold: _GoldSpans,
    content_of_unit: Callable[[int], Content],
    content_of_gold: Callable[[int, Span], Content],
    prepared: Callable[[Span], Span] = lambda span: span,
) -> Iterator[tuple[_SpanKey, str]]:
    """Each span of a unit that has a span of gold, and the id of that."""
    of_article: dict[int, list[Span]] = {article: [] for article in gold}
    for number, (article, spans) in enumerate(units):
        if article in gold:
            start, end = typical_extent([(span.start, span.end) for span in spans.values()])
            one = prepared(next(iter(spans.values())))
            of_article[article].append(
                one.model_copy(update={"id": str(number), "start": start, "end": end})
            )
    articles = sorted(gold)

    def content_of(place: int, who: int, span: Span) -> Content:
        if who == _GOLD:
            return content_of_gold(articles[place], span)
        return content_of_unit(int(span.id))

    beside = [{_ANNOTATORS: of_article[article], _GOLD: gold[article]} for article in articles]
    for groups in align_articles(beside, content_of):
        for group in groups:
            if len(group) > 1:
                for key in _keys(units[int(group[_ANNOTATORS].id)]):
                    yield key, group[_GOLD].id


def _marked(
    gold: _Gold,
    scheme: Scheme,
    of_document: Callable[[AnnotationDocument, Scheme], list[Span]] = first_mentions,
) -> dict[int, list[Span]]:
    """The spans that can be units, as those of annotators are."""
    return {article: of_document(document, scheme) for article, document in gold.items()}


def _commonest(values: Iterable[Value]) -> Value:
    """The first of those that occur most."""
    return Counter(values).most_common(1)[0][0]


def _untyped(span: Span) -> Span:
    return span.model_copy(update={"type": ""})


def _keys(unit: SpanUnit) -> Iterator[_SpanKey]:
    article, spans = unit
    return ((article, annotator, span.id) for annotator, span in sorted(spans.items()))
