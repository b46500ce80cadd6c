"""What a report is computed without: Python's collector of cycles, and threads for small matrices.

Nothing here makes cycles worth a search, but the collector would look again and again at all
documents and at every disagreement: a seventh of the time of a large report. A product of matrices
as small as those of a block of articles is done before a second thread has woken, and while that
one waits for the next, it takes as much of the processor as if it worked: a tenth of the time.
"""

import gc
from collections.abc import Generator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def undisturbed() -> Generator[None]:
    """Within it, or a function that it decorates, nothing is collected and BLAS has one thread."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        with threadpool_limits(limits=1, user_api="blas"):
            yield
    finally:
        if was_enabled:
            gc.enable()
