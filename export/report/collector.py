"""Python's collector of cycles, paused while a report is computed.

Nothing here makes cycles worth a search, but the collector would look again and again at all
documents and at every disagreement: a seventh of the time of a large report.
"""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Generator[None]:
    """Within it, or within a function that it decorates, nothing is collected."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
