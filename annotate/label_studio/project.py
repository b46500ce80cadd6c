"""Compare a project on the server with what a scheme and a workspace ask for, and make it so."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signalbook.schema.codebook import instructions
from signalbook.schema.errors import ConflictError, ServerError, UsageError
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme

from .journal import LOOKS_S, Journal
from .payloads import ProjectChange, ProjectRecord

if TYPE_CHECKING:
    from .client import LabelStudioClient

_MAX_SHOWN = 60
_TITLE, _PAGE, _INSTRUCTIONS, _OVERLAP = "title", "page", "instructions", "overlap"


@dataclass(frozen=True)
class DesiredSettings:
    """What a project is to be."""

    title: str
    label_config: str
    #: HTML that annotators see behind the button "Instructions".
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
    #: Id -> title of the projects that earlier pulls were of, where none has the desired title.
    renamed: Mapping[int, str] = field(default_factory=dict[int, str])

    @property
    def is_needed(self) -> bool:
        """Whether the server differs from what is desired."""
        return self.project is None or bool(self.drift)


@dataclass(frozen=True)
class Applied:
    """The project as it was to be, and what was done for that."""

    project: ProjectRecord
    #: What was done; of a project that came meanwhile, only what differed from what was desired.
    plan: Plan


@dataclass(frozen=True)
class _Titled:
    """The projects of a title that the server shows, oldest first."""

    title: str
    ids: tuple[int, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        return (self.title,) if self.ids else ()


def desired_settings(scheme: Scheme, *, title: str, overlap: int) -> DesiredSettings:
    """The settings of a project in which annotators label by this scheme.

    Args:
        scheme: Scheme that the labelling page and the instructions are derived from.
        title: Title of the project.
        overlap: How many annotators label each article.
    """
    return DesiredSettings(title, labeling_config(scheme), instructions(scheme), overlap)


def plan(
    client: "LabelStudioClient",
    desired: DesiredSettings,
    *,
    pulled: Callable[[], Collection[int]] = tuple,
) -> Plan:
    """Compare the project of this title with what is desired.

    Args:
        client: Client of the server.
        desired: What the project is to be.
        pulled: Gives the ids of projects of the server that earlier pulls were of; they are asked
            for only if none has the title.
    """
    project = client.find_project(desired.title)
    if project is None:
        return Plan(desired, None, (), _renamed(client, pulled()))
    return plan_for(project, desired)


def plan_for(project: ProjectRecord, desired: DesiredSettings) -> Plan:
    """Compare this project with what is desired, whatever its title is."""
    return Plan(desired, project, tuple(_drift(project, desired)))


def apply(client: "LabelStudioClient", plan: Plan, journal: Journal | None = None) -> Applied:
    """Create the project, or change what differs; nothing is ever deleted that somebody has used.

    Args:
        client: Client of the server.
        plan: What to change there.
        journal: What was sent before and not seen to arrive; without it, a creation that was
            killed is not known of.

    Raises:
        ConflictError: The project that earlier pulls were of has another title.
        UsageError: Annotations on the server do not fit the new page.
        PartialError: The server may still be at work on a project that was to be created.
        ServerError: The server does not say that it holds what was sent.
    """
    if plan.renamed:
        raise ConflictError(renamed_sentence(client.url, plan.desired.title, plan.renamed))
    if plan.project is None:
        return _create(client, plan, journal or Journal())
    return Applied(_changed(client, plan), plan)


def require_project(
    client: "LabelStudioClient",
    title: str,
    *,
    pulled: Callable[[], Collection[int]] = tuple,
) -> ProjectRecord:
    """The project of this title.

    Args:
        client: Client of the server.
        title: Title of the project.
        pulled: As for `plan`.

    Raises:
        ConflictError: There is none, and one that earlier pulls were of has another title.
        UsageError: There is none.
    """
    project = client.find_project(title)
    if project is None:
        if renamed := _renamed(client, pulled()):
            raise ConflictError(renamed_sentence(client.url, title, renamed))
        raise UsageError(
            f"{client.url}: no project is called {title!r}; create it with: signalbook project apply"
        )
    return project


def renamed_sentence(url: str, title: str, renamed: Mapping[int, str]) -> str:
    """That projects which earlier pulls were of have another title than this, and what to do."""
    called = ", ".join(f"project {id} is called {other!r}" for id, other in sorted(renamed.items()))
    of_which = "it; rename it" if len(renamed) == 1 else "them; rename the right one"
    return (
        f"{url}: no project is called {title!r}, but {called}, and earlier pulls were of {of_which} "
        "in Label Studio, or set title under [project] in signalbook.toml; "
        "to have another project beside it: signalbook project apply --new"
    )


def _renamed(client: "LabelStudioClient", pulled: Collection[int]) -> dict[int, str]:
    """Id -> title of those of these projects that the server still has."""
    titles = client.project_titles() if pulled else {}
    return {id: titles[id] for id in pulled if id in titles}


def _create(client: "LabelStudioClient", new: Plan, journal: Journal) -> Applied:
    """Create a project, unless one that was sent before or by somebody else has come."""
    desired, is_ours = new.desired, False
    scope = f"project {desired.title!r}"
    place = f"{client.url}: {scope}"

    def settled() -> _Titled:
        return journal.wait(scope, lambda: _titled(client, desired.title), place=place)

    if not settled().ids:
        created = journal.send(
            desired.title,
            lambda: client.create_project(
                desired.title,
                desired.label_config,
                instructions=desired.instructions,
                overlap=desired.overlap,
            ),
            scope=scope,
            what="the request to create it,",
        )
        if created is None:
            settled()
        else:
            is_ours = _is_left(client, created)
    journal.forget([desired.title])
    existing = _settled_plan(client, desired)
    return Applied(_changed(client, existing), new if is_ours else existing)


def _settled_plan(client: "LabelStudioClient", desired: DesiredSettings) -> Plan:
    """Compare as `plan` does, as soon as whoever created one at the same moment has deleted theirs.

    Raises:
        ConflictError: There are still several.
    """
    for pause in LOOKS_S[1:]:
        try:
            return plan(client, desired)
        except ConflictError:
            time.sleep(pause)
    return plan(client, desired)


def _titled(client: "LabelStudioClient", title: str) -> _Titled:
    return _Titled(title, tuple(client.projects_called(title)))


def _is_left(client: "LabelStudioClient", created: ProjectRecord) -> bool:
    """Delete the project that was just created if another one of its title came before.

    Waits for others to do the same. Where its database is locked, the server runs a request again
    and may have made a project that no answer names; that one stays, if it is the oldest.
    """
    is_left = True
    for pause in LOOKS_S:
        time.sleep(pause)
        ids = client.projects_called(created["title"])
        if is_left and ids and ids[0] != created["id"]:
            client.delete_project(created["id"])
            is_left = False
        elif len(ids) <= 1:
            break
    return is_left


def _changed(client: "LabelStudioClient", plan: Plan) -> ProjectRecord:
    """The project as the plan wants it.

    Raises:
        ServerError: The server does not hold what was sent.
    """
    desired, project = plan.desired, plan.project
    if project is None:
        raise ServerError(
            f"{client.url}: project {desired.title!r} was created and cannot be seen; "
            "run the same command again"
        )
    if plan.drift:
        project = client.update_project(project["id"], _change(plan))
        if left := [*_drift(project, desired)]:
            raise ServerError(
                f"{client.url}: project {desired.title!r} does not hold the {left[0].setting} "
                "that was sent; run the same command again"
            )
    return project


def _change(plan: Plan) -> ProjectChange:
    desired, differ = plan.desired, {drift.setting for drift in plan.drift}
    change: ProjectChange = {}
    if _TITLE in differ:
        change["title"] = desired.title
    if _PAGE in differ:
        change["label_config"] = desired.label_config
    if _INSTRUCTIONS in differ:
        change["expert_instruction"] = desired.instructions
        change["show_instruction"] = False  # else they cover the article whenever one is opened
    if _OVERLAP in differ:
        change["maximum_annotations"] = desired.overlap
    return change


def _drift(project: ProjectRecord, desired: DesiredSettings) -> Iterator[Drift]:
    if project["title"] != desired.title:
        yield Drift(_TITLE, repr(project["title"]), repr(desired.title))
    if project["label_config"].strip() != desired.label_config.strip():
        yield Drift(_PAGE, *_first_difference(project["label_config"], desired.label_config))
    current = project["expert_instruction"] or ""
    if project["show_instruction"]:
        yield Drift(_INSTRUCTIONS, "open with every article", "open with their button")
    elif current.strip() != desired.instructions.strip():
        yield Drift(_INSTRUCTIONS, *_first_difference(current, desired.instructions))
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
