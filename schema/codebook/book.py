"""Put the codebook together: the author's own chapters, the chapters of the scheme, the contents.

Prose that no schema can hold lies beside the scheme file in `codebook_prose.md`, a Jinja template in
which `{{ spans }}` and its like are filled with the chapters below. A chapter that it leaves out
follows at its end, so that every link leads somewhere; without prose, all of them stand in their order.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from signalbook.schema.errors import SchemeError
from signalbook.schema.markdown import escape
from signalbook.schema.scheme.constraints_file import line_in
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import printable

from . import chapters
from .anchors import Index, anchored, link
from .example import example
from .render import parse

_CHAPTERS: Final[Mapping[str, Callable[[Index], str]]] = {
    "spans": chapters.spans,
    "parties": chapters.parties,
    "relations": chapters.relations,
    "dyads": chapters.dyads,
    "article": chapters.article,
    "decisions": chapters.decisions,
    "example": example,
    "values": chapters.values,
    "checks": chapters.checks,
    "agreement": chapters.agreement,
}
#: What Jinja calls the file of a template that it was given as text.
_TEMPLATE: Final = Path("<template>")


@dataclass(frozen=True)
class Chapter:
    """A heading of the book, and those below it."""

    title: str
    anchor: str
    below: list["Chapter"]

    @property
    def link(self) -> str:
        """A link to it."""
        return link(self.title, self.anchor)


@dataclass(frozen=True)
class Book:
    """A codebook before its contents are put in."""

    title: str
    lines: list[str]
    chapters: list[Chapter]
    #: Number of the line before which the contents belong.
    beginning: int

    @property
    def contents(self) -> str:
        """A list of all chapters with what is in them."""
        return "\n".join(
            f"- {chapter.link}{': ' * bool(chapter.below)}{', '.join(c.link for c in chapter.below)}"
            for chapter in self.chapters
        )


class _Markdown(str):
    """What is Markdown already; whatever else a template names is shown as it is."""


def codebook_markdown(scheme: Scheme) -> str:
    """The whole codebook as Markdown."""
    book = read_book(scheme)
    contents = [chapters.heading(2, "Contents", "contents"), "", book.contents, ""]
    lines = [*book.lines[: book.beginning], *contents, *book.lines[book.beginning :]]
    return "\n".join(lines)


def read_book(scheme: Scheme) -> Book:
    """All chapters of a scheme's codebook.

    Raises:
        SchemeError: The prose is no template, or names what there is not; or the example is damaged.
    """
    scheme = scheme.whole  # also in a stage, there is one codebook
    index = Index(scheme)
    written = {name: _Markdown(write(index)) for name, write in _CHAPTERS.items()}
    text = (
        _with_prose(scheme, written) if scheme.prose.is_file() else _without_prose(index, written)
    )
    lines = printable(text).split("\n")
    top, beginning = _chapters(lines)
    return Book(f"Codebook: {scheme.title}", lines, top, beginning)


def _without_prose(index: Index, written: Mapping[str, str]) -> str:
    scheme = index.scheme
    title = f"# {escape(f'Codebook: {scheme.title}, scheme {scheme.version}')}"
    head = chapters.section(title, index.paragraph(scheme.description))
    return "\n".join(filter(None, [head, *written.values()]))


def _with_prose(scheme: Scheme, written: Mapping[str, str]) -> str:
    import jinja2
    from jinja2.meta import find_undeclared_variables

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True, finalize=_shown
    )
    try:
        source = scheme.prose.read_text(encoding="utf-8-sig")
        named = find_undeclared_variables(environment.parse(source))
        text = environment.from_string(source).render(scheme=scheme, **written)
    except jinja2.TemplateSyntaxError as error:
        raise SchemeError(f"{scheme.prose}:{error.lineno}: {error.message}") from error
    except UnicodeDecodeError as error:
        fact = f"not UTF-8 at byte {error.start}; save it as UTF-8"
        raise SchemeError(f"{scheme.prose}: {fact}") from error
    except Exception as error:  # a template is its author's program: it may raise anything
        fact = f"{_fact(error)}; it may name scheme, {', '.join(written)}"
        raise SchemeError(f"{scheme.prose}{line_in(_TEMPLATE, error)}: {fact}") from error
    left_out = (part for name, part in written.items() if name not in named)
    return "\n".join(filter(None, [text, *left_out]))


def _fact(error: Exception) -> str:
    import jinja2

    is_jinja = isinstance(error, jinja2.TemplateError)
    return f"{error}" if is_jinja else f"the template fails with {type(error).__name__}: {error}"


def _shown(value: object) -> object:
    return value if isinstance(value, _Markdown) else escape(value)


def _chapters(lines: list[str]) -> tuple[list[Chapter], int]:
    """The chapters of a book and where the first begins; headings without an anchor get one."""
    top, beginning, taken = list[Chapter](), len(lines), Counter[str](("fields", "agreement"))
    for level, at, title, anchor in _headings("\n".join(lines)):
        if not anchor:
            words = "-".join(re.findall(r"\w+", title.lower())) or "untitled"
            taken[words] += 1
            anchor = f"chapter.{words}" + (f".{taken[words]}" if taken[words] > 1 else "")
            hashes = re.match(r" {0,3}#+ +|", lines[at])
            end = hashes.end() if hashes else 0
            lines[at] = lines[at][:end] + anchored(anchor) + lines[at][end:]
        if level == 2 or not top:
            beginning = min(beginning, at)
            top.append(Chapter(title, anchor, []))
        else:
            top[-1].below.append(Chapter(title, anchor, []))
    return top, beginning


def _headings(markdown: str) -> Iterator[tuple[int, int, str, str]]:
    """Level, line, title and anchor of every heading below the title of the book."""
    for opening, inline in pairwise(parse(markdown)):
        is_chapter = opening.tag in ("h2", "h3") and opening.nesting == 1 and opening.level == 0
        if is_chapter and opening.map is not None:
            parts = inline.children or []
            words = (part.content for part in parts if part.type in ("text", "code_inline"))
            anchor = next((part.content for part in parts if part.type == "anchor"), "")
            yield int(opening.tag[1]), opening.map[0], "".join(words), anchor
