"""A scheme and a workspace's wishes become a project on the server, or what differs in one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signalbook.schema.errors import UsageError

from .payloads import ProjectChange, ProjectRecord

if TYPE_CHECKING:
    from .client import LabelStudioClient

_SHOWN = 60
_PAGE, _INSTRUCTIONS, _OVERLAP = "page", "instructions", "overlap"


@dataclass(frozen=True)
class Wanted:
    """What a project is to be."""

    title: str
    label_config: str
    #: HTML that annotators see before they begin.
    instructions: str
    #: How many annotators label each article.
    overlap: int


@dataclass(frozen=True)
class Drift:
    """One setting that differs, in words short enough for a line."""

    setting: str
    is_: str
    wanted: str


@dataclass(frozen=True)
class Plan:
    """What would be changed on the server."""

    wanted: Wanted
    #: As it is; nothing if it is not there yet.
    project: ProjectRecord | None
    drift: tuple[Drift, ...]

    @property
    def is_needed(self) -> bool:
        """Whether the server differs from what is wanted."""
        return self.project is None or bool(self.drift)


def plan(client: "LabelStudioClient", wanted: Wanted) -> Plan:
    """Compare the project of this title with what is wanted."""
    project = client.find_project(wanted.title)
    return Plan(wanted, project, tuple(_drift(project, wanted)) if project else ())


def apply(client: "LabelStudioClient", plan: Plan) -> ProjectRecord:
    """Create the project, or change what differs; nothing is ever deleted.

    Raises:
        UsageError: annotations on the server do not fit the new page.
    """
    wanted = plan.wanted
    if plan.project is None:
        return client.create_project(
            wanted.title,
            wanted.label_config,
            instructions=wanted.instructions,
            overlap=wanted.overlap,
        )
    if not plan.drift:
        return plan.project
    differ = {drift.setting for drift in plan.drift}
    change: ProjectChange = {}
    if _PAGE in differ:
        change["label_config"] = wanted.label_config
    if _INSTRUCTIONS in differ:
        change["expert_instruction"] = wanted.instructions
        change["show_instruction"] = bool(wanted.instructions)
    if _OVERLAP in differ:
        change["maximum_annotations"] = wanted.overlap
    return client.update_project(plan.project["id"], change)


def require_project(client: "LabelStudioClient", title: str) -> ProjectRecord:
    """The project of this title.

    Raises:
        UsageError: there is none.
    """
    project = client.find_project(title)
    if project is None:
        raise UsageError(
            f"{client.url}: no project is called {title!r}; make it with: signalbook project apply"
        )
    return project


def _drift(project: ProjectRecord, wanted: Wanted) -> Iterator[Drift]:
    if project["label_config"].strip() != wanted.label_config.strip():
        yield Drift(_PAGE, *_first_difference(project["label_config"], wanted.label_config))
    shown = project["expert_instruction"] if project["show_instruction"] else ""
    if shown.strip() != wanted.instructions.strip():
        yield Drift(_INSTRUCTIONS, *_first_difference(shown, wanted.instructions))
    if project["maximum_annotations"] != wanted.overlap:
        yield Drift(_OVERLAP, str(project["maximum_annotations"]), str(wanted.overlap))


def _first_difference(is_: str, wanted: str) -> tuple[str, str]:
    """The first line in which two texts differ, cut to where they do."""
    ours, theirs = is_.strip().splitlines(), wanted.strip().splitlines()
    number = next(
        (n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b),
        min(len(ours), len(theirs)),
    )
    line = ours[number] if number < len(ours) else ""
    other = theirs[number] if number < len(theirs) else ""
    same = next((n for n, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), 0)
    start = max(0, same - 10)
    shown, wanted_line = (
        f"line {number + 1}: {text[start : start + _SHOWN]!r}" if text else "nothing"
        for text in (line, other)
    )
    return shown, wanted_line
