import json
from typing import Any

import pytest

from signalbook.schema.documents.questions import Question, questions
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme


def asked(scheme: Scheme, note: str) -> list[Question]:
    """What the example of the scheme asks, with a note on a span, on all parties, and on the article."""
    data: dict[str, Any] = json.loads(scheme.example_file.read_text(encoding="utf-8"))
    data["spans"][1]["attributes"]["note"] = note
    for party in data.get("parties", ()):
        party["note"] = note
    data["article_labels"]["note"] = note
    return questions([AnnotationDocument.model_validate(data)], scheme)


@pytest.mark.parametrize(
    "note",
    [
        "?",
        "? no date",
        "Is it so? Perhaps.",
        "The 2nd?",
        "هل هذا رسمي؟",
        "还是两国\uff1f",
        "(or not?)",
    ],
)
def test_a_note_with_a_question_mark_is_a_question_about_its_unit(
    second_scheme: Scheme, note: str
) -> None:
    of_span, of_article = asked(second_scheme, note)
    assert (of_span.about, of_span.words) == ("Reaction “a rash on both arms”", note)
    assert (of_article.about, of_article.words) == ("the article", note)
    assert of_span.article == of_article.article


@pytest.mark.parametrize("note", ["", "It is so.", "https://example.org/a?b=1"])
def test_a_note_without_one_asks_nothing(second_scheme: Scheme, note: str) -> None:
    assert asked(second_scheme, note) == []


def test_parties_are_asked_about_and_chosen_values_never_ask(diplomatic: Scheme) -> None:
    about = [question.about for question in asked(diplomatic, "?")]
    assert sum(line.startswith("Party P1 ") for line in about) == 1
    assert about[-1] == "the article"
    data: dict[str, Any] = json.loads(diplomatic.example_file.read_text(encoding="utf-8"))
    data["parties"][0]["country"] = "WHO?"
    assert questions([AnnotationDocument.model_validate(data)], diplomatic) == []
