"""Exact overlay of regions on a grid of decimetres.
A region is a list of polygons, a polygon a list of rings (shell anticlockwise, holes clockwise), a ring a list of
whole-number (x, y) in decimetres, the first point not repeated. All lines of one overlay are cut at each other first,
so regions that come out of it side by side share every vertex of their common border."""
from math import floor

CELL = 600          # side of the squares in which crossing segments are sought, in decimetres
BAND = 400          # height of the bands in which edges are looked up
ROUNDS = 30         # cutting and rounding settles in two or three rounds


def dm(ring):
    """A ring or line in metres to whole decimetres, repeated points left out."""
    result = []
    for x, y in ring:
        p = floor(x * 10 + 0.5), floor(y * 10 + 0.5)
        if not result or p != result[-1]:
            result.append(p)
    if len(result) > 1 and result[0] == result[-1]:
        result.pop()
    return result


def metres(ring):
    return [(x / 10, y / 10) for x, y in ring]


def area2(ring):
    """Twice the signed area, in square decimetres."""
    total = 0
    x1, y1 = ring[-1]
    for x2, y2 in ring:
        total += x1 * y2 - x2 * y1
        x1, y1 = x2, y2
    return total


def region_area(region):
    """Area in square metres."""
    return sum(area2(ring) for polygon in region for ring in polygon) / 200


def region(*rings):
    """A region of rings given in metres: each becomes an anticlockwise shell of its own."""
    shells = []
    for ring in rings:
        ring = dm(ring)
        shells.append([ring if area2(ring) > 0 else ring[::-1]])
    return shells


def overlay(operands, label):
    """Cuts all operands at each other and sorts the faces: `label` gets a tuple of True/False (inside operand i or
    not) and answers a name, or None for faces not wanted. Answers {name: region}."""
    edges = _wound_edges(operands)
    outlines = {}
    for (a, b), left, right in edges:
        name_left, name_right = label(left), label(right)
        if name_left != name_right:
            if name_left is not None:
                outlines.setdefault(name_left, []).append((a, b))
            if name_right is not None:
                outlines.setdefault(name_right, []).append((b, a))
    return {name: _polygons(outlines[name]) for name in sorted(outlines, key=str)}


def union(*regions):
    return overlay([[p for r in regions for p in r]], lambda w: w[0] or None).get(True, [])


def intersect(a, b):
    return overlay([a, b], lambda w: (w[0] and w[1]) or None).get(True, [])


def subtract(a, b):
    return overlay([a, b], lambda w: (w[0] and not w[1]) or None).get(True, [])


def without_slivers(parts, square_metres):
    """Polygons and holes at least so large."""
    kept = []
    for polygon in parts:
        if area2(polygon[0]) >= 200 * square_metres:
            kept.append([polygon[0]] + [h for h in polygon[1:] if -area2(h) >= 200 * square_metres])
    return kept


def contains(parts, p):
    """Whether a point (decimetres) lies inside a region; points on an outline may go either way."""
    x, y = p
    within = False
    for polygon in parts:
        for ring in polygon:
            x1, y1 = ring[-1]
            for x2, y2 in ring:
                if (y1 > y) != (y2 > y):
                    side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
                    if (side > 0) == (y2 > y1) and side != 0:
                        within = not within
                x1, y1 = x2, y2
    return within


def cut(segments):
    """Cuts segments [(a, b, owner)] wherever two meet, on the grid, until none cross."""
    for _ in range(ROUNDS):
        cuts = {}
        for i, j in _candidates(segments):
            _meet(segments, i, j, cuts)
        if not cuts:
            return segments
        result = []
        for i, (a, b, owner) in enumerate(segments):
            if i not in cuts:
                result.append((a, b, owner))
                continue
            dx, dy = b[0] - a[0], b[1] - a[1]
            stops = sorted(cuts[i], key=lambda p: ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy, p))
            line = [a] + stops + [b]
            result += [(p, q, owner) for p, q in zip(line, line[1:]) if p != q]
        segments = result
    raise ValueError("the lines of an overlay still cross after %d rounds" % ROUNDS)


def _candidates(segments):
    """Pairs of segments whose boxes touch, each pair once."""
    squares = {}
    for i, (a, b, _) in enumerate(segments):
        for cx in range(min(a[0], b[0]) // CELL, max(a[0], b[0]) // CELL + 1):
            for cy in range(min(a[1], b[1]) // CELL, max(a[1], b[1]) // CELL + 1):
                squares.setdefault((cx, cy), []).append(i)
    boxes = [(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])) for a, b, _ in segments]
    for (cx, cy), members in squares.items():
        for k, i in enumerate(members):
            w, s, e, n = boxes[i]
            for j in members[k + 1:]:
                w2, s2, e2, n2 = boxes[j]
                if w <= e2 and w2 <= e and s <= n2 and s2 <= n:
                    if max(w, w2) // CELL == cx and max(s, s2) // CELL == cy:
                        yield i, j


def side(p, q, r):
    """Positive where r lies left of the line from p to q."""
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])


def _meet(segments, i, j, cuts):
    p, q, _ = segments[i]
    r, s, _ = segments[j]
    r_side, s_side = side(p, q, r), side(p, q, s)
    p_side, q_side = side(r, s, p), side(r, s, q)
    if r_side * s_side < 0 and p_side * q_side < 0:
        num, den = p_side, p_side - q_side
        if den < 0:
            num, den = -num, -den
        x = p[0] + (2 * (q[0] - p[0]) * num + den) // (2 * den)
        y = p[1] + (2 * (q[1] - p[1]) * num + den) // (2 * den)
        for k, ends in ((i, (p, q)), (j, (r, s))):
            if (x, y) not in ends:
                cuts.setdefault(k, set()).add((x, y))
        return
    for k, a, b, c, off in ((i, p, q, r, r_side), (i, p, q, s, s_side), (j, r, s, p, p_side), (j, r, s, q, q_side)):
        if off == 0 and c != a and c != b and _between(a, b, c):
            cuts.setdefault(k, set()).add(c)


def _between(a, b, c):
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _wound_edges(operands):
    """Each edge of the arrangement with what lies on its left and its right."""
    segments = [(ring[k - 1], ring[k], owner)
                for owner, parts in enumerate(operands) for polygon in parts
                for ring in polygon for k in range(len(ring))]
    turns = {}
    for a, b, owner in cut([s for s in segments if s[0] != s[1]]):
        upward = (a[1], a[0]) < (b[1], b[0])
        key = (a, b) if upward else (b, a)
        turns.setdefault(key, [0] * len(operands))[owner] += 1 if upward else -1
    edges = sorted((k, t) for k, t in turns.items() if any(t))
    bands = {}
    for (a, b), t in edges:
        if a[1] != b[1]:
            for band in range(a[1] // BAND, b[1] // BAND + 1):
                bands.setdefault(band, []).append((a, b, t))
    return [((a, b),) + _sides(a, b, t, bands) for (a, b), t in edges]


def _sides(a, b, turn, bands):
    """Windings beside an edge that points up (or east, where level), counted along a ray to the east from its middle.
    Coordinates are doubled so that the middle is whole."""
    mx, my = a[0] + b[0], a[1] + b[1]
    right = [0] * len(turn)
    for c, d, t in bands.get(my // 2 // BAND, ()):
        if 2 * c[1] <= my < 2 * d[1] and (c, d) != (a, b):
            if (d[0] - c[0]) * (my - 2 * c[1]) - (mx - 2 * c[0]) * (d[1] - c[1]) > 0:
                for k, n in enumerate(t):
                    right[k] += n
    # For a level edge the ray runs just above it, which is its left side.
    if a[1] == b[1]:
        left, right = right, [r - n for r, n in zip(right, turn)]
    else:
        left = [r + n for r, n in zip(right, turn)]
    return tuple(n > 0 for n in left), tuple(n > 0 for n in right)


def _polygons(outline):
    """Directed edges with the inside on their left → polygons with their holes."""
    leaving = {}
    for a, b in outline:
        leaving.setdefault(a, []).append(b)
    shells, holes = [], []
    for start, first in sorted(outline):
        if first not in leaving.get(start, ()):
            continue
        for ring in _simple_rings(_walk(leaving, start, first)):
            (shells if area2(ring) > 0 else holes).append(ring)
    shells.sort(key=lambda r: (area2(r), r))
    polygons = [[shell] for shell in shells]
    for hole in sorted(holes, key=lambda r: (area2(r), r)):
        for polygon in polygons:
            if _hole_of(hole, polygon[0]):
                polygon.append(hole)
                break
    return sorted(polygons, key=lambda p: (-area2(p[0]), p[0]))


def _walk(leaving, start, first):
    """One closed walk, always taking the first way out clockwise from where it came."""
    walk, came, at = [start], start, first
    leaving[start].remove(first)
    while at != start:
        ways = leaving[at]
        way = ways[0] if len(ways) == 1 else first_clockwise(at, came, ways)
        ways.remove(way)
        walk.append(at)
        came, at = at, way
    return walk


def first_clockwise(at, came, ways):
    """The way met first when turning clockwise from the way back."""
    back = came[0] - at[0], came[1] - at[1]
    best = None
    for way in sorted(ways):
        v = way[0] - at[0], way[1] - at[1]
        if best is None or _clockwise_before(back, v, best[1]):
            best = way, v
    return best[0]


def _clockwise_before(back, u, v):
    """Whether u is met before v when turning clockwise from `back`."""
    def half(w):
        turn = back[0] * w[1] - back[1] * w[0]
        ahead = back[0] * w[0] + back[1] * w[1]
        return 0 if turn < 0 or (turn == 0 and ahead < 0) else 1
    hu, hv = half(u), half(v)
    if hu != hv:
        return hu < hv
    return u[0] * v[1] - u[1] * v[0] < 0


def _simple_rings(walk):
    """Splits a walk that comes back to a point before its end."""
    rings, path, place = [], [], {}
    for p in walk:
        if p in place:
            k = place[p]
            rings.append(path[k:])
            for q in path[k + 1:]:
                del place[q]
            del path[k + 1:]
        else:
            place[p] = len(path)
            path.append(p)
    if len(path) > 2:
        rings.append(path)
    return [r for r in rings if len(r) > 2]


def _hole_of(hole, shell):
    """Whether a hole lies in a shell, by the middle of its first edges (a vertex may touch the shell)."""
    doubled = [[[(2 * x, 2 * y) for x, y in shell]]]
    p = hole[0][0] + hole[1][0], hole[0][1] + hole[1][1]
    return contains(doubled, p) and -area2(hole) < area2(shell)
