"""Documents become the agreement report that a release may carry: without withheld words."""

from collections.abc import Iterable

from signalbook.export.agreement.corpus import gather
from signalbook.export.dataset.withheld import withhold
from signalbook.export.report.build import AgreementReport, agreement_report
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme


def release_agreement(documents: Iterable[AnnotationDocument], scheme: Scheme) -> AgreementReport:
    """The report shows words around disagreements, so texts that may not be given go first."""
    return agreement_report(gather((withhold(d, scheme) for d in documents), scheme))
