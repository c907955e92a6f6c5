"""Blocks between streets: the faces of a street plan, and how a large block is cut into smaller ones by new streets."""
from dataclasses import dataclass
from math import floor, sqrt

import lines
import overlay


@dataclass(frozen=True)
class Pattern:
    """How a quarter was laid out: block depth (two rows of plots), longest block, how crooked and how curved its streets."""
    depth: float
    longest: float
    crooked: float
    curved: float
    closes: float = 0.0         # chance of a cul-de-sac in a block that is deep enough for one


OLD_TOWN = Pattern(62, 130, 0.22, 0.45)
TERRACES = Pattern(76, 190, 0.02, 0.12)
VILLAS = Pattern(96, 220, 0.05, 0.4)
SEMIS = Pattern(102, 250, 0.14, 0.85, 0.6)
ESTATE = Pattern(118, 240, 0.16, 0.95, 0.95)


SQUARE = 40.0       # metres; corners are sought in squares of this size


def faces(all_lines):
    """The bounded faces between lines (metres): rings in metres, anticlockwise. Dead ends are ignored."""
    segments = []
    for line in all_lines:
        points = overlay.dm(line)
        if line[0] == line[-1] and len(points) > 2:
            points.append(points[0])
        segments += [(a, b, None) for a, b in zip(points, points[1:])]
    links = {}
    for a, b, _ in overlay.cut(segments):
        links.setdefault(a, set()).add(b)
        links.setdefault(b, set()).add(a)
    loose = sorted(p for p in links if len(links[p]) == 1)
    while loose:
        p = loose.pop()
        for q in links.pop(p, ()):
            links[q].discard(p)
            if len(links[q]) == 1:
                loose.append(q)
            elif not links[q]:
                del links[q]
    unwalked = {(a, b) for a in links for b in links[a]}
    found = []
    for start in sorted(unwalked):
        if start not in unwalked:
            continue
        ring, (a, b) = [], start
        while (a, b) in unwalked:
            unwalked.discard((a, b))
            ring.append(a)
            a, b = b, overlay.first_clockwise(b, a, [q for q in links[b] if q != a] or [a])
        if overlay.area2(ring) > 0:
            found.append(overlay.metres(ring))
    return found


def divide(ring, pattern, chance, reserved=()):
    """Cuts a block into blocks of a pattern's size. Answers (blocks, new streets)."""
    cut = _street_across(ring, pattern, chance)
    if cut is None:
        spur = _close(ring, pattern, chance)
        if any(lines.inside(p, ring) for p in reserved):
            spur = None
        return [ring], [spur] if spur else []
    first, second, street = cut
    blocks, streets = [], [street]
    for half in (first, second):
        more_blocks, more_streets = divide(half, pattern, chance, reserved)
        blocks += more_blocks
        streets += more_streets
    return blocks, streets


def share_corners(rings):
    """The rings, each with every corner of its neighbours that lies on one of its sides (within 20 cm): a street that
    meets a side from beyond leaves a corner there that this side does not have."""
    squares = {}
    for ring in rings:
        for p in ring:
            squares.setdefault((floor(p[0] / SQUARE), floor(p[1] / SQUARE)), set()).add(p)
    shared = []
    for ring in rings:
        result, own = [], set(ring)
        for a, b in zip(ring, ring[1:] + ring[:1]):
            near = set()
            for i in range(floor((min(a[0], b[0]) - 1) / SQUARE), floor((max(a[0], b[0]) + 1) / SQUARE) + 1):
                for j in range(floor((min(a[1], b[1]) - 1) / SQUARE), floor((max(a[1], b[1]) + 1) / SQUARE) + 1):
                    near |= squares.get((i, j), set())
            stops = [p for p in near - own if lines.to_segment(p, a, b) < 0.2]
            result += [a] + sorted(stops, key=lambda p: (lines.distance(a, p), p))
        shared.append(result)
    return shared


def frame(ring):
    """The tightest box along one of the ring's sides: (middle, long direction, length, depth)."""
    best = None
    for a, b in zip(ring, ring[1:] + ring[:1]):
        span = lines.distance(a, b)
        if span < 6:
            continue
        ux, uy = (b[0] - a[0]) / span, (b[1] - a[1]) / span
        along = [x * ux + y * uy for x, y in ring]
        across = [y * ux - x * uy for x, y in ring]
        w, h = max(along) - min(along), max(across) - min(across)
        if best is None or w * h < best[0]:
            u, v = (max(along) + min(along)) / 2, (max(across) + min(across)) / 2
            middle = u * ux - v * uy, u * uy + v * ux
            best = (w * h, middle, (ux, uy), w, h) if w >= h else (w * h, middle, (-uy, ux), h, w)
    return best[1:]


def _street_across(ring, pattern, chance):
    middle, (ux, uy), long_side, short_side = frame(ring)
    real_depth = abs(lines.ring_area(ring)) / long_side
    if long_side > pattern.longest * 1.25:
        count = max(2, round(long_side / pattern.longest))
        shift, side, direction = (count // 2 / count - 0.5) * long_side, (ux, uy), (-uy, ux)
    elif real_depth > pattern.depth * 1.55:
        count = max(2, round(real_depth / pattern.depth))
        shift, side, direction = (count // 2 / count - 0.5) * short_side, (-uy, ux), (ux, uy)
    else:
        return None
    for attempt in range(8):
        slide = shift + chance.around_zero() * attempt * 7
        turn = chance.around_zero() * pattern.crooked * (1 + attempt * 0.3)
        at = middle[0] + side[0] * slide, middle[1] + side[1] * slide
        way = direction[0] - direction[1] * turn, direction[1] + direction[0] * turn
        chord = _chord(ring, at, way)
        if chord is None:
            continue
        for curved in (pattern.curved, 0.0):
            street = _bent(ring, chord, curved)
            if _runs_inside(street, ring, pattern.depth * 0.3):
                return _halves(ring, chord, street)
    return None


def _chord(ring, at, way):
    """Where a line through a point leaves the ring on both sides: ((edge, point), (edge, point)), or None near corners."""
    hits = []
    for k, (a, b) in enumerate(zip(ring, ring[1:] + ring[:1])):
        side_a = way[0] * (a[1] - at[1]) - way[1] * (a[0] - at[0])
        side_b = way[0] * (b[1] - at[1]) - way[1] * (b[0] - at[0])
        if (side_a > 0) != (side_b > 0):
            p = lines.mix(a, b, side_a / (side_a - side_b))
            p = round(p[0], 1), round(p[1], 1)
            hits.append(((p[0] - at[0]) * way[0] + (p[1] - at[1]) * way[1], k, p))
    hits.sort()
    before = [h for h in hits if h[0] < 0]
    after = [h for h in hits if h[0] >= 0]
    if not before or not after or not lines.inside(at, ring):
        return None
    ends = before[-1][1:], after[0][1:]
    for k, p in ends:
        if _near_corner(ring, p, 20.0):
            return None
    return ends


def _near_corner(ring, p, reach):
    """Whether a true corner of the block (a bend of more than about 30 degrees) is near."""
    n = len(ring)
    for k in range(n):
        if lines.distance(ring[k], p) < reach:
            a, b, c = ring[k - 1], ring[k], ring[(k + 1) % n]
            ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], c[0] - b[0], c[1] - b[1]
            sizes = sqrt(ux * ux + uy * uy) * sqrt(vx * vx + vy * vy)
            if sizes and (ux * vx + uy * vy) / sizes < 0.86:
                return True
    return False


def _bent(ring, chord, curved):
    """The street between two ends, leaving each more or less square to the side it starts from."""
    (k, p), (m, q) = chord
    span = lines.distance(p, q)
    straight = (q[0] - p[0]) / span, (q[1] - p[1]) / span
    n1, n2 = _inward(ring, k), _inward(ring, m)
    t1 = straight[0] + (n1[0] - straight[0]) * curved, straight[1] + (n1[1] - straight[1]) * curved
    t2 = straight[0] + (-n2[0] - straight[0]) * curved, straight[1] + (-n2[1] - straight[1]) * curved
    steps = max(1, round(span / 18)) if curved > 0 else 1
    result = [p]
    for i in range(1, steps):
        t = i / steps
        a, b = (1 + 2 * t) * (1 - t) * (1 - t), t * (1 - t) * (1 - t)
        c, d = t * t * (3 - 2 * t), t * t * (t - 1)
        result.append((round(a * p[0] + b * t1[0] * span + c * q[0] + d * t2[0] * span, 1),
                       round(a * p[1] + b * t1[1] * span + c * q[1] + d * t2[1] * span, 1)))
    return lines.thin(result + [q], 0.5)


def _inward(ring, k):
    a, b = ring[k], ring[(k + 1) % len(ring)]
    span = lines.distance(a, b) or 1.0
    return -(b[1] - a[1]) / span, (b[0] - a[0]) / span


def _runs_inside(street, ring, clear):
    """Whether a street keeps within its block and clear of the block's sides except at its ends."""
    total = lines.length(street)
    sides = list(zip(ring, ring[1:] + ring[:1]))
    steps = max(4, round(total / 10))
    for i in range(1, steps):
        p = lines.point_at(street, total * i / steps)[0]
        if not lines.inside(p, ring):
            return False
        from_end = min(total * i / steps, total - total * i / steps)
        if from_end > clear and min(lines.to_segment(p, a, b) for a, b in sides) < clear * 0.8:
            return False
    return True


def _halves(ring, chord, street):
    (k, _), (m, _) = chord
    if k == m:
        return None

    def walk(start, end):
        """The ring's corners after one side up to the start of another."""
        result, i = [], (start + 1) % len(ring)
        while i != (end + 1) % len(ring):
            result.append(ring[i])
            i = (i + 1) % len(ring)
        return result
    return _tidy(street + walk(m, k)), _tidy(street[::-1] + walk(k, m)), street


def _tidy(ring):
    result = []
    for p in ring:
        if not result or lines.distance(p, result[-1]) > 0.15:
            result.append(p)
    if lines.distance(result[0], result[-1]) <= 0.15:
        result.pop()
    return result if lines.ring_area(result) > 0 else result[::-1]


def _close(ring, pattern, chance):
    """A cul-de-sac into a block that is deep enough, from the middle of its longest side."""
    if not pattern.closes or not chance.happens(pattern.closes):
        return None
    middle, (ux, uy), long_side, _ = frame(ring)
    depth = lines.ring_area(ring) / long_side
    if depth < pattern.depth * 1.02 or long_side < 110:
        return None
    slide = chance.around_zero() * long_side * 0.08
    at = middle[0] + ux * slide, middle[1] + uy * slide
    chord = _chord(ring, at, (-uy, ux))
    if chord is None:
        return None
    (_, p), (_, q) = chord
    if chance.happens(0.5):
        p, q = q, p
    span = lines.distance(p, q)
    if span < pattern.depth * 0.9:
        return None
    end = lines.mix(p, q, 1 - 34 / span)
    bend = chance.around_zero() * 9
    knee = lines.mix(p, end, 0.55)
    knee = knee[0] + ux * bend, knee[1] + uy * bend
    return [p, (round(knee[0], 1), round(knee[1], 1)), (round(end[0], 1), round(end[1], 1))]
