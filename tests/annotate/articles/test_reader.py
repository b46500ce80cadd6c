"""Articles read from every kind of file; every kind of bad input named with its place."""

import csv
import json
import os
import re
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import click
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbook.annotate.articles.formats import READERS
from signalbook.annotate.articles.reader import (
    normalise_text,
    problem_lines,
    read_articles,
    require_clean,
    text_hash,
)
from signalbook.annotate.cli.push import push_command
from signalbook.schema.documents.limits import MAX_CHARS, max_line
from signalbook.schema.documents.records import Article
from signalbook.schema.errors import ArticleError, UsageError
from signalbook.schema.scheme.model import Json, Scheme

SCHEMA: dict[str, Json] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "title", "text_sha256", "text_length", "language"],
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "text": {"type": "string"},
        "text_sha256": {"type": "string"},
        "text_length": {"type": "integer"},
        "url": {"type": ["string", "null"], "format": "uri"},
        "author": {"type": "array", "items": {"type": "string"}},
        "published_at": {
            "anyOf": [
                {"$ref": "#/$defs/day"},
                {"type": "string", "format": "date-time"},
                {"type": "null"},
            ]
        },
        "language": {"type": "string", "pattern": "^[a-z]{2,3}$"},
        "redistributable": {"type": "boolean"},
        "source_type": {"type": "string", "enum": ["poem", "letter"]},
        "metre": {"type": "string"},
        "extra": {"type": "object"},
    },
    "$defs": {"day": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}},
}
ANY_TEXT = st.text(st.characters(codec=None) | st.sampled_from("\0\r\n\ufeff\ud83d\ude00é\u0301"))


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def lines(*values: object, name: str = "a.jsonl") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return path


def problems_of(*paths: Path) -> list[str]:
    return [str(problem) for problem in read_articles(paths, article_schema=SCHEMA)[1]]


def only(*paths: Path) -> Article:
    articles, problems = read_articles(paths, article_schema=SCHEMA)
    assert problems == []
    (article,) = articles
    return article


# Normal form


@given(ANY_TEXT)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert text_hash(normalise_text(once)) == text_hash(once)


@given(ANY_TEXT)
def test_a_normalised_text_is_nfc_and_fits_into_every_file(text: str) -> None:
    found = normalise_text(text)
    assert unicodedata.is_normalized("NFC", found)
    assert not set(found) & {"\r", "\0"}
    assert not found.startswith("\ufeff")
    assert found.encode("utf-8").decode("utf-8") == found


@given(ANY_TEXT)
def test_line_ends_and_composition_do_not_change_the_hash(text: str) -> None:
    found = normalise_text(text)
    assert normalise_text(found.replace("\n", "\r\n")) == found
    assert normalise_text(unicodedata.normalize("NFD", found)) == found


def test_white_space_markdown_and_line_separators_are_kept() -> None:
    text = "  # A\u00a0*b*\t\n\n\n> c\u2028d \n"
    assert normalise_text(text) == text


# What is read


def test_json_lines_keep_unknown_columns_in_extra() -> None:
    row = {"id": "a", "text": "Caf\u0065\u0301.\r\nEnd", "language": "fr", "attribution": {"by": 1}}
    article = only(lines(row))
    assert article.to_dict() == {
        "id": "a",
        "text": "Café.\nEnd",
        "language": "fr",
        "text_sha256": text_hash("Café.\nEnd"),
        "text_length": 9,
        "extra": {"attribution": {"by": 1}},
        "title": "a",
        "redistributable": False,
    }


def test_a_column_of_the_scheme_stays_beside_the_known_ones() -> None:
    assert only(lines({"id": "a", "text": "x", "metre": "iamb"})).to_dict()["metre"] == "iamb"


def test_without_a_scheme_the_defaults_claim_least() -> None:
    articles, problems = read_articles([lines({"id": "a", "text": "x"})])
    assert problems == []
    assert articles[0].model_dump(include={"language", "licence", "redistributable"}) == {
        "language": "und",
        "licence": "LicenseRef-unknown",
        "redistributable": False,
    }


def test_the_defaults_of_metadata_are_the_schemes() -> None:
    own: dict[str, Json] = {"properties": {"metre": {"type": "string", "default": "free"}}}
    articles, problems = read_articles([lines({"id": "a", "text": "x"})], article_schema=own)
    assert problems == []
    assert articles[0].to_dict()["metre"] == "free"


def test_blank_lines_and_a_byte_order_mark_are_no_articles() -> None:
    path = Path("a.jsonl")
    path.write_bytes(b'\xef\xbb\xbf{"id": "a", "text": "x"}\r\n\r\n')
    assert only(path).id == "a"


def test_csv_splits_authors_and_reads_long_quoted_texts() -> None:
    text = "One, two\n" + "long " * 60_000
    with Path("a.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "author", "redistributable", "note"])
        writer.writerow(["7", text, "Ada Roe; Jon Vesk", "TRUE", ""])
    article = only(Path("a.csv"))
    assert (article.id, article.text) == ("7", text)
    assert article.author == ("Ada Roe", "Jon Vesk")
    assert article.redistributable is True
    assert article.extra == {}


def test_csv_has_words_alone_so_what_looks_like_no_number_stays() -> None:
    Path("a.csv").write_text("id,text,score\na,x,NaN\nb,y,Infinity\n", encoding="utf-8")
    articles, problems = read_articles([Path("a.csv")])
    assert ([article.extra["score"] for article in articles], problems) == (["NaN", "Infinity"], [])


def test_the_csv_field_limit_is_left_as_it_was() -> None:
    before = csv.field_size_limit()
    Path("a.csv").write_text("id,text\na,x\n", encoding="utf-8")
    only(Path("a.csv"))
    assert csv.field_size_limit() == before


def test_parquet_moments_become_iso() -> None:
    table = pa.table(
        {
            "id": ["a", "b", "c"],
            "text": ["x", "y", "z"],
            "published_at": pa.array(
                [datetime(2031, 5, 2), datetime(2031, 5, 3), None], pa.timestamp("ns")
            ),
            "seen": pa.array([datetime(2031, 5, 3, 8, tzinfo=UTC)] * 3, pa.timestamp("ms", "UTC")),
            "day": pa.array([date(2031, 5, 4)] * 3),
            "score": [1.5, float("nan"), 2.0],
        }
    )
    pq.write_table(table, "a.parquet")  # pyright: ignore[reportUnknownMemberType]
    articles, problems = read_articles([Path("a.parquet")], article_schema=SCHEMA)
    assert problems == []
    dates = [article.published_at for article in articles]
    assert dates == ["2031-05-02", "2031-05-03", None]
    assert articles[0].extra == {"seen": "2031-05-03T08:00:00Z", "day": "2031-05-04", "score": 1.5}


def test_a_folder_is_read_in_order_without_hidden_files() -> None:
    for name in ("in/b.txt", "in/a/z.md", "in/.hidden.txt", "in/.git/x.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("Text.\n", encoding="utf-8")
    lines({"id": "row", "text": "x"}, name="in/c.jsonl")
    articles, problems = read_articles([Path("in"), Path("in/b.txt")], article_schema=SCHEMA)
    assert problems == []
    assert [article.id for article in articles] == ["a/z", "b", "row"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# A river ##\n\nText", "A river"),
        ("A river\n\nText", "A river"),
        ("A river rose.\n\nIt fell.", "a"),
        ("A river\nrose", "a"),
        ("A river\nIt rose.", "A river"),
        ("A river rose,\nIt fell.", "a"),
        ("A river", "a"),
        ("x" * 121 + "\n\nText", "a"),
        ("#\n", "a"),
        ("A river\n=======\n\nIt rose.", "A river"),
        ("A *river*\n---\nIt rose.", "A river"),
        ("One line.\nA river\n=======\n", "a"),
        ("A river\n= 5", "A river"),
        ("# *A* `big` [river](https://example.org) \\*\n\nIt rose.", "A big river *"),
        ("# ![A map](map.png) of the river\n", "A map of the river"),
        ("#rivers rise.\n\nText", "a"),
        ("#rivers\n\nText", "#rivers"),
        ("####### rivers\n\nText", "####### rivers"),
    ],
)
def test_the_title_is_the_heading_or_the_id(text: str, title: str) -> None:
    Path("a.txt").write_text(text, encoding="utf-8")
    article = only(Path("a.txt"))
    assert (article.title, article.text) == (title, text)


def test_a_link_inside_the_folder_is_read_once() -> None:
    path = lines({"id": "a", "text": "x"}, name="in/a.jsonl")
    Path("in/latest.jsonl").symlink_to(path.name)
    assert only(Path("in")).id == "a"


# What is refused


def test_an_id_twice_names_both_places() -> None:
    first = lines({"id": "a", "text": "x"}, {"id": "b", "text": "x"}, {"id": "a", "text": "y"})
    second = lines({"id": "b", "text": "x"}, name="b.jsonl")
    assert problems_of(first, second) == [
        'a.jsonl:3: id "a" occurs twice (first at line 1); ids must be unique',
        'b.jsonl:1: id "b" occurs twice (first in a.jsonl:2); ids must be unique',
    ]


def test_two_texts_of_one_name_have_one_id() -> None:
    Path("a.md").write_text("x", encoding="utf-8")
    Path("a.txt").write_text("x", encoding="utf-8")
    assert problems_of(Path("a.md"), Path("a.txt")) == [
        'a.txt: id "a" occurs twice (first in a.md); ids must be unique'
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": "x"}, "no id; give every article an id that never changes"),
        ({"id": 1.5, "text": "x"}, "id is a number, not text; put it in quotes"),
        (
            {"id": " a", "text": "x"},
            'id " a" holds unprintable or outer white space; write an id that people can read',
        ),
        (
            {"id": "a" * 1001, "text": "x"},
            (
                f'id "{"a" * 58}… has 1,001 characters, more than 1,000; '
                "write an id that people can read"
            ),
        ),
        ({"id": "a"}, "no text; fill the column `text`, or take the article out"),
        (
            {"id": "a", "text": " \n"},
            "no text; fill the column `text`, or take the article out",
        ),
        ({"id": "a", "text": ["x"]}, "text is a list, not text; write text"),
        ({"id": "a", "text": "x", "title": 3}, "title is a number, not text; write text"),
        (
            {"id": "a", "text": "x", "author": ["b", True]},
            "author is a list, not a list of names; write a list of names",
        ),
        (
            {"id": "a", "text": "x", "redistributable": "maybe"},
            "redistributable is text, not true or false; write true or false",
        ),
        ({"id": "a", "text": "x", "extra": "y"}, "extra is text, not an object; write an object"),
        (
            {"id": "a", "text": "x", "text_sha256": "0" * 64},
            "text_sha256 is not the hash of the text; leave it out, or restore the text",
        ),
        (
            {"id": "a", "text": "x", "language": "French"},
            'language "French" does not fit the scheme; write text that matches ^[a-z]{2,3}$',
        ),
        (
            {"id": "a", "text": "x", "source_type": "song"},
            'source_type "song" does not fit the scheme; write one of "poem", "letter"',
        ),
        (
            {"id": "a", "text": "x", "published_at": "yesterday"},
            (
                'published_at "yesterday" does not fit the scheme; write text that matches '
                "^[0-9]{4}-[0-9]{2}-[0-9]{2}$ or a moment like 2031-05-02T09:30:00Z or null"
            ),
        ),
        (
            {"id": "a", "text": "x", "published_at": "2031-13-02T00:00:00Z"},
            (
                'published_at "2031-13-02T00:00:00Z" does not fit the scheme; write text that matches '
                "^[0-9]{4}-[0-9]{2}-[0-9]{2}$ or a moment like 2031-05-02T09:30:00Z or null"
            ),
        ),
        (
            {"id": "a", "text": "x", "url": "not a link"},
            'url "not a link" does not fit the scheme; write a web address like https://example.org/page, without a password',
        ),
        (["a"], "a list, not an object; write one JSON object a line"),
    ],
)
def test_a_bad_row_names_place_fact_and_way_out(row: object, message: str) -> None:
    assert problems_of(lines(row)) == [f"a.jsonl:1: {message}"]


def test_how_a_value_is_written_is_said_in_the_words_of_the_scheme(diplomatic: Scheme) -> None:
    path = lines({"id": "a", "text": "x", "published_at": "May", "language": "French!"})
    _, problems = read_articles([path], article_schema=diplomatic.article_schema)
    assert {problem.fact.split()[0]: problem.fix for problem in problems} == {
        "published_at": (
            "write YYYY, YYYY-MM or YYYY-MM-DD, only if the article fixes it; "
            "or a moment like 2031-05-02T09:30:00Z; or null"
        ),
        "language": "write text that matches ^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$ (BCP 47)",
    }


def test_how_a_value_is_written_is_said_in_words_for_every_type_and_format() -> None:
    schema: dict[str, Json] = {
        **SCHEMA,
        "properties": {
            "metre": {"type": ["string", "null"]},
            "verses": {"type": "integer"},
            "heard_on": {"format": "date"},
        },
        "required": [],
    }
    path = lines({"id": "a", "text": "x", "metre": 5, "verses": "many", "heard_on": "Monday"})
    _, problems = read_articles([path], article_schema=schema)
    assert {problem.fact.split()[0]: problem.fix for problem in problems} == {
        "metre": "write text or null",
        "verses": "write a whole number",
        "heard_on": "write a day like 2031-05-02",
    }


def test_a_missing_column_of_the_scheme_is_named() -> None:
    schema: dict[str, Json] = {**SCHEMA, "required": ["metre"]}
    _, problems = read_articles([lines({"id": "a", "text": "x"})], article_schema=schema)
    assert [str(problem) for problem in problems] == [
        "a.jsonl:1: 'metre' is a required property; see the section `article` of the scheme"
    ]


def test_all_problems_of_an_article_are_reported_at_once() -> None:
    path = lines({"id": "a", "text": "", "language": "X", "title": 1, "url": "x y"})
    assert len(problems_of(path)) == 4


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            b'{"id": "a",',
            "not JSON: Expecting property name enclosed in double quotes at column 12",
        ),
        (b'{"id": "a', "not JSON: Unterminated string starting at column 8"),
        (b'{"id": "a", "n": NaN}', "not JSON: NaN is not a finite number"),
    ],
)
def test_broken_json_names_line_and_column(line: bytes, message: str) -> None:
    Path("a.jsonl").write_bytes(b'{"id": "ok", "text": "x"}\n' + line + b"\n")
    assert problems_of(Path("a.jsonl")) == [f"a.jsonl:2: {message}; write one JSON object a line"]


@pytest.mark.parametrize("number", ["1e999", '[1, {"deep": -1e999}]'])
def test_a_number_that_would_be_read_as_infinite_is_a_problem(number: str) -> None:
    Path("a.jsonl").write_text(f'{{"id": "a", "text": "x", "n": {number}}}\n', encoding="utf-8")
    (problem,) = problems_of(Path("a.jsonl"))
    assert re.fullmatch(r"a\.jsonl:1: -?1e999 is not a finite number; write another one", problem)


@pytest.mark.parametrize(
    ("line", "key"),
    [('{"id": "a", "text": "x", "id": "b"}', "id"), ('{"id": "a", "y": {"é": 1, "é": 2}}', "é")],
)
def test_a_key_that_occurs_twice_is_a_problem(line: str, key: str) -> None:
    Path("a.jsonl").write_text(line + "\n", encoding="utf-8")
    message = f'a.jsonl:1: the key "{key}" occurs twice; leave one out'
    assert problems_of(Path("a.jsonl")) == [message]


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ('{"id": "a", "text": "x", "k": 1, "k\\u0000": 2}', 'the key "k" occurs twice'),
        (
            '{"id": "a", "text": "x", "y": {"\\u00e9": 1, "e\\u0301": 2}}',
            'the key "é" occurs twice',
        ),
        ('{"id": "a", "text": "x", "k": 1, "extra": {"k": 2}}', '"k" stands both in `extra` and'),
    ],
)
def test_of_keys_that_mean_one_column_no_value_is_lost(line: str, fact: str) -> None:
    Path("a.jsonl").write_text(line + "\n", encoding="utf-8")
    (problem,) = problems_of(Path("a.jsonl"))
    assert problem.startswith(f"a.jsonl:1: {fact}")


def test_a_key_is_cleaned_like_a_value_and_with_a_warning() -> None:
    Path("a.jsonl").write_text('{"id": "a", "text": "x", "k\\ud83d\\u0000": 1}\n', encoding="utf-8")
    (article,), (problem,) = read_articles([Path("a.jsonl")])
    assert article.extra == {"k\ufffd": 1}
    assert (problem.severity, problem.fact.split()[0]) == ("warning", "k\ufffd")


def test_json_nested_too_deeply_is_a_problem_not_a_crash() -> None:
    Path("a.jsonl").write_text("[" * 200_000, encoding="utf-8")
    (problem,) = problems_of(Path("a.jsonl"))
    assert problem.startswith("a.jsonl:1: not JSON: ")


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("a.jsonl", b'{"id": "ok", "text": "x"}\n{"id": "'),
        ("a.csv", b"id,text\na,"),
        ("a.txt", b"One\n"),
    ],
)
def test_bytes_that_are_not_utf8_are_located(name: str, before: bytes) -> None:
    Path(name).write_bytes(before + b"\xe9t\xe9\n")
    place = f"{name}:2: byte 0xe9 at offset {len(before)}"
    assert problems_of(Path(name)) == [f"{place} is not UTF-8; save the file as UTF-8"]


QUOTE = 'put fields that hold a comma, a quote or a line break in quotes, and double "'


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        ("id,text\na,x,y\nb,z\n", [f"a.csv:2: the row has 3 fields, the header 2; {QUOTE}"]),
        ('id,text\na,"x"y\nb,z\n', [f"a.csv:2: broken CSV: ',' expected after '\"'; {QUOTE}"]),
        ('id,text\na,"x\ny\n', [f"a.csv:2: broken CSV: unexpected end of data; {QUOTE}"]),
        (
            "id;text\na;x\n",
            [
                f"a.csv:1: no column {name!r} among 'id;text'; "
                "rename the one that holds it, and separate columns by commas"
                for name in ("id", "text")
            ],
        ),
        ("id,text,id\na,x,b\n", ["a.csv:1: column 'id' occurs twice; rename one of them"]),
    ],
)
def test_broken_csv_is_located(content: str, messages: list[str]) -> None:
    Path("a.csv").write_text(content, encoding="utf-8")
    assert problems_of(Path("a.csv")) == messages


def test_the_line_of_a_csv_row_is_where_it_begins() -> None:
    Path("a.csv").write_text('id,text\na,"x\ny\nz"\nb,""\n', encoding="utf-8")
    (problem,) = problems_of(Path("a.csv"))
    assert problem.startswith("a.csv:5: no text; ")


def test_parquet_problems_name_file_or_row() -> None:
    Path("a.parquet").write_bytes(b"not parquet at all")
    pq.write_table(pa.table({"id": ["a"]}), "b.parquet")  # pyright: ignore[reportUnknownMemberType]
    pq.write_table(  # pyright: ignore[reportUnknownMemberType]
        pa.table({"id": ["a"], "text": ["x"], "raw": [b"x"]}), "c.parquet"
    )
    found = problems_of(Path("a.parquet"), Path("b.parquet"), Path("c.parquet"))
    assert found[0].startswith("a.parquet: not a readable Parquet file: ")
    assert found[1:] == [
        "b.parquet: no column 'text' among 'id'; rename the one that holds it",
        "c.parquet:1: column 'raw' holds bytes; store it as text, numbers or lists of them",
    ]


def test_files_that_hold_no_articles_are_refused() -> None:
    kinds = ".jsonl, .ndjson, .csv, .parquet, .txt, .md"
    Path("in").mkdir()
    Path("a.docx").write_bytes(b"")
    Path("LIST").write_bytes(b"")
    os.mkfifo("pipe.txt")
    paths = [Path("in"), Path("a.docx"), Path("LIST"), Path("pipe.txt"), Path("gone.txt")]
    assert problems_of(*paths) == [
        f"in: holds no file; put {kinds} files there",
        f"a.docx: unknown kind of file '.docx'; known are {kinds}",
        f"LIST: no file extension; known are {kinds}",
        "pipe.txt: not a regular file; copy its content into a file",
        "gone.txt: no such file or folder; check the path",
    ]


def test_a_format_is_known_by_its_reader_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, ".rst", READERS[".txt"])
    Path("in").mkdir()
    Path("a.rst").write_text("Rain.", encoding="utf-8")
    articles, problems = read_articles([Path("a.rst"), Path("in"), Path("a.docx")])
    assert [article.id for article in articles] == ["a"]
    assert all(".rst" in problem.fix for problem in problems)
    assert len(problems) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_problem() -> None:
    path = lines({"id": "a", "text": "x"})
    path.chmod(0)
    assert problems_of(path) == [
        "a.jsonl: cannot be read: Permission denied; check its permissions"
    ]


def test_links_that_leave_the_folder_are_refused() -> None:
    lines({"id": "a", "text": "x"}, name="in/a.jsonl")
    lines({"id": "b", "text": "x"}, name="secret/b.jsonl")
    Path("in/b.jsonl").symlink_to("../secret/b.jsonl")
    Path("in/folder").symlink_to("../secret")
    Path("in/nothing.jsonl").symlink_to("nowhere.jsonl")
    assert problems_of(Path("in")) == [
        "in/b.jsonl: is a link that leaves the folder; copy the file into it",
        "in/folder: is a link that leaves the folder; copy the file into it",
        "in/nothing.jsonl: is a link to nothing; remove it",
    ]


def test_what_no_file_can_keep_is_replaced_with_a_warning() -> None:
    Path("a.jsonl").write_text('{"id": "a", "text": "x\\ud83dy\\u0000"}\n', encoding="utf-8")
    (article,), (problem,) = read_articles([Path("a.jsonl")], article_schema=SCHEMA)
    assert article.text == "x\ufffdy"
    assert problem.severity == "warning"
    assert str(problem) == (
        "a.jsonl:1: text held NUL or lone surrogates; they are removed or U+FFFD; "
        "check where this text comes from"
    )
    assert require_clean([article], [problem]) == [article]


# Going on


def test_nothing_goes_on_with_a_broken_article() -> None:
    rows = [{"id": f"a{i}", "text": ""} for i in range(30)]
    path = lines({"id": "ok", "text": "x"}, *rows, {"text": "x"})
    articles, problems = read_articles([path], article_schema=SCHEMA)
    with pytest.raises(ArticleError) as refusal:
        require_clean(articles, problems)
    assert str(refusal.value) == (
        "a.jsonl:2: no text; fill the column `text`, or take the article out (and 29 more like this)\n"
        "a.jsonl:32: no id; give every article an id that never changes"
    )
    assert require_clean(articles, problems, skip_broken=True) == articles


def test_a_long_list_of_problems_is_cut_and_counted() -> None:
    path = lines(*[{"id": f"a{i}", "text": "x", "language": f"X{i}"} for i in range(25)])
    articles, problems = read_articles([path], article_schema=SCHEMA)
    with pytest.raises(ArticleError) as refusal:
        require_clean(articles, problems)
    assert len(str(refusal.value).splitlines()) == 21
    assert str(refusal.value).endswith("\nand 5 more")
    with pytest.raises(ArticleError, match="no article to go on with"):
        require_clean(articles, problems, skip_broken=True)


# What no file, server or other program can hold


@pytest.mark.parametrize(
    ("written", "fact"),
    [
        ("9223372036854775808", "is a larger number than other programs read"),
        ("[" * 300 + "]" * 300, "is nested deeper than 32 levels"),
    ],
)
def test_a_value_that_cannot_be_kept_is_refused_and_the_rest_goes_on(
    written: str, fact: str
) -> None:
    path = Path("a.jsonl")
    path.write_text(f'{{"id": "a", "text": "x", "score": {written}}}\n{{"id": "b", "text": "y"}}\n')
    articles, problems = read_articles([path], article_schema=SCHEMA)
    assert [(problem.article_id, problem.fact) for problem in problems] == [("a", f"score {fact}")]
    assert [article.id for article in require_clean(articles, problems, skip_broken=True)] == ["b"]


def test_numbers_that_are_ids_become_text() -> None:
    pq.write_table(pa.table({"id": [7, 8], "text": ["x", "y"]}), "a.parquet")
    articles, problems = read_articles([Path("a.parquet"), lines({"id": 9, "text": "z"})])
    assert ([article.id for article in articles], problems) == (["7", "8", "9"], [])


def test_row_numbers_that_pandas_adds_are_no_metadata() -> None:
    table = pa.table({"id": ["a"], "text": ["x"], "__index_level_0__": [5], "score": [1.5]})
    pq.write_table(table, "a.parquet")
    assert only(Path("a.parquet")).extra == {"score": 1.5}


def test_an_infinite_number_in_parquet_is_refused_and_none_is_missing() -> None:
    scores = [float("inf"), float("nan")]
    pq.write_table(pa.table({"id": ["a", "b"], "text": ["x", "y"], "score": scores}), "a.parquet")
    articles, problems = read_articles([Path("a.parquet")])
    assert [article.extra for article in articles] == [{}]
    assert [problem.fact for problem in problems] == ["score is not a finite number"]


def test_a_row_of_parquet_that_is_not_utf8_is_named_and_the_rest_goes_on() -> None:
    texts = pa.array([b"fine", b"\xff\xfe", b"too"]).view(pa.string())
    pq.write_table(pa.table({"id": ["a", "b", "c"], "text": texts}), "a.parquet")
    articles, problems = read_articles([Path("a.parquet")])
    assert [article.id for article in articles] == ["a", "c"]
    assert [(p.line, p.fact) for p in problems] == [(2, "column 'text' is not UTF-8 at byte 0")]


@pytest.mark.parametrize(
    ("kind", "number", "fact"),
    [
        (pa.date32(), 7_000_000, "holds a value out of range (date32[day])"),
        (pa.date32(), -7_000_000, "holds a value out of range (date32[day])"),
        (pa.timestamp("ms"), 10**15, "holds a value out of range (timestamp[ms])"),
        (pa.timestamp("us"), 2**62, "holds a value out of range (timestamp[us])"),
        (pa.timestamp("us", "Mars/Base"), 1, "is in the unknown time zone 'Mars/Base'"),
        (pa.duration("s"), 2**62, "holds a value out of range (duration[s])"),
        (pa.time32("ms"), 90_000_000, "holds a value out of range (time32[ms])"),
        (pa.time64("us"), -1, "holds a value out of range (time64[us])"),
        (
            pa.list_(pa.time64("ns")),
            [86_400 * 10**9],
            "holds a value out of range (list<element: ti",
        ),
        (pa.list_(pa.date32()), [7_000_000], "holds a value out of range (list<element: date32["),
    ],
)
def test_a_value_of_parquet_that_python_cannot_hold_is_named_and_the_rest_goes_on(
    kind: pa.DataType, number: object, fact: str
) -> None:
    of_numbers = pa.int32() if "32" in str(kind) else pa.int64()
    of_numbers = pa.list_(of_numbers) if isinstance(number, list) else of_numbers
    seen = pa.array([None, number], of_numbers).cast(kind)
    pq.write_table(pa.table({"id": ["a", "b"], "text": ["x", "y"], "seen": seen}), "a.parquet")
    articles, (problem,) = read_articles([Path("a.parquet")])
    assert [article.id for article in articles] == ["a"]
    assert str(problem).startswith(f"a.parquet:2: column 'seen' {fact}")


def test_a_text_that_is_too_long_is_refused_and_the_limit_can_be_raised() -> None:
    path = lines({"id": "a", "text": "x" * 11})
    articles, (problem,) = read_articles([path], max_chars=10)
    assert (articles, problem.fact) == ([], "text has 11 characters, more than 10")
    assert "--max-chars" in problem.fix
    assert len(read_articles([path], max_chars=11)[0]) == 1


@pytest.mark.parametrize("value", [[0] * 11, {"a": ["x" * 11]}, "x" * 11])
def test_metadata_that_are_too_long_are_refused_like_a_text(value: Json) -> None:
    path = lines({"id": "a", "text": "x", "odd": value})
    articles, (problem,) = read_articles([path], max_chars=10)
    assert articles == []
    assert problem.fact.endswith("characters, more than 10")
    assert "--max-chars" in problem.fix


@pytest.mark.parametrize(
    ("name", "content", "left"),
    [
        ("a.jsonl", b'{"id": "a", "text": "%s"}\n{"id": "b", "text": "y"}\n', ["b"]),
        ("a.csv", b"id,text\na,%s\nb,y\n", ["b"]),
        ("a.csv", b'id,text\na,"%s\n"\n', []),
        ("a.txt", b"%s\n", []),
    ],
)
def test_a_line_that_no_text_needs_is_refused_before_it_is_held(
    name: str, content: bytes, left: list[str]
) -> None:
    Path(name).write_bytes(content % (b"x" * (max_line(10) + 1)))
    articles, problems = read_articles([Path(name)], max_chars=10)
    assert [article.id for article in articles] == left
    assert problems[0].fact.endswith(f" is longer than {max_line(10):,} bytes")
    assert "--max-chars" in problems[0].fix


@pytest.mark.parametrize(
    "long",
    [
        pa.array([[True], [True] * max_line(10)]),
        pa.array([[1], [1] * max_line(10)], pa.large_list(pa.int8())),
        pa.array([[("a", 1)], [("a", 1)] * max_line(10)], pa.map_(pa.string(), pa.int8())),
        pa.array([{"deep": [1]}, {"deep": [1] * max_line(10)}]),
        pa.array(["x", "x" * (max_line(10) + 1)]),
    ],
)
def test_a_value_of_parquet_is_refused_before_python_holds_it(
    long: pa.Array, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(rows: int) -> None:
        column = pa.concat_arrays([long, *[long.slice(0, 1)] * (rows - 2)])
        numbers = [str(number) for number in range(rows)]
        pq.write_table(pa.table({"id": numbers, "text": numbers, "odd": column}), "a.parquet")

    write(50)
    articles, (problem,) = read_articles([Path("a.parquet")], max_chars=10)
    assert [article.id for article in articles] == [str(n) for n in range(50) if n != 1]
    assert str(problem).startswith(f"a.parquet:2: column 'odd' is longer than {max_line(10):,} ")
    write(2)
    one = cast("pa.Table", pq.read_table("a.parquet").slice(1))
    pq.write_table(one, "a.parquet", use_dictionary=False)
    monkeypatch.delattr(pq.ParquetFile, "iter_batches")
    articles, problems = read_articles([Path("a.parquet")], max_chars=10)
    assert articles == []
    assert {"--max-chars" in problem.fix for problem in problems} == {True}


def test_a_field_of_csv_that_fills_many_lines_is_refused_once() -> None:
    Path("a.csv").write_text('id,text\na,"' + "x" * 99 + "\n" * max_line(10), encoding="utf-8")
    articles, (problem,) = read_articles([Path("a.csv")], max_chars=10)
    assert articles == []
    assert problem.fact.startswith("a field is longer than ")


def test_the_limit_of_every_command_is_that_of_push(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALBOOK_MAX_CHARS", "5")
    assert [p.fact for p in read_articles([lines({"id": "a", "text": "x" * 6})])[1]] == [
        "text has 6 characters, more than 5"
    ]


@pytest.mark.parametrize("limit", ["many", "0", "-5", "1e6"])
def test_a_limit_that_is_none_is_refused(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALBOOK_MAX_CHARS", limit)
    with pytest.raises(UsageError, match=f"SIGNALBOOK_MAX_CHARS: is '{limit}'; write a number"):
        read_articles([])


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_file_without_text_is_told_of_as_a_file(name: str) -> None:
    Path(name).write_text("\n", encoding="utf-8")
    _, (problem,) = read_articles([Path(name)])
    assert str(problem) == f"{name}: no text; write it into the file, or take the file out"


def test_the_help_of_push_names_the_limit() -> None:
    (option,) = [o for o in push_command.params if o.name == "max_chars"]
    assert isinstance(option, click.Option)
    assert option.show_default == f"{MAX_CHARS:,} characters"


def test_all_texts_together_have_a_limit_too() -> None:
    pq.write_table(
        pa.table({"id": [str(n) for n in range(2_000)], "text": ["x" * 10] * 2_000}), "a.parquet"
    )
    articles, (problem,) = read_articles([Path("a.parquet")], max_chars=10)
    assert len(articles) == 501
    assert problem.fact == "the articles up to here hold more than 5,000 characters"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2025-03-01T10:00:00Z", "2025-03-01T10:00:00Z"),
        ("2025-03-01 10:00:00+02:00", "2025-03-01T10:00:00+02:00"),
        ("2025-03-01T10:00:00+0200", "2025-03-01T10:00:00+02:00"),
        ("2025-03-01T10:00:00.123456789Z", "2025-03-01T10:00:00.123456Z"),
        ("2025", "2025"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_moments_of_other_programs_are_taken(written: str, kept: str, diplomatic: Scheme) -> None:
    path = lines({"id": "a", "text": "x", "published_at": written})
    (article,), problems = read_articles([path], article_schema=diplomatic.article_schema)
    assert (article.published_at, problems) == (kept, [])


@pytest.mark.parametrize(
    "written",
    ["2024-02-30", "2025-03-01T24:00:00Z", "2025-03-01T10:00:60Z", "01/03/2025", "1e9", "2025-13"],
)
def test_what_is_no_day_of_the_calendar_is_refused(written: str, diplomatic: Scheme) -> None:
    path = lines({"id": "a", "text": "x", "published_at": written})
    articles, (problem,) = read_articles([path], article_schema=diplomatic.article_schema)
    assert articles == []
    assert problem.fact == f'published_at "{written}" does not fit the scheme'


def test_of_a_moment_without_a_time_zone_the_day_is_kept_with_one_warning(
    diplomatic: Scheme,
) -> None:
    rows = [{"id": id, "text": "x", "published_at": "2025-03-01T10:00:00"} for id in "ab"]
    articles, problems = read_articles([lines(*rows)], article_schema=diplomatic.article_schema)
    assert [article.published_at for article in articles] == ["2025-03-01", "2025-03-01"]
    assert {problem.severity for problem in problems} == {"warning"}
    assert len(problem_lines(problems)) == 1


def test_a_moment_without_a_time_zone_means_the_same_in_parquet_and_csv(
    diplomatic: Scheme,
) -> None:
    moment = datetime(2031, 5, 2, 9, 30)
    table = {"id": ["a"], "text": ["x"], "published_at": [moment], "seen": [moment]}
    pq.write_table(pa.table(table), "a.parquet")
    Path("a.csv").write_text(f"id,text,published_at,seen\na,x,{moment},{moment.isoformat()}\n")
    schema = diplomatic.article_schema
    of_parquet, of_csv = (
        read_articles([Path(name)], article_schema=schema) for name in ("a.parquet", "a.csv")
    )
    assert of_parquet[0] == of_csv[0]
    assert (of_csv[0][0].published_at, len(of_csv[1])) == ("2031-05-02", 1)
    assert [p.fact for p in of_parquet[1]] == [p.fact for p in of_csv[1]]


def test_marks_of_markdown_are_told_and_plain_text_is_not() -> None:
    Path("a.md").write_text("# A river\n\nIt **rose**.", encoding="utf-8")
    Path("b.md").write_text("A river\n\nIt rose.", encoding="utf-8")
    Path("c.md").write_text("A river\n=======\n\nIt rose.", encoding="utf-8")
    articles, problems = read_articles([Path(name) for name in ("a.md", "b.md", "c.md")])
    assert [article.title for article in articles] == ["A river"] * 3
    assert [(p.article_id, p.severity) for p in problems] == [("a", "warning"), ("c", "warning")]


def test_warnings_that_are_alike_are_one_line_over_all_files() -> None:
    for name in ("a.md", "b.md"):
        Path(name).write_text("# A river\n\nIt rose.", encoding="utf-8")
    (line,) = problem_lines(read_articles([Path("a.md"), Path("b.md")])[1])
    assert line.startswith("a.md: is Markdown;")
    assert line.endswith("(and 1 more like this)")
