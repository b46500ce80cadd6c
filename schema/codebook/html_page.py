"""Show the codebook in a browser: as one page that needs nothing else, and as instructions."""

import html
import re
from functools import cache
from pathlib import Path

from signalbook.schema.scheme.model import Scheme

from .anchors import Index
from .book import codebook_markdown, read_book
from .example import TEXT, read_example
from .figure import figure
from .render import html_fragment

_SHEET = Path(__file__).with_name("codebook.css")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<nav aria-label="Contents">
<h2><a id="contents"></a>Contents</h2>
{contents}</nav>
<main>
{text}</main>
</body>
</html>
"""
_QUOTATION = re.compile(
    rf'<p dir="auto"><a id="{re.escape(TEXT)}"></a></p>\n<blockquote.*?</blockquote>', re.DOTALL
)
#: What goes wrong on the page without a word: the work then counts for another, or is another.
_ON_THE_PAGE = """\
**Open articles with the button Label All Tasks.** A click on a row of the list opens what somebody \
else has made, and what you change there is theirs.

**Press Esc before the key of the next label.** While a span is selected, that key gives the span \
another label.

"""


def codebook_html(scheme: Scheme) -> str:
    """The whole codebook as one HTML page that needs nothing else."""
    book = read_book(scheme)
    return _PAGE.format(
        title=html.escape(book.title),
        style=_style(),
        contents=html_fragment(book.contents),
        text=_with_figure(html_fragment("\n".join(book.lines)), scheme),
    )


def _with_figure(page: str, scheme: Scheme) -> str:
    document = read_example(scheme)
    if document is None or document.article.text is None:
        return page
    drawn = figure(Index(scheme), document)
    return _QUOTATION.sub(lambda _: drawn, page, count=1)


def instructions(scheme: Scheme) -> str:
    """The codebook as Label Studio shows it behind the button "Instructions"."""
    # Label Studio takes away every `id`.
    return html_fragment(_ON_THE_PAGE + codebook_markdown(scheme), anchor="name")


@cache
def _style() -> str:
    return _SHEET.read_text(encoding="utf-8")
