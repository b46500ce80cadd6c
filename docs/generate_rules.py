"""Writes what the docs say of a scheme's own rules, so that it can be read without a built site."""

import ast
import inspect
from collections.abc import Iterator
from textwrap import dedent

from signalbook.export.validation.builtin_rules import ALWAYS, CHECKS, RELEASE_ONLY
from signalbook.schema import rules
from signalbook.schema.markdown import table

_MODULE = rules.__name__
#: Types that have no docstring of their own -> what they stand for.
_ALIASES = {
    "Json": "Whatever JSON can say.",
    "Value": "What a field holds: text, yes or no, a number, or several texts.",
}


def guide() -> str:
    """What the module says of itself, without its first line, which the title of the page says."""
    return inspect.cleandoc(rules.__doc__ or "").partition("\n\n")[2]


def name_table() -> str:
    """All that a `constraints.py` may import: how it is called, and what it is for."""
    rows = [(f"`{_signature(name, thing)}`", _first_sentence(thing)) for name, thing in _things()]
    return table(("name", "what it is"), rows)


def _things() -> Iterator[tuple[str, object]]:
    """Every name with what it stands for; below `Annotation`, all that it can be asked."""
    for name in rules.__all__:
        thing: object = getattr(rules, name)
        yield name, thing
        if thing is rules.Annotation:
            asked = {member: value for member, value in vars(thing).items() if member[0] != "_"}
            yield from ((f"Annotation.{member}", value) for member, value in asked.items())


def check_table() -> str:
    """The built-in checks: what each holds documents to, and when it runs."""
    return table(
        ("`check`", "what it holds documents to", "where no constraint names it"),
        [(f"`{name}`", _first_sentence(check), _unlisted(name)) for name, check in CHECKS.items()],
    )


def references() -> str:
    """The directives of the built site, one for each name: it shows the whole of its docstring."""
    options = "    options:\n      show_root_heading: true\n      show_root_toc_entry: true"
    options += "\n      show_root_full_path: false"
    return "\n\n".join(f"::: {_MODULE}.{name}\n{options}" for name in rules.__all__)


def _unlisted(name: str) -> str:
    if name in RELEASE_ONLY:
        return "checked when a release is built"
    return "checked all the same" if name in ALWAYS else "not checked"


def _signature(name: str, thing: object) -> str:
    """The call of a function, with types as its source names them; of all else the name."""
    if not callable(thing) or isinstance(thing, type) or name in _ALIASES:
        return name
    [function] = ast.parse(dedent(inspect.getsource(thing))).body
    if not isinstance(function, ast.FunctionDef) or function.returns is None:
        return name
    parameters = ast.unparse(function.args).removeprefix("self").removeprefix(", ")
    return f"{name}({parameters}) -> {ast.unparse(function.returns)}"


def _first_sentence(thing: object) -> str:
    if alias := next(
        (says for name, says in _ALIASES.items() if getattr(rules, name) is thing), ""
    ):
        return alias
    paragraph = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    return " ".join(paragraph.split())
