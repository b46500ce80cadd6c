"""Every measure of a corpus, overall."""

from collections.abc import Iterator

from .coded_corpus import CodedCorpus
from .field_measures import field_measure, matching_measures, secondary_coefficients
from .gamma_measures import Gammas
from .measure import Measure
from .pairwise_f1 import set_measures, span_measures
from .relation_measures import relation_measures
from .span_category_measures import category_measures
from .unitizing_measures import character_category_measures, character_measures


def measures(coded: CodedCorpus, *, gamma_samples: int = 30, seed: int = 0) -> list[Measure]:
    """Every measure of the layers that the scheme has, spans first, then in its order.

    Secondary coefficients follow the primary one of their field.

    Args:
        coded: The annotations.
        gamma_samples: Random continua of each document, at most; 0 leaves gamma out.
        seed: The seed of these.
    """
    return [
        *_of_spans(coded, gamma_samples, seed),
        *_of_fields(coded),
        *relation_measures(coded),
        *set_measures(coded.corpus),
    ]


def _of_fields(coded: CodedCorpus) -> Iterator[Measure]:
    for field in coded.fields:
        yield field_measure(field, coded.corpus)
        yield from secondary_coefficients(field, coded.corpus)


def _of_spans(coded: CodedCorpus, gamma_samples: int, seed: int) -> Iterator[Measure]:
    """Whether spans are found; then whether they are called the same."""
    if not coded.corpus.scheme.span_types:
        return
    gammas = Gammas(coded, samples=gamma_samples, seed=seed)
    yield from span_measures(coded)
    if gamma_samples:
        yield from gammas.of_positions()
    yield from character_measures(coded)
    yield from matching_measures(coded)
    if gamma_samples:
        yield from gammas.of_categories()
    yield from category_measures(coded)
    yield from character_category_measures(coded)
