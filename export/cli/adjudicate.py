"""The commands that make one gold annotation per article."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.scheme import SCHEME
from signalbook.schema.errors import FindingsError
from signalbook.schema.settings import Settings

if TYPE_CHECKING:
    from signalbook.export.adjudication.adjudicate import Adjudication
    from signalbook.export.annotators.models import Model

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(short_help="Make one gold annotation of each article.")
def adjudicate() -> None:
    """Make one gold annotation of each article from those of the annotators."""


@adjudicate.command(short_help="Vote, repair, and log every decision.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATHS]...")
@SCHEME
@click.option("--output", "-o", type=_FILE, help="Gold documents; gold.jsonl beside PATHS.")
@click.option(
    "--model",
    type=click.Choice(["majority", "dawid-skene", "mace"]),
    default="majority",
    show_default=True,
    help="What decides where annotators differ.",
)
@click.option("--log", type=_FILE, help="Every decision; decisions.jsonl beside the output.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def auto(
    context: click.Context,
    paths: tuple[Path, ...],
    source: str | None,
    output: Path | None,
    model: "Model",
    log: Path | None,
    as_json: bool,
) -> None:
    """Vote on what annotators differ in, repair what breaks a rule, and log every decision.

    A span is in if more than half of those who saw the article marked it. Without PATHS, the
    documents of the last pull. The output passes signalbook validate.

    With a model, presence of spans and fields with listed values are decided by votes weighed by
    what the model learnt of each annotator; it needs three annotators of an article, and where it
    is not to be trusted, as for all other fields, votes decide. The log tells which rule did.

    \b
    Examples:
      signalbook adjudicate auto
      signalbook adjudicate auto annotations.jsonl --output gold.jsonl --log decisions.jsonl
      signalbook adjudicate auto --model dawid-skene
    """
    from signalbook.export.adjudication.adjudicate import adjudicate as adjudicate_documents
    from signalbook.schema.documents.jsonl import read_documents
    from signalbook.schema.scheme.loader import load_scheme

    settings = context.obj if isinstance(context.obj, Settings) else Settings()
    sources = settings.documents_or(paths)
    scheme = load_scheme(source or settings.scheme)
    adjudication = adjudicate_documents(read_documents(sources), scheme, model=model)
    output = output or sources[0].parent / "gold.jsonl"
    log = log or output.with_name("decisions.jsonl")
    adjudication.write(output, log)
    _print_summary(adjudication, output, log, as_json=as_json)
    if adjudication.without_gold:
        context.exit(FindingsError.exit_status)


def _print_summary(adjudication: "Adjudication", output: Path, log: Path, *, as_json: bool) -> None:
    from signalbook.schema.cli.output import print_outcome

    rules = [decision.rule for decision in adjudication.decisions]
    errors = [
        f"{id}: no annotation is free of errors; see signalbook validate"
        for id in adjudication.without_gold
    ]
    counts = {
        "articles": len(adjudication.articles),
        "gold": len(adjudication.gold),
        "decisions": len(rules),
        "repairs": sum(rule.startswith("repair") for rule in rules),
    }
    if as_json:
        data = {"output": str(output), "log": str(log)}
        print_outcome("adjudicate auto", data=data, ok=not errors, counts=counts, errors=errors)
        return
    for error in errors:
        click.echo(error, err=True)
    summary = ", ".join(_counted(count, name) for name, count in counts.items())
    click.echo(f"{output}: {summary}; why is in {log}")


def _counted(count: int, name: str) -> str:
    """Such as: 1 repair, 2 repairs, 1 gold."""
    return f"{count} {name.removesuffix('s') if count == 1 else name}"
