"""Read articles from files: text normalised once and hashed, metadata checked against the scheme."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from signalbook.schema.documents.limits import (
    MAX_TEXTS,
    chars_limit,
    columns_of,
    is_damaged,
    max_line,
    size,
    too_long,
    unfit,
    unfit_id,
)
from signalbook.schema.documents.records import Article
from signalbook.schema.errors import ArticleError
from signalbook.schema.scheme.model import Json

from .find_files import ArticleProblem, RawArticle, find_files, place_of
from .formats import READERS, read_file
from .metadata import Fact, MetadataCheck, kind_of, shown, type_errors

_MAX_SHOWN = 20
#: Offsets count in the text; what names an article must be written right.
_NEVER_TRIMMED = ("id", "text")
_SURROGATES = re.compile("[\ud800-\udfff]")


def normalise_text(text: str) -> str:
    """The one form of a text that offsets count in: NFC, LF, no BOM, NUL or lone surrogate."""
    text = text.replace("\0", "").lstrip("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))


def text_hash(text: str) -> str:
    """Sha256 of the text as UTF-8, lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_articles(
    paths: Iterable[Path],
    *,
    article_schema: Mapping[str, Json] | None = None,
    max_chars: int | None = None,
) -> tuple[list[Article], list[ArticleProblem]]:
    """Read every article of these files and folders, and everything that is wrong with them.

    An article with an error is not among the articles; of several with one id, only the first is.
    Columns that neither the record nor the scheme names are kept in `extra`.

    Args:
        paths: JSON Lines, CSV, Parquet, text and Markdown files, and folders of these.
        article_schema: JSON Schema of the metadata, as `Scheme.article_schema` gives it; without it
            only types are checked.
        max_chars: Characters of a text, or of another column, at most; of all texts, 500 times
            as many; if it is None, the limit of every command.
    """
    max_chars = max_chars or chars_limit()
    reader = _Reader(article_schema, max_chars)
    for item in find_files(paths, kinds=READERS):
        if isinstance(item, ArticleProblem):
            reader.problems.append(item)
            continue
        for raw in read_file(*item, max_bytes=max_line(max_chars)):
            reader.take(raw)
            if reader.is_full:
                reader.problems.append(_too_much(item[0], max_chars))
                return reader.articles, reader.problems
    return reader.articles, reader.problems


def check_articles(
    raws: Iterable[RawArticle], *, article_schema: Mapping[str, Json] | None = None
) -> tuple[list[Article], list[ArticleProblem]]:
    """Articles of what was read elsewhere than from files of articles, and everything that is wrong.

    Args:
        raws: Values of each article, and where they stand.
        article_schema: JSON Schema of the metadata; without it only types are checked.
    """
    reader = _Reader(article_schema, chars_limit())
    for raw in raws:
        reader.take(raw)
    return reader.articles, reader.problems


def _too_much(path: Path, max_chars: int) -> ArticleProblem:
    fact = f"the articles up to here hold more than {max_chars * MAX_TEXTS:,} characters"
    return ArticleProblem(
        path, None, None, fact, "push them in parts, or raise the limit with --max-chars"
    )


def require_clean(
    articles: Sequence[Article], problems: Iterable[ArticleProblem], *, skip_broken: bool = False
) -> list[Article]:
    """The articles, if nothing is wrong or the user goes on without the broken ones.

    Raises:
        ArticleError: Some article is broken (the message lists the problems), or none is left.
    """
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors and not skip_broken:
        raise ArticleError(*problem_lines(errors))
    if not articles:
        raise ArticleError("no article to go on with; name files that hold articles")
    return list(articles)


def problem_lines(problems: Sequence[ArticleProblem]) -> list[str]:
    """One line for each kind of error of a file and of warning, and how often it occurs."""
    alike: dict[tuple[Path | None, str, str], list[ArticleProblem]] = {}
    for problem in problems:
        path = problem.path if problem.severity == "error" else None
        alike.setdefault((path, problem.fact, problem.fix), []).append(problem)
    lines = [
        str(group[0]) + (f" (and {len(group) - 1} more like this)" if len(group) > 1 else "")
        for group in alike.values()
    ]
    hidden = sum(len(group) for group in list(alike.values())[_MAX_SHOWN:])
    more = [f"and {hidden} more"] if hidden else []
    return [*lines[:_MAX_SHOWN], *more]


class _Reader:
    """Collects articles and problems; knows every id it has met."""

    def __init__(self, article_schema: Mapping[str, Json] | None, max_chars: int) -> None:
        self._max_chars = max_chars
        self._n_chars = 0
        self.articles: list[Article] = []
        self.problems: list[ArticleProblem] = []
        self._first: dict[str, tuple[Path, int | None]] = {}
        self._fits = MetadataCheck(article_schema)

    @property
    def is_full(self) -> bool:
        """Whether the texts together are longer than may be read at once."""
        return self._n_chars > self._max_chars * MAX_TEXTS

    def take(self, raw: RawArticle | ArticleProblem) -> None:
        """Keep an article, or say what is wrong with it."""
        if isinstance(raw, ArticleProblem):
            self.problems.append(raw)
            return
        if facts := [*_unfit_columns(raw.values, self._max_chars)]:
            name = raw.values.get("id")
            self._report(raw, name if isinstance(name, str) else None, facts)
            return
        try:
            values, damaged = _clean(raw.values)
        except _OneName as error:
            fact = f"the key {shown(str(error))} occurs twice, in two spellings"
            self._report(raw, None, [(fact, "leave one out")])
            return
        article_id = values.get("id")
        if isinstance(article_id, int) and not isinstance(article_id, bool):
            values["id"] = article_id = str(article_id)
        name = article_id if isinstance(article_id, str) and article_id.strip() else None
        errors = list(self._errors(raw, values))
        self._report(raw, name, errors)
        if damaged:
            fact = f"{', '.join(damaged)} held NUL or lone surrogates; they are removed or U+FFFD"
            self._report(raw, name, [(fact, "check where this text comes from")], "warning")
        if undated := self._fits.undated:
            fact = f"{', '.join(undated)} had no time zone; the day alone is kept"
            self._report(raw, name, [(fact, "write it like 2031-05-02T09:30:00Z")], "warning")
        if not errors:
            self.articles.append(Article.model_validate(values))
            self._n_chars += size(values["text"]) + size(values.get("extra"))

    def _report(
        self,
        raw: RawArticle,
        name: str | None,
        facts: Iterable[Fact],
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        self.problems += [
            ArticleProblem(raw.path, raw.line, name, *fact, severity) for fact in facts
        ]

    def _errors(self, raw: RawArticle, values: dict[str, Json]) -> Iterator[Fact]:
        """What is wrong; completes the values on the way."""
        yield from self._id_errors(raw, values.get("id"))
        yield from type_errors(values)
        yield from _settle_text(values, is_file=raw.line is None)
        yield from self._fits.complete(values)
        yield from self._fits.errors(values)

    def _id_errors(self, raw: RawArticle, article_id: Json) -> Iterator[Fact]:
        if article_id is None or article_id == "":
            yield "no id", "give every article an id that never changes"
        elif not isinstance(article_id, str):
            yield f"id is {kind_of(article_id)}, not text", "put it in quotes"
        elif fact := unfit_id(article_id):
            yield f"id {shown(article_id)} {fact}", "write an id that people can read"
        elif article_id in self._first:
            path, line = self._first[article_id]
            place = f"at line {line}" if path == raw.path else f"in {place_of(path, line)}"
            yield f"id {shown(article_id)} occurs twice (first {place})", "ids must be unique"
        else:
            self._first[article_id] = raw.path, raw.line


def _unfit_columns(values: Mapping[str, Json], max_chars: int) -> Iterator[Fact]:
    """Columns that hold what is too long, too deep, too large, or no number."""
    for name, value in columns_of(values):
        if fact := unfit(value):
            yield f"{name} {fact}", "write it as text, or leave it out"
        elif fact := too_long(value, max_chars):
            yield f"{name} {fact}", "split it, or raise the limit with --max-chars"


def _clean(values: Mapping[str, Json]) -> tuple[dict[str, Json], list[str]]:
    """Strings in normal form, and the names of the columns that held what no file can keep.

    Line breaks at the end of metadata come from how a file was written, and are trimmed.

    Raises:
        _OneName: Two keys are the same in normal form.
    """
    cleaned = _with_normal_keys(
        {name: _cleaned(value, trim=name not in _NEVER_TRIMMED) for name, value in values.items()}
    )
    damaged = [name for name, value in values.items() if is_damaged(name) or is_damaged(value)]
    return cleaned, [normalise_text(name) for name in damaged]


def _cleaned(value: Json, *, trim: bool) -> Json:
    if isinstance(value, str):
        normal = normalise_text(value)
        return normal.rstrip("\n") if trim else normal
    if isinstance(value, list):
        return [_cleaned(item, trim=trim) for item in value]
    if isinstance(value, dict):
        return _with_normal_keys({k: _cleaned(item, trim=trim) for k, item in value.items()})
    return value


def _with_normal_keys(values: Mapping[str, Json]) -> dict[str, Json]:
    normal: dict[str, Json] = {}
    for name, value in values.items():
        if normalise_text(name) in normal:
            raise _OneName(normalise_text(name))
        normal[normalise_text(name)] = value
    return normal


class _OneName(Exception):
    """Two keys of an object are told apart only by what no file can keep."""


def _settle_text(values: dict[str, Json], *, is_file: bool) -> Iterator[Fact]:
    """Hash and length are those of the normalised text; it may be a whole file, not a column."""
    text = values.get("text", "")
    if not isinstance(text, str):
        return
    if not text.strip():
        way_out = "fill the column `text`, or take the article out"
        yield "no text", "write it into the file, or take the file out" if is_file else way_out
        return
    given, values["text_sha256"] = values.get("text_sha256"), text_hash(text)
    values["text_length"] = len(text)
    if given not in (None, values["text_sha256"]):
        yield "text_sha256 is not the hash of the text", "leave it out, or restore the text"
