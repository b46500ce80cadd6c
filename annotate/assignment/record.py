"""The record of what was assigned: lines that are never rewritten, for nobody is to get other work.

A folder of numbered JSON Lines files, one for every time that something was assigned. A line is one of

- `assigned`: that an annotator is to label an article;
- `project`: which project of a server is whose.

People stand in it by their e-mail addresses, which stay when a name in the data is chosen or changed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from signalbook.schema.documents.append_only import AppendOnlyLog
from signalbook.schema.documents.records import Record

from .planner import Assignment


class _Assigned(Record):
    kind: Literal["assigned"]
    annotator: str
    article: str
    calibration: bool = False
    repeat: int = 0
    at: str


class _Project(Record):
    kind: Literal["project"]
    annotator: str
    server: str
    project: int
    title: str
    at: str


_Line = Annotated[_Assigned | _Project, Field(discriminator="kind")]
_LINE: TypeAdapter[_Assigned | _Project] = TypeAdapter(_Line)


class AssignmentRecord:
    """The record in a folder."""

    def __init__(self, folder: Path, name_of: Callable[[str], str]) -> None:
        """Take the record of a folder; `name_of` gives the name in the data for an address."""
        damaged = "is no line of the record of what was assigned"
        self.folder, self._name_of = folder, name_of
        self._log = AppendOnlyLog(folder, _LINE, damaged=damaged)

    @property
    def assignments(self) -> list[Assignment]:
        """What was assigned, in the order in which it is to be labelled; people by their names.

        Somebody who turns out to have two addresses was perhaps given one article under each: that
        is one thing to label.

        Raises:
            DocumentError: The record is damaged.
        """
        assigned: dict[tuple[str, str, int], Assignment] = {}
        for line in self._log.lines:
            if isinstance(line, _Assigned):
                name = self._name_of(line.annotator)
                made = Assignment(name, line.article, line.calibration, line.repeat)
                assigned.setdefault((name, line.article, line.repeat), made)
        return [*assigned.values()]

    @property
    def addresses(self) -> dict[str, str]:
        """Name in the data -> e-mail address of everybody who stands in the record."""
        return {self._name_of(line.annotator): line.annotator for line in self._log.lines}

    def owners(self) -> dict[tuple[str, int], str]:
        """Server and project -> name of the annotator whose it is."""
        return {
            (line.server, line.project): self._name_of(line.annotator)
            for line in self._log.lines
            if isinstance(line, _Project)
        }

    def projects_of(self, server: str, name: str) -> dict[int, str]:
        """Projects that an annotator has or had on a server -> the title that each had last."""
        return {
            line.project: line.title
            for line in self._log.lines
            if isinstance(line, _Project)
            and (line.server, self._name_of(line.annotator)) == (server, name)
        }

    def assign(self, assignments: Iterable[Assignment], addresses: Mapping[str, str]) -> None:
        """Add what is new, people by their names; `addresses` gives their e-mail addresses."""
        now = _now()
        self._log.append(
            _Assigned(
                kind="assigned",
                annotator=addresses[a.annotator],
                article=a.article,
                calibration=a.calibration,
                repeat=a.repeat,
                at=now,
            )
            for a in assignments
        )

    def note_project(self, server: str, project: int, title: str, address: str) -> None:
        """Note whose a project of a server is, by the e-mail address, if that is not known."""
        if self.projects_of(server, self._name_of(address)).get(project) != title:
            line = _Project(
                kind="project",
                annotator=address,
                server=server,
                project=project,
                title=title,
                at=_now(),
            )
            self._log.append([line])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
