"""The command that runs the whole path once."""

import os
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import JSON, scheme_option
from signalbook.schema.cli.output import print_outcome, say
from signalbook.schema.cli.tables import aligned, table_lines
from signalbook.schema.text import counted

if TYPE_CHECKING:
    from signalbook.annotate.demo.demo import DemoResult


@click.command(short_help="Run the whole path once, on sample articles.")
@click.argument("articles", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder of the workspace that is made. An earlier demo there is replaced.",
)
@click.option(
    "--keep", is_flag=True, help="Leave Label Studio running at the end, and print how to log in."
)
@scheme_option("diplomatic_signal")
@JSON
def demo(
    articles: tuple[Path, ...], output: Path, keep: bool, source: str | None, as_json: bool
) -> None:
    """Run the whole path once, from ARTICLES to a published dataset.

    ARTICLES are files of articles, or folders of such files; without them, the scheme's sample
    articles are used. An embedded Label Studio is started, three simulated annotators submit
    through it, and what they submitted is pulled, validated, measured, adjudicated, released and
    verified.

    \b
    Examples:
      signalbook demo
      signalbook demo --keep
      signalbook demo my-articles.jsonl --output try
    """
    from signalbook.annotate.demo.demo import run_demo
    from signalbook.schema.scheme.loader import load_scheme

    result = run_demo(
        load_scheme(source),
        articles,
        output,
        keep=keep,
        template=_template(),
        report=lambda step: say(step, err=True),
    )
    print_outcome(
        "demo",
        as_json=as_json,
        lines=_summary(result, keep=keep),
        data={"release": str(result.release), "seconds": result.seconds},
        counts=_counts(result),
    )


def _template() -> Path:
    """Where an empty database is kept, so that only the first demo has to make it."""
    from importlib.metadata import version

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "signalbook" / f"label-studio-{version('label-studio')}"


def _counts(result: "DemoResult") -> dict[str, int]:
    return {
        "articles": result.articles,
        "annotations": result.submitted,
        "errors": result.errors,
        "warnings": result.warnings,
        "decisions": result.decisions,
    }


def _summary(result: "DemoResult", *, keep: bool) -> Iterator[str]:
    yield from table_lines(("step", "seconds"), _durations(result))
    yield ""
    yield f"{counted(result.submitted, 'annotation')} of {counted(result.articles, 'article')}"
    yield (
        f"{counted(result.errors, 'error')}, {counted(result.warnings, 'warning')}, "
        f"{counted(result.decisions, 'decision')} in adjudication"
    )
    yield ""
    yield from table_lines(("agreement of the simulated annotators", "value"), _agreement(result))
    yield ""
    yield from aligned(_places(result, keep=keep))


def _durations(result: "DemoResult") -> Iterator[tuple[str, str]]:
    for step, seconds in result.seconds.items():
        yield step, f"{seconds:.1f}"
    yield "all steps", f"{sum(result.seconds.values()):.1f}"


def _agreement(result: "DemoResult") -> Iterator[tuple[str, str]]:
    """What has a target, or everything where nothing has."""
    measured = [measure for measure in result.measures if measure.value is not None]
    for measure in [m for m in measured if m.target is not None] or measured:
        yield str(measure.name), f"{measure.value:.3f}"


def _places(result: "DemoResult", *, keep: bool) -> Iterator[tuple[str, str]]:
    yield "dataset", str(result.release)
    yield "its card", str(result.release / "README.md")
    yield "its agreement", str(result.release / "agreement" / "report.html")
    yield "workspace", str(result.workspace.folder)
    if keep:
        yield "Label Studio", result.studio.url
        yield "login", f"{result.studio.email}  {result.studio.password}"
        for user in result.users:
            yield "login", f"{user.email}  {user.password}"
        yield "stop it with", f"cd {quote(str(result.workspace.folder))} && signalbook studio stop"
