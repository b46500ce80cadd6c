"""Writes what the docs say of the rooms: their list, what they import, and what one offers."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from signalbook.schema.markdown import table

ROOT = Path(__file__).parent.parent
PARTS = ("schema", "annotate", "export")


@dataclass(frozen=True)
class Room:
    """A folder of modules, such as `export/report`; the files beside a part's rooms are one too."""

    name: str
    purpose: str
    #: Names of the other rooms that its modules import.
    imports: frozenset[str]

    @property
    def part(self) -> str:
        """The top folder that it lies in."""
        return self.name.split("/", maxsplit=1)[0]

    @property
    def depth(self) -> int:
        """0 for a part, 1 for its rooms, 2 for a room within a room."""
        return self.name.count("/")


@cache
def rooms() -> tuple[Room, ...]:
    """Every room, each part before its sub-folders."""
    folders = [
        file.parent
        for part in PARTS
        for file in sorted((ROOT / part).rglob("__init__.py"), key=lambda file: file.parent.parts)
    ]
    names = [folder.relative_to(ROOT).as_posix() for folder in folders]
    return tuple(_room(name, folder, names) for name, folder in zip(names, folders, strict=True))


def part_section(part: str) -> str:
    """What a part and each of its rooms is for, in the words of their `__init__.py`."""
    own, *inside = [room for room in rooms() if room.part == part]
    rows = [(f"`{room.name}/`", room.purpose) for room in inside]
    return f"### {part}/\n\n{own.purpose}\n\n{table(('room', 'what it is for'), rows)}\n"


def module_reference(room: str) -> str:
    """A block for every module of a room that defines something which the room offers."""
    offered = _offered(ROOT / room / "__init__.py")
    blocks: list[str] = []
    for file in sorted((ROOT / room).rglob("*.py")):
        place = file.relative_to(ROOT / room).with_suffix("")
        names = [n for n in _defined(file) if n in offered] if offered else _defined(file)
        if names and (offered or len(place.parts) == 1):
            module = file.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
            members = ", ".join(names)
            blocks.append(
                f"## {'.'.join(place.parts)}\n\n::: signalbook.{module}\n    options:\n"
                f"      heading_level: 3\n      members: [{members}]\n"
            )
    return "\n".join(blocks)


def _offered(init: Path) -> list[str] | None:
    """The names in `__all__`; None where a room has none, and offers whatever has a public name."""
    for node in ast.parse(init.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=names):
                return [str(name) for name in ast.literal_eval(names)]
            case _:
                pass
    return None


def _defined(file: Path) -> list[str]:
    """Functions and classes of a module that have public names."""
    return [
        node.name
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]


def _room(name: str, folder: Path, names: Iterable[str]) -> Room:
    init = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    purpose = (ast.get_docstring(init) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ")
    imported = {
        room
        for file in folder.glob("*.py")
        for module in _imports(file)
        if (room := _room_of(module, names)) is not None
    }
    return Room(name, purpose, frozenset(imported - {name}))


def _imports(file: Path) -> Iterator[str]:
    """What a file imports of ours, as paths below the repository's root."""
    here = file.parent.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.level or node.module):
            module = (node.module or "").replace(".", "/")
            base = f"{here}/{module}" if node.level else module.removeprefix("signalbook/")
            yield from (f"{base}/{name.name}".replace("//", "/") for name in node.names)


def _room_of(module: str, names: Iterable[str]) -> str | None:
    """The innermost room that a module lies in."""
    around = [name for name in names if f"{module}/".startswith(f"{name}/")]
    return max(around, key=len, default=None)
