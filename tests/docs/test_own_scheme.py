"""The guide to a scheme of one's own: every command in it runs, and makes what the guide says."""

import json
import re
import shlex
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from places import EXAMPLES, ROOT

from signalbook.annotate.cli.commands import cli
from signalbook.schema.errors import DocumentError
from signalbook.schema.scheme.loader import load_scheme
from signalbook.schema.scheme.model import Scheme

GUIDE = (ROOT / "docs" / "own-scheme.md").read_text(encoding="utf-8")
FILES = re.findall(r"Save\s+this\s+as `(.+?)`:\n\n```\w+\n(.*?)```", GUIDE, re.DOTALL)
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    for line in block.replace("\\\n", " ").splitlines()
]
WITH_A_SERVER = "signalbook demo "
CLAIMS = str(EXAMPLES / "claims" / "1.0")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with the files that the guide has people save."""
    monkeypatch.chdir(tmp_path)
    for name, content in FILES:
        Path(name).write_text(content, encoding="utf-8")
    return tmp_path


def run(command: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == "signalbook"
    done = CliRunner().invoke(cli, arguments)
    assert (command, done.exit_code, done.exception) == (command, 0, None)


def asked(scheme: Scheme) -> list[tuple[str, str, str, tuple[str, ...], bool]]:
    return [(u, f.name, f.level, f.value_ids, f.required) for u, f in scheme.fields()]


def linked(scheme: Scheme) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(r.name, r.from_, r.to) for r in scheme.relation_types]


def test_every_command_of_the_guide_runs(folder: Path) -> None:
    offline = [command for command in COMMANDS if not command.startswith(WITH_A_SERVER)]
    assert len(offline) == len(COMMANDS) - 1 > 8
    for command in offline:
        run(command)
    named = re.findall(r"--output (\S+)", " ".join(offline))
    assert [name for name in named if not (folder / name).exists()] == []


@pytest.mark.server
def test_the_whole_path_of_the_guide_runs(
    folder: Path, studio_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = folder / "cache" / "signalbook" / f"label-studio-{version('label-studio')}"
    cached.parent.mkdir(parents=True)
    cached.symlink_to(studio_template)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    run(next(command for command in COMMANDS if command.startswith("signalbook scheme examples")))
    run(next(command for command in COMMANDS if command.startswith(WITH_A_SERVER)))
    assert [*(folder / "try").glob("datasets/claims_demo/*/README.md")]


def test_the_finished_scheme_is_the_one_that_is_begun_with_and_says_what_it_means(
    folder: Path,
) -> None:
    run(COMMANDS[0])
    begun, finished = load_scheme("claims.schema.json"), load_scheme(EXAMPLES / "claims" / "1.0")
    assert asked(begun) == asked(finished)
    assert linked(begun) == linked(finished)
    assert begun.title == finished.title


def test_the_readme_and_the_overview_lead_to_the_guide() -> None:
    assert "(docs/own-scheme.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(own-scheme.md)" in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")


def written(folder: Path) -> dict[str, Any]:
    """The first document that the guide has people write."""
    first, _ = (folder / "written.jsonl").read_text(encoding="utf-8").splitlines()
    return dict(json.loads(first))


#: Where it is -> what the guide says is needed there.
NEEDED = {
    (): ("schema_version", "article", "annotator"),
    ("article",): ("id", "text_sha256", "text_length"),
    ("annotator",): ("id",),
    ("spans", 0): ("id", "type", "start", "end"),
}


@pytest.mark.parametrize(
    ("place", "name"), [(place, name) for place, names in NEEDED.items() for name in names]
)
def test_a_document_cannot_be_without_what_the_guide_says_it_needs(
    folder: Path, place: tuple[str | int, ...], name: str
) -> None:
    document: Any = written(folder)
    holder = document
    for part in place:
        holder = holder[part]
    del holder[name]
    (folder / "less.jsonl").write_text(json.dumps(document), encoding="utf-8")
    done = CliRunner().invoke(cli, ["validate", "less.jsonl", "--scheme", CLAIMS])
    assert isinstance(done.exception, DocumentError)
    assert f"{name}: Field required" in str(done.exception)


def test_a_document_can_be_without_the_rest(folder: Path) -> None:
    """The text and what is told of it, and whatever is marked."""
    document = written(folder)
    kept = {name: document["article"][name] for name in NEEDED["article",]}
    document |= {"article": kept, "spans": []}
    (folder / "less.jsonl").write_text(json.dumps(document), encoding="utf-8")
    run(f"signalbook validate less.jsonl --scheme {CLAIMS}")
