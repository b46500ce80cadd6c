"""Lay out rows as a table of plain text, for a terminal and for whoever reads from a pipe."""

from collections.abc import Iterable, Sequence
from io import StringIO

#: Wider than any table: lines are never broken, so that a program can read them too.
_WIDTH = 10_000


def table_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The rows below the names of their columns, each column as wide as its longest cell."""
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    headers = (Column(Text(name), no_wrap=True) for name in columns)
    table = Table(*headers, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for row in rows:
        table.add_row(*map(Text, row))
    written = StringIO()
    Console(file=written, width=_WIDTH, color_system=None, force_terminal=False).print(table)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())
