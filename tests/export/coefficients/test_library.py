"""The coefficients are a library of their own: what it exports, imports, and shows as examples."""

import ast
import doctest
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from signalbook.export import coefficients
from signalbook.export.coefficients import gamma

ROOM = Path(coefficients.__file__).parent
PACKAGE = "signalbook.export.coefficients"
MODULES = sorted(
    PACKAGE + "." + ".".join(path.relative_to(ROOM).with_suffix("").parts)
    for path in ROOM.rglob("*.py")
    if path.name != "__init__.py"
)


def imported(path: Path) -> Iterator[str]:
    """The absolute names of all modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1
            if node.level == 0:
                yield node.module or ""


def test_nothing_of_signalbook_outside_of_the_room_is_imported() -> None:
    modules = {name for path in ROOM.rglob("*.py") for name in imported(path)}
    own_modules = {name for name in modules if name.split(".")[0] == "signalbook"}
    assert own_modules
    assert all(name == PACKAGE or name.startswith(PACKAGE + ".") for name in own_modules)


def test_every_exported_name_is_there_and_articleed() -> None:
    for package in (coefficients, gamma):
        assert list(package.__all__) == sorted(set(package.__all__))
        for name in package.__all__:
            value = getattr(package, name)
            if callable(value) and getattr(value, "__module__", "").startswith(PACKAGE):
                assert value.__doc__, name
    assert set(coefficients.__all__) <= set(dir(coefficients))


def test_type_checkers_see_what_is_exported() -> None:
    tree = ast.parse(Path(coefficients.__file__).read_text(encoding="utf-8"))
    (block,) = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    homes = {
        name.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert sorted(homes) == list(coefficients.__all__)
    for name, module in homes.items():
        home = importlib.import_module(f"{PACKAGE}.{module}")
        assert getattr(home, name) is getattr(coefficients, name)


def test_what_has_no_underscore_is_exported_or_used_by_another_module() -> None:
    exported = {*coefficients.__all__, *gamma.__all__}
    used: set[str] = set()
    defined: set[str] = set()
    for path in ROOM.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used |= {
            name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for name in node.names
        }
        defined |= {
            node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
    private = {name for name in defined if name.startswith("_")}
    assert defined - private - exported <= used


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'krippendorf_alpha'"):
        _ = coefficients.krippendorf_alpha  # type: ignore[attr-defined]  # pyright: ignore


@pytest.mark.parametrize("package", [coefficients, gamma], ids=lambda package: package.__name__)
def test_the_example_runs(package: ModuleType) -> None:
    results = doctest.testmod(package)
    assert results.attempted
    assert not results.failed


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_functions_run(module: str) -> None:
    assert not doctest.testmod(importlib.import_module(module)).failed


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        (f"import {PACKAGE}", {"numpy", "scipy", "numba"}),
        (f"from {PACKAGE} import krippendorff_alpha", {"scipy", "numba"}),
        (f"from {PACKAGE} import confidence_interval", {"scipy.stats", "scipy.optimize", "numba"}),
    ],
)
def test_what_is_not_asked_for_is_not_imported(statement: str, absent: set[str]) -> None:
    script = f"{statement}; import sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not absent & set(run.stdout.split())
