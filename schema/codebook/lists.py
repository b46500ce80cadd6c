"""Print the lists that a scheme's rules go by, where the rules stand."""

from collections.abc import Iterator

from signalbook.schema.errors import SchemeError
from signalbook.schema.markdown import escape, filled_table
from signalbook.schema.scheme.constraints_file import rule_lists
from signalbook.schema.scheme.rule_lists import Row, RuleList

from .anchors import Entry, Index, Unit, anchor_part, anchored, link


def list_links(index: Index, rule: str) -> str:
    """Links to the lists that a rule uses."""
    used = (
        link(given.title, _anchor(name))
        for name, given in rule_lists(index.scheme).items()
        if rule in given.rules
    )
    return ", ".join(used)


def lists_of(index: Index, entry: Entry) -> str:
    """Links to the lists that name values of a field."""
    columns = {f"{unit.name}.{entry.field.name}" for unit in entry.units}
    found = (
        link(given.title, _anchor(name))
        for name, given in rule_lists(index.scheme).items()
        if columns & {*given.columns}
    )
    return ", ".join(found)


def printed_lists(index: Index) -> Iterator[str]:
    """Every list as a heading, the rules that use it, and a table.

    Raises:
        SchemeError: A list names a rule, a field or a value that the scheme does not have.
    """
    for name, given in rule_lists(index.scheme).items():
        columns = [_column(index, name, column) for column in given.columns]
        rules = [link(rule, index.id(rule)) for rule in _rules(index, name, given)]
        yield f"### {anchored(_anchor(name))}{escape(given.title)}"
        yield f"Used by {', '.join(rules)}."
        titles = [f"{escape(unit.title)}: {index.field(unit, field)}" for unit, field in columns]
        rows = [_row(index, name, columns, row) for row in given.rows(index.scheme)]
        if len(columns) == 1:
            yield f"{titles[0]}: {', '.join(value for (value,) in rows)}."
        else:
            yield filled_table(titles, rows)


def _anchor(name: str) -> str:
    return f"list.{anchor_part(name.lower())}"


def _rules(index: Index, name: str, given: RuleList) -> tuple[str, ...]:
    known = {constraint.id for constraint in index.scheme.constraints}
    for rule in given.rules:
        if rule not in known:
            raise _wrong(index, name, f"{rule} is no constraint of the scheme")
    return given.rules


def _column(index: Index, name: str, column: str) -> tuple[Unit, str]:
    of, _, field = column.partition(".")
    for unit in index.units:
        if unit.name == of and any(f.name == field for f in unit.fields):
            return unit, field
    raise _wrong(index, name, f"{column} is no field of the scheme")


def _row(index: Index, name: str, columns: list[tuple[Unit, str]], row: Row) -> tuple[str, ...]:
    if len(row) != len(columns):
        raise _wrong(index, name, f"a row has {len(row)} values, for {len(columns)} columns")
    cells: list[str] = []
    for (unit, field_name), values in zip(columns, row, strict=True):
        field = next(field for field in unit.fields if field.name == field_name)
        for value in values:
            if field.values and value not in field.value_ids:
                raise _wrong(index, name, f"{value} is no value of {unit.name}.{field_name}")
        cells.append(", ".join(index.value(unit, field_name, value) for value in values) or "none")
    return tuple(cells)


def _wrong(index: Index, name: str, fact: str) -> SchemeError:
    path = index.scheme.rules_file
    return SchemeError(f"{path}: the list {name}: {fact}; correct the list")
