"""Split a scheme into stages: passes over an article, each with a page and a project of its own.

The scheme of a stage says what a document holds once that stage is done: the units of the stage and
of those before it. Its page asks for those of the stage alone.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from signalbook.schema.errors import UsageError

from .model import Constraint, Json, Scheme
from .nodes import as_object, strings
from .problems import SchemeProblem, pointer_to

#: What a section of a document needs to be there.
_SECTIONS = {"parties": "party", "dyads": "dyad", "article_labels": "article"}
#: Keywords of JSON Schema that ask for something to be there: of a document, and of its spans and
#: relations. Before the last stage it may be something that comes later.
_ASKS_FOR_MORE = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else"}
    | {"dependentRequired", "dependentSchemas", "minProperties"}
    | {"minItems", "contains", "minContains", "maxContains", "prefixItems"}
)


def at_stage(scheme: Scheme, name: str) -> Scheme:
    """The scheme of what a document holds after one stage.

    Raises:
        UsageError: The scheme has no such stage.
    """
    names = [stage.name for stage in scheme.stages]
    if name not in names:
        has = f"its stages are {', '.join(names)}" if names else "it has none (x-stages)"
        raise UsageError(f"{scheme.name}: there is no stage {name!r}; {has}")
    place = names.index(name)
    known = _units(scheme, names[: place + 1])
    later = _units(scheme) - known
    return replace(
        _restricted(scheme, known, computes="article" in known),
        stage=name,
        unstaged=scheme,
        earlier=frozenset(_units(scheme, names[:place])),
        constraints=tuple(c for c in scheme.constraints if _holds(c, scheme, known, names, place)),
        json_schema=_without_sections(
            scheme.json_schema,
            [section for section, unit in _SECTIONS.items() if unit in later],
            is_last=place == len(names) - 1,
        ),
    )


def on_page(scheme: Scheme) -> Scheme:
    """The scheme of what a page asks: without the units of earlier stages.

    Parties stay, for spans refer to them: `asks_parties` says whether they are asked.
    """
    if not scheme.earlier:
        return scheme
    asked = _units(scheme) - scheme.earlier
    if scheme.party is not None:
        asked.add("party")
    return _restricted(scheme, asked, computes=True)


def asks_parties(scheme: Scheme) -> bool:
    """Whether parties are annotated in this stage, rather than known from an earlier one."""
    return scheme.party is not None and "party" not in scheme.earlier


def asks_pairs(scheme: Scheme) -> bool:
    """Whether the page of a stage asks of dyads alone: it has a task for each pair."""
    page = on_page(scheme)
    asks_more = page.span_types or page.relation_types or page.asked_labels or asks_parties(scheme)
    return bool(scheme.stage) and page.dyad is not None and not asks_more


def stage_before(scheme: Scheme) -> str | None:
    """Name of the stage before the one that this is the scheme of, if there is one."""
    names = [stage.name for stage in scheme.stages]
    place = names.index(scheme.stage) if scheme.stage else 0
    return names[place - 1] if place else None


def at_stage_before(scheme: Scheme) -> Scheme | None:
    """The scheme of the stage before the one that this is the scheme of, if there is one."""
    before = stage_before(scheme)
    return None if before is None else at_stage(scheme.whole, before)


def is_last(scheme: Scheme) -> bool:
    """Whether documents are whole under this scheme: it has no stages, or is that of the last."""
    return not scheme.stage or scheme.stages[-1].name == scheme.stage


def stage_after(scheme: Scheme) -> str | None:
    """Name of the stage after the one that this is the scheme of, if there is one."""
    names = [stage.name for stage in scheme.stages]
    return None if is_last(scheme) else names[names.index(scheme.stage) + 1]


def check_stages(scheme: Scheme) -> Iterator[SchemeProblem]:
    """Every unit has a stage, every stage a unit, and none needs what comes later."""
    names = [stage.name for stage in scheme.stages]
    stages = _stage_of(scheme)
    for number, name in enumerate(names):
        place = pointer_to("", "x-stages", number)
        if name in names[:number]:
            yield SchemeProblem(place, f"the stage {name} is listed twice; leave one out")
        elif name not in stages.values():
            yield SchemeProblem(place, f"nothing has x-stage {name}; leave the stage out")
    for unit, stage in stages.items():
        place = _pointer(scheme, unit)
        if stage not in names and (stage or names):
            fact = f"{unit} has x-stage {stage}" if stage else f"{unit} has no x-stage"
            known = f"write one of {', '.join(names)}" if names else "list the stages in x-stages"
            yield SchemeProblem(place, f"{fact}; {known}")
    if names and {*stages.values()} <= {*names}:
        yield from _check_order(scheme, names, stages)
    yield from _check_constraints(scheme, names)


def _check_order(
    scheme: Scheme, names: list[str], stages: Mapping[str, str]
) -> Iterator[SchemeProblem]:
    """Nothing refers to what is annotated later."""
    first = names.index(stages["party"]) if "party" in stages else 0
    for unit, field in scheme.fields():
        if field.is_reference and unit in stages and names.index(stages[unit]) < first:
            fact = f"{field.name} of {unit} refers to parties, which come in a later stage"
            yield SchemeProblem(field.pointer, f"{fact}; ask parties in the same stage or before")
    last = max((names.index(stages[t.name]) for t in scheme.span_types), default=0)
    if "dyad" in stages and names.index(stages["dyad"]) < last:
        fact = "dyads are judged by the spans, which come in a later stage"
        yield SchemeProblem(
            _pointer(scheme, "dyad"), f"{fact}; ask them in the last of these stages"
        )
    for relation in scheme.relation_types:
        ends = {stages[end] for end in (*relation.from_, *relation.to) if end in stages}
        if len(ends) > 1:
            fact = f"{relation.name} links spans of the stages {', '.join(sorted(ends))}"
            yield SchemeProblem("/properties/relations", f"{fact}; a page shows spans of one alone")


def _check_constraints(scheme: Scheme, names: list[str]) -> Iterator[SchemeProblem]:
    for number, constraint in enumerate(scheme.constraints):
        if constraint.stage and constraint.stage not in names:
            known = f"write one of {', '.join(names)}" if names else "leave stage out"
            fact = f"{constraint.id} is of a stage {constraint.stage!r}, which there is not"
            yield SchemeProblem(
                pointer_to("", "x-constraints", number, "stage"), f"{fact}; {known}"
            )


def _stage_of(scheme: Scheme) -> dict[str, str]:
    """Unit -> name of its stage, as it is written."""
    stages = {span_type.name: span_type.stage for span_type in scheme.span_types}
    if scheme.party is not None:
        stages["party"] = scheme.party.stage
    if scheme.dyad is not None:
        stages["dyad"] = scheme.dyad.stage
    if scheme.asked_labels or scheme.labels_stage:
        stages["article"] = scheme.labels_stage
    return stages


def _pointer(scheme: Scheme, unit: str) -> str:
    """Where a unit's `x-stage` belongs."""
    sections = {of: section for section, of in _SECTIONS.items()}
    if unit in sections:
        return pointer_to("", "properties", sections[unit])
    return scheme.span_type(unit).pointer


def _units(scheme: Scheme, names: Collection[str] | None = None) -> set[str]:
    """The units of stages; without names, all."""
    stages = _stage_of(scheme)
    units = {unit for unit, stage in stages.items() if names is None or stage in names}
    return units | {r.name for r in scheme.relation_types if {*r.from_, *r.to} <= units}


def _restricted(scheme: Scheme, units: Collection[str], *, computes: bool) -> Scheme:
    """The scheme with these units alone, and with the labels that are computed of them if it does."""
    return replace(
        scheme,
        span_types=tuple(t for t in scheme.span_types if t.name in units),
        relation_types=tuple(r for r in scheme.relation_types if r.name in units),
        party=scheme.party if "party" in units else None,
        dyad=scheme.dyad if "dyad" in units else None,
        article_labels=tuple(
            label
            for label in scheme.article_labels
            if (computes and label.derived.of in units if label.derived else "article" in units)
        ),
    )


def _holds(
    constraint: Constraint, scheme: Scheme, known: Collection[str], names: list[str], place: int
) -> bool:
    """Whether a constraint can be judged: what is built in holds of whatever there is."""
    if constraint.stage:
        return names.index(constraint.stage) <= place
    if constraint.each in {*_stage_of(scheme)}:
        return constraint.each in known
    if constraint.of is not None:
        fields = {(field.name, unit) for unit, field in scheme.fields()}
        return any((constraint.of[0], unit) in fields for unit in known)
    return place == len(names) - 1 or (constraint.check is not None and not constraint.function)


def _without_sections(
    json_schema: Mapping[str, Json], later: Collection[str], *, is_last: bool
) -> dict[str, Json]:
    """The JSON Schema of a document in which the sections of later stages are not there yet."""
    properties = as_object(json_schema.get("properties"))
    required = [name for name in strings(json_schema.get("required")) if name not in later]
    kept = {name: node for name, node in properties.items() if name not in later}
    if is_last:
        return {**json_schema, "properties": kept, "required": [*required]}
    kept |= {n: _asking_less(as_object(kept[n])) for n in ("spans", "relations") if n in kept}
    return {**_asking_less(json_schema), "properties": kept, "required": [*required]}


def _asking_less(node: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in node.items() if name not in _ASKS_FOR_MORE}
