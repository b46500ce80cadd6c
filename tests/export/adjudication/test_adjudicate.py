"""Several annotations of an article become one that keeps every rule."""

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import EXAMPLES
from speech_scheme import NAMES, speech, speech_scheme

from signalbook.export.adjudication.adjudicate import (
    AdjudicatedArticle,
    adjudicate,
)
from signalbook.export.cli.gold_warnings import gold_warnings
from signalbook.export.validation.checker import Checker, errors
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import FindingsError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Constraint, Scheme

SECOND = EXAMPLES / "adverse_events" / "1.0"
CHECKERS = {
    "diplomatic_signal": Checker(load_scheme("diplomatic_signal")),
    "adverse_events": Checker(load_scheme(SECOND)),
}
ADVERSE = CHECKERS["adverse_events"].scheme
DIPLOMATIC = CHECKERS["diplomatic_signal"].scheme

Json = dict[str, Any]


def example(scheme: Scheme, annotator: str = "a") -> Json:
    path = scheme.folder / "example.annotation.json"
    annotation: Json = json.loads(path.read_text(encoding="utf-8"))
    return {**annotation, "annotator": {"id": annotator}}


def gold_of(scheme: Scheme, *documents: Json) -> AdjudicatedArticle:
    read = [AnnotationDocument.model_validate(document) for document in documents]
    [article] = adjudicate(read, scheme).articles
    return article


def test_equal_annotations_are_kept_and_nothing_is_logged(scheme: Scheme) -> None:
    adjudicated = gold_of(scheme, *(example(scheme, name) for name in "abc"))
    assert adjudicated.document is not None
    assert adjudicated.decisions == ()
    original = AnnotationDocument.model_validate(example(scheme))
    extents = [(s.type, s.start, s.end) for s in adjudicated.document.spans]
    assert extents == sorted([(s.type, s.start, s.end) for s in original.spans], key=lambda e: e[1])
    assert len(adjudicated.document.relations) == len(original.relations)
    assert adjudicated.document.dyads == original.dyads
    assert adjudicated.document.article_labels == original.article_labels
    assert len(adjudicated.document.parties) == len(original.parties)
    assert (adjudicated.document.annotator.id, adjudicated.document.annotator.tool) == (
        "gold",
        "signalbook-adjudicate",
    )


def test_an_article_of_one_annotator_passes_through_and_is_logged(scheme: Scheme) -> None:
    adjudicated = gold_of(scheme, example(scheme))
    assert adjudicated.document is not None
    assert adjudicated.document.spans == AnnotationDocument.model_validate(example(scheme)).spans
    assert [decision.rule for decision in adjudicated.decisions] == ["only one annotator"]


def test_a_span_of_a_minority_is_left_out_and_logged() -> None:
    rich, poor = example(ADVERSE, "a"), example(ADVERSE, "b")
    del poor["spans"][3]
    adjudicated = gold_of(ADVERSE, rich, poor)
    assert adjudicated.document is not None
    assert len(adjudicated.document.spans) == 3
    [decision] = adjudicated.decisions
    assert json.loads(decision.to_json()) == {
        "article_id": "report-1",
        "unit": "reaction [163, 171)",
        "field": "",
        "candidates": {"a": True, "b": False},
        "chosen": False,
        "rule": "no majority",
    }


def test_the_extent_is_that_of_the_majority_or_nearest_to_the_median() -> None:
    documents = [example(ADVERSE, name) for name in "abc"]
    for document, start in zip(documents, (63, 65, 70), strict=True):
        span = document["spans"][1]
        span.update(start=start, text=document["article"]["text"][start : span["end"]])
    adjudicated = gold_of(ADVERSE, *documents)
    assert adjudicated.document is not None
    [reaction] = [s for s in adjudicated.document.spans if s.type == "reaction" and s.start < 100]
    assert (reaction.start, reaction.text) == (65, "rash on both arms")


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_whatever_the_annotators_are_called_two_extents_give_the_same_gold(names: str) -> None:
    documents = [example(ADVERSE, name) for name in names]
    span = documents[1]["spans"][1]
    span.update(start=65, text=documents[1]["article"]["text"][65 : span["end"]])
    gold = gold_of(ADVERSE, *documents).document
    assert gold is not None
    assert gold.spans[1].text == "a rash on both arms"


def test_parties_are_the_same_under_other_ids_and_other_spellings() -> None:
    left, right = example(DIPLOMATIC, "a"), example(DIPLOMATIC, "b")
    names = {f"P{n}": f"P{12 - n}" for n in range(1, 12)}

    def renamed(value: Any) -> Any:
        if isinstance(value, list):
            return [names.get(part, part) for part in value]  # pyright: ignore
        return names.get(value, value)

    for party in right["parties"]:
        party["id"] = names[party["id"]]
        party["entity"] = party["entity"].upper()
    for span in right["spans"]:
        span["attributes"] = {k: renamed(v) for k, v in span["attributes"].items()}
    for dyad in right["dyads"]:
        dyad.update(sender=renamed(dyad["sender"]), receiver=renamed(dyad["receiver"]))
    adjudicated = gold_of(DIPLOMATIC, left, right)
    assert adjudicated.document is not None
    assert {decision.field for decision in adjudicated.decisions} == {"entity"}
    assert len(adjudicated.document.parties) == 11
    assert len(adjudicated.document.dyads) == 4


def test_parties_that_differ_in_name_alone_are_one_if_a_mention_says_so() -> None:
    left, right = example(DIPLOMATIC, "a"), example(DIPLOMATIC, "b")
    right["parties"][0]["entity"] = "Premier Olin"
    adjudicated = gold_of(DIPLOMATIC, left, right)
    assert adjudicated.document is not None
    assert [p.attributes["entity"] for p in adjudicated.document.parties].count("Karel Olin") == 1
    assert len(adjudicated.document.parties) == 11


def test_a_party_that_all_have_stays_one_where_they_differ_on_its_role() -> None:
    documents = [example(DIPLOMATIC, name) for name in "abc"]
    original = AnnotationDocument.model_validate(documents[0])
    party = original.parties[0]
    other = next(p for p in original.parties if p.attributes["role"] != party.attributes["role"])
    documents[0]["parties"][0]["role"] = other.attributes["role"]
    mention = next(s for s in original.spans if s.attributes.get("party") == party.id)
    documents[2]["spans"] = [s for s in documents[2]["spans"] if s["id"] != mention.id]
    adjudicated = gold_of(DIPLOMATIC, *documents).document
    assert adjudicated is not None
    assert len(adjudicated.parties) == len(original.parties)
    (same,) = [
        p for p in adjudicated.parties if p.attributes["entity"] == party.attributes["entity"]
    ]
    assert same.attributes["role"] == party.attributes["role"]
    n_mentions = sum(span.attributes.get("party") == party.id for span in original.spans)
    assert sum(span.attributes.get("party") == same.id for span in adjudicated.spans) == n_mentions


def test_what_follows_from_the_rest_is_repaired_and_logged() -> None:
    documents = [example(DIPLOMATIC, name) for name in "abc"]
    for document in documents:
        document["article_labels"]["relevance"] = "no_signal"
    adjudicated = gold_of(DIPLOMATIC, *documents)
    assert adjudicated.document is not None
    assert adjudicated.document.article_labels["relevance"] == "signals_present"
    assert [decision.rule for decision in adjudicated.decisions] == [
        "repair (C24): follows from the rest"
    ]


def test_a_mixture_that_breaks_a_rule_takes_the_values_of_one_annotator() -> None:
    documents = [example(ADVERSE, name) for name in "abc"]
    pairs = [("fatal", "unknown"), ("severe", "recovered"), ("fatal", "recovered")]
    for document, (severity, outcome) in zip(documents, pairs, strict=True):
        document["spans"][1]["attributes"].update(severity=severity, outcome=outcome)
    adjudicated = gold_of(ADVERSE, *documents)
    assert adjudicated.document is not None
    attributes = adjudicated.document.spans[1].attributes
    assert (attributes["severity"], attributes["outcome"]) in pairs[:2]
    assert any(decision.rule.startswith("repair (A04)") for decision in adjudicated.decisions)


def test_an_extent_that_breaks_a_rule_gives_way_to_one_that_does_not() -> None:
    good, bad = example(ADVERSE, "b"), example(ADVERSE, "a")
    bad["spans"][1]["start"] -= 1  # the space before the first word
    adjudicated = gold_of(ADVERSE, good, bad)
    assert adjudicated.document is not None
    assert adjudicated.document.spans[1].text == "a rash on both arms"
    assert adjudicated.decisions[-1].rule == "repair (A02): extent as b has it"


def test_a_span_of_no_known_type_is_left_out_and_logged() -> None:
    document = example(ADVERSE)
    document["spans"][3]["type"] = "mood"
    adjudicated = gold_of(ADVERSE, document)
    assert adjudicated.document is not None
    assert len(adjudicated.document.spans) == 3
    assert [decision.rule for decision in adjudicated.decisions] == ["no type of the scheme"]


def test_annotations_of_different_texts_are_refused() -> None:
    other = example(ADVERSE, "b")
    other["article"]["text_sha256"] = "0" * 64
    with pytest.raises(FindingsError, match="b annotated another text"):
        gold_of(ADVERSE, example(ADVERSE), other)


def test_the_order_of_the_documents_does_not_matter(scheme: Scheme) -> None:
    documents = [perturbed(scheme, seed, f"a{seed}") for seed in range(4)]
    assert gold_of(scheme, *documents) == gold_of(scheme, *reversed(documents))


def perturbed(scheme: Scheme, seed: int, annotator: str) -> Json:
    """The example as another, not very careful annotator would have it."""
    chance = random.Random(f"{scheme.name} {seed}")
    document = example(scheme, annotator)
    for _ in range(chance.randint(0, 10)):
        if not document["spans"]:
            break
        span = chance.choice(document["spans"])
        fields = [f for f in scheme.span_type(span["type"]).fields if f.kind == "attribute"]
        chosen = chance.choice([f for f in fields if f.values] or [None])
        match chance.randint(0, 6):
            case 0 | 1 | 2 if chosen is not None:
                value = chance.choice(chosen.values).id
                span["attributes"][chosen.name] = [value] if chosen.many else value
            case 3:
                span["start"] = max(0, span["start"] - chance.randint(1, 8))
                span.pop("text", None)
            case 4:
                document["spans"].remove(span)
                document["relations"] = [
                    r for r in document["relations"] if span["id"] not in (r["from"], r["to"])
                ]
            case 5 if document["relations"]:
                document["relations"].remove(chance.choice(document["relations"]))
            case 6 if document.get("dyads"):
                document["dyads"].remove(chance.choice(document["dyads"]))
            case _:
                pass
    return document


@pytest.mark.parametrize("name", list(CHECKERS))
@given(seeds=st.lists(st.integers(0, 10_000), min_size=1, max_size=4, unique=True))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_gold_keeps_every_rule_whatever_the_annotators_did(name: str, seeds: list[int]) -> None:
    checker = CHECKERS[name]
    documents = [perturbed(checker.scheme, seed, f"a{seed}") for seed in seeds]
    adjudicated = gold_of(checker.scheme, *documents)
    if adjudicated.document is None:
        assert adjudicated.decisions[-1].rule == "no annotation is free of errors"
        assert all(errors(checker.check(AnnotationDocument(**d))) for d in documents)
    else:
        assert errors(checker.check(adjudicated.document)) == []


def test_gold_of_an_earlier_run_has_no_vote() -> None:
    documents = [AnnotationDocument(**example(ADVERSE, name)) for name in "ab"]
    first = adjudicate(documents, ADVERSE)
    assert len(first.gold) == 1
    assert adjudicate([*documents, *first.gold], ADVERSE) == first


def test_an_annotation_that_stands_instead_of_what_was_decided_is_told(tmp_path: Path) -> None:
    answer = {"type": "string", "enum": ["yes", "no"]}
    asked = {"required": ["war", "peace"], "properties": {"war": answer, "peace": answer}}
    scheme = speech_scheme(tmp_path, {"properties": NAMES}, {}, article_labels=asked)
    both = {"properties": {"war": {"const": "yes"}, "peace": {"const": "yes"}}}
    document_schema: Json = {"not": {"properties": {"article_labels": both}}}
    rule = Constraint("W1", "error", "No.", "", each="document", schema=document_schema)
    scheme = replace(scheme, constraints=(rule,))
    documents = [
        speech(
            who,
            [{"id": "P1", "name": "Olin"}],
            ["P1", "P1"],
            article_labels={"war": war, "peace": peace},
        )
        for who, war, peace in (("ada", "yes", "no"), ("bo", "no", "yes"), ("cy", "yes", "yes"))
    ]
    adjudication = adjudicate(documents, scheme)
    [article] = adjudication.articles
    assert article.document is not None
    assert article.document.article_labels == {"war": "yes", "peace": "no"}
    assert [decision.unit for decision in article.followed_decisions] == ["article"]
    [warning] = gold_warnings(adjudication, tmp_path / "decisions.jsonl")
    assert warning.startswith(
        "gold of 1 article is the whole annotation of one annotator, and not what was decided "
        "(x1: ada, for what was decided breaks W1); see "
    )
