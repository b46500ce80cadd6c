"""Stored annotations become annotation documents: one for every article and annotator."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from signalbook.annotate.conversion.convert import Converted, from_label_studio
from signalbook.schema.documents.records import Annotator
from signalbook.schema.errors import ConversionError
from signalbook.schema.filesystem import write_text
from signalbook.schema.scheme.model import Json, Scheme

from .raw_store import RawLine, StoredAnnotation, latest
from .tasks import ARTICLE_ID, unchanged_text

#: E-mail address -> the name under which somebody appears in documents.
Pseudonym: TypeAlias = Callable[[str], str]


@dataclass(frozen=True)
class Leftover:
    """Something in an annotation that its document has no place for."""

    #: Identity of the annotation in the store.
    annotation: str
    #: Which article, which annotator, what.
    sentence: str


@dataclass(frozen=True)
class StoredDocuments:
    """What a store says, as documents, and what of it says nothing."""

    converted: tuple[Converted, ...]
    #: Annotators who skipped the article.
    skipped: int
    #: Annotations that their annotator made again.
    superseded: int
    #: What is wrong, in words.
    problems: tuple[str, ...]
    leftovers: tuple[Leftover, ...]


def documents(folder: Path, scheme: Scheme, pseudonym: Pseudonym) -> StoredDocuments:
    """The newest annotation of every article by every annotator, as a document.

    Args:
        folder: of the raw store.
        scheme: that the page was made from.
        pseudonym: of an e-mail address.
    """
    stored = latest(folder)
    kept = newest(stored)
    submitted = [one for one in kept if one.line.content.get("was_cancelled") is not True]
    converted: list[Converted] = []
    problems: list[str] = []
    leftovers: list[Leftover] = []
    for one in submitted:
        found = _converted(one, scheme, pseudonym)
        if isinstance(found, str):
            problems.append(found)
        else:
            converted.append(found)
            leftovers += _leftovers(one.line, found)
    converted.sort(key=lambda c: (c.document.article.id, c.document.annotator.id))
    return StoredDocuments(
        tuple(converted),
        len(kept) - len(submitted),
        len(stored) - len(kept),
        tuple(problems),
        tuple(sorted(leftovers, key=lambda leftover: leftover.sentence)),
    )


def email_of(line: RawLine) -> str:
    """Who made an annotation."""
    person = line.content.get("completed_by")
    return str(person.get("email")) if isinstance(person, dict) else f"user {person}"


def newest(stored: Iterable[StoredAnnotation]) -> list[StoredAnnotation]:
    """The last annotation of every text by every annotator in every round."""
    found: dict[tuple[str, str, str, str | None], StoredAnnotation] = {}
    for one in stored:
        article, text = str(one.data.get(ARTICLE_ID)), str(one.data.get("text"))
        key = article, text, email_of(one.line), one.line.round
        before = found.get(key)
        if before is None or one.line.updated_at >= before.line.updated_at:
            found[key] = one
    return list(found.values())


def _converted(one: StoredAnnotation, scheme: Scheme, pseudonym: Pseudonym) -> Converted | str:
    line, data = one.line, one.data
    place = f"{line.server}: project {line.project}, annotation {line.identity}"
    if not unchanged_text(data):
        return f"{place}: the text of {data.get(ARTICLE_ID)} is not the one that was pushed"
    try:
        return from_label_studio(line.content, data, scheme, _annotator(line, pseudonym))
    except ConversionError as error:
        return f"{place}: {error}"


def _leftovers(line: RawLine, converted: Converted) -> list[Leftover]:
    article, annotator = converted.document.article, converted.document.annotator
    return [
        Leftover(line.identity, f"{article.id}, {annotator.id}: {what}")
        for what in converted.leftovers
    ]


def _annotator(line: RawLine, pseudonym: Pseudonym) -> Annotator:
    given: dict[str, Json] = {
        "id": pseudonym(email_of(line)),
        "round": line.round,
        "created_at": line.content.get("created_at"),
        "lead_time_s": line.content.get("lead_time"),
        "tool": line.tool,
    }
    return Annotator.model_validate({k: v for k, v in given.items() if v is not None})


def write_task_links(raw: Path, path: Path) -> None:
    """Note for every article where its task was at the last pull, by article id."""
    links: dict[str, str] = {}
    for one in latest(raw):
        task, article = one.line.content.get("task"), one.data.get(ARTICLE_ID)
        if isinstance(task, int) and isinstance(article, str):
            links[article] = f"{one.line.server}/projects/{one.line.project}/data?task={task}"
    write_text(path, json.dumps(links, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
