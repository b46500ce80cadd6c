"""Show on a terminal how far long work is; where nobody watches, show nothing."""

import sys
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")


class ProgressBar:
    """One line that names the work, and says how far it is if that is known."""

    def __init__(self, work: str, bar: "Progress | None") -> None:
        self._bar = bar
        self._row = bar.add_task(work, total=None, count="") if bar else None

    def step(self, name: str) -> None:
        """Name what is being done now."""
        if self._bar and self._row is not None:
            self._bar.update(self._row, description=name)

    def count(self, done: int, total: int) -> None:
        """Say how much is done, of how much."""
        if self._bar and self._row is not None:
            count = f"{done} of {total}"
            self._bar.update(self._row, completed=done, total=total, count=count)

    def over(self, items: Collection[Item]) -> Iterator[Item]:
        """Give the items one after the other, and count those that are done with."""
        for done, item in enumerate(items):
            self.count(done, len(items))
            yield item
        self.count(len(items), len(items))


@contextmanager
def progress_bar(work: str) -> Generator[ProgressBar]:
    """A bar on standard error while the work lasts, if that is a terminal.

    Args:
        work: What is being done, such as "checking documents".
    """
    if not sys.stderr.isatty():
        yield ProgressBar(work, None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}")
    console = Console(stderr=True)
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        yield ProgressBar(work, bar)
