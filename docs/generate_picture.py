"""Draws the rooms as an SVG: an arrow says that one room imports another.

Rooms of one part stand on floors: whatever a room imports is on a floor below it. An arrow that
follows from others is left out, since the picture is to be read, not to be complete. The colours are
those of the page around it, so that it follows light and dark; alone it is dark on light.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from html import escape
from itertools import pairwise
from random import Random
from statistics import fmean, mean

from generate_rooms import PARTS, Room, rooms

_BOX_HEIGHT = 30.0
_FLOOR_HEIGHT = 62.0
_GAP = 16.0
_PADDING = 18.0
_TITLE_HEIGHT = 40.0
_BETWEEN_PARTS = 44.0
#: Wide enough for a letter of the rooms' names.
_LETTER = 7.2
#: Width that a long arrow takes where it passes a floor.
_LANE = 8.0
_SWEEPS = 8
#: Orders of the floors that are tried.
_ATTEMPTS = 100

_STYLE = """
  .rooms { font: 13px system-ui, sans-serif; max-width: 100%; height: auto; }
  .rooms .part { fill: var(--md-code-bg-color, #f5f5f5); }
  .rooms .room { fill: var(--md-default-bg-color, #fff); stroke: var(--md-default-fg-color--light, #757575); }
  .rooms .bridge { stroke: var(--md-typeset-a-color, #4051b5); stroke-width: 2; }
  .rooms text { fill: var(--md-default-fg-color, #222); text-anchor: middle; }
  .rooms .title { font-weight: 700; font-size: 15px; text-anchor: start; }
  .rooms .arrow { fill: none; stroke: var(--md-default-fg-color--light, #757575); stroke-width: 1.3; }
  .rooms .between { stroke: var(--md-typeset-a-color, #4051b5); stroke-width: 2.2; }
  .rooms .tip { fill: var(--md-default-fg-color--light, #757575); }
  .rooms .tip.between { fill: var(--md-typeset-a-color, #4051b5); stroke: none; }
""".strip("\n")


@dataclass(frozen=True)
class Box:
    """A rectangle on the picture; a narrow one is the lane of a long arrow on a floor."""

    x: float
    y: float
    width: float
    height: float = _BOX_HEIGHT

    @property
    def middle(self) -> float:
        """The middle from left to right."""
        return self.x + self.width / 2

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


@dataclass(frozen=True)
class Part:
    """A top folder, drawn: its frame, its rooms and lanes by name, its arrows as what they pass."""

    frame: Box
    boxes: Mapping[str, Box]
    arrows: Sequence[tuple[str, ...]]

    def moved(self, x: float, y: float, width: float | None = None) -> "Part":
        """The same part at another place, its rooms in the middle of the new width."""
        wide = width or self.frame.width
        aside = x + (wide - self.frame.width) / 2
        boxes = {
            name: replace(box, x=box.x + aside, y=box.y + y) for name, box in self.boxes.items()
        }
        return Part(Box(x, y, wide, self.frame.height), boxes, self.arrows)


def room_picture() -> str:
    """The whole picture: `annotate` and `export` side by side, both upon `schema`."""
    schema, annotate, export = (_part(part) for part in PARTS)
    height = max(annotate.frame.height, export.frame.height)
    annotate = annotate.moved(1, 1 + height - annotate.frame.height)
    export = export.moved(annotate.frame.right + _BETWEEN_PARTS, 1 + height - export.frame.height)
    schema = schema.moved(1, 1 + height + _BETWEEN_PARTS, export.frame.right - 1)
    drawn: dict[str, Part] = {"schema": schema, "annotate": annotate, "export": export}
    size = f"{schema.frame.right + 1:.0f} {schema.frame.bottom + 1:.0f}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="rooms" role="img" viewBox="0 0 {size}">',
        "<title>The rooms of Signalbook, and which of them imports which</title>",
        f"<style>\n{_STYLE}\n</style>",
        *_tip("tip", ""),
        *_tip("tip-between", " between"),
    ]
    for name, part in drawn.items():
        lines += _drawn_part(name, part)
    lines += _drawn_bridges(drawn)
    return "\n".join([*lines, "</svg>"])


def drawn_rooms() -> list[Room]:
    """The rooms of every part; a room within a room counts as the one around it."""
    outer = [room for room in rooms() if room.depth == 1]
    return [
        replace(
            room,
            imports=frozenset(
                "/".join(name.split("/")[:2])
                for near in rooms()
                if f"{near.name}/".startswith(f"{room.name}/")
                for name in near.imports
            )
            - {room.name},
        )
        for room in outer
    ]


def _part(part: str) -> Part:
    inside = {room.name: room for room in drawn_rooms() if room.part == part}
    imports = {name: sorted(room.imports & inside.keys()) for name, room in inside.items()}
    floors = _floors(imports)
    arrows = [
        (
            upper,
            *(f"{upper} {lower} {at}" for at in range(floors[upper] - 1, floors[lower], -1)),
            lower,
        )
        for upper, lower in _needed(imports)
    ]
    for arrow in arrows:
        floors |= {lane: floors[arrow[0]] - at for at, lane in enumerate(arrow)}
    ordered = _ordered(floors, arrows)
    # a room that imports the part beside its own stands at the edge, where its arrow leaves
    bridges = {name for name, room in inside.items() if _bridges(room)}
    ordered = [sorted(names, key=bridges.__contains__) for names in ordered]
    boxes = _placed(ordered, arrows)
    width = max(box.right for box in boxes.values()) + _PADDING
    return Part(Box(0, 0, width, _TITLE_HEIGHT + len(ordered) * _FLOOR_HEIGHT - 14), boxes, arrows)


def _floors(imports: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Each room one above the highest that it imports; a circle of rooms has no picture."""
    floors: dict[str, int] = {}
    for name in TopologicalSorter(imports).static_order():
        floors[name] = max((floors[below] + 1 for below in imports[name]), default=0)
    return floors


def _needed(imports: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Who imports whom, without what follows from the rest."""
    for upper, below in imports.items():
        implied = {far for near in below for far in _reached(near, imports)}
        yield from ((upper, lower) for lower in below if lower not in implied)


def _reached(name: str, imports: Mapping[str, Sequence[str]]) -> set[str]:
    return {far for near in imports[name] for far in (near, *_reached(near, imports))}


def _ordered(floors: Mapping[str, int], arrows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Floors from the lowest up, each in an order in which few arrows cross."""
    best = [
        sorted(name for name, floor in floors.items() if floor == at)
        for at in range(max(floors.values()) + 1)
    ]
    least = _crossings(best, arrows)
    near = _neighbours(arrows)
    rng = Random(0)  # the same picture every time
    for _ in range(_ATTEMPTS):
        order = [rng.sample(names, len(names)) for names in best]
        for sweep in range(_SWEEPS):
            for names in order if sweep % 2 else reversed(order):
                places = _places(order)
                wanted = {name: mean(places[n] for n in near.get(name, [name])) for name in names}
                names.sort(key=wanted.__getitem__)
        if (crossings := _crossings(order, arrows)) < least:
            best, least = order, crossings
    return best


def _neighbours(arrows: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = {}
    for arrow in arrows:
        for upper, lower in pairwise(arrow):
            near.setdefault(upper, []).append(lower)
            near.setdefault(lower, []).append(upper)
    return near


def _places(order: Sequence[Sequence[str]]) -> dict[str, float]:
    """Where each stands on its floor, from 0 to 1."""
    return {name: (at + 0.5) / len(names) for names in order for at, name in enumerate(names)}


def _crossings(order: Sequence[Sequence[str]], arrows: Sequence[Sequence[str]]) -> int:
    places = _places(order)
    floor = {name: at for at, names in enumerate(order) for name in names}
    steps = [(floor[a], places[a], places[b]) for arrow in arrows for a, b in pairwise(arrow)]
    return sum(
        one[0] == other[0] and (one[1] - other[1]) * (one[2] - other[2]) < 0
        for at, one in enumerate(steps)
        for other in steps[at + 1 :]
    )


def _placed(order: Sequence[Sequence[str]], arrows: Sequence[Sequence[str]]) -> dict[str, Box]:
    """Boxes that keep the order, near the middle of what they are linked to."""
    near = _neighbours(arrows)
    widths = {name: _width(name) for names in order for name in names}
    full = max(sum(widths[n] for n in names) + _GAP * (len(names) - 1) for names in order)
    boxes: dict[str, Box] = {}
    for at, names in enumerate(order):
        y = _TITLE_HEIGHT + (len(order) - 1 - at) * _FLOOR_HEIGHT
        taken = sum(widths[n] for n in names) + _GAP * (len(names) - 1)
        x = _PADDING + (full - taken) / 2
        for name in names:
            boxes[name] = Box(x, y, widths[name])
            x += widths[name] + _GAP
    for _ in range(_SWEEPS):
        for names in order:
            wanted = [fmean(*_pull(name, near, boxes)) for name in names]
            for name, x in zip(names, _spread(names, wanted, widths, full), strict=True):
                boxes[name] = replace(boxes[name], x=x)
    return boxes


def _pull(
    name: str, near: Mapping[str, Sequence[str]], boxes: Mapping[str, Box]
) -> tuple[list[float], list[float]]:
    """The middles of what it is linked to, and how strongly each pulls: long arrows run straight."""
    linked = near.get(name, [name])
    lanes = [_is_lane(name) + _is_lane(other) for other in linked]
    return [boxes[other].middle for other in linked], [1 + 3 * count for count in lanes]


def _spread(
    names: Sequence[str], wanted: Sequence[float], widths: Mapping[str, float], full: float
) -> list[float]:
    """Left edges near the wanted middles: in order, apart, and within the width."""
    lefts: list[float] = []
    free = _PADDING
    for name, middle in zip(names, wanted, strict=True):
        lefts.append(max(free, middle - widths[name] / 2))
        free = lefts[-1] + widths[name] + _GAP
    free = _PADDING + full
    for at in reversed(range(len(names))):
        lefts[at] = min(lefts[at], free - widths[names[at]])
        free = lefts[at] - _GAP
    return lefts


def _width(name: str) -> float:
    return _LANE if _is_lane(name) else len(_label(name)) * _LETTER + 20


def _is_lane(name: str) -> bool:
    return " " in name


def _label(name: str) -> str:
    return name.partition("/")[2]


def _tip(name: str, kind: str) -> list[str]:
    size = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
    return [
        f'<marker id="rooms-{name}" {size} markerUnits="userSpaceOnUse" orient="auto">',
        f'<path class="tip{kind}" d="M0,0.5 L8,4 L0,7.5 z"/>',
        "</marker>",
    ]


def _drawn_part(name: str, part: Part) -> Iterator[str]:
    frame = part.frame
    yield _rectangle(frame, "part", 8)
    yield f'<text class="title" x="{frame.x + _PADDING:.0f}" y="{frame.y + 25:.0f}">{name}/</text>'
    leaving, arriving = _ports(part)
    for arrow in part.arrows:
        steps = [f"M{leaving[arrow]:.1f},{part.boxes[arrow[0]].bottom:.1f}"]
        for upper, lower in pairwise(arrow):
            start, end = part.boxes[upper], part.boxes[lower]
            x = leaving[arrow] if upper == arrow[0] else start.middle
            to = arriving[arrow] if lower == arrow[-1] else end.middle
            half = (start.bottom + end.y) / 2
            steps.append(f"C{x:.1f},{half:.1f} {to:.1f},{half:.1f} {to:.1f},{end.y:.1f}")
            if lower != arrow[-1]:
                steps.append(f"V{end.bottom:.1f}")
        yield f'<path class="arrow" marker-end="url(#rooms-tip)" d="{" ".join(steps)}"/>'
    for room in drawn_rooms():
        if room.name in part.boxes:
            yield from _drawn_room(room, part.boxes[room.name])


def _ports(part: Part) -> tuple[dict[tuple[str, ...], float], dict[tuple[str, ...], float]]:
    """Where each arrow leaves the box above and reaches the box below, so that none share a place."""
    leaving: dict[tuple[str, ...], float] = {}
    arriving: dict[tuple[str, ...], float] = {}
    for name, box in part.boxes.items():
        down = [arrow for arrow in part.arrows if arrow[0] == name]
        up = [arrow for arrow in part.arrows if arrow[-1] == name]
        down.sort(key=lambda arrow: part.boxes[arrow[1]].middle)
        up.sort(key=lambda arrow: part.boxes[arrow[-2]].middle)
        for ports, arrows in ((leaving, down), (arriving, up)):
            for at, arrow in enumerate(arrows):
                ports[arrow] = box.x + box.width * (at + 1) / (len(arrows) + 1)
    return leaving, arriving


def _drawn_room(room: Room, box: Box) -> Iterator[str]:
    kind = "room bridge" if _bridges(room) else "room"
    yield f"<g><title>{escape(room.purpose)}</title>"
    yield _rectangle(box, kind, 5)
    yield f'<text x="{box.middle:.1f}" y="{box.y + 20:.1f}">{_label(room.name)}</text></g>'


def _drawn_bridges(drawn: Mapping[str, Part]) -> Iterator[str]:
    """Arrows between parts: two down to `schema`, and from the rooms that join the other two."""
    schema, annotate, export = (drawn[part] for part in PARTS)
    for part in (annotate, export):
        x = part.frame.middle
        yield _between(f"M{x:.1f},{part.frame.bottom:.1f} V{schema.frame.y - 2:.1f}")
    for room in drawn_rooms():
        if room.part == "annotate" and _bridges(room):
            box = annotate.boxes[room.name]
            yield _between(
                f"M{box.right:.1f},{box.y + box.height / 2:.1f} H{export.frame.x - 2:.1f}"
            )


def _bridges(room: Room) -> bool:
    """It imports a part beside its own, as only the command line and the demo do."""
    return any(name.split("/")[0] not in (room.part, "schema") for name in room.imports)


def _between(path: str) -> str:
    return f'<path class="arrow between" marker-end="url(#rooms-tip-between)" d="{path}"/>'


def _rectangle(box: Box, kind: str, radius: int) -> str:
    return (
        f'<rect class="{kind}" x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="{radius}"/>'
    )
