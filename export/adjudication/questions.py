"""Which questions of annotators nobody has answered: an adjudicator who was shown one has."""

from collections.abc import Sequence

from signalbook.schema.documents.questions import Question, questions
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.scheme.model import Scheme

from .decision_log import DecisionLog


def open_questions(
    documents: Sequence[AnnotationDocument], scheme: Scheme, log: DecisionLog
) -> list[Question]:
    """The questions in these documents, without those that lay before an adjudicator who decided.

    Args:
        documents: All annotations.
        scheme: Scheme that they were made with.
        log: What people decided, and what they were shown.
    """
    asked = questions(documents, scheme)
    articles = {question.article for question in asked}
    decided = [line for article, line in log.latest.items() if article in articles]
    shown = (log.shown(line.article, line.made_from) for line in decided)
    answered = {q for of in shown if of for q in questions(of.documents, scheme)}
    return [question for question in asked if question not in answered]
