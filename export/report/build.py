"""A corpus becomes its agreement report: the data, and the forms in which people read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.measure import Measure
from signalbook.export.annotators.soft_labels import soft_labels_parquet
from signalbook.schema.scheme.model import Json

from .analysis import Findings
from .breakdowns import breakdowns
from .html_page import report_html
from .items import items_parquet
from .json_data import SCHEMA, report_json
from .section import By, Section
from .text import report_markdown


@dataclass(frozen=True)
class AgreementReport:
    """What a release and the command line show of agreement; each form is made when asked for."""

    findings: Findings

    @property
    def measures(self) -> list[Measure]:
        """The measures without their uncertainty."""
        return [one.measure for one in self.findings.measures]

    @cached_property
    def data(self) -> Mapping[str, Json]:
        """JSON-shaped, as `report.schema.json` describes it."""
        return report_json(self.findings)

    @cached_property
    def markdown(self) -> str:
        """The short report."""
        return report_markdown(self.findings)

    @cached_property
    def html(self) -> str:
        """The whole report as one page that needs nothing else."""
        return report_html(self.findings)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Further files of the folder `agreement` of a release, by name."""
        return {
            "items.parquet": items_parquet(self.findings),
            "report.html": self.html.encode(),
            "report.schema.json": SCHEMA.read_bytes(),
            "soft_labels.parquet": soft_labels_parquet(self.findings.models),
        }


def agreement_report(
    corpus: Corpus,
    *,
    links: Mapping[str, str] | None = None,
    by: Iterable[By] = (),
    replicates: int = 1000,
    seed: int = 0,
) -> AgreementReport:
    """Measure everything once; equal corpora give equal bytes.

    Args:
        corpus: The annotations.
        links: Article id -> where its task is shown.
        by: Further tables: measures by label, annotator or month.
        replicates: Samples of documents that the intervals rest on.
        seed: Of these samples.
    """
    wanted = tuple(by)

    def further(findings: Findings) -> tuple[Section, ...]:
        return breakdowns(findings, wanted)

    return AgreementReport(Findings(corpus, links or {}, replicates, seed, further))
