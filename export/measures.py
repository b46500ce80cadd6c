"""A corpus becomes its measures, overall and for every two annotators."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from signalbook.schema.records import Span

from .alpha_measures import alpha_measure
from .corpus import Corpus, re_mentions
from .f1_measures import relation_measures, set_measures, span_measures
from .grouping import Group, Marked, group_articles
from .layers import layers
from .measure import Measure


def align(corpus: Corpus) -> list[list[Group[int]]]:
    """For each article the groups of spans that annotators mean to be the same; first mentions."""
    articles: list[Marked[int]] = []
    for article in range(len(corpus.articles)):
        marked: dict[int, list[Span]] = {}
        for annotator, document in corpus.of_article(article):
            again = re_mentions(document, corpus.scheme)
            marked[annotator] = [span for span in document.spans if span.id not in again]
        articles.append(marked)
    return group_articles(articles)


def measures(corpus: Corpus, groups: Sequence[Sequence[Group[int]]] | None = None) -> list[Measure]:
    """Every measure of the corpus, spans first, then in the order of the scheme."""
    groups = align(corpus) if groups is None else groups
    found = [*span_measures(corpus)]
    found += [alpha_measure(layer, corpus) for layer in layers(corpus, groups)]
    found += relation_measures(corpus)
    found += set_measures(corpus)
    return found


def pairwise(corpus: Corpus) -> Iterator[tuple[str, str, list[Measure]]]:
    """The measures of every two annotators who saw an article together."""
    for one, other in combinations(range(len(corpus.annotators)), 2):
        pair = corpus.only((one, other))
        if pair.doubly_annotated:
            yield corpus.annotators[one], corpus.annotators[other], measures(pair)
