"""What holds of every plan of who labels which article."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalbook.annotate.assignment import Assignment, plan

PEOPLE = ["ada", "ben", "cyd", "dot", "eve", "fay", "gil", "hal", "ida", "jon", "kay", "lee"]
ARTICLES = [f"report-{number}" for number in range(221)]

counts = st.integers(0, 90)
teams = st.integers(3, 9)
seeds = st.integers(0, 10**6)


def teams_of(assignments: Iterable[Assignment]) -> dict[str, list[str]]:
    """Article -> who labels it."""
    members: dict[str, list[str]] = defaultdict(list)
    for assignment in assignments:
        if not assignment.repeat:
            members[assignment.article].append(assignment.annotator)
    return members


def load_difference(assignments: Iterable[Assignment], people: Iterable[str]) -> int:
    loads = Counter(a.annotator for a in assignments)
    return max(loads[p] for p in people) - min(loads[p] for p in people)


def pair_difference(assignments: Iterable[Assignment], people: Iterable[str]) -> int:
    """How much more the pair that shares most articles shares than the one that shares fewest."""
    members = teams_of(assignments).values()
    shared = Counter(pair for team in members for pair in combinations(sorted(team), 2))
    numbers = [shared[pair] for pair in combinations(sorted(people), 2)]
    return max(numbers) - min(numbers)


@given(counts, teams, st.sampled_from([1, 2, 3]), seeds)
@settings(max_examples=60, deadline=None)
def test_every_article_gets_its_overlap_and_everybody_about_as_many(
    n: int, size: int, overlap: int, seed: int
) -> None:
    people = PEOPLE[:size]
    planned = plan(ARTICLES[:n], people, overlap=overlap, seed=seed)
    assert len({(a.annotator, a.article) for a in planned}) == len(planned)
    assert {id: len(team) for id, team in teams_of(planned).items()} == dict.fromkeys(
        ARTICLES[:n], overlap
    )
    assert load_difference(planned, people) <= 2
    assert pair_difference(planned, people) <= 2


@pytest.mark.parametrize("overlap", [2, 3])
@pytest.mark.parametrize("n", [66, 132, 220])
def test_in_a_full_design_every_pair_shares_about_as_many_articles(n: int, overlap: int) -> None:
    planned = plan(ARTICLES[:n], PEOPLE, overlap=overlap)
    assert pair_difference(planned, PEOPLE) <= 2
    assert load_difference(planned, PEOPLE) <= 1


@given(st.permutations(ARTICLES[:12]), st.permutations(PEOPLE[:5]), seeds)
@settings(max_examples=30, deadline=None)
def test_a_plan_depends_on_the_seed_and_not_on_the_order_of_what_comes_in(
    articles: list[str], people: list[str], seed: int
) -> None:
    planned = plan(articles, people, overlap=2, seed=seed)
    assert planned == plan(ARTICLES[:12], PEOPLE[:5], overlap=2, seed=seed)
    assert planned != plan(articles, people, overlap=2, seed=seed + 1)


@given(counts, st.integers(0, 60), teams, st.integers(0, 2), seeds)
@settings(max_examples=40, deadline=None)
def test_what_was_assigned_stays_when_articles_and_annotators_come(
    n: int, more: int, size: int, joining: int, seed: int
) -> None:
    before = plan(ARTICLES[:n], PEOPLE[:size], overlap=2, seed=seed)
    people, articles = PEOPLE[: size + joining], ARTICLES[: n + more]
    new = plan(articles, people, overlap=2, seed=seed, earlier=before)
    assert {*new} & {*before} == set()
    assert {a.article for a in new} == {*ARTICLES[n : n + more]}
    both = [*before, *new]
    assert {len(team) for team in teams_of(both).values()} <= {2}
    if not joining:
        assert load_difference(both, people) <= 2
        assert pair_difference(both, people) <= 2


def test_whoever_joins_later_gets_more_until_all_have_as_many() -> None:
    before = plan(ARTICLES[:40], PEOPLE[:4], overlap=2)
    new = plan(ARTICLES[:100], PEOPLE[:5], overlap=2, earlier=before)
    assert load_difference([*before, *new], PEOPLE[:5]) <= 2


def test_whoever_leaves_gets_nothing_new_and_keeps_what_they_have() -> None:
    before = plan(ARTICLES[:40], PEOPLE[:4], overlap=2)
    new = plan(ARTICLES[:60], PEOPLE[:3], overlap=2, earlier=before)
    assert {a.annotator for a in new} == {*PEOPLE[:3]}
    assert {a.article for a in new} == {*ARTICLES[40:60]}


def test_a_mixture_gives_each_number_its_share() -> None:
    planned = plan(ARTICLES[:100], PEOPLE[:4], overlap={1: 0.7, 2: 0.3})
    assert Counter(len(team) for team in teams_of(planned).values()) == {1: 70, 2: 30}
    assert load_difference(planned, PEOPLE[:4]) <= 1
    new = plan(ARTICLES[:200], PEOPLE[:4], overlap={1: 0.7, 2: 0.3}, earlier=planned)
    sizes = Counter(len(team) for team in teams_of([*planned, *new]).values())
    assert sizes == {1: 140, 2: 60}


def test_a_larger_overlap_tops_up_what_was_assigned() -> None:
    before = plan(ARTICLES[:30], PEOPLE[:4], overlap=1)
    new = plan(ARTICLES[:30], PEOPLE[:4], overlap=2, earlier=before)
    assert {len(team) for team in teams_of([*before, *new]).values()} == {2}
    assert len(new) == 30
    assert plan(ARTICLES[:30], PEOPLE[:4], overlap=1, earlier=[*before, *new]) == []


def test_everybody_gets_the_articles_for_calibration_first() -> None:
    planned = plan(ARTICLES[:40], PEOPLE[:4], overlap=2, calibration=5)
    chosen = {a.article for a in planned if a.calibration}
    assert len(chosen) == 5
    for person in PEOPLE[:4]:
        assert {a.article for a in planned if a.annotator == person and a.calibration} == chosen
    assert [a.calibration for a in planned] == [True] * 20 + [False] * 70
    of_joining = plan(ARTICLES[:80], PEOPLE[:5], overlap=2, calibration=5, earlier=planned)
    assert {(a.annotator, a.article) for a in of_joining if a.calibration} == {
        (PEOPLE[4], article) for article in chosen
    }


def test_articles_that_are_not_there_any_more_are_assigned_to_nobody() -> None:
    before = plan(ARTICLES[:20], PEOPLE[:4], overlap=2, calibration=5)
    kept = ARTICLES[10:20]
    new = plan(kept, PEOPLE[:5], overlap=3, calibration=5, earlier=before)
    assert {a.article for a in new} <= {*kept}


def test_annotators_get_articles_of_their_own_again_at_the_end() -> None:
    planned = plan(ARTICLES[:40], PEOPLE[:4], overlap=2, calibration=4, repeats=3)
    for person in PEOPLE[:4]:
        of_person = [a for a in planned if a.annotator == person]
        assert [a.repeat for a in of_person][-3:] == [1, 1, 1]
        assert sum(a.repeat for a in of_person) == 3
        first_half = {a.article for a in of_person[4 : 4 + 9]}
        assert {a.article for a in of_person if a.repeat} <= first_half
    assert (
        plan(ARTICLES[:40], PEOPLE[:4], overlap=2, calibration=4, repeats=3, earlier=planned) == []
    )


def test_nobody_and_nothing_make_an_empty_plan() -> None:
    assert plan([], PEOPLE, overlap=2) == []
    assert plan(ARTICLES[:3], [], overlap=2) == []
