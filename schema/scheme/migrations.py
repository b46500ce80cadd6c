"""Read how documents of earlier versions become documents of this one, and find what is wrong in it."""

from collections.abc import Iterator
from itertools import chain

from signalbook.schema.versions import series

from .model import Field, Migration, Scheme
from .nodes import Object, as_object, strings, text
from .problems import SchemeProblem, pointer_to


def read_migration(node: Object) -> Migration:
    """One entry of `x-migrations`."""
    drop: dict[str, tuple[str, ...]] = {}
    for name in strings(node.get("drop")):
        unit, _, field = name.partition(".")
        drop[unit] = (*drop.get(unit, ()), field)
    values: dict[tuple[str, str], dict[str, str]] = {}
    for name, pairs in as_object(node.get("values")).items():
        unit, _, field = name.partition(".")
        values[unit, field] = {old: text(as_object(pairs), old) for old in as_object(pairs)}
    return Migration(text(node, "from"), drop, values)


def check_migrations(scheme: Scheme) -> Iterator[SchemeProblem]:
    """A migration is from an earlier version, drops what is gone, and leads to what is there."""
    seen: set[tuple[int, int]] = set()
    if not scheme.version:
        return  # there is no x-scheme, which is told
    for number, migration in enumerate(scheme.migrations):
        place = pointer_to("", "x-migrations", number)
        before, now = series(migration.from_), series(scheme.version)
        version = before.major, before.minor
        if version >= (now.major, now.minor):
            fact = f"{migration.from_} is not earlier than this version, {scheme.version}"
            yield SchemeProblem(f"{place}/from", fact)
        if version in seen:
            yield SchemeProblem(f"{place}/from", f"{migration.from_} has a migration already")
        seen.add(version)
        yield from chain(_check_drop(migration, scheme, place), _check(migration, scheme, place))


def _check_drop(migration: Migration, scheme: Scheme, place: str) -> Iterator[SchemeProblem]:
    for unit, names in migration.drop.items():
        fields = _fields(unit, scheme)
        if fields is None:
            yield SchemeProblem(f"{place}/drop", f"there is no unit {unit} in this version")
            continue
        for name in {field.name for field in fields}.intersection(names):
            fact = f"{unit}.{name} is in this version, so nothing of it can be dropped"
            yield SchemeProblem(f"{place}/drop", fact)


def _check(migration: Migration, scheme: Scheme, place: str) -> Iterator[SchemeProblem]:
    for (unit, name), pairs in migration.values.items():
        at = pointer_to(place, "values", f"{unit}.{name}")
        field = next((f for f in _fields(unit, scheme) or () if f.name == name), None)
        if field is None:
            yield SchemeProblem(at, f"there is no field {unit}.{name} in this version")
            continue
        for old, new in pairs.items():
            value = value_called(new, field)
            if not field.takes(value) or (field.is_reference and value not in field.listed):
                fact = f"{new!r} is no value of {unit}.{name} in this version"
                yield SchemeProblem(pointer_to(at, old), fact)


def value_called(id: str, field: Field) -> str | int | float:
    """The value that a migration writes as text: true, 4 or war; the text itself if it is none."""
    if field.is_boolean:
        return {"true": True, "false": False}.get(id, id)
    try:
        return field.typed(id)
    except ValueError:
        return id


def _fields(unit: str, scheme: Scheme) -> tuple[Field, ...] | None:
    return scheme.article_labels if unit == "article" else scheme.fields_of(unit)
