"""What a workspace whose annotators do not see each other assigns to whom, and in which projects."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import combinations

from signalbook.annotate.workspace.project_titles import project_title
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace

from .planner import Assignment, plan
from .record import AssignmentRecord


@dataclass(frozen=True)
class BlindPlan:
    """Who has which articles, and who is to get which; people by their names in the data."""

    #: Who labels now, in the order of signalbook.toml.
    people: tuple[str, ...]
    earlier: Sequence[Assignment]
    new: Sequence[Assignment]
    #: Annotator -> article ids that they labelled without being assigned them, as before the
    #: projects were separate.
    done: Mapping[str, frozenset[str]]
    #: Annotator who labels no more -> ids of articles that they were assigned and did not label;
    #: others get them.
    given_up: Mapping[str, frozenset[str]]
    #: Title of the project of everybody who was ever assigned something.
    titles: Mapping[str, str]
    #: E-mail addresses of the same.
    addresses: Mapping[str, str]

    @cached_property
    def by_annotator(self) -> Mapping[str, Sequence[Assignment]]:
        """What everybody has and is to get, in the order in which to label it."""
        of_person: dict[str, list[Assignment]] = {name: [] for name in self.titles}
        for assignment in (*self.earlier, *self.new):
            of_person[assignment.annotator].append(assignment)
        return of_person

    @property
    def shared(self) -> tuple[int, int]:
        """How many articles a pair of those who label now shares, at least and at most."""
        teams: defaultdict[str, set[str]] = defaultdict(set)
        for assignment in (*self.earlier, *self.new):
            teams[assignment.article].add(assignment.annotator)
        pairs = Counter(p for team in teams.values() for p in combinations(sorted(team), 2))
        counts = [pairs[pair] for pair in combinations(sorted(self.people), 2)]
        return min(counts, default=0), max(counts, default=0)

    @property
    def calibration(self) -> int:
        """How many articles everybody gets."""
        return len({a.article for a in (*self.earlier, *self.new) if a.calibration})

    @property
    def left(self) -> tuple[str, ...]:
        """Whoever was assigned something and labels no more."""
        return tuple(sorted(self.titles.keys() - {*self.people}))


def assignment_record(workspace: Workspace) -> AssignmentRecord:
    """The record of what a workspace has assigned."""
    return AssignmentRecord(workspace.assigned, partial(pseudonym, workspace))


def blind_plan(
    workspace: Workspace,
    record: AssignmentRecord,
    articles: Iterable[str] | None = None,
    *,
    done: Mapping[str, Collection[str]] | None = None,
) -> BlindPlan:
    """Plan what is to be assigned besides what was assigned before.

    Args:
        workspace: Workspace that says who labels, and how often each article is labelled.
        record: What was assigned before.
        articles: Ids of the articles to assign; None to see what was assigned before.
        done: Annotator -> ids of articles that they have labelled, whoever was to.
    """
    settings = workspace.assignment
    now = {pseudonym(workspace, address): address for address in settings.annotators}
    earlier = record.assignments
    given = {(a.annotator, a.article) for a in earlier}
    done = done or {}
    besides = {
        name: frozenset(id for id in ids if (name, id) not in given) for name, ids in done.items()
    }
    counted = [Assignment(name, id) for name, ids in besides.items() for id in sorted(ids)]
    kept = [a for a in earlier if a.annotator in now or a.article in done.get(a.annotator, ())]
    new = (
        []
        if articles is None
        else plan(
            articles,
            now,
            overlap=settings.overlap,
            seed=settings.seed,
            calibration=settings.calibration,
            earlier=[*kept, *counted],
            repeats=settings.repeats,
        )
    )
    addresses = {**record.addresses, **now}
    return BlindPlan(
        people=tuple(now),
        earlier=earlier,
        new=new,
        done={name: ids for name, ids in besides.items() if ids},
        given_up=_articles({*earlier} - {*kept}),
        titles={name: project_title(workspace.title, name) for name in addresses},
        addresses=addresses,
    )


def _articles(assignments: Iterable[Assignment]) -> dict[str, frozenset[str]]:
    """Annotator -> ids of the articles."""
    articles: defaultdict[str, set[str]] = defaultdict(set)
    for assignment in assignments:
        articles[assignment.annotator].add(assignment.article)
    return {name: frozenset(ids) for name, ids in articles.items()}
