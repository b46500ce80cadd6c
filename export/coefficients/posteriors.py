"""Logarithms of joint probabilities become posteriors and a log likelihood."""

import numpy as np

from .coefficient import Floats


def normalise(joint: Floats) -> tuple[Floats, float]:
    """Posteriors of each row and the sum of the rows' log evidence; ``[U, V]``.

    What `scipy.special.logsumexp` does, without its checks, which would take most of the time of
    an iteration.
    """
    highest = joint[:, 0].copy()
    for column in joint.T[1:]:  # several times faster than max(axis=1) over a few columns
        np.maximum(highest, column, out=highest)
    weights: Floats = np.exp(joint - highest[:, None])
    total: Floats = np.einsum("uv->u", weights)
    return weights / total[:, None], float(np.log(total).sum() + highest.sum())
