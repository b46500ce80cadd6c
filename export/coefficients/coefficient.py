"""A coefficient with the disagreements that it is made of, or the reason why it has no value."""

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
    #: Observed disagreement.
    observed: float
    #: Disagreement expected by chance.
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

    @classmethod
    def from_disagreement(
        cls,
        observed: float,
        expected: float,
        *,
        n_units: float,
        n_pairable: float,
        reason: str = "",
    ) -> "Coefficient":
        """Correct for chance, or say why that is impossible.

        Args:
            observed: Observed disagreement; NaN counts as none.
            expected: Disagreement expected by chance; NaN counts as none.
            n_units: Units with at least two values.
            n_pairable: Values in those units.
            reason: Why the coefficient is undefined, if that is known before.
        """
        observed, expected = float(np.nan_to_num(observed)), float(np.nan_to_num(expected))
        value = float(correct_for_chance(np.asarray(observed), np.asarray(expected)))
        if n_pairable == 0:
            reason = "no unit has two values"
        elif not np.isfinite(value) and not reason:
            reason = "no variation: every value is the same"
        return cls(
            value=None if reason or not np.isfinite(value) else value,
            observed=observed,
            expected=expected,
            n_units=round(float(n_units)),
            n_pairable=round(float(n_pairable)),
            reason=reason,
        )


def correct_for_chance(observed: Floats, expected: Floats) -> Floats:
    """``1 - observed / expected`` elementwise, NaN where nothing is expected to differ."""
    observed, expected = np.broadcast_arrays(observed, expected)
    value = np.full(observed.shape, np.nan)
    np.divide(observed, expected, out=value, where=expected > 0)
    return np.asarray(1.0 - value, dtype=np.float64)


def divide(numerator: Floats, denominator: Floats) -> Floats:
    """Divide elementwise; NaN where the denominator is zero."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    quotient = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator != 0)
    return quotient


def mean_of_defined(values: Floats) -> Floats:
    """The mean over the last axis, leaving out NaN; NaN where nothing else is."""
    defined = np.isfinite(values)
    return divide(np.where(defined, values, 0.0).sum(axis=-1), defined.sum(axis=-1).astype(float))
