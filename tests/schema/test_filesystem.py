import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from signalbook.schema.filesystem import atomic_write, lock, write_private, write_text

HOLD_AND_WAIT = """
import signal, sys
from pathlib import Path
from signalbook.schema.filesystem import lock
with lock(Path(sys.argv[1]), lambda: None):
    print("held", flush=True)
    signal.pause()
"""


class Refused(Exception):
    pass


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write_and_fail(path: Path) -> None:
    with atomic_write(path) as file:
        file.write(b"half")
        raise Refused


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(Refused):
        write_and_fail(path)
    assert path.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["a.txt"]


def test_line_ends_stay_and_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.txt"
    write_text(path, "ä\r\nb\n")
    assert path.read_bytes() == "ä\r\nb\n".encode()


def test_a_file_that_must_not_be_replaced_is_not(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_private(path, "first", replace=False)
    with pytest.raises(FileExistsError) as refusal:
        write_private(path, "second", replace=False)
    assert refusal.value.filename == str(path)
    assert path.read_text(encoding="utf-8") == "first"
    assert names(tmp_path) == ["key"]


def test_a_secret_is_for_its_owner_alone_while_it_is_written(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with atomic_write(tmp_path / "secret", private=True):
            [part] = tmp_path.iterdir()
            assert stat.S_IMODE(part.stat().st_mode) == 0o600
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_what_a_killed_process_left_is_written_over(tmp_path: Path) -> None:
    (tmp_path / f".a.txt.{os.getpid()}.part").write_text("left", encoding="utf-8")
    write_text(tmp_path / "a.txt", "new")
    assert names(tmp_path) == ["a.txt"]


def take(path: Path, when_held: Callable[[], None]) -> None:
    with lock(path, when_held):
        pass


def refuse() -> None:
    raise Refused


def test_a_lock_is_refused_or_waited_for_and_a_killed_holder_frees_it(tmp_path: Path) -> None:
    path, waits = tmp_path / "new" / "lock", list[str]()
    command = [sys.executable, "-c", HOLD_AND_WAIT, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Refused):
            take(path, refuse)

        def wait() -> None:
            waits.append("for the holder")
            holder.kill()

        take(path, wait)
    take(path, refuse)
    assert waits == ["for the holder"]
