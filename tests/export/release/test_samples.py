"""The sample releases in datasets/ stay as they are, and today's program takes each of them."""

import hashlib

import pytest
from places import ROOT

from signalbook.export.release.ledger import read_index, read_ledger, versions_on_disk
from signalbook.export.release.read import released_documents, released_scheme
from signalbook.export.release.verify import verify_release
from signalbook.export.validation.checker import check, errors

DATASET = ROOT / "datasets" / "diplomatic_signal_demo"
#: Version -> sha256 of its manifest, which has the hashes of all other files.
PUBLISHED = {
    "1.0.0": "7d4ea246265e9c370fba7fcf35d0be72d13f96cb6f98f90bc68ffad6bd4934c7",
    "1.0.1": "b68986f74fd9abf7e3e6d51f2a0c23818aac13af49e45085a8ca46c250a4d996",
    "1.1.0": "2e1dad0553549c53844b3e0feaa2c20c942c2cde40a158ec2eb76362ee6721c3",
}


def test_every_published_version_is_here_and_listed() -> None:
    assert versions_on_disk(DATASET) == list(PUBLISHED)
    assert [entry.version for entry in read_index(DATASET).versions] == list(PUBLISHED)


@pytest.mark.parametrize("version", PUBLISHED)
def test_a_sample_is_as_it_was_published(version: str) -> None:
    manifest = (DATASET / version / "manifest.json").read_bytes()
    assert hashlib.sha256(manifest).hexdigest() == PUBLISHED[version]
    assert verify_release(DATASET / version) == []


@pytest.mark.parametrize("version", PUBLISHED)
def test_documents_of_a_sample_read_back(version: str) -> None:
    scheme = released_scheme(DATASET / version)
    gold = released_documents(DATASET / version, scheme, layer="gold")
    assert {document.article.id for document in gold} == set(read_ledger(DATASET))
    assert errors(check(gold, scheme)) == []
    annotated = released_documents(DATASET / version, scheme)
    assert errors(check(annotated, scheme)) == []
    assert len(annotated) == 3 * len(gold)
    moments = {str(document.annotator.created_at) for document in annotated}
    assert {moment[10:] for moment in moments} == {"T00:00:00Z"}
