"""Propose the parties of an article, each with the places where the text names it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from signalbook.schema.documents.records import (
    AnnotationDocument,
    Annotator,
    Article,
    Party,
    Span,
    Value,
)
from signalbook.schema.scheme.codelists import COUNTRIES, with_letters
from signalbook.schema.scheme.model import Codelist, Field, Json, PartyType, Proposals, Scheme
from signalbook.schema.scheme.proposals import CODE, NAME

from .names import Meaning, Name
from .people import with_one_person_each
from .recognise import recognise

#: The name under which annotators see what is proposed.
PROPOSER: Final = Annotator(id="names-1", tool="signalbook push --propose")


@dataclass
class _Proposed:
    """A party, and the names of it that are to be marked."""

    values: dict[str, Value]
    names: list[Name] = field(default_factory=list[Name])


def propose(article: Article, scheme: Scheme) -> AnnotationDocument | None:
    """The parties that the text names, as a prediction; None if nothing is to be proposed.

    Args:
        article: Article with its text.
        scheme: Scheme that says of which names there are parties, and what is filled in.
    """
    party = scheme.party
    if party is None or party.proposals is None or article.text is None:
        return None
    mention = next((t for t in scheme.span_types if t.party_field is not None), None)
    if mention is None or mention.party_field is None:
        return None
    names = [*_in_text(article, article.text, scheme)]
    parties = _parties(names, party, party.proposals)[: party.slots.offered]
    if not parties:
        return None
    by_id = {party.id(number): proposed for number, proposed in enumerate(parties, 1)}
    return AnnotationDocument(
        scheme=scheme.name,
        schema_version=scheme.version,
        article=article,
        annotator=PROPOSER,
        parties=tuple(
            Party.model_validate({"id": id, **proposed.values}) for id, proposed in by_id.items()
        ),
        spans=tuple(
            Span(
                id=f"s{number}",
                type=mention.name,
                start=name.start,
                end=name.end,
                text=article.text[name.start : name.end],
                attributes={mention.party_field.name: id},
            )
            for number, (name, id) in enumerate(_mentions(by_id, party.proposals, article.text), 1)
        ),
    )


def _mentions(
    by_id: Mapping[str, _Proposed], proposals: Proposals, text: str
) -> list[tuple[Name, str]]:
    """The names that are to be marked, in the order of the text, each with its party."""
    mentions: list[tuple[Name, str]] = []
    for id, proposed in by_id.items():
        names: Iterable[Name] = proposed.names
        if proposals.first_in_paragraph:
            names = _first_in_each_paragraph(names, text)
        mentions += [(name, id) for name in names]
    return sorted(mentions, key=lambda mention: mention[0].start)


def _in_text(article: Article, text: str, scheme: Scheme) -> Iterator[Name]:
    """The names of a text, but not in a title that the scheme has nothing marked in."""
    codelist = next((f.codelist for f in _fields(scheme) if f.codelist is not None), None)
    names = recognise(text, article.language)
    if not any(name.meaning.code for name in names) and codelist is not None:
        names = recognise(text, article.language, also=_invented(codelist))
    skipped = 0
    if any(constraint.check == "title" for constraint in scheme.constraints):
        skipped = len(article.title) if text.split("\n", 1)[0] == article.title else 0
    yield from with_one_person_each([name for name in names if name.start >= skipped])


def _fields(scheme: Scheme) -> tuple[Field, ...]:
    return scheme.party.fields if scheme.party is not None else ()


def _invented(codelist: Codelist) -> Mapping[str, Meaning]:
    """The countries of invented texts, by name: no text has them beside real ones."""
    return {name: Meaning("country", code, name) for code, name in codelist.training.items()}


def _parties(names: Iterable[Name], party: PartyType, proposals: Proposals) -> list[_Proposed]:
    """One party for all names that get the same values, in the order of the first of them."""
    by_values: dict[tuple[tuple[str, Value], ...], _Proposed] = {}
    fields = {field.name: field for field in party.fields}
    for name in names:
        wanted = proposals.values.get(name.meaning.kind) if name.meaning.kind else None
        if wanted is None:
            continue
        values = {
            key: value
            for key, written in wanted.items()
            if (value := _value(written, name.meaning, fields[key])) is not None
        }
        if values:
            key = tuple(sorted(values.items()))
            by_values.setdefault(key, _Proposed(values)).names.append(name)
    return [*by_values.values()]


def _value(written: Json, meaning: Meaning, field: Field) -> Value | None:
    """What is filled in; nothing where the name says nothing of it."""
    if written == NAME:
        return meaning.name[: field.max_length] or None
    if written == CODE:
        return _code(meaning.code, field.codelist)
    if isinstance(written, list):
        return tuple(item for item in written if isinstance(item, str))
    return written if isinstance(written, str | bool | int | float) else None


def _code(code: str, codelist: Codelist | None) -> str | None:
    """The code of a country as a list has it."""
    if codelist is None or not code:
        return None
    is_invented = code in codelist.training
    return code if is_invented else with_letters(code, COUNTRIES[codelist.standard])


def _first_in_each_paragraph(names: Iterable[Name], text: str) -> Iterator[Name]:
    """The first name of a party in each paragraph, which ends with its line."""
    seen: set[int] = set()
    for name in names:
        paragraph = text.rfind("\n", 0, name.start)
        if paragraph not in seen:
            seen.add(paragraph)
            yield name
