"""See whether what a release begins with is up to date: the gold annotations of earlier stages."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from signalbook.export.adjudication.decision_log import DecisionLog
from signalbook.export.adjudication.gold_record import read_record
from signalbook.schema.errors import StaleError
from signalbook.schema.filesystem import DECISIONS_FOLDER, GOLD_FILE
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.scheme.stages import at_stage
from signalbook.schema.text import counted, listed

from .annotators_documents import read_annotators, read_gold

_MAX_SHOWN = 10


@dataclass(frozen=True)
class _Stage:
    """What is to do in one stage: ids of articles."""

    name: str
    #: Their gold annotations do not follow from annotations or decisions any more.
    stale: list[str]
    #: A person has to decide something about them again.
    flagged: list[str]
    #: They are annotated, and have no gold annotation.
    waiting: list[str]


def refuse_stale_stages(
    earlier: Mapping[str, Path], scheme: Scheme, released: AbstractSet[str]
) -> list[str]:
    """Refuse a release that begins with what has changed since, and name the articles that wait.

    Args:
        earlier: Name of an earlier stage -> the documents of its last pull.
        scheme: Scheme of the last stage.
        released: Ids of the articles of the release.

    Raises:
        StaleError: Gold annotations of a stage have to be made anew, or decided again.
    """
    stages = [_stage(name, path, scheme) for name, path in earlier.items() if path.is_file()]
    lines = [line for stage in stages for line in _stale_lines(stage, released)]
    if lines:
        raise StaleError(*lines)
    return [
        f"{counted(len(stage.waiting), 'article waits', 'articles wait')} in the stage {stage.name}, "
        f"annotated and without a gold annotation ({listed(stage.waiting, _MAX_SHOWN)}); make it "
        f"with: signalbook --stage {stage.name} adjudicate auto"
        for stage in stages
        if stage.waiting
    ]


def _stage(name: str, path: Path, scheme: Scheme) -> _Stage:
    of_stage, gold_file = at_stage(scheme.whole, name), path.parent / GOLD_FILE
    documents = read_annotators([path], of_stage).documents
    gold = read_gold(gold_file, of_stage) if gold_file.is_file() else []
    record = read_record(gold_file)
    decided = DecisionLog(path.parent / DECISIONS_FOLDER).hashes
    with_gold = {document.article.id for document in gold}
    return _Stage(
        name,
        stale=record.stale(gold, documents, decided) if record else [],
        flagged=record.to_decide_again(gold) if record else [],
        waiting=sorted({document.article.id for document in documents} - with_gold),
    )


def _stale_lines(stage: _Stage, released: AbstractSet[str]) -> Iterator[str]:
    command = f"signalbook --stage {stage.name} adjudicate"
    if stale := [id for id in stage.stale if id in released]:
        yield (
            f"in the stage {stage.name}, the annotations of {counted(len(stale), 'article')} have "
            "changed since gold annotations were made of them, or people have decided something "
            f"about them since ({listed(stale, _MAX_SHOWN)}); make these anew with: {command} auto"
        )
    if flagged := [id for id in stage.flagged if id in released]:
        yield (
            f"in {counted(len(flagged), 'article')} of the stage {stage.name}, people have to decide "
            f"again ({listed(flagged, _MAX_SHOWN)}); send them with: {command} send"
        )
