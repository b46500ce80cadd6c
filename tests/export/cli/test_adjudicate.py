import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from signalbook.export.adjudication.adjudicator import read_decisions
from signalbook.export.adjudication.decision_log import DecisionLog, Shown
from signalbook.export.cli.adjudicate import adjudicate as command
from signalbook.schema.documents.jsonl import read_documents, write_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.errors import ConflictError, UsageError
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
    people = {"ruled": 0, "flagged": 0, "open": 0, "of_one": 0}
    assert counts == {"articles": 1, "gold": 1, "decisions": 1, "repairs": 0, **people}
    gold = read_documents([documents.with_name("gold.jsonl")])
    assert [document.annotator.id for document in gold] == ["gold"]
    lines = documents.with_name("decisions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["field"] for line in lines] == ["note"]


def test_what_a_person_decided_counts_and_is_flagged_where_annotators_changed_it(
    documents: Path, scheme: Scheme, tmp_path: Path
) -> None:
    first, second, third = read_documents([documents])
    chair = with_note(first, "Decided.", "chair")
    shown = Shown(kind="shown", article="a", made_from="", at="", documents=(first, second, third))
    log = DecisionLog(tmp_path / "adjudicated")
    at = "2031-05-03T10:20:30Z"
    log.append([read_decisions(chair, shown, scheme, annotation="one", at=at)])
    counts = json.loads(run(documents, scheme, "--json").stdout)["counts"]
    assert (counts["ruled"], counts["flagged"]) == (1, 0)
    [gold] = read_documents([tmp_path / "gold.jsonl"])
    assert gold.article_labels["note"] == "Decided."

    write_documents(documents, [first, second, with_note(third, "Harder.", "z")])
    outcome = json.loads(run(documents, scheme, "--json").stdout)
    assert [(f["article"], f["unit"], f["field"]) for f in outcome["data"]["flagged"]] == [
        ("a", "article", "note")
    ]
    assert outcome["warnings"] == [
        (
            "1 disagreement in adjudicated articles to decide again, since annotators have other "
            "readings now; votes count until then (a: article note); have them decided with: "
            "signalbook adjudicate send"
        )
    ]


def with_note(document: AnnotationDocument, note: str, annotator: str) -> AnnotationDocument:
    labels = {**document.article_labels, "note": note}
    changed = document.model_copy(update={"article_labels": labels})
    return changed.with_annotator(Annotator(id=annotator))


def test_a_log_replaces_a_log_and_no_other_file(
    documents: Path, scheme: Scheme, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    for _ in range(2):
        run(documents, scheme, "--log", str(log))
    log.write_text('{"id": "a1", "text": "x"}\n', encoding="utf-8")
    arguments = ["auto", str(documents), "--scheme", str(scheme.path), "--log", str(log)]
    refused = CliRunner().invoke(command, arguments)
    assert isinstance(refused.exception, UsageError)
    assert "which is no log of decisions; name another file" in str(refused.exception)
    assert log.read_text(encoding="utf-8") == '{"id": "a1", "text": "x"}\n'


def test_one_thing_is_counted_in_the_singular(documents: Path, scheme: Scheme) -> None:
    result = run(documents, scheme)
    assert ": 1 article, 1 gold annotation, 1 decision, 0 repairs; why is in" in result.stdout


def test_without_an_annotator_the_gold_that_is_there_stays(
    documents: Path, scheme: Scheme, varied: Varied
) -> None:
    gold = documents.with_name("gold.jsonl")
    write_documents(gold, [varied("a")])
    before = gold.read_bytes()
    outcome = json.loads(run(gold, scheme, "--json").stdout)
    assert (gold.read_bytes(), outcome["data"]) == (before, None)
    assert not documents.with_name("decisions.jsonl").exists()


def test_gold_made_by_hand_is_replaced_or_kept_as_is_asked(documents: Path, scheme: Scheme) -> None:
    run(documents, scheme)
    gold = documents.with_name("gold.jsonl")
    (decided,) = read_documents([gold])
    labels = {**decided.article_labels, "note": "By hand."}
    by_hand = decided.model_copy(update={"article_labels": labels})
    write_documents(gold, [by_hand])
    before = gold.read_bytes()
    arguments = ["auto", str(documents), "--scheme", str(scheme.path)]
    refused = CliRunner().invoke(command, arguments)
    assert isinstance(refused.exception, ConflictError)
    assert "1 gold annotation would be lost" in str(refused.exception)
    assert gold.read_bytes() == before
    run(documents, scheme, "--existing", "keep")
    assert read_documents([gold]) == [by_hand]
    run(documents, scheme, "--existing", "replace")
    assert read_documents([gold]) == [decided]
    run(documents, scheme)


def test_how_much_a_model_decided_is_said_and_why_not_the_rest(
    documents: Path, scheme: Scheme
) -> None:
    outcome = json.loads(run(documents, scheme, "--json", "--model", "mace").stdout)
    share, *reasons = outcome["warnings"]
    assert share == "0 of 1 decision by rule “most probable by mace”; other rules made the others"
    assert reasons
    assert all(line.startswith("not by the model (") for line in reasons)


def test_where_annotators_agree_a_model_is_said_to_have_nothing_to_decide(
    varied: Varied, scheme: Scheme, tmp_path: Path
) -> None:
    path = tmp_path / "documents.jsonl"
    write_documents(path, [varied("a", name) for name in "xyz"])
    outcome = json.loads(run(path, scheme, "--json", "--model", "mace").stdout)
    assert outcome["counts"]["decisions"] == 0
    assert outcome["warnings"] == [
        "the annotators differ nowhere, so there was nothing to decide by rule “most probable by mace”"
    ]


@pytest.mark.parametrize("option", ["--output", "--log"])
def test_the_documents_of_annotators_are_never_written_over(
    option: str, documents: Path, scheme: Scheme, tmp_path: Path
) -> None:
    before = documents.read_bytes()
    arguments = ["auto", str(documents), "--scheme", str(scheme.path), option, str(documents)]
    refused = CliRunner().invoke(command, arguments)
    assert isinstance(refused.exception, UsageError)
    assert "would overwrite what is read" in str(refused.exception)
    assert documents.read_bytes() == before
    assert [*tmp_path.iterdir()] == [documents]


def test_gold_is_not_written_over_other_annotations_of_annotators(
    documents: Path, scheme: Scheme, varied: Varied
) -> None:
    others = documents.with_name("others.jsonl")
    write_documents(others, [varied("b", "x"), varied("b")])
    arguments = ["auto", str(documents), "--scheme", str(scheme.path), "-o", str(others)]
    refused = CliRunner().invoke(command, [*arguments, "--existing", "replace"])
    assert isinstance(refused.exception, UsageError)
    assert "holds 1 annotation of annotators" in str(refused.exception)
    assert len(read_documents([others])) == 2


def test_gold_that_is_among_the_documents_can_be_made_anew(
    documents: Path, scheme: Scheme, varied: Varied
) -> None:
    run(documents, scheme)
    gold = documents.with_name("gold.jsonl")
    run(documents, scheme, str(gold), "--output", str(gold))
    assert len(read_documents([gold])) == 1
