"""The raw store: everything that the server ever gave, as lines that are never rewritten.

It is the backup, and what documents are made from. A folder of numbered JSON Lines files, one for
every pull that brought something. A line is one of

- `task`: the data of a task, under the hash of it;
- `annotation`: one version of an annotation, with the hash of its task's data;
- `draft`, `prediction`: likewise;
- `sighting`: that an annotation was found to be gone from the server, or to be there again.

What the server deletes or changes stays here as it was.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from pydantic_core import from_json

from signalbook.schema.documents.jsonl import canonical_json
from signalbook.schema.errors import DocumentError
from signalbook.schema.filesystem import write_next
from signalbook.schema.json_text import json_line
from signalbook.schema.scheme.model import Json, JsonObject

LineKind: TypeAlias = Literal["task", "annotation", "draft", "prediction", "sighting"]
#: Kind, identity, moment of the change, hash of the content.
Version: TypeAlias = tuple[str, str, str, str]
#: Lines that show where an annotation is.
_SEEN = ("annotation", "sighting")
#: Server and id of a user there -> what the server says about the user.
People: TypeAlias = Mapping[tuple[str, Json], JsonObject]
#: Keys of a task's data that say something about its text, and may change while the text stays.
METADATA_KEYS = ("title", "about", "article")
#: Key of a task's `meta`: the hash of the metadata that it was sent last.
METADATA_SHA256 = "metadata_sha256"
#: Key of the `meta` of a task that serves an annotator an article of theirs again: how many times.
REPEAT = "repeat"
_KINDS = get_args(LineKind)
_WAY_OUT = "move the file out of the folder, then run: signalbook pull --full"


@dataclass(frozen=True)
class RawLine:
    """One thing that the server gave."""

    kind: LineKind
    #: What stays the same over versions: the hash of a task's data, an annotation's unique_id …
    identity: str
    #: When the server last changed it; empty for tasks.
    updated_at: str
    content: JsonObject
    #: Identity of the line with the task's data.
    task: str
    server: str
    project: int
    #: Name of the annotation round that the project belongs to.
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
    data: JsonObject
    #: Who made it, by the first version that names somebody: an account that is deleted later
    #: takes its name out of all that the server gives from then on. Where no version does, a name
    #: that no other annotation has.
    author: str
    author_is_known: bool
    #: Who changed it last; None if that is not known.
    editor: str | None
    #: Whether somebody changed the metadata of its text on the server.
    metadata_changed: bool = False
    #: Whether the server still has it.
    is_on_server: bool = True
    #: Whether its task had another text when it was last seen.
    text_changed: bool = False
    #: 0, or how many times its annotator had been given the article before.
    repeat: int = 0

    @property
    def account_is_gone(self) -> bool:
        """Whether the server does not know any more who made it."""
        return self.line.content.get("completed_by") is None

    @property
    def is_skipped(self) -> bool:
        """Whether its annotator skipped the article."""
        return self.line.content.get("was_cancelled") is True


class RawStore:
    """The raw store in a folder: read when it is first needed, and only once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def lines(self) -> list[RawLine]:
        """Every line, oldest first.

        Raises:
            DocumentError: A line is not one of ours; the message names its file and number.
        """
        return [*_read(self.folder)]

    def append(self, lines: Iterable[RawLine]) -> list[RawLine]:
        """Write the lines that the store has not got into one new file, and return them."""
        candidates = list(lines)
        if not candidates:
            return []
        identities = {line.identity for line in candidates}
        existing = {line.version for line in self.lines if line.identity in identities}
        new: dict[Version, RawLine] = {}
        for line in candidates:
            version = line.version
            if version not in existing:
                new.setdefault(version, line)
        if new:
            text = "".join(_text(line) + "\n" for line in new.values())
            write_next(self.folder, text)
            self.lines.extend(new.values())
        return [*new.values()]

    def annotations(self) -> list[StoredAnnotation]:
        """The newest version of every annotation, in the order of server, project and making.

        Raises:
            DocumentError: The task of one is not there, such as after a file was taken out.
        """
        tasks = _tasks(self.lines)
        versions: dict[str, list[RawLine]] = {}
        for line in self.lines:
            if line.kind == "annotation":
                versions.setdefault(line.identity, []).append(line)
        people, last, texts = self.people(), self.sightings(), self.texts()
        stored = (
            _stored(sorted(lines, key=lambda line: line.updated_at), tasks, people)
            for lines in versions.values()
        )
        placed = (
            replace(
                annotation,
                is_on_server=is_on_server(seen),
                text_changed=texts.get(seen.task, text) != text,
            )
            for annotation in stored
            for seen, text in [(last[annotation.line.identity], texts[annotation.line.task])]
        )
        return sorted(placed, key=lambda annotation: _order(annotation.line))

    def sightings(self) -> dict[str, RawLine]:
        """Identity of an annotation -> the last line that shows where it is, or that it is gone."""
        return {line.identity: line for line in self.lines if line.kind in _SEEN}

    def texts(self) -> dict[str, str]:
        """Identity of a task's data -> the text in them."""
        return {
            line.identity: str(data.get("text"))
            for line in self.lines
            if (data := _data(line)) is not None
        }

    def changed_metadata(self, server: str, project: int) -> set[str]:
        """Hashes of the `meta` of a project's tasks whose metadata somebody changed there.

        Once they are corrected, the task has another `meta`.
        """
        last = {
            content_hash(meta): line
            for line in self.lines
            if (line.kind, line.server, line.project) == ("task", server, project)
            and isinstance(meta := line.content.get("meta"), dict)
        }
        return {sha256 for sha256, line in last.items() if _metadata_changed(line)}

    def people(self) -> People:
        """Whoever has annotated, as the server named them before their accounts were deleted."""
        people: dict[tuple[str, Json], JsonObject] = {}
        for line in self.lines:
            person = line.content.get("completed_by") if line.kind == "annotation" else None
            if isinstance(person, dict) and "@" in str(person.get("email")):
                people[line.server, person.get("id")] = person
        return people

    def addresses(self) -> set[str]:
        """E-mail addresses of whoever has annotated or begun to, as the server ever named them."""
        return {*filter(None, map(_address, self.lines))}


def _address(line: RawLine) -> str:
    """The e-mail address of whoever made an annotation or a draft; empty if there is none."""
    role = {"annotation": "completed_by", "draft": "user"}.get(line.kind, "")
    person = line.content.get(role)
    email = str(person.get("email") if isinstance(person, dict) else person)
    return email if "@" in email else ""


def is_on_server(line: RawLine) -> bool:
    """Whether an annotation was there when this line was written about it."""
    return line.kind == "annotation" or line.content.get("on_server") is True


def content_hash(content: JsonObject) -> str:
    """Sha256 of the canonical form of what the server gave."""
    return hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()


def _data(line: RawLine) -> JsonObject | None:
    """The data of a task, if the line holds them."""
    data = line.content.get("data")
    return data if line.kind == "task" and isinstance(data, dict) else None


def _text_of(data: JsonObject) -> tuple[str, str]:
    return str(data.get("article_id")), str(data.get("text"))


@dataclass(frozen=True)
class _Task:
    """The data of a task, with the newest metadata of the same text."""

    data: JsonObject
    metadata_changed: bool
    repeat: int


def _tasks(lines: Iterable[RawLine]) -> dict[str, _Task]:
    """Identity of a task's data -> the task.

    Metadata are corrected after annotations were made; one may also be taken out of distribution.
    Where somebody changed them on the server, the text does not become free to give away by it.
    """
    data = [(line, data) for line in lines if (data := _data(line)) is not None]
    newest: dict[tuple[str, str], JsonObject] = {}
    changed: dict[tuple[str, str], bool] = {}
    for line, values in data:
        text, metadata = _text_of(values), _metadata(values)
        changed[text] = _metadata_changed(line)
        if changed[text]:
            metadata = _no_freer(metadata, than=newest.get(text, {}))
        newest[text] = metadata
    return {
        line.identity: _Task({**values, **newest[text]}, changed[text], repeat_of(line.content))
        for line, values in data
        for text in [_text_of(values)]
    }


def repeat_of(task: JsonObject) -> int:
    """How many times its annotator was given the article of a task before."""
    meta = task.get("meta")
    repeat = meta.get(REPEAT) if isinstance(meta, dict) else None
    return repeat if isinstance(repeat, int) else 0


def _metadata(data: JsonObject) -> JsonObject:
    return {key: data[key] for key in METADATA_KEYS if key in data}


def _metadata_changed(task: RawLine) -> bool:
    """Whether a task has other metadata than it was sent; unknown of one of an earlier version."""
    data, meta = _data(task), task.content.get("meta")
    sent = meta.get(METADATA_SHA256) if isinstance(meta, dict) else None
    return data is not None and sent is not None and content_hash(_metadata(data)) != sent


def _no_freer(metadata: JsonObject, *, than: JsonObject) -> JsonObject:
    """The metadata, redistributable only if they were so before."""
    article, before = metadata.get("article"), than.get("article")
    if not isinstance(article, dict):
        return metadata
    was_free = isinstance(before, dict) and before.get("redistributable") is True
    is_free = was_free and article.get("redistributable") is True
    return {**metadata, "article": {**article, "redistributable": is_free}}


def _stored(
    versions: Sequence[RawLine], tasks: Mapping[str, _Task], people: People
) -> StoredAnnotation:
    """An annotation of these versions, oldest first."""
    newest = versions[-1]
    if newest.task not in tasks:
        missing = f"the data of the task of annotation {newest.identity}"
        raise DocumentError(f"the raw store lacks {missing}; run: signalbook pull --full")
    made = [line for line in versions if line.content.get("completed_by") is not None]
    edited = [line for line in versions if line.content.get("updated_by") is not None]
    author = _name(made[0], "completed_by", people) if made else f"nobody {newest.identity}"
    editor = _name(edited[-1], "updated_by", people) if edited else None
    if made and edited and _number(edited[-1], "updated_by") == _number(made[0], "completed_by"):
        editor = author  # whoever else has the number by now, on a server that was made anew
    return StoredAnnotation(
        newest,
        data=tasks[newest.task].data,
        author=author,
        author_is_known="@" in author,  # else the account had gone before the first pull
        editor=editor,
        metadata_changed=tasks[newest.task].metadata_changed,
        repeat=tasks[newest.task].repeat,
    )


def _name(line: RawLine, role: str, people: People) -> str:
    """The e-mail address of somebody whom the server names, or what it has instead."""
    person, number = line.content[role], _number(line, role)
    # Whoever is taken out of the organization has the e-mail address "Deleted" from then on.
    records = (person, people.get((line.server, number)))
    emails = (str(record.get("email")) for record in records if isinstance(record, dict))
    return next((email for email in emails if "@" in email), f"user {number}")


def _number(line: RawLine, role: str) -> Json:
    """The number of somebody on the server."""
    person = line.content[role]
    return person.get("id") if isinstance(person, dict) else person


def _order(line: RawLine) -> tuple[str, int, str, str]:
    return line.server, line.project, str(line.content.get("created_at")), line.identity


def _read(folder: Path) -> Iterator[RawLine]:
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                yield _line(raw, f"{path}:{number}")


def _line(raw: bytes, place: str) -> RawLine:
    try:
        line = RawLine(**from_json(raw, allow_inf_nan=False))
    except (ValueError, TypeError) as error:  # also what is not UTF-8
        raise DocumentError(f"{place}: not a line of the raw store; {_WAY_OUT}") from error
    if line.kind not in _KINDS:
        raise DocumentError(f"{place}: of no known kind; {_WAY_OUT}")
    if not isinstance(line.content, dict) or (line.kind == "task" and _data(line) is None):
        raise DocumentError(f"{place}: not a line of the raw store; {_WAY_OUT}")
    return line


def _text(line: RawLine) -> str:
    """One line of JSON, with keys in the order in which the server gave them."""
    return json_line(vars(line))
