"""A corpus becomes its measures, overall and for every two annotators."""

from collections.abc import Iterable, Iterator, Sequence

from signalbook.schema.documents.records import Span

from .corpus import Corpus, re_mentions
from .field_measures import alpha_measure, matching_measures, secondary_coefficients
from .field_units import Layer, layers
from .gamma_measures import gamma_category_measures, position_measures
from .measure import Measure
from .pairwise_f1 import relation_measures, set_measures, span_measures
from .relation_measures import relation_alphas
from .span_arrays import marked_spans
from .span_category_measures import category_measures
from .span_groups import Group, Marked, group_articles
from .unitizing_measures import character_category_measures, character_measures


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


def measures(
    corpus: Corpus,
    groups: Sequence[Sequence[Group[int]]] | None = None,
    *,
    gamma_samples: int = 30,
    seed: int = 0,
    fields: Iterable[Layer] | None = None,
) -> list[Measure]:
    """Every measure of the corpus, spans first, then in the order of the scheme.

    Secondary coefficients follow the primary one of their field.

    Args:
        corpus: The annotations.
        groups: For each article its groups of matched spans.
        gamma_samples: Random continua of each document, at most; 0 leaves gamma out.
        seed: Of these.
        fields: The layers of the fields, if they are at hand.
    """
    groups = align(corpus) if groups is None else groups
    found = [*span_measures(corpus)]
    found += _of_spans(corpus, groups, gamma_samples, seed)
    for layer in layers(corpus, groups) if fields is None else fields:
        found += [alpha_measure(layer, corpus), *secondary_coefficients(layer, corpus)]
    found += relation_measures(corpus)
    found += relation_alphas(corpus, marked_spans(corpus))
    found += set_measures(corpus)
    return found


def _of_spans(
    corpus: Corpus, groups: Sequence[Sequence[Group[int]]], gamma_samples: int, seed: int
) -> Iterator[Measure]:
    """Whether spans are found, beside F1; then whether they are called the same."""
    marked = marked_spans(corpus)
    if gamma_samples:
        yield from position_measures(corpus, marked, samples=gamma_samples, seed=seed)
    yield from character_measures(corpus, marked)
    yield from matching_measures(corpus, groups)
    if gamma_samples:
        yield from gamma_category_measures(corpus, marked, samples=gamma_samples, seed=seed)
    yield from category_measures(corpus, marked)
    yield from character_category_measures(corpus, marked)
