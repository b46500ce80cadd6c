"""Find the files of articles under paths, each once, and what is wrong with a file or an article."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from signalbook.schema.scheme.model import Json


@dataclass(frozen=True)
class ArticleProblem:
    """What is wrong with an article, where, and the way out."""

    path: Path
    #: Line of the file, row of a Parquet file; None means the whole file.
    line: int | None
    article_id: str | None
    fact: str
    fix: str
    #: An error keeps the article out; a warning says what was changed.
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{place_of(self.path, self.line)}: {self.fact}; {self.fix}"


@dataclass(frozen=True)
class RawArticle:
    """An article as its file has it, absent and null values left out."""

    path: Path
    line: int | None
    values: Mapping[str, Json]


Articles: TypeAlias = Iterator[RawArticle | ArticleProblem]


def place_of(path: Path, line: int | None) -> str:
    """File and line, as editors and terminals link them."""
    return str(path) if line is None else f"{path}:{line}"


def too_long(path: Path, line: int | None, what: str, max_bytes: int) -> ArticleProblem:
    """More than the file's reader holds in memory."""
    fact = f"{what} is longer than {max_bytes:,} bytes"
    return ArticleProblem(path, line, None, fact, "split it, or raise the limit with --max-chars")


def column_problems(path: Path, columns: list[str]) -> Iterator[ArticleProblem]:
    """Columns of a table that are missing or occur twice."""
    line = 1 if path.suffix.lower() == ".csv" else None
    shown = ", ".join(map(repr, columns))
    for name in ("id", "text"):
        if name not in columns:
            fix = "rename the one that holds it" + (
                ", and separate columns by commas" if line else ""
            )
            yield ArticleProblem(path, line, None, f"no column {name!r} among {shown}", fix)
    for name in sorted({name for name in columns if columns.count(name) > 1}):
        yield ArticleProblem(
            path, line, None, f"column {name!r} occurs twice", "rename one of them"
        )


def find_files(
    paths: Iterable[Path], *, kinds: Iterable[str]
) -> Iterator[tuple[Path, Path] | ArticleProblem]:
    """Each file once, with the folder that its id is relative to; folders in sorted order.

    Args:
        paths: Files, and folders of files.
        kinds: Extensions of the files that hold articles, to be named where there is none.
    """
    seen: set[Path] = set()
    for path in paths:
        items = _walk(path) if path.is_dir() else iter([(path, path.parent)])
        count = 0
        for item in items:
            count += 1
            if isinstance(item, ArticleProblem):
                yield item
            elif (real := item[0].resolve()) not in seen:
                seen.add(real)
                yield item
        if count == 0:
            yield ArticleProblem(
                path, None, None, "holds no file", f"put {', '.join(kinds)} files there"
            )


def _walk(folder: Path) -> Iterator[tuple[Path, Path] | ArticleProblem]:
    inside = folder.resolve()
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        yield from _visit(entry, folder, inside)


def _visit(entry: Path, root: Path, inside: Path) -> Iterator[tuple[Path, Path] | ArticleProblem]:
    if entry.name.startswith("."):
        return
    if entry.is_symlink():
        target = entry.resolve()
        if not target.is_relative_to(inside):
            yield ArticleProblem(
                entry, None, None, "is a link that leaves the folder", "copy the file into it"
            )
        elif not target.exists():
            yield ArticleProblem(entry, None, None, "is a link to nothing", "remove it")
    elif entry.is_dir():
        for below in sorted(entry.iterdir(), key=lambda below: below.name):
            yield from _visit(below, root, inside)
    else:
        yield entry, root
