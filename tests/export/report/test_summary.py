"""The sentences of a summary, and the gates of the command line."""

import pytest

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.measure import Measure
from signalbook.export.report.summary import missed_gates
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import Annotator
from signalbook.schema.errors import UsageError
from signalbook.schema.scheme.model import Scheme


@pytest.fixture(scope="module")
def measured(scheme: Scheme) -> list[Measure]:
    """Two annotators of one article; the second marked nothing."""
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    empty = example.model_copy(update={"spans": (), "relations": ()})
    documents = example.with_annotator(Annotator(id="a")), empty.with_annotator(Annotator(id="b"))
    return measures(code_corpus(gather(documents, scheme)), gamma_samples=0)


def test_a_gate_names_what_is_under_it(measured: list[Measure]) -> None:
    name = "span_identification.all.overlap"
    assert missed_gates(measured, {name: 0.6}) == [f"{name}: 0.000 is below 0.6"]
    assert missed_gates(measured, {name: 0.0}) == []


def test_a_gate_of_a_field_is_none_of_its_secondary_coefficients(measured: list[Measure]) -> None:
    secondary = [measure for measure in measured if measure.name.secondary]
    layers = {m.name.kind for m in secondary} & {
        m.name.kind for m in measured if not m.name.secondary
    }
    missed = missed_gates(measured, dict.fromkeys(layers, 2.0))
    assert not {line.split(":")[0] for line in missed} & {str(m.name) for m in secondary}
    assert len(missed_gates(measured, {str(secondary[0].name): 2.0})) == 1


def test_a_gate_of_no_measure_is_refused(measured: list[Measure]) -> None:
    with pytest.raises(UsageError, match="nonsense"):
        missed_gates(measured, {"nonsense": 0.6})
