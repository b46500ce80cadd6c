"""The agreement report, for people and for programs."""

from .analysis import Analysis, MeasuredCorpus, analyse, measure_corpus
from .breakdowns import By, ReportSection
from .build import AgreementReport, agreement_report

__all__ = [
    "AgreementReport",
    "Analysis",
    "By",
    "MeasuredCorpus",
    "ReportSection",
    "agreement_report",
    "analyse",
    "measure_corpus",
]
