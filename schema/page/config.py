"""Derive the labelling page of Label Studio from a scheme: one XML configuration.

The text stands on the left under the bar of labels. The column on the right shows what is coded
on the selected span; on a mention, its party; with nothing selected, the whole article.

What the page stores is named in control_names.py. What it needs in a task's data: `text`, `title`,
`about` (a line of metadata), `corrections` (Markdown without HTML, or nothing), for every field
with a list of codes, a list `[{"value": name, "alias": code}, ...]` under `codes_<field>`, and the
lists of task_lists.py. A task that asks of one pair of a dyad has `pair_title` and `pair_spans`, which
say who they are and what connects them, as a line and as Markdown without HTML.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from signalbook.schema.markdown import without_html
from signalbook.schema.scheme.keys import OF_ARTICLE, OF_PAIR, OF_SPAN, assign_keys
from signalbook.schema.scheme.model import DyadType, Field, PartyType, Scheme, SpanType
from signalbook.schema.scheme.stages import asks_pairs, on_page

from .chips import examples, hint, visible
from .control_names import (
    ARROW,
    ARTICLE,
    DYAD_ROWS,
    LABEL,
    MENTIONS,
    NAMED,
    PAIR_SPANS,
    PAIR_TITLE,
    PARTY,
    PARTY_ID,
    ROW,
    SPAN,
    TEXT,
    UNMENTIONED_ROWS,
    asked_together,
    box_key,
    control,
    dyad_slot,
    has_unmentioned_rows,
    labels,
    mention_types,
    unmentioned_slot,
)
from .rows import PageUnit, add_row, header, view
from .stylesheet import stylesheet

#: For relations without a colour of their own; told apart by colour-blind readers too.
_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2")
_NO_COLOUR = "#888888"


def labeling_config(scheme: Scheme) -> str:
    """The labelling page of a scheme.

    Raises:
        SchemeError: Label Studio cannot show a value of the scheme.
    """
    scheme = on_page(scheme)
    root = Element("View")
    SubElement(root, "Style").text = stylesheet(scheme)
    _add_relations(root, scheme)
    page = view(root, "page")
    _add_text_column(view(page, "text-column"), scheme)
    side = view(page, "side")
    _add_markers(side)
    # Each scrolls by itself, and begins at its top again once it was empty.
    of_article, of_span = view(side, "scroll"), view(side, "scroll")
    _add_article(of_article, scheme)
    if scheme.dyad is not None and asks_pairs(scheme):
        _add_pair(of_article, scheme, scheme.dyad)
    elif scheme.dyad is not None:
        _add_dyads(of_article, scheme.dyad)
    if scheme.party is not None and not asks_pairs(scheme):
        _add_party_blocks(of_article, of_span, scheme, scheme.party)
    if scheme.span_types:
        _add_span_rows(of_span, scheme)
    for span_type in scheme.span_types:
        _add_span_folds(of_span, scheme, span_type)
    _park_keys(side, scheme)
    indent(root, " ")
    return tostring(root, encoding="unicode") + "\n"


def _add_relations(parent: Element, scheme: Scheme) -> None:
    if not scheme.relation_types:
        return
    # With "single", a second relation between the same two spans would be dropped on import.
    relations = SubElement(parent, "Relations", {"choice": "multiple"})
    spare = list(_COLOURS)
    for number, kind in enumerate(scheme.relation_types):
        colour = kind.colour if kind.colour != _NO_COLOUR else spare[number % len(spare)]
        SubElement(relations, "Relation", {"value": kind.name, "background": colour})


def _add_text_column(column: Element, scheme: Scheme) -> None:
    if scheme.span_types:  # Label Studio refuses a bar without labels
        _add_labels(column, scheme)
    if mention_types(scheme):
        named = SubElement(column, "Repeater", {"on": f"${NAMED}", "indexFlag": ROW})
        view(named, f"at named-{ROW}")
    header(column, "$title", 4)
    header(view(column, "about"), "$about", 6)
    SubElement(
        column,
        "Text",
        {"name": TEXT, "value": "$text", "granularity": "symbol", "showLabels": "true"},
    )


def _add_labels(column: Element, scheme: Scheme) -> None:
    """The bar of labels: those of parties come from the task.

    Labels have no keys: a key, pressed with a span selected, would give that span another label.
    """
    shown = {"name": LABEL, "toName": TEXT, "showInline": "true"}
    if mention_types(scheme):
        shown["value"] = f"${MENTIONS}"
    bar = SubElement(view(column, "bar"), "Labels", shown)
    titles = Counter(span_type.label for span_type in scheme.span_types)
    for span_type in scheme.span_types:
        if span_type in mention_types(scheme):
            continue
        shared = f" ({span_type.name})" if titles[span_type.label] > 1 else ""
        attributes = {
            "value": visible(f"{span_type.label}{shared}"),
            "alias": span_type.name,
            "background": span_type.colour,
            "hint": f"{span_type.title}: {span_type.description}",
        }
        SubElement(bar, "Label", attributes)


def _add_markers(side: Element) -> None:
    """Empty blocks that Label Studio hides and shows: the style sheet reads the selection there."""
    view(side, "at at-nothing", visibleWhen="no-region-selected")
    view(side, "at at-span", visibleWhen="region-selected")


def _park_keys(side: Element, scheme: Scheme) -> None:
    """Spend the keys that Label Studio would hand out by itself, where a slip is not seen.

    The key of a filter puts the cursor into it, and into a hidden one it does nothing. (The key of a
    text box's shortcut can be typed in no other text box either. A key that no keyboard has, on
    every choice, makes a page with many choices open in half a minute.)
    """
    chosen = next(side.iter("Choices"), None)
    name = LABEL if scheme.span_types else chosen.get("name", "") if chosen is not None else ""
    box = view(side, "parked")
    for key in assign_keys(scheme).parked if name else ():
        SubElement(box, "Filter", {"name": f"key_{key}", "toName": name, "hotkey": key})


def _selected(*stored: str) -> dict[str, str]:
    when = {"visibleWhen": "region-selected", "whenTagName": LABEL}
    return {**when, "whenLabelValue": ",".join(stored)}


def _parties(scheme: Scheme) -> tuple[str, ...]:
    return scheme.party.ids if scheme.party else ()


def _span_unit(scheme: Scheme, span_types: Sequence[SpanType], name: str = "") -> PageUnit:
    """What is asked of spans of these types, under a name of their own if there are several."""
    return PageUnit(
        name=name or span_types[0].name,
        title=" or ".join(span_type.label for span_type in span_types),
        labels=tuple(label for kind in span_types for label in labels(scheme, kind)),
        compulsory=True,
        keys=assign_keys(scheme).given,
        keyed_as=OF_SPAN,
        parties=_parties(scheme),
    )


def _add_span_rows(side: Element, scheme: Scheme) -> None:
    """What is asked of spans, less what lies folded: a row that types have in common stands once."""
    panel = view(side, "panel", visibleWhen="region-selected")
    for types, field in _span_rows(scheme):
        kinds = [kind for kind in scheme.span_types if kind.name in types]
        unit = _span_unit(scheme, kinds, SPAN if len(kinds) > 1 else "")
        add_row(panel, unit, field, **_selected(*unit.labels))
    _add_arrow_row(panel, scheme)


def _add_arrow_row(panel: Element, scheme: Scheme) -> None:
    """The relation of the arrows that begin at a span, by one click.

    An arrow's own list of relations takes four, and nothing in a page can open it.
    """
    begins = {name for kind in scheme.relation_types for name in kind.from_}
    kinds = [kind for kind in scheme.span_types if kind.name in begins]
    stored = [label for kind in kinds for label in labels(scheme, kind)]
    if not stored:
        return
    row = view(panel, "row", **_selected(*stored))
    header(row, "Arrow")
    shown = {"name": ARROW, "toName": TEXT, "choice": "single", "layout": "inline"}
    only = {"perRegion": "true", "whenLabelValue": ",".join(stored)}
    choices = SubElement(view(row, "cell"), "Choices", shown | only)
    titles = Counter(kind.title for kind in scheme.relation_types)
    for kind in scheme.relation_types:
        text = visible(kind.title if titles[kind.title] == 1 else kind.name)
        SubElement(choices, "Choice", {"value": text, "alias": kind.name, "hint": hint(kind)})


def _span_rows(scheme: Scheme) -> list[tuple[tuple[str, ...], Field]]:
    """Span types and what is asked of them, for each type in its own order."""
    shared = asked_together(scheme)
    rows: list[tuple[tuple[str, ...], Field]] = []
    for span_type in scheme.span_types:
        place = 0
        for field in _in_view(f for f in span_type.fields if f != span_type.party_field):
            types = shared.get(field.name, ())
            types = types if span_type.name in types else (span_type.name,)
            places = {(kinds, other.name): n for n, (kinds, other) in enumerate(rows)}
            if (types, field.name) not in places:
                rows.insert(place, (types, field))
            place = max(place, places.get((types, field.name), place)) + 1
    return rows


def _add_span_folds(side: Element, scheme: Scheme, span_type: SpanType) -> None:
    """What is optional of a span, and its part of the codebook."""
    unit = _span_unit(scheme, [span_type])
    panel = view(side, "panel", **_selected(*unit.labels))
    naming = span_type.party_field if scheme.party else None
    _add_fields(panel, unit, [f for f in span_type.fields if f.tier == "optional" and f != naming])
    _add_codebook(panel, span_type, span_type.fields)
    if naming is not None and scheme.party is not None:
        _add_codebook(panel, scheme.party, scheme.party.fields)


def _in_view(fields: Iterable[Field]) -> list[Field]:
    """What does not lie folded: undecided fields first, then those with a proposal."""
    shown = (field for field in fields if field.tier != "optional")
    return sorted(shown, key=lambda field: not field.must_be_decided)


def _add_fields(
    panel: Element, unit: PageUnit, fields: list[Field] | tuple[Field, ...], *, of: str = ""
) -> None:
    """Undecided fields first, then those with a proposal; what is optional lies folded.

    Args:
        panel: Block to add them to.
        unit: What they are about.
        fields: Fields to add.
        of: What the folded ones are of, where it is not what is selected.
    """
    for field in _in_view(fields):
        add_row(panel, unit, field)
    folded = [f for f in fields if f.tier == "optional"]
    if folded:
        shorts = ", ".join(visible(f.short) for f in folded)
        inside = _fold(panel, f"{visible(of)}: {shorts}" if of else shorts)
        for field in folded:
            add_row(inside, unit, field)


def _fold(parent: Element, title: str) -> Element:
    """A closed block; its content needs a View of its own, or the page stays blank."""
    collapse = SubElement(parent, "Collapse", {"bordered": "false"})
    return view(SubElement(collapse, "Panel", {"value": title}), "folded")


def _add_codebook(parent: Element, kind: SpanType | PartyType, fields: tuple[Field, ...]) -> None:
    paragraphs = [" ".join(filter(None, (kind.description, kind.rule, examples(kind.examples))))]
    paragraphs += [
        f"**{field.title}**: {' '.join(filter(None, (field.description, field.rule)))}"
        for field in fields
        if field.description or field.rule
    ]
    inside = _fold(parent, visible(f"Codebook: {kind.label}"))
    shown = visible(without_html("\n\n".join(paragraphs)))  # Label Studio would run HTML
    SubElement(inside, "Markdown", {"value": shown, "className": "codebook"})


def _add_party_blocks(
    of_article: Element, of_span: Element, scheme: Scheme, party: PartyType
) -> None:
    """What is asked of parties: on a mention, in rows, or where spans name none, in their blocks."""
    if mention_types(scheme):
        _add_party_panel(of_span, scheme, party)
    if has_unmentioned_rows(scheme):
        _add_unmentioned(of_article, party)
    else:
        _add_parties(of_article, party)


def _add_party_panel(side: Element, scheme: Scheme, party: PartyType) -> None:
    """One block for all parties: what is asked of a party is asked on its mention."""
    stored = tuple(label for kind in mention_types(scheme) for label in labels(scheme, kind))
    unit = PageUnit(PARTY, party.label, labels=stored)
    _add_fields(view(side, "panel", **_selected(*stored)), unit, party.fields, of=party.label)


def _add_unmentioned(side: Element, party: PartyType) -> None:
    """Rows for parties that no words name: as many as the task says, folded."""
    inside = _fold(view(side, "whole"), visible(f"{party.label} that no words name"))
    rows = _repeat(inside, UNMENTIONED_ROWS)
    unit = PageUnit(unmentioned_slot(ROW), party.label, types_codes=True)
    row = view(view(rows, "party"), "row")
    header(row, "Which")
    which = {"name": control(unit.name, PARTY_ID), "toName": TEXT}
    listed = f"${box_key(unmentioned_slot(''), PARTY_ID)}"
    shown = {**which, "choice": "single", "layout": "select", "value": listed}
    SubElement(view(row, "cell"), "Choices", shown)
    for field in party.fields:
        add_row(rows, unit, field)


def _repeat(parent: Element, key: str) -> Element:
    """A block that Label Studio writes once for every entry of a list in the task."""
    repeater = SubElement(parent, "Repeater", {"on": f"${key}", "indexFlag": ROW})
    block = view(repeater, "repeated")
    header(view(block, "section"), f"${key}[{ROW}].title", 5)
    return block


def _add_parties(side: Element, party: PartyType) -> None:
    """Where no span names a party, a block for each, folded."""
    ids = party.ids
    inside = _fold(view(side, "whole"), visible(f"{party.label} {ids[0]} to {ids[-1]}"))
    for number, party_id in enumerate(ids, 1):
        block = view(inside, f"party party-{number}")
        header(view(block, "section"), visible(f"{party.label} {party_id}"), 5)
        for field in sorted(party.fields, key=lambda f: not f.must_be_decided):
            add_row(block, PageUnit(party_id, party_id), field)


def _add_article(side: Element, scheme: Scheme) -> None:
    panel = view(side, "panel", visibleWhen="no-region-selected")
    SubElement(panel, "Markdown", {"value": "$corrections", "className": "corrections"})
    if scheme.asked_labels:
        header(view(panel, "section"), "Article (Esc shows this)", 5)
        keys = assign_keys(scheme).given
        unit = PageUnit(ARTICLE, "Article", compulsory=True, keys=keys, keyed_as=OF_ARTICLE)
        _add_fields(panel, unit, scheme.asked_labels)


def _add_dyads(side: Element, dyad: DyadType) -> None:
    rows = view(side, "dyads whole")
    shorts = " and ".join(visible(field.short) for field in dyad.sides)
    may_stay = f"{shorts} may stay empty where only one pair is left that spans connect"
    header(view(view(rows, "cell"), "note"), may_stay[:1].upper() + may_stay[1:])
    block = _repeat(rows, DYAD_ROWS)
    unit = PageUnit(dyad_slot(ROW), dyad.title, lists=dyad_slot(""), folds_parties=True)
    for field in dyad.all_fields:
        add_row(block, unit, field)


def _add_pair(side: Element, scheme: Scheme, dyad: DyadType) -> None:
    """What is asked of the pair of a task: who they are, what connects them, and the questions."""
    block = view(side, "panel")
    header(view(block, "section"), f"${PAIR_TITLE}", 4)
    SubElement(block, "Markdown", {"value": f"${PAIR_SPANS}", "className": "pair-spans"})
    keys = assign_keys(scheme).given
    unit = PageUnit(dyad_slot(0), dyad.title, compulsory=True, keys=keys, keyed_as=OF_PAIR)
    _add_fields(block, unit, dyad.fields)
