"""The same party is one rule: for F1, for the values of fields, for disagreements and for gold."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from signalbook.export.adjudication.party_matching import group_parties
from signalbook.export.agreement.comparison_key import comparable, party_fields, same_party
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.pairwise_f1 import set_measures
from signalbook.export.agreement.span_groups import align_spans
from signalbook.export.disagreement.differences import decompose
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Party
from signalbook.schema.scheme.model import Scheme

Of = Callable[..., AnnotationDocument]
Values = dict[str, object]

OLIN: Values = {"country": "XAR", "role": "leader", "entity": "Karel Olin"}
JOINT: Values = {"country": "XJT", "role": "state", "entity": "Arvenia and Castria"}
NAMELESS: Values = {"country": "XAR", "role": "leader"}

SAME: dict[str, tuple[Values, Values]] = {
    "equal fields": (OLIN, OLIN),
    "accents, case and space": (OLIN, OLIN | {"entity": " Kárel  OLIN"}),
    "punctuation": (OLIN, OLIN | {"entity": "Karel-Olin"}),
    "a field that is not compared": (OLIN, OLIN | {"note": "the premier"}),
    "members of a joint party, in any order": (
        JOINT | {"members": ["XAR", "XCA"]},
        JOINT | {"members": ["XCA", "XAR"]},
    ),
    "the same value missing at both": (NAMELESS, NAMELESS),
}
DIFFERENT: dict[str, tuple[Values, Values]] = {
    "another role": (OLIN, OLIN | {"role": "state"}),
    "another name": (OLIN, OLIN | {"entity": "Palace of Arvenia"}),
    "codes are no words": (OLIN, OLIN | {"country": "xar"}),
    "a value that is missing at one": (OLIN, NAMELESS),
    "missing, and called none": (NAMELESS, OLIN | {"entity": "None"}),
    "missing, and empty": (NAMELESS, OLIN | {"entity": ""}),
}


@pytest.fixture
def of(diplomatic: Scheme) -> Of:
    """An annotator's document with these parties and nothing else."""
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])

    def annotated(name: str, *parties: Values) -> AnnotationDocument:
        made = tuple(
            Party.model_validate({"id": f"P{number}", **values})
            for number, values in enumerate(parties, 1)
        )
        nothing: Values = {"spans": (), "relations": (), "dyads": ()}
        return example.model_copy(
            update={"annotator": Annotator(id=name), "parties": made, **nothing}
        )

    return annotated


def answers(first: AnnotationDocument, second: AnnotationDocument, scheme: Scheme) -> list[bool]:
    """Whether the last party of each is the same: as F1, fields, disagreements and gold have it."""
    corpus = gather([first, second], scheme)
    (f1,) = (m.value for m in set_measures(corpus) if m.name.kind == "party")
    reference = next(t.party_field for t in scheme.span_types if t.party_field)
    mine, theirs = (
        comparable(document.parties[-1].id, reference, document, scheme)
        for document in (first, second)
    )
    missed = [d for d in decompose(corpus, align_spans(corpus)).disagreements if "party" in d.kind]
    compared = {field.name for field in party_fields(scheme)}
    apart = [d for d in missed if d.field == "party" or d.field in compared]
    groups = group_parties({"a": first, "b": second}, scheme)
    return [f1 == 1.0, mine == theirs, not apart, len(groups) == 1]


@pytest.mark.parametrize("case", SAME)
def test_equal_in_what_the_scheme_compares_is_the_same_party(
    case: str, of: Of, diplomatic: Scheme
) -> None:
    first, second = SAME[case]
    assert answers(of("a", first), of("b", second), diplomatic) == [True] * 4


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_differs_there_is_another_party(case: str, of: Of, diplomatic: Scheme) -> None:
    first, second = DIFFERENT[case]
    assert answers(of("a", first), of("b", second), diplomatic) == [False] * 4


def test_an_annotator_who_has_a_party_twice_has_one(of: Of, diplomatic: Scheme) -> None:
    twice = of("a", OLIN, OLIN | {"entity": "karel olin"})
    first, second = twice.parties
    assert same_party(first, second, party_fields(diplomatic))
    assert answers(twice, of("b", OLIN), diplomatic) == [True] * 4
    assert answers(of("b", OLIN), twice, diplomatic) == [True] * 4


def test_a_reference_to_either_of_two_equal_parties_is_the_same(of: Of, diplomatic: Scheme) -> None:
    assert diplomatic.dyad is not None
    twice = of("a", OLIN, OLIN | {"entity": "karel olin"})
    once = of("b", OLIN)
    for side in diplomatic.dyad.sides:
        assert comparable("P2", side, twice, diplomatic) == comparable("P1", side, once, diplomatic)
        assert comparable("XBE", side, once, diplomatic) == "XBE"


def test_a_reference_is_compared_by_its_own_fields(of: Of, diplomatic: Scheme) -> None:
    fields = {f.name: f for f in diplomatic.span_type("signal").fields}
    first, second = of("a", OLIN), of("b", OLIN | {"entity": "Palace of Arvenia"})
    values = [comparable("P1", fields["sender"], d, diplomatic) for d in (first, second)]
    assert fields["sender"].compare_by == ("country", "role")
    assert values[0] == values[1]
    assert str(values[0]) == "XAR / leader"


def test_where_mentions_are_compared_by_nothing_parties_are_by_what_they_must_have(
    diplomatic: Scheme,
) -> None:
    assert [f.name for f in party_fields(diplomatic)] == ["country", "role", "entity"]
    without_mentions = replace(diplomatic, span_types=())
    assert [f.name for f in party_fields(without_mentions)] == ["country", "role", "entity"]
    assert [f.name for f in party_fields(diplomatic, ("entity",))] == ["entity"]
