"""The commands that publish a version of a dataset and that check one."""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from signalbook.schema.cli.options import EXISTING, FOLDER, JSON, PATH, SCHEME, pass_settings
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.errors import FindingsError

if TYPE_CHECKING:
    from signalbook.export.release.contents import About
    from signalbook.schema.settings import Settings


#: What a release says about itself, beside what is in the documents.
_ABOUT = (
    click.option("--title", default="", help="What people call the dataset."),
    click.option("--description", default="", help="What it is, in a few sentences."),
    click.option(
        "--licence", default="LicenseRef-unspecified", help="SPDX id for the annotations."
    ),
    click.option("--author", "authors", multiple=True, help="Whom to cite; may be repeated."),
    click.option("--changes", default="", help="What is new since the last version."),
    click.option(
        "--created", metavar="DAY", help="Day of the release; that of the last annotation."
    ),
    click.option("--synthetic-articles", is_flag=True, help="Say that the articles are invented."),
    click.option("--simulated-annotators", is_flag=True, help="Say that annotators are simulated."),
)


def _about_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `_ABOUT`, which it takes as one `about`."""

    @wraps(command)
    def with_about(*arguments: Any, **options: Any) -> None:
        from signalbook.export.release.contents import About

        stated = {
            field.name: options.pop(field.name) for field in fields(About) if field.name in options
        }
        command(*arguments, about=About(**stated), **options)

    for option in reversed(_ABOUT):
        option(with_about)
    return with_about


@click.group(short_help="Publish versions of a dataset, check them.")
def release() -> None:
    """Publish versions of a dataset, and check them."""


@release.command(short_help="Publish a version of the dataset.")
@click.argument("version")
@click.option("--gold", type=EXISTING, help="Adjudicated documents; gold.jsonl beside the others.")
@click.option("--documents", type=EXISTING, help="Everyone's documents; those of the last pull.")
@click.option("--name", help="Name of the dataset; the scheme's name.")
@click.option("--output", "-o", type=PATH, help="Folder of the datasets.")
@SCHEME
@_about_options
@JSON
@pass_settings
def build(
    settings: "Settings",
    version: str,
    gold: Path | None,
    documents: Path | None,
    name: str | None,
    output: Path | None,
    source: str | None,
    about: "About",
    as_json: bool,
) -> None:
    """Publish VERSION (as in 1.2.0) of the dataset: checked, immutable, the same bytes each time.

    \b
    Examples:
      signalbook release build 1.0.0
      signalbook release build 1.1.0 --documents all.jsonl --gold gold.jsonl --name news
    """
    from signalbook.export.release.build import build_release
    from signalbook.export.release.contents import ReleasePlan
    from signalbook.schema.documents.jsonl import read_documents

    sources = _sources(settings, documents, gold)
    gold = gold or _beside(sources)
    scheme = settings.load_scheme(source)
    plan = ReleasePlan(
        name=name or scheme.name.replace("_", "-"),
        version=version,
        scheme=scheme,
        gold=read_documents([gold] if gold else []),
        annotators=read_documents(sources),
        about=about,
    )
    folder = build_release(plan, output or settings.datasets)
    _say_built(folder, gold, as_json=as_json)


@release.command(short_help="Check every byte and link of a release.")
@click.argument("folder", type=FOLDER)
@JSON
def verify(folder: Path, as_json: bool) -> None:
    """Check every byte of the release in FOLDER, then keys, links, offsets and copies.

    \b
    Example:
      signalbook release verify datasets/news/1.0.0
    """
    from signalbook.export.release.verify import verify_release

    findings = verify_release(folder)
    count = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}"
    print_outcome(
        "release verify",
        as_json=as_json,
        lines=[
            *map(str, findings),
            f"{folder}: {count if findings else 'fine'}",
        ],
        ok=not findings,
        counts={"findings": len(findings)},
        errors=[finding.to_dict() for finding in findings],
    )
    if findings:
        click.get_current_context().exit(FindingsError.exit_status)


def _sources(settings: "Settings", documents: Path | None, gold: Path | None) -> list[Path]:
    """Everyone's documents: none, if only gold is named and nothing was pulled."""
    if documents is None and gold is not None:
        pulled = settings.documents
        return [pulled] if pulled is not None and pulled.is_file() else []
    return settings.documents_or([documents] if documents is not None else [])


def _beside(sources: list[Path]) -> Path | None:
    found = [path.parent / "gold.jsonl" for path in sources if path.name != "gold.jsonl"]
    return found[0] if found and found[0].is_file() else None


def _say_built(folder: Path, gold: Path | None, *, as_json: bool) -> None:
    import json

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    counts = {
        name: sum(split["rows"] for split in splits.values())
        for name, splits in manifest["data"].items()
    }
    warnings = [] if gold else ["no gold documents: name them with --gold"]
    print_outcome(
        "release build",
        as_json=as_json,
        lines=[f"{folder}: published ({', '.join(f'{n} {name}' for name, n in counts.items())})"],
        remarks=[f"warning: {warning}" for warning in warnings],
        data={
            "folder": str(folder),
            "version": manifest["version"],
            "eval_fingerprint": manifest["eval_fingerprint"],
        },
        counts=counts,
        warnings=warnings,
    )
