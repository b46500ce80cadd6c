"""What the status says of a workspace without its server, also where files of it are damaged."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from signalbook.annotate.assignment import Assignment, assignment_record
from signalbook.annotate.cli.status import status_command
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.workspace import Workspace, read_workspace
from signalbook.export.adjudication.adjudicate import adjudicate
from signalbook.export.adjudication.decision_log import Adjudicated, DecisionLog
from signalbook.export.adjudication.gold_record import read_record, write_record
from signalbook.schema.documents.jsonl import read_documents, write_documents
from signalbook.schema.documents.records import Annotator
from signalbook.schema.scheme.model import Scheme

ARTICLE = "report-1"


@pytest.fixture
def workspace(second_scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """One adjudicated article of two annotators."""
    created = init_workspace(tmp_path, str(second_scheme.folder))
    [example] = read_documents([second_scheme.folder / "example.annotation.json"])
    documents = [example.with_annotator(Annotator(id=name)) for name in "xy"]
    write_documents(created.documents, documents)
    adjudicate(documents, second_scheme).write(created.gold, created.decisions)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    return created


def run() -> dict[str, Any]:
    """What the status says to programs, and in `shown` what it says to people."""
    runner = CliRunner(catch_exceptions=False)
    outcome: dict[str, Any] = json.loads(runner.invoke(status_command, ["--json"]).stdout)
    return {**outcome, "shown": runner.invoke(status_command).stdout}


def test_gold_whose_annotations_are_gone_is_not_called_annotated_anew(workspace: Workspace) -> None:
    assert run()["data"]["lone_gold"] == []
    workspace.documents.write_bytes(b"")
    seen = run()
    assert (seen["data"]["stale_gold"], seen["data"]["lone_gold"]) == ([], [ARTICLE])
    assert (
        "gold alone     1 article whose annotations are gone; bring the documents" in seen["shown"]
    )
    assert "stale gold" not in seen["shown"]


def test_documents_that_cannot_be_read_are_said_to_be_so_beside_all_else(
    workspace: Workspace,
) -> None:
    workspace.documents.write_bytes(b"{\n")
    seen = run()
    damage = f"{workspace.documents}: is damaged; make it anew with: signalbook pull"
    assert (seen["data"]["documents"], seen["data"]["stale_gold"]) == (None, [])
    assert seen["warnings"][-1] == damage
    assert damage in seen["shown"]
    workspace.documents.unlink()
    workspace.documents.mkdir()
    assert "is a folder; move it away" in run()["warnings"][-1]


@pytest.mark.parametrize("manifest", [None, "{", '{"version": "0.9.0"}', "[]"])
def test_a_last_release_without_a_manifest_of_its_own_is_said_to_be_damaged(
    manifest: str | None, workspace: Workspace
) -> None:
    folder = workspace.datasets / "news" / "1.0.0"
    folder.mkdir(parents=True)
    path = folder / "manifest.json"
    path.write_text('{"version": "1.0.0"}', encoding="utf-8")
    seen = run()
    assert seen["shown"].endswith("last release   datasets/news/1.0.0\n")
    assert not seen["data"]["last_release_is_damaged"]
    path.unlink() if manifest is None else path.write_text(manifest, encoding="utf-8")
    seen = run()
    verify = (
        "whose manifest is damaged; see how with: signalbook release verify datasets/news/1.0.0"
    )
    assert seen["shown"].endswith(f"last release   datasets/news/1.0.0, {verify}\n")
    assert seen["warnings"][-1] == f"datasets/news/1.0.0: is a release {verify}"


def test_what_people_have_to_decide_again_is_named(workspace: Workspace) -> None:
    record = read_record(workspace.gold)
    assert record is not None
    assert run()["counts"]["flagged_gold"] == 0
    changed = replace(record, flagged={ARTICLE: 2}, open={ARTICLE: 1}, of_one=[ARTICLE])
    write_record(workspace.gold, changed)
    seen = run()
    counts = seen["counts"]
    assert (counts["flagged_gold"], counts["tied_gold"], counts["gold_of_one"]) == (1, 1, 1)
    assert "open ties      report-1, where an order decided and no reason; have" in seen["shown"]
    assert "gold of one    report-1, labelled by one annotator" in seen["shown"]
    assert (
        "decide again   report-1, where annotators have other readings now; send them"
        in (seen["shown"])
    )


def test_gold_is_stale_where_people_have_decided_since(workspace: Workspace) -> None:
    document, *_ = read_documents([workspace.gold])
    line = Adjudicated(
        kind="adjudicated",
        article=ARTICLE,
        adjudicator="chair",
        at="2031-05-03T10:20:30Z",
        annotation="an-annotation",
        made_from="",
        document=document,
        decisions=(),
    )
    DecisionLog(workspace.adjudicated).append([line])
    assert run()["data"]["stale_gold"] == [ARTICLE]


def test_what_nobody_knows_before_the_first_pull_is_left_empty(workspace: Workspace) -> None:
    config = workspace.folder / "signalbook.toml"
    config.write_text(
        f'[scheme]\npath = "{workspace.scheme}"\n[assignment]\nmode = "blind"\n'
        'annotators = ["ada"]\noverlap = 1\n[annotators]\n"ada@example.org" = "ada"\n',
        encoding="utf-8",
    )
    blind = read_workspace(workspace.folder)
    assigned = [Assignment(annotator="ada", article=ARTICLE)]
    assignment_record(blind).assign(assigned, {"ada": "ada@example.org"})

    def row() -> list[str]:
        shown = str(run()["shown"])
        [line] = [line for line in shown.splitlines() if line.startswith("ada ")]
        return line.split()

    assert row() == ["ada", "0", "0", "1", "1"]  # submitted, skipped, assigned, to do
    workspace.documents.unlink()
    assert row() == ["ada", "1"]
