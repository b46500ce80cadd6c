"""The codebook says what the scheme says, all of it, and leads to each thing that it names."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from natural_schemes import natural_schemes
from places import SCHEMES

from signalbook.schema.codebook import codebook_html, codebook_markdown, instructions
from signalbook.schema.errors import SchemeError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme

MARKET = SCHEMES / "market_claims" / "1.0"
Change = Callable[[dict[str, Any]], None]


class Page(HTMLParser):
    """The text of a page by line, and its anchors and links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.anchors: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if tag == "a":
            self.anchors += filter(None, [given.get("id")])
            self.links += filter(None, [given.get("href")])
        if tag in ("br", "h3", "li", "p", "summary", "td", "tr"):
            self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def changed(folder: Path, tmp_path: Path, change: Change) -> Path:
    """A copy of a scheme and of what lies beside it, with a change."""
    copy = tmp_path / "changed"
    shutil.copytree(folder, copy)
    [path] = copy.glob("*.schema.json")
    json_schema = json.loads(path.read_text(encoding="utf-8"))
    change(json_schema)
    path.write_text(json.dumps(json_schema), encoding="utf-8")
    return copy


def entry(scheme: Scheme, anchor: str) -> str:
    """The entry of a field in the Markdown."""
    return next(e for e in codebook_markdown(scheme).split("\n### ") if f'id="{anchor}"' in e)


def test_codebook_explains_every_value_and_every_check(scheme: Scheme) -> None:
    words = Page(codebook_html(scheme)).words
    for _, field in scheme.fields():
        for value in field.values:
            assert value.id in words
            assert " ".join(value.description.split()) in words.replace("`", "")
    for constraint in scheme.constraints:
        assert f"{constraint.id} {constraint.severity} {constraint.message}" in words


def test_every_field_of_every_unit_has_an_entry_with_all_that_is_to_be_known(
    scheme: Scheme,
) -> None:
    for unit, field in scheme.fields():
        text = entry(scheme, f"{unit}.{field.name}")
        assert field.title in text.splitlines()[0]
        facts = dict(re.findall(r"^- \*\*(\w+):\*\* (.+)$", text, re.MULTILINE))
        assert (facts["Required"] == "yes") >= field.required or "on " in facts["Required"]
        assert facts.keys() >= {"Name", "Answer", "Required"}
        assert not {"none", "always"} & {facts.get("Asked"), facts.get("Default")}
        assert f"`{field.name}`" in facts["Name"]


@pytest.mark.parametrize(
    ("anchor", "facts"),
    [
        ("claim.price", {"Answer": "a number; at least 0", "Required": "no"}),
        ("claim.goods", {"Answer": "0 to 3 of the values below"}),
        (
            "claim.said_on",
            {
                "Answer": "a day, written as 2031-05-24",
                "Required": "if [`certainty`](#claim.certainty) is [`sure`](#claim.certainty.sure)",
            },
        ),
        (
            "claim.note",
            {
                "Answer": "words; at most 200 characters",
                "Asked": "only if there is something to say; it is folded on the page",
            },
        ),
        ("article.verdict", {"Answer": "yes or no", "Required": "yes", "Default": "no"}),
        ("article.share", {"Answer": "a whole number; at least 0; at most 100"}),
    ],
)
def test_an_entry_says_how_and_when_a_field_is_answered(anchor: str, facts: dict[str, str]) -> None:
    text = entry(load_scheme(MARKET), anchor)
    assert dict(re.findall(r"^- \*\*(\w+):\*\* (.+)$", text, re.MULTILINE)).items() >= facts.items()


@pytest.mark.parametrize(
    ("required", "of_if", "otherwise"),
    [(["status"], [], ""), ([], ["status"], ""), ([], [], " or not given")],
)
def test_an_entry_says_on_which_condition_a_field_is_required(
    tmp_path: Path, required: list[str], of_if: list[str], otherwise: str
) -> None:
    status = {"title": "Status", "enum": ["open", "resolved"]}
    labels = {
        "required": required,
        "properties": {"status": status, "resolved_on": {"type": "string", "format": "date"}},
        "if": {"properties": {"status": {"const": "resolved"}}, "required": of_if},
        "then": {"required": ["resolved_on"]},
    }
    path = tmp_path / "clinic.schema.json"
    about = {"name": "clinic", "version": "1.0.0"}
    json_schema = {"x-scheme": about, "properties": {"article_labels": labels}}
    path.write_text(json.dumps(json_schema), encoding="utf-8")
    when = "[`status`](#article.status) is [`resolved`](#article.status.resolved)"
    text = entry(load_scheme(path), "article.resolved_on")
    assert f"- **Required:** if {when}{otherwise}\n" in f"{text}\n"


def test_an_entry_says_when_a_field_is_left_out(diplomatic: Scheme) -> None:
    when = "[`country`](#party.country) is XJT"
    text = entry(diplomatic, "party.members")
    assert f"- **Required:** if {when}\n- **Asked:** left out unless {when}\n" in text


def test_a_decision_table_says_which_value_when() -> None:
    text = entry(load_scheme(MARKET), "claim.certainty")
    assert "| 2 | يقول «ربما» أو «أظن» | [`doubtful`](#claim.certainty.doubtful) |" in text
    assert "| 3 | otherwise | [`reported`](#claim.certainty.reported) |" in text


def assert_every_link_leads_somewhere(page: Page) -> None:
    assert sorted(page.anchors) == sorted(set(page.anchors))
    assert {unquote(link) for link in page.links} <= {f"#{anchor}" for anchor in page.anchors}


@pytest.mark.parametrize("source", ["diplomatic_signal", *SCHEMES.glob("*/*")], ids=str)
def test_everything_has_one_anchor_and_every_link_leads_to_one(source: str | Path) -> None:
    scheme = load_scheme(source)
    page = Page(codebook_html(scheme))
    assert_every_link_leads_somewhere(page)
    told = Page(instructions(scheme))
    assert (told.anchors, told.links) == ([], [])
    anchors = {*page.anchors}
    assert anchors >= {span_type.name for span_type in scheme.span_types}
    assert anchors >= {f"relation.{relation.name}" for relation in scheme.relation_types}
    for unit, field in scheme.fields():
        plain = [value.id for value in field.values if re.fullmatch(r"[\w-]+", value.id)]
        assert anchors >= {f"{unit}.{field.name}.{id}" for id in plain}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(natural_schemes())
def test_anchors_stay_apart_whatever_things_are_called(
    tmp_path: Path, drawn: dict[str, Any]
) -> None:
    path = tmp_path / "drawn.schema.json"
    path.write_text(json.dumps(drawn), encoding="utf-8")
    try:
        scheme = load_scheme(path)
    except SchemeError:
        return
    assert_every_link_leads_somewhere(Page(codebook_html(scheme)))


def test_a_span_type_takes_no_anchor_of_the_book(tmp_path: Path) -> None:
    def rename(json_schema: dict[str, Any]) -> None:
        json_schema["$defs"]["claim"]["properties"]["type"]["const"] = "span"
        type = json_schema["properties"]["relations"]["items"]["properties"]["type"]
        type["oneOf"][0]["x-endpoints"]["from"] = ["span"]

    scheme = load_scheme(changed(MARKET, tmp_path, rename))
    page = Page(codebook_html(scheme))
    assert_every_link_leads_somewhere(page)
    assert {"span.span", "span.span.price", "span"} <= {*page.anchors}


def test_a_name_between_back_quotes_and_the_id_of_a_check_are_links(diplomatic: Scheme) -> None:
    text = codebook_markdown(diplomatic)
    decisions = [line for line in text.splitlines() if "decision.D" in line]
    assert any("[`agree`](#signal.signal_type.agree)" in line for line in decisions)
    assert any("[C19](#check.C19)" in line for line in decisions)


def test_the_contents_name_every_chapter(scheme: Scheme) -> None:
    text = codebook_markdown(scheme)
    contents = text.partition('<a id="contents"></a>')[2].partition("\n## ")[0]
    headings = re.findall(r'^##+ <a id="([^"]+)"></a>', text, re.MULTILINE)
    listed = re.findall(r"\]\(#([^)]+)\)", contents)
    assert listed == [anchor for anchor in headings if anchor != "contents"]


def test_codebook_has_no_gaps_and_no_empty_columns(scheme: Scheme) -> None:
    text, page = codebook_markdown(scheme), codebook_html(scheme)
    assert "\n\n\n" not in text
    assert "<li>\n<p>" not in page  # which a browser shows with an empty line around each item
    for table in re.findall(r"<table>.*?</table>", page, re.DOTALL):
        rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in table.split("</tr>")]
        columns = zip(*(row for row in rows if row), strict=True)
        assert all(any(column) for column in columns)


def test_codebook_of_a_bare_scheme_has_no_section_without_content(second_scheme: Scheme) -> None:
    types = tuple(replace(kind, fields=()) for kind in second_scheme.span_types)
    bare = replace(second_scheme, description="", span_types=types, article_labels=())
    text = codebook_markdown(bare)
    assert "\n\n\n" not in text
    assert not re.search(r"^## .*(Agreement|Fields)", text, re.MULTILINE)


def test_codebook_is_the_same_each_time(scheme: Scheme) -> None:
    assert codebook_markdown(scheme) == codebook_markdown(scheme)


def test_the_instructions_name_the_door_and_the_key_that_keep_from_losing_work(
    scheme: Scheme,
) -> None:
    beginning = Page(instructions(scheme)).words[:900]
    assert "Label All Tasks" in beginning
    assert ("press Esc first" in beginning) == bool(scheme.span_types)
    assert "Press Esc to see what is asked" in beginning


HOSTILE = (
    "<script>alert(1)</script> [a](javascript:alert(2)) ![b](http://x.invalid/) *c* `d` \u202ee "
    '<a id="contents"></a> <img src=x onerror=alert(3)> {{ scheme }} &lt; $f$ ~~g~~ | h'
)
SHOWN = HOSTILE.replace("`d`", "d").replace("\u202e", "\\u202e")


@pytest.mark.parametrize("start", ["", "# ", "- ", "1. ", "> ", "```", "--- "])
def test_whatever_a_scheme_says_is_text(start: str, tmp_path: Path) -> None:
    hostile = start + HOSTILE

    def spoil(json_schema: dict[str, Any]) -> None:
        json_schema["title"] = json_schema["description"] = hostile
        claim = json_schema["$defs"]["claim"]
        claim["title"] = claim["description"] = claim["x-rule"] = hostile
        claim["x-examples"] = {"positive": hostile, "negative": hostile}
        field = claim["properties"]["attributes"]["properties"]["certainty"]
        field["title"] = field["description"] = field["x-rule"] = hostile
        field["x-decision-table"][0]["if"] = hostile
        value = field["oneOf"][0]
        value["title"] = value["description"] = value["x-rule"] = hostile
        goods = claim["properties"]["attributes"]["properties"]["goods"]["items"]["enum"]
        goods.append(hostile)
        json_schema["x-decisions"][0].update(topic=hostile, decision=hostile)

    folder = changed(MARKET, tmp_path, spoil)
    example = json.loads((folder / "example.annotation.json").read_text(encoding="utf-8"))
    example["article"]["text"] = hostile
    example["spans"][0].update(start=0, end=len(hostile), text=hostile)
    example["spans"][1]["attributes"]["note"] = hostile
    (folder / "example.annotation.json").write_text(json.dumps(example), encoding="utf-8")
    scheme = load_scheme(folder)
    markdown = codebook_markdown(scheme)
    assert not {"<", "\u202e"} & {*re.sub(r'<a id="[\w.~-]+"></a>', "", markdown)}
    for page in map(Page, (codebook_html(scheme), instructions(scheme))):
        assert page.tags.isdisjoint({"script", "img", "del"})
        assert_every_link_leads_somewhere(page)
        assert page.words.replace("`d`", "d").count(start + SHOWN) >= 20


def test_a_worked_example_is_not_said_to_be_invented(scheme: Scheme) -> None:
    page = codebook_markdown(scheme)
    assert "Worked example\n" in page
    assert "(invented)" not in page


def test_an_example_that_is_none_is_named(second_scheme: Scheme, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(second_scheme.folder, folder)
    (folder / "example.annotation.json").write_text('{"spans": 1}', encoding="utf-8")
    with pytest.raises(SchemeError, match=r"example\.annotation\.json: is no annotation document"):
        codebook_markdown(load_scheme(folder))


def with_prose(second_scheme: Scheme, tmp_path: Path, prose: str) -> Scheme:
    folder = tmp_path / "with prose"
    shutil.copytree(second_scheme.folder, folder)
    (folder / "codebook_prose.md").write_text(prose, encoding="utf-8")
    return load_scheme(folder)


def test_prose_has_its_place_in_the_contents_and_leaves_nothing_out(
    second_scheme: Scheme, tmp_path: Path
) -> None:
    prose = "# {{ scheme.title }}\n\n## Fields\n{{ values }}\n\nHeading\n-------\n*b* <i>c</i>\n"
    renamed = replace(with_prose(second_scheme, tmp_path, prose), title="A *b* <script>c</script>")
    page = Page(codebook_html(renamed))
    assert "A *b* <script>c</script>" in page.words
    assert "b <i>c</i>" in page.words
    assert {"chapter.heading", "chapter.fields", "chapter.fields.2", "drug"} <= {*page.anchors}
    assert_every_link_leads_somewhere(page)


def test_a_heading_in_a_quotation_is_no_chapter(second_scheme: Scheme, tmp_path: Path) -> None:
    scheme = with_prose(second_scheme, tmp_path, "# A\n\n> ## Quoted\n> words\n\n## Own\n")
    assert "\n> ## Quoted\n" in codebook_markdown(scheme)
    quoted = '<blockquote dir="auto">\n<h2>Quoted</h2>\n<p dir="auto">words</p>\n</blockquote>\n'
    assert quoted in instructions(scheme)


@pytest.mark.parametrize(
    ("prose", "place"),
    [
        ("# A\n\n{{ spans", r"codebook_prose\.md:3: "),
        ("{{ sapns }}", r"codebook_prose\.md:1: 'sapns' is undefined; it may name scheme, spans, "),
        ("{{ scheme.titel }}", r"codebook_prose\.md:1: .*titel"),
        ("# A\n\n{{ 1 / 0 }}", r"codebook_prose\.md:3: the template fails with ZeroDivisionError"),
        ("{% include 'other' %}", r"codebook_prose\.md:1: the template fails with TypeError"),
    ],
)
def test_prose_that_is_no_template_is_named(
    prose: str, place: str, second_scheme: Scheme, tmp_path: Path
) -> None:
    scheme = with_prose(second_scheme, tmp_path, prose)
    with pytest.raises(SchemeError, match=place):
        codebook_markdown(scheme)
