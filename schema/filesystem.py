"""Write files whole or not at all, keep secrets to their owner, let one process work at a time.

What this program wrote is read back with a check of its shape, for people edit and damage files.
"""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from .errors import DocumentError

#: Folder of a workspace, in which the program keeps what it knows.
STATE_FOLDER = ".signalbook"
#: Folder of what people decided where annotators differ, beside the documents.
DECISIONS_FOLDER = "adjudicated"
#: File in it with the documents of the last pull.
PULLED_DOCUMENTS = "documents.jsonl"
#: File of the gold annotations, beside the documents.
GOLD_FILE = "gold.jsonl"
_Shape = TypeVar("_Shape")
_OWNER_ONLY_FILE = 0o600
_OWNER_ONLY_FOLDER = 0o700
_OF_OTHERS = 0o077
_AS_THE_UMASK_SAYS = 0o666
#: Windows would otherwise translate line ends.
_BINARY: int = getattr(os, "O_BINARY", 0)


@contextmanager
def atomic_write(path: Path, *, private: bool = False, replace: bool = True) -> Generator[BinaryIO]:
    """Open a file beside `path` that takes its name when the block ends well; else nothing is left.

    Args:
        path: File to write; missing folders above it are made.
        private: Nobody but the owner can read the file, at no moment.
        replace: Whether the file may take the place of an older one.

    Raises:
        FileExistsError: The file exists and must not be replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    mode = _OWNER_ONLY_FILE if private else _AS_THE_UMASK_SAYS
    try:
        temporary.unlink(missing_ok=True)  # of a process that was killed and had our number
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(temporary, path)
        else:
            os.link(temporary, path)  # unlike a rename this never takes the place of another file
        sync_to_disk(path.parent)
    except OSError as error:
        if error.filename in (None, str(temporary)):  # who reads it knows the file, not its shadow
            error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with atomic_write(path) as file:
        file.write(content)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with its line ends as they are, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_next(folder: Path, text: str) -> None:
    """Write JSON Lines into a new file under the next number; never over another, nor a part of one."""
    while True:
        numbers = [int(path.stem) for path in folder.glob("*.jsonl") if path.stem.isdigit()]
        path = folder / f"{max(numbers, default=0) + 1:06}.jsonl"
        try:
            with atomic_write(path, replace=False) as file:
                file.write(text.encode("utf-8"))
        except FileExistsError:  # another process took the number meanwhile
            continue
        return


def write_private(path: Path, text: str, *, replace: bool = True) -> None:
    """Write a secret whole or not at all; at no moment can anybody else read it.

    Raises:
        FileExistsError: The file exists and must not be replaced.
    """
    with atomic_write(path, private=True, replace=replace) as file:
        file.write(text.encode("utf-8"))


def is_open_to_others(path: Path) -> bool:
    """Whether others on this machine can read a secret; False where a mode says nothing of that."""
    return os.name == "posix" and bool(path.stat().st_mode & _OF_OTHERS)


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter; an existing one is closed to others."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(_OWNER_ONLY_FOLDER)


def sync_to_disk(path: Path) -> None:
    """Make a file, or the names in a folder, survive a power failure."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        if path.is_dir():  # not every system opens folders
            return
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def lock(path: Path, when_held: Callable[[], None]) -> Generator[None]:
    """Hold a lock file alone among all processes; one that was killed keeps nobody waiting.

    Args:
        path: Lock file. It is made if missing, and stays: who deletes it splits those who wait.
        when_held: Called once if another process holds the lock, before waiting for it. It may
            raise instead.
    """
    from filelock import FileLock, Timeout

    path.parent.mkdir(parents=True, exist_ok=True)
    file_lock = FileLock(path, mode=_OWNER_ONLY_FILE)
    try:
        file_lock.acquire(timeout=0)
    except Timeout:
        when_held()
        file_lock.acquire()
    try:
        yield
    finally:
        file_lock.release()


def limited_lines(path: Path, max_bytes: int) -> Iterator[tuple[int, int, bytes | None]]:
    """Number, offset and bytes of each line; None for one that is longer, which is never held whole.

    Args:
        path: File to read.
        max_bytes: Bytes of a line at most, its end included.
    """
    number = offset = 0
    with path.open("rb") as file:
        while raw := file.readline(max_bytes + 1):
            number, length = number + 1, len(raw)
            if is_too_long := length > max_bytes:
                while raw and not raw.endswith(b"\n"):
                    raw = file.readline(max_bytes + 1)
                    length += len(raw)
            yield number, offset, None if is_too_long else raw
            offset += length


def read_json(path: Path, shape: type[_Shape], *, way_out: str) -> _Shape | None:
    """The JSON of a file that this program wrote; None if there is no such file.

    Args:
        path: File to read.
        shape: Type of its content, such as `dict[str, str]`.
        way_out: What to do if the file is damaged.

    Raises:
        DocumentError: The file does not hold that.
    """
    from pydantic import TypeAdapter, ValidationError

    adapter: TypeAdapter[Any] = TypeAdapter(shape)
    try:
        content: _Shape = adapter.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise DocumentError(f"{path}: is damaged; {way_out}") from error
    return content
