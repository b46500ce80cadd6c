"""Refuse to write a file over what a command reads, writes beside it, or keeps in its workspace."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from signalbook.schema.errors import UsageError
from signalbook.schema.filesystem import STATE_FOLDER
from signalbook.schema.settings import CONFIG


def refuse_overwriting(
    outputs: Mapping[str, Path | None],
    inputs: Iterable[Path] = (),
    *,
    kept: Mapping[str, str] | None = None,
    instead: str = "another file",
) -> None:
    """Refuse outputs that would take the place of something, before anything is written.

    Args:
        outputs: Option, or what it is in words -> file or folder to write; None is not written.
        inputs: Files that are read, and folders in which nothing may be written.
        kept: Option -> name of the file that the command itself keeps in a workspace.
        instead: What to name then, in words.

    Raises:
        UsageError: An output is an input, another output, or one of a workspace's own files.
    """
    inputs, earlier, way_out = [*inputs], dict[str, Path](), f"name {instead}"
    for name, path in outputs.items():
        if path is None:
            continue
        if any(_is_in(path, read) for read in inputs):
            raise UsageError(f"{path}: {name} would overwrite what is read; {way_out}")
        for other, taken in earlier.items():
            if _is_same(path, taken):
                raise UsageError(f"{path}: {other} and {name} would be one file; {way_out}")
        if path.name != (kept or {}).get(name) and _is_of_workspace(path.resolve()):
            fact = f"{name} would be written among the workspace's own files"
            raise UsageError(f"{path}: {fact}; {way_out}")
        earlier[name] = path


def refuse_foreign(name: str, path: Path | None, *, beginning: str, kind: str) -> None:
    """Refuse to replace a file that is of another kind; one of the same kind is made anew at will.

    Args:
        name: Option that names the file.
        path: File to write; None is not written.
        beginning: How every file of the kind begins.
        kind: What such a file is, in words.

    Raises:
        UsageError: A file is there that begins otherwise.
    """
    if path is None or not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        present = file.read(len(beginning))
    if present not in ("", beginning):
        fact = f"{name} would overwrite this file, which is no {kind}"
        raise UsageError(f"{path}: {fact}; name another file, or move this one away")


def _is_of_workspace(path: Path) -> bool:
    """Whichever workspace that is: a path may lead into another than the one worked in."""
    if path.name == CONFIG:
        return True
    folders = [path, *path.parents]
    return any(f.name == STATE_FOLDER and (f.parent / CONFIG).is_file() for f in folders)


def _is_in(path: Path, read: Path) -> bool:
    if read.is_dir():
        return path.resolve().is_relative_to(read.resolve())
    return _is_same(path, read)


def _is_same(one: Path, other: Path) -> bool:
    """Links, and file systems that know no capitals, give one file several names."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()
