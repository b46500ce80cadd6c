"""Write the chapters of a codebook, each from what the scheme says of one kind of thing."""

from collections.abc import Iterable

from signalbook.schema.markdown import code, escape, filled_table

from .anchors import Index, Unit, anchor_part, anchored, code_link, link
from .entries import examples, field_entry
from .found_examples import found_examples
from .lists import list_links, printed_lists


def section(*paragraphs: str) -> str:
    """Paragraphs with an empty line between them; nothing stands for those that say nothing."""
    return "\n\n".join(text for text in map(str.strip, paragraphs) if text) + "\n"


def spans(index: Index) -> str:
    """What is marked in the text."""
    parts = [heading(2, "Spans", "span")]
    found = found_examples(index.scheme)
    for span_type, unit in zip(index.scheme.span_types, index.units, strict=False):
        parts += [f"### {anchored(unit.anchor)}{escape(span_type.label)}"]
        parts += [index.paragraph(span_type.description, span_type.rule)]
        parts += [examples(index, span_type.examples)]
        rows = [(index.prose(text), index.prose(why)) for text, why in span_type.worked_examples]
        rows += [(escape(e.text), escape(e.why)) for e in found if e.type == span_type.name]
        if rows:
            parts += [filled_table(("worked example", "why"), rows)]
        parts += [_asked(unit)]
    return section(*parts) if index.scheme.span_types else ""


def parties(index: Index) -> str:
    """Who is meant by spans."""
    party = index.scheme.party
    unit = index.unit("party")
    if party is None or unit is None:
        return ""
    return section(
        heading(2, "Parties", unit.anchor),
        index.paragraph(party.description, party.rule),
        examples(index, party.examples),
        _asked(unit),
    )


def dyads(index: Index) -> str:
    """What is judged of two sides."""
    dyad = index.scheme.dyad
    unit = index.unit("dyad")
    if dyad is None or unit is None:
        return ""
    title = f"## {anchored(unit.anchor)}{escape(dyad.title)}s"
    return section(title, index.paragraph(dyad.description), _asked(unit))


def article(index: Index) -> str:
    """What is asked about the article as a whole."""
    unit = index.unit("article")
    if unit is None or not unit.fields:
        return ""
    return section(heading(2, "The article as a whole", unit.anchor), _asked(unit))


def relations(index: Index) -> str:
    """The links between two spans."""
    if not index.scheme.relation_types:
        return ""
    rows: list[tuple[str, ...]] = []
    for relation in index.scheme.relation_types:
        ends = (_types(index, relation.from_), _types(index, relation.to))
        rows.append(
            (
                f"{anchored(index.relation(relation.name))}{code(relation.name)}",
                f"{ends[0]} {'↔' if relation.symmetric else '→'} {ends[1]}",
                "at most one" if relation.at_most_one else "any number",
                index.prose(relation.description, relation.rule),
                index.prose(relation.examples.positive) if relation.examples else "",
                index.prose(relation.examples.negative) if relation.examples else "",
            )
        )
    columns = ("relation", "between", "of each", "meaning", "yes", "no")
    return section(heading(2, "Relations", "relation"), filled_table(columns, rows))


def decisions(index: Index) -> str:
    """Doubts that were settled once."""
    if not index.scheme.decisions:
        return ""
    rows = [
        (f"{anchored(index.id(id))}{escape(id)}", escape(topic), index.prose(decision))
        for id, topic, decision in index.scheme.decisions
    ]
    columns = ("id", "topic", "decision")
    return section(heading(2, "Settled doubts", "decision"), filled_table(columns, rows))


def values(index: Index) -> str:
    """Every field with its values."""
    entries = [part for entry in index.entries for part in field_entry(index, entry)]
    title = heading(2, "Fields and their values", "chapter.fields")
    return section(title, *entries) if entries else ""


def checks(index: Index) -> str:
    """The rules that annotations are held to."""
    if not index.scheme.constraints:
        return ""
    rows = [
        (
            f"{anchored(index.id(check.id))}{escape(check.id)}",
            check.severity,
            index.prose(check.message),
            index.prose(check.rule),
            list_links(index, check.id),
        )
        for check in index.scheme.constraints
    ]
    columns = ("id", "severity", "what you see", "precise rule", "lists")
    lists = printed_lists(index)
    return section(heading(2, "Checks", "check"), filled_table(columns, rows), *lists)


def agreement(index: Index) -> str:
    """How the agreement on each field is measured."""
    rows = [
        (
            link(unit.title, unit.anchor),
            index.field(unit, field.name),
            field.level,
            code(field.agreement.coefficient),
            "none" if field.agreement.target is None else f"{field.agreement.target:g}",
        )
        for unit in index.units
        for field in unit.fields
        if field.agreement
    ]
    columns = ("unit", "field", "level", "coefficient", "target")
    title = heading(2, "Agreement", "chapter.agreement")
    return section(title, filled_table(columns, rows)) if rows else ""


def heading(level: int, title: str, anchor: str) -> str:
    """A heading of ours, to which links lead."""
    return f"{'#' * level} {anchored(anchor)}{title}"


def _asked(unit: Unit) -> str:
    asked, computed = (
        ", ".join(
            link(field.title, f"{unit.anchor}.{anchor_part(field.name)}")
            for field in unit.fields
            if (field.derived is not None) is is_computed
        )
        for is_computed in (False, True)
    )
    parts = (
        f"**Asked of each:** {asked}." * bool(asked),
        f"**Computed:** {computed}." * bool(computed),
    )
    return " ".join(filter(None, parts))


def _types(index: Index, names: Iterable[str]) -> str:
    found = [(name, index.span_type(name)) for name in names]
    return "/".join(code_link(name, unit.anchor) if unit else code(name) for name, unit in found)
