"""Import the constraints.py beside a scheme: its functions are rules, its lists are what they go by."""

import importlib.util
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import cast

from signalbook.schema.errors import SchemeError

from .model import Scheme
from .rule_lists import RuleList, ValueList, ValueTable


def rule_lists(scheme: Scheme) -> Mapping[str, RuleList]:
    """Name -> list of all that the rules of a scheme declare, in their order.

    Raises:
        SchemeError: The file cannot be imported.
    """
    if all(constraint.function is None for constraint in scheme.constraints):
        return {}
    module = import_constraints(scheme.rules_file)
    members = cast("dict[str, object]", vars(module))
    kinds = (ValueList, ValueTable)
    return {n: cast("RuleList", value) for n, value in members.items() if isinstance(value, kinds)}


@cache
def import_constraints(path: Path) -> ModuleType:
    """Import a file by its place: a folder named after a version is no package.

    Raises:
        SchemeError: There is no such file, or it cannot be imported.
    """
    name = "signalbook_constraints_" + "_".join(path.resolve().parts[-3:-1]).replace(".", "_")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SchemeError(f"{path}: no such file; x-constraints names functions in it")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        is_missing = isinstance(error, ModuleNotFoundError)
        way_out = "install it, or leave the import out" if is_missing else "correct the file"
        fact = f"cannot be imported: {type(error).__name__}: {error}; {way_out}"
        raise SchemeError(f"{path}{line_in(path, error)}: {fact}") from error
    return module


def line_in(path: Path, error: BaseException) -> str:
    """Where in a file an error arose, such as `:12`; empty if it did not arise there."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f":{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    return next((f":{f.lineno}" for f in reversed(frames) if f.filename == str(path)), "")
