"""What a control of a labelling page asks, as a field of a scheme."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from .draft import Answer, DraftField, DraftValue
from .identifiers import identifiers
from .xml_tags import Tag

#: Notes that a tag says what a scheme cannot.
Note: TypeAlias = Callable[[Tag, str], None]
#: Tags that ask a question with an answer that a scheme can hold.
CONTROLS = ("Choices", "TextArea", "Rating", "Number", "DateTime", "Taxonomy")
#: Joins the steps of a value that stands below others, as in "Animal / Dog".
STEP = " / "
_STARS, _FEWEST_STARS = 5, 2


def field_of(tag: Tag, name: str, title: str, note: Note) -> DraftField | None:
    """The field that a control stands for; None if it cannot be one, which is noted.

    Args:
        tag: The control.
        name: Name of the field.
        title: Words that the page shows above the control.
        note: Takes what of it cannot be expressed.
    """
    if tag.get("value").startswith("$"):
        note(tag, f"offers what the data of each task say ({tag.get('value')}); list the values")
        return None
    for attribute in ("requiredMessage", "placeholder"):
        if words := tag.get(attribute):
            note(tag, f"{attribute} {words!r} is not shown; say it in a description")
    if tag.get("defaultValue"):
        note(tag, f"the answer {tag.get('defaultValue')!r} is not given beforehand")
    required = tag.says("required")
    if tag.kind in ("Choices", "Taxonomy"):
        return _choice(tag, name, title, required, note)
    answer, least, most = _WRITTEN[tag.kind](tag, note)
    return DraftField(name, answer, title=title, required=required, minimum=least, maximum=most)


def _choice(tag: Tag, name: str, title: str, required: bool, note: Note) -> DraftField | None:
    paths = [*_paths(tag, ())]
    if any(len(path) > 1 for path in paths):
        note(tag, "its levels become one list; an answer counts as right or wrong as a whole")
    if tag.says("leafsOnly"):
        paths = [path for path in paths if not _choices_in(path[-1])]
    stored = [STEP.join(map(stored_word, path)) for path in paths]
    if len(set(stored)) < len(stored):
        note(tag, "a choice is listed twice; one is kept")
    if not stored:
        note(tag, "offers nothing to choose from")
        return None
    names = identifiers(stored, "value")
    values = {
        names[word]: _value(path, names[word], note)
        for path, word in zip(paths, stored, strict=True)
    }
    for choice in tag.walk():
        if choice.kind == "Choice" and choice.says("selected"):
            note(choice, "is not chosen beforehand; what is proposed is often left unread")
    answer = _answer(tag)
    if answer == "one" and {word.casefold() for word in stored} in (
        {"yes", "no"},
        {"true", "false"},
    ):
        return DraftField(name, "yes-no", title=title, required=required)
    return DraftField(name, answer, tuple(values.values()), title=title, required=required)


def _answer(tag: Tag) -> Answer:
    if tag.kind == "Taxonomy":
        return "one" if tag.get("maxUsages") == "1" else "several"
    return "several" if tag.get("choice") == "multiple" else "one"


def _paths(tag: Tag, above: tuple[Tag, ...]) -> Iterator[tuple[Tag, ...]]:
    """Every choice with those that it stands below."""
    for choice in _choices_in(tag):
        yield (*above, choice)
        yield from _paths(choice, (*above, choice))


def _choices_in(tag: Tag) -> list[Tag]:
    """The choices that stand directly below a tag, or in a view there."""
    inside = [c for child in tag.children if child.kind == "View" for c in _choices_in(child)]
    return [child for child in tag.children if child.kind == "Choice"] + inside


def stored_word(tag: Tag) -> str:
    """What Label Studio stores for a label or a choice."""
    return tag.get("alias") or tag.get("value")


def _value(path: Sequence[Tag], id: str, note: Note) -> DraftValue:
    choice = path[-1]
    return DraftValue(
        id,
        title=STEP.join(tag.get("value") for tag in path),
        description=choice.get("hint"),
        hotkey=key_of(choice, note),
    )


def key_of(tag: Tag, note: Note) -> str:
    """The key of a label or a choice, if a scheme can have it."""
    key = tag.get("hotkey").lower()
    if key and not re.fullmatch(r"(shift\+)?[a-z0-9]", key):
        note(tag, f"the key {key} is not kept; a key is a letter or a digit, also with shift+")
        return ""
    return key


def _text(tag: Tag, note: Note) -> tuple[Answer, float | None, float | None]:
    if tag.get("maxSubmissions") not in ("", "1"):
        note(tag, "several texts become one of several lines")
    return "text", None, None


def _stars(tag: Tag, note: Note) -> tuple[Answer, float | None, float | None]:
    most = _number(tag, "maxRating", note)
    if most is not None and (most < _FEWEST_STARS or most != int(most)):
        note(tag, f"maxRating {most:g} becomes {_STARS}")
        most = None
    return "integer", 1, most or _STARS


def _quantity(tag: Tag, note: Note) -> tuple[Answer, float | None, float | None]:
    step = _number(tag, "step", note)
    least, most = _number(tag, "min", note), _number(tag, "max", note)
    if least is not None and most is not None and least > most:
        note(tag, f"min {least:g} is above max {most:g}; neither is kept")
        least = most = None
    whole = step is not None and step == int(step)
    if step not in (None, 1):
        note(tag, f"the step of {step:g} is not kept")
    return "integer" if whole else "number", least, most


def _moment(tag: Tag, note: Note) -> tuple[Answer, float | None, float | None]:
    parts = {part.strip() for part in tag.get("only").lower().split(",")} - {""}
    for bound in ("min", "max"):
        if tag.get(bound):
            note(tag, f"{bound} {tag.get(bound)} is not kept")
    if parts == {"date"}:
        return "date", None, None
    if parts == {"year"}:
        return "integer", None, None
    note(tag, 'becomes a text; a scheme knows days (only="date") and years (only="year")')
    return "text", None, None


def _number(tag: Tag, attribute: str, note: Note) -> float | None:
    written = tag.get(attribute)
    try:
        number = float(written or "nan")
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    if written:
        note(tag, f"{attribute} {written!r} is no number")
    return None


_WRITTEN: dict[str, Callable[[Tag, Note], tuple[Answer, float | None, float | None]]] = {
    "TextArea": _text,
    "Rating": _stars,
    "Number": _quantity,
    "DateTime": _moment,
}
