"""The commands that check a scheme, and show what it says and what is derived from it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signalbook.schema.text import all_counted

from .authoring import import_scheme, new
from .example import example_command
from .examples import examples
from .migrate import migrate
from .options import JSON, OUTPUT, pass_settings
from .output import print_outcome, print_text, say
from .understood import advice_lines, counts_of, table_of

if TYPE_CHECKING:
    from signalbook.schema.scheme.model import Scheme
    from signalbook.schema.settings import Settings

_SCHEME = click.argument("source", required=False, metavar="[SCHEME]")


@click.group(short_help="Start, check and show a scheme.")
def scheme() -> None:
    """Start an annotation scheme, check it, and show what is derived from it.

    \b
    Examples:
      signalbook scheme new schemes/mine.schema.json
      signalbook scheme check schemes/mine.schema.json
      signalbook scheme codebook --format html --output codebook.html
    """


@scheme.command(short_help="Check a scheme file for mistakes.")
@_SCHEME
@click.option(
    "--advice", "wants_advice", is_flag=True, help="Name what is known to hurt agreement, too."
)
@JSON
@pass_settings
def check(settings: "Settings", source: str | None, wants_advice: bool, as_json: bool) -> None:
    """Check a scheme file and name every mistake in it with its place.

    SCHEME is a scheme file, its folder, or the name of a built-in scheme. Without it, the scheme
    of the workspace is taken; outside of a workspace, diplomatic_signal. It is checked that the file
    is JSON Schema, that every keyword in it is known and has an effect where it stands, that every
    field can be asked on a labelling page, and that whatever the scheme refers to is there. The
    constraints.py beside it is run, on the example.annotation.json there if there is one. What was
    understood follows as a table: compare it with what you meant. Advice is no mistake, and
    changes nothing about the exit status; each piece says what it rests on. A target that can never
    be met is named without --advice, too.

    \b
    Examples:
      signalbook scheme check
      signalbook scheme check --advice
      signalbook scheme check schemes/mine.schema.json
    """
    from dataclasses import asdict

    from signalbook.schema.authoring.advice import ADVICE, advise
    from signalbook.schema.documents.example import rule_failures
    from signalbook.schema.errors import SchemeError
    from signalbook.schema.page.config import labeling_config as derive
    from signalbook.schema.scheme.stages import at_stage

    loaded = settings.load_scheme(source).whole  # a stage is a part of it
    for stage in loaded.stages:
        derive(at_stage(loaded, stage.name))
    derive(loaded)  # finds what the page has no place for
    if failures := [*rule_failures(loaded)]:
        raise SchemeError(*failures)
    advice = [a for a in advise(loaded) if wants_advice or ADVICE[a.id].always]
    counts = counts_of(loaded)
    print_outcome(
        "scheme check",
        as_json=as_json,
        lines=[
            f"{loaded.name} {loaded.version}: fine ({all_counted(counts)})",
            "",
            *table_of(loaded),
            *(("", *advice_lines(advice)) if wants_advice or advice else ()),
        ],
        warnings=map(asdict, advice),
        data={"name": loaded.name, "version": loaded.version},
        counts=counts,
    )


@scheme.command(short_help="List every field of a scheme.")
@_SCHEME
@pass_settings
def show(settings: "Settings", source: str | None) -> None:
    """List the fields of a scheme as a table, in the order of the scheme.

    SCHEME is a scheme file, its folder, or the name of a built-in scheme. Without it, the scheme
    of the workspace is taken; outside of a workspace, diplomatic_signal.

    \b
    The columns of the table:
      unit         what has the field: a span type, a party, a dyad or the article
      field        name of the field
      level        level of measurement, by which two values are compared
      control      how annotators enter it on the labelling page; computed if nobody does
      required     whether every such unit must have the field
      values       number of values that the scheme lists; - if it lists none
      coefficient  what agreement on it is judged by; - if it is not measured
      target       what the coefficient should reach; - if nothing is asked

    \b
    Another table has the same of whole units: whether annotators mark the same ones.

    \b
    Examples:
      signalbook scheme show
      signalbook scheme show diplomatic_signal/1.0
    """
    loaded = settings.load_scheme(source)
    head = f"{loaded.name} {loaded.version}: {loaded.title}"
    for line in (head, "", *table_of(loaded)):
        say(line)


@scheme.command("labeling-config", short_help="Print the labelling page as XML.")
@_SCHEME
@OUTPUT
@pass_settings
def labeling_config(settings: "Settings", source: str | None, output: Path | None) -> None:
    """Print the labelling page of a scheme, the XML that configures Label Studio.

    SCHEME is a scheme file, its folder, or the name of a built-in scheme. Without it, the scheme
    of the workspace is taken; outside of a workspace, diplomatic_signal.

    \b
    Examples:
      signalbook scheme labeling-config
      signalbook scheme labeling-config schemes/mine.schema.json --output page.xml
    """
    from signalbook.schema.page.config import labeling_config as derive

    _write(derive, settings.load_scheme(source), output, instead="page.xml")


@scheme.command(short_help="Print the codebook for annotators.")
@_SCHEME
@OUTPUT
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html"]),
    default="md",
    show_default=True,
    help="Write Markdown (md), or one self-contained page (html).",
)
@pass_settings
def codebook(settings: "Settings", source: str | None, output: Path | None, form: str) -> None:
    """Print the codebook that tells annotators what to mark, and how to decide.

    SCHEME is a scheme file, its folder, or the name of a built-in scheme. Without it, the scheme
    of the workspace is taken; outside of a workspace, diplomatic_signal. Chapters of your own stand
    in codebook_prose.md beside the scheme file, a Jinja template in which {{ spans }} and its like
    are filled from the scheme. It is only read: the codebook is written to another file. The lists
    that rules go by are printed from constraints.py, which is run for it.

    \b
    Examples:
      signalbook scheme codebook
      signalbook scheme codebook --format html --output codebook.html
    """
    from signalbook.schema.codebook import codebook_html, codebook_markdown

    derive = codebook_html if form == "html" else codebook_markdown
    _write(derive, settings.load_scheme(source), output, instead=f"codebook.{form}")


def _write(
    derive: "Callable[[Scheme], str]", loaded: "Scheme", output: Path | None, *, instead: str
) -> None:
    from signalbook.schema.filesystem import write_text

    from .outputs import refuse_overwriting

    another = f"another file, such as {instead}"
    refuse_overwriting({"--output": output}, loaded.files, instead=another)
    text = derive(loaded)
    if output is None:
        print_text(text)
        return
    write_text(output, text)
    say(f"wrote {output}", err=True)


for _command in (new, examples, example_command, import_scheme, migrate):
    scheme.add_command(_command)
