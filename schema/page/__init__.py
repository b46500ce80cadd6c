"""What annotators see: the labelling page and the codebook, derived from the scheme."""

from .codebook import codebook_html, codebook_markdown, instructions
from .config import labeling_config

__all__ = ["codebook_html", "codebook_markdown", "instructions", "labeling_config"]
