"""Label Studio annotations become annotation documents, and back: pure, total, both ways.

What an annotator chose and what the page proposed are kept apart all along: see `defaults`.
"""

from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.errors import ConversionError
from signalbook.schema.scheme.model import Scheme

from .assemble import assembled
from .convert_from import Converted, article_of, from_label_studio
from .draft import drafted
from .to_results import to_label_studio

__all__ = [
    "ConversionError",
    "Converted",
    "article_of",
    "canonical",
    "from_label_studio",
    "to_label_studio",
]


def canonical(document: AnnotationDocument, scheme: Scheme) -> AnnotationDocument:
    """The form in which a document comes back from Label Studio.

    Parties by number; spans by place; sets in the scheme's order; relations r1, r2, … in the order
    of their ends; proposals filled in and named in `defaulted`; nothing twice, no empty text.

    Raises:
        ConversionError: the document holds what the scheme has no field for, or has no text.
    """
    draft = drafted(document, scheme)
    return assembled(draft, article=document.article, annotator=document.annotator, scheme=scheme)
