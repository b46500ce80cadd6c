"""The commands that show what a scheme says and what is derived from it."""

from pathlib import Path

import click

SCHEME = click.option(
    "--scheme",
    "source",
    metavar="SCHEME",
    help="A scheme file, its folder, or a built-in name; the workspace's scheme if left out.",
)
_OUTPUT = click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write here."
)


@click.group(short_help="Check a scheme, and show what follows.")
def scheme() -> None:
    """Check a scheme, and see what is derived from it."""


@scheme.command(short_help="Check a scheme, and whether it is consistent.")
@click.argument("source", required=False, metavar="SCHEME")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def check(context: click.Context, source: str | None, as_json: bool) -> None:
    """Check SCHEME: JSON Schema, our keywords, and whether it is consistent.

    \b
    Examples:
      signalbook scheme check
      signalbook scheme check schemes/mine.schema.json
    """
    from signalbook.schema.scheme.loader import load_scheme

    from .output import print_outcome

    found = load_scheme(source or _scheme_of(context))
    counts = {
        "span_types": len(found.span_types),
        "fields": sum(1 for _ in found.fields()),
        "relation_types": len(found.relation_types),
        "constraints": len(found.constraints),
    }
    if as_json:
        data = {"name": found.name, "version": found.version}
        print_outcome("scheme check", data=data, counts=counts)
        return
    said = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())
    click.echo(f"{found.name} {found.version}: fine ({said})")


@scheme.command(short_help="List every field with its coefficient.")
@SCHEME
@click.pass_context
def show(context: click.Context, source: str | None) -> None:
    """List every field with its level of measurement, coefficient and number of values.

    \b
    Example:
      signalbook scheme show --scheme diplomatic_signal/1.0
    """
    from signalbook.schema.scheme.loader import load_scheme

    found = load_scheme(source or _scheme_of(context))
    click.echo(f"{found.name} {found.version}: {found.title}\n")
    click.echo(f"{'unit':<14}{'field':<18}{'level':<10}{'required':<10}{'values':<8}coefficient")
    for unit, field in found.fields():
        coefficient = field.agreement.coefficient if field.agreement else "-"
        required = "yes" if field.required else "no"
        click.echo(
            f"{unit:<14}{field.name:<18}{field.level:<10}{required:<10}"
            f"{len(field.values) or '-':<8}{coefficient}"
        )


@scheme.command("labeling-config", short_help="Print the labelling page, as XML.")
@SCHEME
@_OUTPUT
@click.pass_context
def labeling_config(context: click.Context, source: str | None, output: Path | None) -> None:
    """Print the labelling page that Label Studio shows, as XML.

    \b
    Example:
      signalbook scheme labeling-config > page.xml
    """
    from signalbook.schema.page.config import labeling_config as derive
    from signalbook.schema.scheme.loader import load_scheme

    _write(derive(load_scheme(source or _scheme_of(context))), output)


@scheme.command()
@SCHEME
@_OUTPUT
@click.option(
    "--format", "form", type=click.Choice(["md", "html"]), default="md", help="Markdown or a page."
)
@click.pass_context
def codebook(context: click.Context, source: str | None, output: Path | None, form: str) -> None:
    """Print the annotators' codebook.

    \b
    Example:
      signalbook scheme codebook --format html -o codebook.html
    """
    from signalbook.schema.page.codebook import codebook_html, codebook_markdown
    from signalbook.schema.scheme.loader import load_scheme

    derive = codebook_html if form == "html" else codebook_markdown
    _write(derive(load_scheme(source or _scheme_of(context))), output)


def _scheme_of(context: click.Context) -> str | None:
    from signalbook.schema.settings import Settings

    return context.obj.scheme if isinstance(context.obj, Settings) else None


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    from signalbook.schema.filesystem import write_text

    write_text(output, text)
    click.echo(f"wrote {output}", err=True)
