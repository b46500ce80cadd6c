"""An observed and an expected disagreement become a coefficient, or the reason why there is none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Coefficient:
    """A chance-corrected coefficient, ``1 - observed / expected``, in terms of disagreement."""

    #: ``None`` when undefined: never 0, never 1, because neither has been observed.
    value: float | None
    observed: float
    expected: float
    #: Units with at least two values.
    n_units: int
    #: Values in those units.
    n_pairable: int
    #: Why the value is undefined; empty when it is defined.
    reason: str = ""

    @property
    def observed_agreement(self) -> float:
        """``1 - observed``; a proportion for nominal, set-valued and weighted categories."""
        return 1.0 - self.observed


def corrected(observed: Floats, expected: Floats) -> Floats:
    """``1 - observed / expected`` elementwise, NaN where nothing is expected to differ."""
    observed, expected = np.broadcast_arrays(observed, expected)
    value = np.full(observed.shape, np.nan)
    defined = expected > 0
    np.divide(observed, expected, out=value, where=defined)
    return np.asarray(1.0 - value, dtype=np.float64)


def coefficient(
    observed: float, expected: float, *, n_units: float, n_pairable: float, reason: str = ""
) -> Coefficient:
    """Correct for chance, or say why that is impossible."""
    value = float(corrected(np.asarray(observed), np.asarray(expected)))
    if n_pairable == 0:
        reason = "no unit has two values"
    elif not np.isfinite(value) and not reason:
        reason = "no variation: every value is the same"
    return Coefficient(
        value=None if reason or not np.isfinite(value) else value,
        observed=float(observed),
        expected=float(expected),
        n_units=round(float(n_units)),
        n_pairable=round(float(n_pairable)),
        reason=reason,
    )


def divide(numerator: Floats, denominator: Floats) -> Floats:
    """Divide elementwise; NaN where the denominator is zero."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    out = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=out, where=denominator != 0)
    return out
