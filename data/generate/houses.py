"""Buildings: houses in rows along streets, as each quarter was built, and larger buildings by hand.
A building stands clear of every road, of the railway, of water and of its neighbours."""
from dataclasses import dataclass, field
from math import floor

import lines
from chance import direction


@dataclass(frozen=True)
class Manner:
    """How houses stand along a street: ranges in metres, `row` the number of houses built as one, `filled` the share
    of the street's frontage that is taken."""
    setback: tuple
    width: tuple
    depth: tuple
    row: tuple
    gap: tuple
    filled: float = 1.0
    wing: float = 0.0


MANNERS = {
    "old": Manner((0.3, 1.5), (8.5, 11.5), (9, 14), (2, 4), (0.4, 3.5), 0.95, 0.35),
    "terrace": Manner((2.2, 3.2), (9.5, 11.5), (9, 11), (3, 7), (2.5, 4.5), 0.97, 0.0),
    "seafront": Manner((7, 9), (8, 11), (13, 16), (2, 5), (3, 6), 0.96, 0.3),
    "villa": Manner((7, 10), (11, 15), (10, 14), (1, 1), (6, 11), 0.92, 0.45),
    "semi": Manner((6.5, 8), (7.4, 8.6), (8.4, 9.6), (2, 2), (6.5, 9), 0.95, 0.12),
    "estate": Manner((5.5, 7), (10, 14), (8, 10), (1, 1), (5.5, 9), 0.95, 0.25),
    "village": Manner((0.8, 6), (6.5, 11), (7, 10), (1, 3), (2, 14), 0.85, 0.3),
    "hamlet": Manner((3, 12), (8, 13), (7, 9.5), (1, 1), (10, 45), 0.6, 0.4),
    "roadside": Manner((5, 16), (9, 14), (7.5, 10), (1, 1), (40, 160), 0.17, 0.4),
    "shed": Manner((7, 11), (18, 42), (16, 32), (1, 1), (9, 16), 0.9, 0.0),
}
YARD = 7.0          # metres kept free behind a house
MARGIN = 1.2        # metres between buildings that are not one row
RAIL_CLEAR = 13.0
SHORE_CLEAR = 9.0


@dataclass
class Building:
    """A footprint, and the houses in it: [(place, road, number)]."""
    ring: list
    homes: list = field(default_factory=list)
    use: str = "house"
    manner: str = ""


class Site:
    """Where buildings stand already, and where none may."""

    def __init__(self, land, roads, railway, water_rings):
        self.land = land
        self.roads = lines.NearLines(50.0)
        for road in roads:
            self.roads.add(road.line, road.half_width())
        self.rails = lines.NearLines(80.0)
        self.rails.add(railway)
        self.water = lines.NearLines(80.0)
        for ring in water_rings:
            self.water.add(ring + ring[:1])
        self.kept_free = []
        self.squares = {}
        self.buildings = []

    def keep_free(self, ring):
        """No houses in this ring (a park, a school's grounds, the castle)."""
        xs, ys = [p[0] for p in ring], [p[1] for p in ring]
        self.kept_free.append((min(xs), min(ys), max(xs), max(ys), ring))

    def is_free(self, ring, yard_ring, check_roads=True):
        """Whether a footprint, with the yard behind it, may stand."""
        for p in ring:
            if self.land.shore.nearest(p, SHORE_CLEAR) < SHORE_CLEAR or not self.land.is_land(p):
                return False
            if self.water.nearest(p, SHORE_CLEAR) < SHORE_CLEAR or self.rails.nearest(p, RAIL_CLEAR) < RAIL_CLEAR:
                return False
            for west, south, east, north, kept in self.kept_free:
                if west <= p[0] <= east and south <= p[1] <= north and lines.inside(p, kept):
                    return False
        return not (check_roads and self._on_a_road(ring)) and not self._on_a_building(yard_ring)

    def _on_a_road(self, ring):
        cx, cy = centre(ring)
        reach = max(lines.distance((cx, cy), p) for p in ring) + 8
        sides = list(zip(ring, ring[1:] + ring[:1]))
        for _, a, b, half in self.roads.within((cx, cy), reach):
            clear = half + 0.25
            if any(lines.to_segment(p, a, b) < clear for p in ring):
                return True
            if any(min(lines.to_segment(a, p, q), lines.to_segment(b, p, q)) < clear for p, q in sides):
                return True
            if any(_cross(a, b, p, q) for p, q in sides):
                return True
        return False

    def _on_a_building(self, ring):
        for other in self._neighbours(ring):
            if _overlap(ring, other):
                return True
        return False

    def _neighbours(self, ring):
        seen = set()
        for square in _squares(ring):
            for index in self.squares.get(square, ()):
                if index not in seen:
                    seen.add(index)
                    yield self.buildings[index].ring

    def add(self, building):
        for square in _squares(building.ring):
            self.squares.setdefault(square, []).append(len(self.buildings))
        self.buildings.append(building)


def _squares(ring):
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    return [(i, j) for i in range(floor((min(xs) - 2) / 40), floor((max(xs) + 2) / 40) + 1)
            for j in range(floor((min(ys) - 2) / 40), floor((max(ys) + 2) / 40) + 1)]


def centre(ring):
    x = y = 0.0
    for p in ring:
        x, y = x + p[0], y + p[1]
    return x / len(ring), y / len(ring)


def _cross(a, b, p, q):
    def left(o, s, t):
        return (s[0] - o[0]) * (t[1] - o[1]) - (s[1] - o[1]) * (t[0] - o[0]) > 0
    return left(a, b, p) != left(a, b, q) and left(p, q, a) != left(p, q, b)


def _overlap(first, second):
    """Whether two rings come together: sides that cross, or one inside the other."""
    if lines.inside(first[0], second) or lines.inside(second[0], first) or lines.inside(centre(first), second):
        return True
    for a, b in zip(first, first[1:] + first[:1]):
        for p, q in zip(second, second[1:] + second[:1]):
            if _cross(a, b, p, q):
                return True
    return False


def box(at, along, left, right, front, back):
    """A rectangle by a place and a direction: from `left` metres before the place to `right` after it, and from `front`
    to `back` metres on the left of the direction."""
    ux, uy = along

    def corner(u, v):
        return at[0] + ux * u - uy * v, at[1] + uy * u + ux * v
    return [corner(-left, front), corner(right, front), corner(right, back), corner(-left, back)]


def build_along(road, manner_name, site, chance, start=0.0, end=None):
    """Rows of houses on the sides of a road. Homes are numbered odd on the left and even on the right."""
    manner = MANNERS[manner_name]
    total = lines.length(road.line)
    end = total if end is None else end
    for side in (1, -1):
        if road.sides == "left" and side < 0 or road.sides == "right" and side > 0:
            continue
        number = 1 if side > 0 else 2
        at = start + chance.between(2.0, 6.0)
        while at < end - 5:
            if not chance.happens(manner.filled):
                at += chance.between(*manner.width) + chance.between(*manner.gap)
                continue
            built = _row(road, side, at, end, manner, manner_name, site, chance, number)
            if built:
                taken, count = built
                number += 2 * count
                at += taken + chance.between(*manner.gap)
            else:
                at += 3.5 if manner.row[1] > 2 else 5.0
        road.houses = sorted(road.houses, key=lambda h: h[0])


def _row(road, side, at, end, manner, manner_name, site, chance, number):
    """One row of houses from a distance along the road, as many as fit. Answers (metres taken, houses) or None."""
    width, depth = chance.between(*manner.width), chance.between(*manner.depth)
    setback = chance.between(*manner.setback)
    wanted = chance.whole(*manner.row)
    wing = chance.unit() if chance.happens(manner.wing) else None
    for count in range(wanted, 0, -1):
        span = width * count
        if at + span > end:
            continue
        middle, way = lines.point_at(road.line, at + span / 2)
        if count > 1 and not _straight(road.line, at, at + span):
            continue
        way = (way[0] * side, way[1] * side)
        front = road.half_width() + setback
        ring = box(middle, way, span / 2, span / 2, front, front + depth)
        yard = box(middle, way, span / 2 + MARGIN, span / 2 + MARGIN, front, front + depth + YARD)
        if not site.is_free(ring, yard):
            continue
        homes = []
        for k in range(count):
            u = -span / 2 + width * (k + 0.5)
            u = u * side
            spot = (middle[0] + way[0] * u - way[1] * (front + depth / 2), middle[1] + way[1] * u + way[0] * (front + depth / 2))
            homes.append((spot, road, number + 2 * k))
        if wing is not None and count < 4:
            ring = _with_wing(ring, middle, way, span, front, depth, wing)
        site.add(Building(ring, homes, manner=manner_name))
        return span, count
    return None


def _straight(line, start, end):
    first, last = lines.point_at(line, start + 0.5)[1], lines.point_at(line, end - 0.5)[1]
    return first[0] * last[0] + first[1] * last[1] > 0.997


def _with_wing(ring, middle, way, span, front, depth, wing):
    """The same house with a wing of about a third of its width at the back."""
    part, deep = span * (0.3 + 0.25 * wing), 2.5 + 3.0 * wing
    if wing > 0.5:
        inner = box(middle, way, span / 2, -span / 2 + part, front + depth, front + depth + deep)
        return ring[:3] + [inner[1], inner[2], inner[3]]
    inner = box(middle, way, -span / 2 + part, span / 2, front + depth, front + depth + deep)
    return ring[:2] + [inner[2], inner[3], inner[0], ring[3]]


def farmstead(at, site, chance):
    """A farmhouse and its barns round a yard. Answers the house, or None where there is no room."""
    size = chance.between(0.85, 1.25)
    plans = [(-6, 7, 12, 20, "house"), (-24, -13, 10, 34, "barn"), (12, 34, 26, 38, "barn"), (14, 32, 8, 18, "barn"),
             (-8, 8, 34, 43, "barn")]
    barns = chance.whole(2, 4)
    for _ in range(9):
        way = direction(chance.unit())
        rings = [(box(at, way, -left * size, right * size, front * size, back * size), use)
                 for left, right, front, back, use in plans]
        if not site.is_free(rings[0][0], rings[0][0]):
            continue
        house = Building(rings[0][0], use="house", manner="farm")
        site.add(house)
        for ring, use in rings[1:barns + 1]:
            if site.is_free(ring, ring):
                site.add(Building(ring, use=use, manner="farm"))
        return house
    return None
