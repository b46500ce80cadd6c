"""What an adjudicator gets to see of the articles in which annotators differ."""

import json
from typing import Any

import pytest
from whole_path import annotations, articles

from signalbook.annotate.sync.tasks import to_task
from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.adjudication.contested import (
    DRAFT_NAME,
    blind_names,
    contested_articles,
)
from signalbook.schema.documents.derived import completed
from signalbook.schema.documents.questions import Question
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme


def test_names_are_blind_and_in_every_article_another_order() -> None:
    orders = {tuple(blind_names(f"a{n}", ["ada", "ben"]).items()) for n in range(20)}
    assert orders == {(("ada", "A"), ("ben", "B")), (("ben", "A"), ("ada", "B"))}
    assert blind_names("a1", ["ben", "ada"]) == blind_names("a1", ["ada", "ben"])
    many = blind_names("a1", map(str, range(28)))
    assert sorted(many.values())[:3] == ["A", "A2", "B"]
    assert len({*many.values()}) == 28


def test_every_reading_and_the_draft_have_a_place_on_the_page_and_name_nobody(
    scheme: Scheme, tmp_path_factory: pytest.TempPathFactory
) -> None:
    documents = annotations(articles(tmp_path_factory.mktemp("articles"), scheme), scheme)
    contested = contested_articles(documents, adjudicate(documents, scheme))
    assert {"a1"} <= {article.id for article in contested} <= {"a1", "a2", "a3"}
    for article in contested:
        shown = [article.draft, *article.readings]
        task = to_task(article.draft.article, scheme, shown)
        names = [prediction["model_version"] for prediction in task.get("predictions", ())]
        assert names == [DRAFT_NAME, "A", "B"]
        assert article.lines
        assert "simulated-" not in "".join(article.lines)
        assert "simulated-" not in json.dumps(task)


def report(scheme: Scheme, annotator: str, article: str = "report-1") -> dict[str, Any]:
    path = scheme.folder / "example.annotation.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    data["annotator"], data["article"]["id"] = {"id": annotator}, article
    return data


def test_disagreements_are_listed_by_weight_and_equal_articles_are_not(
    second_scheme: Scheme,
) -> None:
    ada, ben, cyd = (report(second_scheme, name) for name in ("ada", "ben", "cyd"))
    del ada["relations"][1]
    for data in (ben, cyd):
        data["spans"][1]["attributes"].update(severity="mild", outcome="unknown")
    equal = [report(second_scheme, name, "report-2") for name in ("ada", "ben")]
    documents = [AnnotationDocument.model_validate(d) for d in (ada, ben, cyd, *equal)]
    [contested] = contested_articles(documents, adjudicate(documents, second_scheme))
    names = blind_names("report-1", ["ada", "ben", "cyd"])
    first, second = contested.lines
    assert first.startswith("Reaction “a rash on both arms” — ")
    assert f"{names['ada']}: Outcome “Recovered”, Severity “Severe”" in first
    assert f"{names['ben']}: Outcome “Not told”, Severity “Mild”" in first
    assert f"{names['ada']}: not there" in second
    assert f"{names['cyd']}: there" in second


def test_an_article_in_which_annotators_only_ask_is_before_the_adjudicator(
    second_scheme: Scheme,
) -> None:
    ada, ben = report(second_scheme, "ada"), report(second_scheme, "ben")
    documents = [AnnotationDocument.model_validate(data) for data in (ada, ben)]
    adjudication = adjudicate(documents, second_scheme)
    assert contested_articles(documents, adjudication) == []
    asked = Question("report-1", "ben", "the article", "Is it one?")
    [contested] = contested_articles(documents, adjudication, [asked])
    name = blind_names("report-1", ["ada", "ben"])["ben"]
    assert contested.lines == (f"{name} asks about the article: “Is it one?”",)


def test_disagreements_are_in_the_words_of_the_page_and_none_is_about_what_is_computed() -> None:
    scheme = load_scheme("diplomatic_signal")
    ada, ben = report(scheme, "ada"), report(scheme, "ben")
    for data in (ada, ben):
        data["article_labels"].pop("dominant_issue", None)
    for span in ben["spans"]:
        if span["type"] == "signal":
            span["attributes"] |= {"issue": ["sanctions"], "attribution": "unnamed"}
    ben["parties"][0]["role"] = "private_actor"
    documents = [completed(AnnotationDocument.model_validate(d), scheme) for d in (ada, ben)]
    computed = [document.article_labels["dominant_issue"] for document in documents]
    assert computed[0] != computed[1]
    [contested] = contested_articles(documents, adjudicate(documents, scheme))
    lines = "\n".join(contested.lines)
    assert "Voice “Hearsay”" in lines
    assert "Issue “Sanctions”" in lines
    assert "Private" in lines
    assert "issue" not in lines.replace("Issue", "").casefold()
    ids = {field.name for _, field in scheme.fields()}
    ids |= {value.id for _, field in scheme.fields() for value in field.values}
    assert [id for id in ids if "_" in id and id in lines] == []


def told(scheme: Scheme, ada: dict[str, Any], ben: dict[str, Any], asks: str = "") -> list[str]:
    """The lines about one article, of two who differ."""
    documents = [completed(AnnotationDocument.model_validate(d), scheme) for d in (ada, ben)]
    asked = [Question("report-1", "ben", "the article", asks)] if asks else []
    [contested] = contested_articles(documents, adjudicate(documents, scheme), asked)
    return [*contested.lines]


def test_lines_about_the_same_words_say_what_stands_beside_them(diplomatic: Scheme) -> None:
    ada, ben = report(diplomatic, "ada"), report(diplomatic, "ben")
    text: str = ada["article"]["text"]
    ben["spans"] = [
        span
        for span in ben["spans"]
        if span["type"] != "mention" or text[span["start"] : span["end"]] != "Belmora"
    ]
    lines = told(diplomatic, ada, ben)
    assert [line for line in lines if line.count("[Belmora]") == 1] == lines
    assert len({line.partition(" — ")[0] for line in lines}) == len(lines) > 1
    assert any("hedging between [Belmora] and Castria. " in line for line in lines)


def test_a_line_about_an_arrow_names_both_its_ends(diplomatic: Scheme) -> None:
    ada, ben = report(diplomatic, "ada"), report(diplomatic, "ben")
    ends = "“froze the joint dam loan to Belmora” → “sent Belmora warm wishes”"
    [relation] = [r for r in ben["relations"] if r["type"] == "contradicts"]
    relation["type"] = "responds_to"
    [line] = [line for line in told(diplomatic, ada, ben) if "→" in line]
    assert line.startswith(f"Contradicts {ends} — ")
    assert f"Responds to {ends}" in line.partition(" — ")[2]
    ben["relations"].remove(relation)
    [line] = [line for line in told(diplomatic, ada, ben) if "→" in line]
    assert line.startswith(f"Contradicts {ends} — ")
    assert "not there" in line


def test_a_question_is_cut_between_words(diplomatic: Scheme) -> None:
    ada, ben = report(diplomatic, "ada"), report(diplomatic, "ben")
    short, long = "Is it one act with the patrol that came after it, or two?", "patrol " * 90
    [line] = told(diplomatic, ada, ben, short)
    assert line.endswith(f": “{short}”")
    [line] = told(diplomatic, ada, ben, long)
    assert line.endswith(" patrol …”")
