"""The command that brings documents to the next version of their scheme."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from signalbook.schema.text import counted

from .options import EXISTING, JSON, NEW_FILE, SCHEME, pass_settings
from .output import print_outcome

if TYPE_CHECKING:
    from signalbook.schema.documents.migration import Migrated
    from signalbook.schema.scheme.model import Scheme
    from signalbook.schema.settings import Settings

_MAX_SHOWN = 20


@click.command(short_help="Bring documents to a new version.")
@click.argument("paths", nargs=-1, required=True, type=EXISTING, metavar="DOCUMENTS...")
@SCHEME
@click.option(
    "--output", "-o", type=NEW_FILE, required=True, metavar="FILE", help="JSON Lines file to write."
)
@JSON
@pass_settings
def migrate(
    settings: "Settings", paths: tuple[Path, ...], source: str | None, output: Path, as_json: bool
) -> None:
    """Bring DOCUMENTS, made with an earlier version of a scheme, to the version of now.

    DOCUMENTS are JSON Lines files of annotation documents, or folders of such files; they stay as
    they are. The scheme is the new version, which says under x-migrations what of an earlier one
    is dropped, and which values stand for others now. Documents of a version that it says nothing
    of are refused, and so are values that the new version does not have and x-migrations does not
    name. How many values were dropped or changed is listed by field.

    \b
    Examples:
      signalbook scheme migrate old.jsonl --scheme mine.schema.json -o new.jsonl
      signalbook scheme migrate old/ --scheme diplomatic_signal -o new.jsonl
    """
    from signalbook.schema.documents.jsonl import document_files, write_documents

    from .outputs import refuse_overwriting

    scheme = settings.load_scheme(source)
    refuse_overwriting({"--output": output}, [*document_files(paths), *paths, *scheme.files])
    migrated = _migrated(paths, scheme)
    _refuse_loss(migrated, scheme)
    write_documents(output, [one.document for one in migrated])
    dropped, changed = Counter[str](), Counter[str]()
    for one in migrated:
        dropped.update(one.dropped)
        changed.update(one.changed)
    count = counted(len(migrated), "document")
    current = sum(one.is_current for one in migrated)
    already = f"Of {scheme.version} already: {counted(current, 'document')}."
    check = f"signalbook validate {quote(str(output))} --scheme {quote(source or str(scheme.path))}"
    print_outcome(
        "scheme migrate",
        as_json=as_json,
        lines=[
            f"Wrote {count} of {scheme.name} {scheme.version} to {output}.",
            *([already] if current else []),
            *_lines(dropped, changed),
        ],
        remarks=[f"Check them with: {check}"],
        data={"output": str(output), "dropped": dict(dropped), "changed": dict(changed)},
        counts={
            "documents": len(migrated),
            "dropped": dropped.total(),
            "changed": changed.total(),
            "of_this_version_already": current,
        },
    )


def _migrated(paths: tuple[Path, ...], scheme: "Scheme") -> "list[Migrated]":
    """Every document as one of the version of now.

    Raises:
        DocumentError: Some are of versions that the scheme says nothing of; their places are named.
    """
    from signalbook.schema.documents.jsonl import read_as_written
    from signalbook.schema.documents.migration import migrate as migrate_document
    from signalbook.schema.errors import DocumentError
    from signalbook.schema.text import first_of

    migrated: list[Migrated] = []
    problems: list[str] = []
    for place, document in zip(*read_as_written(paths), strict=True):
        try:
            migrated.append(migrate_document(document, scheme))
        except DocumentError as error:
            problems.append(f"{place}: {error}")
    if problems:
        raise DocumentError(*first_of(problems, _MAX_SHOWN))
    return migrated


def _refuse_loss(migrated: "Sequence[Migrated]", scheme: "Scheme") -> None:
    """A document with values that its version does not have would be none of it.

    Raises:
        DocumentError: There are such values; each is named with what to add to x-migrations.
    """
    from signalbook.schema.errors import DocumentError
    from signalbook.schema.text import first_of

    lost = Counter[tuple[str, str | None]]()
    for one in migrated:
        lost.update(one.lost)
    problems = [
        f"{name}: {_what_to_add(name, value, count, scheme)}"
        for (name, value), count in sorted(lost.items(), key=str)
    ]
    if problems:
        raise DocumentError(*first_of(problems, _MAX_SHOWN))


def _what_to_add(name: str, value: str | None, count: int, scheme: "Scheme") -> str:
    home = f"to the entry of x-migrations in {scheme.path.name}"
    if value is not None:
        pairs = json.dumps({"values": {name: {value: "…"}}}, ensure_ascii=False)[1:-1]
        fact = f"{counted(count, 'value')} {value!r}, which {scheme.version} does not have"
        return f"{fact}; add {pairs} {home}, with what it becomes"
    if "." in name:
        fact = f"{counted(count, 'value')} of a field that {scheme.version} does not have"
        return f'{fact}; add "drop": ["{name}"] {home}'
    fact = f"{count} of them, which {scheme.version} does not have"
    return f"{fact}; keep {name} in the scheme, or take them out of the documents"


def _lines(dropped: Mapping[str, int], changed: Mapping[str, int]) -> Iterator[str]:
    for what, counts in (("dropped", dropped), ("changed", changed)):
        for name, count in sorted(counts.items()):
            yield f"{name}: {counted(count, 'value')} {what}"
