"""Complete the metadata of an article, and check them against the scheme."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from signalbook.schema.documents.records import Article
from signalbook.schema.scheme.json_schema import (
    FORMATS,
    NOTATIONS,
    TYPE_WORDS,
    SchemaValidator,
    without_conditions,
)
from signalbook.schema.scheme.model import Json
from signalbook.schema.scheme.references import References
from signalbook.schema.text import excerpt

#: What is wrong, and the way out.
Fact: TypeAlias = tuple[str, str]

#: A moment as many programs write it: a blank for the T, no colon in the zone, nanoseconds.
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?"
    r" ?([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
#: Under a line it makes a heading of it.
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_MAX_TITLE = 120
_SENTENCE_ENDS = ".!?,;:…。।؟"
_MAX_SHOWN = 60
_TEXT_FIELDS = {
    "title", "text", "text_sha256", "url", "publisher", "published_at", "language", "licence",
}  # fmt: skip
#: What claims least, where the scheme has no default of its own.
_DEFAULTS: Mapping[str, Json] = {
    "language": "und",
    "licence": "LicenseRef-unknown",
    "redistributable": False,
}
_CHECKED_BEFORE = ("id", "text", "text_sha256", "text_length")
_ALWAYS = ("id", "title", "text", "text_sha256", "text_length", "extra")


def title_of(text: str, otherwise: str) -> str:
    """The Markdown heading or the short line on its own that opens the text.

    A line is on its own if a blank one follows, or one that does not go on with its sentence.
    """
    lines = text.lstrip().splitlines()
    if not lines:
        return otherwise
    if (heading := _heading(lines)) is not None:
        return heading or otherwise
    first = lines[0].strip()
    goes_on = len(lines) == 1 or lines[1].lstrip()[:1].islower()
    if not goes_on and len(first) <= _MAX_TITLE and first[-1] not in _SENTENCE_ENDS:
        return first
    return otherwise


def _heading(lines: Sequence[str]) -> str | None:
    """The words of a Markdown heading on the first line; None if there is none."""
    underlined = len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]) and len(lines[0]) <= _MAX_TITLE
    if not underlined and not lines[0].startswith("#"):
        return None
    from markdown_it import MarkdownIt

    tokens = MarkdownIt().parse("\n".join(lines[: 2 if underlined else 1]))
    if not tokens or tokens[0].type != "heading_open":
        return None
    words = (token.content for token in tokens[1].children or ())
    return "".join(words).strip()


def kind_of(value: Json) -> str:
    """The JSON kind of a value, for a message."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "a number"


def type_errors(values: dict[str, Json]) -> Iterator[Fact]:
    """Columns of the wrong type; they are taken out, so that they are reported once."""
    author = values.get("author")
    if isinstance(author, str):
        values["author"] = [name.strip() for name in author.split(";") if name.strip()]
    for name in [name for name in values if name != "id"]:
        value = values[name]
        if name in _TEXT_FIELDS and not isinstance(value, str):
            expected = "text"
        elif name == "author" and not (isinstance(value, list) and _all_text(value)):
            expected = "a list of names"
        elif name == "redistributable" and not isinstance(value, bool):
            expected = "true or false"
        elif name == "extra" and not isinstance(value, dict):
            expected = "an object"
        else:
            continue
        if name != "text":
            del values[name]
        yield f"{name} is {kind_of(value)}, not {expected}", f"write {expected}"


def _all_text(values: Iterable[Json]) -> bool:
    return all(isinstance(value, str) for value in values)


def shown(value: Json) -> str:
    """A value as a message quotes it."""
    return excerpt(json.dumps(value, ensure_ascii=False), _MAX_SHOWN)


class MetadataCheck:
    """The scheme's section on articles, as defaults and as a check."""

    def __init__(self, article_schema: Mapping[str, Json] | None) -> None:
        self._schema = dict(article_schema or {})
        self._properties = _object(self._schema.get("properties"))
        self._references = References(self._schema)
        self._validator = SchemaValidator(self._schema) if self._properties else None
        #: Columns of the last article whose time had no zone.
        self.undated: list[str] = []
        self._moments = {
            name: self._formats(node)
            for name, node in self._properties.items()
            if "date-time" in self._formats(node)
        }
        self._known = {*(self._properties or Article.model_fields), *_ALWAYS}
        self._defaults = {**dict(self._fitting_defaults()), **dict(self._own_defaults())}

    def complete(self, values: dict[str, Json]) -> Iterator[Fact]:
        """Unknown columns go to `extra`; what is missing gets the value that claims least."""
        extra = _object(values.pop("extra", None))
        unknown = {name: values.pop(name) for name in [*values] if name not in self._known}
        for name in unknown.keys() & extra.keys():
            yield f"{shown(name)} stands both in `extra` and beside it", "leave one out"
        if extra | unknown:
            values["extra"] = extra | unknown
        text = values.get("text")
        opening = text if isinstance(text, str) else ""
        values.setdefault("title", title_of(opening, str(values.get("id", ""))))
        for name, value in self._defaults.items():
            values.setdefault(name, value)
        self._settle_moments(values)

    def _fitting_defaults(self) -> Iterator[tuple[str, Json]]:
        for name, value in _DEFAULTS.items():
            allowed = _object(self._properties.get(name)).get("enum")
            if name in self._known and (not isinstance(allowed, list) or value in allowed):
                yield name, value

    def _own_defaults(self) -> Iterator[tuple[str, Json]]:
        for name, node in self._properties.items():
            if "default" in _object(node):
                yield name, _object(node)["default"]

    def _settle_moments(self, values: dict[str, Json]) -> None:
        """Write moments as RFC 3339 has them; of one without a time zone only the day is sure."""
        self.undated = []
        for name, formats in self._moments.items():
            value = values.get(name)
            spelt = _MOMENT.fullmatch(value) if isinstance(value, str) else None
            if spelt is None:
                continue
            day, time, fraction, zone = spelt.groups()
            if zone:
                zone = zone if zone in "Zz" else f"{zone[:3]}:{zone[-2:]}"
                values[name] = f"{day}T{time}{(fraction or '')[:7]}{zone.upper()}"
            elif FORMATS["date-time"](f"{day}T{time}Z") and formats & {"date", "edtf"}:
                values[name] = day
                self.undated.append(name)

    def _formats(self, node: Json) -> set[str]:
        """Every format that a value of this property may have."""
        match node:
            case {"$ref": str()}:
                target, _ = self._references.resolve(node)
                return self._formats(target)
            case {"anyOf": list(options)}:
                return {name for option in options for name in self._formats(option)}
            case {"format": str(name)}:
                return {name}
            case _:
                return set()

    def errors(self, values: Mapping[str, Json]) -> Iterator[Fact]:
        """Values that the scheme does not allow."""
        if self._validator is None or self._validator.accepts(values):
            return
        for error in without_conditions(self._validator.errors(values)):
            name = str(error.absolute_path[0]) if error.absolute_path else ""
            if name and name not in _CHECKED_BEFORE:
                fact = f"{name} {shown(cast(Json, error.instance))} does not fit the scheme"
                yield fact, f"write {self._describe(self._properties.get(name))}"
            elif not name and not any(repr(column) in error.message for column in _CHECKED_BEFORE):
                yield error.message, "see the section `article` of the scheme"

    def _describe(self, node: Json) -> str:
        """What may stand there, in words."""
        match node:
            case {"$ref": str()}:
                target, _ = self._references.resolve(node)
                return _described(target) or self._describe(target)
            case {"anyOf": list(options)}:
                described = [*map(self._describe, options)]
                return ("; or " if any("," in text for text in described) else " or ").join(
                    described
                )
            case {"enum": list(values)}:
                return "one of " + ", ".join(map(shown, values))
            case {"format": "edtf"}:
                return NOTATIONS["edtf"]
            case {"pattern": str(pattern)}:
                about = _described(_object(node))
                return f"text that matches {pattern}{f' ({about})' if about else ''}"
            case {"format": str(name)} if name in NOTATIONS:
                return NOTATIONS[name]
            case {"type": list(types)}:
                return " or ".join(TYPE_WORDS[str(name)] for name in types)
            case {"type": str(name)}:
                return TYPE_WORDS[name]
            case _:
                return "something else"


def _described(node: Mapping[str, Json]) -> str:
    """The scheme's own words, to stand inside a sentence."""
    return str(node.get("description", "")).rstrip(". ")


def _object(value: Json) -> dict[str, Json]:
    return dict(value) if isinstance(value, dict) else {}
