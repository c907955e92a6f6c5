"""Fields on a square raster: distances, growing and shrinking, and the outline of where a field is low.
Rows run south to north, values are floats, positions metres."""
from math import floor, sqrt

from overlay import dm, area2

FAR = 1e12


class Raster:
    """Values at the points (west + i * step, south + j * step)."""

    def __init__(self, west, south, east, north, step):
        self.west, self.south, self.step = west, south, step
        self.columns = floor((east - west) / step) + 1
        self.rows = floor((north - south) / step) + 1
        self.values = None

    def like(self, values):
        twin = Raster.__new__(Raster)
        twin.__dict__.update(self.__dict__)
        twin.values = values
        return twin

    def filled(self, function):
        """The raster with a function of (x, y) at each point."""
        return self.like([[function(self.west + i * self.step, self.south + j * self.step)
                           for i in range(self.columns)] for j in range(self.rows)])

    def combined(self, function, *others):
        """The raster with a function of the values of several rasters at each point."""
        return self.like([[function(*cell) for cell in zip(*rows)]
                          for rows in zip(self.values, *(o.values for o in others))])

    def at(self, x, y):
        """The value between the four points around a place (outside: the nearest edge)."""
        u = min(max((x - self.west) / self.step, 0.0), self.columns - 1.001)
        v = min(max((y - self.south) / self.step, 0.0), self.rows - 1.001)
        i, j = floor(u), floor(v)
        u, v = u - i, v - j
        south, north = self.values[j], self.values[j + 1]
        return ((south[i] * (1 - u) + south[i + 1] * u) * (1 - v) + (north[i] * (1 - u) + north[i + 1] * u) * v)

    def covered(self, rings):
        """1.0 at points inside a set of rings (even-odd), 0.0 elsewhere."""
        crossings = [[] for _ in range(self.rows)]
        for ring in rings:
            x1, y1 = ring[-1]
            for x2, y2 in ring:
                low, high = (y1, y2) if y1 < y2 else (y2, y1)
                first = max(0, -floor(-(low - self.south) / self.step))
                last = min(self.rows - 1, -floor(-(high - self.south) / self.step) - 1)
                for j in range(first, last + 1):
                    y = self.south + j * self.step
                    crossings[j].append(x1 + (y - y1) * (x2 - x1) / (y2 - y1))
                x1, y1 = x2, y2
        values = []
        for row in crossings:
            row.sort()
            line = [0.0] * self.columns
            for a, b in zip(row[::2], row[1::2]):
                first = max(0, -floor(-(a - self.west) / self.step))
                last = min(self.columns - 1, floor((b - self.west) / self.step))
                for i in range(first, last + 1):
                    line[i] = 1.0
            values.append(line)
        return self.like(values)

    def distance(self):
        """Metres from each point to the nearest point whose value is above 0.5 (exact, two passes)."""
        columns = list(zip(*[_run([0.0 if v > 0.5 else FAR for v in row]) for row in self.values]))
        rows = zip(*[_run(list(column)) for column in columns])
        return self.like([[sqrt(v) * self.step for v in row] for row in rows])

    def grown(self, metres):
        """1.0 within so many metres of the covered points."""
        near = self.distance()
        return near.like([[1.0 if v <= metres else 0.0 for v in row] for row in near.values])

    def inverse(self):
        return self.like([[1.0 - v for v in row] for row in self.values])

    def outline(self, level):
        """The rings around where the value is below a level, the inside on their left, in metres."""
        return [self._placed(ring) for ring in _low_rings(self.values, level)]

    def _placed(self, ring):
        return [(self.west + x * self.step, self.south + y * self.step) for x, y in ring]


def _run(costs):
    """Lower envelope of parabolas (Felzenszwalb and Huttenlocher 2012): squared distances along one line."""
    n = len(costs)
    if min(costs) == FAR:
        return costs
    feet, starts = [0], [-FAR]
    for q in range(1, n):
        start = _overtakes(costs, feet[-1], q)
        while start <= starts[-1]:
            feet.pop()
            starts.pop()
            start = _overtakes(costs, feet[-1], q)
        feet.append(q)
        starts.append(start)
    result, k = [], 0
    for q in range(n):
        while k + 1 < len(feet) and starts[k + 1] < q:
            k += 1
        result.append((q - feet[k]) * (q - feet[k]) + costs[feet[k]])
    return result


def _overtakes(costs, p, q):
    """Where the parabola that stands at q comes under the one at p."""
    return ((costs[q] + q * q) - (costs[p] + p * p)) / (2.0 * (q - p))


def _low_rings(values, level):
    """Marching squares. Edges of the raster count as high, so every ring closes."""
    rows, columns = len(values), len(values[0])

    def value(i, j):
        return values[j][i] if 0 <= i < columns and 0 <= j < rows else level + 1.0

    def crossing(i, j, k, l):
        """Where the level is crossed between two neighbouring points, kept off the points themselves."""
        a, b = value(i, j), value(k, l)
        t = min(0.98, max(0.02, (level - a) / (b - a)))
        return i + (k - i) * t, j + (l - j) * t

    follows, point = {}, {}
    for j in range(-1, rows):
        for i in range(-1, columns):
            corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
            low = [value(*c) < level for c in corners]
            if all(low) or not any(low):
                continue
            leaves, enters = [], []
            for k in range(4):
                a, b = corners[k], corners[(k + 1) % 4]
                if low[k] != low[(k + 1) % 4]:
                    edge = (a, b) if a < b else (b, a)
                    if edge not in point:
                        point[edge] = crossing(*edge[0], *edge[1])
                    # going round anticlockwise, from low to high the inside ends: the outline leaves the cell's edge
                    # into the cell there, and comes out where high turns to low
                    (enters if low[k] else leaves).append((k, edge))
            if len(enters) == 1:
                follows[enters[0][1]] = leaves[0][1]
            else:
                joined = sum(value(*c) for c in corners) / 4 < level
                for k, edge in enters:
                    want = (k + 1) % 4 if joined else (k - 1) % 4
                    follows[edge] = [e for m, e in leaves if m == want][0]
    rings = []
    while follows:
        start = min(follows)
        ring, at = [], start
        while at in follows:
            ring.append(point[at])
            at = follows.pop(at)
        rings.append(ring)
    return rings


def low_region(raster, level, tidy, smallest):
    """The region where a raster is below a level: rings tidied by a function, small ones left out (square metres)."""
    shells, holes = [], []
    for ring in raster.outline(level):
        ring = dm(tidy(ring))
        if len(ring) < 4 or abs(area2(ring)) < 200 * smallest:
            continue
        (shells if area2(ring) > 0 else holes).append([ring])
    return shells + holes
