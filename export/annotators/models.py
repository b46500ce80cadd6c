"""Models of annotators: the probable value of every unit, and how competent each annotator is.

Three models stand side by side: the share of votes; Dawid and Skene (1979), which learns what each
annotator takes for what; MACE (Hovy et al. 2013), which learns how often each annotator knows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from signalbook.export.agreement.coded_corpus import CodedCorpus
from signalbook.export.agreement.corpus import Corpus
from signalbook.export.coefficients.coefficient import Floats, Ints
from signalbook.export.coefficients.dawid_skene import fit_dawid_skene
from signalbook.export.coefficients.mace import fit_mace

from .labels import Labels, annotator_labels

Model: TypeAlias = Literal["majority", "dawid-skene", "mace"]
MODELS: tuple[Model, ...] = ("majority", "dawid-skene", "mace")
#: Probabilities below this are not among the posteriors of a release.
MIN_PROBABILITY = 0.001
#: Of each start of MACE; its authors' 50 are often too few to settle.
MAX_ITERATIONS = 200
#: Pseudo-counts of Dawid and Skene's model, for each confusion and in addition for being right.
#: Almost without, the model is far too sure where units are few and values many; these were chosen
#: by simulation (`benchmarks/aggregation.py`).
SMOOTHING, SMOOTHING_RIGHT = 0.75, 4.0
#: Judgements of a unit from which on one can be outvoted.
_MIN_JUDGEMENTS = 3
#: Share of units with so many judgements below which a model learns mostly from units of which
#: nothing tells who is right.
_MIN_OUTVOTABLE = 0.5
#: A competence of nobody above this says that everybody mostly guesses; a value given less often
#: than this where it is true is not what annotators mean by it.
_DOUBTFUL = 0.5


@dataclass(frozen=True)
class Competence:
    """How well one annotator judges one field, or the places of spans, according to one model."""

    #: kind.unit.field, as measures are named.
    name: str
    model: Model
    annotator: str
    #: Majority: share of the annotator's judgements that are those of most, of units that three or
    #: more judged. Dawid-Skene: probability of being right about a unit drawn at random. MACE:
    #: probability of knowing.
    #: None without a judgement that could tell.
    value: float | None
    #: Judgements.
    n: int


@dataclass(frozen=True)
class FittedModel:
    """One model of the labels of one field, or of the places of spans."""

    labels: Labels
    model: Model
    #: Probability of each value of each unit, ``[units, values]``.
    posteriors: Floats
    #: Probability of each value before anyone gives one, ``[values]``.
    prior: Floats
    #: ``P(given | true)``, ``[annotators, true, given]``; None for votes.
    confusion: Floats | None
    #: ``[annotators]``; NaN if unknown.
    competence: Floats
    iterations: int
    converged: bool
    log_likelihood: float | None

    @property
    def outcome(self) -> str:
        """In words, whether the model may be believed to have settled."""
        if self.model == "majority":
            return "counted"
        if self.converged:
            return f"converged after {self.iterations} iterations"
        return f"did not converge in {self.iterations} iterations"

    @property
    def caution(self) -> str:
        """Why the model should not be trusted here; empty if nothing speaks against it."""
        if self.model == "majority":
            return ""
        if thin := self._thin():
            return thin
        competence = self.competence[np.isfinite(self.competence)]
        if self.model == "mace" and competence.max(initial=0.0) < _DOUBTFUL:
            return (
                "takes agreement for guesses of the same frequent value, as MACE may where one "
                "value prevails; do not use its labels"
            )
        if self.model == "dawid-skene" and (strange := self._strange()):
            return (
                f"what it takes for {strange} is mostly called otherwise, so it may have found "
                "a kind of hard unit instead"
            )
        return "" if self.converged else "has not settled; its numbers may still move"

    def _thin(self) -> str:
        """That too few units have judgements enough to outvote one; empty if there are enough."""
        judgements = np.bincount(self.labels.rows)
        many, units = int((judgements >= _MIN_JUDGEMENTS).sum()), len(judgements)
        if not many:
            return "at most two judged a unit, so nothing tells who of them is right"
        if many < _MIN_OUTVOTABLE * units:
            return (
                f"three or more judged {many} of {units} units only, so of most nothing tells who "
                "is right"
            )
        return ""

    def _strange(self) -> str:
        """A value that is true of some units, but that annotators do not give to them."""
        if self.confusion is None:
            return ""
        judged = np.isfinite(self.competence)
        given = np.einsum("rkk->rk", self.confusion)[judged].mean(axis=0)
        occurs = self.posteriors.sum(axis=0) >= 1
        strange = np.flatnonzero(occurs & (given < _DOUBTFUL))
        return self.labels.values[int(strange[0])] if len(strange) else ""


@dataclass(frozen=True)
class Models:
    """Every model of everything that can have one."""

    corpus: Corpus
    fits: tuple[FittedModel, ...]
    #: kind.unit.field -> why it has no model.
    left_out: Mapping[str, str]

    @property
    def competence(self) -> tuple[Competence, ...]:
        """By field, model and annotator."""
        return tuple(c for fit in self.fits for c in _competences(fit, self.corpus))


def fit_models(
    coded: CodedCorpus,
    *,
    models: Iterable[Model] = MODELS,
    restarts: int = 10,
    seed: int = 0,
) -> Models:
    """Fit every model to every field, and to the places of spans.

    Args:
        coded: The annotations; articles that one annotator saw take part.
        models: Which models.
        restarts: Random starts of MACE; the likeliest is kept.
        seed: The seed of these.
    """
    corpus = coded.corpus
    fits: list[FittedModel] = []
    left_out: dict[str, str] = {}
    for of_field in annotator_labels(coded):
        if of_field.reason:
            left_out[of_field.name] = of_field.reason
            continue
        fits += [_fit(of_field, model, len(corpus.annotators), restarts, seed) for model in models]
    return Models(corpus, tuple(fits), left_out)


def _fit(labels: Labels, model: Model, n_annotators: int, restarts: int, seed: int) -> FittedModel:
    if model == "majority":
        return _majority(labels, n_annotators)
    data = labels.rows, labels.annotators, labels.codes, len(labels.values)
    if model == "dawid-skene":
        ds = fit_dawid_skene(
            *data,
            n_units=len(labels.numbers),
            n_raters=n_annotators,
            smoothing=SMOOTHING,
            right=SMOOTHING_RIGHT,
        )
        return FittedModel(
            labels, model, ds.posteriors, ds.prior, ds.confusion, ds.competence,
            ds.iterations, ds.converged, ds.log_likelihood,
        )  # fmt: skip
    fitted = fit_mace(
        *data,
        n_units=len(labels.numbers),
        n_raters=n_annotators,
        n_restarts=restarts,
        max_iterations=MAX_ITERATIONS,
        seed=seed,
    )
    many = len(labels.values)
    knows = np.nan_to_num(fitted.competence)[:, None, None]
    confusion = knows * np.eye(many) + (1 - knows) * fitted.strategies[:, None, :]
    return FittedModel(
        labels, model, fitted.posteriors, np.full(many, 1 / many), confusion, fitted.competence,
        fitted.iterations, fitted.converged, fitted.log_likelihood,
    )  # fmt: skip


def _majority(labels: Labels, n_annotators: int) -> FittedModel:
    many = len(labels.values)
    cells = labels.rows * many + labels.codes
    counts = np.bincount(cells, minlength=len(labels.numbers) * many).reshape(-1, many)
    given = counts.sum(axis=1, keepdims=True)
    totals = counts.sum(axis=0)
    return FittedModel(
        labels=labels,
        model="majority",
        posteriors=counts / np.maximum(given, 1),
        prior=totals / max(int(totals.sum()), 1),
        confusion=None,
        competence=_with_most(labels, counts, n_annotators),
        iterations=0,
        converged=True,
        log_likelihood=None,
    )


def _with_most(labels: Labels, counts: Ints, n_annotators: int) -> Floats:
    """Share of each annotator's judgements that are those of most, where one can be outvoted.

    Of two who say the same, each would be always right, whatever they know.
    """
    best = counts.max(axis=1)
    decided = (counts.sum(axis=1) >= _MIN_JUDGEMENTS) & ((counts == best[:, None]).sum(axis=1) == 1)
    asked = decided[labels.rows]
    right = asked & (counts.argmax(axis=1)[labels.rows] == labels.codes)
    judged = np.bincount(labels.annotators, asked, minlength=n_annotators)
    share = np.bincount(labels.annotators, right, minlength=n_annotators) / np.maximum(judged, 1)
    return np.where(judged > 0, share, np.nan)


def _competences(fit: FittedModel, corpus: Corpus) -> Iterator[Competence]:
    counts = np.bincount(fit.labels.annotators, minlength=len(corpus.annotators))
    for annotator, (value, n) in enumerate(zip(fit.competence, counts, strict=True)):
        competence = float(value) if np.isfinite(value) else None
        name = corpus.annotators[annotator]
        yield Competence(fit.labels.name, fit.model, name, competence, int(n))
