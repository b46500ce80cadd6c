"""Read a labelling page of Label Studio: its labels, what it asks about spans and texts, relations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from .colours import hexadecimal
from .draft import DraftField, DraftRelation, DraftSpanType
from .identifiers import identifiers
from .imported import Imported, NoConfig, Unexpressed
from .label_studio_controls import CONTROLS, field_of, stored_word
from .xml_tags import Tag, read_tags

_LABELS = ("Labels", "HyperTextLabels")
_TEXTS = ("Text", "HyperText")
#: Tags that say how the page looks, or belong to a control.
_LOOKS = (
    *("View", "Style", "Header", "Collapse", "Panel", "Markdown", "Shortcut", "Filter", "Dialog"),
    *("Label", "Choice", "Relation", "PagedView"),
)
_AS_LISTED = ("Relations", *CONTROLS, *_LABELS, *_TEXTS)


def read_label_studio(text: str) -> Imported:
    """What a scheme can say of a labelling page.

    Raises:
        NoConfig: It is no XML, or no labelling page.
    """
    root = read_tags(text, (*_LOOKS, *_AS_LISTED))
    if not any(tag.get("toName") for tag in root.walk()):
        raise NoConfig(root.line, "no labelling page: no tag in it asks anything (toName)")
    return _Reader(root).imported()


@dataclass(frozen=True)
class _Control:
    """A control with what the views around it say."""

    tag: Tag
    title: str
    #: The tags around it and it itself, each of which may restrict when it is shown.
    around: tuple[Tag, ...]


class _Reader:
    """Reads one page, and notes what of it cannot be expressed."""

    def __init__(self, root: Tag) -> None:
        self._root = root
        self._unexpressed: list[Unexpressed] = []
        self._texts = {t.get("name") for t in root.walk() if t.kind in _TEXTS}
        bars = [tag for tag in root.walk() if tag.kind in _LABELS and self._is_of_text(tag)]
        self._bars = [bar for bar in bars if bar.get("toName") == bars[0].get("toName")]
        for bar in [bar for bar in bars if bar not in self._bars]:
            self._note(bar, "marks another text; a scheme is about one")
        self._labels = [*self._distinct_labels()]
        self._names = identifiers([stored_word(label) for label in self._labels], "span type")
        self._controls: dict[str, _Control] = {}
        for control in _controls(root, (root,)):
            name = control.tag.get("name")
            if (
                self._is_of_text(control.tag)
                and self._controls.setdefault(name, control) != control
            ):
                self._note(control.tag, "there is a control of that name already; that one is kept")
        self._field_names = identifiers([*self._controls], "field")

    def imported(self) -> Imported:
        """Everything that the page says."""
        self._note_what_is_no_text()
        fields: dict[str, list[DraftField]] = {stored: [] for stored in self._names}
        of_article: list[DraftField] = []
        for word, control in self._controls.items():
            field = field_of(control.tag, self._field_names[word], control.title, self._note)
            if field is None:
                continue
            if self._is_conditional(control):
                field = replace(field, required=False)
            if control.tag.says("perRegion"):
                for stored in self._asked_of(control):
                    fields[stored].append(field)
            else:
                of_article.append(field)
        types = [self._span_type(label, fields[stored_word(label)]) for label in self._labels]
        relations = tuple(self._relations())
        types, of_article = self._with_distinct_keys(types, of_article)
        return Imported(tuple(types), relations, tuple(of_article), self._in_order())

    def _note(self, tag: Tag, fact: str) -> None:
        self._unexpressed.append(Unexpressed(tag.line, str(tag), fact))

    def _in_order(self) -> tuple[Unexpressed, ...]:
        return tuple(sorted(dict.fromkeys(self._unexpressed), key=lambda u: u.line))

    def _is_of_text(self, tag: Tag) -> bool:
        return bool(tag.get("name")) and tag.get("toName") in self._texts

    def _note_what_is_no_text(self) -> None:
        for tag in self._root.walk():
            if tag.kind in _LABELS and tag.get("value").startswith("$"):
                self._note(tag, "takes its labels from the data of each task; list them")
            if tag.kind in _LABELS and tag.get("choice") == "multiple":
                self._note(tag, "a span has one type; mark it twice for two")
            if tag.get("toName") and not (tag.kind in _AS_LISTED and self._is_of_text(tag)):
                self._note(tag, "asks what no scheme can: it is not about a text, or not known")
            elif tag.kind not in (*_LOOKS, *_AS_LISTED) and not tag.get("toName"):
                self._note(tag, "shows what is no text")
            elif tag.kind == "HyperText":
                self._note(tag, "spans of HTML become spans of plain text")
            elif tag.get("valueType").lower() == "url":
                self._note(tag, "loads its text from an address; an article holds its text itself")

    def _distinct_labels(self) -> Iterable[Tag]:
        """The labels of all bars; a label that two bars have is one span type."""
        taken: dict[str, Tag] = {}
        if len(self._bars) > 1:
            self._note(self._bars[1], "its labels are span types beside those of the first bar")
        for bar in self._bars:
            for label in [tag for tag in bar.walk() if tag.kind == "Label"]:
                if not stored_word(label) or label.get("value").startswith("$"):
                    self._note(label, "its words are in the data of each task; write them")
                elif stored_word(label) in taken:
                    self._note(label, "is listed twice; one is kept")
                else:
                    taken[stored_word(label)] = label
                    yield label

    def _span_type(self, label: Tag, fields: Sequence[DraftField]) -> DraftSpanType:
        colour = hexadecimal(label.get("background"))
        if label.get("background") and not colour:
            self._note(label, f"the colour {label.get('background')} is not kept; write #RRGGBB")
        for attribute in ("maxUsages", "granularity", "hotkey"):
            if label.get(attribute):
                self._note(label, f"{attribute} {label.get(attribute)} is not kept")
        return DraftSpanType(
            self._names[stored_word(label)],
            tuple(fields),
            title=label.get("value"),
            description=label.get("hint"),
            colour=colour,
        )

    def _relations(self) -> Iterable[DraftRelation]:
        """Relations, which Label Studio lets run between any two spans."""
        tags = [t for t in self._root.walk() if t.kind == "Relation" and stored_word(t)]
        if tags and not self._names:
            self._note(tags[0], "there are no spans to link")
            return
        ends = tuple(self._names.values())
        for word, name in identifiers([stored_word(tag) for tag in tags], "relation").items():
            tag = next(tag for tag in tags if stored_word(tag) == word)
            colour = hexadecimal(tag.get("background"))
            yield DraftRelation(name, ends, ends, title=tag.get("value"), colour=colour)

    def _asked_of(self, control: _Control) -> list[str]:
        """The labels of whose spans a control asks."""
        asked = [*self._names]
        for tag in control.around:
            named = [word.strip() for word in tag.get("whenLabelValue").split(",") if word.strip()]
            if not named:
                continue
            known = [
                stored_word(label)
                for label in self._labels
                if {stored_word(label), label.get("value")} & {*named}
            ]
            if not known:
                self._note(tag, f"whenLabelValue {', '.join(named)} names no label")
            asked = [stored for stored in asked if stored in known]
        for bar in self._bars:
            if bar.get("name") in {tag.get("whenTagName") for tag in control.around}:
                of_bar = {stored_word(tag) for tag in bar.walk() if tag.kind == "Label"}
                asked = [stored for stored in asked if stored in of_bar]
        if not asked:
            self._note(control.tag, "is asked about no span of a text")
        return asked

    def _is_conditional(self, control: _Control) -> bool:
        """Whether another answer decides if a control is shown; a scheme always asks."""
        for tag in control.around:
            if tag.get("visibleWhen").startswith("choice-") or tag.get("whenChoiceValue"):
                words = tag.get("whenChoiceValue") or "an answer"
                fact = f"is shown only after {words} in {tag.get('whenTagName') or 'a control'}"
                self._note(control.tag, f"{fact}; it is always asked, and may be left out")
                return True
        return False

    def _with_distinct_keys(
        self, types: Sequence[DraftSpanType], labels: Sequence[DraftField]
    ) -> tuple[list[DraftSpanType], list[DraftField]]:
        """The same, with no key twice: what is shown together must not share one."""
        keys: dict[str, str] = {}

        def free(key: str, owner: str) -> str:
            if not key or keys.setdefault(key, owner) == owner:
                return key
            self._note(
                self._root, f"the key {key} of {owner} is that of {keys[key]}; it is dropped"
            )
            return ""

        def distinct(field: DraftField) -> DraftField:
            values = [
                replace(value, hotkey=free(value.hotkey, f"{field.name} {value.id}"))
                for value in field.values
            ]
            return replace(field, values=tuple(values))

        with_fields = [replace(t, fields=tuple(map(distinct, t.fields))) for t in types]
        return with_fields, [*map(distinct, labels)]


def _controls(tag: Tag, around: tuple[Tag, ...]) -> Iterable[_Control]:
    """Every control below a tag, with the words above it."""
    title = ""
    for child in tag.children:
        if child.kind in CONTROLS and child.get("toName"):
            yield _Control(child, title, (*around, child))
        else:
            yield from _controls(child, (*around, child))
        shown = child.get("value") if child.kind == "Header" else ""
        title = "" if "$" in shown else shown
