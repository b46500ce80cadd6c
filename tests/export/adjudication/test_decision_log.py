"""What a person decided counts as long as annotators have what it was decided between."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from whole_path import annotations, articles

from signalbook.annotate.conversion.convert import canonical
from signalbook.annotate.demo.simulate import simulate
from signalbook.export.adjudication.adjudicate import AdjudicatedArticle, adjudicate
from signalbook.export.adjudication.adjudicator import read_decisions
from signalbook.export.adjudication.decision_log import Adjudicated, DecisionLog, Shown
from signalbook.export.adjudication.gold_record import annotations_hash, read_record
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import ReleasePlan
from signalbook.export.validation.checker import Checker, errors
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.errors import DocumentError, StaleError
from signalbook.schema.scheme.model import Scheme

AT = "2031-05-03T10:20:30Z"


@pytest.fixture(scope="module")
def documents(scheme: Scheme, tmp_path_factory: pytest.TempPathFactory) -> list[AnnotationDocument]:
    """Two annotators of three articles, who differ."""
    return annotations(articles(tmp_path_factory.mktemp("articles"), scheme), scheme)


def of_article(documents: list[AnnotationDocument]) -> list[AnnotationDocument]:
    return [d for d in documents if d.article.id == documents[0].article.id]


def adjudicated(documents: list[AnnotationDocument], scheme: Scheme) -> Adjudicated:
    """What a third person makes of the first article."""
    checker = Checker(scheme)
    first = of_article(documents)
    document = simulate(
        first[0],
        scheme,
        name="chair",
        seed=7,
        count_errors=lambda document: len(errors(checker.check(document))),
    )
    document = canonical(document, scheme)
    assert errors(checker.check(document)) == []
    return decided(document, first, scheme)


def decided(
    document: AnnotationDocument, shown: list[AnnotationDocument], scheme: Scheme
) -> Adjudicated:
    return read_decisions(
        document,
        Shown(
            kind="shown",
            article=document.article.id,
            made_from=annotations_hash(shown),
            at=AT,
            documents=tuple(shown),
        ),
        scheme,
        annotation="an-annotation",
        at=AT,
    )


def gold_of(
    documents: list[AnnotationDocument], scheme: Scheme, line: Adjudicated
) -> AdjudicatedArticle:
    [first, *_] = adjudicate(documents, scheme, log={line.article: line}).articles
    return first


def content(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """What a document says, whoever says it, whatever its spans are called, or was proposed."""
    plain = canonical(document.with_annotator(Annotator(id="x")), scheme)
    ids = {span.id: f"s{number}" for number, span in enumerate(plain.spans)}
    spans = [
        s.model_copy(update={"id": ids[s.id], "origin": None, "defaulted": ()}) for s in plain.spans
    ]
    relations = [
        r.model_copy(update={"from_": ids[r.from_], "to": ids[r.to]}) for r in plain.relations
    ]
    return plain.model_copy(update={"spans": tuple(spans), "relations": tuple(relations)})


def test_gold_is_what_the_adjudicator_made_of_the_article(
    documents: list[AnnotationDocument], scheme: Scheme
) -> None:
    line = adjudicated(documents, scheme)
    gold = gold_of(documents, scheme, line)
    assert gold.document is not None
    assert content(gold.document, scheme) == content(line.document, scheme)
    assert gold.document.annotator.id == "gold"
    assert (gold.ruled, gold.flagged) == (line.decisions, ())
    assert {d.rule for d in gold.decisions} == {"adjudicated by chair"}


Json = dict[str, Any]
Change = Callable[[Json], object]


def report(scheme: Scheme, annotator: str, *changes: Change) -> AnnotationDocument:
    """The example of a scheme without parties, changed, by an annotator."""
    path = scheme.folder / "example.annotation.json"
    data: Json = json.loads(path.read_text(encoding="utf-8"))
    data["annotator"] = {"id": annotator}
    for change in changes:
        change(data)
    return AnnotationDocument.model_validate(data)


def outcome(value: str) -> Change:
    """Another value of a field on the first reaction."""
    return lambda data: data["spans"][1]["attributes"].update(outcome=value)


def route(value: str) -> Change:
    return lambda data: data["spans"][2]["attributes"].update(route=[value])


def without_last_span(data: Json) -> None:
    del data["spans"][3]


@pytest.fixture
def line(second_scheme: Scheme) -> Adjudicated:
    """Two annotators differ in an outcome and on a span; a person takes a third outcome, no span."""
    ada, ben = of_two(second_scheme)
    chair = report(second_scheme, "chair", outcome("ongoing"), without_last_span)
    return decided(chair, [ada, ben], second_scheme)


def of_two(scheme: Scheme, *more: Change) -> tuple[AnnotationDocument, AnnotationDocument]:
    return (
        report(scheme, "ada", without_last_span),
        report(scheme, "ben", outcome("unknown"), *more),
    )


def flagged(gold: AdjudicatedArticle) -> list[tuple[str, str]]:
    return [(decision.unit, decision.field) for decision in gold.flagged]


REACTION, LAST = "reaction [63, 82)", "reaction [163, 171)"


def test_a_decision_says_between_what_it_was_made_and_whether_it_is_what_votes_make(
    line: Adjudicated,
) -> None:
    on_outcome, on_span = line.decisions
    assert on_outcome.to_dict() == {
        "unit": REACTION,
        "id": "x1",
        "field": "outcome",
        "readings": {"ada": "recovered", "ben": "unknown"},
        "drafted": "recovered",
        "decided": "ongoing",
    }
    assert (on_span.unit, on_span.readings) == (LAST, {"ada": None, "ben": [163, 171]})
    assert [d.is_confirmed for d in line.decisions] == [False, True]


def test_decisions_stand_when_annotators_change_something_else(
    line: Adjudicated, second_scheme: Scheme
) -> None:
    gold = gold_of([*of_two(second_scheme, route("oral"))], second_scheme, line)
    assert gold.document is not None
    assert [s.id for s in gold.document.spans] == ["s1", "s2", "s3"]
    assert gold.document.spans[1].attributes["outcome"] == "ongoing"
    assert gold.ruled == line.decisions
    assert flagged(gold) == [("drug [145, 157)", "route")]


def test_a_decision_whose_premises_changed_is_flagged_and_the_votes_count_again(
    line: Adjudicated, second_scheme: Scheme
) -> None:
    ada, _ = of_two(second_scheme)
    ben = report(second_scheme, "ben", outcome("recovered"))
    gold = gold_of([ada, ben], second_scheme, line)
    assert gold.document is not None
    assert gold.document.spans[1].attributes["outcome"] == "recovered"
    assert flagged(gold) == [(REACTION, "outcome")]
    assert [decision.unit for decision in gold.ruled] == [LAST]


def test_what_annotators_have_come_to_agree_on_as_decided_is_not_flagged(
    line: Adjudicated, second_scheme: Scheme
) -> None:
    both = [
        report(second_scheme, name, outcome("ongoing"), without_last_span)
        for name in ("ada", "ben")
    ]
    gold = gold_of(both, second_scheme, line)
    assert (gold.ruled, gold.flagged) == ((), ())


def test_a_further_annotator_with_a_reading_that_was_considered_changes_nothing(
    line: Adjudicated, second_scheme: Scheme
) -> None:
    same = report(second_scheme, "cem", without_last_span)
    assert gold_of([*of_two(second_scheme), same], second_scheme, line).flagged == ()
    other = report(second_scheme, "cem", outcome("fatal"), without_last_span)
    gold = gold_of([*of_two(second_scheme), other], second_scheme, line)
    assert flagged(gold) == [(REACTION, "outcome")]


def test_decisions_about_another_text_are_all_flagged(
    line: Adjudicated, second_scheme: Scheme
) -> None:
    both = [
        d.model_copy(update={"article": d.article.model_copy(update={"text_sha256": "0" * 64})})
        for d in of_two(second_scheme)
    ]
    gold = gold_of(both, second_scheme, line)
    assert (gold.ruled, gold.flagged) == ((), line.decisions)


def test_gold_knows_which_decisions_it_was_made_of(
    line: Adjudicated, second_scheme: Scheme, tmp_path: Path
) -> None:
    documents = [*of_two(second_scheme, route("oral"))]
    log = {line.article: line}
    adjudication = adjudicate(documents, second_scheme, log=log)
    adjudication.write(tmp_path / "gold.jsonl", tmp_path / "decisions.jsonl")
    record = read_record(tmp_path / "gold.jsonl")
    assert record is not None
    gold = adjudication.gold
    assert (record.policy, record.ruled, record.flagged) == (
        "majority",
        {line.article: 2},
        {line.article: 1},
    )
    assert record.to_decide_again(gold) == [line.article]
    assert record.stale(gold, documents, {line.article: line.sha256}) == []
    assert record.stale(gold, documents, {line.article: "another"}) == [line.article]
    assert record.stale(gold, documents) == [line.article]


def test_nothing_is_published_before_people_have_decided_again(
    line: Adjudicated, second_scheme: Scheme, tmp_path: Path
) -> None:
    documents = [*of_two(second_scheme, route("oral"))]
    adjudication = adjudicate(documents, second_scheme, log={line.article: line})
    plan = ReleasePlan(
        "flagged",
        "1.0.0",
        second_scheme,
        adjudication.gold,
        documents,
        gold_record=adjudication.record,
        decided={line.article: line.sha256},
    )
    with pytest.raises(
        StaleError, match=r"\(report-1\); send them with: signalbook adj"
    ) as refusal:
        build_release(plan, tmp_path)
    assert "make these anew" not in str(refusal.value)
    with pytest.raises(StaleError, match=r"decided something.*make these anew"):
        build_release(replace(plan, decided={}), tmp_path)


def test_gold_of_one_annotator_and_ties_without_a_reason_are_in_the_record(
    second_scheme: Scheme,
) -> None:
    ada = report(second_scheme, "ada")
    ben = report(second_scheme, "ben", lambda data: data["article_labels"].update(serious=False))
    assert adjudicate([ada], second_scheme).record.of_one == [ada.article.id]
    record = adjudicate([ada, ben], second_scheme).record
    assert (record.of_one, record.open) == ([], {ada.article.id: 1})


def test_the_log_is_added_to_and_the_last_line_of_an_article_counts(
    line: Adjudicated, tmp_path: Path
) -> None:
    log = DecisionLog(tmp_path)
    later = line.model_copy(update={"at": "2031-06-01T00:00:00Z", "annotation": "another"})
    log.append([later])
    [first] = tmp_path.iterdir()
    before = first.read_bytes()
    log.append([line])
    again = DecisionLog(tmp_path)
    assert again.latest == log.latest == {line.article: later}
    assert again.has("an-annotation", AT)
    assert first.read_bytes() == before


def test_a_damaged_log_is_named_with_its_line(line: Adjudicated, tmp_path: Path) -> None:
    DecisionLog(tmp_path).append([line])
    with (tmp_path / "000001.jsonl").open("a", encoding="utf-8") as file:
        file.write("{}\n")
    with pytest.raises(DocumentError, match=r"000001.jsonl:2: is no line of the log of decisions"):
        _ = DecisionLog(tmp_path).latest


@pytest.mark.parametrize("number", ["NaN", "-Infinity"])
@pytest.mark.parametrize("place", ["drafted", "decided", "readings"])
def test_what_is_no_finite_number_is_refused_in_a_decision(
    number: str, place: str, line: Adjudicated, tmp_path: Path
) -> None:
    data = json.loads(line.to_json())
    decision = data["decisions"][0]
    decision[place] = {"ada": -12345.5} if place == "readings" else ["deep", -12345.5]
    text = json.dumps(data).replace("-12345.5", number)
    (tmp_path / "000001.jsonl").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"000001.jsonl:1: is no line of the log of decisions"):
        _ = DecisionLog(tmp_path).latest
