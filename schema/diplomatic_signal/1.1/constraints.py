"""The rules of the diplomatic-signal scheme that its JSON cannot state, one function each.

A *side* is a state (its country code) or, for parties outside the states, the party itself. A joint
party stands for the states among its members. A *pair* is (sender's side, receiver's side).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from statistics import median

from signalbook.schema.rules import (
    Annotation,
    Finding,
    Json,
    Party,
    Scheme,
    Span,
    ValueList,
    codes,
    flag,
    folded,
    many,
    one,
    remembered,
    value_table,
)

Pair = tuple[str, str]

JOINT, UNKNOWN, ORGANISATION = "XJT", "XUN", "XIO"
REPORTED = ("signal", "assessment")
_MAX_NAMED = 3

#: Double and angle marks, an opening single mark, a straight one where a word begins.
_QUOTATION_MARK = re.compile(
    r"[\"\u201c-\u201f\u00ab\u00bb\u2039\u203a\u2018\u300c-\u300f]|(?<!\w)'(?=\w)"
)


# Lists that rules go by

OUTSIDE_STATES = ValueList(
    "Codes of parties outside the states, each of which is a side of its own",
    "party.country",
    (ORGANISATION, "XNS", UNKNOWN),
    rules=("C20", "C30"),
)
AGREEING = ValueList(
    "Codes of parties that can send an agreement",
    "party.country",
    (JOINT, ORGANISATION),
    rules=("C44",),
)
QUOTING = ValueList(
    "Attributions that name a source",
    "signal.attribution",
    ("direct_quote", "paraphrase"),
    rules=("C09",),
)
UNNAMED_ROLES = ValueList(
    "Roles of a source that is not named",
    "party.role",
    ("media_or_analyst", "unnamed_official"),
    rules=("C09",),
)
WITHOUT_OPPOSITE = ValueList(
    "Types that contradict a signal without an opposite lean",
    "signal.signal_type",
    ("deny", "withhold"),
    rules=("C11",),
)
HELPING = ValueList(
    "Types of the signal that helps an opponent",
    "signal.signal_type",
    ("support", "offer", "cooperate_materially"),
    rules=("C43",),
)
CLAIMS_OF_SIGNALS = ValueList(
    "Claims that are based on signals", "assessment.claim", ("mixed", "hedging"), rules=("C28",)
)


@value_table(
    "Roles that are official, so that a signal counts for a dyad",
    "party.role",
    rules=("C11", "C20", "C25", "C36", "C46"),
)
def official_roles(scheme: Scheme) -> tuple[str, ...]:
    """The roles whose x-data says so."""
    roles = scheme.field("party", "role").values
    return tuple(role.id for role in roles if role.data.get("official") is True)


@value_table("Leans that a type can have", "signal.signal_type", "signal.valence", rules=("C18",))
def possible_leans(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """The values of the ranks in valence_range of each type, but for those in valence_not."""
    leans = scheme.field("signal", "valence").ranked_values
    possible: dict[str, tuple[str, ...]] = {}
    for kind in scheme.field("signal", "signal_type").values:
        low, high = _numbers(kind.data.get("valence_range"))[:2] or (-2, 2)
        never = _numbers(kind.data.get("valence_not"))
        possible[kind.id] = tuple(
            lean.id
            for lean in leans
            if lean.rank is not None and low <= lean.rank <= high and lean.rank not in never
        )
    return possible


def _numbers(node: Json) -> tuple[int, ...]:
    return tuple(n for n in node if isinstance(n, int)) if isinstance(node, list) else ()


# Sides, pairs and what counts


def _party_sides(party: Party | None) -> set[str]:
    if party is None:
        return set()
    country = one(party, "country")
    if country == JOINT:
        return set(many(party, "members")) - {ORGANISATION}
    return {party.id} if country in OUTSIDE_STATES else {country}


def _sides(a: Annotation, span: Span, field: str) -> set[str]:
    """The sides of a span's sender or receivers; none for not_named and nobody."""
    return {s for id in many(span, field) for s in _party_sides(a.parties.get(id))}


def _pairs(a: Annotation, signal: Span) -> set[Pair]:
    """The ordered pairs of different sides that a signal belongs to."""
    receivers = _sides(a, signal, "receivers")
    return {(s, r) for s in _sides(a, signal, "sender") for r in receivers if s != r}


def _is_domestic(a: Annotation, signal: Span) -> bool:
    sender = _sides(a, signal, "sender")
    return bool(sender) and not _pairs(a, signal) and sender == _sides(a, signal, "receivers")


def _is_official(a: Annotation, signal: Span) -> bool:
    party = a.parties.get(one(signal, "sender"))
    return party is not None and one(party, "role") in official_roles(a.scheme)


def _counts(a: Annotation, signal: Span) -> bool:
    """Whether a signal counts for a dyad: official, done, and not a re-mention."""
    actual = one(signal, "realis") == "actual"
    return actual and _is_official(a, signal) and not a.has(signal, "same_as")


@remembered
def _signals_by_pair(a: Annotation) -> dict[Pair, list[Span]]:
    """The signals that realise each pair, in the order of the text."""
    found: dict[Pair, list[Span]] = defaultdict(list)
    for signal in a.of("signal"):
        if _counts(a, signal):
            for pair in _pairs(a, signal):
                found[pair].append(signal)
    return dict(found)


def _is_unknown(a: Annotation, side: str) -> bool:
    party = a.parties.get(side)
    return party is not None and one(party, "country") == UNKNOWN


def _dyad_pairs(a: Annotation) -> set[Pair]:
    return {(one(d, "sender"), one(d, "receiver")) for d in a.document.dyads}


def _contradicted_pairs(a: Annotation) -> set[Pair]:
    """The pairs that both ends of a contradicts relation belong to."""
    found: set[Pair] = set()
    for _, start, end in a.links("contradicts"):
        found |= _pairs(a, start) & _pairs(a, end)
    return found


def _valence(a: Annotation, signal: Span) -> int:
    return a.rank(signal, "valence") or 0


def _listed(pairs: Iterable[Pair]) -> str:
    return ", ".join(f"{sender} → {receiver}" for sender, receiver in sorted(pairs))


# Spans and their parties


def c04(a: Annotation) -> Iterator[Finding]:
    """Spans of one type do not overlap, except signals whose lean differs by receiver."""
    for span_type in a.scheme.span_types:
        for group in _overlapping(a.placed(span_type.name)):
            if at_fault := _at_fault(group):
                yield Finding(f"overlaps {_named(a, at_fault[1:])}", at_fault[0])


def _overlapping(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """Groups of spans that overlap one another or the next, given in the order of the text."""
    group: list[Span] = []
    end = 0
    for span in spans:
        if group and span.start >= end:
            yield group
            group, end = [], 0
        group.append(span)
        end = max(end, span.end)
    if group:
        yield group


def _at_fault(group: list[Span]) -> list[Span]:
    """The spans of a group that may not overlap: all, but for signals with an extent of their own."""
    if len(group) == 1:
        return []
    if group[0].type != "signal" or len({(span.start, span.end) for span in group}) > 1:
        return group
    shared = Counter(key for signal in group for key in _leans(signal))
    return [signal for signal in group if any(shared[key] > 1 for key in _leans(signal))]


def _leans(signal: Span) -> set[object]:
    """What no two signals on the same words have in common: a receiver, and the lean as a whole."""
    lean = (one(signal, "valence"), one(signal, "signal_type"))
    return {lean, *many(signal, "receivers")}


def _named(a: Annotation, spans: list[Span]) -> str:
    names = ", ".join(map(a.name, spans[:_MAX_NAMED]))
    rest = len(spans) - _MAX_NAMED
    return names if rest <= 0 else f"{names} and {rest} more"


def c08(a: Annotation) -> Iterator[Finding]:
    """No receiver is the sender's party or has its country and entity."""
    for span in a.of(*REPORTED):
        sender = a.parties.get(one(span, "sender"))
        for id in many(span, "receivers"):
            receiver = a.parties.get(id)
            if sender and receiver and _who(sender) == _who(receiver):
                yield Finding(f"{a.name(receiver)} is the sender too", span, "receivers")


def _who(party: Party) -> tuple[str, str]:
    return one(party, "country"), one(party, "entity")


def c09(a: Annotation) -> Iterator[Finding]:
    """Named sources where someone is quoted, none where the author speaks."""
    for span in a.of(*REPORTED):
        attribution, sources = one(span, "attribution"), many(span, "sources")
        fact = ""
        if attribution in QUOTING and not sources:
            fact = "there is no source"
        elif attribution == "author" and sources:
            fact = "there are sources"
        elif attribution == "unnamed" and not all(_is_unnamed(a, id) for id in sources):
            fact = "a source is named"
        if fact:
            yield Finding(f"{a.states(span, 'attribution')}, but {fact}", span, "sources")


def _is_unnamed(a: Annotation, id: str) -> bool:
    party = a.parties.get(id)
    return party is None or one(party, "role") in UNNAMED_ROLES


def c10(a: Annotation) -> Iterator[Finding]:
    """A direct quotation has a quotation mark in its paragraph."""
    for span in a.of(*REPORTED) if a.text is not None else ():
        if one(span, "attribution") != "direct_quote":
            continue
        if not _QUOTATION_MARK.search(a.paragraph_text(span)):
            yield Finding("no quotation mark in the paragraph", span, "attribution")


def c18(a: Annotation) -> Iterator[Finding]:
    """The lean lies in the range of the type."""
    for span in a.of("signal"):
        kind, lean = one(span, "signal_type"), one(span, "valence")
        is_lean = a.rank(span, "valence") is not None
        possible = possible_leans(a.scheme).get(kind, (lean,))
        if is_lean and lean not in possible:
            asked = a.lookup.fields[span.type, "valence"]
            allowed = " or ".join(f"“{asked.word(other)}”" for other in possible)
            fact = f"{a.states(span, 'signal_type')}, but {a.states(span, 'valence')}"
            yield Finding(f"{fact}; choose {allowed}", span, "valence")


def c27(a: Annotation) -> Iterator[Finding]:
    """A signal that has happened is not dated after the article."""
    published = a.document.article.published_at or ""
    for span in a.of("signal"):
        date = one(span, "date")
        known = min(len(date), len(published[:10]))
        done = one(span, "realis") == "actual"
        if done and date[:known] > published[:known]:
            yield Finding(f"dated {date}, the article {published[:10]}", span, "date")


def c34(a: Annotation) -> Iterator[Finding]:
    """A span with a quotation mark in it is a direct quotation."""
    for span in a.placed(*REPORTED):
        quoted = _QUOTATION_MARK.search(a.words(span))
        if quoted and one(span, "attribution") != "direct_quote":
            yield Finding(a.states(span, "attribution"), span, "attribution")


def c43(a: Annotation) -> Iterator[Finding]:
    """A mirror signal has the helping signal beside it, with another receiver."""
    for mirror in a.of("signal"):
        if one(mirror, "signal_type") != "aid_opponent" or a.text is None:
            continue
        if not any(_helps_against(a, helping, mirror) for helping in a.of("signal")):
            yield Finding("no helping signal in the paragraph", mirror, "signal_type")


def _helps_against(a: Annotation, helping: Span, mirror: Span) -> bool:
    return (
        helping is not mirror
        and one(helping, "signal_type") in HELPING
        and _valence(a, helping) > 0
        and a.paragraph(helping) == a.paragraph(mirror)
        and bool(_sides(a, helping, "sender") & _sides(a, mirror, "sender"))
        and bool(_sides(a, helping, "receivers") - _sides(a, mirror, "receivers"))
    )


def c44(a: Annotation) -> Iterator[Finding]:
    """An agreement is done, by a joint party or an organisation."""
    for span in a.of("signal"):
        if one(span, "signal_type") != "agree":
            continue
        if one(span, "realis") != "actual":
            yield Finding(a.states(span, "realis"), span, "realis")
        sender = a.parties.get(one(span, "sender"))
        if sender is not None and one(sender, "country") not in AGREEING:
            fact = f"the sender, {a.name(sender)}, is neither joint nor an organisation"
            yield Finding(fact, span, "sender")


# Links between spans


def c11(a: Annotation) -> Iterator[Finding]:
    """Signals that contradict each other are official, done, first mentions, and opposite."""
    for relation, start, end in a.links("contradicts"):
        if not _pairs(a, start) & _pairs(a, end):
            yield Finding("they belong to no common dyad", relation)
        for span in (start, end):
            if not _counts(a, span):
                fact = f"{a.name(span)} is not official, not actual, or a re-mention"
                yield Finding(fact, relation)
        kinds = {one(start, "signal_type"), one(end, "signal_type")}
        opposite = _valence(a, start) * _valence(a, end) < 0
        if not opposite and not kinds.intersection(WITHOUT_OPPOSITE):
            yield Finding("their leans are not opposite", relation)


def c12(a: Annotation) -> Iterator[Finding]:
    """Whoever disputes a signal is not its sender."""
    for relation, start, end in a.links("disputes"):
        senders = [a.parties.get(one(span, "sender")) for span in (start, end)]
        if senders[0] is None or senders[1] is None:
            yield Finding("a sender is not named", relation)
        elif _who(senders[0]) == _who(senders[1]):
            yield Finding(f"{one(senders[0], 'entity')} sends both", relation)


def c13(a: Annotation) -> Iterator[Finding]:
    """A re-mention follows its first mention and says the same."""
    for relation, again, first in a.links("same_as"):
        if first.start >= again.start:
            yield Finding("the first mention does not come first", relation, "to")
        if a.has(first, "same_as"):
            yield Finding("the first mention is a re-mention itself", relation, "to")
        for fact in _differences(a, again, first):
            yield Finding(fact, relation)


def _differences(a: Annotation, again: Span, first: Span) -> Iterator[str]:
    compared = {"signal": "signal_type", "assessment": "claim"}
    field = compared.get(first.type, "")
    if one(again, field) != one(first, field):
        yield f"{a.states(again, field)}, and there “{a.word(first, field)}”"
    if _sides(a, again, "sender") != _sides(a, first, "sender"):
        yield "the senders' sides differ"
    if first.type == "signal" and _receivers(a, again) != _receivers(a, first):
        yield "the receivers' sides differ"


def _receivers(a: Annotation, span: Span) -> set[str]:
    """The sides of the receivers, or not_named or nobody."""
    special = {id for id in many(span, "receivers") if not a.lookup.is_party_id(id)}
    return special or _sides(a, span, "receivers")


def c14(a: Annotation) -> Iterator[Finding]:
    """A reply comes from a side addressed, and replies run in no circle."""
    answered: dict[str, set[str]] = defaultdict(set)
    for relation, reply, other in a.links("responds_to"):
        answered[reply.id].add(other.id)
        domestic = _is_domestic(a, reply) or _is_domestic(a, other)
        if not domestic and not _sides(a, reply, "sender") & _sides(a, other, "receivers"):
            yield Finding("the replying side was not addressed", relation)
    for span in a.of("signal"):
        if span.id in _reached(answered, span.id):
            yield Finding("is a reply to itself in a circle", span)


def _reached(links: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    todo = list(links.get(start, ()))
    while todo:
        id = todo.pop()
        if id not in found:
            found.add(id)
            todo += links.get(id, ())
    return found


def c28(a: Annotation) -> Iterator[Finding]:
    """A judgement that signals are mixed or hedging names them."""
    for span in a.of("assessment"):
        claims = one(span, "claim") in CLAIMS_OF_SIGNALS
        if claims and not a.has(span, "same_as") and not a.has(span, "based_on"):
            yield Finding("no based_on", span)


def c45(a: Annotation) -> Iterator[Finding]:
    """A re-mention has the credibility of the first mention."""
    for _, again, first in a.links("same_as"):
        found, copied = one(first, "credibility"), one(again, "credibility")
        if first.type == "signal" and found != copied:
            there = f"and there “{a.word(first, 'credibility')}”"
            yield Finding(f"{a.states(again, 'credibility')}, {there}", again, "credibility")


def c46(a: Annotation) -> Iterator[Finding]:
    """A contradiction goes to the earliest opposite signal, once per dyad."""
    by_pair = _signals_by_pair(a)
    seen: Counter[tuple[str, Pair]] = Counter()
    for relation, start, end in a.links("contradicts"):
        earlier, later = sorted((start, end), key=lambda s: (s.start, s.end))
        if one(later, "note"):
            continue
        common = _pairs(a, earlier) & _pairs(a, later)
        seen.update((later.id, pair) for pair in common)
        if any(seen[later.id, pair] == 2 for pair in common):
            yield Finding("a second contradiction of the same signal in the dyad", relation)
        sign = _valence(a, earlier)
        if sign * _valence(a, later) < 0 and common and _counts(a, earlier):
            alike = [[s for s in by_pair.get(p, ()) if _valence(a, s) * sign > 0] for p in common]
            if not any(signals and signals[0] is earlier for signals in alike):
                yield Finding("there is an earlier opposite signal", relation)


def c49(a: Annotation) -> Iterator[Finding]:
    """A concession in part and the part that is missing are one act."""
    for relation, *ends in a.links("contradicts"):
        for span in ends:
            if one(span, "signal_type") == "concede" and one(span, "degree") == "partial":
                yield Finding(f"{a.name(span)} gives way in part", relation)


def c50(a: Annotation) -> Iterator[Finding]:
    """A bargain is between sides that both of its signals have."""
    for relation, given, asked in a.links("in_exchange_for"):
        if not _all_sides(a, given) & _all_sides(a, asked):
            yield Finding("they have no side in common", relation)


def _all_sides(a: Annotation, signal: Span) -> set[str]:
    return _sides(a, signal, "sender") | _sides(a, signal, "receivers")


def c51(a: Annotation) -> Iterator[Finding]:
    """One spelling of an object."""
    seen: dict[str, str] = {}
    for signal in a.of("signal"):
        name = one(signal, "object")
        other = seen.setdefault(folded(name), name)
        if other != name:
            yield Finding(f"“{name}” is “{other}” elsewhere", signal, "object")


# Parties


def _it(a: Annotation, party: Party) -> str:
    """A party by its own name, unless what people call it says that already."""
    entity = one(party, "entity")
    return "it" if not entity or entity in a.name(party) else entity


def c29(a: Annotation) -> Iterator[Finding]:
    """Every party sends, receives or vouches for something, unless it was only proposed."""
    named = [(one(span, "party"), span.origin) for span in a.of("mention")]
    own = {id for id, origin in named if origin != "prediction"}
    only_proposed = {id for id, _ in named} - own
    fields = ("sender", "receivers", "sources", "judges")
    used = {id for span in a.of(*REPORTED) for field in fields for id in many(span, field)}
    for party in a.document.parties:
        if party.id not in used | only_proposed:
            yield Finding(f"nothing refers to {_it(a, party)}", party)


def c30(a: Annotation) -> Iterator[Finding]:
    """Members are states; a dyad's side is a state, or a party outside the states."""
    field = a.lookup.fields["party", "country"]
    assert field.codelist is not None
    states = codes(field.codelist.standard) | set(field.codelist.training)
    for party in a.document.parties:
        for code in many(party, "members"):
            if code not in states and code != ORGANISATION:
                yield Finding(f"the member {code} is no state", party, "members")
    for dyad in a.document.dyads:
        for end in ("sender", "receiver"):
            side = one(dyad, end)
            party_there = a.parties.get(side)
            if party_there is not None and one(party_there, "country") not in OUTSIDE_STATES:
                fact = f"{side} belongs to a state; use {one(party_there, 'country')}"
                yield Finding(fact, dyad, end)
            elif not a.lookup.is_party_id(side) and side not in states:
                yield Finding(f"{side} is no state", dyad, end)


def c38(a: Annotation) -> Iterator[Finding]:
    """Every party is mentioned, unless the metadata or a joint name stand for it."""
    if "mention" in a.scheme.earlier:  # whoever adds a party in a later stage cannot mark mentions
        return
    mentioned = {one(span, "party") for span in a.of("mention")}
    joint = [party for party in a.document.parties if party.id in mentioned]
    within = {code for party in joint for code in many(party, "members")}
    for party in a.document.parties:
        named = party.id in mentioned or one(party, "country") in within
        if not named and not flag(party, "from_metadata"):
            yield Finding(f"{_it(a, party)} has no mention", party)


def c39(a: Annotation) -> Iterator[Finding]:
    """A party is mentioned once in a paragraph."""
    seen: set[tuple[str, int | None]] = set()
    for span in a.placed("mention") if a.text is not None else ():
        key = (one(span, "party"), a.paragraph(span))
        if key in seen:
            party = a.parties.get(key[0])
            name = a.name(party) if party else key[0]
            yield Finding(f"{name} has a mention in this paragraph already", span)
        seen.add(key)


def c40(a: Annotation) -> Iterator[Finding]:
    """Country, role and entity are one party's only."""
    seen: dict[tuple[str, str, str], Party] = {}
    for party in a.document.parties:
        key = (one(party, "country"), one(party, "role"), one(party, "entity"))
        if key in seen:
            yield Finding(f"it is {a.name(seen[key])} already", party)
        seen.setdefault(key, party)


def c41(a: Annotation) -> Iterator[Finding]:
    """One spelling of a name per country."""
    seen: dict[tuple[str, str], str] = {}
    for party in a.document.parties:
        entity = one(party, "entity")
        other = seen.setdefault((one(party, "country"), folded(entity)), entity)
        if other != entity:
            yield Finding(f"“{entity}” is “{other}” elsewhere", party, "entity")


# Dyads and the whole article


def c20(a: Annotation) -> Iterator[Finding]:
    """The dyads are those that official signals realise."""
    by_pair = _signals_by_pair(a)
    seen: set[Pair] = set()
    for dyad in a.document.dyads:
        pair = (one(dyad, "sender"), one(dyad, "receiver"))
        if pair in seen:
            yield Finding("is there twice", dyad)
        elif pair[0] == pair[1]:
            yield Finding("sender and receiver are one side", dyad)
        elif pair not in by_pair:
            yield Finding("no official signal that is done belongs to it", dyad)
        seen.add(pair)
    for pair, signals in sorted(by_pair.items()):
        if len(signals) >= 2 and pair not in seen and not any(_is_unknown(a, s) for s in pair):
            fact = f"{_listed([pair])} has {len(signals)} signals with this, but is missing"
            yield Finding(fact, signals[-1])


def c21(a: Annotation) -> Iterator[Finding]:
    """A mixed dyad has a contradiction; a dyad with one is not consistent."""
    contradicted = _contradicted_pairs(a)
    for dyad in a.document.dyads:
        has_one = (one(dyad, "sender"), one(dyad, "receiver")) in contradicted
        fact = ""
        if one(dyad, "pattern") == "mixed" and not has_one:
            fact = "nothing in it contradicts"
        if one(dyad, "pattern") == "consistent" and has_one:
            fact = "signals in it contradict"
        if fact:
            yield Finding(f"{a.states(dyad, 'pattern')}, but {fact}", dyad, "pattern")


def c22(a: Annotation) -> Iterator[Finding]:
    """Hedging is between two receivers."""
    hedging = [d for d in a.document.dyads if one(d, "pattern") == "hedging"]
    senders = Counter(one(dyad, "sender") for dyad in hedging)
    for dyad in hedging:
        if senders[one(dyad, "sender")] < 2:
            yield Finding("no second hedging dyad of this sender", dyad, "pattern")


def c24(a: Annotation) -> Iterator[Finding]:
    """Signals are present if there is one; otherwise no dyads."""
    labels = a.document.article_labels
    present = one(labels, "relevance") == "signals_present"
    count = len(a.of("signal"))
    if present != (count > 0):
        signals = f"{count} signal{'' if count == 1 else 's'}"
        fact = f"{a.states(labels, 'relevance')}, with {signals}"
        yield Finding(fact, field="relevance")
    if not present and a.document.dyads:
        yield Finding(f"{a.states(labels, 'relevance')}, but there are dyads")


def c25(a: Annotation) -> Iterator[Finding]:
    """A posture lies within one step of the median lean of its signals."""
    by_pair = _signals_by_pair(a)
    for dyad in a.document.dyads:
        signals = by_pair.get((one(dyad, "sender"), one(dyad, "receiver")), [])
        posture = a.lookup.values.get(("dyad", "posture", one(dyad, "posture")))
        if signals and posture is not None and posture.rank is not None:
            middle = median(_valence(a, signal) for signal in signals)
            if abs(posture.rank - middle) > 1:
                fact = f"{a.states(dyad, 'posture')}, but the median lean is {middle:+g}"
                yield Finding(fact, dyad, "posture")


def c33(a: Annotation) -> Iterator[Finding]:
    """A domestic exchange is about a foreign party."""
    for signal in a.of("signal") if a.text is not None else ():
        if _is_domestic(a, signal) and not (
            _is_linked(a, signal) or _has_foreign_neighbour(a, signal)
        ):
            yield Finding("no foreign party in the paragraph, no dispute, no reply", signal)


def _is_linked(a: Annotation, signal: Span) -> bool:
    return any(
        signal.id in (relation.from_, relation.to)
        for relation, _, _ in a.links("disputes", "responds_to")
    )


def _has_foreign_neighbour(a: Annotation, signal: Span) -> bool:
    home = _sides(a, signal, "sender")
    return any(
        _sides(a, other, field) - home
        for other in a.of("signal")
        if other is not signal and a.paragraph(other) == a.paragraph(signal)
        for field in ("sender", "receivers", "sources")
    )


def c36(a: Annotation) -> Iterator[Finding]:
    """Where the text states hedging, every dyad of it that has a signal is entered."""
    realised, entered = set(_signals_by_pair(a)), _dyad_pairs(a)
    for span in a.of("assessment"):
        if one(span, "claim") == "hedging":
            missing = (_pairs(a, span) & realised) - entered
            if missing:
                yield Finding(f"{_listed(missing)} is missing", span, "claim")


# What is asked of dyads in a stage of its own


def official_pairs(a: Annotation) -> Iterator[Pair]:
    """The pairs that an official signal realises: those that a dyad may be of (C20)."""
    yield from sorted(_signals_by_pair(a))
