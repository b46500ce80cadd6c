"""What annotators do with suggestions against what they do without, where chance decided which.

Every measure is taken in both arms, and the interval of the difference is over articles: those of
both arms are drawn again together, so that articles which are in both, as when annotators are drawn
apart, count for what they share.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.measure import Measure, is_followed
from signalbook.export.coefficients.bootstrap import ConfidenceInterval, confidence_interval
from signalbook.export.coefficients.coefficient import Bools, Floats, divide
from signalbook.export.coefficients.span_matching import f1, match_spans, span_counts
from signalbook.schema.documents.suggestions import Suggestion

from .span_scores import of_documents
from .suggested import Place, Suggested

#: Sums over articles -> the value; NaN where undefined.
_Statistic = Callable[[Floats], Floats]

#: Below this many articles, the percentile interval of a difference is too short.
MIN_ARTICLES = 30
SPANS, MINUTES, WITH_MODEL = "spans", "minutes", "with the suggestion"


@dataclass(frozen=True)
class ArmDifference:
    """One measure in both arms."""

    #: A measure of agreement between annotators, or one of the three above.
    measure: Measure | str
    with_suggestions: float | None
    without: float | None
    #: With minus without.
    difference: ConfidenceInterval

    @property
    def is_known(self) -> bool:
        """Whether there is a value in either arm."""
        return self.with_suggestions is not None or self.without is not None


@dataclass(frozen=True)
class Arms:
    """The documents that were drawn to be made with suggestions, and without."""

    suggested: Suggested
    shown: Mapping[Place, Suggestion]
    kept_back: Mapping[Place, Suggestion]
    differences: tuple[ArmDifference, ...]

    @property
    def shares(self) -> list[float]:
        """The shares without that were set when these were drawn."""
        drawn = (*self.shown.values(), *self.kept_back.values())
        return sorted({s.without for s in drawn if s.without is not None})

    @property
    def articles(self) -> int:
        """How many articles the documents are of."""
        return len({article for article, _ in (*self.shown, *self.kept_back)})


def compare_arms(suggested: Suggested, *, replicates: int = 1000, seed: int = 0) -> Arms:
    """Both arms, and how they differ; no difference where one is empty.

    Args:
        suggested: The suggestions of one model.
        replicates: Samples of articles that the intervals rest on.
        seed: Seed of these samples.
    """
    shown = {p: s for p, s in suggested.shown.items() if s.is_drawn}
    kept_back = {p: s for p, s in suggested.kept_back.items() if s.is_drawn}
    arms = Arms(suggested, shown, kept_back, ())
    if not shown or not kept_back:
        return arms
    found = (
        _difference(measure, sides, relevant, replicates, seed)
        for measure, sides, relevant in _sides(arms)
    )
    return replace(arms, differences=tuple(found))


@dataclass(frozen=True)
class _Side:
    """One measure in one arm."""

    #: ``[A, ...]``
    sums: Floats
    statistic: _Statistic


def _sides(arms: Arms) -> Iterator[tuple[Measure | str, tuple[_Side, _Side], Bools]]:
    """Every measure in both arms, and the articles that could inform it."""
    parts = (arms.shown, arms.kept_back)
    for name, summed, statistic in (
        (SPANS, _span_sums, _mean),
        (MINUTES, _minute_sums, _geometric_mean),
        (WITH_MODEL, _model_sums, f1),
    ):
        sides = [_Side(summed(arms.suggested, part), statistic) for part in parts]
        relevant = np.any([side.sums.any(axis=1) for side in sides], axis=0)
        yield name, (sides[0], sides[1]), relevant
    corpora = [_only(arms.suggested.corpus, part) for part in parts]
    compared = np.asarray(corpora[0].compared | corpora[1].compared, dtype=np.bool_)
    if all(corpus.doubly_annotated for corpus in corpora):
        with_, without = ({m.name: m for m in _primary(corpus)} for corpus in corpora)
        for measure_name, measure in with_.items():
            if measure_name in without:
                yield measure, (_side(measure), _side(without[measure_name])), compared


def _only(corpus: Corpus, places: Iterable[Place]) -> Corpus:
    """The same articles with the documents of one arm."""
    return replace(corpus, documents={place: corpus.documents[place] for place in places})


def _primary(corpus: Corpus) -> Iterator[Measure]:
    """The measures to follow; all primary ones where the scheme sets no target."""
    primary = [m for m in measures(code_corpus(corpus), gamma_samples=0) if not m.name.secondary]
    judges = any(m.target is not None for m in primary)
    return iter([m for m in primary if is_followed(m)] if judges else primary)


def _side(measure: Measure) -> _Side:
    return _Side(measure.statistics, measure.statistic)


def _difference(
    measure: Measure | str,
    sides: tuple[_Side, _Side],
    relevant: Bools,
    replicates: int,
    seed: int,
) -> ArmDifference:
    first, second = sides
    flat = [side.sums.reshape(len(relevant), -1) for side in sides]
    cut = flat[0].shape[1]

    def both(sums: Floats) -> tuple[Floats, Floats]:
        lead = sums.shape[:-1]
        return (
            first.statistic(sums[..., :cut].reshape(*lead, *first.sums.shape[1:])),
            second.statistic(sums[..., cut:].reshape(*lead, *second.sums.shape[1:])),
        )

    def difference(sums: Floats) -> Floats:
        with_, without = both(sums)
        return np.asarray(with_ - without, dtype=np.float64)

    sums = np.concatenate(flat, axis=1)[relevant]
    with_, without = map(float, both(sums.sum(axis=0)))
    return ArmDifference(
        measure,
        with_ if np.isfinite(with_) else None,
        without if np.isfinite(without) else None,
        confidence_interval(
            sums,
            difference,
            method="jackknife" if len(sums) < MIN_ARTICLES else "percentile",
            replicates=replicates,
            seed=seed,
            thresholds=(0.0,),
        ),
    )


def _span_sums(suggested: Suggested, places: Iterable[Place]) -> Floats:
    """Spans of the suggested types, and documents, of each article."""
    types = {*suggested.span_types}
    sums = np.zeros((len(suggested.corpus.articles), 2))
    for place in places:
        spans = suggested.corpus.documents[place].spans
        sums[place[0]] += sum(span.type in types for span in spans), 1
    return sums


def _minute_sums(suggested: Suggested, places: Iterable[Place]) -> Floats:
    """Logarithms of minutes, and documents with a time, of each article."""
    sums = np.zeros((len(suggested.corpus.articles), 2))
    for place in places:
        seconds = suggested.corpus.documents[place].annotator.lead_time_s
        if seconds is not None and seconds > 0:
            sums[place[0]] += np.log(seconds / 60), 1
    return sums


def _model_sums(suggested: Suggested, places: Iterable[Place]) -> Floats:
    """True positives, false positives and false negatives of annotators against the suggestion."""
    sums = np.zeros((len(suggested.corpus.articles), 3))
    for place in places:
        document = suggested.corpus.documents[place]
        pair = of_documents((suggested.all[place].prediction, document), suggested.span_types)
        matching = match_spans(*pair, criterion="overlap", same_label=True)
        sums[place[0]] += span_counts(*pair, matching, np.ones(1, dtype=np.bool_))[0]
    return sums


def _mean(sums: Floats) -> Floats:
    return divide(sums[..., 0], sums[..., 1])


def _geometric_mean(sums: Floats) -> Floats:
    return np.asarray(np.exp(_mean(sums)), dtype=np.float64)
