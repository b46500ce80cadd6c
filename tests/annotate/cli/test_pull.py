"""What a pull reports: each number with what it counts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from signalbook.annotate.cli.pull import show_pulled
from signalbook.annotate.sync.pull import Pulled
from signalbook.annotate.sync.pulled_documents import PulledDocuments
from signalbook.annotate.sync.raw_store import RawStore
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init_workspace(tmp_path)


@pytest.fixture
def pulled(tmp_path: Path) -> Pulled:
    return Pulled(RawStore(tmp_path), tasks=9, brought={})


NONE = PulledDocuments((), repeats=(), skipped=0, superseded=0, problems=(), remarks=())


def test_what_a_pull_brings_is_counted_by_what_it_is(
    pulled: Pulled, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    brought = replace(pulled, brought={"task": 1, "annotation": 2, "draft": 1}, gone=1)
    show_pulled(brought, replace(NONE, skipped=1), workspace, as_json=False)
    printed = capsys.readouterr()
    assert printed.out == (
        "Pulled what is new or has changed (2 annotations, 1 task, 1 draft); 1 annotation has gone "
        "from the server; the workspace has 0 documents; annotators skipped "
        "articles 1 time.\n"
    )
    assert printed.err == ""  # there is no document to check
    show_pulled(brought, NONE, workspace, as_json=True)
    counts = json.loads(capsys.readouterr().out)["counts"]
    assert {name: n for name, n in counts.items() if name.startswith("new_")} == {
        "new_annotations": 2,
        "new_tasks": 1,
        "new_predictions": 0,
        "new_drafts": 1,
    }


def test_a_pull_that_brings_nothing_says_so(
    pulled: Pulled, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    show_pulled(pulled, NONE, workspace, as_json=False)
    assert capsys.readouterr().out == "Pulled nothing new; the workspace has 0 documents.\n"
