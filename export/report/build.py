"""Make the agreement report of a corpus: as data, as a page, as text, as tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.in_release import find_in_release
from signalbook.export.agreement.measure import Measure
from signalbook.export.annotators.soft_labels import SOFT_LABELS, soft_labels_parquet
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.progress import OnStep, silent
from signalbook.schema.scheme.model import Json, Scheme
from signalbook.schema.tables.columns import TableSchema

from .analysis import Analysis, MeasuredCorpus, analyse, measure_corpus
from .breakdowns import By, ReportSection, breakdowns, competence_section
from .html_page import report_html
from .item_columns import items_schema
from .items import items_parquet
from .json_data import SCHEMA, report_json
from .markdown_page import report_markdown
from .over_time import sections_over_time
from .undisturbed import undisturbed


def agreement_tables(scheme: Scheme) -> tuple[TableSchema, ...]:
    """The tables among the files of the folder `agreement`, by name without the ending."""
    return items_schema(scheme), SOFT_LABELS


@dataclass(frozen=True)
class AgreementReport:
    """What a release and the command line show of agreement; each form is made when asked for."""

    analysis: Analysis
    #: Ways in which measures are broken down in further tables.
    by: tuple[By, ...] = ()
    #: Tables of what the workspace knows beside the documents: suggestions, later annotations.
    of_workspace: tuple[ReportSection, ...] = ()

    @property
    def measured(self) -> MeasuredCorpus:
        """The corpus with its measures and their intervals."""
        return self.analysis.measured

    @property
    def measures(self) -> list[Measure]:
        """The measures without their intervals."""
        return [result.measure for result in self.measured.measures]

    @cached_property
    def breakdowns(self) -> tuple[ReportSection, ...]:
        """The tables that were asked for."""
        return breakdowns(self.measured, self.by)

    @cached_property
    def sections(self) -> tuple[ReportSection, ...]:
        """Further tables, each with a heading of its own."""
        return (
            *self.of_workspace,
            *sections_over_time(self.measured),
            *self.breakdowns,
            competence_section(self.analysis.models),
        )

    @cached_property
    @undisturbed()
    def data(self) -> Mapping[str, Json]:
        """JSON-shaped, as `report.schema.json` describes it."""
        return report_json(self.analysis, self.sections)

    @cached_property
    def markdown(self) -> str:
        """The short report."""
        return report_markdown(self.analysis, self.sections)

    @cached_property
    @undisturbed()
    def html(self) -> str:
        """The whole report as one page that needs nothing else."""
        return report_html(self.analysis, self.sections)

    @undisturbed()
    def files(
        self, gold: Iterable[AnnotationDocument] = (), splits: Mapping[str, str] | None = None
    ) -> dict[str, bytes]:
        """Further files of the folder `agreement` of a release, by name.

        Args:
            gold: The gold annotations of the release.
            splits: Article id -> split.
        """
        where = find_in_release(self.measured.coded, gold, splits or {})
        return {
            "items.parquet": items_parquet(self.measured.coded, where),
            "report.html": self.html.encode(),
            "report.schema.json": SCHEMA.read_bytes(),
            "soft_labels.parquet": soft_labels_parquet(self.analysis.models, where),
        }


def agreement_report(
    corpus: Corpus,
    *,
    links: Mapping[str, str] | None = None,
    by: tuple[By, ...] = (),
    seed: int = 0,
    on_step: OnStep = silent,
) -> AgreementReport:
    """Measure and analyse everything once; equal corpora give equal bytes.

    Args:
        corpus: The annotations.
        links: Article id -> where its task is shown.
        by: Further tables: measures by label, annotator or month.
        seed: Seed of the models of annotators that are fitted.
        on_step: Is given the name of each step before it begins.
    """
    measured = measure_corpus(corpus, seed=seed, on_step=on_step)
    return AgreementReport(analyse(measured, links=links or {}, on_step=on_step), by)
