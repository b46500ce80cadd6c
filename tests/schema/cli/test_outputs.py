"""An output never takes the place of an input, of another output, or of a workspace's own files."""

from pathlib import Path

import pytest

from signalbook.schema.cli.outputs import refuse_overwriting
from signalbook.schema.errors import UsageError


def test_an_output_that_is_read_is_refused_whatever_its_name(tmp_path: Path) -> None:
    read = tmp_path / "read.jsonl"
    read.touch()
    link = tmp_path / "link.jsonl"
    link.symlink_to(read)
    for output in (read, link, tmp_path / "no" / ".." / "read.jsonl"):
        with pytest.raises(UsageError, match="--html would overwrite what is read; name another"):
            refuse_overwriting({"--html": output}, [read])


def test_nothing_is_written_into_a_folder_that_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="would overwrite what is read"):
        refuse_overwriting({"--html": tmp_path / "new.html"}, [tmp_path])


def test_two_outputs_are_two_files(tmp_path: Path) -> None:
    both = {"--html": tmp_path / "r", "--markdown": tmp_path / "." / "r"}
    with pytest.raises(UsageError, match="--html and --markdown would be one file"):
        refuse_overwriting(both)


@pytest.mark.parametrize("name", ["signalbook.toml", ".signalbook/new.jsonl", ".signalbook"])
def test_a_workspace_keeps_its_own_files(name: str, tmp_path: Path) -> None:
    (tmp_path / "signalbook.toml").touch()
    with pytest.raises(UsageError, match="would be written among the workspace's own files"):
        refuse_overwriting({"--log": tmp_path / name})


def test_a_command_may_name_the_file_that_it_keeps_in_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "signalbook.toml").touch()
    gold = tmp_path / ".signalbook" / "gold.jsonl"
    refuse_overwriting({"--output": gold, "--html": None}, kept={"--output": "gold.jsonl"})
    with pytest.raises(UsageError, match="own files"):
        refuse_overwriting({"--log": gold}, kept={"--output": "gold.jsonl"})
