"""Write Markdown: text that shows as it is, text in which no HTML runs, and tables."""

import html
import re
from collections.abc import Iterable, Sequence

from .text import printable

_SPECIAL = re.compile(r"([\\`*_\[\]#|~$])")
_BARE_PIPE = re.compile(r"(?<!\\)\|")


def escape(text: object) -> str:
    """Markdown that shows just this text, on one line."""
    line = printable(" ".join(str(text).split()))
    return _SPECIAL.sub(r"\\\1", without_html(line))


def without_html(markdown: str) -> str:
    """The same Markdown in which nothing is HTML, for pages that would run it."""
    return html.escape(markdown, quote=False)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown; each is put on one line, and ends no column early."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(markdown: str) -> str:
    return _BARE_PIPE.sub(r"\\|", markdown.replace("\n", " "))
