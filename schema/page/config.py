"""Derive the labelling page of Label Studio from a scheme: one XML configuration.

The text stands on the left under the bar of labels. The column on the right shows what is coded
on the selected span; on a mention, its party; with nothing selected, the whole article.

What the page stores is named in control_names.py. What it needs in a task's data: `text`, `title`,
`about` (a line of metadata), `corrections` (Markdown without HTML, or nothing) and, for every
field with a list of codes, a list `[{"value": name, "alias": code}, ...]` under `codes_<field>`.
"""

from collections import Counter
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from signalbook.schema.markdown import without_html
from signalbook.schema.scheme.keys import OF_ARTICLE, OF_LABEL, OF_SPAN, assign_keys
from signalbook.schema.scheme.model import DyadType, Field, PartyType, Scheme, SpanType

from .control_names import ARTICLE, LABEL, TEXT, dyad_slot, labels
from .rows import PageUnit, add_row, examples, header, view, visible
from .stylesheet import stylesheet

#: For relations without a colour of their own; told apart by colour-blind readers too.
_COLOURS = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#0072B2")
_NO_COLOUR = "#888888"


def labeling_config(scheme: Scheme) -> str:
    """The labelling page of a scheme.

    Raises:
        SchemeError: Label Studio cannot show a value of the scheme.
    """
    root = Element("View")
    SubElement(root, "Style").text = stylesheet(scheme)
    _add_relations(root, scheme)
    page = view(root, "page")
    _add_text_column(view(page, "text-column"), scheme)
    side = view(page, "side")
    _add_markers(side, scheme)
    _park_keys(side, scheme)
    _add_article(side, scheme)
    # Many rows: the style sheet hides and shows them, as Label Studio would draw each one anew.
    if scheme.dyad is not None:
        _add_dyads(side, scheme.dyad, scheme.party)
    if scheme.party is not None:
        _add_parties(side, scheme.party)
    for span_type in scheme.span_types:
        _add_span_panel(side, scheme, span_type)
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
    header(column, "$title", 4)
    header(view(column, "about"), "$about", 6)
    SubElement(
        column,
        "Text",
        {"name": TEXT, "value": "$text", "granularity": "symbol", "showLabels": "true"},
    )


def _add_labels(column: Element, scheme: Scheme) -> None:
    keys = assign_keys(scheme).given
    bar = SubElement(
        view(column, "bar"), "Labels", {"name": LABEL, "toName": TEXT, "showInline": "true"}
    )
    titles = Counter(span_type.label for span_type in scheme.span_types)
    for span_type, stored, number in labels(scheme):
        party = (stored.rsplit("__", 1)[1],) if number else ()
        shared = f" ({span_type.name})" if titles[span_type.label] > 1 else ""
        attributes = {
            "value": party[0] if party else visible(f"{span_type.label}{shared}"),
            "alias": stored,
            "background": span_type.colour,
        }
        if key := keys.get((OF_LABEL, span_type.name, *party)):
            attributes["hotkey"] = key
        if number == 0 or number == 1:
            attributes["hint"] = f"{span_type.title}: {span_type.description}"
        SubElement(bar, "Label", attributes)


def _add_markers(side: Element, scheme: Scheme) -> None:
    """Empty blocks that Label Studio hides and shows: the style sheet reads the selection there."""
    view(side, "at at-nothing", visibleWhen="no-region-selected")
    for _, stored, number in labels(scheme):
        if number:
            view(side, f"at at-{number}", **_selected(stored))


def _park_keys(side: Element, scheme: Scheme) -> None:
    """Spend the keys that would go to article labels, where a slip of the finger is not seen.

    A shortcut of a hidden text box does nothing. (A key that no keyboard has, on every choice,
    makes a page with many choices open in half a minute.)
    """
    box = SubElement(view(side, "parked"), "TextArea", {"name": "keys", "toName": TEXT})
    for key in assign_keys(scheme).spare:
        SubElement(box, "Shortcut", {"value": "", "hotkey": key})


def _selected(*stored: str) -> dict[str, str]:
    when = {"visibleWhen": "region-selected", "whenTagName": LABEL}
    return {**when, "whenLabelValue": ",".join(stored)}


def _add_span_panel(side: Element, scheme: Scheme, span_type: SpanType) -> None:
    stored = tuple(label for kind, label, _ in labels(scheme) if kind == span_type)
    unit = PageUnit(
        name=span_type.name,
        title=span_type.label,
        labels=stored,
        parties=scheme.party.ids if scheme.party else (),
        compulsory=True,
        keys=assign_keys(scheme).given,
        keyed_as=OF_SPAN,
    )
    panel = view(side, "panel", **_selected(*stored))
    naming = span_type.party_field if len(stored) > 1 or scheme.party else None
    _add_fields(panel, unit, [f for f in span_type.fields if f != naming])
    _add_codebook(panel, span_type, span_type.fields)
    if naming is not None and scheme.party is not None:
        _add_codebook(panel, scheme.party, scheme.party.fields)


def _add_fields(panel: Element, unit: PageUnit, fields: list[Field] | tuple[Field, ...]) -> None:
    """Undecided fields first, then those with a proposal; what is optional lies folded."""
    folded = [f for f in fields if f.tier == "optional"]
    shown = [f for f in fields if f not in folded]
    for field in sorted(shown, key=lambda f: not f.must_be_decided):
        add_row(panel, unit, field)
    if folded:
        inside = _fold(panel, ", ".join(visible(f.short) for f in folded))
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


def _add_parties(side: Element, party: PartyType) -> None:
    """One block per party: on a mention its own, with nothing selected all of them, folded."""
    ids = party.ids
    title = f"{party.label} {ids[0]} to {ids[-1]}"
    inside = _fold(view(side, "parties"), visible(title))
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


def _add_dyads(side: Element, dyad: DyadType, party: PartyType | None) -> None:
    dyads = view(side, "dyads")
    for number in range(1, dyad.slots.offered + 1):
        block = view(dyads, f"dyad dyad-{number}")
        header(view(block, "section"), visible(f"{dyad.title} {number}"), 5)
        parties = party.ids if party else ()
        unit = PageUnit(dyad_slot(number), f"{dyad.title} {number}", parties=parties)
        for field in dyad.all_fields:
            add_row(block, unit, field)
