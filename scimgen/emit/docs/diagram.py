"""The diagram of the resource types of an app as SVG.

It has two columns of boxes, and one lane per reference.

All positions are computed, so that the same app gives the same bytes. Every reference is also a row
of text, so that the diagram is readable without its lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from scimgen.data import folder
from scimgen.diagnostics.text import count
from scimgen.emit.docs.names import anchor
from scimgen.emit.literals import one_line
from scimgen.model import App, Attribute, Kind, ResourceType

_WIDTH, _HEAD, _ROW, _GAP, _LANE, _EDGE = 248, 50, 21, 22, 13, 10
_MOST_TYPES, _MOST_ROWS = 40, 8
_LEFT = (Kind.USER, Kind.GROUP)
_GRANTS = {Kind.ROLE: "roles", Kind.ENTITLEMENT: "entitlements"}


@dataclass(slots=True)
class _Row:
    """A row of a box: an attribute and the boxes that it refers to."""

    label: str
    targets: list["_Box"]
    grants: bool = False


@dataclass(slots=True)
class _Box:
    type_: ResourceType
    left: bool
    x: float = 0
    y: float = 0
    rows: list[_Row] = field(default_factory=list)
    more: int = 0

    @property
    def height(self) -> float:
        lines = len(self.rows) + bool(self.more)
        return _HEAD + (lines * _ROW + 8 if lines else 0)

    def row_y(self, row: _Row) -> float:
        """The vertical centre of a row, measured from the top of the picture."""
        return self.y + _HEAD + _ROW * self.rows.index(row) + _ROW / 2


def draw(app: App, *, linked: bool) -> str:
    """Draw the diagram.

    Args:
        app: The model.
        linked: Whether each box is a link to the section of its type on the same page.
    """
    picture = _Picture(app)
    return picture.svg(linked)


def references(app: App) -> list[tuple[str, str, tuple[str, ...]]]:
    """The references between types: the type, the attribute, and the types of its targets."""
    found = []
    for box in _boxes(app):
        for row in box.rows:
            targets = tuple(target.type_.name for target in row.targets)
            found.append((box.type_.name, row.label, targets))
    return found


def _boxes(app: App) -> list[_Box]:
    """One box per type with its rows. The number of boxes is limited."""
    boxes = [_Box(type_, type_.kind in _LEFT) for type_ in app.resource_types[:_MOST_TYPES]]
    by_name = {box.type_.name: box for box in boxes}
    for box in boxes:
        rows = list(_rows(box.type_, boxes, by_name))
        box.rows, box.more = rows[:_MOST_ROWS], max(0, len(rows) - _MOST_ROWS)
    return boxes


def _rows(type_: ResourceType, boxes: list[_Box], by_name: dict[str, _Box]) -> Iterator[_Row]:
    if type_.kind is Kind.USER:
        for kind, member in _GRANTS.items():
            granted = [box for box in boxes if box.type_.kind is kind]
            if granted and type_.schema.attribute(member):
                yield _Row(member, granted, grants=True)
    for schema in type_.schemas:
        for path, attribute in _referring(schema.attributes):
            targets = [by_name[name] for name in attribute.reference_types if name in by_name]
            # `groups` of a user is the reverse of `members` of a group (RFC 7643 section 4.1.2).
            if targets and not (type_.kind is Kind.USER and path == "groups"):
                yield _Row(path, targets)


def _referring(attributes: tuple[Attribute, ...]) -> Iterator[tuple[str, Attribute]]:
    for attribute in attributes:
        if attribute.reference_types:
            yield attribute.name, attribute
        for sub in attribute.sub_attributes:
            if sub.reference_types:
                # A `$ref` is the link of its parent attribute (RFC 7643 section 2.4).
                yield attribute.name if sub.name == "$ref" else f"{attribute.name}.{sub.name}", sub


@dataclass(slots=True)
class _Net:
    """The line of a reference: from a row, along its own lane, to each target."""

    source: _Box
    row: _Row
    targets: list[_Box]
    x: float = 0


class _Picture:
    def __init__(self, app: App) -> None:
        self.app = app
        self.boxes = _boxes(app)
        self.hidden = len(app.resource_types) - len(self.boxes)
        gutters: dict[str, list[_Net]] = {"left": [], "middle": [], "right": []}
        for box in self.boxes:
            for row in box.rows:
                for name, targets in _sides(box, row).items():
                    gutters[name].append(_Net(box, row, targets))
        self._place(gutters)
        self.nets = [(name, net) for name, nets in gutters.items() for net in nets]
        self.ports = self._arrivals()

    def _place(self, gutters: dict[str, list[_Net]]) -> None:
        widths = {name: (len(nets) + 1) * _LANE if nets else 0 for name, nets in gutters.items()}
        one_column = len({box.left for box in self.boxes}) < 2
        middle = 0 if one_column else max(widths["middle"], 56)
        x_left = _EDGE + widths["left"]
        x_right = x_left + (0 if one_column else _WIDTH + middle)
        heights = []
        for left in (True, False):
            y: float = _EDGE + (4 if left else 0)  # so that lines of the two sides do not overlap
            for box in self.boxes:
                if box.left is left:
                    box.x, box.y = (x_left if left else x_right), y
                    y += box.height + _GAP
            heights.append(y)
        starts = {"left": _EDGE, "middle": x_left + _WIDTH, "right": x_right + _WIDTH}
        for name, nets in gutters.items():
            for number, net in enumerate(nets):
                net.x = starts[name] + _LANE * (
                    len(nets) - number if name == "left" else number + 1
                )
        self.width = x_right + _WIDTH + widths["right"] + _EDGE
        self.height = max(heights) - _GAP + _EDGE + (24 if self.hidden else 0)

    def _arrivals(self) -> dict[tuple[str, int, int], float]:
        """The positions where lines enter a box.

        They are spread over its head, so that arrows do not overlap.
        """
        entering: dict[tuple[int, str], list[int]] = {}
        for index, (name, net) in enumerate(self.nets):
            for target in net.targets:
                entering.setdefault((id(target), _side(name, target)), []).append(index)
        found = {}
        for box in self.boxes:
            for side in ("left", "right"):
                indexes = entering.get((id(box), side), [])
                for place, index in enumerate(indexes):
                    found[side, id(box), index] = box.y + _HEAD * (place + 1) / (len(indexes) + 1)
        return found

    def svg(self, linked: bool) -> str:
        """Write the whole picture."""
        title = one_line(f"Resource types of {self.app.title or self.app.name}")
        style = (folder("templates") / "docs" / "diagram.css").read_text("utf-8").strip()
        references_text = "; ".join(
            f"{name}.{label} refers to {', '.join(to)}" for name, label, to in references(self.app)
        )
        lines = [
            (
                '<svg xmlns="http://www.w3.org/2000/svg" class="diagram" viewBox="0 0'
                f' {self.width:g} {self.height:g}" width="{self.width:g}" height="{self.height:g}"'
                ' role="img" aria-labelledby="diagram-title diagram-text">'
            ),
            f'<title id="diagram-title">{_text(title)}</title>',
            (
                "<desc"
                f' id="diagram-text">{_text(references_text or "There are no references.")}</desc>'
            ),
            f"<style>\n{style}\n</style>",
            (
                '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7"'
                ' markerHeight="7" orient="auto"><path class="head" d="M0 0 8 4 0'
                ' 8z"/></marker></defs>'
            ),
        ]
        for index, (name, net) in enumerate(self.nets):
            lines += self._line(index, name, net)
        for box in self.boxes:
            lines += _drawn(box, linked)
        if self.hidden:
            lines.append(
                f'<text class="more" x="{_EDGE}" y="{self.height - 10:g}">and {self.hidden} more'
                " types</text>"
            )
        return "\n".join([*lines, "</svg>"]) + "\n"

    def _line(self, index: int, gutter: str, net: _Net) -> Iterator[str]:
        box, y = net.source, net.source.row_y(net.row)
        begin = box.x if _leaves_left(gutter, box) else box.x + _WIDTH
        kind = "grant" if net.row.grants else "reference"
        for target in net.targets:
            side = _side(gutter, target)
            end_y = self.ports[side, id(target), index]
            end_x = target.x if side == "left" else target.x + _WIDTH
            way = f"M{begin:g} {y:g}H{net.x:g}V{end_y:g}H{end_x:g}"
            yield f'<path class="{kind}" d="{way}" marker-end="url(#arrow)"/>'


def _sides(box: _Box, row: _Row) -> dict[str, list[_Box]]:
    """The targets of a row by the gutter of their line."""
    found: dict[str, list[_Box]] = {}
    for target in row.targets:
        name = "left" if box.left else "right"
        if box.left is not target.left:
            name = "middle"
        found.setdefault(name, []).append(target)
    return found


def _side(gutter: str, target: _Box) -> str:
    """The side on which a line from a gutter enters a box."""
    return {"left": "left", "right": "right", "middle": "right" if target.left else "left"}[gutter]


def _leaves_left(gutter: str, box: _Box) -> bool:
    return gutter == "left" or (gutter == "middle" and not box.left)


def _drawn(box: _Box, linked: bool) -> Iterator[str]:
    type_, x, y = box.type_, box.x, box.y
    if linked:
        yield f'<a href="#{escape(anchor(type_))}">'
    yield f'<g class="{type_.kind}"><title>{_text(type_.name)} at {_text(type_.endpoint)}</title>'
    yield f'<rect class="box" x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{box.height:g}" rx="7"/>'
    yield f'<path class="band" d="M{x + 7:g} {y:g}h{_WIDTH - 14}" />'
    yield (
        f'<text class="name" x="{x + 14:g}" y="{y + 22:g}">{_text(_fitting(type_.name, 27))}</text>'
    )
    number = f" · {count(len(type_.values), 'value')}" if type_.values else ""
    yield (
        f'<text class="endpoint" x="{x + 14:g}"'
        f' y="{y + 39:g}">{_text(_fitting(type_.endpoint, 24) + number)}</text>'
    )
    for row in box.rows:
        label = f"{row.label} → {_targets(row)}"
        yield (
            f'<text class="row" x="{x + 14:g}"'
            f' y="{box.row_y(row) + 4:g}">{_text(_fitting(label, 33))}</text>'
        )
    if box.more:
        at = y + _HEAD + _ROW * len(box.rows) + _ROW / 2 + 4
        yield f'<text class="more" x="{x + 14:g}" y="{at:g}">and {box.more} more references</text>'
    yield "</g></a>" if linked else "</g>"


def _targets(row: _Row) -> str:
    if row.grants and len(row.targets) > 2:
        return f"{len(row.targets)} types"
    return ", ".join(target.type_.name for target in row.targets)


def _fitting(text: str, most: int) -> str:
    """Cut text to a width. East Asian characters count as two columns.

    >>> _fitting("Permission Set", 20), _fitting("Permission Set", 6)
    ('Permission Set', 'Permi…')
    """
    text = one_line(text)
    width = 0
    for index, char in enumerate(text):
        width += 2 if ord(char) >= 0x1100 else 1
        if width > most:
            kept = text[:index]
            while kept and sum(2 if ord(char) >= 0x1100 else 1 for char in kept) > most - 1:
                kept = kept[:-1]
            return f"{kept}…"
    return text


def _text(text: str) -> str:
    return escape(one_line(text))
