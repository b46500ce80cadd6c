"""The annotators' codebook, derived from the scheme: as Markdown, as a page, as instructions."""

from .book import codebook_markdown
from .html_page import codebook_html, instructions

__all__ = ["codebook_html", "codebook_markdown", "instructions"]
