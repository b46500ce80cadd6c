"""JSON is read and written so that every program reads the same in it."""

import ast
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from places import ROOT

from signalbook.schema.json_text import JsonError, decode_json, json_line, json_page, json_source

#: They show a value in a message.
SHOWING = {
    "annotate/articles/metadata.py",
    "annotate/conversion/from_results.py",
    "export/validation/messages.py",
    "export/validation/violations.py",
    "schema/cli/migrate.py",
    "schema/json_text.py",
    "schema/scheme/answers.py",
    "schema/scheme/keyword_forms.py",
    "schema/scheme/lint.py",
}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("write", [json_line, json_page])
def test_no_file_holds_what_is_no_number(write: Callable[[object], str], number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write({"lead_time": [number]})


def test_what_is_written_is_read_back() -> None:
    value = {"é": [1, None, "\u2028"], "a": {"b": 0.5}}
    assert json_line(value) == '{"é":[1,null,"\u2028"],"a":{"b":0.5}}'
    assert decode_json(json_line(value), way_out="") == value
    assert decode_json(json_page(value), way_out="") == value
    assert json_line(value, sort_keys=True).startswith('{"a"')


@pytest.mark.parametrize(
    ("text", "fact", "line"),
    [
        ('{"a": 1,\n "a": 2}', 'the key "a" occurs twice', 1),
        ('{"a": 1,\n "b": }', "not JSON: Expecting value at column 7", 2),
        ("[-Infinity]", "not JSON: -Infinity is not a finite number", 1),
        ("9" * 5_000, "not JSON: a number of 5,000 digits is too long to be read", 1),
        ("[-1e999]", "-1e999 is not a finite number", 1),
        ("[-1e-400]", "the number -1e-400 is too small to be kept", 1),
        ("[" * 100_000, "not JSON: it is nested too deeply to be read", 1),
    ],
)
def test_what_programs_read_differently_is_refused_in_true_words(
    text: str, fact: str, line: int
) -> None:
    with pytest.raises(JsonError) as refusal:
        decode_json(text, way_out="correct it")
    assert (refusal.value.fact, refusal.value.line) == (fact, line)


def test_zero_is_zero_however_it_is_written() -> None:
    text = "[0.0, -0e5, 0.000E-400, 1e-300]"
    assert decode_json(text, way_out="") == [0, 0, 0, 1e-300]


def test_all_json_of_files_is_written_at_one_place() -> None:
    strays = {
        str(path.relative_to(ROOT)): call.lineno
        for folder in ("annotate", "export", "schema")
        for path in sorted(Path(ROOT / folder).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("json.dumps", "json.dump")
        if not any(keyword.arg == "allow_nan" for keyword in call.keywords)
    }
    assert set(strays) <= SHOWING, strays


def test_json_source_keeps_small_things_on_one_line_and_means_the_same() -> None:
    value = {"a": {"é": [1, 2.5, None]}, "b": [], "c": {"d": {"e": True}}, "f": ["x" * 99, "y"]}
    text = json_source(value)
    assert json.loads(text) == value
    assert text.splitlines()[1:3] == ['  "a": {"é": [1, 2.5, null]},', '  "b": [],']
