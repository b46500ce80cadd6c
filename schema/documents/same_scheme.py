"""Refuse documents that were made with another scheme: nothing would be measured or checked rightly."""

from collections.abc import Sequence

from signalbook.schema.errors import DocumentError
from signalbook.schema.scheme.loader import built_in_schemes
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import first_of
from signalbook.schema.versions import series

from .migration import migration_of
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
        f"{scheme.name} {scheme.version}; {_ways_out(document, scheme)}"
        for place, document in zip(places, documents, strict=True)
        if document.scheme is not None and not _is_of(document, scheme)
    ]
    if lines:
        raise DocumentError(*first_of(lines, _MAX_SHOWN))


def _ways_out(document: AnnotationDocument, scheme: Scheme) -> str:
    """Use the scheme that it was made with, or bring it to this one, if that is known."""
    ways: list[str] = []
    if document.scheme == scheme.name:
        made = series(document.schema_version)
        older = f"{scheme.name}/{made.major}.{made.minor}"
        ways += [f"name that one with --scheme {older}"] * (older in built_in_schemes())
        ways += [f"bring it to {scheme.version} with: signalbook scheme migrate"] * (
            migration_of(document, scheme) is not None
        )
    return ", or ".join(ways) or "name its scheme with --scheme"


def _is_of(document: AnnotationDocument, scheme: Scheme) -> bool:
    if document.scheme != scheme.name:
        return False
    try:
        made, used = series(document.schema_version), series(scheme.version)
    except ValueError:  # what is no version is a finding of validate
        return True
    return (made.major, made.minor) == (used.major, used.minor)
