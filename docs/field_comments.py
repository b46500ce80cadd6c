"""Lets the reference show the comments above fields (`#:`) as their documentation.

Griffe, which reads the source for the reference, knows only strings below a field.
"""

import ast
from pathlib import Path

from griffe import Attribute, Docstring, Extension, Inspector, ObjectNode, Visitor

_MARK = "#:"


class FieldComments(Extension):
    """Takes the lines that begin with `#:` right above a field."""

    def on_attribute_instance(
        self,
        *,
        node: ast.AST | ObjectNode,
        attr: Attribute,
        agent: Visitor | Inspector,
        **kwargs: object,
    ) -> None:
        """Give the field its comment, unless it has a docstring."""
        if attr.docstring is not None or attr.lineno is None or not isinstance(attr.filepath, Path):
            return
        lines = attr.filepath.read_text(encoding="utf-8").splitlines()
        first = attr.lineno - 1
        while first > 0 and lines[first - 1].lstrip().startswith(_MARK):
            first -= 1
        comment = [
            line.strip().removeprefix(_MARK).strip() for line in lines[first : attr.lineno - 1]
        ]
        if comment:
            attr.docstring = Docstring("\n".join(comment), parent=attr)
