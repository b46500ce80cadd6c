"""How a span of the gold annotations came about, for people and for programs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from signalbook.export.cli.why import why_command
from signalbook.schema.documents.jsonl import write_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Scheme


@pytest.fixture
def documents(second_scheme: Scheme, tmp_path: Path) -> Path:
    """Two annotators of two articles, who differ on the first reaction of the first of them."""
    path = second_scheme.folder / "example.annotation.json"
    made: list[AnnotationDocument] = []
    for article in ("report-1", "report-2"):
        for annotator, start, outcome in (("ada", 63, "recovered"), ("ben", 65, "fatal")):
            data = json.loads(path.read_text(encoding="utf-8"))
            data["article"]["id"], data["annotator"]["id"] = article, annotator
            reaction = data["spans"][1]
            if article == "report-1":
                reaction.update(start=start, text=data["article"]["text"][start:82])
                reaction["attributes"]["outcome"] = outcome
            made.append(AnnotationDocument.model_validate(data))
    write_documents(tmp_path / "documents.jsonl", made)
    return tmp_path / "documents.jsonl"


def run(documents: Path, scheme: Scheme, *arguments: str) -> Result:
    named = ["--documents", str(documents), "--scheme", str(scheme.path)]
    return CliRunner().invoke(why_command, [*arguments, *named])


def test_every_reading_of_a_span_is_shown_with_what_was_decided_by_which_rule(
    documents: Path, second_scheme: Scheme
) -> None:
    assert run(documents, second_scheme, "s2", "--article", "report-1").stdout.splitlines() == [
        "report-1 s2: reaction “a rash on both arms”, [63, 82)",
        "  extent: 63, 82 (extent nearest to the median)",
        "    ada: 63, 82",
        "    ben: 65, 82",
        "  outcome: recovered (tie: more frequent in the corpus)",
        "    ada: recovered",
        "    ben: fatal",
    ]
    agreed = run(documents, second_scheme, "s2", "--article", "report-2").stdout.splitlines()
    assert agreed[1:] == ["  All annotators of the article agree on it."]


def test_a_span_that_is_not_there_or_in_several_articles_is_refused(
    documents: Path, second_scheme: Scheme
) -> None:
    for place, fact in (
        (["s2"], "several articles have such a span (report-1, report-2)"),
        (["s9"], "the gold annotation has no such span"),
        (["s9", "--article", "report-1"], "the gold annotation of report-1 has no such span"),
    ):
        refused = run(documents, second_scheme, *place)
        assert isinstance(refused.exception, UsageError)
        assert fact in str(refused.exception)
