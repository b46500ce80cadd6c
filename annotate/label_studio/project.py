"""Compare a project on the server with what a scheme and a workspace ask for, and make it so."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signalbook.schema.errors import UsageError
from signalbook.schema.page.codebook import instructions
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme

from .payloads import ProjectChange, ProjectRecord

if TYPE_CHECKING:
    from .client import LabelStudioClient

_MAX_SHOWN = 60
_PAGE, _INSTRUCTIONS, _OVERLAP = "page", "instructions", "overlap"


@dataclass(frozen=True)
class DesiredSettings:
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

    desired: DesiredSettings
    #: The project as it is; None if there is none yet.
    project: ProjectRecord | None
    drift: tuple[Drift, ...]

    @property
    def is_needed(self) -> bool:
        """Whether the server differs from what is desired."""
        return self.project is None or bool(self.drift)


def desired_settings(scheme: Scheme, *, title: str, overlap: int) -> DesiredSettings:
    """The settings of a project in which annotators label by this scheme.

    Args:
        scheme: Scheme that the labelling page and the instructions are derived from.
        title: Title of the project.
        overlap: How many annotators label each article.
    """
    return DesiredSettings(title, labeling_config(scheme), instructions(scheme), overlap)


def plan(client: "LabelStudioClient", desired: DesiredSettings) -> Plan:
    """Compare the project of this title with what is desired."""
    project = client.find_project(desired.title)
    return Plan(desired, project, tuple(_drift(project, desired)) if project else ())


def apply(client: "LabelStudioClient", plan: Plan) -> ProjectRecord:
    """Create the project, or change what differs; nothing is ever deleted.

    Raises:
        UsageError: Annotations on the server do not fit the new page.
    """
    desired = plan.desired
    if plan.project is None:
        return client.create_project(
            desired.title,
            desired.label_config,
            instructions=desired.instructions,
            overlap=desired.overlap,
        )
    if not plan.drift:
        return plan.project
    differ = {drift.setting for drift in plan.drift}
    change: ProjectChange = {}
    if _PAGE in differ:
        change["label_config"] = desired.label_config
    if _INSTRUCTIONS in differ:
        change["expert_instruction"] = desired.instructions
        change["show_instruction"] = bool(desired.instructions)
    if _OVERLAP in differ:
        change["maximum_annotations"] = desired.overlap
    return client.update_project(plan.project["id"], change)


def require_project(client: "LabelStudioClient", title: str) -> ProjectRecord:
    """The project of this title.

    Raises:
        UsageError: There is none.
    """
    project = client.find_project(title)
    if project is None:
        raise UsageError(
            f"{client.url}: no project is called {title!r}; create it with: signalbook project apply"
        )
    return project


def _drift(project: ProjectRecord, desired: DesiredSettings) -> Iterator[Drift]:
    if project["label_config"].strip() != desired.label_config.strip():
        yield Drift(_PAGE, *_first_difference(project["label_config"], desired.label_config))
    shown = (project["expert_instruction"] or "") if project["show_instruction"] else ""
    if shown.strip() != desired.instructions.strip():
        yield Drift(_INSTRUCTIONS, *_first_difference(shown, desired.instructions))
    if project["maximum_annotations"] != desired.overlap:
        yield Drift(_OVERLAP, str(project["maximum_annotations"]), str(desired.overlap))


def _first_difference(is_: str, desired: str) -> tuple[str, str]:
    """The first line in which two texts differ, cut to where they do."""
    current_lines, desired_lines = is_.strip().splitlines(), desired.strip().splitlines()
    pairs = enumerate(zip(current_lines, desired_lines, strict=False))
    shorter = min(len(current_lines), len(desired_lines))
    number = next((n for n, (a, b) in pairs if a != b), shorter)
    line = current_lines[number] if number < len(current_lines) else ""
    other = desired_lines[number] if number < len(desired_lines) else ""
    same = next((n for n, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), 0)
    start = max(0, same - 10)
    shown_line, shown_other = (
        f"line {number + 1}: {text[start : start + _MAX_SHOWN]!r}" if text else "nothing"
        for text in (line, other)
    )
    return shown_line, shown_other
