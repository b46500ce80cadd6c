"""Bring a document from an earlier version of its scheme to the one of now."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from signalbook.schema.errors import DocumentError
from signalbook.schema.scheme.migrations import value_called
from signalbook.schema.scheme.model import Migration, Scheme
from signalbook.schema.versions import minor_version, series

from .annotation import value_words
from .derived import with_derived
from .records import AnnotationDocument, Dyad, Party, Span, Value

_DEFAULTED = "defaulted"


@dataclass(frozen=True)
class Migrated:
    """A document of the version of now, and what became of its values."""

    document: AnnotationDocument
    #: unit.field -> how many of its values were dropped.
    dropped: Mapping[str, int]
    #: unit.field -> how many of its values are others now.
    changed: Mapping[str, int]
    #: (unit.field, value) -> how often it is there, and this version does not have it; without a value
    #: for a field that there is not, and without a field for a unit that there is not.
    lost: Mapping[tuple[str, str | None], int]
    #: It was of this version before.
    is_current: bool


def migration_of(document: AnnotationDocument, scheme: Scheme) -> Migration | None:
    """How a document gets to this version of its scheme; None if the scheme does not say."""
    made = minor_version(document.schema_version)
    if made is None or document.scheme not in (None, scheme.name):
        return None
    known = (m for m in scheme.migrations if minor_version(m.from_) == made)
    # Versions that differ in the last number alone mean the same.
    as_it_is = Migration(made, {}, {}) if made == minor_version(scheme.version) else None
    return next(known, as_it_is)


def migrate(document: AnnotationDocument, scheme: Scheme) -> Migrated:
    """The document as one of this version of its scheme, with its computed labels.

    Raises:
        DocumentError: The scheme does not say how documents of that version get there.
    """
    migration = migration_of(document, scheme)
    if migration is None:
        known = ", ".join(f"{scheme.name} {m.from_}" for m in scheme.migrations)
        takes = f"takes over documents of {known}" if known else "has no x-migrations"
        raise DocumentError(
            f"made with the scheme {document.scheme or '?'} {document.schema_version}; "
            f"{scheme.name} {scheme.version} {takes}; {way_out_of_versions(document, scheme)}"
        )
    migrator = _Migrator(migration, scheme)
    about = {"scheme": scheme.name, "schema_version": scheme.version}
    moved = document.model_copy(update={**about, **migrator.sections(document)})
    migrated = with_derived(moved, scheme)
    for name, value in moved.article_labels.items():
        migrator.changed[f"article.{name}"] += migrated.article_labels.get(name) != value
    is_current = migration not in scheme.migrations
    lost = Counter[tuple[str, str | None]]() if is_current else Counter(_lost(migrated, scheme))
    return Migrated(migrated, migrator.dropped, +migrator.changed, lost, is_current)


def _lost(document: AnnotationDocument, scheme: Scheme) -> Iterator[tuple[str, str | None]]:
    """unit.field and value of all that a document has and its scheme does not."""
    units: list[tuple[str, Mapping[str, Value]]] = [
        *(("party", party.attributes) for party in document.parties),
        *((span.type, span.attributes) for span in document.spans),
        *(("dyad", dyad.attributes) for dyad in document.dyads),
        ("article", document.article_labels),
    ]
    for unit, values in units:
        asked = scheme.article_labels if unit == "article" else scheme.fields_of(unit)
        if asked is None:
            yield unit, None
            continue
        fields = {field.name: field for field in asked}
        for name in values.keys() - {_DEFAULTED}:
            if name not in fields:
                yield f"{unit}.{name}", None
                continue
            value = values[name]
            members = value if isinstance(value, tuple) else (value,)
            wrong = [member for member in members if not fields[name].takes(member)]
            yield from ((f"{unit}.{name}", value_words(member)) for member in wrong)


def way_out_of_versions(document: AnnotationDocument, scheme: Scheme) -> str:
    """What to do with a document of a version of which the scheme says nothing."""
    if not is_of_earlier(document, scheme):
        return "name the scheme that it was made with by --scheme"
    entry = f'{{"from": "{minor_version(document.schema_version)}"}}'
    return f"say under x-migrations of {scheme.path.name} what becomes of them: {entry}"


def is_of_earlier(document: AnnotationDocument, scheme: Scheme) -> bool:
    """Whether a document was made with an earlier version of this scheme."""
    made = minor_version(document.schema_version)
    is_of_it = document.scheme in (None, scheme.name)
    return is_of_it and made is not None and series(made) <= series(scheme.version)


class _Migrator:
    """Applies one migration, and counts what it does."""

    def __init__(self, migration: Migration, scheme: Scheme) -> None:
        self.migration = migration
        self.fields = {(unit, field.name): field for unit, field in scheme.fields()}
        self.dropped: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()

    def sections(self, document: AnnotationDocument) -> dict[str, object]:
        """The sections of the document that have fields, as far as it has them."""
        made = {
            "parties": tuple(self._party(party) for party in document.parties),
            "spans": tuple(self._span(span) for span in document.spans),
            "dyads": tuple(Dyad(**self._values("dyad", d.attributes)) for d in document.dyads),
            "article_labels": self._values("article", document.article_labels),
        }
        return {name: made[name] for name in made if name in document.model_fields_set}

    def _party(self, party: Party) -> Party:
        proposed = {n: getattr(party, n) for n in (_DEFAULTED,) if n in party.model_fields_set}
        values = self._values("party", {**party.attributes, **proposed})
        return Party.model_validate({"id": party.id, **values})

    def _span(self, span: Span) -> Span:
        update: dict[str, object] = {"attributes": self._values(span.type, span.attributes)}
        if _DEFAULTED in span.model_fields_set:
            update[_DEFAULTED] = self._left(span.type, span.defaulted)
        return span.model_copy(update=update)

    def _values(self, unit: str, values: Mapping[str, Value]) -> dict[str, Value]:
        kept: dict[str, Value] = {}
        for name, value in values.items():
            if name in self.migration.drop.get(unit, ()):
                self.dropped[f"{unit}.{name}"] += 1
            elif name == _DEFAULTED and isinstance(value, tuple):
                kept[name] = self._left(unit, value)
            else:
                kept[name] = self._renamed(unit, name, value)
        return kept

    def _left(self, unit: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """Names of fields without those that are dropped."""
        return tuple(name for name in names if name not in self.migration.drop.get(unit, ()))

    def _renamed(self, unit: str, name: str, value: Value) -> Value:
        pairs = self.migration.values.get((unit, name), {})
        field = self.fields.get((unit, name))
        renamed = value
        if isinstance(value, tuple):
            renamed = tuple(dict.fromkeys(pairs.get(member, member) for member in value))
        elif field is not None and value_words(value) in pairs:
            renamed = value_called(pairs[value_words(value)], field)
        self.changed[f"{unit}.{name}"] += renamed != value
        return renamed
