"""`scheme check --advice` names what is known to hurt agreement, with its source, and refuses nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from places import EXAMPLES

from signalbook.annotate.cli.commands import cli
from signalbook.schema.authoring.advice import ADVICE

RULED = {"x-agreement": {"coefficient": "krippendorff_alpha_nominal", "target": 0.8}}
DEFINED = [
    {"const": name, "title": name, "description": f"What is {name}."}
    for name in ("for", "against", "unclear")
]


@pytest.fixture(autouse=True)
def outside_of_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def check(source: str, *options: str) -> Result:
    return CliRunner().invoke(cli, ["scheme", "check", source, *options])


def advice(field: dict[str, Any], *, required: bool = True) -> list[tuple[str, str, str]]:
    """Kind, place and detail of the advice on a scheme that asks one thing about the article."""
    section = {"type": "object", "properties": {"a": field}, "required": ["a"] if required else []}
    scheme = {"x-scheme": {"name": "mine", "version": "1.0.0"}, "type": "object"}
    whole = {**scheme, "properties": {"article_labels": section}}
    Path("mine.schema.json").write_text(json.dumps(whole), encoding="utf-8")
    done = check("mine.schema.json", "--advice", "--json")
    assert done.exit_code == 0
    return [(a["id"], a["place"], a["detail"]) for a in json.loads(done.stdout)["warnings"]]


LETTERS = "abcdefghijkl"
CASES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"oneOf": DEFINED, **RULED}, []),
    ({"oneOf": DEFINED}, [("no-target", "")]),
    ({"enum": ["for", "unclear"], **RULED}, [("undefined-values", "for, unclear")]),
    (
        {"oneOf": [*DEFINED[:2], {"const": "both", "description": "It is both."}], **RULED},
        [("no-way-out", "")],
    ),
    (
        {"enum": [*LETTERS, "other"], **RULED},
        [("long-list", "13 values, 13 of them not described")],
    ),
    ({"oneOf": DEFINED, "default": "for", **RULED}, [("proposed-answer", "for")]),
    ({"type": "boolean", "default": False, **RULED}, [("proposed-answer", "false")]),
    ({"type": "string"}, [("free-text", "")]),
    ({"type": "string", "format": "date", **RULED}, []),
    (
        {"oneOf": [{**DEFINED[0], "x-hotkey": "u"}, *DEFINED[1:]], **RULED},
        [("key-without-effect", "for")],
    ),
    (
        {"type": "integer", "minimum": 0, "maximum": 10},
        [("long-scale", "11 points"), ("no-target", "")],
    ),
]


@pytest.mark.parametrize(("field", "expected"), CASES)
def test_each_kind_of_advice_is_given_where_it_belongs(
    field: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert advice(field) == [(id, "article.a", detail) for id, detail in expected]


def test_an_answer_that_may_be_left_out_needs_no_way_out_and_no_list() -> None:
    described = [*DEFINED[:2], {"const": "both", "description": "It is both."}]
    assert advice({"oneOf": described, **RULED}, required=False) == []
    assert advice({"type": "string"}, required=False) == []


def test_advice_says_what_it_rests_on_and_where() -> None:
    lines = check(str(EXAMPLES / "questions" / "1.0"), "--advice").stdout.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("Advice: spans of which"))
    assert lines[first + 1] == "  question"
    assert lines[first + 2].startswith("  Because in two trials")


def test_a_scheme_that_heeds_all_of_it_hears_that() -> None:
    done = check(str(EXAMPLES / "claims" / "1.0"), "--advice")
    assert "nothing in it that is known to hurt agreement" in done.stdout


def test_without_being_asked_the_check_gives_no_advice() -> None:
    assert "Advice" not in check(str(EXAMPLES / "questions" / "1.0")).stdout


def test_a_target_that_is_never_met_is_named_without_being_asked_for() -> None:
    claims = EXAMPLES / "claims" / "1.0" / "claims.schema.json"
    text = claims.read_text(encoding="utf-8")
    Path("claims.schema.json").write_text(text.replace("0.8}", "1}"), encoding="utf-8")
    done = check("claims.schema.json", "--json")
    assert done.exit_code == 0
    named = [(a["id"], a["place"]) for a in json.loads(done.stdout)["warnings"]]
    assert {id for id, _ in named} == {"unreachable-target"}
    assert [place for _, place in named] == ["claim.about", "article.settled"]
    assert "Advice: a target of 1, which is never met." in check("claims.schema.json").stdout


@pytest.mark.parametrize("id", ADVICE)
def test_every_kind_of_advice_has_a_source_and_a_way_out(id: str) -> None:
    kind = ADVICE[id]
    sources = "1934", "2008", "2011", "2016", "2017", "2018", "trial", "seen in"
    assert any(year in kind.source for year in sources)
    assert kind.way_out
