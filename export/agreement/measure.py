"""One coefficient of one layer, with the statistics of every document that it is a function of.

So a bootstrap over documents need not look at the annotations again.
"""

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np

from signalbook.export.coefficients.coefficient import Floats
from signalbook.schema.scheme.model import Agreement, Json

from .corpus import Corpus

#: Sums over documents -> the value; NaN where undefined.
Statistic = Callable[[Floats], Floats]


@dataclasses.dataclass(frozen=True)
class Measure:
    """One coefficient of one layer."""

    #: span_identification, attribute, relation, party, dyad or article_label.
    layer: str
    #: Span type, `all`, party, dyad or article.
    unit: str
    #: Field, or the criterion of a match.
    field: str
    coefficient: str
    #: None where undefined; then `reason` says why.
    value: float | None
    reason: str
    #: Share of pairs of values that agree, for coefficients that correct for chance.
    observed_agreement: float | None
    #: Units, groups or pairs that the value rests on.
    n: int
    #: Documents that at least two annotators saw.
    documents: int
    target: float | None
    statistics: Floats = dataclasses.field(repr=False)
    statistic: Statistic = dataclasses.field(repr=False)
    #: Whether it stands beside the coefficient that the layer is judged by.
    companion: bool = False
    #: The value that is told from all others, of a measure of one value.
    of: str = ""
    #: What else one must know to compute it again, and what it was made of.
    details: Mapping[str, Json] = dataclasses.field(default_factory=dict[str, Json])

    @property
    def name(self) -> str:
        """How a gate names it: layer.unit.field, and of a companion also the coefficient."""
        coefficient = self.coefficient if self.companion else ""
        parts = (self.layer, self.unit, self.field, self.of, coefficient)
        return ".".join(part for part in parts if part)

    def to_dict(self) -> dict[str, Json]:
        """JSON-shaped."""
        hidden = {"statistics", "statistic"}
        shown = {name: value for name, value in vars(self).items() if name not in hidden}
        return {**shown, "details": dict(self.details)}


def measure(
    named: tuple[str, str, str, str],
    statistics: Floats,
    statistic: Statistic,
    *,
    corpus: Corpus,
    agreement: Agreement | None,
    n: int,
    reason: str,
    observed: float | None = None,
    companion: bool = False,
    of: str = "",
    details: Mapping[str, Json] | None = None,
) -> Measure:
    """Evaluate a statistic on all documents; `named` is layer, unit, field and coefficient."""
    total = statistics.sum(axis=0)
    value = float(statistic(total))
    defined = bool(np.isfinite(value))
    return Measure(
        *named,
        value=value if defined else None,
        reason="" if defined else reason,
        observed_agreement=observed if defined or n else None,
        n=n,
        documents=corpus.doubly_annotated,
        target=agreement.target if agreement else None,
        statistics=statistics,
        statistic=statistic,
        companion=companion,
        of=of,
        details=details or {},
    )
