"""What matched spans are called, and whether matched spans are joined."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import Corpus, gather
from signalbook.export.agreement.measure import Measure
from signalbook.export.agreement.relation_measures import relation_measures
from signalbook.export.agreement.span_category_measures import category_measures
from signalbook.export.coefficients.alpha import krippendorff_alpha
from signalbook.export.coefficients.kappa import gwet_ac1
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Relation, Span
from signalbook.schema.scheme.model import Scheme

Varied = Callable[..., AnnotationDocument]
PLACES = [(0, 5), (6, 12), (14, 20), (22, 30), (33, 40)]


@pytest.fixture
def called(varied: Varied, scheme: Scheme) -> Callable[[Sequence[Sequence[int]]], Corpus]:
    """One article in which each annotator calls each place by the number of a type; -1: unmarked."""
    types = [t.name for t in scheme.span_types]

    def make(table: Sequence[Sequence[int]]) -> Corpus:
        documents: list[AnnotationDocument] = []
        for who, row in zip("abcdef", table, strict=False):
            spans = tuple(
                Span(id=f"s{at}", type=types[kind], start=PLACES[at][0], end=PLACES[at][1])
                for at, kind in enumerate(row)
                if kind >= 0
            )
            document = varied("one", who)
            documents.append(document.model_copy(update={"spans": spans, "relations": ()}))
        return gather(documents, scheme)

    return make


def named(corpus: Corpus) -> dict[str, Measure]:
    return {str(m.name): m for m in category_measures(code_corpus(corpus))}


def test_alpha_and_ac1_of_types_are_those_of_the_pure_functions(
    called: Callable[[Sequence[Sequence[int]]], Corpus], scheme: Scheme
) -> None:
    table = [[0, 0, 1, 1, 0], [0, 1, 1, -1, 0], [0, 0, 1, 1, -1]]
    by_name = named(called(table))
    units = np.tile(np.arange(5), 3)
    codes = np.array(table).ravel()
    alpha, ac1 = (
        krippendorff_alpha(units, codes),
        gwet_ac1(units, codes, len(scheme.span_types)),
    )
    assert alpha.value is not None
    assert ac1.value is not None
    measure = by_name["span_category.all.type.krippendorff_alpha_nominal"]
    assert measure.value == pytest.approx(alpha.value)
    assert measure.observed_agreement == pytest.approx(alpha.observed_agreement)
    assert measure.n == 5
    assert by_name["span_category.all.type.gwet_ac1"].value == pytest.approx(ac1.value)


def test_each_of_several_types_is_told_from_the_others(diplomatic: Scheme) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    first = next(s for s in example.spans if s.type == "assessment")
    changed = tuple(
        s.model_copy(update={"type": "signal"}) if s is first else s for s in example.spans
    )
    other = example.model_copy(update={"spans": changed, "annotator": Annotator(id="b")})
    by_name = named(gather([example, other], diplomatic))
    values = {m.name.of: m.value for m in by_name.values() if m.name.of}
    assert values["mention"] == 1.0
    assert values["assessment"] is not None
    assert values["assessment"] < 1.0


def test_spans_that_share_no_character_are_not_matched(varied: Varied, scheme: Scheme) -> None:
    kind = scheme.span_types[0].name
    documents = [
        varied("one", who).model_copy(
            update={"spans": (Span(id="s", type=kind, start=a, end=b),), "relations": ()}
        )
        for who, a, b in (("a", 0, 5), ("b", 5, 9))
    ]
    corpus = gather(documents, scheme)
    assert len(set(code_corpus(corpus).places)) == 2
    assert {m.reason for m in named(corpus).values()} == {"no two annotators marked the same place"}


def test_one_type_only_is_undefined(
    called: Callable[[Sequence[Sequence[int]]], Corpus],
) -> None:
    by_name = named(called([[0, 0], [0, 0]]))
    measure = by_name["span_category.all.type.krippendorff_alpha_nominal"]
    assert (measure.value, measure.reason) == (None, "no variation: every value is the same")
    assert measure.observed_agreement == 1.0


def test_types_of_coreferent_mentions_are_not_asked(diplomatic: Scheme) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    corpus = gather([example.with_annotator(Annotator(id=name)) for name in "ab"], diplomatic)
    again = sum(r.type == "same_as" for r in example.relations)
    assert {m.n for m in named(corpus).values()} == {len(example.spans) - again}


@pytest.fixture
def linked(varied: Varied, second_scheme: Scheme) -> Callable[..., Corpus]:
    """Two drugs and two reactions, and who relates which by what."""
    (example,) = read_documents([second_scheme.folder / "example.annotation.json"])
    kinds = ["drug", "drug", "reaction", "reaction"]
    spans = tuple(
        Span(id=f"s{at}", type=kind, start=PLACES[at][0], end=PLACES[at][1])
        for at, kind in enumerate(kinds)
    )

    def make(**by: list[tuple[str, int, int]]) -> Corpus:
        documents = [
            example.model_copy(
                update={
                    "annotator": Annotator(id=who),
                    "spans": spans,
                    "relations": tuple(
                        Relation.model_validate(
                            {"id": f"r{n}", "type": kind, "from": f"s{a}", "to": f"s{b}"}
                        )
                        for n, (kind, a, b) in enumerate(drawn)
                    ),
                }
            )
            for who, drawn in by.items()
        ]
        return gather(documents, second_scheme)

    return make


def relations(corpus: Corpus) -> dict[str, Measure]:
    measured = relation_measures(code_corpus(corpus))
    return {f"{m.name.field} {m.name.coefficient}": m for m in measured}


def test_candidates_are_what_the_scheme_lets_be_joined(linked: Callable[..., Corpus]) -> None:
    corpus = linked(
        a=[("causes", 0, 2), ("causes", 1, 3), ("treats", 0, 3)],
        b=[("causes", 0, 2), ("treats", 1, 3)],
    )
    by_name = relations(corpus)
    # Drug with drug, and each of two drugs with each of two reactions; never two reactions.
    units = np.tile(np.arange(5), 2)
    codes = np.array([1, 1, 1, 0, 0, 1, 1, 0, 0, 0])
    alpha, ac1 = krippendorff_alpha(units, codes), gwet_ac1(units, codes, 2)
    assert alpha.value is not None
    assert ac1.value is not None
    measure = by_name["linked krippendorff_alpha_nominal"]
    assert measure.n == 5
    assert measure.value == pytest.approx(alpha.value)
    assert measure.observed_agreement == pytest.approx(0.8)
    assert by_name["linked gwet_ac1"].value == pytest.approx(ac1.value)
    typed = by_name["type_given_linked krippendorff_alpha_nominal"]
    expected = krippendorff_alpha(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])).value
    assert expected is not None
    assert typed.n == 2
    assert typed.value == pytest.approx(expected)


def test_three_annotators_weigh_as_in_alpha(linked: Callable[..., Corpus]) -> None:
    causes = [("causes", 0, 2)], [("causes", 0, 2), ("causes", 1, 2)], [("causes", 1, 3)]
    corpus = linked(a=causes[0], b=causes[1], c=causes[2])
    codes = np.array([[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [0, 0, 1, 0, 0]])
    alpha = krippendorff_alpha(np.tile(np.arange(5), 3), codes.ravel())
    assert alpha.value is not None
    measure = relations(corpus)["linked krippendorff_alpha_nominal"]
    assert measure.value == pytest.approx(alpha.value)


def test_relations_are_undefined_with_a_reason(
    linked: Callable[..., Corpus], varied: Varied, second_scheme: Scheme
) -> None:
    nobody = relations(linked(a=[], b=[]))
    assert nobody["linked krippendorff_alpha_nominal"].reason == "nobody joined any of them"
    assert nobody["linked gwet_ac1"].value == 1.0
    typed = nobody["type_given_linked krippendorff_alpha_nominal"]
    assert (typed.value, typed.reason) == (None, "no two annotators joined the same")
    alone = relations(linked(a=[("causes", 0, 2)]))
    assert {m.reason for m in alone.values()} >= {"no article was seen by two annotators"}
    assert {m.value for m in alone.values()} == {None}
    same = relations(linked(a=[("causes", 0, 2)], b=[("causes", 0, 2)]))
    typed = same["type_given_linked krippendorff_alpha_nominal"]
    assert (typed.value, typed.reason) == (None, "no variation: every type is the same")


def test_what_one_annotator_did_not_mark_is_no_candidate(
    linked: Callable[..., Corpus], second_scheme: Scheme
) -> None:
    corpus = linked(a=[("causes", 0, 2)], b=[])
    (first, second) = (corpus.documents[0, who] for who in (0, 1))
    fewer = second.model_copy(update={"spans": second.spans[2:]})
    by_name = relations(gather([first, fewer], second_scheme))
    measure = by_name["linked krippendorff_alpha_nominal"]
    assert (measure.value, measure.n) == (None, 0)
    assert measure.reason == "no two spans that both annotators marked may be joined"
