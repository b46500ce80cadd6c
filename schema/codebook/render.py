"""Render the Markdown of a codebook as HTML: no HTML of a scheme runs, and its anchors are kept.

Markdown has no anchors of its own, so that the codebook writes them as HTML; of all HTML, they alone
are taken for what they are.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_ANCHOR = re.compile(r'<a id="([\w.~-]+)"></a>')
_SIDE = re.compile(r"text-align:(left|right|center)")
#: Blocks that each turn to the side from which their own words are read.
_TURNING = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "th", "td", "blockquote"}


def html_fragment(markdown: str, *, linked: bool = True) -> str:
    """The HTML of some Markdown, without head and body.

    Args:
        markdown: What is rendered.
        linked: Keep its anchors, and the links to them. Without, it is for Label Studio, which takes
            out some attributes, too, and shows no numbers of lists: both are said in other ways.
    """
    page: str = _parser().render(markdown, {"linked": linked})
    return page


def parse(markdown: str) -> "list[Token]":
    """What the Markdown is made of."""
    return _parser().parse(markdown)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table")
    parser.inline.ruler.before("autolink", "anchor", _read_anchor)
    parser.core.ruler.push("direction", _turn_blocks)
    parser.core.ruler.push("links", _unlink)
    parser.core.ruler.push("attributes", _say_otherwise)
    parser.add_render_rule("anchor", _render_anchor)
    return parser


def _read_anchor(state: "StateInline", silent: bool) -> bool:
    match = _ANCHOR.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("anchor", "a", 0).content = match[1]
    state.pos = match.end()
    return True


def _turn_blocks(state: "StateCore") -> None:
    for token in state.tokens:
        is_heading_within = token.type == "heading_open" and token.level > 0
        if token.nesting == 1 and token.tag in _TURNING and not is_heading_within:
            token.attrSet("dir", "auto")


def _unlink(state: "StateCore") -> None:
    if state.env.get("linked", True):
        return
    for token in state.tokens:
        token.children = [*_without_links(token.children)] if token.children else token.children


def _say_otherwise(state: "StateCore") -> None:
    """The numbers of lists as words, and the sides of columns by an older attribute."""
    if state.env.get("linked", True):
        return
    number: int | None = None
    numbers: list[int | None] = []
    for token in state.tokens:
        if token.type in ("ordered_list_open", "bullet_list_open"):
            numbers.append(int(token.attrs.pop("start", 1)) if token.tag == "ol" else None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            numbers.pop()
        elif token.type == "list_item_open" and numbers and numbers[-1] is not None:
            number, numbers[-1] = numbers[-1], numbers[-1] + 1
        elif token.type == "inline" and token.children and number is not None:
            token.children.insert(0, _words(f"{number}. "))
            number = None
        if side := _SIDE.fullmatch(str(token.attrs.pop("style", ""))):
            token.attrSet("align", side[1])


def _words(text: str) -> "Token":
    from markdown_it.token import Token

    return Token("text", "", 0, content=text)


def _without_links(parts: "list[Token]") -> "Iterator[Token]":
    """The parts of a line without anchors, and without the links to them; these hold no other."""
    is_within = False
    for part in parts:
        if part.type == "link_open" and str(part.attrGet("href")).startswith("#"):
            is_within = True
        elif part.type == "link_close" and is_within:
            is_within = False
        elif part.type != "anchor":
            yield part


def _render_anchor(
    self: "RendererHTML",
    tokens: "Sequence[Token]",
    number: int,
    options: "OptionsDict",
    env: "EnvType",
) -> str:
    return f'<a id="{tokens[number].content}"></a>'
