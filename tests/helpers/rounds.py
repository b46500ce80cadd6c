"""What tests of whole rounds on a server share: the commands, and the article of a scheme's example."""

import json
from collections.abc import Callable
from typing import Any

import httpx
from click.testing import CliRunner

from signalbook.annotate.cli.commands import cli
from signalbook.annotate.conversion.to_results import to_label_studio
from signalbook.annotate.label_studio.payloads import Result
from signalbook.annotate.studio.accounts import User
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.documents.example import read_example
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme


def run(*arguments: str) -> Any:
    """The printed object of a command, with the exit status."""
    result = CliRunner(catch_exceptions=False).invoke(cli, [*arguments, "--json"])
    return {**json.loads(result.stdout), "status": result.exit_code}


def press_update(url: str, user: User, annotation: int, results: list[Result]) -> None:
    """Do what the button Update does."""
    httpx.patch(
        f"{url}/api/annotations/{annotation}/",
        headers={"Authorization": f"Token {user.token}"},
        json={"result": results},
    ).raise_for_status()


def write_article_of_example(workspace: Workspace, scheme: Scheme, *ids: str) -> None:
    """Put the article of the scheme's example into the workspace, once or under each of these ids."""
    example = read_example(scheme)
    assert example is not None
    row = {k: v for k, v in example.article.to_dict().items() if not k.startswith("text_")}
    rows = [{**row, "id": id} for id in ids or (example.article.id,)]
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    (workspace.articles / "a.jsonl").write_text(lines, encoding="utf-8")


def edited_example(scheme: Scheme, edit: Callable[[dict[str, Any]], None]) -> list[Result]:
    """What the page stores for the scheme's example, after a change."""
    data = json.loads(scheme.example_file.read_text(encoding="utf-8"))
    edit(data)
    return to_label_studio(AnnotationDocument.model_validate(data), scheme)
