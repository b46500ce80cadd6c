"""Show the codebook in a browser: as one page that needs nothing else, and as instructions."""

import html
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from signalbook.schema.documents.example import read_example
from signalbook.schema.markdown import escape
from signalbook.schema.scheme.keys import keyed_party_fields
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import asks_pairs, on_page

from .anchors import Index
from .book import read_book
from .example import TEXT
from .figure import figure
from .render import html_fragment

_TITLE = re.compile(r'<h1 dir="auto">(.*?)</h1>')
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
_OPENING = """\
**Open articles with the button Label All Tasks.** A click on a row of the list opens what somebody \
else has made, and what you change there is theirs.
"""
_MARKING = """\
**Mark the words first.** Click a label above the text, then drag over the words. Labels take no \
click while a span is selected: press Esc first. A span with a wrong label is deleted (Backspace) \
and marked again.

**Then say what each is.** Click on a span, and answer what is asked beside the text.
"""
_CONNECTING = """\
**Connect spans.** Click on the words where the arrow begins, choose in the row **Arrow** what it \
says, press Alt + R, and click on the words where it ends.
"""
_OF_ARTICLE = "**Last, answer for the whole article.** Press Esc to see what is asked, then Submit."
_OF_PAIR = (
    "**Judge one pair after the other.** Each task names two sides, and shows what stands between "
    "them. Answer what is asked of them, then Submit."
)
_OF_SPANS = "**Last, press Submit.**"
_ANSWERS = """\
Bold rows need an answer; a dashed value counts if you choose nothing.

**The guide with pictures**, Label your first article, stands in the documentation of Signalbook. Ask \
your maintainer for it.
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
    """The codebook as Label Studio shows it behind the button "Instructions".

    Its chapters and entries are folded, so that each is found by its title: a link to an anchor
    would close the article that is being labelled, as it changes the address of the page. The title
    is a line of bold words: Label Studio gives lines of a heading the height of those of a text.
    """
    book = html_fragment("\n".join(read_book(scheme).lines), linked=False)
    book = _TITLE.sub(r'<p dir="auto"><br><strong>\1</strong></p>', book, count=1)
    return html_fragment("\n".join(_card(scheme))) + _folded(book, 2)


def _card(scheme: Scheme) -> Iterator[str]:
    """How to work on the page, in the order of work."""
    of_pair, scheme = asks_pairs(scheme), on_page(scheme)
    yield _OPENING
    if scheme.span_types:
        yield _MARKING
    if keyed := keyed_party_fields(scheme):
        keys = " and ".join(f"{keys} for {escape(field.short)}" for field, keys in keyed)
        yield f"**Keys.** With a span selected: {keys}. Other keys stand on the values.\n"
    if scheme.relation_types:
        yield _CONNECTING
    yield f"{_OF_PAIR if of_pair else _last(scheme)} {_ANSWERS}"


def _last(scheme: Scheme) -> str:
    """The last step on a page that shows an article, by whether it asks anything of all of it."""
    marks_parties = any(span_type.party_field for span_type in scheme.span_types)
    asks_more = scheme.asked_labels or scheme.dyad or (scheme.party and not marks_parties)
    return _OF_ARTICLE if asks_more else _OF_SPANS


def _folded(page: str, level: int) -> str:
    """What stands below each heading of a level, and then of the next, as a block that opens."""
    beginning, *rest = re.split(rf'<h{level} dir="auto">(.*?)</h{level}>\n', page)
    blocks = (
        f'<details>\n<summary dir="auto"><strong>{title}</strong></summary>\n'
        f"{_folded(text, 3) if level == 2 else text}</details>\n"
        for title, text in zip(rest[::2], rest[1::2], strict=True)
    )
    return beginning + "".join(blocks)


@cache
def _style() -> str:
    return _SHEET.read_text(encoding="utf-8")
