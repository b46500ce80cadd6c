"""Gold keeps the parties that annotators agree on, however little the scheme asks of a party."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from speech_scheme import NAMES, speech, speech_scheme

from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.agreement.comparison_key import comparable, party_fields
from signalbook.export.cli.adjudicate import adjudicate as command
from signalbook.schema.documents.jsonl import write_documents
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

Node = dict[str, Any]
OLIN: Node = {"name": "Olin", "kind": "person"}
MIRA: Node = {"name": "Mira", "kind": "person"}


def two(first: Node = OLIN, second: Node = MIRA) -> list[AnnotationDocument]:
    """Two annotators who agree on everything, and number the parties in another order."""
    return [
        speech("ada", [{"id": "P1"} | first, {"id": "P2"} | second], ["P1", "P2"]),
        speech("bo", [{"id": "P1"} | second, {"id": "P2"} | first], ["P2", "P1"]),
    ]


def gold_of(documents: list[AnnotationDocument], scheme: Scheme) -> tuple[Node, list[str]]:
    [article] = adjudicate(documents, scheme).articles
    assert article.document is not None
    return article.document.to_dict(), [decision.rule for decision in article.decisions]


@pytest.mark.parametrize(
    ("required", "compared", "same_by"),
    [
        (["name"], [], ["name"]),
        (["kind"], ["name"], ["name", "kind"]),
        ([], ["name"], ["name"]),
        ([], [], ["name", "kind"]),
    ],
)
def test_gold_keeps_the_parties_and_spans_that_all_agree_on(
    required: list[str], compared: list[str], same_by: list[str], tmp_path: Path
) -> None:
    speaker = {"x-compare-by": compared} if compared else {}
    scheme = speech_scheme(tmp_path, {"required": required, "properties": NAMES}, speaker)
    gold, rules = gold_of(two(), scheme)
    assert rules == []
    assert gold["parties"] == [{"id": "P1"} | OLIN, {"id": "P2"} | MIRA]
    assert [span["attributes"]["speaker"] for span in gold["spans"]] == ["P1", "P2"]
    assert [field.name for field in party_fields(scheme)] == same_by


def test_parties_without_a_field_are_known_by_their_ids(tmp_path: Path) -> None:
    scheme = speech_scheme(tmp_path, {"properties": {}}, {})
    parties: list[Node] = [{"id": "P1"}, {"id": "P2"}]
    documents = [speech(who, parties, ["P1", "P2"]) for who in ("ada", "bo")]
    gold, rules = gold_of(documents, scheme)
    assert (gold["parties"], len(gold["spans"]), rules) == (parties, 2, [])
    speaker = scheme.field("quote", "speaker")
    first, second = (comparable(id, speaker, documents[0], scheme) for id in ("P1", "P2"))
    assert first != second


def test_gold_keeps_a_party_that_nothing_refers_to_if_most_annotators_have_it(
    tmp_path: Path,
) -> None:
    scheme = speech_scheme(tmp_path, {"properties": NAMES}, {})
    others = [("Crowd", "Page"), ("Crowd",), ("Crowd",)]
    documents = [
        speech(
            who,
            [{"id": "P1"} | OLIN, *({"id": f"P{n}", "name": x} for n, x in enumerate(names, 2))],
            ["P1", "P1"],
        )
        for who, names in zip(("ada", "bo", "cy"), others, strict=True)
    ]
    gold, _ = gold_of(documents, scheme)
    assert [party["name"] for party in gold["parties"]] == ["Olin", "Crowd"]


def test_gold_keeps_a_party_that_a_label_alone_refers_to(tmp_path: Path) -> None:
    hero = {"properties": {"hero": {"type": "string", "x-kind": "party-reference"}}}
    scheme = speech_scheme(tmp_path, {"properties": NAMES}, {}, article_labels=hero)
    documents = [
        speech(
            who,
            [{"id": "P1"} | OLIN, {"id": "P2"} | MIRA],
            ["P1", "P1"],
            article_labels={"hero": "P2"},
        )
        for who in ("ada", "bo")
    ]
    gold, rules = gold_of(documents, scheme)
    assert (gold["article_labels"]["hero"], rules) == ("P2", [])
    assert gold["parties"] == [{"id": "P1"} | OLIN, {"id": "P2"} | MIRA]


def test_what_repair_leaves_out_is_counted_and_told(tmp_path: Path) -> None:
    scheme = speech_scheme(tmp_path, {"properties": NAMES}, {})
    path = tmp_path / "documents.jsonl"
    parties = [{"id": "P1"} | OLIN]
    write_documents(path, [speech(who, parties, ["P1", "invented"]) for who in ("ada", "bo")])
    arguments = ["auto", str(path), "--scheme", str(scheme.path)]
    result = CliRunner().invoke(command, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    [warning] = json.loads(result.stdout)["warnings"]
    assert warning.startswith(
        "gold leaves out 1 unit that would break rule references: x1: quote [26, 38); see "
    )
    assert "gold leaves out 1 unit" in CliRunner().invoke(command, arguments).output


def test_decisions_name_parties_as_people_do(tmp_path: Path) -> None:
    scheme = speech_scheme(tmp_path, {"required": ["name"], "properties": NAMES}, {})
    parties: list[Node] = [{"id": "P1"} | OLIN, {"id": "P2"} | MIRA]
    said = {"ada": ["P1", "P2"], "bo": ["P2", "P2"], "cy": ["P1", "P2"]}
    [article] = adjudicate([speech(w, parties, ids) for w, ids in said.items()], scheme).articles
    [decision] = article.decisions
    assert decision.candidates == {"ada": "Olin", "bo": "Mira", "cy": "Olin"}
    assert (decision.field, decision.chosen) == ("speaker", "Olin")
