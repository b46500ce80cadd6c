"""A table of how far annotators agree with themselves, where they annotated articles again."""

from collections import Counter
from collections.abc import Iterable, Iterator

from signalbook.export.agreement.corpus import gather
from signalbook.schema.documents.records import AnnotationDocument, Annotator
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import counted

from .analysis import measure_corpus
from .breakdowns import ReportSection
from .wording import Wording, coefficient

_FIRST, _AGAIN = "first", "again"
_TEXT = (
    "Articles that annotators were given again: what each said at first, against what the same "
    "annotator said later (stability, in Krippendorff's words). Whoever differs from what they said "
    "themselves can hardly agree better with others. An article counts once for each annotator who "
    "had it again, and the interval is over these. Targets are of agreement between annotators, so "
    "there is no verdict here."
)
_COLUMNS = ("Measure", "Coefficient", "Result", "Low", "High", "n", "No interval")


def repeat_sections(
    documents: Iterable[AnnotationDocument], repeats: Iterable[AnnotationDocument], scheme: Scheme
) -> tuple[ReportSection, ...]:
    """One table; none where nobody annotated an article again.

    Args:
        documents: The annotations that are measured.
        repeats: Later annotations of articles by the same annotators.
        scheme: Their scheme.
    """
    own = list(_with_themselves(documents, repeats))
    if not own:
        return ()
    wording = Wording(scheme)
    rows = tuple(
        (
            wording.label(result.measure),
            coefficient(result.measure.name.coefficient),
            result.measure.value,
            result.interval.low,
            result.interval.high,
            result.measure.n,
            result.measure.reason or result.interval.reason,
        )
        for result in measure_corpus(gather((d for _, d in own), scheme)).primary
    )
    again = Counter(who for who, document in own if document.annotator.id == _AGAIN)
    had = ", ".join(f"{who} {counted(n, 'article')}" for who, n in sorted(again.items()))
    text = f"{_TEXT} Again annotated: {had}."
    return (ReportSection("repeats", "Agreement with oneself", text, _COLUMNS, rows),)


def _with_themselves(
    documents: Iterable[AnnotationDocument], repeats: Iterable[AnnotationDocument]
) -> Iterator[tuple[str, AnnotationDocument]]:
    """Who it was, and an annotation as one of two of an article of its own: the first, or the next.

    An article may be given more than once again; the first time counts.
    """
    first = {(d.article.id, d.annotator.id): d for d in documents}
    by_round = sorted(
        repeats, key=lambda d: (d.annotator.round or "", d.annotator.created_at or "")
    )
    for later in by_round:
        who = later.annotator.id
        if (before := first.pop((later.article.id, who), None)) is not None:
            for name, document in ((_FIRST, before), (_AGAIN, later)):
                article = document.article.model_copy(update={"id": f"{document.article.id}/{who}"})
                own = document.model_copy(update={"article": article})
                yield who, own.with_annotator(Annotator(id=name))
