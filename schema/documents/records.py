"""Articles and annotations as frozen records, in the shape they have in a file."""

from math import isfinite
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from signalbook.schema.json_text import plain_number

Value: TypeAlias = (
    str | bool | int | Annotated[float, AfterValidator(plain_number)] | tuple[str, ...]
)
Origin: TypeAlias = Literal["manual", "prediction", "prediction-changed"]


def _is_finite(value: JsonValue) -> bool:
    if isinstance(value, list | dict):
        return all(map(_is_finite, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, float) or isfinite(value)


def _finite(value: JsonValue) -> JsonValue:
    if not _is_finite(value):
        raise ValueError("a number is not finite")
    return value


#: Any value that JSON can hold: it has no infinite numbers.
AnyValue: TypeAlias = Annotated[JsonValue, AfterValidator(_finite)]


#: A place in a text, as tables can hold it.
Offset: TypeAlias = Annotated[int, Field(ge=-(2**31), lt=2**31)]


class Record(BaseModel):
    """What crosses a file or a network; says again exactly what was set."""

    model_config = ConfigDict(
        frozen=True, populate_by_name=True, extra="forbid", allow_inf_nan=False
    )

    def to_dict(self) -> dict[str, Any]:
        """JSON-shaped: only what was set, under the names of the scheme."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def to_json(self) -> str:
        """One line of JSON Lines."""
        return self.model_dump_json(by_alias=True, exclude_unset=True)


class _WithAttributes(Record):
    """A record whose further fields are the scheme's own."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Value] = Field(init=False)  # pyright: ignore

    @property
    def attributes(self) -> dict[str, Value]:
        """The fields that the scheme adds."""
        return self.__pydantic_extra__


class Article(Record):
    """A text with its metadata; offsets are code points into `text`, exactly as it stands."""

    model_config = ConfigDict(extra="allow")

    id: str
    title: str = ""
    text: str | None = None
    #: sha256 of the text as UTF-8, lower-case hexadecimal.
    text_sha256: str
    #: In Unicode code points.
    text_length: int
    url: str | None = None
    publisher: str | None = None
    author: tuple[str, ...] = ()
    published_at: str | None = None
    language: str = "und"
    licence: str = "LicenseRef-unknown"
    redistributable: bool = False
    #: Metadata columns that the scheme does not name.
    extra: dict[str, JsonValue] = {}
    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)  # pyright: ignore

    @model_validator(mode="after")
    def _has_finite_numbers(self) -> Self:
        """What JSON has no number for is no metadata."""
        for name, value in {**self.extra, **(self.__pydantic_extra__ or {})}.items():
            if not _is_finite(value):
                raise ValueError(f"{name} is not a finite number")
        return self


class Annotator(Record):
    """Who annotated, under a pseudonym, and how."""

    id: str
    round: str | None = None
    created_at: str | None = None
    lead_time_s: float | None = None
    tool: str | None = None


class Party(_WithAttributes):
    """One entity in one role."""

    id: str
    defaulted: tuple[str, ...] = ()


class Span(Record):
    """A stretch of the text, [start, end) in code points, with its attributes."""

    id: str
    type: str
    start: Offset
    end: Offset
    text: str | None = None
    attributes: dict[str, Value] = {}
    origin: Origin | None = None
    #: Attributes that the annotator left at the value the page proposes.
    defaulted: tuple[str, ...] = ()


class Relation(Record):
    """A link from one span to another."""

    id: str
    type: str
    from_: str = Field(alias="from")
    to: str


class Dyad(_WithAttributes):
    """A judgement on an ordered pair; all its fields, the sides too, are the scheme's own."""


class AnnotationDocument(Record):
    """One article annotated by one annotator."""

    #: Name of the scheme that it was made with; None in documents of before there was one.
    scheme: str | None = None
    schema_version: str
    article: Article
    annotator: Annotator
    parties: tuple[Party, ...] = ()
    spans: tuple[Span, ...] = ()
    relations: tuple[Relation, ...] = ()
    dyads: tuple[Dyad, ...] = ()
    article_labels: dict[str, Value] = {}

    def with_annotator(self, annotator: Annotator) -> Self:
        """The same annotation under another name."""
        return self.model_copy(update={"annotator": annotator})
