"""Gold of a stage is what was decided about what that stage asks."""

import pytest

from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.validation.checker import Checker
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.documents.stages import earlier_part
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.nodes import as_object
from signalbook.schema.scheme.stages import at_stage, stage_after

WHOLE = load_scheme("diplomatic_signal")
STAGES = [stage.name for stage in WHOLE.stages]


def example_of(scheme: Scheme, annotator: str) -> AnnotationDocument:
    """What the example holds once a stage is done."""
    text = WHOLE.example_file.read_text(encoding="utf-8")
    whole = AnnotationDocument.model_validate_json(text).with_annotator(Annotator(id=annotator))
    later = stage_after(scheme)
    return whole if later is None else earlier_part(whole, at_stage(WHOLE, later))


def without_last_span(document: AnnotationDocument) -> AnnotationDocument:
    *spans, last = document.spans
    relations = tuple(r for r in document.relations if last.id not in (r.from_, r.to))
    return document.model_copy(update={"spans": (*spans,), "relations": relations})


@pytest.mark.parametrize("stage", STAGES[:-1])
def test_votes_make_the_gold_of_a_stage(stage: str) -> None:
    scheme = at_stage(WHOLE, stage)
    ada, ben, cyd = (example_of(scheme, name) for name in ("ada", "ben", "cyd"))
    shorter = without_last_span(ada)
    # Ada alone lacks the last span, and would be followed whole, as the first by name.
    [article] = adjudicate([shorter, ben, cyd], scheme).articles
    assert article.document is not None
    assert article.set_aside == ()
    assert len(article.document.spans) == len(ben.spans)
    assert [*Checker(scheme).check(article.document)] == [*Checker(scheme).check(ben)]


@pytest.mark.parametrize("stage", STAGES)
def test_gold_of_an_article_without_anything_is_agreed_on(stage: str) -> None:
    scheme = at_stage(WHOLE, stage)
    nothing = {"parties": (), "spans": (), "relations": (), "dyads": ()}
    labels = {"relevance": "no_signal"} if scheme.article_labels else {}
    kept = {
        name: value
        for name, value in {**nothing, "article_labels": labels}.items()
        if name in as_object(scheme.json_schema["properties"])
    }
    documents = [
        AnnotationDocument.model_validate(
            {
                "scheme": WHOLE.name,
                "schema_version": WHOLE.version,
                "article": example_of(scheme, name).article,
                "annotator": Annotator(id=name),
                **kept,
            }
        )
        for name in ("ada", "ben")
    ]
    [article] = adjudicate(documents, scheme).articles
    assert article.decisions == ()
