"""Write Markdown: text that shows as it is, text in which no HTML runs, and tables."""

import html
import re
from collections.abc import Iterable, Sequence

from .text import printable

_SPECIAL = re.compile(r"([\\`*_\[\]#|~$])")
#: At the beginning of a line: a list, a heading, a rule, a table.
_BEGINS_BLOCK = re.compile(r"^([0-9]{1,9}(?=[.)])|(?=[-+=:]))")
#: What stands in a code span as it is, in a table and in a page that runs HTML, too.
_PLAIN_CODE = re.compile(r"[\w.:/+=~-]+( [\w.:/+=~-]+)*")
_BARE_PIPE = re.compile(r"(?<!\\)\|")


def escape(text: object) -> str:
    """Markdown that shows just this text, on one line."""
    return escape_within(" ".join(str(text).split()))


def escape_within(text: str) -> str:
    """Markdown that shows just this part of a line; white space stays."""
    return _SPECIAL.sub(r"\\\1", without_html(printable(text)))


def paragraph(lines: Iterable[str]) -> str:
    """Lines of Markdown that are shown as such: none of them begins a list, a heading or a table."""
    return "\\\n".join(_BEGINS_BLOCK.sub(r"\1\\", line.strip()) for line in lines if line.strip())


def code(text: object) -> str:
    """A name as code, or as mere text if it holds what code cannot show."""
    name = str(text)
    return f"`{name}`" if _PLAIN_CODE.fullmatch(name) else escape(name)


def without_html(markdown: str) -> str:
    """The same Markdown in which nothing is HTML, for pages that would run it."""
    return html.escape(markdown, quote=False)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown; each is put on one line, and ends no column early."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def filled_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table without the columns in which every cell is empty."""
    kept = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    return table([columns[at] for at in kept], [[row[at] for at in kept] for row in rows])


def _cell(markdown: str) -> str:
    return _BARE_PIPE.sub(r"\\|", markdown.replace("\n", " "))
