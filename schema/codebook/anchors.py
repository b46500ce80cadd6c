"""Give everything in a codebook its anchor, and link to it wherever it is named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from signalbook.schema.markdown import code, escape, escape_within, paragraph
from signalbook.schema.scheme.model import Field, Scheme
from signalbook.schema.text import yes_or_no

#: First parts of anchors that a span type of the same name may not take away.
_TAKEN = {
    *("span", "party", "dyad", "article", "relation", "check", "decision", "list", "example"),
    *("contents", "chapter"),
}
#: What an anchor cannot hold as it is; a full stop separates its parts.
_NOT_IN_ANCHORS = re.compile(r"[^\w-]")


@dataclass(frozen=True)
class Unit:
    """What fields are asked about: a span type, the parties, the dyads or the article."""

    name: str
    anchor: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Entry:
    """One field, with all units on which the scheme says the same of it."""

    field: Field
    units: tuple[Unit, ...]
    #: Those of the units on which it is required.
    required_on: tuple[Unit, ...]

    @property
    def anchors(self) -> tuple[str, ...]:
        """Its anchors, one for each unit; links lead to the first."""
        return tuple(f"{unit.anchor}.{anchor_part(self.field.name)}" for unit in self.units)


def anchor_part(name: str) -> str:
    """A name as part of an anchor: other names give other parts."""
    return _NOT_IN_ANCHORS.sub(lambda match: f"~{ord(match[0]):x}", name)


def anchored(*anchors: str) -> str:
    """The places that links to these anchors lead to."""
    return "".join(f'<a id="{anchor}"></a>' for anchor in anchors)


def link(title: str, anchor: str) -> str:
    """A link to an anchor; its title is shown as it is."""
    return f"[{escape(title)}](#{anchor})"


def code_link(name: str, anchor: str) -> str:
    """A link to an anchor that shows a name of the scheme."""
    return f"[{code(name)}](#{anchor})"


class Index:
    """Where everything in the codebook of a scheme is explained."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.units = tuple(_units(scheme))
        self.entries = tuple(_entries(self.units))
        self._ids = {c.id: f"check.{anchor_part(c.id)}" for c in scheme.constraints}
        self._ids |= {id: f"decision.{anchor_part(id)}" for id, *_ in scheme.decisions}
        self._names = self._unique_names()
        ids = "|".join(map(re.escape, self._ids))
        #: A name between back-quotes, or the id of a check or of a decision.
        self._named = re.compile(rf"`([^`\n]+)`|\b({ids})\b" if ids else "`([^`\n]+)`()")

    def span_type(self, name: str) -> Unit | None:
        """The span type of this name."""
        named = zip(self.scheme.span_types, self.units, strict=False)
        return next((unit for span_type, unit in named if span_type.name == name), None)

    def unit(self, anchor: str) -> Unit | None:
        """The unit with this anchor: `party`, `dyad` or `article`."""
        return next((unit for unit in self.units if unit.anchor == anchor), None)

    def relation(self, name: str) -> str:
        """Anchor of a relation type."""
        return f"relation.{anchor_part(name)}"

    def id(self, id: str) -> str:
        """Anchor of a check or of a settled doubt."""
        return self._ids[id]

    def field(self, unit: Unit, name: str) -> str:
        """A link to the field of a unit; mere code if it has no such field."""
        if all(field.name != name for field in unit.fields):
            return code(name)
        return code_link(name, f"{unit.anchor}.{anchor_part(name)}")

    def value(self, unit: Unit, name: str, value: object) -> str:
        """A link to the value of a field, if the scheme lists it; else the value as text."""
        if isinstance(value, bool):
            return yes_or_no(value)
        listed = {v.id for field in unit.fields if field.name == name for v in field.values}
        if str(value) not in listed:
            return escape(value)
        return code_link(str(value), f"{unit.anchor}.{anchor_part(name)}.{anchor_part(str(value))}")

    def prose(self, *texts: str) -> str:
        """A scheme's own words on one line, with links from what they name."""
        return " ".join(filter(None, map(self._linked, texts)))

    def paragraph(self, *texts: str) -> str:
        """A scheme's own words with their line breaks, with links from what they name."""
        return paragraph(self._linked(line) for text in texts for line in text.splitlines())

    def _linked(self, text: str) -> str:
        line, at, parts = " ".join(text.split()), 0, list[str]()
        for match in self._named.finditer(line):
            name = match[1] or match[2]
            anchor = self._ids.get(match[2]) or self._names.get(match[1])
            shown = code(name) if match[1] else escape(name)
            parts += [escape_within(line[at : match.start()])]
            parts += [f"[{shown}](#{anchor})" if anchor else shown]
            at = match.end()
        return "".join([*parts, escape_within(line[at:])])

    def _unique_names(self) -> dict[str, str]:
        """Name -> anchor of all that no other thing in the scheme is called."""
        named = [
            (t.name, u.anchor) for t, u in zip(self.scheme.span_types, self.units, strict=False)
        ]
        named += [(r.name, self.relation(r.name)) for r in self.scheme.relation_types]
        for entry in self.entries:
            anchor = entry.anchors[0]
            named.append((entry.field.name, anchor))
            named += [(v.id, f"{anchor}.{anchor_part(v.id)}") for v in entry.field.values]
        names = [name for name, _ in named]
        return {name: anchor for name, anchor in named if names.count(name) == 1}


def _units(scheme: Scheme) -> Iterator[Unit]:
    """The span types first, in the scheme's order."""
    for span_type in scheme.span_types:
        part = anchor_part(span_type.name)
        anchor = f"span.{part}" if part in _TAKEN else part
        yield Unit(span_type.name, anchor, span_type.label, span_type.fields)
    if scheme.party is not None:
        yield Unit("party", "party", scheme.party.title, scheme.party.fields)
    if scheme.dyad is not None:
        yield Unit("dyad", "dyad", scheme.dyad.title, scheme.dyad.all_fields)
    yield Unit("article", "article", "Article", scheme.article_labels)


def _entries(units: tuple[Unit, ...]) -> Iterator[Entry]:
    """Every field once; two of one name are one entry if nothing but `required` differs."""
    alike: list[tuple[Field, list[tuple[Unit, bool]]]] = []
    for unit in units:
        for field in unit.fields:
            key = replace(field, required=False, pointer="")
            place = (unit, field.required)
            for known, places in alike:
                if known == key:
                    places.append(place)
                    break
            else:
                alike.append((key, [place]))
    for key, places in alike:
        required_on = tuple(unit for unit, required in places if required)
        yield Entry(key, tuple(unit for unit, _ in places), required_on)
