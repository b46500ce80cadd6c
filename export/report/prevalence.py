"""Say where one value is so common that a coefficient is low although annotators mostly agree."""

from collections.abc import Iterable, Iterator
from typing import cast

from signalbook.export.agreement.measure import Measure
from signalbook.schema.documents.records import Value

from .wording import Wording, coefficient, number, share

#: Observed agreement of at least this is called high, and
HIGH_AGREEMENT = 0.8
#: a coefficient below this low: less than Krippendorff (2018) accepts for tentative conclusions.
LOW_COEFFICIENT = 0.667
#: A value is called dominant if at least this share of all values is the value.
DOMINANT = 0.75
#: Coefficients whose chance follows from equal values alone, as observed agreement does.
_OF_EQUAL_VALUES = ("krippendorff_alpha_nominal", "fleiss_kappa", "conger_kappa")
#: Beginnings of coefficients that sink as one value becomes more common.
_SINKING = ("krippendorff_alpha", "fleiss_kappa", "conger_kappa", "icc")


def commonest_value(wording: Wording, measure: Measure) -> str:
    """The share and the name of a field's commonest value; empty for what is no field."""
    if "commonest_share" not in measure.details:
        return ""
    return f"{share(commonest_share(measure))} “{_title(wording, measure)}”"


def _title(wording: Wording, measure: Measure) -> str:
    """The name of a field's commonest value."""
    name, value = measure.name, measure.details["commonest_value"]
    given = cast("Value", tuple(map(str, value)) if isinstance(value, list) else value)
    return wording.answer(name.unit, name.field, given) or "none"


def commonest_share(measure: Measure) -> float:
    """The share of a field's commonest value; 0 for what is no field."""
    of_all = measure.details.get("commonest_share", 0.0)
    return of_all if isinstance(of_all, float) else 0.0


def is_depressed(measure: Measure) -> bool:
    """Whether a coefficient is low, observed agreement high, and one value dominant."""
    return (
        measure.value is not None
        and measure.observed_agreement is not None
        and measure.name.coefficient.startswith(_SINKING)
        and measure.value < LOW_COEFFICIENT
        and measure.observed_agreement >= HIGH_AGREEMENT
        and commonest_share(measure) >= DOMINANT
    )


def prevalence_sentences(wording: Wording, measures: Iterable[Measure]) -> Iterator[str]:
    """A sentence for each field that is judged by a coefficient which one common value depresses."""
    for measure in filter(is_depressed, measures):
        agreement, value = measure.observed_agreement or 0.0, measure.value or 0.0
        chance = 1 - (1 - agreement) / (1 - value)
        common, name = commonest_share(measure), measure.name.coefficient
        consequence = f"so the coefficient hangs on the other {share(1 - common)}"
        if name in _OF_EQUAL_VALUES:
            consequence = f"so by chance alone {share(chance)} would agree"
        yield (
            f"{wording.label(measure)}: {coefficient(name)} is {number(value)} "
            f"although observed agreement is {share(agreement)}: "
            f"{share(common)} of the values are “{_title(wording, measure)}”, {consequence}."
        )
