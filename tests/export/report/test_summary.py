"""The sentences of a summary, and the gates of the command line."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from signalbook.export.agreement.all_measures import measures
from signalbook.export.agreement.coded_corpus import code_corpus
from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.measure import Measure, MeasureWithInterval, Verdict
from signalbook.export.coefficients.bootstrap import UNDEFINED_WITHOUT_ONE
from signalbook.export.coefficients.planning import (
    FEW_DISAGREE,
    TARGET_OF_ONE,
    TOO_MANY,
    ArticlesNeeded,
)
from signalbook.export.disagreement.confusion import ABSENT, Confusion
from signalbook.export.disagreement.differences import KindShare
from signalbook.export.disagreement.kinds import CONSEQUENCES
from signalbook.export.disagreement.settled import SettledConfusion
from signalbook.export.report.analysis import Analysis, analyse, measure_corpus
from signalbook.export.report.build import AgreementReport
from signalbook.export.report.markdown_page import report_markdown
from signalbook.export.report.plots import slices
from signalbook.export.report.summary import missed_gates, summarise
from signalbook.export.report.wording import Wording, further_articles
from signalbook.schema.documents.jsonl import read_documents
from signalbook.schema.documents.records import AnnotationDocument, Annotator
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
    [line] = missed_gates(measured, {name: 0.6})
    assert line.startswith(f"{name}: 0.000 is below 0.6")
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


@pytest.mark.parametrize(
    ("gate", "meant"),
    [
        ("all", "did you mean relation.all or span_identification.all? Write"),
        ("span_identificaton.all", "did you mean span_identification.all"),
    ],
)
def test_a_gate_of_no_measure_says_what_may_be_meant(
    diplomatic: Scheme, gate: str, meant: str
) -> None:
    (example,) = read_documents([diplomatic.folder / "example.annotation.json"])
    documents = [example.with_annotator(Annotator(id=name)) for name in "ab"]
    measured = measures(code_corpus(gather(documents, diplomatic)), gamma_samples=0)
    with pytest.raises(UsageError) as refused:
        missed_gates(measured, {gate: 0.6})
    assert meant in str(refused.value)


def test_a_gate_tells_what_is_undefined_from_what_is_below_it(measured: list[Measure]) -> None:
    undefined = next(m for m in measured if m.value is None and m.target is not None)
    [line] = missed_gates([undefined], {str(undefined.name): 0.5})
    assert line.startswith(f"{undefined.name}: is undefined ({undefined.reason}), so nothing shows")
    assert "below" not in line


def test_a_gate_says_which_measures_the_scheme_sets_no_target_for(measured: list[Measure]) -> None:
    known = [replace(m, value=0.5) for m in measured if not m.name.secondary]
    for measure in known:
        [line] = missed_gates([measure], {measure.name.kind: 0.6})
        assert ("no target" in line) == (measure.target is None)


def test_a_value_just_below_its_gate_is_shown_below_it(measured: list[Measure]) -> None:
    [measure] = [replace(m, value=0.69996) for m in measured if "all.overlap" in str(m.name)]
    [line] = missed_gates([measure], {str(measure.name): 0.7})
    assert "0.69996 is below 0.7" in line


def inconclusive(
    report: AgreementReport, more: int | None, reason: str = "", *, value: float = 0.6
) -> MeasureWithInterval:
    result = report.analysis.measured.judged[0]
    interval = replace(result.interval, low=0.1, high=0.9, reason="")
    measure = replace(result.measure, value=value)
    needed = ArticlesNeeded(more, reason)
    return replace(
        result, measure=measure, interval=interval, verdict="inconclusive", needed=needed
    )


def too_few(report: AgreementReport, reason: str) -> MeasureWithInterval:
    result = inconclusive(report, None)
    interval = replace(result.interval, low=None, high=None, below=(), reason=reason)
    return replace(result, interval=interval, verdict="too few")


def advice(report: AgreementReport, *results: MeasureWithInterval) -> str:
    measured = replace(report.analysis.measured, measures=results)
    return " ".join(summarise(replace(report.analysis, measured=measured)).next)


def test_how_many_more_articles_are_likely_to_decide_is_about_a_number(
    report: AgreementReport,
) -> None:
    said = advice(report, *(inconclusive(report, count) for count in (40, 20, 90, 70, 30)))
    label = Wording(report.analysis.measured.corpus.scheme).label(
        report.analysis.measured.judged[0].measure
    )
    assert "with a probability of 80 % whether the target is reached" in said
    assert (
        f"about 20 for {label}, about 30 for {label}, about 40 for {label} and at most about 90 "
        "for 2 more measures."
    ) in said
    assert "settle" not in said


def test_where_nobody_disagreed_the_number_holds_if_nobody_will(report: AgreementReport) -> None:
    said = advice(report, inconclusive(report, 9, value=1.0))
    assert "Where nobody disagreed, further articles in which nobody disagrees either" in said
    assert "80 %" not in said


def test_what_rests_on_too_few_articles_is_not_said_to_lie_near_its_target(
    report: AgreementReport,
) -> None:
    few = too_few(report, "too few articles: 2 of 2 could show a difference, 5 are needed")
    said = advice(report, few, few, inconclusive(report, 20))
    assert "2 measures rest on too few articles to be judged" in said
    assert "there are 5 or more in which annotators could differ" in said
    assert "hang" not in said
    assert "near" not in said


def test_what_one_article_alone_defines_is_said_to_be_undefined_without_it(
    report: AgreementReport,
) -> None:
    said = advice(report, too_few(report, UNDEFINED_WITHOUT_ONE))
    assert "1 measure hangs on one article, without which it would be undefined: " in said


def test_a_number_of_many_times_the_articles_at_hand_is_called_rough(
    report: AgreementReport,
) -> None:
    assert inconclusive(report, 40).measure.documents == 4
    assert "above 10 times the 4 articles at hand is rough" in advice(
        report, inconclusive(report, 20), inconclusive(report, 41)
    )
    assert "rough" not in advice(report, inconclusive(report, 20), inconclusive(report, 40))


def test_no_number_of_articles_is_told_that_nobody_would_annotate(report: AgreementReport) -> None:
    beyond = inconclusive(report, None, TOO_MANY)
    said = advice(report, beyond, beyond)
    assert "more than 1000 further articles would be needed to show whether their targets" in said
    assert "; with 4 articles, that is rough: fewer may do." in said
    assert further_articles(beyond) == "more than 1000"
    large = replace(beyond, measure=replace(beyond.measure, documents=100))
    assert "rough" not in advice(report, large)


def test_what_few_articles_dispute_is_said_to_need_an_unknown_number(
    report: AgreementReport,
) -> None:
    unknown = inconclusive(report, None, FEW_DISAGREE)
    said = advice(report, unknown)
    assert "cannot be estimated where fewer than 5 articles show disagreement: " in said
    assert "near" not in said
    assert further_articles(unknown) == "unknown"


def test_a_target_of_one_is_said_to_be_out_of_reach(report: AgreementReport) -> None:
    perfect = inconclusive(report, None, TARGET_OF_ONE, value=1.0)
    perfect = replace(perfect, measure=replace(perfect.measure, target=1.0))
    near = replace(perfect, measure=replace(perfect.measure, target=0.999))
    said = [
        summarise(
            replace(report.analysis, measured=replace(report.analysis.measured, measures=(result,)))
        ).verdict
        for result in (perfect, near)
    ]
    assert "A target of 1 is never met, as no interval lies at 1 as a whole" in said[0]
    assert "target of 1" not in said[1]
    assert "further articles" not in advice(report, perfect)
    assert further_articles(perfect) == "never"


def test_a_measure_that_is_not_decided_needs_an_article_or_its_number_is_unknown(
    report: AgreementReport,
) -> None:
    results = report.analysis.measured.measures
    for result in results:
        if result.verdict in ("met", "not met"):
            assert result.needed == ArticlesNeeded(0)
        elif result.verdict == "inconclusive":
            assert result.needed
            assert (result.needed.count is None) == bool(result.needed.reason)
            assert result.needed.count != 0
        else:
            assert result.needed is None


@pytest.mark.parametrize("verdict", ["met", "not met"])
def test_a_verdict_comes_with_what_it_speaks_of(report: AgreementReport, verdict: Verdict) -> None:
    undecided = inconclusive(report, 3)
    decided = replace(undecided, verdict=verdict)
    alone, both = (
        summarise(
            replace(report.analysis, measured=replace(report.analysis.measured, measures=results))
        ).verdict
        for results in ((undecided,), (undecided, decided))
    )
    assert alone == "Of 1 measure with a target, 1 is inconclusive."
    assert "further articles like these, annotated by the same annotators" in both
    assert "about one in forty" in both


def test_too_few_articles_have_neither_an_interval_nor_a_probability(
    report: AgreementReport,
) -> None:
    few = [r for r in report.analysis.measured.measures if r.interval.low is None]
    assert few
    assert {r.verdict for r in few} <= {"too few", "undefined", "no target"}
    assert all(r.to_dict()["probability_below"] == {} for r in few)


def test_next_steps_come_by_what_the_coefficients_gain(report: AgreementReport) -> None:
    measured, analysis = report.analysis.measured, report.analysis
    fields = [r for r in measured.judged if r.measure.name.kind == "attribute"][:3]
    assert len(fields) == 3
    results = [replace(r, measure=replace(r.measure, value=0.5), verdict="not met") for r in fields]
    confusion = next(c for c in analysis.confusions if len(c.values) > 1 and not c.of)
    first, second = confusion.values[:2]
    coefficients = 0.55, None, 0.75
    settled = {
        result.measure.name: SettledConfusion(confusion, (first, second), number, value)
        for number, (result, value) in enumerate(zip(results, coefficients, strict=True), 3)
    }
    measured = replace(measured, measures=tuple(results))
    lines = summarise(replace(analysis, measured=measured, settled=settled)).next
    assert ["make up 5 of" in lines[0], "make up 3 of" in lines[1], "make up 4 of" in lines[2]] == (
        [True] * 3
    )
    assert lines[0].endswith(" would be about 0.75 instead of 0.50 (+0.25).")
    assert lines[1].endswith(" would be about 0.55 instead of 0.50 (+0.05).")
    assert "With this settled" not in lines[2]
    assert lines[3].startswith("The largest source of disagreement")


def test_what_gains_nothing_is_said_to_gain_nothing(report: AgreementReport) -> None:
    measured = report.analysis.measured
    result = next(r for r in measured.judged if r.measure.name.kind == "attribute")
    result = replace(result, measure=replace(result.measure, value=0.5), verdict="not met")
    confusion = next(c for c in report.analysis.confusions if len(c.values) > 1 and not c.of)
    settled = SettledConfusion(confusion, (confusion.values[0], confusion.values[1]), 3, 0.4)
    analysis = replace(
        report.analysis,
        measured=replace(measured, measures=(result,)),
        settled={result.measure.name: settled},
    )
    assert summarise(analysis).next[0].endswith(" would be no higher than 0.50.")


def test_a_blank_is_no_value_that_a_rule_could_tell_from_others(report: AgreementReport) -> None:
    measured = report.analysis.measured
    result = next(r for r in measured.judged if r.measure.name.kind == "attribute")
    result = replace(result, measure=replace(result.measure, value=0.5), verdict="not met")
    confusion = next(c for c in report.analysis.confusions if len(c.values) > 1 and not c.of)
    settled = SettledConfusion(confusion, (confusion.values[0], ABSENT), 3, None)
    analysis = replace(
        report.analysis,
        measured=replace(measured, measures=(result,)),
        settled={result.measure.name: settled},
    )
    line = summarise(analysis).next[0]
    assert ": say when it may be left blank; 3 of its " in line
    assert line.endswith("” against a blank, which coefficients leave out.")
    assert "sharpen" not in line


def test_of_a_question_with_yes_or_no_the_advice_is_to_say_when_it_holds(
    report: AgreementReport,
) -> None:
    measured = report.analysis.measured
    scheme = measured.corpus.scheme
    unit, field = next((unit, field) for unit, field in scheme.fields() if field.is_boolean)
    result = next(r for r in measured.judged if r.measure.name.kind == "attribute")
    result = replace(result, measure=replace(result.measure, value=0.5), verdict="not met")
    counts = {("false", "true"): 3, ("true", "true"): 5}
    confusion = Confusion(unit, field.name, "", "nominal", ("false", "true"), counts)
    settled = SettledConfusion(confusion, ("false", "true"), 3, None)
    analysis = replace(
        report.analysis,
        measured=replace(measured, measures=(result,)),
        settled={result.measure.name: settled},
    )
    line = summarise(analysis).next[0]
    assert line.endswith(
        ": say more exactly when it holds; 3 of its 3 disagreements are “yes” against “no”."
    )


def test_the_same_boundaries_bring_spans_to_the_f1_of_those_that_overlap(
    report: AgreementReport,
) -> None:
    measured = report.analysis.measured
    by_name = {str(r.measure.name): r for r in measured.measures}
    exact = next(r for name, r in by_name.items() if name.endswith(".all.exact"))
    overlap = by_name[str(exact.measure.name).replace("exact", "overlap")]
    strict = replace(exact, measure=replace(exact.measure, target=0.99), verdict="not met")
    assert exact.measure.value is not None
    loose = replace(overlap, measure=replace(overlap.measure, value=exact.measure.value + 0.1))
    analysis = replace(report.analysis, measured=replace(measured, measures=(strict, loose)))
    (line, *_) = summarise(analysis).next
    assert line.startswith("All spans: marked, same boundaries: say where spans begin and end.")
    assert line.endswith("(+0.10).")


def test_the_largest_source_is_the_one_that_the_table_shows_as_the_largest(
    report: AgreementReport,
) -> None:
    causes = [s for s in slices(report.analysis.shares) if s.name not in CONSEQUENCES]
    largest = max(causes, key=lambda s: s.count)
    name = Wording(report.measured.corpus.scheme).kind(largest.name)
    assert f"The largest source of disagreement is “{name}”: {largest.count} of " in " ".join(
        summarise(report.analysis).next
    )


def test_a_family_of_many_small_kinds_is_a_larger_source_than_one_large_kind(
    report: AgreementReport,
) -> None:
    counts = {
        "boundary": 4,
        "attribute:one.first": 3,
        "attribute:one.second": 2,
        "consequence of a party": 6,
    }
    shares = {kind: KindShare(count, count / 15) for kind, count in counts.items()}
    analysis = replace(report.analysis, shares=shares, disagreements=15)
    assert any(
        line.startswith(
            "The largest source of disagreement is “value of a span's field”: 5 of 15 disagreements"
        )
        and line.endswith("most often “one: first” (3).")
        for line in summarise(analysis).next
    )


def test_where_no_two_annotators_saw_an_article_nobody_is_said_to_agree(
    made: Callable[..., list[AnnotationDocument]], scheme: Scheme
) -> None:
    corpus = gather(made(articles=1, annotators=1), scheme)
    alone: Analysis = analyse(measure_corpus(corpus), links={})
    page = report_markdown(alone, [])
    assert "No article was seen by two annotators." in page
    assert "disagree on anything" not in page


def test_rare_values_are_advised_only_where_there_is_no_variation(report: AgreementReport) -> None:
    result = report.analysis.measured.judged[0]
    for reason, is_advised in (
        ("no variation: every value is the same", True),
        ("nobody marked any", False),
    ):
        measure = replace(result.measure, value=None, reason=reason)
        said = advice(report, replace(result, measure=measure, verdict="undefined"))
        assert ("rare values" in said) == is_advised


def test_intervals_lie_where_the_coefficient_can_be(
    made: Callable[..., list[AnnotationDocument]], scheme: Scheme
) -> None:
    results = measure_corpus(gather(made(articles=8, annotators=2), scheme)).measures
    ends = [(r, r.interval.low, r.interval.high) for r in results]
    known = [(r, low, high) for r, low, high in ends if low is not None and high is not None]
    assert all(high <= 1 for _, _, high in known)
    assert all(low >= 0 for r, low, _ in known if r.measure.name.coefficient.startswith("f1"))
    assert all(low < high for _, low, high in known)
    assert known
