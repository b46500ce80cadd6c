"""The codebook says what the scheme says."""

import json
import re
from dataclasses import replace
from pathlib import Path

from signalbook.schema.page.codebook import codebook_html, codebook_markdown, instructions
from signalbook.schema.scheme.model import Scheme


def test_codebook_explains_every_value_and_every_check(scheme: Scheme) -> None:
    text = codebook_markdown(scheme)
    for _, field in scheme.fields():
        for value in field.values:
            assert f"`{value.id}`" in text
            assert value.description.replace("|", "\\|") in text
    for constraint in scheme.constraints:
        assert constraint.id in text


def test_codebook_explains_every_field(scheme: Scheme) -> None:
    text = codebook_markdown(scheme)
    for _, field in scheme.fields():
        assert f"`{field.name}`" in text
        assert field.description in text


def test_codebook_says_how_a_field_without_listed_values_is_answered(scheme: Scheme) -> None:
    sections = codebook_markdown(scheme).split("\n### ")
    booleans = [field.name for _, field in scheme.fields() if field.is_boolean]
    assert booleans
    for name in booleans:
        (section,) = [s for s in sections if f"(`{name}`, nominal, " in s.splitlines()[0]]
        assert "\n\nAnswer yes or no.\n" in section


def test_codebook_has_no_gaps_and_no_empty_columns(scheme: Scheme) -> None:
    text, page = codebook_markdown(scheme), codebook_html(scheme)
    assert "\n\n\n" not in text
    assert "<li>\n<p>" not in page  # which a browser shows with an empty line around each item
    for table in re.findall(r"<table>.*?</table>", page, re.DOTALL):
        rows = [re.findall(r"<td>(.*?)</td>", row) for row in table.split("</tr>")]
        columns = zip(*(row for row in rows if row), strict=True)
        assert all(any(column) for column in columns)


def test_codebook_of_a_bare_scheme_has_no_section_without_content(second_scheme: Scheme) -> None:
    types = tuple(replace(kind, fields=()) for kind in second_scheme.span_types)
    bare = replace(second_scheme, description="", span_types=types, article_labels=())
    text = codebook_markdown(bare)
    assert "\n\n\n" not in text
    assert not re.search(r"^## Agreement|^## Fields", text, re.MULTILINE)


def test_codebook_is_the_same_each_time(scheme: Scheme) -> None:
    assert codebook_markdown(scheme) == codebook_markdown(scheme)


def test_codebook_page_loads_nothing_and_escapes_what_the_scheme_says(scheme: Scheme) -> None:
    page = codebook_html(scheme)
    assert not re.search(r"(src|href)=[\"']?https?:", page)
    assert "<script" not in page
    assert "<table>" in instructions(scheme)


def test_the_instructions_name_the_door_and_the_key_that_keep_from_losing_work(
    scheme: Scheme,
) -> None:
    beginning = instructions(scheme)[:500]
    assert "Label All Tasks" in beginning
    assert "Press Esc" in beginning


def test_a_worked_example_is_not_said_to_be_invented(scheme: Scheme) -> None:
    page = codebook_markdown(scheme)
    assert "## Worked example\n" in page
    assert "(invented)" not in page


def test_no_html_of_the_worked_example_runs(scheme: Scheme, tmp_path: Path) -> None:
    example = json.loads((scheme.folder / "example.annotation.json").read_text(encoding="utf-8"))
    example["article"]["text"] = "<script>alert(1)</script>"
    example["spans"][0]["text"] = "<script>alert(2)</script>"
    (tmp_path / "example.annotation.json").write_text(json.dumps(example), encoding="utf-8")
    text = codebook_markdown(replace(scheme, path=tmp_path / scheme.path.name))
    assert "<script>" not in text
    assert "> &lt;script&gt;alert(1)" in text
