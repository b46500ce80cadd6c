"""One coefficient of one layer, with the statistics of every document that it is a function of.

So a bootstrap over documents need not look at the annotations again.
"""

import dataclasses
from collections.abc import Callable

import numpy as np

from signalbook.schema.scheme import Agreement, Json

from .agreement.coefficient import Floats
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

    @property
    def name(self) -> str:
        """How a gate names it: layer.unit.field, the shortest that is unambiguous."""
        return f"{self.layer}.{self.unit}.{self.field}"

    def to_dict(self) -> dict[str, Json]:
        """JSON-shaped."""
        hidden = {"statistics", "statistic"}
        return {name: value for name, value in vars(self).items() if name not in hidden}


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
    )
