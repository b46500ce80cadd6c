"""Labels of several annotators become probable values and each annotator's competence.

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
from signalbook.schema.scheme.model import Json

from .labels import Labels, labels

Model: TypeAlias = Literal["majority", "dawid-skene", "mace"]
MODELS: tuple[Model, ...] = ("majority", "dawid-skene", "mace")
#: Probabilities below this are not among the posteriors of a release.
LEAST = 0.001
#: Of each start of MACE; its authors' 50 are often too few to settle.
MOST_ITERATIONS = 200
#: Judgements of a unit from which on one can be outvoted.
_ENOUGH = 3
#: A competence of nobody above this says that everybody mostly guesses; a value said less often
#: than this where it is true is not what annotators mean by it.
_DOUBTFUL = 0.5


@dataclass(frozen=True)
class Competence:
    """How well one annotator does on one layer, according to one model."""

    #: layer.unit.field
    layer: str
    model: Model
    annotator: str
    #: Majority: share of the annotator's judgements that are those of most. Dawid-Skene:
    #: probability of being right about a unit drawn at random. MACE: probability of knowing.
    #: None without a judgement that could tell.
    value: float | None
    #: Judgements.
    n: int


@dataclass(frozen=True)
class Fit:
    """One model of one layer."""

    labels: Labels
    model: Model
    #: Probability of each value of each unit, ``[units, values]``.
    posteriors: Floats
    #: Probability of each value before anyone says anything, ``[values]``.
    prior: Floats
    #: ``P(said | true)``, ``[annotators, true, said]``; None for votes.
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
        if np.bincount(self.labels.rows).max(initial=0) < _ENOUGH:
            return "at most two judged a unit, so nothing tells who of them is right"
        known = self.competence[np.isfinite(self.competence)]
        if self.model == "mace" and known.max(initial=0.0) < _DOUBTFUL:
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

    def _strange(self) -> str:
        """A value that is true of some units, but that annotators do not say of them."""
        if self.confusion is None:
            return ""
        judged = np.isfinite(self.competence)
        said = np.einsum("rkk->rk", self.confusion)[judged].mean(axis=0)
        occurs = self.posteriors.sum(axis=0) >= 1
        found = np.flatnonzero(occurs & (said < _DOUBTFUL))
        return self.labels.values[int(found[0])] if len(found) else ""


@dataclass(frozen=True)
class Models:
    """Every model of every layer that can have one."""

    corpus: Corpus
    fits: tuple[Fit, ...]
    #: layer.unit.field -> why it has no model.
    left_out: Mapping[str, str]

    @property
    def competence(self) -> tuple[Competence, ...]:
        """By layer, model and annotator."""
        return tuple(one for fit in self.fits for one in _competences(fit, self.corpus))

    def fit(self, layer: str, model: Model) -> Fit | None:
        """The fit of a layer, by its name layer.unit.field."""
        found = (f for f in self.fits if f.labels.name == layer and f.model == model)
        return next(found, None)

    def to_dict(self) -> dict[str, Json]:
        """JSON-shaped; posteriors are in `soft_labels.posterior_table`."""
        return {
            "layers": [_described(fit, self.corpus) for fit in self.fits],
            "left_out": dict(self.left_out),
        }


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
    fits: list[Fit] = []
    left_out: dict[str, str] = {}
    for found in labels(coded):
        if found.reason:
            left_out[found.name] = found.reason
            continue
        fits += [_fit(found, model, len(corpus.annotators), restarts, seed) for model in models]
    return Models(corpus, tuple(fits), left_out)


def _fit(found: Labels, model: Model, people: int, restarts: int, seed: int) -> Fit:
    if model == "majority":
        return _majority(found, people)
    data = found.rows, found.annotators, found.codes, len(found.values)
    if model == "dawid-skene":
        ds = fit_dawid_skene(*data, n_units=len(found.units), n_raters=people)
        return Fit(
            found, model, ds.posteriors, ds.prior, ds.confusion, ds.competence,
            ds.iterations, ds.converged, ds.log_likelihood,
        )  # fmt: skip
    fitted = fit_mace(
        *data,
        n_units=len(found.units),
        n_raters=people,
        n_restarts=restarts,
        max_iterations=MOST_ITERATIONS,
        seed=seed,
    )
    many = len(found.values)
    knows = np.nan_to_num(fitted.competence)[:, None, None]
    confusion = knows * np.eye(many) + (1 - knows) * fitted.strategies[:, None, :]
    return Fit(
        found, model, fitted.posteriors, np.full(many, 1 / many), confusion, fitted.competence,
        fitted.iterations, fitted.converged, fitted.log_likelihood,
    )  # fmt: skip


def _majority(found: Labels, people: int) -> Fit:
    many = len(found.values)
    cells = found.rows * many + found.codes
    counts = np.bincount(cells, minlength=len(found.units) * many).reshape(-1, many)
    given = counts.sum(axis=1, keepdims=True)
    totals = counts.sum(axis=0)
    return Fit(
        labels=found,
        model="majority",
        posteriors=counts / np.maximum(given, 1),
        prior=totals / max(int(totals.sum()), 1),
        confusion=None,
        competence=_with_most(found, counts, people),
        iterations=0,
        converged=True,
        log_likelihood=None,
    )


def _with_most(found: Labels, counts: Ints, people: int) -> Floats:
    """Share of each annotator's judgements that are those of most, where most agree."""
    best = counts.max(axis=1)
    telling = (counts.sum(axis=1) > 1) & ((counts == best[:, None]).sum(axis=1) == 1)
    told = telling[found.rows]
    right = told & (counts.argmax(axis=1)[found.rows] == found.codes)
    asked = np.bincount(found.annotators, told, minlength=people)
    share = np.bincount(found.annotators, right, minlength=people) / np.maximum(asked, 1)
    return np.where(asked > 0, share, np.nan)


def _competences(fit: Fit, corpus: Corpus) -> Iterator[Competence]:
    counts = np.bincount(fit.labels.annotators, minlength=len(corpus.annotators))
    for annotator, (value, n) in enumerate(zip(fit.competence, counts, strict=True)):
        known = float(value) if np.isfinite(value) else None
        name = corpus.annotators[annotator]
        yield Competence(fit.labels.name, fit.model, name, known, int(n))


def _described(fit: Fit, corpus: Corpus) -> dict[str, Json]:
    return {
        "layer": fit.labels.name,
        "model": fit.model,
        "values": list(fit.labels.values),
        "units": len(fit.labels.units),
        "judgements": len(fit.labels.codes),
        "outcome": fit.outcome,
        "caution": fit.caution,
        "converged": fit.converged,
        "iterations": fit.iterations,
        "log_likelihood": fit.log_likelihood,
        "prior": [float(share) for share in fit.prior],
        "competence": {
            one.annotator: {"value": one.value, "n": one.n} for one in _competences(fit, corpus)
        },
    }
