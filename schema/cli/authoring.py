"""The commands that start a scheme."""

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signalbook.schema.text import all_counted, counted, one_line

from .options import FILE, JSON, NEW_FILE
from .output import print_outcome, say

if TYPE_CHECKING:
    from signalbook.schema.authoring.foreign import Kind
    from signalbook.schema.authoring.imported import Imported, Unexpressed
    from signalbook.schema.scheme.model import Scheme

_ENDING = ".schema.json"


@click.command(short_help="Start a scheme from a few facts.")
@click.argument("path", type=NEW_FILE, metavar="FILE")
@click.option("--title", metavar="TEXT", show_default="the words of the name", help="Its title.")
@click.option(
    "--span-type", "span_types", multiple=True, metavar="NAME", help="Mark this in texts."
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="TYPE.NAME=ANSWERS",
    help="Ask this about every span of a type.",
)
@click.option(
    "--relation",
    "relations",
    multiple=True,
    metavar="NAME:TYPE>TYPE",
    help="Link spans of one type to spans of another.",
)
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="NAME=ANSWERS",
    help="Ask this about the article as a whole.",
)
@JSON
def new(
    path: Path,
    title: str | None,
    span_types: tuple[str, ...],
    fields: tuple[str, ...],
    relations: tuple[str, ...],
    labels: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a small scheme into FILE, whose name ends in .schema.json; it passes the check.

    Without options it is asked at the terminal what the scheme should have.

    \b
    ANSWERS are written like this:
      for,against       one of these values
      'low<high'        one of these values, lowest first
      trade+war         several of these values, or none of them
      1..5              a whole number from 1 to 5
      0.5..3            a number from 0.5 to 3
      yesno             yes or no
      text              a text, which need not be given; so are date, integer and number

    \b
    Examples:
      signalbook scheme new claims.schema.json
      signalbook scheme new claims.schema.json --span-type claim --field claim.stance=for,against
      signalbook scheme new topics.schema.json --label topic=trade,war,other --label note=text
    """
    from signalbook.schema.authoring.draft import checked_scheme
    from signalbook.schema.authoring.notation import read_draft

    _refuse_undecodable([title or "", *span_types, *fields, *relations, *labels])
    name = _name_of(path)
    _refuse_existing(path)
    given = {"span_types": span_types, "fields": fields, "relations": relations, "labels": labels}
    if not any(given.values()) and sys.stdin.isatty():
        title, answers = _asked(title, name)
        draft = read_draft(name, title, **answers)
    else:
        draft = read_draft(name, title or _spoken(name), **given)
    text, scheme = checked_scheme(draft, path)
    write_new_scheme(path, text)
    show_made("scheme new", path, scheme, as_json=as_json)


@click.command("import", short_help="Make a scheme of another tool's page.")
@click.argument("source", type=FILE, metavar="FILE")
@click.option(
    "--output", "-o", type=NEW_FILE, required=True, metavar="NEW", help="Scheme file to write."
)
@click.option(
    "--from",
    "kind",
    type=click.Choice(["label-studio", "brat", "labels"]),
    show_default="what stands in the file",
    help="What the file is of: Label Studio, brat, or a list of labels.",
)
@click.option("--title", metavar="TEXT", show_default="the words of the name", help="Its title.")
@JSON
def import_scheme(
    source: Path, output: Path, kind: "Kind | None", title: str | None, as_json: bool
) -> None:
    """Make a scheme of FILE, the configuration of another tool; it passes the check.

    FILE is a labelling configuration of Label Studio (XML), an annotation.conf of brat, or a list
    of labels: one a line, separated by commas, a JSON list, or JSON Lines of Prodigy with spans. The
    scheme is written to a new file, whose name ends in .schema.json. What the scheme cannot express
    is listed with its place.

    \b
    Examples:
      signalbook scheme import page.xml --output claims.schema.json
      signalbook scheme import annotation.conf --from brat -o events.schema.json
    """
    from signalbook.schema.authoring.draft import Draft, checked_scheme

    _refuse_undecodable([title or ""])
    name = _name_of(output)
    _refuse_existing(output)
    imported = _read_config(source, kind)
    parts = imported.span_types, imported.relations, imported.labels
    text, scheme = checked_scheme(Draft(name, title or _spoken(name), *parts), output)
    write_new_scheme(output, text)
    show_made("scheme import", output, scheme, as_json=as_json, unexpressed=imported.unexpressed)


def _read_config(source: Path, kind: "Kind | None") -> "Imported":
    """What a configuration says.

    Raises:
        SchemeError: It is none, or cannot be read.
    """
    from signalbook.schema.authoring.foreign import kind_of, read_config
    from signalbook.schema.authoring.imported import NoConfig
    from signalbook.schema.errors import SchemeError

    try:
        text = source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemeError(f"{source}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    try:
        return read_config(text, kind)
    except NoConfig as error:
        way_out = (
            f"it was read as {kind or kind_of(text)}; correct it, or say what it is with --from"
        )
        raise SchemeError(f"{source}:{error.line}: {error}; {way_out}") from error


def _refuse_undecodable(words: Sequence[str]) -> None:
    """Bytes of the command line that are not UTF-8 cannot stand in a scheme."""
    from signalbook.schema.errors import UsageError

    for text in words:
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise UsageError(f"{one_line(text)}: is not UTF-8; type it in a terminal that is")


def _refuse_existing(path: Path) -> None:
    from signalbook.schema.errors import UsageError

    if path.exists():
        raise UsageError(f"{path}: is there already; name another file, or delete it first")


def write_new_scheme(path: Path, text: str) -> None:
    """Write a scheme where none is.

    Raises:
        UsageError: The file exists.
    """
    from signalbook.schema.filesystem import atomic_write

    try:
        with atomic_write(path, replace=False) as file:
            file.write(text.encode("utf-8"))
    except FileExistsError:
        _refuse_existing(path)
        raise


def show_made(
    command: str,
    path: Path,
    scheme: "Scheme",
    *,
    as_json: bool,
    unexpressed: "Sequence[Unexpressed]" = (),
) -> None:
    """Print what a scheme that was made has, what it lacks, and what its author does next."""
    from dataclasses import asdict

    from .understood import counts_of, table_of

    counts = counts_of(scheme)
    check = f"signalbook scheme check {path}"
    what = counted(len(unexpressed), "thing")
    lacking = [f"{what} could not be expressed:", *(f"  {u}" for u in unexpressed)]
    next_step = f'Say in {path} what everything means ("description"), then run: {check}'
    print_outcome(
        command,
        as_json=as_json,
        lines=[
            f"{scheme.name} {scheme.version}: written to {path} ({all_counted(counts)})",
            "",
            *table_of(scheme),
        ],
        remarks=[*(lacking if unexpressed else []), next_step],
        data={"path": str(path), "name": scheme.name, "version": scheme.version},
        counts=counts,
        warnings=map(asdict, unexpressed),
    )


def _name_of(path: Path) -> str:
    """The name of the scheme, which is that of its file.

    Raises:
        UsageError: The file has another ending, or its name cannot be that of a scheme.
    """
    from signalbook.schema.authoring.identifiers import identifier
    from signalbook.schema.errors import UsageError

    if not path.name.endswith(_ENDING):
        fact = f"{path}: the file of a scheme ends in {_ENDING}"
        raise UsageError(f"{fact}; write {path.with_suffix('').name}{_ENDING}")
    name = identifier(path.name.removesuffix(_ENDING), "field")
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", name):
        fact = f"{path}: {name!r} cannot be the name of a scheme"
        raise UsageError(f"{fact}; call the file by two or more letters, as in claims{_ENDING}")
    return name


def _spoken(name: str) -> str:
    from signalbook.schema.authoring.identifiers import spoken

    return spoken(name)


def _asked(title: str | None, name: str) -> tuple[str, dict[str, list[str]]]:
    """What is asked for at the terminal; who leaves off is told that nothing is kept of it.

    Raises:
        click.Abort: The terminal was closed, or Ctrl-C or Ctrl-D pressed.
    """
    try:
        return _ask(title, name)
    except click.Abort as error:
        raise click.Abort("nothing was written; run the same command again") from error


def _ask(title: str | None, name: str) -> tuple[str, dict[str, list[str]]]:
    """What somebody at the terminal says, in the notation of the options."""
    from signalbook.schema.authoring.notation import WRITTEN, read_name, read_relation

    say(
        'Answers are written like "for,against", "low<high", "trade+war" or "1..5"; or write',
        err=True,
    )
    say(f"one of {', '.join(WRITTEN)}.", err=True)
    title = title or click.prompt("Title of the scheme", default=_spoken(name), err=True)
    types = _each("Span type to mark in texts, such as claim", read_name)
    fields: list[str] = []
    for type in types:
        question = f"Question about each {type}, such as stance=for,against"
        fields += [f"{type}.{field}" for field in _each(question, _name_of_field)]
    links: list[str] = []
    if types:
        question = f"Relation between two spans, such as supports:{types[0]}>{types[-1]}"
        links = _each(question, lambda r: read_relation(r, types).name)
    labels = _each("Question about the article, such as topic=trade,war", _name_of_field)
    return title, {"span_types": types, "fields": fields, "relations": links, "labels": labels}


def _name_of_field(notation: str) -> str:
    from signalbook.schema.authoring.notation import read_field

    return read_field(notation).name


def _each(question: str, name_in: Callable[[str], str]) -> list[str]:
    """Every answer to a question until nothing is answered; a bad one is asked for again."""
    from signalbook.schema.errors import UsageError

    answers: dict[str, str] = {}
    while True:
        prompt = f"{question} (Enter to go on)"
        written = click.prompt(prompt, default="", show_default=False, err=True).strip()
        if not written:
            return [*answers.values()]
        try:
            name = name_in(written)
        except UsageError as error:
            say(error, err=True)
            continue
        if name in answers:
            say(f"{name} is there already; give each a name of its own", err=True)
            continue
        answers[name] = written
