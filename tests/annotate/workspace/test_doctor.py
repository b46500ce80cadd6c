import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from signalbook.annotate.cli.project import plan_command
from signalbook.annotate.cli.studio import studio as studio_commands
from signalbook.annotate.cli.workspace import doctor, init
from signalbook.annotate.label_studio.client import LabelStudioClient
from signalbook.annotate.studio.start_stop import Studio
from signalbook.annotate.workspace.doctor import HealthCheck, examine, expiry_of
from signalbook.annotate.workspace.new_workspace import init_workspace
from signalbook.annotate.workspace.pseudonyms import pseudonym
from signalbook.annotate.workspace.workspace import Workspace
from signalbook.schema.errors import ConflictError
from signalbook.schema.filesystem import write_private
from signalbook.schema.page.config import labeling_config
from signalbook.schema.scheme.model import Scheme


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY", "LABEL_STUDIO_API_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    created = init_workspace(tmp_path / "reports")
    monkeypatch.chdir(created.folder)
    return created


def results(checks: list[HealthCheck]) -> dict[str, bool]:
    return {check.name: check.ok for check in checks}


@pytest.mark.server
def test_with_a_server_everything_is_fine(workspace: Workspace, studio: Studio) -> None:
    workspace.studio.symlink_to(studio.folder)
    checks = examine()
    assert [check.name for check in checks if check.ok] == [
        "python",
        "embedded studio",
        "workspace",
        "scheme",
        "server",
        "server version",
        "clock",
        "token",
        "access",
    ]
    assert studio.token not in repr(checks)


@pytest.mark.server
def test_a_token_that_is_not_used_is_reported(
    workspace: Workspace, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.studio.symlink_to(studio.folder)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "f" * 40)
    ignored = [check for check in examine() if check.name == "token ignored"]
    assert [(check.ok, check.fact) for check in ignored] == [
        (True, "LABEL_STUDIO_API_KEY is ignored: the embedded server has a token of its own")
    ]


@pytest.mark.server
def test_a_wrong_token_is_reported_with_its_remedy(
    workspace: Workspace, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "f" * 40)
    last = examine(url=studio.url)[-1]
    assert (last.name, last.ok) == ("access", False)
    assert last.remedy == "set LABEL_STUDIO_API_KEY to a fresh token"


@pytest.mark.server
def test_a_secret_that_others_can_read_is_reported_with_what_closes_it(
    workspace: Workspace, studio: Studio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pseudonym(workspace, "ada@example.org")
    file = tmp_path / "the key"
    write_private(file, studio.token)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY_FILE", str(file))
    monkeypatch.setenv("LABEL_STUDIO_URL", studio.url)
    secrets = ("key of names", "token file")
    assert [check.ok for check in examine() if check.name in secrets] == [True, True]
    assert "chmod" not in CliRunner().invoke(plan_command, ["--url", studio.url]).stderr
    file.chmod(0o640)
    workspace.pseudonym_key.chmod(0o604)
    assert [(c.ok, c.remedy) for c in examine() if c.name in secrets] == [
        (False, f"chmod 600 {workspace.pseudonym_key}"),
        (False, f"chmod 600 '{file}'"),
    ]
    warned = CliRunner().invoke(plan_command, ["--url", studio.url]).stderr
    assert (
        f"others on this machine can read the token; close the file with: chmod 600 '{file}'"
        in (warned)
    )
    assert studio.token not in warned


def test_without_a_server_the_checks_end_there(workspace: Workspace) -> None:
    checks = examine()
    assert list(results(checks).items())[-3:] == [
        ("workspace", True),
        ("scheme", True),
        ("server", False),
    ]
    assert "start the embedded one with: signalbook studio start" in checks[-1].fact


def test_a_server_elsewhere_is_not_mended_by_starting_the_embedded_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    last = examine(url="https://labels.invalid")[-1]
    assert (last.name, last.ok, last.remedy) == ("access", False, None)
    assert "set LABEL_STUDIO_API_KEY" in last.fact
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "f" * 40)
    last = examine(url="https://labels.invalid")[-1]
    assert (last.name, last.ok) == ("server", False)
    assert "check the URL" in last.fact
    assert "studio start" not in f"{last.fact} {last.remedy}"


def test_a_scheme_that_is_none_is_reported(workspace: Workspace) -> None:
    config = workspace.folder / "signalbook.toml"
    config.write_text('[scheme]\npath = "nowhere.schema.json"\n', encoding="utf-8")
    assert not results(examine())["scheme"]


def test_outside_a_workspace_it_says_how_to_make_one(tmp_path: Path) -> None:
    last = examine(tmp_path)[-1]
    assert (last.name, last.ok, last.remedy) == ("workspace", False, "signalbook init")


def test_the_end_of_a_personal_token_is_read() -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": 1800000000}).encode()).decode()
    assert expiry_of(f"x.{claims.rstrip('=')}.y") == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert expiry_of("f" * 40) is None
    assert expiry_of("a.b.c") is None


def test_the_command_names_what_mends_a_fault_once_and_fails(workspace: Workspace) -> None:
    (workspace.folder / "signalbook.toml").write_text('[scheme]\npath = "none"\n')
    result = CliRunner().invoke(doctor)
    lines = result.stdout.splitlines()
    assert lines[2].split() == ["ok", "workspace", str(workspace.folder)]
    assert lines[-2].split() == ["->", "signalbook", "scheme", "check"]
    assert result.stdout.count("signalbook studio start") == 1
    assert str(result.exception).startswith("2 of 5 checks failed")


def test_the_command_prints_one_object_as_json() -> None:
    result = CliRunner().invoke(doctor, ["--json"])
    outcome = json.loads(result.stdout)
    assert (outcome["ok"], outcome["counts"]) == (False, {"checks": 5, "failed": 1})
    assert [error.split(":")[0] for error in outcome["errors"]] == ["server"]
    assert result.exit_code == 3


def test_init_makes_a_workspace_and_refuses_to_do_it_twice(tmp_path: Path) -> None:
    folder = tmp_path / "more"
    made = CliRunner().invoke(init, [str(folder)])
    assert made.stdout == f"{folder}\n"
    assert made.stderr.endswith(f"then run: cd {folder} && signalbook studio start\n")
    assert isinstance(CliRunner().invoke(init, [str(folder)]).exception, ConflictError)


@pytest.mark.server
def test_the_commands_show_a_running_server_and_passwords_only_when_asked(
    workspace: Workspace, studio: Studio
) -> None:
    workspace.studio.symlink_to(studio.folder)
    assert CliRunner().invoke(studio_commands, ["start"]).stdout == f"{studio.url}\n"
    shown = CliRunner().invoke(studio_commands, ["status"]).stdout
    assert shown.startswith(f"{studio.url}\n  {studio.email}\n")
    assert studio.password not in shown
    shown = CliRunner().invoke(studio_commands, ["status", "--show-password"]).stdout
    assert f"{studio.email}  {studio.password}" in shown
    for option, expected in (([], None), (["--show-password"], studio.password)):
        printed = CliRunner().invoke(studio_commands, ["status", "--json", *option]).stdout
        passwords = json.loads(printed)["data"].get("passwords", {})
        assert passwords.get(studio.email) == expected
    created = CliRunner().invoke(studio_commands, ["user", "add", "cy@example.org"])
    assert created.stdout == "cy@example.org\n"


@pytest.mark.server
def test_start_says_what_to_do_next_whether_or_not_there_is_a_project(
    workspace: Workspace, studio: Studio, client: LabelStudioClient, second_scheme: Scheme
) -> None:
    workspace.studio.symlink_to(studio.folder)
    first = CliRunner().invoke(studio_commands, ["start"]).stderr
    assert "Create the project with: signalbook project apply\n" in first
    project = client.create_project(workspace.title, labeling_config(second_scheme))["id"]
    try:
        again = CliRunner().invoke(studio_commands, ["start"]).stderr
    finally:
        client.delete_project(project)
    assert "Create the project" not in again
    assert f"The project is at {studio.url}/projects/{project}; " in again


def test_the_commands_say_when_nothing_runs() -> None:
    assert "signalbook studio start" in CliRunner().invoke(studio_commands, ["status"]).stdout
    assert "not running" in CliRunner().invoke(studio_commands, ["stop"]).stderr
    refusal = CliRunner().invoke(studio_commands, ["user", "add", "ada@example.org"]).exception
    assert "signalbook studio start" in str(refusal)


def test_whether_parties_can_be_proposed_is_checked_where_they_are_asked_for(
    workspace: Workspace, second_scheme: Scheme
) -> None:
    config = workspace.folder / "signalbook.toml"
    written = config.read_text("utf-8")
    assert "proposals" not in results(examine())
    config.write_text(written.replace("# propose = false", "propose = true"), "utf-8")
    assert results(examine())["proposals"]
    other = f'path = "{second_scheme.folder}"'
    lines = config.read_text("utf-8").splitlines()
    changed = [other if line.startswith("path =") else line for line in lines]
    config.write_text("\n".join(changed), "utf-8")
    [check] = [check for check in examine() if check.name == "proposals"]
    assert not check.ok
    assert check.fact.endswith(f"{second_scheme.name} has no x-proposed-parties")
