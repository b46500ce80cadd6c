"""The command that lists the example schemes, and copies one."""

from pathlib import Path

import click

from .options import JSON, PATH
from .output import print_outcome
from .tables import table_lines


@click.command(short_help="List the example schemes, or copy one.")
@click.argument("name", required=False, metavar="[NAME]")
@click.option(
    "--output", "-o", "folder", type=PATH, metavar="DIR", help="Folder to copy the example into."
)
@JSON
def examples(name: str | None, folder: Path | None, as_json: bool) -> None:
    """List the schemes that come with Signalbook as examples, or copy one to go on from.

    With NAME and a folder, the scheme of that name and what lies beside it are copied there: an
    annotated article, and the rules that no schema states, if it has any. Nothing is overwritten.

    \b
    Examples:
      signalbook scheme examples
      signalbook scheme examples claims --output schemes/claims
    """
    from signalbook.schema.authoring.examples import copy_example, example_schemes
    from signalbook.schema.errors import UsageError

    if (name is None) != (folder is None):
        fact = "--output has nothing to copy" if name is None else f"{name} is not copied anywhere"
        raise UsageError(f"{fact}; name both, as in: signalbook scheme examples claims -o claims")
    if name is None or folder is None:
        found = example_schemes().values()
        rows = [(example.name, example.sentence) for example in found]
        data = {example.name: str(example.path) for example in found}
        lines = table_lines(("example", "what it is about"), rows)
        print_outcome("scheme examples", as_json=as_json, lines=lines, data=data)
        return
    files = [str(file) for file in copy_example(name, folder)]
    next_step = f"Look at what it has with: signalbook scheme check {files[0]}"
    print_outcome(
        "scheme examples", as_json=as_json, lines=files, remarks=[next_step], data={"files": files}
    )
