"""Plan who labels which article: every article as often as asked, loads and shared articles balanced.

A pure function. Articles are taken one after another in an order that the seed alone decides, and
each goes to those who have been chosen least often, alone and with each other. That is the greedy
construction of a nearly balanced incomplete block design; exchanges then even out what is left.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

from .balance import Balance, Team

#: How many annotators an article gets, or each such number with its share of the articles.
Overlap: TypeAlias = int | Mapping[int, float]


@dataclass(frozen=True)
class Assignment:
    """One article that one annotator is to label."""

    annotator: str
    article: str
    #: Everybody gets it, before all others.
    calibration: bool = False
    #: 1 for an article of their own that they get again; no annotator is told which.
    repeat: int = 0


def plan(
    articles: Iterable[str],
    annotators: Iterable[str],
    *,
    overlap: Overlap,
    seed: int = 1,
    calibration: int = 0,
    earlier: Sequence[Assignment] = (),
    repeats: int = 0,
) -> list[Assignment]:
    """What is to be assigned besides what was assigned before, in the order in which to label it.

    Args:
        articles: Ids of all articles, in any order.
        annotators: Names of those who label now, in any order; whoever has left is not among them.
        overlap: How many annotators an article gets; no more than there are.
        seed: Decides between plans that are equally good.
        calibration: How many articles everybody gets first.
        earlier: What was assigned before; it stays as it is.
        repeats: How many of their own articles each annotator gets a second time, at the end.
    """
    people, ids = sorted({*annotators}), sorted({*articles})
    shuffled = sorted(ids, key=lambda article: _digest(seed, article))
    planning = _Planning(people, seed, earlier)
    planning.calibrate(shuffled, calibration)
    rest = [article for article in shuffled if article not in planning.calibrated]
    planning.distribute(rest, _sizes(rest, planning.members, overlap))
    return [*planning.assignments(), *_repeats(planning, {*ids}, repeats)]


@dataclass
class _Planning:
    """Who has what, and what has come to it."""

    people: Sequence[str]
    seed: int
    earlier: Sequence[Assignment]
    #: Article -> who was to label it before.
    members: Mapping[str, set[str]] = field(init=False)
    calibrated: dict[str, Team] = field(init=False)
    distributed: dict[str, Team] = field(init=False)

    def __post_init__(self) -> None:
        members: defaultdict[str, set[str]] = defaultdict(set)
        for assignment in self.earlier:
            members[assignment.article].add(assignment.annotator)
        self.members = members
        self.calibrated = {
            a.article: Team(members[a.article]) for a in self.earlier if a.calibration
        }
        self.distributed = {}

    def calibrate(self, shuffled: Sequence[str], number: int) -> None:
        """Give as many articles to everybody; those that are for it already are taken first."""
        new = [article for article in shuffled if article not in self.members]
        for article in new[: max(0, number - len(self.calibrated))]:
            self.calibrated[article] = Team(())
        for article in self.calibrated.keys() & {*shuffled}:
            team = self.calibrated[article]
            team.added = [person for person in self.people if person not in team.fixed]

    def distribute(self, shuffled: Sequence[str], sizes: Mapping[str, int]) -> None:
        """Give every article as many annotators as it is to have."""
        others = [team for id, team in self._fixed_teams() if id not in sizes]
        balance = Balance(self.people, [*self.calibrated.values(), *others])
        for article in shuffled:
            fixed = self.members.get(article, set())
            # Who is first among equals differs by article, and not by what else there is.
            order = Random(f"{self.seed} {article}").sample(self.people, len(self.people))
            team = Team(fixed)
            balance.count(team)
            balance.fill(team, sizes[article], order)
            self.distributed[article] = team
        balance.even_out([*self.distributed.values()])

    def assignments(self) -> list[Assignment]:
        """What is new, the articles for calibration first."""
        parts = (self.calibrated, True), (self.distributed, False)
        return [
            Assignment(annotator, article, calibration=is_calibration)
            for teams, is_calibration in parts
            for article, team in teams.items()
            for annotator in sorted(team.added)
        ]

    def _fixed_teams(self) -> Iterable[tuple[str, Team]]:
        return ((id, Team(who)) for id, who in self.members.items() if id not in self.calibrated)


def _sizes(
    shuffled: Sequence[str], members: Mapping[str, set[str]], overlap: Overlap
) -> dict[str, int]:
    """How many annotators every article is to have, in all.

    What was assigned before gets the next number that is asked for. Of a mixture, the others get
    whichever number is furthest behind its share.
    """
    shares = {overlap: 1.0} if isinstance(overlap, int) else dict(sorted(overlap.items()))
    sizes: dict[str, int] = {}
    for article, who in members.items():
        sizes[article] = next((size for size in shares if size >= len(who)), len(who))
    counts = Counter(sizes[article] for article in shuffled if article in members)
    for article in shuffled:
        if article not in members:
            total = counts.total() + 1
            size = max(shares, key=lambda size: shares[size] * total - counts[size])
            sizes[article] = size
            counts[size] += 1
    return {article: sizes[article] for article in shuffled}


def _repeats(planning: _Planning, ids: AbstractSet[str], number: int) -> list[Assignment]:
    """Articles that annotators get again: of the first half of theirs, so that they lie far back."""
    everything = [*planning.earlier, *planning.assignments()]
    repeated: list[Assignment] = []
    for person in planning.people:
        of_person = [a for a in everything if a.annotator == person and not a.calibration]
        again = {a.article for a in of_person if a.repeat}
        once = [a.article for a in of_person if not a.repeat]
        early = once[: (len(once) + 1) // 2]
        candidates = [id for id in early if id in ids and id not in again]
        wanted = min(max(0, number - len(again)), len(candidates))
        chosen = {*Random(f"{planning.seed} {person}").sample(candidates, wanted)}
        repeated += [Assignment(person, id, repeat=1) for id in candidates if id in chosen]
    return repeated


def _digest(seed: int, article: str) -> bytes:
    return hashlib.sha256(f"{seed} {article}".encode()).digest()
