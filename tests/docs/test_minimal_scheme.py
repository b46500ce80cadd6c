"""The scheme that the documentation begins with is right, whole, and no bigger than it must be."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from places import ROOT

from signalbook.annotate.articles.reader import text_hash
from signalbook.annotate.cli.commands import cli

PAGE = (ROOT / "docs" / "reference" / "scheme-vocabulary.md").read_text(encoding="utf-8")
(INCLUDED,) = re.findall(r'^--8<-- "(.+)"$', PAGE, re.MULTILINE)
MINIMAL = str(ROOT / INCLUDED)
SECTIONS = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
TEXT = "It rained. Who had asked for it?"


@pytest.fixture(autouse=True)
def outside_of_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_scheme_check_finds_the_minimal_scheme_fine() -> None:
    done = run("scheme", "check", MINIMAL)
    assert (done.exit_code, done.exception) == (0, None)
    assert "questions 1.0.0: fine (1 span type, 4 fields," in done.stdout


def test_a_document_of_the_minimal_scheme_can_be_published() -> None:
    article = {"id": "a1", "text": TEXT, "text_sha256": text_hash(TEXT), "text_length": len(TEXT)}
    span = {"id": "q1", "type": "question", "start": 11, "end": 32}
    document = {
        "schema_version": "1.0.0",
        "article": article,
        "annotator": {"id": "ada"},
        "spans": [{**span, "attributes": {"answered": False, "tone": "critical"}}],
        "article_labels": {"difficulty": 2},
    }
    Path("documents.jsonl").write_text(json.dumps(document), encoding="utf-8")
    options = ("--scheme", MINIMAL, "--output", "datasets")
    done = run("release", "build", "1.0.0", "--documents", "documents.jsonl", *options)
    assert (done.exit_code, done.exception) == (0, None)
    assert run("release", "verify", "datasets/questions/1.0.0").exit_code == 0


@pytest.mark.parametrize("section", SECTIONS)
def test_the_minimal_scheme_may_leave_out_any_section(section: str) -> None:
    scheme = json.loads(Path(MINIMAL).read_text(encoding="utf-8"))
    scheme["properties"].pop(section, None)
    Path("mine.schema.json").write_text(json.dumps(scheme), encoding="utf-8")
    assert run("scheme", "check", "mine.schema.json").exception is None


def test_a_section_that_is_not_listed_is_refused() -> None:
    scheme = json.loads(Path(MINIMAL).read_text(encoding="utf-8"))
    scheme["properties"]["sentences"] = {"type": "array"}
    Path("mine.schema.json").write_text(json.dumps(scheme), encoding="utf-8")
    refusal = str(run("scheme", "check", "mine.schema.json").exception)
    assert "#/properties/sentences: sentences is nowhere in a document" in refusal
