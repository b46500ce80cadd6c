"""Files of articles, read and checked."""

from .find_files import ArticleProblem
from .reader import normalise_text, read_articles, require_clean, text_hash

__all__ = ["ArticleProblem", "normalise_text", "read_articles", "require_clean", "text_hash"]
