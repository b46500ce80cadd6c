"""Corpora of invented articles, made from the valid example of each scheme."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from places import ROOT

from signalbook.export.coefficients.gamma.alignment import best_alignment
from signalbook.export.release.build import build_release
from signalbook.export.release.contents import About, ReleasePlan
from signalbook.schema.documents.records import AnnotationDocument
from signalbook.schema.filesystem import lock
from signalbook.schema.scheme.model import Scheme

Corpus = tuple[list[AnnotationDocument], list[AnnotationDocument]]
Varied = Callable[..., AnnotationDocument]


@pytest.fixture(scope="session", autouse=True)
def compiled_gamma() -> None:
    """Gamma as machine code: one test process compiles it, the others wait and read what it kept."""
    repeated = np.array([0.0, 5.0, 9.0] * 3)
    categories, annotators = np.zeros(9, np.int64), np.repeat(np.arange(3), 3)
    with lock(ROOT / ".cache" / "gamma.lock", lambda: None):
        best_alignment(repeated, repeated + 7, categories, annotators, 3)


@pytest.fixture(scope="session")
def varied(scheme: Scheme) -> Varied:
    """The scheme's example, as another article by another annotator."""
    example = json.loads((scheme.folder / "example.annotation.json").read_text(encoding="utf-8"))

    def make(article: str, annotator: str = "gold", **changes: Any) -> AnnotationDocument:
        data = json.loads(json.dumps(example))
        text = data["article"]["text"] + f"\nGazette of {article}."
        data["article"] |= {
            "id": article,
            "text": text,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "text_length": len(text),
        }
        data["annotator"] = {"id": annotator, "created_at": "2031-05-03T10:20:30Z"}
        data["article"] |= changes.pop("article_changes", {})
        return AnnotationDocument.model_validate(data | changes)

    return make


@pytest.fixture(scope="session")
def corpus(varied: Varied) -> Corpus:
    """Thirty articles with gold, each annotated by two; one marked nothing, one withheld."""
    names = [f"article-{number:02d}" for number in range(30)]
    gold = [varied(name) for name in names]
    annotators = [varied(name, who) for name in names for who in ("ann-1", "ann-2")]
    withheld = {"redistributable": False, "licence": "LicenseRef-proprietary"}
    gold.append(varied("withheld", article_changes=withheld))
    annotators.append(varied("withheld", "ann-1", article_changes=withheld))
    return gold, annotators


@pytest.fixture(scope="session")
def release(scheme: Scheme, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published release; never change it."""
    about = About(
        title="Sample <b>signals</b>",
        description="Invented articles, for tests.",
        licence="CC-BY-4.0",
        authors=("Ada Example",),
        synthetic_articles=True,
        simulated_annotators=True,
    )
    gold, annotators = corpus
    plan = ReleasePlan("sample", "1.0.0", scheme, gold, annotators, about)
    return build_release(plan, tmp_path_factory.mktemp("datasets"))
