"""Read the XML of a labelling page as tags with their lines, without anything that it could load."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from .imported import NoConfig

#: Deeper than any page; whoever reads a tree step by step must come to an end.
_MAX_DEPTH = 60


@dataclass(frozen=True)
class Tag:
    """An element, with the line that it begins on."""

    kind: str
    #: Name in lower case -> value: Label Studio tells no capitals.
    attributes: Mapping[str, str]
    line: int
    children: "list[Tag]" = field(default_factory=list["Tag"])

    def get(self, name: str) -> str:
        """The value of an attribute; empty without it."""
        return self.attributes.get(name.lower(), "").strip()

    def says(self, name: str) -> bool:
        """Whether an attribute is switched on."""
        return self.get(name).lower() == "true"

    def walk(self) -> "Iterator[Tag]":
        """The tag and all below it, in the order of the page."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __str__(self) -> str:
        named = self.get("name") or self.get("value")
        key = "name" if self.get("name") else "value"
        return f'<{self.kind} {key}="{named}">' if named else f"<{self.kind}>"


def read_tags(text: str, kinds: Iterable[str] = ()) -> Tag:
    """The root of an XML text.

    A document type is refused: entities that are defined there can load files, and grow without end.

    Args:
        text: XML.
        kinds: Tags in the spelling that they get, whatever their capitals are in the text.

    Raises:
        NoConfig: It is no XML, or has a document type.
    """
    reader = _Reader({kind.lower(): kind for kind in kinds})
    try:
        reader.parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise NoConfig(error.lineno, f"no XML: {reason}") from error
    return reader.root.children[0]


class _Reader:
    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._kinds = kinds
        self.root = Tag("", {}, 1)
        self._open = [self.root]
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _start(self, kind: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        if len(self._open) > _MAX_DEPTH:
            raise NoConfig(line, f"tags are nested more than {_MAX_DEPTH} deep")
        kind = self._kinds.get(kind.lower(), kind)
        tag = Tag(kind, {name.lower(): value for name, value in attributes.items()}, line)
        self._open[-1].children.append(tag)
        self._open.append(tag)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _refuse(self, *_: object) -> None:
        fact = "has a document type (<!DOCTYPE>), which may load files; take it out"
        raise NoConfig(self.parser.CurrentLineNumber, fact)
