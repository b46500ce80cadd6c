from html import unescape

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from signalbook.schema.markdown import code, escape, paragraph, table, without_html
from signalbook.schema.text import printable

PLAIN = MarkdownIt("commonmark")
RICH = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
WORDS = st.text().filter(lambda text: bool(text.split()))


@given(st.text())
@example('<b a="1">b</b> & &lt; **b** _i_ `c` [a](b) ![c](d) | ~~no~~ $x$ \\ # h')
def test_any_text_that_is_escaped_shows_as_itself_on_one_line(text: str) -> None:
    line = printable(" ".join(text.split()))
    assert unescape(PLAIN.renderInline(escape(text))) == line
    assert unescape(RICH.renderInline(escape(text))) == line


@given(st.lists(WORDS, min_size=1, max_size=3))
@example(["1. a", "2) b"])
@example(["- a", "+ b", "=", "---", "| :- |", ":-"])
@example(["# h", "> q", "```", "~~~", "    x", "* * *", "\\", "[a]: /b"])
def test_lines_of_a_paragraph_show_as_such_and_begin_nothing(lines: list[str]) -> None:
    shown = [printable(" ".join(line.split())) for line in lines]
    for parser in (PLAIN, RICH):
        page = parser.render(paragraph(map(escape, lines)))
        assert unescape(page) == "<p>" + "<br />\n".join(shown) + "</p>\n"


@given(WORDS)
@example("a_b")
@example("a `b` | <b>")
def test_a_name_shows_as_itself_whatever_it_holds(name: str) -> None:
    page = RICH.renderInline(code(name)).removeprefix("<code>").removesuffix("</code>")
    assert unescape(page) == printable(" ".join(name.split()))


def test_markdown_stays_and_html_goes() -> None:
    assert without_html("**a** <script> & b") == "**a** &lt;script&gt; &amp; b"


def test_a_table_keeps_its_columns() -> None:
    written = table(("a|b", "c"), [("1\n2", escape("3|4"))])
    assert written == "| a\\|b | c |\n| --- | --- |\n| 1 2 | 3\\|4 |"
    assert RICH.render(written).count("<td>") == 2
