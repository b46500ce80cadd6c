"""Agreement in a stage is measured on what that stage asks, and says so."""

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.report.wording import stage_sentence
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.documents.stages import earlier_part
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import at_stage

WHOLE = load_scheme("diplomatic_signal")


def measured_units(scheme: Scheme, later: str | None) -> set[tuple[str, str]]:
    """Kinds and units of what is measured of two annotators who have the example."""
    text = WHOLE.example_file.read_text(encoding="utf-8")
    example = AnnotationDocument.model_validate_json(text)
    document = earlier_part(example, at_stage(WHOLE, later)) if later else example
    both = [document.with_annotator(Annotator(id=name)) for name in ("ada", "ben")]
    found = measures(code_corpus(gather(both, scheme)), gamma_samples=0)
    return {(m.name.kind, m.name.unit) for m in found if m.value is not None}


def test_each_stage_measures_what_it_asks() -> None:
    parties = measured_units(at_stage(WHOLE, "parties"), "signals")
    signals = measured_units(at_stage(WHOLE, "signals"), "dyads")
    dyads = measured_units(at_stage(WHOLE, "dyads"), None)
    assert ("party", "party") in parties
    assert ("attribute", "signal") in signals
    assert not {unit for _, unit in signals} & {"party", "mention", "dyad"}
    assert {unit for _, unit in dyads} == {"dyad", "article"}
    assert ("dyad", "dyad") in dyads


def test_what_was_agreed_on_before_is_named() -> None:
    sentence = stage_sentence(at_stage(WHOLE, "signals"))
    assert sentence == (
        "Measured is the stage signals alone; agreed on before: mention, party. All annotators "
        "chose from one list of parties."
    )
    assert stage_sentence(at_stage(WHOLE, "parties")) == stage_sentence(WHOLE) == ""
