"""What the server said becomes lines that are never rewritten: the backup, and the source of all.

A folder of numbered JSON Lines files, one for every pull that brought something. A line is one of

- `task`: the data of a task, under the hash of it;
- `annotation`: one version of an annotation, with the hash of its task's data;
- `draft`, `prediction`: likewise.

What the server deletes or changes stays here as it was.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, cast

from signalbook.schema.documents.jsonl import canonical_json
from signalbook.schema.errors import DocumentError
from signalbook.schema.filesystem import atomic_write
from signalbook.schema.scheme.model import Json

Object: TypeAlias = Mapping[str, Json]
Kind: TypeAlias = Literal["task", "annotation", "draft", "prediction"]
#: Kind, identity, moment of the change, hash of the content.
Version: TypeAlias = tuple[str, str, str, str]
_KINDS = ("task", "annotation", "draft", "prediction")


@dataclass(frozen=True)
class RawLine:
    """One thing that the server said."""

    kind: Kind
    #: What stays the same over versions: the hash of a task's data, an annotation's unique_id …
    identity: str
    #: When the server last changed it; empty for tasks.
    updated_at: str
    content: Object
    #: Identity of the line with the task's data.
    task: str
    server: str
    project: int
    #: Of the annotation round that the project belongs to.
    round: str | None
    #: Program on the server, with its version.
    tool: str
    pulled_at: str

    @property
    def version(self) -> Version:
        """What makes two lines the same."""
        return self.kind, self.identity, self.updated_at, content_hash(self.content)


@dataclass(frozen=True)
class StoredAnnotation:
    """The newest version of an annotation, with the data of the task that it was made on."""

    line: RawLine
    data: Object


def content_hash(content: Object) -> str:
    """Sha256 of the canonical form of what the server said."""
    return hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()


def append(folder: Path, lines: Iterable[RawLine]) -> list[RawLine]:
    """Write the lines that the store has not got into one new file; returns them."""
    lines = list(lines)
    known = {line.version for line in read(folder)} if lines else set[Version]()
    new: dict[Version, RawLine] = {}
    for line in lines:
        version = line.version
        if version not in known:
            new.setdefault(version, line)
    if new:
        text = "".join(_text(line) + "\n" for line in new.values())
        _write_next(folder, text.encode("utf-8"))
    return [*new.values()]


def read(folder: Path) -> Iterator[RawLine]:
    """Every line, oldest first.

    Raises:
        DocumentError: naming file and line of what is not one of ours.
    """
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, text in enumerate(file, 1):
                yield _line(text, f"{path}:{number}")


def latest(folder: Path) -> list[StoredAnnotation]:
    """The newest version of every annotation, in the order of server, project and making."""
    tasks: dict[str, Object] = {}
    found: dict[str, RawLine] = {}
    for line in read(folder):
        if line.kind == "task":
            tasks[line.identity] = line.content
        elif line.kind == "annotation":
            before = found.get(line.identity)
            if before is None or line.updated_at >= before.updated_at:
                found[line.identity] = line

    def order(line: RawLine) -> tuple[str, int, str, str]:
        return line.server, line.project, str(line.content.get("created_at")), line.identity

    return [
        StoredAnnotation(line, cast(Object, tasks[line.task].get("data")))
        for line in sorted(found.values(), key=order)
    ]


def _text(line: RawLine) -> str:
    """One line of JSON, with keys in the order in which the server gave them."""
    return json.dumps(vars(line), ensure_ascii=False, separators=(",", ":"))


def _line(text: str, place: str) -> RawLine:
    try:
        found = json.loads(text)
        if found["kind"] in _KINDS:
            return RawLine(**found)
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise DocumentError(f"{place}: not a line of the raw store; {_WAY_OUT}") from error
    raise DocumentError(f"{place}: of no known kind; {_WAY_OUT}")


_WAY_OUT = "move the file out of the folder, then pull --full"


def _write_next(folder: Path, content: bytes) -> None:
    """Write a file under the next number; never over another, and never a part of one."""
    while True:
        numbers = [int(path.stem) for path in folder.glob("*.jsonl") if path.stem.isdigit()]
        path = folder / f"{max(numbers, default=0) + 1:06}.jsonl"
        try:
            with atomic_write(path, replace=False) as file:
                file.write(content)
        except FileExistsError:  # another process took the number meanwhile
            continue
        return
