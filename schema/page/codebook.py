"""Write the annotators' codebook: as Markdown, as HTML, and as the instructions of the page.

Prose that no schema can hold lies beside the scheme file in `codebook_prose.md`, a Jinja template; the
sections below fill it. A scheme without prose gets all sections in their order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from signalbook.schema.documents.records import AnnotationDocument, Span, Value
from signalbook.schema.markdown import table, without_html
from signalbook.schema.scheme.model import AllowedValue, Examples, Field, Json, Scheme

_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; margin: 1rem 0; width: 100%; font-size: .92em; }}
th, td {{ border: 1px solid color-mix(in srgb, currentColor 30%, transparent); padding: .3rem .5rem;
  text-align: left; vertical-align: top; }}
blockquote {{ border-left: 3px solid; margin-left: 0; padding-left: 1rem; opacity: .85; }}
code {{ font-size: .95em; }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
_VALUE_COLUMNS = ("value", "title", "meaning", "rule", "yes", "no")


def codebook_markdown(scheme: Scheme) -> str:
    """The whole codebook as Markdown."""
    import jinja2

    sections = {name: write(scheme) for name, write in _SECTIONS.items()}
    if not scheme.prose.is_file():
        head = _section(f"# Codebook: {scheme.title}, scheme {scheme.version}", scheme.description)
        return "\n".join(filter(None, [head, *sections.values()]))
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string(scheme.prose.read_text(encoding="utf-8"))
    return template.render(scheme=scheme, **sections)


def codebook_html(scheme: Scheme) -> str:
    """The whole codebook as one HTML page that needs nothing else."""
    import html

    title = html.escape(f"Codebook: {scheme.title}")
    return _HTML.format(title=title, body=_html_fragment(codebook_markdown(scheme)))


#: What goes wrong on the page without a word: the work then counts for another, or is another.
_ON_THE_PAGE = """\
**Open articles with the button Label All Tasks.** A click on a row of the list opens what somebody \
else has made, and what you change there is theirs.

**Press Esc before the key of the next label.** While a span is selected, that key gives the span \
another label.

"""


def instructions(scheme: Scheme) -> str:
    """The codebook as Label Studio shows it behind the button "Instructions"."""
    return _html_fragment(_ON_THE_PAGE + codebook_markdown(scheme))


def _html_fragment(markdown: str) -> str:
    from markdown_it import MarkdownIt

    # Raw HTML stays text: the text of a scheme is data here too.
    page: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    return page


def _section(*paragraphs: str) -> str:
    """Paragraphs with an empty line between them; nothing stands for those that say nothing."""
    return "\n\n".join(text for text in map(str.strip, paragraphs) if text) + "\n"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table without the columns in which every cell is empty."""
    rows = list(rows)
    kept = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    return table([columns[at] for at in kept], [[row[at] for at in kept] for row in rows])


def _yes_no(examples: Examples | None) -> str:
    return f"Yes: {examples.positive} - No: {examples.negative}" if examples else ""


def _key(hotkey: str | None) -> str:
    return f" (key {hotkey})" if hotkey else ""


def _spans(scheme: Scheme) -> str:
    parts = ["## Spans"]
    for span_type in scheme.span_types:
        key = " (the party's key)" if span_type.party_field else _key(span_type.hotkey)
        parts += [f"### {span_type.label}{key}", span_type.description, span_type.rule]
        parts += [_yes_no(span_type.examples)]
        if span_type.worked_examples:
            parts += [_table(("worked example", "why"), span_type.worked_examples)]
    return _section(*parts)


def _parties(scheme: Scheme) -> str:
    if scheme.party is None:
        return ""
    party = scheme.party
    rows = ((f"`{f.name}`", f.title, f.description, f.rule) for f in party.fields)
    references = [
        f"- **{field.title}** (`{field.name}`, on {', '.join(units)}): {_explained(field)}"
        for units, field in _fields_once(scheme)
        if field.is_party_reference
    ]
    return _section(
        "## Parties",
        f"{party.description} {party.rule}",
        _yes_no(party.examples),
        _table(("field", "title", "what it says", "rule"), rows),
        "\n".join(references),
    )


def _decisions(scheme: Scheme) -> str:
    if not scheme.decisions:
        return ""
    return _section("## Settled doubts", _table(("id", "topic", "decision"), scheme.decisions))


def _values(scheme: Scheme) -> str:
    """Every field with its values; fields of parties and references stand in the section above."""
    parts: list[str] = []
    for units, field in _fields_once(scheme):
        if not (field.values or field.is_boolean) and (field.is_reference or units == ["party"]):
            continue
        default = f"; default {_shown(field.default)}" if field.default is not None else ""
        about = f"`{field.name}`, {field.level}, on {', '.join(units)}{default}"
        parts += [f"### {field.title} ({about})", _explained(field)]
        if field.is_boolean:
            parts.append("Answer yes or no.")
        if field.values:
            parts.append(_table(_VALUE_COLUMNS, map(_value_row, field.values)))
    return _section("## Fields and their values", *parts) if parts else ""


def _fields_once(scheme: Scheme) -> Iterator[tuple[list[str], Field]]:
    """Every field once, with the units that it is on."""
    once: dict[tuple[str, str], tuple[list[str], Field]] = {}
    for unit, field in scheme.fields():
        once.setdefault((field.pointer, field.name), ([], field))[0].append(unit)
    yield from once.values()


def _explained(field: Field) -> str:
    return f"{field.description} {field.rule}".strip()


def _value_row(value: AllowedValue) -> tuple[str, ...]:
    examples = value.examples or Examples("", "")
    key = _key(value.hotkey)
    title = f"{value.title}{key}"
    return (
        f"`{value.id}`",
        title,
        value.description,
        value.rule,
        examples.positive,
        examples.negative,
    )


def _relations(scheme: Scheme) -> str:
    if not scheme.relation_types:
        return ""
    rows = (
        (
            f"`{r.name}`",
            f"{'/'.join(r.from_)} {'↔' if r.symmetric else '→'} {'/'.join(r.to)}",
            "at most one" if r.at_most_one else "any number",
            f"{r.description} {r.rule}".strip(),
            r.examples.positive if r.examples else "",
            r.examples.negative if r.examples else "",
        )
        for r in scheme.relation_types
    )
    columns = ("relation", "between", "each", "rule", "yes", "no")
    return _section("## Relations", _table(columns, rows))


def _dyads(scheme: Scheme) -> str:
    if scheme.dyad is None:
        return ""
    sender, receiver = scheme.dyad.sides
    sides = f"`{sender.name}` and `{receiver.name}`: {_explained(sender) or _explained(receiver)}"
    return _section(f"## {scheme.dyad.title}s", scheme.dyad.description, sides)


def _checks(scheme: Scheme) -> str:
    if not scheme.constraints:
        return ""
    rows = ((c.id, c.severity, c.message, c.rule) for c in scheme.constraints)
    columns = ("id", "severity", "what you see", "precise rule")
    return _section("## Checks", _table(columns, rows))


def _agreement(scheme: Scheme) -> str:
    rows = [
        (unit, f"`{f.name}`", f.level, f.agreement.coefficient, _target(f.agreement.target))
        for unit, f in scheme.fields()
        if f.agreement
    ]
    columns = ("unit", "field", "level", "coefficient", "target")
    return _section("## Agreement", _table(columns, rows)) if rows else ""


def _target(target: float | None) -> str:
    return "none" if target is None else f"{target:g}"


def _example(scheme: Scheme) -> str:
    """The annotation beside the scheme, as a worked example."""
    path = scheme.folder / "example.annotation.json"
    if not path.is_file():
        return ""
    document = AnnotationDocument.model_validate_json(path.read_text(encoding="utf-8"))
    words = {span.id: _words(span, document) for span in document.spans}
    units = {
        "Parties": [f"**{p.id}**: {_attributes(p.attributes)}" for p in document.parties],
        "Spans": [f"{s.type} “{words[s.id]}”: {_attributes(s.attributes)}" for s in document.spans],
        "Relations": [f"“{words[r.from_]}” {r.type} “{words[r.to]}”" for r in document.relations],
        "Dyads": [_attributes(dyad.attributes) for dyad in document.dyads],
        "Article": [_attributes(document.article_labels)],
    }
    lists = [
        "\n".join([f"{name}:\n", *(f"- {line}" for line in lines)])
        for name, lines in units.items()
        if any(lines)
    ]
    text = without_html(document.article.text or "")
    quoted = "\n>\n".join(f"> {line}" for line in text.splitlines())
    return _section("## Worked example", quoted, *lists)


def _words(span: Span, document: AnnotationDocument) -> str:
    return without_html(span.text or (document.article.text or "")[span.start : span.end])


def _attributes(attributes: dict[str, Value]) -> str:
    return "; ".join(f"{name} {without_html(_shown(value))}" for name, value in attributes.items())


def _shown(value: "Value | Json") -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


_SECTIONS: dict[str, Callable[[Scheme], str]] = {
    "spans": _spans,
    "parties": _parties,
    "relations": _relations,
    "dyads": _dyads,
    "decisions": _decisions,
    "example": _example,
    "values": _values,
    "checks": _checks,
    "agreement": _agreement,
}
