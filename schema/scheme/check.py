"""Check a scheme whole: all that can be told of it is told in one round."""

from collections.abc import Iterator
from pathlib import Path

from .derivations import check_derivations
from .keywords import unknown, unread
from .lint import check_fields, check_links, check_sections
from .migrations import check_migrations
from .model import Scheme
from .names import check_names
from .nodes import Object
from .problems import SchemeProblem
from .proposals import check_proposals
from .reader import read_scheme
from .references import References
from .sections import with_sections
from .shapes import check_dyads, check_shapes
from .sound_part import SoundPart, sound_part
from .stages import check_stages
from .structure import check_structure
from .written import check_written


def checked_scheme(json_schema: Object, path: Path) -> tuple[Scheme, list[SchemeProblem]]:
    """Read a scheme, and find every mistake in it.

    The scheme is whole only if there are none: else it is read from the part that is well-formed.
    """
    part = sound_part(json_schema)
    complete = with_sections(part.json_schema)
    references = References(complete)
    scheme = read_scheme(complete, path, references)
    problems = [*part.problems, *check_sections(json_schema)]
    if "properties" in part.json_schema:
        problems += part.own_mistakes(_mistakes(part, scheme, references))
    problems += part.not_told(problems)
    return scheme, problems


def _mistakes(part: SoundPart, scheme: Scheme, references: References) -> Iterator[SchemeProblem]:
    """What is wrong in the part of a scheme that is well-formed."""
    yield from unknown(part.json_schema)
    yield from check_shapes(scheme, references)
    yield from check_fields(scheme)
    yield from check_names(scheme)
    if part.is_linked:
        yield from check_structure(part.json_schema, references)
        if scheme.name:
            yield from check_written(scheme, references)
        yield from unread(part.json_schema, references)
        yield from check_dyads(scheme, references)
        yield from check_links(scheme)
        yield from check_derivations(scheme)
        yield from check_proposals(scheme)
        yield from check_migrations(scheme)
        yield from check_stages(scheme)
