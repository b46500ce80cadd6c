"""How often every annotator was chosen, alone and with every other, and who is to be chosen next."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import combinations, product

#: Being one more time ahead of the others weighs so many times as much; loads against pairs.
_STEP, _LOAD = 8, 3
#: Loads, and the numbers of articles that pairs share, are even if they differ by no more.
_MAX_LOAD_DIFFERENCE, _MAX_PAIR_DIFFERENCE = 1, 2


class Team:
    """Who labels one article: those from before, and those who are added."""

    def __init__(self, fixed: Iterable[str]) -> None:
        self.fixed = frozenset(fixed)
        self.added: list[str] = []

    @property
    def members(self) -> list[str]:
        """All of them."""
        return [*sorted(self.fixed), *self.added]


class Balance:
    """The articles of each annotator and of each pair, counted exactly."""

    def __init__(self, people: Sequence[str], teams: Iterable[Team]) -> None:
        self._people = people
        self._loads = Counter[str](dict.fromkeys(people, 0))
        self._shared: dict[str, Counter[str]] = {
            a: Counter({b: 0 for b in people if b != a}) for a in people
        }
        for team in teams:
            self.count(team)

    def count(self, team: Team) -> None:
        """Count a team in; whoever has left does not count."""
        members = [person for person in team.members if person in self._loads]
        for person in members:
            self._loads[person] += 1
        for a, b in combinations(members, 2):
            self._share(a, b, 1)

    def fill(self, team: Team, size: int, order: Sequence[str]) -> None:
        """Add those to a counted team who are furthest behind, until it is as large as it is to be.

        Args:
            team: Team of an article.
            size: How many members it is to have.
            order: The people; who comes first is taken among equals.
        """
        free = [person for person in order if person not in team.fixed]
        missing = min(size - len(team.fixed), len(free))
        if missing <= 0:
            return
        load, pair = self._weights()
        cost = {p: load(self._loads[p]) + self._with(p, team.members, pair) for p in free}
        starts = free if len(team.fixed) + missing > 1 else [min(free, key=cost.__getitem__)]
        options = (self._extended(start, missing, free, cost, pair) for start in starts)
        chosen = min(options, key=lambda option: option[0])[1]
        for person in chosen:
            self._join(team, person)

    def even_out(self, teams: Sequence[Team]) -> None:
        """Exchange added members as long as that brings those with most nearer to the others."""
        changeable = [team for team in teams if team.added]
        while not self._is_even():
            exchanges = [*self._exchanges(changeable)]
            if not exchanges:
                return
            _, team, old, new = min(exchanges, key=lambda exchange: exchange[0])
            self._leave(team, old)
            self._join(team, new)

    def _extended(
        self,
        start: str,
        missing: int,
        free: Sequence[str],
        cost: dict[str, int],
        pair: Callable[[int], int],
    ) -> tuple[int, list[str]]:
        """What it costs to begin with somebody, and who joins then."""
        chosen, total, costs = [start], cost[start], dict(cost)
        while len(chosen) < missing:
            del costs[chosen[-1]]
            shared = self._shared[chosen[-1]]
            for person in costs:
                costs[person] += pair(shared[person])
            chosen.append(min(costs, key=costs.__getitem__))
            total += costs[chosen[-1]]
        return total, chosen

    def _weights(self) -> tuple[Callable[[int], int], Callable[[int], int]]:
        """What a load and a number of shared articles cost: the more, the steeper."""
        loads = sorted({*self._loads.values()})
        shared = sorted({*self._shared_numbers()})
        load_costs = {n: _LOAD * _STEP**level for level, n in enumerate(loads)}
        pair_costs = {n: _STEP**level for level, n in enumerate(shared)}
        return load_costs.__getitem__, pair_costs.__getitem__

    def _with(self, person: str, others: Collection[str], pair: Callable[[int], int]) -> int:
        shared = self._shared[person]
        return sum(pair(shared[other]) for other in others if other in shared)

    def _exchanges(self, teams: Sequence[Team]) -> Iterator[tuple[int, Team, str, str]]:
        """Exchanges of somebody who has most, each with what it adds to the sum of squares: < 0."""
        most, fullest = max(self._loads.values()), max(self._shared_numbers(), default=0)
        for team in teams:
            members = [person for person in team.members if person in self._loads]
            pairs = [p for p in combinations(members, 2) if self._shared[p[0]][p[1]] == fullest]
            in_pairs = {person for pair in pairs for person in pair}
            leaving = [p for p in team.added if p in in_pairs or self._loads[p] == most]
            joining = [person for person in self._people if person not in members]
            for old, new in product(leaving, joining):
                stay = [person for person in members if person != old]
                added = sum(self._shared[new][p] - self._shared[old][p] + 1 for p in stay)
                added += self._loads[new] - self._loads[old] + 1
                if added < 0:
                    yield added, team, old, new

    def _is_even(self) -> bool:
        loads, shared = [*self._loads.values()] or [0], [*self._shared_numbers()] or [0]
        by_pair = max(shared) - min(shared) <= _MAX_PAIR_DIFFERENCE
        return by_pair and max(loads) - min(loads) <= _MAX_LOAD_DIFFERENCE

    def _shared_numbers(self) -> Iterator[int]:
        return (number for counts in self._shared.values() for number in counts.values())

    def _join(self, team: Team, person: str) -> None:
        self._move(team, person, 1)
        team.added.append(person)

    def _leave(self, team: Team, person: str) -> None:
        team.added.remove(person)
        self._move(team, person, -1)

    def _move(self, team: Team, person: str, by: int) -> None:
        self._loads[person] += by
        for other in team.members:
            if other in self._shared:
                self._share(person, other, by)

    def _share(self, a: str, b: str, by: int) -> None:
        self._shared[a][b] += by
        self._shared[b][a] += by
