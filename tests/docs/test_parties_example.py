"""The example of parties in the documentation goes the way that its text says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from places import ROOT
from whole_path import walk

from signalbook.annotate.cli.commands import cli
from signalbook.schema.scheme.loader import load_scheme

PAGE = (ROOT / "docs" / "reference" / "scheme-vocabulary.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("{#parties}")[2].partition("\n## ")[0]
SCHEME, DOCUMENT = re.findall(r"^```json\n(.*?)^```", SECTION, re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both files in an empty folder."""
    monkeypatch.chdir(tmp_path)
    Path("speech.schema.json").write_text(SCHEME, encoding="utf-8")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def validated(document: dict[str, Any]) -> tuple[int, list[str]]:
    """Exit status, and the rules that the document breaks."""
    Path("documents.jsonl").write_text(json.dumps(document), encoding="utf-8")
    done = run("validate", "documents.jsonl", "--scheme", "speech.schema.json", "--json")
    found = json.loads(done.stdout)
    return done.exit_code, [i["id"] for i in (*found["errors"], *found["warnings"])]


def test_the_scheme_is_fine_and_has_a_page_that_offers_its_parties() -> None:
    assert run("scheme", "check", "speech.schema.json").exit_code == 0
    page = run("scheme", "labeling-config", "speech.schema.json").stdout
    ids = load_scheme("speech.schema.json").party
    assert ids is not None
    assert ids.ids == tuple(f"C{number}" for number in range(1, 9))
    assert [id for id in ids.ids if f'"{id}"' not in page] == []


def test_the_document_is_valid_and_one_that_names_a_party_that_is_not_there_is_not() -> None:
    document = json.loads(DOCUMENT)
    assert validated(document) == (0, [])
    document["spans"][1]["attributes"]["speaker"] = "C3"
    assert validated(document) == (3, ["references"])


def test_simulated_annotators_walk_the_whole_path_with_it(tmp_path: Path) -> None:
    assert walk(load_scheme("speech.schema.json"), tmp_path / "walk")
