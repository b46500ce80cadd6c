"""What the last pull found out about annotations, and their documents cannot say."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from signalbook.schema.text import counted, first_of

from .pulled_records import read_pulled, write_pulled
from .records import Record

#: Id -> what so many of them are, in the singular and the plural, and what to do about one or more.
KINDS = {
    "changed-by-another": (
        "annotation was changed by somebody else than its author",
        "annotations were changed by somebody else than their authors",
        (
            'decide under [annotations] in signalbook.toml, as in "ID" = "take", "leave out", or '
            "the e-mail address of the author"
        ),
    ),
    "another-project": (
        "annotation was made in the project of another annotator",
        "annotations were made in the projects of other annotators",
        (
            "who made an annotation counts, not whose project that was; give annotators the right link, "
            'and decide under [annotations] in signalbook.toml, as in "ID" = "take" or "leave out"'
        ),
    ),
    "unknown-author": (
        "annotation is by an account that the server no longer has, and of an unknown author",
        "annotations are by accounts that the server no longer has, and of unknown authors",
        (
            "an annotation of an unknown author counts as that of another annotator; whoever knows "
            "the author writes the e-mail address under [annotations] in signalbook.toml, as in "
            '"ID" = "ada@example.org"'
        ),
    ),
    "unknown-address": (
        "annotation is credited to an e-mail address that nobody has",
        "annotations are credited to e-mail addresses that nobody has",
        (
            "neither the server nor an earlier pull knows such an address, so that another "
            "annotator comes of that; correct the address under [annotations] in signalbook.toml, "
            "or, if right, name the person under [annotators] there"
        ),
    ),
    "deleted-account": (
        "annotation is by an account that the server no longer has",
        "annotations are by accounts that the server no longer has",
        "whoever was named by earlier pulls counts as the author",
    ),
    "deleted": (
        "annotation is no longer on the server",
        "annotations are no longer on the server",
        (
            "the raw store keeps what was deleted; to make documents of that, run: signalbook pull "
            '--keep-deleted; to decide for good, write "ID" = "take" or "leave out" under '
            "[annotations] in signalbook.toml"
        ),
    ),
    "changed-metadata": (
        "annotation is of an article whose metadata somebody changed on the server",
        "annotations are of articles whose metadata somebody changed on the server",
        (
            "documents have these metadata, and no text may be given away because of that; "
            "send those of the workspace with: signalbook push, then run: signalbook pull"
        ),
    ),
    "changed-text": (
        "annotation is of a task whose text somebody changed on the server",
        "annotations are of tasks whose text somebody changed on the server",
        (
            "documents that were made before keep the text that was annotated, and what is "
            "annotated from now on is not made into documents; put the text back on the server, "
            "then run: signalbook pull"
        ),
    ),
    "superseded": (
        "annotation is set aside for a newer one of the same annotator",
        "annotations are set aside for newer ones of the same annotator",
        (
            "an annotator has one document of an article; give two people two names under "
            "[annotators] in signalbook.toml, or correct [annotations] there; where one person "
            'made both, write "ID" = "leave out" under [annotations] for the older one'
        ),
    ),
    "no-place": (
        "thing in annotations has no place in a document",
        "things in annotations have no place in a document",
        "the annotator can repair that on the page",
    ),
}


_MAX_SHOWN = 10
#: What somebody can decide or repair; the others are how it is.
_OPEN = (
    "changed-by-another",
    "another-project",
    "unknown-author",
    "unknown-address",
    "superseded",
    "deleted",
    "changed-metadata",
    "changed-text",
    "no-place",
)


class Remark(Record):
    """Something about one annotation that stands until somebody changes or decides it."""

    #: One of `KINDS`.
    id: str
    article_id: str
    annotator_id: str
    #: Identity of the annotation, by which signalbook.toml names it.
    annotation: str
    #: What is so, without article and annotator.
    fact: str
    #: Where its task is shown.
    task: str

    @property
    def is_open(self) -> bool:
        """Whether somebody can decide or repair it."""
        return self.id in _OPEN

    @property
    def is_for_annotator(self) -> bool:
        """Whether the annotator can repair it on the page."""
        return self.id == "no-place"

    @property
    def way_out(self) -> str:
        """What to do about it."""
        return KINDS[self.id][2]

    @property
    def sentence(self) -> str:
        """The whole, for one line."""
        return f"{self.article_id}, {self.annotator_id}: {self.fact}"


def remark_lines(remarks: Sequence[Remark], command: str) -> Iterator[str]:
    """Remarks in lines: by kind, with what to do, and the first ones with their tasks.

    Args:
        remarks: What stands about annotations.
        command: The command that shows them; with `--json`, it lists all.
    """
    for kind, (one, many, way_out) in KINDS.items():
        of_kind = [f"  {r.sentence}  {r.task}" for r in remarks if r.id == kind]
        if of_kind:
            yield f"{counted(len(of_kind), one, many)}; {way_out}:"
            rest = f"; list them with: signalbook {command} --json"
            yield from first_of(of_kind, _MAX_SHOWN, way_out=rest)


def read_remarks(path: Path) -> list[Remark]:
    """The remarks of the last pull; none before there was one.

    Raises:
        DocumentError: The file is damaged.
    """
    return read_pulled(path, Remark)


def write_remarks(path: Path, remarks: Iterable[Remark]) -> None:
    """Write one remark a line, whole or not at all."""
    write_pulled(path, remarks)
