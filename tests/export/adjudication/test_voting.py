"""Votes on a field become one value, by a rule that the log names."""

from typing import Any

import pytest
from places import EXAMPLES

from signalbook.export.adjudication.voting import vote
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Field, Scheme

SCHEME = load_scheme(EXAMPLES / "adverse_events" / "1.0")


def field(scheme: Scheme, unit: str, name: str) -> Field:
    return {(u, f.name): f for u, f in scheme.fields()}[unit, name]


SEVERITY = field(SCHEME, "reaction", "severity")
OUTCOME = field(SCHEME, "reaction", "outcome")
ROUTE = field(SCHEME, "drug", "route")
DOSE = field(SCHEME, "drug", "dose")


@pytest.mark.parametrize(
    ("asked", "votes", "expected"),
    [
        (OUTCOME, ["unknown", "unknown"], ("unknown", "unanimous")),
        (OUTCOME, ["unknown", "ongoing", "unknown"], ("unknown", "majority")),
        (OUTCOME, ["unknown", "ongoing", "unknown", "recovered"], ("unknown", "chosen most often")),
        (OUTCOME, ["unknown", "ongoing"], ("ongoing", "tie: listed first in the scheme")),
        (SEVERITY, ["fatal", "mild", "severe"], ("severe", "median")),
        (SEVERITY, ["severe", "mild"], ("mild", "tie: listed first in the scheme")),
        (SEVERITY, ["mild", "mild", "fatal", "severe", "severe"], ("severe", "median")),
        (ROUTE, [("oral",), ("oral", "skin"), ("oral", "inhaled")], (("oral",), "members")),
        (ROUTE, [("oral",), ("skin",)], (("oral",), "tie: first annotator by name")),
        (DOSE, [None, "two", None], (None, "majority")),
        (DOSE, ["two", None], ("two", "tie: first annotator by name")),
        (OUTCOME, [None, None], (None, "nobody")),
    ],
)
def test_votes_are_counted_by_the_rule_that_the_log_names(
    asked: Field, votes: list[Any], expected: tuple[Any, str]
) -> None:
    chosen, rule = vote(asked, {f"a{i}": value for i, value in enumerate(votes)})
    assert chosen == expected[0]
    assert rule.startswith(expected[1])


def test_of_tied_values_the_one_more_frequent_in_the_corpus_wins() -> None:
    votes = {"a": "unknown", "b": "ongoing"}
    assert vote(OUTCOME, votes, {"unknown": 5, "ongoing": 2}) == (
        "unknown",
        "tie: more frequent in the corpus",
    )
