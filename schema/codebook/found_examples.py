"""Examples that annotators' articles gave: sentences with the marked words in [brackets].

They lie in a file of their own beside the scheme, which is only added to: neither the scheme nor the
prose of its author is written by a program.
"""

import re
from pathlib import Path

from pydantic import ValidationError

from signalbook.schema.documents.annotation import answer_words
from signalbook.schema.documents.records import AnnotationDocument, Record, Span
from signalbook.schema.errors import SchemeError, UsageError
from signalbook.schema.filesystem import write_text
from signalbook.schema.scheme.loader import BUILT_IN
from signalbook.schema.scheme.model import Scheme
from signalbook.schema.text import excerpt

#: Between two sentences; quotation marks and brackets that close belong to the one before.
_BREAK = re.compile(r"[.!?…。؟][\"'”\u2019»)\]]*\s+|\n+")
#: Characters of context on either side.
_MAX_CONTEXT = 200


class FoundExample(Record):
    """One sentence, and what was decided about the words in brackets."""

    #: Span type.
    type: str
    text: str
    why: str
    #: Id of the article that the sentence is from.
    article: str


def found_examples(scheme: Scheme) -> list[FoundExample]:
    """The examples in the file beside the scheme; none if there is no such file.

    Raises:
        SchemeError: A line is no example.
    """
    path = scheme.found_examples_file
    lines = path.read_bytes().splitlines() if path.is_file() else []
    examples: list[FoundExample] = []
    for number, line in enumerate(lines, 1):
        try:
            examples.append(FoundExample.model_validate_json(line))
        except ValidationError as error:
            fact = "is no example of the codebook; correct or delete the line"
            raise SchemeError(f"{path}:{number}: {fact}") from error
    return examples


def found_example(
    document: AnnotationDocument, span: Span, scheme: Scheme, *, why: str = ""
) -> FoundExample:
    """A span as an example: its sentence, its values, and what else is to be said of it.

    Raises:
        UsageError: The text of the article may not be given away, or is not there.
    """
    article = document.article
    if not article.redistributable or article.text is None:
        raise UsageError(
            f"{article.id}: its text may not be given away (redistributable is not true), and a "
            "codebook is; take a span of another article, or invent a sentence for "
            "x-worked-examples in the scheme file"
        )
    values = "; ".join(
        f"{field.title}: {answer_words(span.attributes[field.name])}"
        for field in scheme.fields_of(span.type) or ()
        if field.name in span.attributes and not field.is_text and not field.is_reference
    )
    return FoundExample(
        type=span.type,
        text=_in_context(article.text, span.start, span.end),
        why=". ".join(filter(None, (values, why))),
        article=article.id,
    )


def add_example(scheme: Scheme, example: FoundExample) -> Path | None:
    """Add an example to the file beside the scheme; None if it is there already.

    Raises:
        UsageError: The scheme is a built-in one, which is nobody's own to write to.
    """
    path = scheme.found_examples_file
    if path.is_relative_to(BUILT_IN):
        raise UsageError(
            f"{scheme.name}: is a built-in scheme, which is the same for everybody; copy its folder, "
            "and name the copy under [scheme] in signalbook.toml"
        )
    examples = found_examples(scheme)
    if example in examples:
        return None
    write_text(path, "".join(f"{line.to_json()}\n" for line in [*examples, example]))
    return path


def _in_context(text: str, start: int, end: int) -> str:
    """The words in brackets, in their sentence."""
    breaks = [(m.start() + len(m[0].rstrip()), m.end()) for m in _BREAK.finditer(text)]
    first = max((after for _, after in breaks if after <= start), default=0)
    last = min((before for before, _ in breaks if before >= end), default=len(text))
    before, after = text[first:start], text[end:last]
    if len(before) > _MAX_CONTEXT:
        before = f"…{before[-_MAX_CONTEXT:]}"
    whole = f"{before}[{text[start:end]}]{excerpt(after, _MAX_CONTEXT) if after else ''}"
    return " ".join(whole.split())
