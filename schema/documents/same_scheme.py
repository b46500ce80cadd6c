"""Refuse documents that were made with another scheme: nothing would be measured or checked rightly."""

from collections.abc import Sequence
from pathlib import Path

from signalbook.schema.errors import DocumentError
from signalbook.schema.scheme.loader import DEFAULT_SCHEME, built_in_schemes
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import first_of
from signalbook.schema.versions import minor_version

from .jsonl import first_document
from .migration import is_of_earlier, migration_of, way_out_of_versions
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


def built_in_scheme_of(paths: Sequence[Path]) -> str | None:
    """Name/version of the built-in scheme that the first document was made with, if it says so."""
    document = first_document(paths)
    if document is None:
        return None
    name = f"{document.scheme or DEFAULT_SCHEME}/{minor_version(document.schema_version)}"
    return name if name in built_in_schemes() else None


def _ways_out(document: AnnotationDocument, scheme: Scheme) -> str:
    """Use the scheme that it was made with, or bring it to this one, if that is known."""
    ways: list[str] = []
    if document.scheme == scheme.name:
        older = f"{scheme.name}/{minor_version(document.schema_version)}"
        ways += [f"name that one with --scheme {older}"] * (older in built_in_schemes())
        ways += [f"bring it to {scheme.version} with: signalbook scheme migrate"] * (
            migration_of(document, scheme) is not None
        )
        if not ways and is_of_earlier(document, scheme):
            entry = way_out_of_versions(document, scheme)
            return f"{entry}; then bring it to {scheme.version} with: signalbook scheme migrate"
    return ", or ".join(ways) or "name its scheme with --scheme"


def _is_of(document: AnnotationDocument, scheme: Scheme) -> bool:
    if document.scheme != scheme.name:
        return False
    made, used = minor_version(document.schema_version), minor_version(scheme.version)
    return made == used or None in (made, used)  # what is no version is a finding of validate
