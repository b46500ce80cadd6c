"""What became of suggestions, what they do to annotators, and whether their model is as good as one."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pytest

from signalbook.export.agreement.corpus import gather
from signalbook.export.agreement.measure import Measure
from signalbook.export.report.suggestion_sections import BETWEEN, suggestion_sections
from signalbook.export.suggestions.arms import MINUTES, SPANS, WITH_MODEL, compare_arms
from signalbook.export.suggestions.further_annotator import further_annotator
from signalbook.export.suggestions.outcomes import outcomes
from signalbook.export.suggestions.suggested import Suggested, by_model
from signalbook.schema.documents.example import read_example
from signalbook.schema.documents.records import AnnotationDocument, Annotator, Span
from signalbook.schema.documents.suggestions import Suggestion
from signalbook.schema.scheme.model import Scheme

Change = Callable[[Sequence[Span]], Iterable[Span]]


def as_predicted(spans: Sequence[Span]) -> Sequence[Span]:
    return spans


def nothing(_spans: Sequence[Span]) -> Sequence[Span]:
    return ()


@dataclass
class Round:
    """Articles that a model predicted, and what annotators made of them."""

    scheme: Scheme

    def __post_init__(self) -> None:
        self.documents: list[AnnotationDocument] = []
        self.suggestions: list[Suggestion] = []

    @property
    def example(self) -> AnnotationDocument:
        """What the model says of every article."""
        example = read_example(self.scheme)
        assert example is not None
        return example

    def add(
        self,
        article: str,
        annotator: str,
        change: Change = as_predicted,
        *,
        shown: bool = True,
        without: float | None = 0.5,
        seconds: float = 60.0,
        model: Change = as_predicted,
    ) -> None:
        """An annotator submits what the model says, changed; perhaps without having seen it."""
        renamed = self.example.article.model_copy(update={"id": article})
        plain = self.example.model_copy(update={"article": renamed, "relations": ()})
        predicted = plain.model_copy(
            update={"spans": tuple(model(plain.spans)), "annotator": Annotator(id="m1")}
        )
        who = Annotator(id=annotator, lead_time_s=seconds)
        made = {"spans": tuple(change(plain.spans)), "annotator": who}
        self.documents.append(plain.model_copy(update=made))
        self.suggestions.append(
            Suggestion(
                article_id=article,
                annotator_id=annotator,
                shown=shown,
                without=without,
                prediction=predicted,
            )
        )

    @property
    def suggested(self) -> Suggested:
        """All of it."""
        [suggested] = by_model(gather(self.documents, self.scheme), self.suggestions)
        return suggested


@pytest.fixture
def round_(second_scheme: Scheme) -> Round:
    return Round(second_scheme)


def without_first(spans: Sequence[Span]) -> Sequence[Span]:
    return spans[1:]


def moved(spans: Sequence[Span]) -> Sequence[Span]:
    return [spans[0].model_copy(update={"start": spans[0].start + 1}), *spans[1:]]


def revalued(spans: Sequence[Span]) -> Sequence[Span]:
    return [spans[0].model_copy(update={"attributes": {"route": ("other",)}}), *spans[1:]]


def relabelled(spans: Sequence[Span]) -> Sequence[Span]:
    return [spans[0].model_copy(update={"type": "reaction", "attributes": {}}), *spans[1:]]


def with_another(spans: Sequence[Span]) -> Sequence[Span]:
    last = spans[-1]
    return [*spans, last.model_copy(update={"id": "x", "start": 0, "end": 1, "type": "drug"})]


def test_each_suggestion_is_kept_changed_or_removed_and_others_are_added(round_: Round) -> None:
    drugs = sum(span.type == "drug" for span in round_.example.spans)
    for number, change in enumerate((moved, revalued, relabelled, without_first, with_another)):
        round_.add(f"a{number}", "ada", change)
    round_.add("kept-back", "ada", without_first, shown=False)
    rows = {(row.unit, row.field): row for row in outcomes(round_.suggested)}
    of_drugs = rows["drug", ""]
    assert dict(of_drugs.counts) == {"kept": 5 * drugs - 4, "changed": 3, "removed": 1, "added": 1}
    assert (of_drugs.suggested, of_drugs.share("changed")) == (5 * drugs, 3 / (5 * drugs))
    of_label = rows["article", "serious"]
    assert (of_label.counts["kept"], of_label.suggested) == (5, 5)


def test_what_the_model_did_not_say_is_no_change(round_: Round) -> None:
    def bare(spans: Sequence[Span]) -> list[Span]:
        return [span.model_copy(update={"attributes": {}}) for span in spans]

    round_.add("a", "ada", model=bare)
    assert all(row.counts["changed"] == 0 for row in outcomes(round_.suggested))


def test_both_arms_are_compared_over_articles(round_: Round) -> None:
    n = len(round_.example.spans)
    for number in range(40):
        shown = number % 2 == 0
        for who in ("ada", "ben"):
            change = without_first if who == "ben" and not shown else as_predicted
            seconds = 60.0 if shown else 120.0
            round_.add(f"a{number}", who, change, shown=shown, seconds=seconds)
    arms = compare_arms(round_.suggested)
    by_name = {d.measure: d for d in arms.differences if isinstance(d.measure, str)}
    spans, minutes, alike = (by_name[name] for name in (SPANS, MINUTES, WITH_MODEL))
    assert (spans.with_suggestions, spans.without) == (n, n - 0.5)
    assert minutes.with_suggestions == pytest.approx(1)
    assert minutes.without == pytest.approx(2)
    tp = 2 * n - 1
    assert (alike.with_suggestions, alike.without) == (1.0, 2 * tp / (2 * tp + 1))
    # Each article of an arm is like the others of it: that is no reason to be certain.
    assert minutes.difference.estimate == pytest.approx(-1)
    assert minutes.difference.reason == "the articles do not differ"
    [marked] = [
        d
        for d in arms.differences
        if isinstance(d.measure, Measure)
        and str(d.measure.name) == "span_identification.drug.iou_0.5"
    ]
    assert marked.with_suggestions == 1.0
    assert marked.without is not None
    assert marked.difference.estimate == pytest.approx(1.0 - marked.without)


def test_only_what_chance_decided_is_compared(round_: Round) -> None:
    for number in range(4):
        round_.add(f"a{number}", "ada", without=0.0)
        round_.add(f"b{number}", "ada", shown=False, without=1.0)
        round_.add(f"c{number}", "ada", shown=True, without=None)
    assert compare_arms(round_.suggested).differences == ()


@pytest.mark.parametrize(("model", "rate"), [(as_predicted, 1.0), (nothing, 0.0)])
def test_a_model_like_annotators_stands_in_for_them_and_one_that_marks_nothing_does_not(
    round_: Round, model: Change, rate: float
) -> None:
    for number in range(35):
        for place, who in enumerate(("ada", "ben", "cyd")):
            change = without_first if number % 3 == place else as_predicted
            round_.add(f"a{number}", who, change, shown=False, without=1.0, model=model)
    # Whoever has seen the suggestion says nothing of how good it is.
    round_.add("seen", "ada")
    tested = {row.unit: row for row in further_annotator(round_.suggested)}
    assert {row.articles for row in tested.values()} == {35}
    assert [test.winning_rate for test in tested["all"].tests] == [rate] * 3


def test_nothing_is_shown_without_suggestions_and_only_what_there_is(round_: Round) -> None:
    def sections() -> list[str]:
        corpus = gather(round_.documents, round_.scheme)
        return [section.id for section in suggestion_sections(corpus, round_.suggestions)]

    assert sections() == []
    round_.add("a", "ada")
    assert sections() == ["suggestions"]
    round_.add("b", "ada", shown=False)
    assert sections() == ["suggestions", "suggestion-arms"]
    round_.add("b", "ben", shown=False)
    assert sections() == ["suggestions", "suggestion-arms", "further-annotator"]
    corpus = gather(round_.documents, round_.scheme)
    round_.add("c", "ada")
    round_.add("c", "ben")
    corpus = gather(round_.documents, round_.scheme)
    fates, arms, between, tests = suggestion_sections(corpus, round_.suggestions)
    assert "Every article came with its suggestion" not in fates.text
    assert arms.text.startswith(
        "m1: 3 documents with suggestions, 2 without, of 3 articles, drawn to be 50% without. Fewer "
        "than 30 articles tell little"
    )
    assert between.id == BETWEEN
    assert all(isinstance(row[2], float) or isinstance(row[3], float) for row in between.rows)
    assert tests.text.endswith(" Here, nobody has so many yet.")
    assert {row[3:] for row in tests.rows} == {(0, None, None, None, None)}
