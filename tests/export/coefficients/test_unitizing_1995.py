"""The unitizing alpha of 1995 at its edges; its published value is a reference case."""

import numpy as np
import pytest

from signalbook.export.coefficients.unitizing_1995 import alpha_u, unitizing_disagreements

NONE = np.zeros((0, 2), dtype=np.int64)


def test_equal_spans_agree_fully_and_none_are_undefined() -> None:
    spans = np.array([[2, 5], [9, 12]])
    assert alpha_u(unitizing_disagreements(20, {"ann": spans, "ben": spans})) == 1
    assert np.isnan(alpha_u(unitizing_disagreements(20, {"ann": NONE, "ben": NONE})))


def test_a_span_that_another_annotator_does_not_have_is_disagreement() -> None:
    parts = unitizing_disagreements(20, {"ann": np.array([[2, 5]]), "ben": NONE})
    assert parts[0] == pytest.approx(2 * 9 / (2 * 20**2))
    assert alpha_u(parts) < 1


def test_overlap_and_a_single_annotator_are_refused() -> None:
    with pytest.raises(ValueError, match=r"'ann': spans \[1, 5\) and \[4, 6\) of one category"):
        unitizing_disagreements(20, {"ann": np.array([[4, 6], [1, 5]]), "ben": NONE})
    with pytest.raises(ValueError, match="at least two annotators"):
        unitizing_disagreements(20, {"ann": NONE})
