"""Write the report as JSON, as its published schema describes it."""

from collections.abc import Iterable
from pathlib import Path

from signalbook.export.agreement.measure import MeasureWithInterval
from signalbook.export.annotators.agreement_with_rest import AgreementDrift
from signalbook.export.annotators.profiles import AnnotatorProfile
from signalbook.export.disagreement.confusion import Confusion
from signalbook.export.disagreement.ranking import ContestedUnit
from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.model import Json

from .analysis import Analysis, MeasuredCorpus
from .breakdowns import ReportSection
from .summary import summarise
from .wording import Wording, interval_text, measured_value, target_text, verdict

VERSION = "4.1"
SCHEMA = Path(__file__).with_name("report.schema.json")


def report_json(analysis: Analysis, sections: Iterable[ReportSection]) -> dict[str, Json]:
    """The whole report, JSON-shaped."""
    measured = analysis.measured
    corpus, scheme = measured.corpus, measured.corpus.scheme
    summary = summarise(analysis)
    return {
        "report_version": VERSION,
        "scheme": {"name": scheme.name, "version": scheme.version, "title": scheme.title},
        "articles": len(corpus.articles),
        "doubly_annotated": corpus.doubly_annotated,
        "annotations": len(corpus.documents),
        "annotations_with_errors": corpus.with_errors,
        "valid_only": corpus.valid_only,
        "annotators": list(corpus.annotators),
        "simulated_annotators": list(corpus.simulated_annotators),
        "seed": measured.seed,
        "headline": _headline(measured),
        "summary": {name: _listed(value) for name, value in vars(summary).items()},
        "measures": [result.to_dict() for result in measured.measures],
        "pairs": [
            {
                "annotators": [pair.first, pair.second],
                "documents": pair.documents,
                "measures": [result.to_dict() for result in pair.measures],
            }
            for pair in analysis.pairs
        ],
        "decomposition": [
            {"kind": kind, "count": part.count, "share": part.share, "blank": part.blank}
            for kind, part in analysis.shares.items()
        ],
        "confusions": [_confusion(confusion) for confusion in analysis.confusions],
        "annotator_profiles": [_profile(profile) for profile in analysis.annotators],
        "disagreements": [_contested(unit) for unit in analysis.contested],
        "sections": [_section(section) for section in sections],
    }


def _headline(measured: MeasuredCorpus) -> dict[str, Json]:
    """What a card shows: each measure with a target in one line."""
    wording = Wording(measured.corpus.scheme)
    return {
        wording.label(
            result.measure
        ): f"{measured_value(result)} ({interval_text(result) or 'no interval'}), "
        f"target {target_text(result.measure.target)}: {verdict(result)}"
        for result in measured.judged
        if result.measure.value is not None
    }


def _confusion(confusion: Confusion) -> dict[str, Json]:
    return {
        "unit": confusion.unit,
        "field": confusion.field,
        "of": confusion.of,
        "level": confusion.level,
        "values": list(confusion.values),
        "pairs": confusion.total,
        "agreed": confusion.agreed,
        "counts": [
            {"values": list(values), "pairs": count} for values, count in confusion.counts.items()
        ],
    }


def _profile(profile: AnnotatorProfile) -> dict[str, Json]:
    lead = profile.lead_time
    return {
        "annotator": profile.annotator,
        "documents": profile.documents,
        "shared": profile.shared,
        "spans_per_document": profile.spans_per_document,
        "f1": _estimate(profile.f1) if profile.f1 else None,
        "leave_one_out": [
            {"name": str(change.name), "value": change.value, "without": change.without}
            for change in profile.leave_one_out
        ],
        "lead_time_s": None
        if lead is None
        else {"n": lead.n, "low": lead.low, "median": lead.median, "high": lead.high},
        "missing": dict(profile.missing),
        "defaulted": {"count": profile.defaulted.count, "of": profile.defaulted.of},
        "drift": None if profile.drift is None else _drift(profile.drift),
        "warnings": list(profile.warnings),
    }


def _drift(drift: AgreementDrift) -> dict[str, Json]:
    return {
        "slope_per_100": drift.slope,
        "low": drift.low,
        "high": drift.high,
        "n": drift.n,
        "parts": [
            {
                "documents": part.documents,
                "first": part.first,
                "last": part.last,
                "f1": _estimate(part.f1),
            }
            for part in drift.parts
        ],
    }


def _contested(unit: ContestedUnit) -> dict[str, Json]:
    return {
        "article": unit.article,
        "unit": unit.unit,
        "types": list(unit.types),
        "kinds": dict(unit.kinds),
        "pairs": unit.pairs,
        "of_pairs": unit.of_pairs,
        "contribution": unit.contribution,
        "start": unit.start,
        "end": unit.end,
        "text": unit.text,
        "url": unit.url,
        "answers": [
            {
                "annotator": answer.annotator,
                "marked": answer.marked,
                "start": answer.start,
                "end": answer.end,
                "values": {name: _value(value) for name, value in answer.values.items()},
            }
            for answer in unit.answers
        ],
    }


def _section(section: ReportSection) -> dict[str, Json]:
    return {
        "id": section.id,
        "title": section.title,
        "text": section.text,
        "columns": list(section.columns),
        "rows": [
            [_estimate(cell) if isinstance(cell, MeasureWithInterval) else cell for cell in row]
            for row in section.rows
        ],
    }


def _estimate(result: MeasureWithInterval) -> dict[str, Json]:
    """A measure of a part of the annotations, in short."""
    return {
        "value": result.measure.value,
        "low": result.interval.low,
        "high": result.interval.high,
        "documents": result.measure.documents,
        "reason": result.measure.reason or result.interval.reason,
    }


def _value(value: Value | None) -> Json:
    return list(value) if isinstance(value, tuple) else value


def _listed(value: str | Iterable[str]) -> Json:
    return value if isinstance(value, str) else list(value)
