"""The command that says what is wrong in annotation documents."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.scheme import SCHEME
from signalbook.schema.errors import FindingsError, UsageError
from signalbook.schema.settings import Settings

if TYPE_CHECKING:
    from signalbook.export.validation.checker import Issue
    from signalbook.schema.documents.records import AnnotationDocument
    from signalbook.schema.scheme.model import Scheme

_COLOURS = {"error": "red", "warning": "yellow"}


@click.command(short_help="Tell what is wrong in the annotations.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATHS]...")
@SCHEME
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--release", is_flag=True, help="Check also what only a release must keep.")
@click.option("--explain", metavar="ID", help="Say what a rule means, as in --explain C15.")
@click.pass_context
def validate(
    context: click.Context,
    paths: tuple[Path, ...],
    source: str | None,
    form: str,
    as_json: bool,
    release: bool,
    explain: str | None,
) -> None:
    """Check the annotation documents in PATHS, files or folders of JSON Lines.

    Without PATHS, the documents of the last pull. Warnings are shown; errors end with status 3.

    \b
    Examples:
      signalbook validate
      signalbook validate annotations.jsonl --scheme diplomatic_signal/1.0
      signalbook validate --explain C15
    """
    from signalbook.export.validation.checker import check, errors
    from signalbook.schema.documents.jsonl import read_documents
    from signalbook.schema.scheme.loader import load_scheme

    settings = context.obj if isinstance(context.obj, Settings) else Settings()
    scheme = load_scheme(source or settings.scheme)
    if explain is not None:
        click.echo(explanation(explain, scheme))
        return
    documents = read_documents(settings.documents_or(paths))
    issues = list(check(documents, scheme, purpose="release" if release else "annotation"))
    wrong = errors(issues)
    if as_json or form == "json":
        _print_json(documents, issues)
    else:
        for line in report(documents, issues):
            click.echo(line)
    if wrong:
        context.exit(FindingsError.exit_status)


def report(documents: Sequence["AnnotationDocument"], issues: Sequence["Issue"]) -> Iterable[str]:
    """Findings as lines of text: by annotator, then article, in the order of the text."""
    titles = {document.article.id: document.article.title for document in documents}
    ordered = sorted(issues, key=lambda i: (i.annotator_id, i.article_id, i.start or 0, i.id))
    for annotator, of_annotator in groupby(ordered, key=lambda i: i.annotator_id):
        yield click.style(annotator, bold=True)
        for article, found in groupby(of_annotator, key=lambda i: i.article_id):
            yield f"  {article}  {titles.get(article, '')}".rstrip()
            for issue in found:
                severity = click.style(f"{issue.severity:<8}", fg=_COLOURS[issue.severity])
                yield f"    {severity}{issue.id:<8}{issue.message}"
                if issue.id != "schema":
                    yield f"{'':<20}{issue.fact}"
        yield ""
    yield _summary(documents, issues)


def _summary(documents: Sequence["AnnotationDocument"], issues: Sequence["Issue"]) -> str:
    counts = _counts(documents, issues)
    said = ", ".join(
        f"{counts[name]} {name[:-1] if counts[name] == 1 else name}"
        for name in ("documents", "errors", "warnings")
    )
    return f"{said}; {counts['fine']} without an error"


def _counts(documents: Sequence["AnnotationDocument"], issues: Sequence["Issue"]) -> dict[str, int]:
    wrong = [issue for issue in issues if issue.severity == "error"]
    broken = {(issue.article_id, issue.annotator_id) for issue in wrong}
    return {
        "documents": len(documents),
        "errors": len(wrong),
        "warnings": len(issues) - len(wrong),
        "fine": sum((d.article.id, d.annotator.id) not in broken for d in documents),
    }


def _print_json(documents: Sequence["AnnotationDocument"], issues: Sequence["Issue"]) -> None:
    from signalbook.schema.cli.output import print_outcome

    wrong = [issue.to_dict() for issue in issues if issue.severity == "error"]
    doubtful = [issue.to_dict() for issue in issues if issue.severity == "warning"]
    print_outcome(
        "validate",
        ok=not wrong,
        counts=_counts(documents, issues),
        warnings=doubtful,
        errors=wrong,
    )


def explanation(id: str, scheme: "Scheme") -> str:
    """What a constraint says, its precise rule, and how it is stated.

    Raises:
        UsageError: the scheme has no such constraint.
    """
    from signalbook.export.validation.builtin_rules import ALWAYS, CHECKS

    found = {constraint.id: constraint for constraint in scheme.constraints}
    rules = [*found, *ALWAYS, "schema"]
    id = next((rule for rule in rules if rule.lower() == id.lower()), id)
    if id in found:
        constraint = found[id]
        said = f"{id} ({constraint.severity}): {constraint.message}\n\n{constraint.rule}"
        if constraint.examples is None:
            return said
        examples = constraint.examples
        return f"{said}\n\nYes: {examples.positive}\nNo:  {examples.negative}"
    if id in ALWAYS:
        return f"{id} (error): {ALWAYS[id]}\n\n{CHECKS[id].__doc__}"
    if id == "schema":
        return f"schema (error): The document does not fit the JSON Schema of {scheme.name}."
    raise UsageError(f"{scheme.name} has no rule {id}; there are {', '.join(rules)}")
