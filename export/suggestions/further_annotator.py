"""Whether a model is as good as a further annotator, by articles whose annotators did not see it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signalbook.export.coefficients.alternative_annotator import (
    AlternativeAnnotatorTest,
    alternative_annotator_test,
)
from signalbook.export.coefficients.coefficient import Floats

from .span_scores import span_f1
from .suggested import Suggested

#: What the paper takes for crowd workers, trained annotators and experts.
EPSILONS = (0.1, 0.15, 0.2)
ALL = "all"


@dataclass(frozen=True)
class FurtherAnnotator:
    """The test of a model by the spans of one type, or of all that it suggests."""

    #: Span type, or `all`.
    unit: str
    #: One for each of `EPSILONS`.
    tests: tuple[AlternativeAnnotatorTest, ...]
    #: Articles on which anybody could be compared.
    articles: int


def further_annotator(suggested: Suggested) -> list[FurtherAnnotator]:
    """The test for each span type that the model suggests, and for all of them.

    An article is one instance. Whoever is compared on it scores the mean F1 with each of the other
    annotators, over spans of the same type that overlap; two who mark nothing score 1. Only
    annotators from whom the prediction was kept back count, for others have followed it.
    """
    types = suggested.span_types
    units = [(name, [name]) for name in types]
    units = [(ALL, [*types]), *units] if len(types) > 1 else units
    return [_tested(suggested, unit, of_unit) for unit, of_unit in units]


def _tested(suggested: Suggested, unit: str, types: Sequence[str]) -> FurtherAnnotator:
    model, annotators = _scores(suggested, types)
    tests = tuple(alternative_annotator_test(model, annotators, epsilon=e) for e in EPSILONS)
    return FurtherAnnotator(unit, tests, int(np.isfinite(model).any(axis=0).sum()))


def _scores(suggested: Suggested, types: Sequence[str]) -> tuple[Floats, Floats]:
    """How like the others the model and each annotator are, ``[annotators, articles]``."""
    corpus, places = suggested.corpus, suggested.kept_back
    model = np.full((len(corpus.annotators), len(corpus.articles)), np.nan)
    annotators = model.copy()
    by_article: dict[int, list[int]] = {}
    for article, annotator in sorted(places):
        by_article.setdefault(article, []).append(annotator)
    for article, people in by_article.items():
        documents = {who: corpus.documents[article, who] for who in people}
        prediction = places[article, people[0]].prediction
        of_model = {who: span_f1(prediction, documents[who], types) for who in people}
        for who in people:
            others = [other for other in people if other != who]
            if others:
                model[who, article] = np.mean([of_model[other] for other in others])
                annotators[who, article] = np.mean(
                    [span_f1(documents[who], documents[other], types) for other in others]
                )
    return model, annotators
