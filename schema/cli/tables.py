"""Lay out rows as a table of plain text, for a terminal and for whoever reads from a pipe."""

from collections.abc import Iterable, Sequence
from io import StringIO

from signalbook.schema.text import one_line

#: Wider than any table: lines are never broken, so that a program can read them too.
_WIDTH = 10_000


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The rows below the names of their columns, each column as wide as its longest cell."""
    return _lines([columns, *rows])


def aligned(rows: Iterable[Sequence[str]], *, indent: str = "") -> list[str]:
    """Lines of rows that need no names above them, with their cells below each other."""
    return [f"{indent}{line}" for line in _lines(rows)]


def _lines(rows: Iterable[Sequence[str]]) -> list[str]:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=False)
    rows = list(rows)
    for row in rows:
        table.add_row(*(Text(one_line(cell), no_wrap=True) for cell in row))
    if not table.row_count:  # it would be printed as an empty line
        return []
    written = StringIO()
    Console(file=written, width=_WIDTH, color_system=None, force_terminal=False).print(table)
    return [line.rstrip() for line in written.getvalue().splitlines()]
