import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from signalbook.export.cli.adjudicate import adjudicate as command
from signalbook.schema.documents.jsonl import read_documents, write_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Varied = Callable[..., AnnotationDocument]


def run(path: Path, scheme: Scheme, *options: str) -> Result:
    arguments = ["auto", str(path), "--scheme", str(scheme.path), *options]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def documents(varied: Varied, tmp_path: Path) -> Path:
    """One article as three annotators have it, the last with a note of its own."""
    first, second, third = (varied("a", name) for name in "xyz")
    labels = {**third.article_labels, "note": "Hard."}
    path = tmp_path / "documents.jsonl"
    write_documents(path, [first, second, third.model_copy(update={"article_labels": labels})])
    return path


@pytest.mark.parametrize("model", ["majority", "mace"])
def test_gold_and_log_are_written_beside_the_documents(
    documents: Path, scheme: Scheme, model: str
) -> None:
    counts = json.loads(run(documents, scheme, "--json", "--model", model).stdout)["counts"]
    assert counts == {"articles": 1, "gold": 1, "decisions": 1, "repairs": 0}
    gold = read_documents([documents.with_name("gold.jsonl")])
    assert [document.annotator.id for document in gold] == ["gold"]
    lines = documents.with_name("decisions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["field"] for line in lines] == ["note"]


def test_one_thing_is_counted_in_the_singular(documents: Path, scheme: Scheme) -> None:
    result = run(documents, scheme)
    assert ": 1 article, 1 gold, 1 decision, 0 repairs; why is in" in result.stdout


def test_without_an_annotator_the_gold_that_is_there_stays(
    documents: Path, scheme: Scheme, varied: Varied
) -> None:
    gold = documents.with_name("gold.jsonl")
    write_documents(gold, [varied("a")])
    before = gold.read_bytes()
    outcome = json.loads(run(gold, scheme, "--json").stdout)
    assert (gold.read_bytes(), outcome["data"]) == (before, None)
    assert not documents.with_name("decisions.jsonl").exists()
