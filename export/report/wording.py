"""The words and numbers in which a report speaks of measures, units, fields and values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from signalbook.export.agreement.corpus import Corpus
from signalbook.export.agreement.measure import Measure, MeasureWithInterval
from signalbook.export.coefficients.planning import (
    FEW_DISAGREE,
    MAX_FURTHER,
    TARGET_OF_ONE,
    TOO_MANY,
)
from signalbook.export.disagreement import kinds
from signalbook.export.disagreement.confusion import ABSENT
from signalbook.export.disagreement.differences import KindShare
from signalbook.schema.documents.records import Value
from signalbook.schema.scheme.model import Field, Scheme
from signalbook.schema.text import counted, yes_or_no

#: Criterion of a match -> what is counted as the same.
_CRITERIA = {
    "exact": "same boundaries",
    "iou_0.5": "half of their union in common",
    "iou_0.75": "three quarters of their union in common",
    "overlap": "overlapping",
    "strict": "same type and direction",
    "unlabelled": "whatever the type",
    "undirected": "whatever the direction",
    "position": "by place",
    "characters": "by character",
    "matched": "by two or more annotators",
    "type": "same type",
}
#: Criterion of a measure of relations that is no F1 -> what it is about.
_OF_LINKS = {
    "linked": "linked or not, where both marked the spans",
    "type_given_linked": "type, where both link the spans",
}
#: A value of a field that is answered with yes or no, as data have it -> as people read it.
_YES_NO = {"true": yes_or_no(True), "false": yes_or_no(False)}
#: What stands for no value in a confusion: of a field, and of the type of a span.
_NOTHING = "left blank", "not marked"
_DONE = {"span_identification": "marked", "relation": "linked", "span_category": "labelled"}
_COEFFICIENTS = {
    "f1": "F1",
    "krippendorff_alpha": "\N{GREEK SMALL LETTER ALPHA}",
    "krippendorff_alpha_binary": "\N{GREEK SMALL LETTER ALPHA} of one value",
    "krippendorff_alpha_u_binary": "\N{GREEK SMALL LETTER ALPHA} for unitizing (u)",
    "krippendorff_alpha_cu": "\N{GREEK SMALL LETTER ALPHA} for unitizing (cu)",
    "krippendorff_alpha_ku": "\N{GREEK SMALL LETTER ALPHA} for unitizing (ku)",
    "gamma": "\N{GREEK SMALL LETTER GAMMA}",
    "gamma_cat": "\N{GREEK SMALL LETTER GAMMA}-cat",
    "gamma_position": "\N{GREEK SMALL LETTER GAMMA} by place",
    "gamma_position_nominal": "\N{GREEK SMALL LETTER GAMMA} by place and type",
    "gwet_ac1": "AC1",
    "gwet_ac2": "AC2",
    "fleiss_kappa": "Fleiss' \N{GREEK SMALL LETTER KAPPA}",
    "conger_kappa": "Conger's \N{GREEK SMALL LETTER KAPPA}",
    "brennan_prediger": "Brennan\N{EN DASH}Prediger \N{GREEK SMALL LETTER KAPPA}",
    "icc_agreement": "ICC(2, 1)",
    "icc_consistency": "ICC(3, 1)",
    "icc": "ICC(1, 1)",
    "share_matched": "share",
    "percent_agreement": "agreement",
}
#: Kind of disagreement, without its field -> what it is of.
_KINDS = {
    kinds.MISSED_SPAN: "span that one alone marked",
    kinds.MISSED_COREFERENT: "further mention that one alone marked",
    kinds.BOUNDARY: "boundaries of a span",
    kinds.TYPE: "type of a span",
    kinds.ATTRIBUTE: "value of a span's field",
    kinds.MISSED_PARTY: "party that one alone named",
    kinds.PARTY: "value of a party's field",
    kinds.BY_PARTY: "consequence: reference to a party that they describe differently",
    kinds.RELATION_MISSED: "relation that one alone drew",
    kinds.RELATION_ENDPOINT: "end or direction of a relation",
    kinds.RELATION_LABEL: "type of a relation",
    kinds.BY_SPAN: "consequence: relation of a span that one alone marked",
    kinds.MISSED_DYAD: "dyad that one alone named",
    kinds.DYAD: "value of a dyad's field",
    kinds.ARTICLE_LABEL: "label of the article",
}
#: Why there is no number of further articles -> what stands in its place.
_NO_NUMBER = {TARGET_OF_ONE: "never", FEW_DISAGREE: "unknown", TOO_MANY: f"more than {MAX_FURTHER}"}
#: What the column `n` of a table of measures is.
WHAT_N_IS = (
    "number of units, groups or pairs that the value rests on; of F1, what two annotators have in "
    "common, added up"
)
_THIN = "\N{NARROW NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Wording:
    """The titles of a scheme, by the names of its units and fields."""

    scheme: Scheme

    @cached_property
    def _units(self) -> dict[str, str]:
        titles = {"all": "All spans", "article": "Article", "relation": "Relations"}
        titles |= {t.name: t.title for t in self.scheme.span_types}
        titles |= {t.name: t.title for t in self.scheme.relation_types}
        titles |= {"party": self.scheme.party.title} if self.scheme.party else {}
        return titles | ({"dyad": self.scheme.dyad.title} if self.scheme.dyad else {})

    @cached_property
    def _fields(self) -> dict[tuple[str, str], Field]:
        return {(unit, field.name): field for unit, field in self.scheme.fields()}

    def unit(self, name: str) -> str:
        """Title of a span type, relation type, party, dyad or the article."""
        return self._units.get(name, plain(name))

    def field(self, unit: str, name: str) -> str:
        """Title of a field of a unit."""
        field = self._fields.get((unit, name))
        return field.title if field else plain(name)

    def value(self, unit: str, field: str, value: str) -> str:
        """Title of a value of a field, or the value."""
        in_scheme = self._fields.get((unit, field))
        if self.is_yes_or_no(unit, field):
            value = _YES_NO.get(value, value)
        titles = {v.id: v.title for v in in_scheme.values} if in_scheme else {}
        titles |= {name: self._units[name] for name in self._units if field == "type"}
        return titles.get(value, _NOTHING[field == "type"] if value == ABSENT else value)

    def is_yes_or_no(self, unit: str, field: str) -> bool:
        """Whether a field asks whether something holds."""
        in_scheme = self._fields.get((unit, field))
        return in_scheme is not None and in_scheme.is_boolean

    def answer(self, unit: str, field: str, value: Value) -> str:
        """A value as an annotator gave it, by the titles of the scheme."""
        if field == "type":
            return self.unit(str(value))
        if isinstance(value, tuple):
            return ", ".join(self.value(unit, field, part) for part in value)
        return self.value(unit, field, value_text(value))

    def listed_values(self, unit: str, field: str) -> frozenset[str]:
        """The values that the scheme lists; others are words of a text or of an annotator."""
        if (unit, field) == ("all", "type"):
            return frozenset(t.name for t in self.scheme.span_types)
        in_scheme = self._fields.get((unit, field))
        return frozenset(in_scheme.value_ids if in_scheme else ())

    def subject(self, measure: Measure) -> str:
        """What a measure is about, without its unit."""
        name = measure.name
        criterion = _CRITERIA.get(name.field, plain(name.field))
        if name.kind == "relation" and name.field in _OF_LINKS:
            return _OF_LINKS[name.field]
        if name.kind == "span_category" and name.of:
            return _DONE[name.kind]
        if name.kind in _DONE:
            return f"{_DONE[name.kind]}, {criterion}"
        if name.coefficient == "f1":
            return "named by both"
        return self.field(name.unit, name.field)

    def label(self, measure: Measure) -> str:
        """Unit and what a measure is about."""
        name = measure.name
        unit = self.group(measure)
        value = f": {self.value(name.unit, name.field, name.of)}" if name.of else ""
        return f"{unit}: {_shortened(self.subject(measure), unit)}{value}"

    def group(self, measure: Measure) -> str:
        """Title of the unit under which a measure is listed."""
        return "Relations" if measure.name.kind == "relation" else self.unit(measure.name.unit)

    def kind(self, kind: str) -> str:
        """A kind of disagreement: its field by its title, or what it is of."""
        if kind in _KINDS:
            return _KINDS[kind]
        family, _, rest = kind.partition(":")
        unit, dot, name = rest.partition(".")
        if not dot:
            unit, name = {"article label": "article"}.get(family, family), rest
        return self.unit_and_field(unit, name)

    def unit_and_field(self, unit: str, field: str) -> str:
        """Title of a unit and of its field."""
        title = self.unit(unit)
        return f"{title}: {_shortened(self.field(unit, field), title)}"


def _shortened(field: str, unit: str) -> str:
    """A field's title without its unit's: `Signal: Type`, not `Signal: Signal type`."""
    start = unit.casefold() + " "
    rest = field[len(start) :] if field.casefold().startswith(start) else ""
    return rest[:1].upper() + rest[1:] if rest else field


def corpus_line(corpus: Corpus) -> str:
    """How many annotators and articles there are."""
    annotators = counted(len(corpus.annotators), "annotator")
    articles = counted(len(corpus.articles), "article")
    line = f"{annotators}, {articles}, {corpus.doubly_annotated} seen by two or more annotators"
    if not corpus.impossible:
        return line
    impossible = counted(
        len(corpus.impossible),
        "value that no field takes counts as missing",
        "values that no field takes count as missing",
    )
    return f"{line}; {impossible}"


def stage_sentence(scheme: Scheme) -> str:
    """What was agreed on before a stage began, of which nothing is measured; empty without stages."""
    if not scheme.earlier:
        return ""
    words = {"article": "labels of the article"}
    earlier = ", ".join(sorted(words.get(unit, plain(unit)) for unit in scheme.earlier))
    chosen = "" if scheme.party is None else " All annotators chose from one list of parties."
    stage = plain(scheme.stage)
    return f"Measured is the stage {stage} alone; agreed on before: {earlier}.{chosen}"


def errors_sentence(corpus: Corpus) -> str:
    """What was done with documents that have errors; empty without such."""
    if not corpus.with_errors:
        return ""
    n_all = len(corpus.documents) + (corpus.with_errors if corpus.valid_only else 0)
    have = "has errors and is" if corpus.with_errors == 1 else "have errors and are"
    done = "left out" if corpus.valid_only else "measured with the others"
    return f"{corpus.with_errors:,} of {counted(n_all, 'document')} {have} {done}."


def nothing_disputed(corpus: Corpus) -> str:
    """Why there is no disagreement to show."""
    if corpus.doubly_annotated:
        return "No two annotators disagree on anything."
    return "No article was seen by two annotators."


def blanks_sentence(shares: Mapping[str, KindShare]) -> str:
    """How many disagreements no coefficient counts; empty if none."""
    blank = sum(part.blank for part in shares.values())
    if not blank:
        return ""
    total = counted(sum(part.count for part in shares.values()), "disagreement")
    return (
        f"In {blank} of the {total}, one of the two left a field blank and the other did not; "
        "coefficients leave these out."
    )


def plain(name: str) -> str:
    """A name of a program as words."""
    return name.replace("_", " ")


def coefficient(name: str) -> str:
    """A coefficient as the literature writes it."""
    if name in _COEFFICIENTS:
        return _COEFFICIENTS[name]
    for prefix, short in _COEFFICIENTS.items():
        if name.startswith(prefix + "_"):
            level = name[len(prefix) :].strip("_")
            level = {"masi": "MASI"}.get(level, plain(level))
            return f"{short} {level}".strip()
    return plain(name)


def verdict(result: MeasureWithInterval) -> str:
    """What the interval says of the target, in a word or two, and how much was left blank."""
    said = "" if result.verdict == "no target" else result.verdict
    return "; ".join(filter(None, (said, blanks(result.measure))))


def blanks(measure: Measure) -> str:
    """How many values were left blank on units that others gave a value; empty if none."""
    count, asked = measure.details.get("blank_values"), measure.details.get("values")
    return f"{count} of {asked} values blank" if count else ""


def number(value: float | None, places: int = 2) -> str:
    """A number with fixed places and a real minus sign; nothing for none."""
    if value is None:
        return ""
    text = f"{value:.{places}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", _MINUS)


def number_beside(value: float | None, other: float | None, places: int = 2) -> str:
    """A number with so many places more that it lies on the side of another on which it is."""
    if value is None or other is None:
        return number(value, places)
    enough = (
        p for p in range(places, 17) if _order(round(value, p), other) == _order(value, other)
    )
    return number(value, next(enough, 17))


def _order(value: float, other: float) -> int:
    return (value > other) - (value < other)


def target_text(target: float | None) -> str:
    """A target as the scheme has it, with two places or as many as it needs."""
    if target is None:
        return ""
    return number(target) if round(target, 2) == target else f"{target:g}"


def measured_value(result: MeasureWithInterval, places: int = 2) -> str:
    """A measure's value, never rounded to a target that it is not at; empty if undefined."""
    return number_beside(result.measure.value, result.measure.target, places)


def probability(value: float | None) -> str:
    """A probability, which is never rounded to a certainty."""
    if value is None or value in (0.0, 1.0):
        return number(value)
    if value < 0.005:
        return "< 0.01"
    return "> 0.99" if value > 0.995 else number(value)


def share(value: float | None) -> str:
    """A share in percent; 100.0 is all."""
    return "" if value is None else f"{number_beside(100 * value, 100.0, 1)}{_THIN}%"


def interval_text(result: MeasureWithInterval) -> str:
    """An interval, no end of which is rounded to a target that it is not at."""
    low, high, target = result.interval.low, result.interval.high, result.measure.target
    if low is None or high is None:
        return ""
    return f"{number_beside(low, target)} to {number_beside(high, target)}"


def estimate(result: MeasureWithInterval) -> str:
    """A value with its interval, or that there is no value, or too few articles for an interval."""
    if result.measure.value is None:
        return "undefined"
    return f"{measured_value(result)} ({interval_text(result) or 'too few articles'})"


def further_articles(result: MeasureWithInterval) -> str:
    """How many more articles, or that it is not known, or why; nothing where nothing is judged."""
    if result.measure.target is None or result.measure.value is None:
        return ""
    if result.needed is None:
        return "unknown"
    if result.needed.count is None:
        return _NO_NUMBER[result.needed.reason]
    return f"about {result.needed.count}" if result.needed.count else "0"


def value_text(value: Value | None) -> str:
    """A value as an annotator gave it."""
    if value is None:
        return "no value"
    if isinstance(value, bool):
        return yes_or_no(value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)
