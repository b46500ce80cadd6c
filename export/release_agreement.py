"""Documents become the agreement report that a release may carry: without withheld words."""

from collections.abc import Iterable

from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

from .agreement_report import AgreementReport, agreement_report
from .corpus import gather
from .withheld import withhold


def release_agreement(documents: Iterable[AnnotationDocument], scheme: Scheme) -> AgreementReport:
    """The report shows words around disagreements, so texts that may not be given go first."""
    return agreement_report(gather((withhold(d, scheme) for d in documents), scheme))
