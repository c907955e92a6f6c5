"""The lie of the land: coast, islands, the river and its estuary, the lake, and how high the ground is.
Positions in this module are metres east and north of the south-west corner of the sheet."""
from math import floor, sqrt

import lines
from chance import Chance, Noise, direction
from overlay import metres, region, union, subtract, intersect, without_slivers
from raster import Raster

SHEET_WEST, SHEET_SOUTH = 230000, 302000     # open sea in Cardigan Bay, so that no real home is shown
SHEET_WIDTH, SHEET_HEIGHT = 20000, 14000

DUNES, BEACH, MARSH, QUAY, CLIFF, LOW_CLIFF = 0.035, 0.03, 0.15, 0.0, 0.2, 0.13

# The coast anticlockwise: where each stretch starts and what it is until the next.
COAST = [
    ((2350, 1700), DUNES), ((2900, 1150), LOW_CLIFF), ((3500, 1200), DUNES), ((4200, 1750), BEACH), ((4950, 2600), BEACH),
    ((5650, 3350), BEACH), ((6300, 3740), BEACH), ((7000, 3860), BEACH), ((7700, 3770), BEACH), ((8400, 3540), BEACH),
    ((9200, 3320), BEACH), ((9800, 3180), LOW_CLIFF), ((10180, 3060), LOW_CLIFF), ((10330, 3110), QUAY),
    ((10400, 3200), QUAY), ((10330, 3290), QUAY), ((10345, 3440), QUAY), ((10440, 3500), QUAY), ((10475, 3640), LOW_CLIFF),
    ((10480, 3900), MARSH), ((10400, 4180), MARSH), ((10590, 4480), MARSH), ((10880, 4700), LOW_CLIFF), ((11000, 4850), MARSH),
    ((11120, 5080), MARSH), ((11380, 5330), MARSH), ((11700, 5600), MARSH), ((12020, 5740), MARSH), ((12110, 5760), MARSH),
    ((12330, 5580), MARSH), ((12250, 5200), MARSH), ((11960, 4900), LOW_CLIFF), ((11900, 4700), MARSH), ((12060, 4450), MARSH),
    ((12330, 4130), MARSH), ((12080, 3750), MARSH), ((11600, 3500), MARSH), ((11250, 3280), DUNES), ((10930, 3150), DUNES),
    ((10840, 3030), DUNES), ((10990, 2900), BEACH), ((11600, 2890), BEACH), ((12500, 2720), BEACH), ((13300, 2430), LOW_CLIFF),
    ((13900, 2020), CLIFF), ((14500, 1850), CLIFF), ((14780, 2380), BEACH), ((15350, 2620), LOW_CLIFF), ((15800, 3050), CLIFF),
    ((16700, 3050), CLIFF), ((17250, 3900), CLIFF), ((17900, 4500), LOW_CLIFF), ((18000, 5400), CLIFF), ((18350, 6200), CLIFF),
    ((18050, 6650), BEACH), ((17900, 6880), LOW_CLIFF), ((18500, 7250), CLIFF), ((18850, 7900), CLIFF), ((18350, 8550), BEACH),
    ((18420, 9000), CLIFF), ((18350, 9800), CLIFF), ((17700, 10500), CLIFF), ((17450, 11400), CLIFF), ((16600, 11500), CLIFF),
    ((15900, 12150), CLIFF), ((14900, 12250), CLIFF), ((14300, 12900), CLIFF), ((13700, 12850), LOW_CLIFF),
    ((13350, 12300), BEACH), ((12950, 12350), CLIFF), ((12500, 12900), CLIFF), ((11500, 12950), CLIFF), ((10900, 12600), CLIFF),
    ((10200, 12250), CLIFF), ((9500, 12550), CLIFF), ((8900, 12450), LOW_CLIFF), ((8560, 11950), LOW_CLIFF),
    ((8350, 11500), BEACH), ((8080, 11470), LOW_CLIFF), ((7950, 11850), CLIFF), ((7500, 12250), CLIFF), ((6600, 11800), CLIFF),
    ((5900, 11700), CLIFF), ((5300, 11150), BEACH), ((4900, 11150), CLIFF), ((4300, 11300), CLIFF), ((3700, 10800), CLIFF),
    ((3000, 10700), CLIFF), ((2400, 10100), CLIFF), ((1950, 9650), CLIFF), ((2200, 9100), CLIFF),
    ((2800, 8950), LOW_CLIFF), ((3080, 8650), BEACH), ((3050, 8200), LOW_CLIFF), ((2850, 7700), DUNES), ((2500, 6900), DUNES),
    ((2250, 6000), DUNES), ((2100, 5000), DUNES), ((2100, 4000), DUNES), ((2180, 2900), DUNES),
]
COARSE = {CLIFF: 420, LOW_CLIFF: 240}       # metres between the points that rough stretches start from; others: 150

# Islands: middle, half-axes, turn of the long axis, roughness.
ISLANDS = {
    "ynys-y-gloch": ((1120, 9330), (310, 190), 0.08, 0.16),
    "ynys-wyddno": ((15700, 1500), (420, 210), 0.44, 0.16),
    "y-garreg-fach": ((16330, 1730), (90, 60), 0.2, 0.2),
}

# Afon Gwaelod from its lake to the tide, with the half-width of the water at each point.
RIVER = [((14350, 9560), 3), ((13900, 9250), 3), ((13500, 9150), 3.5), ((13000, 8780), 4), ((12650, 8350), 4.5),
         ((12250, 8120), 5), ((11980, 7750), 6), ((12060, 7350), 6.5), ((12330, 7000), 7.5), ((12210, 6600), 9),
         ((11960, 6330), 11), ((12100, 6020), 15), ((12060, 5740), 24), ((12000, 5500), 40)]
STREAMS = {
    "nant-yr-wydd": [(8500, 8350), (9000, 8000), (9500, 7760), (10050, 7420), (10700, 7200), (11300, 6960), (11900, 6720),
                     (12220, 6640)],
    "afon-sarn": [(5250, 7500), (5600, 6900), (5780, 6200), (6150, 5600), (6380, 4950), (6560, 4400), (6640, 4000),
                  (6660, 3780)],
    "nant-y-porth": [(7200, 9700), (7650, 10200), (7850, 10700), (8120, 11100), (8200, 11480)],
    "afon-y-garreg": [(14900, 7900), (15500, 7450), (16200, 7150), (16900, 7000), (17500, 6800), (17960, 6800)],
}
STREAM_HALF_WIDTH = 1.8
ROW = 50.0          # height of the rows in which shore segments are looked up
LAKE = ((14720, 9800), (520, 190), 0.06)

# Hills: middle, reach, height in metres.
HILLS = [((5400, 9200), 2100, 210), ((3600, 9900), 1300, 120), ((15200, 10600), 2300, 420), ((13000, 11200), 2000, 260),
         ((16600, 8600), 1700, 300), ((9700, 9900), 1900, 150), ((15300, 4700), 1500, 90), ((14100, 2400), 700, 60),
         ((4300, 6600), 1500, 80), ((9300, 5700), 1100, 65), ((10230, 3330), 180, 18), ((13400, 6700), 1000, 90)]

# Low ground behind the shore: middle, reach. There the land hardly rises and the sea can come in.
LOWLANDS = [((12650, 4050), 1000), ((11500, 5100), 800), ((12100, 6400), 700), ((6600, 4300), 750), ((7700, 4000), 500),
            ((2900, 3400), 1500), ((2700, 5600), 1000), ((10550, 4250), 420), ((11500, 3200), 800), ((8400, 3700), 420),
            ((12050, 7500), 500), ((9600, 7700), 350), ((8230, 11350), 250), ((3150, 8500), 330), ((17800, 6800), 420),
            ((10380, 3420), 260)]

# Stone piers of the harbour, the Victorian pier, and the two arms of the Cob with the gap of its bridge.
QUAYS = [([(10395, 3200), (10470, 3235), (10500, 3330)], 6.0), ([(10440, 3500), (10500, 3450)], 5.0),
         ([(9020, 3380), (8975, 3150)], 5.0), ([(8110, 11560), (8190, 11590), (8245, 11570)], 4.0)]
COB = [([(10900, 4725), (11300, 4712)], 14.0), ([(11360, 4710), (11990, 4690)], 14.0)]

ROLL = Noise(77, 900, 4)        # the small ups and downs of the ground


def national_grid(p):
    """From metres on the sheet to easting and northing."""
    return p[0] + SHEET_WEST, p[1] + SHEET_SOUTH


class Land:
    """The ground everything else stands on: `region` in decimetres, the rest in metres of the National Grid."""

    def __init__(self):
        chance = Chance(1180)
        self.coast = _coastline(chance)
        self.island_rings = {name: _blob(*shape, chance) for name, shape in ISLANDS.items()}
        quays = [_bar(line, half) for line, half in QUAYS] + [_bar(line, half) for line, half in COB]
        self.region = without_slivers(union(region(self.coast, *self.island_rings.values()), region(*quays)), 30)
        self.river = _watercourse([p for p, _ in RIVER], [w for _, w in RIVER], chance, 0.09)
        self.streams = {name: _watercourse(points, [STREAM_HALF_WIDTH] * len(points), chance, 0.12)
                        for name, points in STREAMS.items()}
        self.lake = _blob(*LAKE, 0.1, chance)
        self.shore, self.shore_rows = lines.NearLines(120.0), {}
        for ring in (metres(ring) for polygon in self.region for ring in polygon):
            self.shore.add(ring + ring[:1])
            for a, b in zip(ring, ring[1:] + ring[:1]):
                for row in range(floor(min(a[1], b[1]) / ROW), floor(max(a[1], b[1]) / ROW) + 1):
                    self.shore_rows.setdefault(row, []).append((a, b))
        self._heights()

    def water(self):
        """The river with its estuary head, the streams and the lake, each kept to the land and off the ones before it."""
        taken = region(self.lake)
        result = {"llyn-mererid": taken}
        for name, course in [("afon-gwaelod", self.river)] + [(name, self.streams[name]) for name in STREAMS]:
            shape = union(region(course.outline()))
            result[name] = without_slivers(subtract(intersect(shape, self.region), taken), 40)
            taken = union(taken, result[name])
        return result

    def is_land(self, p):
        x, y = p
        within = False
        for (x1, y1), (x2, y2) in self.shore_rows.get(floor(y / ROW), ()):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                within = not within
        return within

    def _heights(self):
        """Coarse rasters of the distance to the sea (negative at sea) and to running water."""
        sheet = Raster(SHEET_WEST, SHEET_SOUTH, SHEET_WEST + SHEET_WIDTH, SHEET_SOUTH + SHEET_HEIGHT, 40)
        ground = sheet.covered([metres(r) for polygon in self.region for r in polygon])
        inland, offshore = ground.inverse().distance(), ground.distance()
        self.sea_distance = inland.combined(lambda a, b: a - b, offshore)
        wet = sheet.covered([self.river.outline(30)] + [s.outline(25) for s in self.streams.values()])
        self.river_distance = wet.distance()

    def height(self, x, y):
        """Metres above the sea, roughly: hills, cut by valleys, falling to the shore."""
        sea, river = self.sea_distance.at(x, y), self.river_distance.at(x, y)
        if sea <= 0:
            return 0.0
        high = 18.0 * ROLL(x, y) + 22.0
        for (hx, hy), reach, top in HILLS:
            dx, dy = x - SHEET_WEST - hx, y - SHEET_SOUTH - hy
            near = 1 - (dx * dx + dy * dy) / (reach * reach * 2)
            if near > 0:
                high += top * near * near * (1 + 0.25 * ROLL(x + 5000, y))
        flat = lowness(x, y)
        valley = min(1.0, river / (350 + 500 * (1 - flat)))
        shore = min(1.0, sea / (60 + 700 * flat))
        return max(0.0, high) * (0.04 + 0.96 * valley * (1.5 - 0.5 * valley)) * shore * (1 - 0.9 * flat)


def lowness(x, y):
    """1 in the middle of the low ground behind the shore, 0 away from it."""
    best = 0.0
    for (lx, ly), reach in LOWLANDS:
        dx, dy = x - SHEET_WEST - lx, y - SHEET_SOUTH - ly
        near = 1 - (dx * dx + dy * dy) / (reach * reach)
        if near > 0:
            best = max(best, near * (2 - near))
    return best


class Watercourse:
    """A middle line with the half-width of the water along it."""

    def __init__(self, middle, halves):
        self.middle, self.halves = middle, halves

    def outline(self, extra=0.0):
        """The ring round the water, wider by `extra` metres on each side."""
        left = [_beside(self.middle, i, h + extra) for i, h in enumerate(self.halves)]
        right = [_beside(self.middle, i, -h - extra) for i, h in enumerate(self.halves)]
        return left + right[::-1]


def _beside(line, i, metres_left):
    before, after = line[max(0, i - 1)], line[min(len(line) - 1, i + 1)]
    dx, dy = after[0] - before[0], after[1] - before[1]
    size = sqrt(dx * dx + dy * dy) or 1.0
    return line[i][0] - dy / size * metres_left, line[i][1] + dx / size * metres_left


def _watercourse(points, halves, chance, roughness):
    smooth = lines.curve([national_grid(p) for p in points], 110)
    middle = lines.thin(lines.curve(lines.roughen(smooth, roughness, chance, 30), 16), 0.7)
    total = lines.length(middle)
    along, widths = 0.0, []
    for i, p in enumerate(middle):
        along += lines.distance(middle[i - 1], p) if i else 0.0
        at = along / total * (len(halves) - 1)
        k = min(int(at), len(halves) - 2)
        widths.append(halves[k] + (halves[k + 1] - halves[k]) * min(1.0, at - k))
    return Watercourse(middle, widths)


def _coastline(chance):
    """The mainland's coast: smooth through its points, then as rough as each stretch is."""
    points = [national_grid(p) for p, _ in COAST]
    ring = []
    for i, (_, roughness) in enumerate(COAST):
        p, q = points[i], points[(i + 1) % len(points)]
        if roughness == QUAY:
            ring.append(p)
            continue
        before, after = points[i - 1], points[(i + 2) % len(points)]
        span = lines.curve([before, p, q, after], COARSE.get(roughness, 150))
        start = min(range(len(span)), key=lambda k: lines.distance(span[k], p))
        end = min(range(len(span)), key=lambda k: lines.distance(span[k], q))
        stretch = lines.roughen(span[start:end + 1], roughness, chance, 13)
        ring += lines.thin(stretch, 1.2 if roughness > 0.05 else 0.8)[:-1]
    return ring


def _blob(middle, half_axes, turn, roughness, chance):
    """A rough ellipse."""
    cx, cy = national_grid(middle)
    ux, uy = direction(turn)
    corners = []
    for k in range(14):
        x, y = direction(k / 14)
        x, y = x * half_axes[0] * chance.between(0.85, 1.15), y * half_axes[1] * chance.between(0.85, 1.15)
        corners.append((cx + x * ux - y * uy, cy + x * uy + y * ux))
    smooth = lines.curve(corners, 60, closed=True)
    return lines.thin_ring(lines.roughen(smooth + smooth[:1], roughness, chance, 12)[:-1], 1.0)


def _bar(line, half):
    """A wall or bank along a line."""
    line = [national_grid(p) for p in line]
    return lines.offset(line, half) + lines.offset(line, -half)[::-1]
