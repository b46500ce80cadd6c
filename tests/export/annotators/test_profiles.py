"""The profile of each annotator: work, agreement with the rest, change over time."""

import pytest

from signalbook.annotate.demo.simulate import Skill, simulate
from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import CodedCorpus, code_corpus
from signalbook.export.agreement.corpus import Corpus, gather
from signalbook.export.agreement.measure import is_followed, with_intervals
from signalbook.export.agreement.span_groups import SpanGroup, SpanGroups
from signalbook.export.annotators.profiles import AnnotatorProfile, annotator_profiles
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme


def none(_: AnnotationDocument) -> int:
    return 0


def example(scheme: Scheme, number: int = 0) -> AnnotationDocument:
    (document,) = read_documents([scheme.folder / "example.annotation.json"])
    article = document.article.model_copy(update={"id": f"article-{number:03d}"})
    return document.model_copy(update={"article": article})


def team(scheme: Scheme, articles: int = 4) -> Corpus:
    """Two good simulated annotators and a careless one."""
    careless = Skill(misses_span=0.6, changes_value=0.5)
    documents = [
        simulate(
            example(scheme, number),
            scheme,
            name=name,
            seed=8,
            count_errors=none,
            skill=careless if name == "simulated-careless" else Skill(),
        )
        for number in range(articles)
        for name in ("simulated-a", "simulated-b", "simulated-careless")
    ]
    return gather(documents, scheme)


def profiled(corpus: Corpus) -> tuple[AnnotatorProfile, ...]:
    coded = code_corpus(corpus)
    return annotator_profiles(coded, measures(coded, gamma_samples=0))


def test_the_careless_annotator_agrees_least(scheme: Scheme) -> None:
    profiles = profiled(team(scheme))
    scores = {p.annotator: (p.f1 and p.f1.measure.value) or 0.0 for p in profiles}
    assert min(scores, key=scores.__getitem__) == "simulated-careless"
    assert {profile.documents for profile in profiles} == {4}


def test_without_an_annotator_measures_are_those_of_the_others(scheme: Scheme) -> None:
    corpus = team(scheme)
    last = profiled(corpus)[2]
    coded = code_corpus(corpus)
    rest = CodedCorpus(corpus.only((0, 1)), without(coded.groups, 2))
    expected = {m.name: m.value for m in measures(rest) if is_followed(m)}
    assert {i.name: i.without for i in last.leave_one_out} == pytest.approx(expected, nan_ok=True)
    whole = {m.name: m.value for m in measures(coded) if is_followed(m)}
    assert {i.name: i.value for i in last.leave_one_out} == pytest.approx(whole, nan_ok=True)


def without(groups: SpanGroups, annotator: int) -> SpanGroups:
    kept = [
        [{who: span for who, span in group.items() if who != annotator} for group in of_article]
        for of_article in groups.articles
    ]
    return SpanGroups(tuple(tuple(SpanGroup(g) for g in of_article if g) for of_article in kept))


def test_time_gaps_and_defaults_are_counted(second_scheme: Scheme) -> None:
    whole = example(second_scheme)
    reaction = whole.spans[1]
    bare = reaction.model_copy(update={"attributes": {}})
    proposed = whole.spans[0].model_copy(update={"defaulted": ("route",)})
    spans = (proposed, bare, *whole.spans[2:])
    quick = Annotator(id="quick", lead_time_s=10.0)
    other = whole.model_copy(update={"spans": spans, "annotator": quick})
    profiles = profiled(gather([whole, other], second_scheme))
    profile = next(p for p in profiles if p.annotator == "quick")
    assert profile.missing == {"reaction.outcome": 1, "reaction.severity": 1}
    assert profile.defaulted.fields["drug.route"] == (1, 2)
    assert profile.lead_time is not None
    assert (profile.lead_time.n, profile.lead_time.median) == (1, 10.0)
    assert profile.warnings == ("1 document: too few to say anything of this annotator",)
    assert profiles[0].lead_time is None


def test_who_gets_worse_has_a_falling_slope(second_scheme: Scheme) -> None:
    documents: list[AnnotationDocument] = []
    for number in range(12):
        whole = example(second_scheme, number)
        dated = f"2031-{number + 1:02d}-01T00:00:00Z"
        kept = whole.spans[: 4 - number // 3]
        tired = Annotator(id="tired", created_at=dated)
        documents += [
            whole.with_annotator(Annotator(id="steady")),
            whole.model_copy(update={"spans": kept, "relations": (), "annotator": tired}),
        ]
    steady, tired_profile = profiled(gather(documents, second_scheme))
    assert steady.drift is None
    drift = tired_profile.drift
    assert drift is not None
    assert drift.n == 12
    assert [part.documents for part in drift.parts] == [3, 3, 3, 3]
    f1s = [part.f1.measure.value for part in drift.parts]
    assert f1s == pytest.approx([1, 6 / 7, 2 / 3, 2 / 5])
    assert all(part.f1.interval.reason.startswith("too few") for part in drift.parts)
    assert drift.slope is not None
    assert drift.slope < 0


@pytest.mark.parametrize(("days", "parts"), [(1, None), (2, [3, 3]), (3, [2, 2, 2])])
def test_documents_of_one_day_are_in_no_order(
    second_scheme: Scheme, days: int, parts: list[int] | None
) -> None:
    documents = [
        example(second_scheme, number).with_annotator(
            Annotator(id=name, created_at=f"2031-05-0{1 + number * days // 6}")
        )
        for number in range(6)
        for name in "ab"
    ]
    drift = profiled(gather(documents, second_scheme))[0].drift
    assert (drift and [part.documents for part in drift.parts]) == parts


def test_the_f1_with_the_only_other_has_the_interval_of_all(scheme: Scheme) -> None:
    coded = code_corpus(team(scheme, articles=8).only((0, 2)))
    whole = measures(coded, gamma_samples=0)
    overlap = next(m for m in whole if str(m.name) == "span_identification.all.overlap")
    (expected,) = with_intervals([overlap], coded.corpus)
    assert expected.interval.low is not None
    for profile in annotator_profiles(coded, whole)[::2]:
        assert profile.f1 is not None
        assert profile.f1.interval == expected.interval
        assert profile.f1.measure.n == overlap.n


def test_who_shares_no_document_is_named(second_scheme: Scheme) -> None:
    documents = [
        example(second_scheme, number).with_annotator(Annotator(id=name))
        for number, name in enumerate(["a", "a", "b", "b"])
    ]
    first, second = profiled(gather(documents, second_scheme))
    assert first.warnings == ("nobody else saw these documents: agreement is unknown",)
    assert first.f1 is None
    assert second.drift is None
