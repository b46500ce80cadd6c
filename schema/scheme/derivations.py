"""Find what is wrong in how a label of the article is to be computed."""

from collections.abc import Iterator

from .model import Derived, Field, Scheme
from .problems import SchemeProblem


def check_derivations(scheme: Scheme) -> Iterator[SchemeProblem]:
    """A computed label follows from what the scheme has, is of its type, and is not also asked."""
    for unit, field in scheme.fields():
        derived = field.derived
        if derived is None:
            continue
        if unit != "article":
            fact = f"x-derived is on a field of {unit}; only a label of the article is computed"
            yield SchemeProblem(field.pointer, fact)
            continue
        yield from (SchemeProblem(derived.pointer, fact) for fact in _also_asked(field, scheme))
        source = _source(derived, scheme)
        if isinstance(source, SchemeProblem):
            yield source
        elif derived.how == "any":
            yield from _check_any(field, derived, source)
        else:
            yield from _check_most_frequent(field, derived, source, scheme)


def _source(derived: Derived, scheme: Scheme) -> Field | SchemeProblem:
    """The field that it is computed from."""
    fields = scheme.fields_of(derived.of)
    if fields is None:
        known = [t.name for t in scheme.span_types]
        known += ["party"] * (scheme.party is not None) + ["dyad"] * (scheme.dyad is not None)
        fact = f"names {derived.of!r}, which is no unit; there are {', '.join(known) or 'none'}"
        return SchemeProblem(f"{derived.pointer}/of", fact)
    names = {field.name: field for field in fields}
    if derived.field not in names:
        fact = f"names {derived.field!r}, which {derived.of} has not"
        hint = f"; there are {', '.join(names)}" if names else ""
        return SchemeProblem(f"{derived.pointer}/field", fact + hint)
    return names[derived.field]


def _also_asked(field: Field, scheme: Scheme) -> Iterator[str]:
    """What would have an effect only if somebody were asked for the label."""
    if field.has_default:
        yield f"{field.name} is computed and has a default, which nothing would use; leave it out"
    if field.default_from is not None:
        yield f"{field.name} is computed and has an x-default-from; leave that out"
    if any(value.hotkey for value in field.values):
        yield f"{field.name} is computed, and no key chooses its values; leave x-hotkey out"
    for label in scheme.asked_labels:
        source = label.default_from
        if source is not None and field.name in (source.attribute, *source.when):
            yield f"x-default-from of {label.name} names {field.name}, which is computed afterwards"


def _check_any(field: Field, derived: Derived, source: Field) -> Iterator[SchemeProblem]:
    if not field.is_boolean or field.many:
        fact = f"{field.name} is no boolean; what any gives is true or false"
        yield SchemeProblem(derived.pointer, fact)
    for number, value in enumerate(derived.values):
        if not source.takes(value) or (source.is_reference and value not in source.listed):
            fact = f"{value!r} is no value of {derived.of}.{derived.field}"
            yield SchemeProblem(f"{derived.pointer}/values/{number}", fact)


def _check_most_frequent(
    field: Field, derived: Derived, source: Field, scheme: Scheme
) -> Iterator[SchemeProblem]:
    name, place = f"{derived.of}.{derived.field}", derived.pointer
    if source.is_reference or source.is_text:
        what = "names parties, which have other ids in every document"
        what = what if source.is_reference else "holds words, which hardly two units have alike"
        yield SchemeProblem(f"{place}/field", f"{name} {what}; name a field whose values recur")
        return
    if field.many or field.type != source.type:
        fact = f"{field.name} is to be one {source.type}, as {name} has it"
        yield SchemeProblem(place, fact)
    elif {*field.value_ids} != {*source.value_ids} or field.codelist != source.codelist:
        yield SchemeProblem(place, f"{field.name} has other values than {name}; give it the same")
    if field.required:
        fact = f"{field.name} has no value where there is nothing to count; do not require it"
        yield SchemeProblem(place, fact)
    if derived.unless is not None:
        starts = {r.name: r.from_ for r in scheme.relation_types}
        if derived.unless not in starts:
            fact = f"names {derived.unless!r}, which is no relation type"
            yield SchemeProblem(f"{place}/unless", fact)
        elif derived.of not in starts[derived.unless]:
            fact = f"names {derived.unless!r}, which starts from no {derived.of}"
            yield SchemeProblem(f"{place}/unless", fact)
