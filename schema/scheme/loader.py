"""Find and load a scheme, or name every mistake in its file."""

from pathlib import Path
from typing import cast

from signalbook.schema.errors import SchemeError
from signalbook.schema.json_text import JsonError, decode_json
from signalbook.schema.versions import series

from .check import checked_scheme
from .model import Json, Scheme
from .names import check_characters
from .problems import SchemeProblem
from .stages import at_stage

BUILT_IN = Path(__file__).parents[1]
#: The scheme that is meant if none is named; the newest version of it.
DEFAULT_SCHEME = "diplomatic_signal"
#: Stands before the name of a stage, as in `mine.schema.json#signals`.
STAGE = "#"


def built_in_schemes() -> dict[str, Path]:
    """Name/version -> file of every scheme that comes with Signalbook, older versions first."""
    files = BUILT_IN.glob("*/*/*.schema.json")
    ordered = sorted(files, key=lambda file: (file.parts[-3], series(file.parts[-2])))
    return {"/".join(file.parts[-3:-1]): file for file in ordered}


def name_of(path: Path) -> str:
    """What names a scheme file from everywhere: name/version of a built-in one, else its path."""
    names = {file: name for name, file in built_in_schemes().items()}
    return names.get(path) or str(path.resolve())


def find_scheme(source: str | Path | None = None) -> Path:
    """The scheme file meant by a path, a folder, the name of a built-in scheme, or nothing.

    A name without a version means the newest version of that scheme.

    Raises:
        SchemeError: Nothing is named, there is no such file, or a folder holds several.
    """
    if source == "":
        raise SchemeError(
            "the name of the scheme is empty; name a scheme file, or leave out what should name it"
        )
    built_in = built_in_schemes()
    source = DEFAULT_SCHEME if source is None else source
    named = [file for name, file in built_in.items() if str(source) in (name, name.split("/")[0])]
    if named:
        return named[-1]
    path = Path(source)
    if path.is_dir():
        files = sorted(path.glob("*.schema.json"))
        if len(files) > 1:
            raise SchemeError(f"{path}: holds {len(files)} *.schema.json files; name one of them")
        if not files:
            raise SchemeError(f"{path}: holds no *.schema.json file; name the scheme file")
        return files[0]
    if not path.is_file():
        names = ", ".join(built_in)
        raise SchemeError(f"{path}: no such scheme file; built in are {names}")
    return path


def load_scheme(source: str | Path | None = None) -> Scheme:
    """Read, check and parse a scheme.

    Args:
        source: As of `find_scheme`; with `#` and the name of a stage behind it, the scheme of that
            stage is meant.

    Raises:
        SchemeError: the file is not a scheme; the message names every mistake by JSON Pointer.
        UsageError: The scheme has no such stage.
    """
    if isinstance(source, str) and STAGE in source and not Path(source).exists():
        whole, _, stage = source.rpartition(STAGE)
        return at_stage(load_scheme(whole), stage)
    path = find_scheme(source)
    return parse_scheme(_read(path), path)


def stage_names(source: str | Path | None = None) -> list[str]:
    """The names of a scheme's stages in their order, also if the rest of the scheme is not right.

    Raises:
        SchemeError: There is no such file, or it is no JSON.
    """
    path = find_scheme(source)
    listed = _decoded(_read(path), path).get("x-stages")
    stages = listed if isinstance(listed, list) else []
    return [str(stage["name"]) for stage in stages if isinstance(stage, dict) and "name" in stage]


def parse_scheme(text: str, path: Path) -> Scheme:
    """Check and parse what a scheme file holds, or will hold.

    Args:
        text: JSON of the scheme.
        path: Its file, for the messages and for what lies beside it.

    Raises:
        SchemeError: It is not a scheme; the message names every mistake by JSON Pointer.
    """
    json_schema = _decoded(text, path)
    if unwritable := [*check_characters(json_schema)]:
        raise SchemeError(*(_line(path, problem) for problem in unwritable))
    scheme, problems = checked_scheme(json_schema, path)
    if problems:
        raise SchemeError(*dict.fromkeys(_line(path, problem) for problem in problems))
    return scheme


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemeError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    except OSError as error:
        raise SchemeError(f"{path}: cannot be read: {error.strerror}") from error


def _decoded(text: str, path: Path) -> dict[str, Json]:
    try:
        json_schema = cast("Json", decode_json(text, way_out="correct the file"))
    except JsonError as error:
        raise SchemeError(f"{path}:{error.line}: {error}") from error
    if not isinstance(json_schema, dict):
        raise SchemeError(_line(path, SchemeProblem("", "a scheme is an object with properties")))
    return json_schema


def _line(path: Path, problem: SchemeProblem) -> str:
    return f"{path}#{problem.pointer}: {problem.fact}"
