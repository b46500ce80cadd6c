"""Label Studio results and annotation documents, converted both ways by pure functions."""

from .convert import Converted, article_of, canonical, from_label_studio
from .to_results import to_label_studio

__all__ = ["Converted", "article_of", "canonical", "from_label_studio", "to_label_studio"]
