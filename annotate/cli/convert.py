"""The command that converts annotations that were made without Signalbook."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signalbook.schema.cli.options import FILE, JSON, NEW_FILE, SCHEME, pass_settings
from signalbook.schema.cli.output import print_outcome
from signalbook.schema.text import counted, first_of

if TYPE_CHECKING:
    from signalbook.annotate.conversion.convert_export import ExportDocuments
    from signalbook.schema.settings import Settings

_MAX_SHOWN = 3


@click.command("convert", short_help="Convert annotations made elsewhere.")
@click.argument("export", type=FILE, metavar="FILE")
@SCHEME
@click.option(
    "--output", "-o", type=NEW_FILE, required=True, metavar="DOCS", help="JSON Lines file to write."
)
@click.option(
    "--text",
    "text_key",
    metavar="KEY",
    default="text",
    show_default=True,
    help="Key of a task's data under which its text stands.",
)
@click.option(
    "--id",
    "id_key",
    metavar="KEY",
    show_default="article_id or id, else ids are made of the texts",
    help="Key of a task's data under which the id of its article stands.",
)
@click.option(
    "--annotators",
    type=FILE,
    metavar="NAMES",
    help="TOML file with the name of each annotator in the data, by e-mail address or number.",
)
@JSON
@pass_settings
def convert_command(
    settings: "Settings",
    export: Path,
    source: str | None,
    output: Path,
    text_key: str,
    id_key: str | None,
    annotators: Path | None,
    as_json: bool,
) -> None:
    """Convert FILE, a project of Label Studio that was exported as JSON, into annotation documents.

    The scheme is one that was made of the project's labelling configuration, by signalbook scheme
    import. What was labelled is matched to it by names and titles; what has no place in it is
    listed. Cancelled annotations are left out. An e-mail address never gets into the data: it is
    replaced by a name from NAMES, which has lines like "ada@example.org" = "ada", or else by the
    pseudonym that the workspace gives it.

    \b
    Examples:
      signalbook convert export.json --scheme claims.schema.json -o documents.jsonl
      signalbook convert export.json --scheme claims.schema.json -o documents.jsonl --id url
    """
    from signalbook.annotate.conversion.convert_export import convert_export
    from signalbook.annotate.conversion.export_file import articles_of, read_tasks, task_texts
    from signalbook.annotate.workspace.exported_names import exported_names
    from signalbook.schema.cli.outputs import refuse_overwriting
    from signalbook.schema.documents.jsonl import write_documents
    from signalbook.schema.errors import FindingsError

    scheme = settings.load_scheme(source)
    inputs = [export, *scheme.files, *([annotators] if annotators else [])]
    refuse_overwriting({"--output": output}, inputs)
    texts = task_texts(read_tasks(export), export, text_key=text_key, id_key=id_key)
    articles, wrong = articles_of(texts, scheme.article_schema, text_key=text_key, id_key=id_key)
    converted = convert_export(texts, articles, scheme, exported_names(annotators))
    write_documents(output, converted.documents)
    problems = [*map(str, wrong), *converted.problems]
    _show(converted, problems, output, scheme.path, as_json=as_json)
    if problems:
        click.get_current_context().exit(FindingsError.exit_status)


def _show(
    converted: "ExportDocuments", problems: list[str], output: Path, scheme: Path, *, as_json: bool
) -> None:
    from dataclasses import asdict

    counts = {
        "documents": len(converted.documents),
        "annotators": len({d.annotator.id for d in converted.documents}),
        "articles": len({d.article.id for d in converted.documents}),
        "cancelled": converted.cancelled,
        "superseded": converted.superseded,
        "unmapped": len(converted.unmapped),
    }
    check = f"signalbook validate {output} --scheme {scheme}"
    next_step = [f"Check the documents with: {check}"] if converted.documents else []
    print_outcome(
        "convert",
        as_json=as_json,
        lines=[_sentence(converted, output)],
        remarks=[*problems, *_unmapped_lines(converted), *next_step],
        ok=not problems,
        data={"documents": str(output)},
        counts=counts,
        warnings=map(asdict, converted.unmapped),
        errors=problems,
    )


def _sentence(converted: "ExportDocuments", output: Path) -> str:
    superseded = counted(converted.superseded, "annotation")
    parts = [
        f"Wrote {counted(len(converted.documents), 'document')} to {output}",
        *([f"{superseded} set aside for a newer one"] if converted.superseded else []),
        *([f"{converted.cancelled} cancelled"] if converted.cancelled else []),
    ]
    return f"{'; '.join(parts)}."


def _unmapped_lines(converted: "ExportDocuments") -> Iterator[str]:
    """What has no place, by kind, and the first ones of each kind."""
    kinds: dict[str, list[str]] = {}
    for unmapped in converted.unmapped:
        kinds.setdefault(unmapped.kind, []).append(f"    {unmapped.example}")
    if kinds:
        things = counted(len(converted.unmapped), "thing has", "things have")
        yield f"{things} no place in a document; add it to the scheme, or correct its titles:"
    for kind, examples in sorted(kinds.items()):
        yield f"  {kind} ({counted(len(examples), 'time')})"
        yield from first_of(examples, _MAX_SHOWN, way_out="; list them with --json")
