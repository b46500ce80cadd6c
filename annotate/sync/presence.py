"""Which annotations of the raw store the server still has, by comparing ids with a cheap listing.

A deleted annotation, task or project moves no date that a pull could ask for.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.schema.text import counted

from .raw_store import RawLine, RawStore, is_on_server


class Sightings:
    """Where every annotation of a store was last seen on one server, and whether it is gone."""

    def __init__(self, store: RawStore, server: str) -> None:
        self.server = server
        self._last = {
            identity: line for identity, line in store.sightings().items() if line.server == server
        }

    @property
    def projects(self) -> set[int]:
        """Projects of the server that annotations were seen in."""
        return {line.project for line in self._last.values()}

    def numbers(self, project: int) -> dict[int, str]:
        """Number of an annotation on the server -> its identity; the server uses numbers again."""
        return {
            number_of(line): identity
            for identity, line in self._last.items()
            if line.project == project
        }

    def changes(self, project: int, listed: AbstractSet[int]) -> Iterator[RawLine]:
        """Lines about annotations that have gone since, or come back, by what the project lists."""
        numbers = self.numbers(project)
        for identity, line in self._last.items():
            if line.project == project:
                number = number_of(line)
                there = number in listed and numbers[number] == identity
                if there != is_on_server(line):
                    yield sighting(line, on_server=there)


def changes(
    client: LabelStudioClient, store: RawStore, *, but: Collection[int] = ()
) -> Iterator[RawLine]:
    """Lines about what has gone from the server's projects, the deleted ones among them, or come back.

    Args:
        client: Client of the server.
        store: Store that knows which projects there were.
        but: Projects that were looked at already.
    """
    seen = Sightings(store, client.url)
    others = seen.projects - {*but}
    existing = client.project_ids() if others else set[int]()
    for project in sorted(others):
        listed = client.annotation_numbers(project) if project in existing else set[int]()
        yield from seen.changes(project, listed)


def seen_here(store: RawStore, exported: Mapping[str, RawLine]) -> Iterator[RawLine]:
    """Lines about exported annotations that were last seen elsewhere, or gone, or on another text.

    An annotation stays as it is if the text of its task is changed, and has no line about it then.
    """
    last, texts = store.sightings(), store.texts()
    for identity, line in exported.items():
        before = last[identity]
        same = (before.server, before.project) == (line.server, line.project)
        same_text = texts.get(before.task) == texts.get(line.task)
        if not same or not same_text or not is_on_server(before):
            yield sighting(line, on_server=True)


def moves(before: Mapping[str, RawLine], after: Mapping[str, RawLine]) -> Counter[bool]:
    """How many annotations are on the server and were not (True), or the other way round (False).

    What is only seen under another address, in another project or on another text has not moved.

    Args:
        before: Identity of an annotation -> the line that showed where it was.
        after: The same of now.
    """
    return Counter(
        is_on_server(after[identity])
        for identity, line in before.items()
        if is_on_server(line) != is_on_server(after[identity])
    )


def moved_phrase(*, gone: int, returned: int) -> str:
    """How many annotations have gone from the server, and come back to it; empty if none."""
    has_gone = counted(gone, "annotation has", "annotations have")
    has_returned = counted(
        returned, "annotation that was gone has", "annotations that were gone have"
    )
    parts = [
        *([f"{has_gone} gone from the server"] if gone else []),
        *([f"{has_returned} come back"] if returned else []),
    ]
    return ", ".join(parts)


def sighting(line: RawLine, *, on_server: bool) -> RawLine:
    """The line that says whether the annotation of this line is on the server."""
    now = datetime.now(UTC).isoformat()
    return RawLine(
        kind="sighting",
        identity=line.identity,
        updated_at=now,
        content={"id": number_of(line), "on_server": on_server},
        task=line.task,
        server=line.server,
        project=line.project,
        round=line.round,
        tool=line.tool,
        pulled_at=now,
    )


def number_of(line: RawLine) -> int:
    """The number of an annotation on its server; -1 in lines that do not have it."""
    number = line.content.get("id")
    return number if isinstance(number, int) else -1
