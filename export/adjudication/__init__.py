"""Several annotations of one article become one gold annotation."""

from .adjudicate import AdjudicatedArticle, Adjudication, adjudicate
from .voting import Decision, TieBreaker

__all__ = ["AdjudicatedArticle", "Adjudication", "Decision", "TieBreaker", "adjudicate"]
