"""What the scheme names is what agreement is judged by, wherever it can be named."""

import json
from dataclasses import replace

import pytest

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.measure import MeasureName, with_intervals
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import Annotator
from signalbook.schema.scheme.coefficients import (
    DESCRIPTIVE,
    FITTING,
    OF_RELATIONS,
    OF_SPANS,
    fitting_coefficients,
    known_coefficients,
    parties_f1,
)
from signalbook.schema.scheme.field_model import Level
from signalbook.schema.scheme.keyword_forms import META_SCHEMA
from signalbook.schema.scheme.model import Agreement, Field, Scheme

TARGET = 0.123


def judges(scheme: Scheme) -> list[MeasureName]:
    """The measures that have the target of these tests."""
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    documents = [example.with_annotator(Annotator(id=name)) for name in "ab"]
    measured = measures(code_corpus(gather(documents, scheme)), gamma_samples=3)
    return [measure.name for measure in measured if measure.target == TARGET]


def test_the_vocabulary_lists_every_coefficient_that_is_known() -> None:
    meta = json.loads(META_SCHEMA.read_text(encoding="utf-8"))
    listed = meta["$defs"]["coefficient"]["anyOf"][0]["enum"]
    assert len(listed) == len({*listed})
    assert {*listed} == known_coefficients()


def test_every_coefficient_fits_somewhere() -> None:
    fitting = {name for names in fitting_coefficients().values() for name in names}
    assert {*fitting, DESCRIPTIVE} - {parties_f1(("…",))} == known_coefficients()


@pytest.mark.parametrize(
    ("level", "coefficient"), [(level, name) for level, names in FITTING.items() for name in names]
)
def test_a_field_is_judged_by_what_it_names(
    second_scheme: Scheme, level: Level, coefficient: str
) -> None:
    fields = [(t, f) for t in second_scheme.span_types for f in t.fields]
    nominal = next((t, f) for t, f in fields if f.level == "nominal")
    asked, at_level = next(((t, f) for t, f in fields if f.level == level), nominal)

    def naming(field: Field) -> Field:
        if field.name != at_level.name:
            return field
        return replace(field, level=level, agreement=Agreement(coefficient, target=TARGET))

    span_types = tuple(
        replace(t, fields=tuple(map(naming, t.fields))) if t == asked else t
        for t in second_scheme.span_types
    )
    [judge] = judges(replace(second_scheme, span_types=span_types))
    assert judge == MeasureName("attribute", asked.name, at_level.name, coefficient)


@pytest.mark.parametrize("coefficient", OF_SPANS)
def test_spans_are_judged_by_what_their_type_names(second_scheme: Scheme, coefficient: str) -> None:
    first, *others = second_scheme.span_types
    wanted = replace(first, agreement=Agreement(coefficient, target=TARGET))
    [judge] = judges(replace(second_scheme, span_types=(wanted, *others)))
    assert judge == MeasureName("span_identification", first.name, *OF_SPANS[coefficient])


@pytest.mark.parametrize("coefficient", OF_RELATIONS)
def test_relations_are_judged_by_what_they_name(second_scheme: Scheme, coefficient: str) -> None:
    wanted = Agreement(coefficient, target=TARGET)
    kinds = tuple(replace(kind, agreement=wanted) for kind in second_scheme.relation_types)
    [judge] = judges(replace(second_scheme, relation_types=kinds))
    assert judge == MeasureName("relation", "all", *OF_RELATIONS[coefficient])


def test_what_is_reported_descriptively_is_measured_and_not_judged(second_scheme: Scheme) -> None:
    label, *others = second_scheme.article_labels
    described = replace(label, agreement=Agreement(DESCRIPTIVE))
    scheme = replace(second_scheme, article_labels=(described, *others))
    (example,) = read_documents([scheme.folder / "example.annotation.json"])
    corpus = gather([example.with_annotator(Annotator(id=name)) for name in "ab"], scheme)
    measured = [
        m for m in measures(code_corpus(corpus), gamma_samples=0) if m.name.field == label.name
    ]
    assert not measured[0].name.secondary
    assert measured[0].name.coefficient == FITTING[label.level][0]
    [result] = with_intervals(measured[:1], corpus)
    assert result.verdict in ("no target", "undefined")
