"""The command line as a whole: help, exit statuses, messages."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest
from places import ROOT

from signalbook.annotate.cli.commands import cli
from signalbook.annotate.workspace.new_workspace import init_workspace


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "signalbook.annotate.cli.main", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


ALL = dict(commands(cli))


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_help_with_an_example(name: str) -> None:
    text = ALL[name].help or ""
    assert text.strip()
    assert "Example" in text
    for option in ALL[name].params:
        assert not isinstance(option, click.Option) or option.help, f"{name} {option.name}"


def test_every_number_has_a_range_or_is_only_counted_with() -> None:
    numbers = {
        option.name: option.type
        for command in ALL.values()
        for option in command.params
        if isinstance(option.type, click.IntRange | click.types.IntParamType)
    }
    assert {"port", "watch", "max_chars"} <= numbers.keys()
    boundless = [name for name, kind in numbers.items() if getattr(kind, "max", None) is None]
    assert boundless == ["limit"]


def test_what_many_commands_take_is_one_option_everywhere() -> None:
    shared = ("--json", "--scheme")
    helps: dict[str, set[str | None]] = {name: set() for name in shared}
    for command in ALL.values():
        for option in command.params:
            if isinstance(option, click.Option) and option.opts[0] in shared:
                helps[option.opts[0]].add(option.help)
    assert helps["--json"] == {"Print the outcome as one JSON object, for programs."}
    assert len(helps["--scheme"]) == 1


def test_every_list_of_commands_shows_whole_summaries() -> None:
    groups = {command for command in cli.commands.values() if isinstance(command, click.Group)}
    listed = [*cli.commands.values(), *(c for group in groups for c in group.commands.values())]
    summaries = [command.get_short_help_str(45) for command in listed]
    cut = [text for text in summaries if not text or "..." in text or len(text) > 45]
    assert cut == []


@pytest.mark.parametrize("name", ALL)
def test_every_command_is_in_the_readme(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"signalbook {name}" in readme


@pytest.mark.parametrize(
    "heavy", ["pyarrow", "numpy", "label_studio_sdk", "pydantic", "matplotlib"]
)
def test_help_imports_nothing_heavy(heavy: str) -> None:
    code = f"import sys, signalbook.annotate.cli.commands; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_help_lists_commands_in_the_order_of_the_path() -> None:
    listed = run("--help").stdout.split("Commands:")[1].split()
    assert [word for word in listed if word in cli.commands][:2] == ["demo", "init"]


def test_a_wrong_option_is_wrong_usage_without_a_traceback() -> None:
    done = run("validate", "--nonsense")
    assert done.returncode == 2
    assert "No such option" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_to_check_names_the_next_command(tmp_path: Path) -> None:
    done = run("validate", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: no documents: ")
    assert "signalbook pull" in done.stderr


def test_a_broken_scheme_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "mine.schema.json").write_text('{"type": "objekt"}', encoding="utf-8")
    done = run("scheme", "check", "mine.schema.json", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: mine.schema.json#/type: ")
    assert done.stdout == ""


def test_a_refusal_is_json_where_json_was_asked_for(tmp_path: Path) -> None:
    done = run("validate", "none.jsonl", "--json", cwd=tmp_path)
    outcome = json.loads(done.stdout)
    assert done.returncode == 2
    assert outcome["ok"] is False
    assert outcome["command"] == "validate"
    assert outcome["errors"] == ["none.jsonl: no such file or folder; check the path"]
    assert set(outcome) == {"command", "ok", "data", "warnings", "errors", "counts"}


@pytest.mark.parametrize(
    ("typed", "named"),
    [("release build x --json", "release build"), ("bogus --json", ""), ("pull --json", "pull")],
)
def test_a_refusal_as_json_names_the_command_and_not_what_was_given_to_it(
    typed: str, named: str, tmp_path: Path
) -> None:
    done = run(*typed.split(), cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["command"]) == (2, named)


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_an_interruption_is_reported_with_its_status(flags: list[str], tmp_path: Path) -> None:
    init_workspace(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [
            sys.executable,
            "-m",
            "signalbook.annotate.cli.main",
            "pull",
            "--url",
            url,
            *flags,
        ]
        environment = {**os.environ, "LABEL_STUDIO_API_KEY": "f" * 40}
        with subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as pull:
            asked, _ = silent.accept()
            pull.send_signal(signal.SIGINT)
            out, stderr = pull.communicate()
            asked.close()
    assert pull.returncode == 130
    errors = json.loads(out)["errors"] if flags else [stderr.strip()]
    assert errors[0].endswith("what was done is kept; run the same command again")


@pytest.mark.parametrize(
    "typed",
    [
        ("validate", "a\nerror: forged"),
        ("release", "verify", "a\nerror: forged"),
        ("pull", "a\nerror: forged"),
    ],
)
def test_no_name_forges_a_line_of_a_message(typed: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*typed, cwd=tmp_path)
    assert done.returncode == 2
    assert r"a\nerror: forged" in done.stderr
    assert not [line for line in done.stderr.splitlines() if line.startswith("error: forged")]


def test_no_name_in_the_settings_forges_a_line_of_a_message(tmp_path: Path) -> None:
    (tmp_path / "signalbook.toml").write_text('["a\\nerror: forged"]\n', encoding="utf-8")
    done = run("status", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_an_interruption_while_the_program_is_read_is_no_traceback() -> None:
    code = """
import signal, sys

class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Impatient())
from signalbook.annotate.cli.main import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "interrupted: run the same command again\n")


def test_the_installed_program_starts_where_it_can_be_interrupted() -> None:
    [script] = entry_points(group="console_scripts", name="signalbook")
    assert script.value == "signalbook.annotate.cli.main:main"


@pytest.mark.parametrize("typed", ["scheme show", "scheme check diplomatic_signal --json"])
def test_a_full_disk_is_reported_and_leaves_nothing(typed: str) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    command = [sys.executable, "-m", "signalbook.annotate.cli.main", *typed.split()]
    with full.open("wb", buffering=0) as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m signalbook.annotate.cli.main scheme codebook | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("# Codebook")
    assert "Traceback" not in done.stderr
    assert "Broken pipe" not in done.stderr
