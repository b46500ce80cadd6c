"""Refuse documents that were made with another scheme: nothing would be measured or checked rightly."""

from collections.abc import Sequence

from signalbook.schema.errors import DocumentError
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import first_of
from signalbook.schema.versions import series

from .records import AnnotationDocument

_MAX_SHOWN = 5


def refuse_other_schemes(
    documents: Sequence[AnnotationDocument], scheme: Scheme, places: Sequence[str]
) -> None:
    """Every document was made with this scheme, as far as it says with which.

    Args:
        documents: Documents that are used together.
        scheme: The scheme that they are used with.
        places: Where each document is written.

    Raises:
        DocumentError: One was made with another scheme, or another version (1.0 and 1.1) of it.
    """
    lines = [
        f"{place}: made with the scheme {document.scheme} {document.schema_version}, not with "
        f"{scheme.name} {scheme.version}; name its scheme with --scheme"
        for place, document in zip(places, documents, strict=True)
        if document.scheme is not None and not _is_of(document, scheme)
    ]
    if lines:
        raise DocumentError(*first_of(lines, _MAX_SHOWN))


def _is_of(document: AnnotationDocument, scheme: Scheme) -> bool:
    if document.scheme != scheme.name:
        return False
    try:
        made, used = series(document.schema_version), series(scheme.version)
    except ValueError:  # what is no version is a finding of validate
        return True
    return (made.major, made.minor) == (used.major, used.minor)
