"""The parties that a text names become a prediction, by what the scheme says of them."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from places import EXAMPLES

from signalbook.annotate.conversion.convert import canonical, from_label_studio
from signalbook.annotate.label_studio.payloads import PredictionInput
from signalbook.annotate.proposals.propose import propose
from signalbook.annotate.sync.tasks import to_task
from signalbook.schema.documents.jsonl import read_documents, write_documents
from signalbook.schema.documents.records import AnnotationDocument, Article
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Json, JsonObject, Scheme


@pytest.fixture(scope="module")
def signals() -> Scheme:
    return load_scheme("diplomatic_signal/1.1")


def article(text: str, language: str = "en", title: str = "") -> Article:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Article(
        id="a1",
        title=title,
        text=text,
        text_sha256=sha256,
        text_length=len(text),
        language=language,
    )


def proposed(document: AnnotationDocument | None) -> list[tuple[dict[str, Any], list[str | None]]]:
    """The fields of each party, and the words of its mentions."""
    assert document is not None
    return [
        (
            party.attributes,
            [span.text for span in document.spans if span.attributes["party"] == party.id],
        )
        for party in document.parties
    ]


def marked_words(prediction: PredictionInput) -> list[Json]:
    values = [r["value"] for r in prediction["result"] if r["from_name"] == "label"]
    return [value["text"] for value in values if isinstance(value, dict)]


RUSSIA = {"country": "RUS", "role": "state", "entity": "Russian Federation"}


def test_names_with_the_same_values_are_one_party(signals: Scheme) -> None:
    text = "Russia agreed.\n\nMoscow objected; the Russian government did not.\nThe Russians left."
    assert proposed(propose(article(text), signals)) == [
        (RUSSIA, ["Russia", "Moscow", "Russians"]),
        (
            {"country": "RUS", "role": "government", "entity": "Government of Russia"},
            ["Russian government"],
        ),
    ]


def test_a_person_has_one_name_and_all_that_the_text_says(signals: Scheme) -> None:
    text = "President Odero left.\nKenyan President Amina Odero, Ms. Odero and Mr. Tan spoke."
    assert proposed(propose(article(text), signals)) == [
        (
            {"country": "KEN", "role": "leader", "entity": "Amina Odero"},
            ["President Odero", "President Amina Odero"],
        ),
        ({"entity": "Tan"}, ["Mr. Tan"]),
    ]


def test_a_name_of_two_persons_is_left_out(signals: Scheme) -> None:
    text = "Foreign Minister Ana Costa met Ambassador Rui Costa. Mr. Costa smiled."
    assert [values["entity"] for values, _ in proposed(propose(article(text), signals))] == [
        "Ana Costa",
        "Rui Costa",
    ]


def test_only_what_is_certain_is_filled_in(signals: Scheme) -> None:
    [(values, _)] = proposed(propose(article("Foreign Minister Ana Costa spoke."), signals))
    assert values == {"role": "foreign_ministry", "entity": "Ana Costa"}


def test_nothing_is_marked_in_the_title(signals: Scheme) -> None:
    text = "Norway warns Chile\nChile shrugged."
    document = propose(article(text, title="Norway warns Chile"), signals)
    assert [words for _, words in proposed(document)] == [["Chile"]]


def test_no_more_parties_than_the_page_has_slots(signals: Scheme) -> None:
    text = (
        "Norway, Chile, Kenya, Ghana, Japan, China, Egypt, Spain, Italy, France, Germany, Poland, "
        "Cuba, Peru, Iran, Iraq, Yemen, Nepal, Brazil, Canada, Mexico, Latvia, Serbia, Angola, Mali"
    )
    document = propose(article(text), signals)
    assert (
        [p.id for p in document.parties] == [f"P{n}" for n in range(1, 25)] if document else False
    )


def test_states_of_invented_texts_are_known_by_the_scheme(signals: Scheme) -> None:
    [(values, words)] = proposed(propose(article("Castria froze the loan."), signals))
    assert (values["country"], words) == ("XCA", ["Castria"])
    codes = {v["country"] for v, _ in proposed(propose(article("Castria met Chile."), signals))}
    assert codes == {"CHL"}


def test_a_proposal_is_shown_and_read_as_any_prediction(signals: Scheme, tmp_path: Path) -> None:
    text = "Senegal's foreign minister, Awa Diop, thanked the EU.\n\nDakar and Paris agreed."
    document = propose(article(text), signals)
    assert document is not None
    write_documents(tmp_path / "names.jsonl", [document])
    assert read_documents([tmp_path / "names.jsonl"]) == [document]
    [prediction] = to_task(article(text), signals, [document]).get("predictions", [])
    assert prediction["model_version"] == "names-1"
    assert marked_words(prediction) == [
        "Senegal",
        "foreign minister, Awa Diop",
        "EU",
        "Dakar",
        "Paris",
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Senegal's foreign minister, Awa Diop, thanked the EU.\n\nThe Kremlin agreed."),
        ("fr", "Le gouvernement suédois a prié M. Roux d'écrire à l'ONU.\nParis a protesté."),
        ("ar", "أدانت الحكومة الإسرائيلية قرار مجلس الأمن.\nوللصين موقف آخر."),
    ],
)
def test_a_proposal_that_is_submitted_as_it_is_comes_back(
    language: str, text: str, signals: Scheme
) -> None:
    document = propose(article(text, language), signals)
    assert document is not None
    task = to_task(article(text, language), signals, [document])
    [prediction] = task.get("predictions", [])
    result: list[Json] = [*prediction["result"]]
    submitted: JsonObject = {"result": result}
    back = from_label_studio(submitted, task["data"], signals, document.annotator)
    assert back.unmapped == ()
    whole = canonical(document, signals)
    assert [party.attributes for party in back.document.parties] == [
        party.attributes for party in whole.parties
    ]
    assert [(s.start, s.end, s.attributes) for s in back.document.spans] == [
        (s.start, s.end, s.attributes) for s in document.spans
    ]


def test_nothing_is_proposed_where_the_scheme_asks_for_nothing(signals: Scheme) -> None:
    news = article("Norway met Chile.")
    assert propose(news, load_scheme(EXAMPLES / "adverse_events" / "1.0")) is None
    assert propose(news, load_scheme("diplomatic_signal/1.0")) is None
    assert propose(article("Nobody came."), signals) is None
    assert propose(news, replace(signals, span_types=())) is None


def test_another_scheme_says_its_own_values(tmp_path: Path) -> None:
    kinds = {"country": {"state": "$code", "side": "them"}, "organisation": {"name": "$name"}}
    properties: dict[str, Any] = {
        "id": {"type": "string"},
        "state": {"type": "string", "x-codelist": {"standard": "ISO 3166-1 alpha-2"}},
        "side": {"enum": ["us", "them"]},
        "name": {"type": "string", "x-level": "text"},
    }
    party = {"x-proposed-parties": {"kinds": kinds}, "properties": properties}
    mention = {"properties": {"party": {"x-kind": "party-reference", "type": "string"}}}
    path = tmp_path / "mine.schema.json"
    sections = {
        "parties": {"type": "array", "items": party},
        "spans": {"items": {"properties": {"type": {"const": "who"}, "attributes": mention}}},
    }
    about = {"name": "mine", "version": "1.0.0"}
    path.write_text(json.dumps({"x-scheme": about, "properties": sections}), "utf-8")
    text = "Norway met Norway and NATO; Oslo smiled."
    assert proposed(propose(article(text), load_scheme(path))) == [
        ({"state": "NO", "side": "them"}, ["Norway", "Norway"]),
        ({"name": "North Atlantic Treaty Organization"}, ["NATO"]),
    ]
