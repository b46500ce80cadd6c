"""In a stage, annotators are told what they can repair there, and nothing of what they were given."""

from signalbook.export.validation.checker import Checker
from signalbook.schema.documents.annotators import GOLD_ID
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.documents.stages import earlier_part
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import at_stage

WHOLE = load_scheme("diplomatic_signal")
SIGNALS = at_stage(WHOLE, "signals")
#: Two parties that signals refer to nowhere: one was agreed on, and one is added in the stage.
AGREED = {"id": "P19", "country": "XAR", "role": "government", "entity": "Agreed Ministry"}
ADDED = {"id": "P20", "country": "XNS", "role": "private_actor", "entity": "Added Firm"}


def with_unused_parties(annotator: str, scheme: Scheme) -> AnnotationDocument:
    text = WHOLE.example_file.read_text(encoding="utf-8")
    example = AnnotationDocument.model_validate_json(text)
    document = earlier_part(example, at_stage(WHOLE, "dyads")) if scheme.stage else example
    record = document.with_annotator(Annotator(id=annotator)).to_dict()
    mention = next(span for span in record["spans"] if span["type"] == "mention")
    again = {**mention, "id": "s99", "attributes": {**mention["attributes"], "party": "P19"}}
    record["parties"] += [AGREED, ADDED]
    record["spans"].append(again)
    return AnnotationDocument.model_validate(record)


def found(annotator: str, scheme: Scheme = SIGNALS) -> set[tuple[str, str | None]]:
    document = with_unused_parties(annotator, scheme)
    return {(issue.id, issue.unit) for issue in Checker(scheme).check(document)}


def test_what_an_earlier_stage_gave_is_not_the_annotators() -> None:
    assert ("C29", "P19") in found(GOLD_ID)
    of_annotator = found("ada")
    assert {unit for _, unit in of_annotator} == {"P20"}
    assert ("C29", "P20") in of_annotator


def test_a_party_that_is_added_where_mentions_cannot_be_marked_needs_none() -> None:
    assert "C38" in {id for id, _ in found("ada", WHOLE)}
    assert "C38" not in {id for id, _ in found("ada")}


def test_words_marked_twice_are_named_in_the_stage_that_marks_them() -> None:
    parties = at_stage(WHOLE, "parties")
    text = WHOLE.example_file.read_text(encoding="utf-8")
    example = AnnotationDocument.model_validate_json(text)
    record = earlier_part(example, SIGNALS).with_annotator(Annotator(id="ada")).to_dict()
    mention = record["spans"][0]
    other = next(p["id"] for p in record["parties"] if p["id"] != mention["attributes"]["party"])
    record["spans"].append(
        {**mention, "id": "s99", "attributes": {**mention["attributes"], "party": other}}
    )
    twice = AnnotationDocument.model_validate(record)
    assert "C04" in {issue.id for issue in Checker(parties).check(twice)}
