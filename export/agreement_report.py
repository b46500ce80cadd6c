"""A corpus becomes its agreement report: the data, and the forms in which people read it."""

from collections.abc import Mapping
from dataclasses import dataclass

from signalbook.schema.scheme import Json

from .agreement_text import agreement_json, agreement_markdown
from .assessed import Assessed, assess
from .corpus import Corpus
from .measure import Measure
from .measures import measures, pairwise


@dataclass(frozen=True)
class AgreementReport:
    """What a release and the command line show of agreement."""

    assessed: tuple[Assessed, ...]
    #: JSON-shaped.
    data: Mapping[str, Json]
    markdown: str
    #: Further files of a release, by path from its folder.
    files: Mapping[str, bytes]

    @property
    def measures(self) -> list[Measure]:
        """The measures without their uncertainty."""
        return [one.measure for one in self.assessed]


def agreement_report(corpus: Corpus) -> AgreementReport:
    """Measure everything once."""
    found = measures(corpus)
    assessed = tuple(assess(found, corpus))
    return AgreementReport(
        assessed=assessed,
        data=agreement_json(corpus, assessed, pairwise(corpus)),
        markdown=agreement_markdown(corpus, assessed),
        files={},
    )
