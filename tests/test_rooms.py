"""The imports between the rooms: one direction, no circle, and each room's own way of speaking."""

import ast
from collections import defaultdict
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from places import ROOT

FOLDERS = ("schema", "annotate", "export")
#: Where the folders meet.
MEETING_PLACES = {"annotate.cli", "annotate.demo"}
#: The only room that knows the server's API.
SERVER_ROOM = "annotate.label_studio"


@dataclass(frozen=True)
class Import:
    """One import statement of one module."""

    module: str
    line: int
    target: str
    is_relative: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def modules() -> dict[str, Path]:
    """Every module by name, without the package's own name; a scheme's rules are no module."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }
    return {name: path for name, path in names.items() if path.name != "constraints.py"}


MODULES = modules()


def room_of(module: str) -> str:
    """`export.coefficients` for all that lies in it; a module beside the rooms is its own room."""
    return ".".join(module.split(".")[:2])


def imports() -> list[Import]:
    found: list[Import] = []
    for module, path in MODULES.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [Import(module, node.lineno, a.name, False) for a in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level:
                assert node.level == 1, f"{module}:{node.lineno} climbs out of its room"
                targets = [node.module] if node.module else [a.name for a in node.names]
                found += [Import(module, node.lineno, f"{package}.{t}", True) for t in targets]
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                inner = [f"{base}.{alias.name}" for alias in node.names]
                known = [name for name in inner if name.removeprefix("signalbook.") in MODULES]
                targets = known or [base]
                found += [Import(module, node.lineno, target, False) for target in targets]
    return [
        Import(i.module, i.line, i.target.removeprefix("signalbook."), i.is_relative) for i in found
    ]


IMPORTS = imports()
OURS = [i for i in IMPORTS if i.target in MODULES]


def test_every_import_of_ours_is_of_a_module_that_exists() -> None:
    strays = [i for i in IMPORTS if i.target.split(".")[0] in FOLDERS and i.target not in MODULES]
    assert len(OURS) > 300
    assert not list(map(str, strays))


def test_a_room_speaks_of_itself_relatively_and_of_others_absolutely() -> None:
    def folder(module: str) -> str:
        return module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]

    def is_inside(i: Import) -> bool:
        same_room = room_of(i.module) == room_of(i.target)
        return folder(i.target) == folder(i.module) or (
            same_room and i.target.startswith(f"{folder(i.module)}.")
        )

    wrong = [i for i in OURS if i.is_relative != is_inside(i)]
    assert not list(map(str, wrong))


def test_no_room_is_imported_by_one_that_it_imports() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for i in OURS:
        if room_of(i.module) != room_of(i.target):
            graph[room_of(i.module)].add(room_of(i.target))
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"rooms import each other in a circle: {' <- '.join(error.args[1])}")


def test_no_module_is_imported_by_one_that_it_imports() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for i in OURS:
        if i.target != i.module:
            graph[i.module].add(i.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"modules import each other in a circle: {' <- '.join(error.args[1])}")


def test_imports_follow_the_flow() -> None:
    """schema <- annotate, schema <- export; the folders meet in the command line and the demo."""
    allowed = {"schema": {"schema"}, "annotate": {"schema", "annotate"}}
    allowed["export"] = {"schema", "export"}
    wrong = [
        i
        for i in OURS
        if i.target.split(".")[0] not in allowed[i.module.split(".")[0]]
        and room_of(i.module) not in MEETING_PLACES
    ]
    assert not list(map(str, wrong))


def test_commands_are_imported_by_commands_alone() -> None:
    wrong = [
        i
        for i in OURS
        if room_of(i.target).endswith(".cli")
        and not room_of(i.module).endswith(".cli")
        and room_of(i.module) not in MEETING_PLACES
    ]
    assert not list(map(str, wrong))


def test_one_room_knows_the_server() -> None:
    users = {room_of(i.module) for i in IMPORTS if i.target.split(".")[0] == "label_studio_sdk"}
    assert users == {SERVER_ROOM}


@pytest.mark.parametrize("name", sorted({room_of(m) for m in MODULES if "." in m}))
def test_every_room_says_what_it_is_for(name: str) -> None:
    docstring = ast.get_docstring(ast.parse(MODULES[name].read_text(encoding="utf-8")))
    assert docstring
    assert docstring.splitlines()[0].endswith((".", ":"))
