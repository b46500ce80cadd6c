"""Read an `annotation.conf` of brat: entities and events, what links them, and their attributes.

https://brat.nlplab.org/configuration.html describes the file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .draft import DraftField, DraftRelation, DraftSpanType, DraftValue
from .identifiers import identifiers
from .imported import Imported, NoConfig, Unexpressed

_SECTION = re.compile(r"\[(\w+)\]")
#: Older files call the section of the entities so.
_ENTITIES = ("entities", "spans")
_SECTIONS = (*_ENTITIES, "relations", "events", "attributes")
#: A role, how often it may be filled, and by what.
_ARGUMENT = re.compile(r"([^\s,:?*+{}]+)(\?|\*|\+|\{[0-9-]+\})?:([^\s,]+)")
#: Roles that are no arguments, but say something about the line.
_REL_TYPE, _DEFAULT = "<REL-TYPE>", "<DEFAULT>"
_MAY_BE_SEVERAL = ("*", "+")


def read_brat(text: str) -> Imported:
    """What a scheme can say of a configuration.

    Raises:
        NoConfig: It has none of the sections, or a line stands before the first.
    """
    return _Reader(text).imported()


@dataclass(frozen=True)
class _Line:
    """One line that defines something."""

    number: int
    word: str
    #: Everything behind the word.
    rest: str
    depth: int
    #: The word begins with "!": a heading, which nothing is marked as.
    is_heading: bool = False

    @property
    def arguments(self) -> list[tuple[str, str, str]]:
        """Role, how often, and what may fill it."""
        return [(match[1], match[2] or "", match[3]) for match in _ARGUMENT.finditer(self.rest)]

    @property
    def unread(self) -> str:
        """What stands among the arguments and is none."""
        return _ARGUMENT.sub("", self.rest).strip(" \t,")


@dataclass
class _Link:
    """What a relation, or a role of events, was found to link."""

    line: _Line
    from_: dict[str, None] = field(default_factory=dict[str, None])
    to: dict[str, None] = field(default_factory=dict[str, None])
    n_definitions: int = 0
    at_most_one: bool = True
    symmetric: bool = False


class _Reader:
    """Reads one file, and notes what of it cannot be expressed."""

    def __init__(self, text: str) -> None:
        self._unexpressed: list[Unexpressed] = []
        self._macros: dict[str, str] = {}
        self._lines = self._sections(text)
        self._entities = [line for name in _ENTITIES for line in self._lines.get(name, [])]
        self._events = self._lines.get("events", [])
        marked = [line for line in (*self._entities, *self._events) if not line.is_heading]
        self._names = identifiers([line.word for line in marked], "span type")
        self._below = {**_below(self._entities), **_below(self._events)}
        self._links: dict[str, _Link] = {}

    def imported(self) -> Imported:
        """Everything that the file says."""
        for line in self._lines.get("relations", []):
            self._take_relation(line)
        for line in self._events:
            self._take_event(line)
        fields = self._fields()
        types = [
            DraftSpanType(name, tuple(fields[word]), title=_words(word))
            for word, name in self._names.items()
        ]
        self._note_hierarchy()
        relations = tuple(self._relations())
        self._unexpressed.sort(key=lambda unexpressed: unexpressed.line)
        return Imported(tuple(types), relations, (), tuple(dict.fromkeys(self._unexpressed)))

    def _note(self, line: _Line, fact: str) -> None:
        self._unexpressed.append(Unexpressed(line.number, line.word, fact))

    def _sections(self, text: str) -> dict[str, list[_Line]]:
        sections: dict[str, list[_Line]] = {}
        section = ""
        for number, raw in enumerate(text.splitlines(), 1):
            words = raw.strip()
            if not words or words.startswith("#"):
                continue
            if match := _SECTION.fullmatch(words):
                section = match[1].lower()
                sections.setdefault(section, [])
            elif not section:
                raise NoConfig(number, "no brat configuration: it stands in no [section]")
            elif macro := re.fullmatch(r"(<[^<>\s]+>)\s*=\s*(\S+)", words):
                self._macros[macro[1]] = macro[2]
            elif not re.fullmatch("-+", words):
                sections[section].append(_line(number, raw))
        for name in sections.keys() - {*_SECTIONS}:
            for line in sections[name][:1]:
                self._note(line, f"the section [{name}] is not read")
        if not sections.keys() & {*_SECTIONS}:
            raise NoConfig(1, "no brat configuration: none of its sections is there")
        return sections

    def _types(self, line: _Line, named: str) -> list[str]:
        """The words of the span types that may stand where these are named."""
        groups = {
            "<ENTITY>": [e.word for e in self._entities],
            "<EVENT>": [e.word for e in self._events],
            "<ANY>": [*self._names],
        }
        types: dict[str, None] = {}
        for word in self._expanded(named):
            if word not in groups and word not in self._names and word not in self._below:
                self._note(line, f"{word} is no entity and no event")
            listed = groups.get(word, [word, *self._below.get(word, [])])
            types |= dict.fromkeys(type for type in listed if type in self._names)
        return [*types]

    def _expanded(self, named: str) -> list[str]:
        words = named.split("|")
        for _ in range(len(self._macros)):
            words = [part for word in words for part in self._macros.get(word, word).split("|")]
        return words

    def _take_relation(self, line: _Line) -> None:
        self._note_unread(line)
        ends = [(role, named) for role, _, named in line.arguments if not role.startswith("<")]
        options = [named for role, _, named in line.arguments if role == _REL_TYPE]
        if line.word.startswith("<"):
            self._note(line, f"what may overlap is not restricted ({line.rest})")
            return
        if len(ends) != 2:
            self._note(line, f"links {len(ends)} things; a relation links two")
            return
        if any("<RELATION>" in self._expanded(named) for _, named in ends):
            self._note(line, "links relations; a relation links two spans")
            return
        said = {word for option in options for word in option.split("-")}
        if said - {"symmetric"}:
            self._note(line, f"{' and '.join(sorted(said - {'symmetric'}))} is not kept")
        start, target = (self._types(line, named) for _, named in ends)
        self._link(line, line.word, start, target, symmetric="symmetric" in said)

    def _take_event(self, line: _Line) -> None:
        """A role of an event is a relation from its trigger to what fills it."""
        self._note_unread(line)
        for role, often, named in line.arguments:
            if role.startswith("<"):
                self._note(line, f"{role}:{named} is not kept")
                continue
            if often in ("", "+") or often.startswith("{"):
                self._note(line, f"that {role} is there, and how often, is not required")
            several = often in _MAY_BE_SEVERAL or often.startswith("{")
            types = self._types(line, named)
            self._link(line, role, self._types(line, line.word)[:1], types, several=several)

    def _note_unread(self, line: _Line) -> None:
        if line.unread:
            self._note(line, f"{line.unread} is no argument; write it like Giver:Person")

    def _link(
        self,
        line: _Line,
        word: str,
        start: Sequence[str],
        target: Sequence[str],
        *,
        several: bool = True,
        symmetric: bool = False,
    ) -> None:
        if not start or not target:
            self._note(line, f"{word} links nothing that can be marked")
            return
        link = self._links.setdefault(word, _Link(line))
        link.from_ |= dict.fromkeys(start)
        link.to |= dict.fromkeys(target)
        link.n_definitions += 1
        link.at_most_one &= not several
        link.symmetric |= symmetric

    def _relations(self) -> Iterator[DraftRelation]:
        for word, name in identifiers([*self._links], "relation").items():
            link = self._links[word]
            if link.n_definitions > 1:
                fact = f"{word} is defined several times; any of its first ends may link any second"
                self._note(link.line, fact)
            yield DraftRelation(
                name,
                tuple(self._names[type] for type in link.from_),
                tuple(self._names[type] for type in link.to),
                title=_words(word),
                at_most_one=link.at_most_one,
                symmetric=link.symmetric,
            )

    def _fields(self) -> Mapping[str, list[DraftField]]:
        """Word of a span type -> its attributes; one that is not there is not true of a span."""
        lines = self._lines.get("attributes", [])
        names = identifiers([line.word for line in lines], "field")
        fields: dict[str, list[DraftField]] = {word: [] for word in self._names}
        for line in lines:
            roles = {role: named for role, _, named in line.arguments}
            if _DEFAULT in roles:
                self._note(line, f"the value {roles[_DEFAULT]} is not proposed")
            if not (on := roles.get("Arg")):
                self._note(line, "does not say what it is an attribute of (Arg:…)")
                continue
            if "<RELATION>" in self._expanded(on):
                self._note(line, "an attribute of relations; a scheme asks about spans")
            on_spans = "|".join(word for word in self._expanded(on) if word != "<RELATION>")
            attribute = _attribute(names[line.word], line.word, roles.get("Value", ""))
            for word in self._types(line, on_spans) if on_spans else ():
                if attribute.name in [field.name for field in fields[word]]:
                    self._note(line, f"{word} has an attribute of that name already")
                else:
                    fields[word].append(attribute)
        return fields

    def _note_hierarchy(self) -> None:
        for line in (*self._entities, *self._events):
            if below := self._below.get(line.word):
                kinds = ", ".join(below)
                self._note(line, f"that {kinds} are kinds of it is not kept; types are a list")


def _line(number: int, raw: str) -> _Line:
    word, _, rest = raw.strip().partition("\t" if "\t" in raw.strip() else " ")
    depth = len(raw.expandtabs(8)) - len(raw.expandtabs(8).lstrip())
    # A display form may follow the name, behind a bar.
    name = word.split("|")[0].strip()
    return _Line(number, name.lstrip("!"), rest.strip(), depth, name.startswith("!"))


def _below(lines: Sequence[_Line]) -> dict[str, list[str]]:
    """Word -> the words that stand below it, at any depth."""
    below: dict[str, list[str]] = {}
    above: list[_Line] = []
    for line in lines:
        while above and above[-1].depth >= line.depth:
            above.pop()
        for ancestor in above:
            below.setdefault(ancestor.word, []).append(line.word)
        above.append(line)
    return below


def _attribute(name: str, word: str, values: str) -> DraftField:
    if not values:
        return DraftField(name, "yes-no", title=_words(word), required=False)
    names = identifiers(values.split("|"), "value")
    listed = tuple(DraftValue(id, title=_words(value)) for value, id in names.items())
    return DraftField(name, "one", listed, title=_words(word), required=False)


def _words(word: str) -> str:
    return word.replace("_", " ")
