"""Let a fitted model of annotators decide where their votes differ.

It weighs the votes of one unit by what the model learnt of each annotator from all units, and
chooses only among values that somebody gave. Where the model is not to be trusted, votes decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.annotators.labels import ABSENT, as_text
from signalbook.export.annotators.models import FittedModel, Model, fit_models
from signalbook.schema.documents.records import AnnotationDocument, Value
from signalbook.schema.scheme.model import Scheme


@dataclass(frozen=True)
class ModelChoice:
    """A tie-breaker that decides on values and presence as the fits of one model have it."""

    model: Model
    #: In the order of the fits' annotators.
    annotators: tuple[str, ...]
    fits: tuple[FittedModel, ...]
    #: kind.unit.field -> why it has no model.
    left_out: Mapping[str, str]

    @property
    def left_to_votes(self) -> dict[str, str]:
        """kind.unit.field -> why the model decides nothing there."""
        return {**self.left_out, **{f.labels.name: f.caution for f in self.fits if f.caution}}

    @property
    def rule(self) -> str:
        """How the log of decisions names this rule."""
        return f"most probable by {self.model}"

    def value(self, kind: str, field: str, votes: Mapping[str, Value | None]) -> Value | None:
        """The most probable of the values voted for; None if votes have to decide."""
        raw = {as_text(value): value for value in votes.values() if value is not None}
        if len(raw) < 2 or None in votes.values():
            return None
        chosen = self._chosen(
            (kind, field), {who: as_text(value) for who, value in votes.items()}, set(raw)
        )
        return None if chosen is None else raw[chosen]

    def presence(self, kind: str, voters: Mapping[str, bool]) -> bool | None:
        """Whether a span of a type is there; None if votes have to decide."""
        votes = {who: kind if marked else ABSENT for who, marked in voters.items()}
        chosen = self._chosen(("all", "type"), votes, {kind, ABSENT})
        return None if chosen is None else chosen == kind

    @cached_property
    def _fits(self) -> dict[tuple[str, str], FittedModel]:
        return {(fit.labels.unit, fit.labels.field): fit for fit in self.fits if not fit.caution}

    def _chosen(
        self, field: tuple[str, str], votes: Mapping[str, str], among: set[str]
    ) -> str | None:
        fit = self._fits.get(field)
        if fit is None or fit.confusion is None:
            return None
        knows_values = set(votes.values()) | among <= set(fit.labels.values)
        if not knows_values or not votes.keys() <= set(self.annotators):
            return None
        place = {value: code for code, value in enumerate(fit.labels.values)}
        with np.errstate(divide="ignore"):  # what is impossible has a logarithm too
            logs = np.log(fit.prior)
            for annotator in sorted(votes):
                number = self.annotators.index(annotator)
                logs = logs + np.log(fit.confusion[number, :, place[votes[annotator]]])
        ranked = sorted(among, key=lambda value: (-logs[place[value]], value))
        best, second = (logs[place[value]] for value in ranked[:2])
        return ranked[0] if best - second > 1e-9 else None


def learn(documents: Iterable[AnnotationDocument], scheme: Scheme, model: Model) -> ModelChoice:
    """Fit a model to all annotations.

    Raises:
        FindingsError: An annotator has two documents of an article.
    """
    corpus = gather(documents, scheme)
    models = fit_models(code_corpus(corpus), models=(model,))
    return ModelChoice(model, corpus.annotators, models.fits, models.left_out)
