"""Roads as lines with a class and names, and the main roads and railway of the district, drawn by hand.
Positions in the tables are metres east and north of the south-west corner of the sheet."""
from dataclasses import dataclass, field

import lines
from chance import Chance
from land import national_grid

HALF_WIDTH = {"a": 5.5, "b": 4.5, "minor": 3.5, "street": 3.8, "lane": 2.2}
SNAP = 22.0         # an end this near another road is meant to meet it


@dataclass
class Road:
    """One road or street. `built` names how houses stand along it (None: no houses)."""
    line: list
    kind: str
    name: str = ""
    name_cy: str = ""
    built: str = None
    place: str = None
    sides: str = "both"
    houses: list = field(default_factory=list)

    def half_width(self):
        return HALF_WIDTH[self.kind]


# class, English name, Welsh name, points. The A road and the B roads carry numbers no road of Wales has.
MAIN_ROADS = [
    ("a", "A4999", "A4999",
     [(8290, 11010), (8400, 10800), (8700, 10450), (8980, 9900), (8950, 9300), (9060, 8700), (9330, 8150), (9420, 7500),
      (9270, 6900), (9180, 6300), (9320, 5700), (9440, 5150), (9570, 4650), (9720, 4180)]),
    ("a", "A4999 Cob Road", "A4999 Ffordd y Cob",
     [(9720, 4180), (10040, 4330), (10350, 4545), (10640, 4695), (10900, 4731), (11300, 4718), (11670, 4707), (11990, 4697),
      (12180, 4650), (12380, 4560)]),
    ("a", "A4999", "A4999",
     [(13050, 4420), (13500, 4560), (14100, 4480), (14700, 4250), (15100, 4200), (15700, 4450), (16250, 4900), (16700, 5500),
      (17150, 6100), (17560, 6560), (17820, 6760)]),
    ("b", "B4998", "B4998", [(7950, 3965), (7720, 4028), (7480, 4082)]),
    ("b", "B4998", "B4998",
     [(6950, 4230), (6550, 4330), (6150, 4560), (5500, 4750), (4800, 5050), (4200, 5200), (3900, 5700), (3950, 6400),
      (3700, 7100), (3560, 7700), (3480, 8200)]),
    ("b", "B4998", "B4998",
     [(3560, 8640), (3900, 9050), (4550, 9300), (5150, 9750), (5800, 10150), (6500, 10300), (7200, 10650), (7700, 11080),
      (8010, 11180)]),
    ("b", "B4997", "B4997",
     [(12560, 4640), (12900, 5100), (12760, 5700), (12560, 6250), (12620, 6800), (12420, 7300), (12300, 7700), (12235, 7900)]),
    ("b", "B4997", "B4997",
     [(12330, 8290), (12750, 8700), (13300, 9050), (13700, 9420), (14150, 9830), (14700, 10120), (15400, 10050), (16100, 9500),
      (16500, 8900), (16450, 8200), (16700, 7600), (17200, 7150), (17560, 6560)]),
    ("minor", "Mountain Road", "Ffordd y Mynydd",
     [(3560, 8640), (4200, 8300), (4900, 8150), (5700, 7900), (6300, 7500), (6700, 7250), (7300, 6900), (7900, 6300),
      (8300, 5700), (8650, 5350), (8800, 5130), (8900, 4960), (8950, 4800)]),
    ("minor", "Valley Lane", "Lôn y Cwm",
     [(12050, 8150), (11500, 8260), (10900, 8150), (10300, 8330), (9700, 8420), (9180, 8420)]),
    ("minor", "Lôn Nant-yr-Ŵydd", "Lôn Nant-yr-Ŵydd",
     [(9230, 6620), (9900, 6560), (10500, 6750), (11100, 6700), (11600, 6550), (12130, 6570), (12560, 6420)]),
    ("minor", "Ridge Road", "Ffordd y Grib",
     [(8950, 9300), (9600, 9500), (10300, 9900), (10900, 10600), (11500, 11200), (12400, 11700), (13100, 11950),
      (13500, 12180)]),
    ("minor", "Lôn Cefn-y-Môr", "Lôn Cefn-y-Môr",
     [(12900, 5100), (13500, 5600), (13900, 6050), (14500, 6400), (15200, 6650), (15900, 6600), (16500, 6350), (17150, 6100)]),
    ("minor", "Beach Road", "Ffordd y Traeth",
     [(12830, 4210), (12900, 3800), (13150, 3350), (13300, 2900), (13350, 2560)]),
    ("minor", "Little Haven Road", "Ffordd Hafan Bach",
     [(15100, 4200), (15000, 3700), (15150, 3200), (14950, 2600)]),
    ("minor", "Dunes Lane", "Lôn y Twyni",
     [(4800, 5050), (4500, 4400), (4150, 3700), (3800, 3000), (3400, 2400), (3100, 1750)]),
    ("minor", "Lôn Maes-y-Groes", "Lôn Maes-y-Groes",
     [(6700, 7250), (6550, 6500), (6900, 5800), (7000, 5100), (7060, 4560), (7085, 4300)]),
    ("minor", "Headland Lane", "Lôn y Pentir",
     [(3330, 8760), (3000, 9120), (2650, 9500), (2300, 9600)]),
]

RAILWAY = [(3600, 8180), (3830, 7650), (4180, 6900), (4700, 6100), (5400, 5300), (6100, 4800), (6700, 4530), (7300, 4390),
           (8000, 4215), (8500, 4080), (8950, 3930), (9350, 3845), (9650, 3830), (9950, 3890), (10180, 4030), (10340, 4230),
           (10500, 4470), (10690, 4635), (10900, 4715), (11300, 4705), (11670, 4698), (11990, 4684), (12300, 4700),
           (12700, 4840), (13300, 5000), (14000, 4960), (14900, 4780), (15700, 4800), (16400, 5200), (16900, 5800),
           (17350, 6330), (17720, 6680)]


def main_roads():
    """The A, B and minor roads of the country between the settlements."""
    chance = Chance(4999)
    found = []
    for kind, name, name_cy, points in MAIN_ROADS:
        line = lines.curve([national_grid(p) for p in points], 90)
        rough = {"a": 0.02, "b": 0.05, "minor": 0.07}[kind]
        cob = "Cob" in name
        line = line if cob else lines.curve(lines.roughen(line, rough, chance, 60), 24)
        found.append(Road(lines.thin(line, 0.6), kind, name, name_cy, built=None if cob else "roadside"))
    return found


def railway():
    return lines.thin(lines.curve([national_grid(p) for p in RAILWAY], 30), 0.4)


def meet(roads):
    """Moves the ends of roads that stop just short of (or past) another onto it, and gives the other a point there."""
    for road in roads:
        for end in (0, -1):
            p = road.line[end]
            best = None
            for other in roads:
                if other is road:
                    continue
                for k, (a, b) in enumerate(zip(other.line, other.line[1:])):
                    if min(a[0], b[0]) - SNAP <= p[0] <= max(a[0], b[0]) + SNAP and \
                            min(a[1], b[1]) - SNAP <= p[1] <= max(a[1], b[1]) + SNAP:
                        off = lines.to_segment(p, a, b)
                        if off < SNAP and (best is None or off < best[0]):
                            best = off, other, k
            if best:
                _join(road, end, best[1], best[2])


def _join(road, end, other, k):
    a, b = other.line[k], other.line[k + 1]
    p = road.line[end]
    dx, dy = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square if square else 0.0
    spot = lines.mix(a, b, min(1.0, max(0.0, t)))
    for corner in (a, b):
        if lines.distance(spot, corner) < 6.0:
            road.line[end] = corner
            return
    spot = round(spot[0], 1), round(spot[1], 1)
    other.line.insert(k + 1, spot)
    road.line[end] = spot
