"""What a text can name: a country, its capital or government, an organisation, a person in office."""

from dataclasses import dataclass

from signalbook.schema.scheme.unit_model import ProposedKind


@dataclass(frozen=True)
class Meaning:
    """Whom words stand for."""

    kind: ProposedKind | None
    #: Code of the country in ISO 3166-1 alpha-3, if it is known which.
    code: str = ""
    #: Its name as the list has it: of a country, a body, an organisation; of a person, the words.
    name: str = ""


@dataclass(frozen=True)
class Name:
    """Words of a text that name somebody, [start, end) in code points."""

    start: int
    end: int
    meaning: Meaning
