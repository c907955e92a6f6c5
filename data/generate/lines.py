"""Lines in metres: smoothing, roughening, thinning, offsets, and the nearest line to a point.
A line is a list of (easting, northing); a ring is a line whose last point is not repeated."""
from math import floor, sqrt


def distance(p, q):
    dx, dy = q[0] - p[0], q[1] - p[1]
    return sqrt(dx * dx + dy * dy)


def length(line):
    total = 0.0
    for p, q in zip(line, line[1:]):
        total += distance(p, q)
    return total


def mix(p, q, t):
    return p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t


def curve(points, spacing, closed=False):
    """A smooth line through the points, Hermite with the directions of Catmull and Rom."""
    n = len(points)
    if n < 3 and not closed:
        return resample(points, spacing)
    result = []
    for i in range(n if closed else n - 1):
        p1, p2 = points[i], points[(i + 1) % n]
        p0 = points[i - 1] if closed or i > 0 else p1
        p3 = points[(i + 2) % n] if closed or i + 2 < n else p2
        span = distance(p1, p2)
        steps = max(1, floor(span / spacing + 0.5))
        t1, t2 = _tangent(p0, p2, span), _tangent(p1, p3, span)
        for k in range(steps):
            t = k / steps
            a, b = (1 + 2 * t) * (1 - t) * (1 - t), t * (1 - t) * (1 - t)
            c, d = t * t * (3 - 2 * t), t * t * (t - 1)
            result.append((a * p1[0] + b * t1[0] + c * p2[0] + d * t2[0],
                           a * p1[1] + b * t1[1] + c * p2[1] + d * t2[1]))
    if not closed:
        result.append(points[-1])
    return result


def _tangent(before, after, span):
    """The direction of travel at a point, as long as the span it serves, so that short spans do not loop."""
    dx, dy = after[0] - before[0], after[1] - before[1]
    size = sqrt(dx * dx + dy * dy) or 1.0
    return dx / size * span, dy / size * span


def resample(line, spacing):
    """The same line with points at even spacing (its ends kept)."""
    total = length(line)
    count = max(1, floor(total / spacing + 0.5))
    return [point_at(line, total * i / count)[0] for i in range(count)] + [line[-1]]


def point_at(line, along):
    """The point at a distance along a line, and the unit direction there."""
    for p, q in zip(line, line[1:]):
        step = distance(p, q)
        if along <= step and step > 0:
            return mix(p, q, along / step), ((q[0] - p[0]) / step, (q[1] - p[1]) / step)
        along -= step
    p, q = line[-2], line[-1]
    step = distance(p, q) or 1.0
    return q, ((q[0] - p[0]) / step, (q[1] - p[1]) / step)


def part(line, start, end):
    """The stretch of a line between two distances along it."""
    result, along = [point_at(line, start)[0]], 0.0
    for p, q in zip(line, line[1:]):
        along += distance(p, q)
        if start + 0.5 < along < end - 0.5:
            result.append(q)
    return result + [point_at(line, end)[0]]


def offset(line, metres):
    """The line moved to its left (to its right where negative), mitred with care at bends."""
    result = []
    for i, p in enumerate(line):
        before, after = line[max(0, i - 1)], line[min(len(line) - 1, i + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        size = sqrt(dx * dx + dy * dy) or 1.0
        result.append((p[0] - dy / size * metres, p[1] + dx / size * metres))
    return result


def roughen(line, roughness, chance, finest=14.0):
    """Midpoint displacement: each span longer than `finest` bends by up to its length times its roughness.
    `roughness` is a number or a function of the midpoint."""
    result = []
    for p, q in zip(line, line[1:]):
        result.append(p)
        _bend(p, q, roughness, chance, finest, result)
    return result + [line[-1]]


def _bend(p, q, roughness, chance, finest, result):
    span = distance(p, q)
    if span < finest * 1.5:
        return
    m = mix(p, q, 0.5)
    amount = roughness(m) if callable(roughness) else roughness
    shift = chance.around_zero() * amount
    m = m[0] - (q[1] - p[1]) * shift, m[1] + (q[0] - p[0]) * shift
    _bend(p, m, roughness, chance, finest, result)
    result.append(m)
    _bend(m, q, roughness, chance, finest, result)


def thin(line, tolerance):
    """Douglas and Peucker: leave out points that lie within the tolerance of the line without them."""
    keep = [False] * len(line)
    keep[0] = keep[-1] = True
    stack = [(0, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        worst, at = tolerance, -1
        for i in range(first + 1, last):
            off = to_segment(line[i], line[first], line[last])
            if off > worst:
                worst, at = off, i
        if at >= 0:
            keep[at] = True
            stack += [(first, at), (at, last)]
    return [p for p, kept in zip(line, keep) if kept]


def thin_ring(ring, tolerance):
    """`thin` for a ring, cut at its first point and the point farthest from it."""
    far = max(range(len(ring)), key=lambda i: distance(ring[0], ring[i]))
    return thin(ring[:far + 1], tolerance)[:-1] + thin(ring[far:] + ring[:1], tolerance)[:-1]


def to_segment(p, a, b):
    """Distance from a point to a segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square if square else 0.0
    t = min(1.0, max(0.0, t))
    return distance(p, (a[0] + dx * t, a[1] + dy * t))


def ring_area(ring):
    """Signed area: positive where the ring runs anticlockwise."""
    total = 0.0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1]):
        total += x1 * y2 - x2 * y1
    return total / 2


def inside(p, ring):
    """Even-odd test of a point in a ring."""
    within, (x, y) = False, p
    x1, y1 = ring[-1]
    for x2, y2 in ring:
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            within = not within
        x1, y1 = x2, y2
    return within


class NearLines:
    """Segments in a grid of squares: how far is the nearest, and which."""

    def __init__(self, square=60.0):
        self.square, self.squares, self.segments = square, {}, []

    def add(self, line, tag=None):
        for a, b in zip(line, line[1:]):
            index = len(self.segments)
            self.segments.append((a, b, tag))
            for i in range(self._cell(min(a[0], b[0])), self._cell(max(a[0], b[0])) + 1):
                for j in range(self._cell(min(a[1], b[1])), self._cell(max(a[1], b[1])) + 1):
                    self.squares.setdefault((i, j), []).append(index)

    def _cell(self, value):
        return floor(value / self.square)

    def within(self, p, reach):
        """Every (distance, a, b, tag) of segments no farther than `reach`."""
        seen, found = set(), []
        for i in range(self._cell(p[0] - reach), self._cell(p[0] + reach) + 1):
            for j in range(self._cell(p[1] - reach), self._cell(p[1] + reach) + 1):
                for index in self.squares.get((i, j), ()):
                    if index not in seen:
                        seen.add(index)
                        a, b, tag = self.segments[index]
                        off = to_segment(p, a, b)
                        if off <= reach:
                            found.append((off, a, b, tag))
        return found

    def nearest(self, p, reach):
        """Distance to the nearest segment, or `reach` where none is nearer."""
        best = reach
        for off, _, _, _ in self.within(p, reach):
            best = min(best, off)
        return best
