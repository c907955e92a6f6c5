"""Boundary layers: the plan area, the national park beside it, the community councils that fill the plan area, and the
frame of the town-centre inset. All borders are cut once, so that neighbours share every vertex.
Positions in the tables are metres east and north of the sheet's corner."""
import lines
from blocks import faces
from chance import Chance, Noise
from features import area
from land import SHEET_HEIGHT, SHEET_SOUTH, SHEET_WEST, SHEET_WIDTH, lowness, national_grid
from overlay import area2, contains, dm, metres, overlay, region, union, without_slivers
from raster import Raster, low_region

# The mouth of the estuary closes the district across its tidal waters.
ESTUARY = [(10040, 3060), (10150, 3005), (10300, 2975), (10500, 2960), (10760, 2920), (11080, 2780), (11300, 3300),
           (12150, 3700), (12420, 4150), (12000, 4700), (12400, 5250), (12400, 5620), (12100, 5800), (11600, 5650), (11000, 5000), (10500, 4500), (10300, 4200), (10380, 3800), (10300, 3300)]
PARK_EDGE = [(10900, 13600), (10880, 12600), (10760, 11900), (10900, 11250), (11500, 10650), (11900, 9950), (12500, 9500),
             (12900, 9080), (13500, 8450), (13980, 7900), (14250, 7300), (14900, 7050), (15700, 6850), (16550, 6700),
             (17250, 6950), (17700, 6900), (19000, 6750)]
BEYOND_PARK = [(19600, 9000), (19000, 13600)]

# Borders between communities; ends run on into the sea or another border.
COMMUNITY_BORDERS = {
    "afon-sarn": ([(6690, 3000), (6640, 3900), (6560, 4400), (6380, 4950), (6150, 5600), (5800, 6150)], 0.1),
    "morfa-mererid": ([(5800, 6150), (4900, 6400), (4200, 6250), (3300, 6550), (1500, 6700)], 0.11),
    "town-west": ([(7840, 3300), (7800, 3900), (7640, 4350), (7700, 4900), (7580, 5400), (7540, 5560)], 0.1),
    "town-north": ([(5800, 6150), (6700, 5900), (7560, 5450), (8300, 5560), (9280, 5560), (10100, 5480), (10800, 5560),
                    (11500, 5500), (12080, 5480)], 0.1),
    "estuary": ([(10600, 2500), (10680, 3060), (10900, 3500), (11250, 4000), (11350, 4700), (11650, 5250), (12020, 5600),
                 (12100, 6020), (11970, 6330), (12200, 6600)], 0.03),
    "nant-yr-wydd": ([(12200, 6600), (11900, 6720), (11300, 6960), (10700, 7200), (10050, 7420), (9500, 7760), (9000, 8000),
                      (8500, 8350), (7700, 8600), (7150, 9300)], 0.1),
    "grib": ([(7150, 9300), (8000, 9500), (8950, 9300), (9700, 9150), (10500, 9500), (11050, 11100), (11400, 11000)], 0.11),
    "gwyddno": ([(7150, 9300), (6700, 10000), (6250, 10700), (6100, 11400), (6150, 12600)], 0.11),
    "mynydd": ([(5800, 6150), (6200, 7000), (6700, 8000), (7150, 9300)], 0.11),
    "llanwyn-east": ([(12200, 6600), (12900, 6700), (13400, 7200), (14300, 7350), (14600, 7500)], 0.1),
    "cefn": ([(13380, 7320), (13400, 7150), (13500, 6300), (13700, 5400), (13650, 4700), (13850, 3800), (13700, 2900),
              (13600, 1300)], 0.1),
    "west-of-wydd": ([(9290, 5440), (9280, 5600), (9250, 6300), (9420, 7000), (9480, 7700), (9520, 7880)], 0.08),
}
# reference: (English name, Welsh name, a place in it)
COMMUNITIES = {
    "CYM/01": ("Abergwaelod", "Abergwaelod", (9200, 4200)),
    "CYM/02": ("Sarn Mererid", "Sarn Mererid", (7000, 4600)),
    "CYM/03": ("Capel Mererid", "Capel Mererid", (4300, 4500)),
    "CYM/04": ("Porth Wyddno", "Porth Wyddno", (4300, 9000)),
    "CYM/05": ("Porth Seithenyn", "Porth Seithenyn", (8400, 11000)),
    "CYM/06": ("Maes-y-Groes", "Maes-y-Groes", (7800, 7200)),
    "CYM/07": ("Nant-yr-Ŵydd", "Nant-yr-Ŵydd", (10500, 6400)),
    "CYM/08": ("Llanŵyn", "Llanŵyn", (11600, 8600)),
    "CYM/09": ("Tŷ'n-y-Morfa", "Tŷ'n-y-Morfa", (12900, 4900)),
    "CYM/10": ("Cefn-y-Môr", "Cefn-y-Môr", (15200, 4600)),
}
INSET = (9560, 3040, 10520, 3900)       # west, south, east, north


class Boundaries:
    def __init__(self, land):
        chance = Chance(1974)
        district = union(_low_water(land), region([national_grid(p) for p in ESTUARY]))
        edge = lines.thin(lines.roughen(lines.curve([national_grid(p) for p in PARK_EDGE], 150), 0.11, chance, 30), 2.5)
        park = region(edge + [national_grid(p) for p in BEYOND_PARK])
        parts = overlay([district, park], lambda w: w[0] and ("park" if w[1] else "plan") or None)
        self.park, plan = parts["park"], parts["plan"]
        self.communities = _communities(plan, chance)
        self.plan = union(*self.communities.values())

    def layers(self):
        """{layer: [Feature]} and the neighbour's area."""
        plan = [area("plan-area", "Cantre'r Gwaelod plan area (illustrative)", "Ardal cynllun Cantre'r Gwaelod (enghreifftiol)",
                     self.plan, notes="The invented district to low water, without the part in the national park.",
                     notes_cy="Y dosbarth dychmygol hyd at y distyll, heb y rhan sydd yn y parc cenedlaethol.")]
        communities = []
        for ref, (en, cy, _) in COMMUNITIES.items():
            kind, kind_cy = ("Town", "Tref") if en == "Abergwaelod" else ("Community", "Cymuned")
            communities.append(area(ref, "%s %s Council" % (en, kind), "Cyngor %s %s" % (kind_cy, cy), self.communities[ref]))
        west, south, east, north = INSET
        frame = region([national_grid(p) for p in ((west, south), (east, south), (east, north), (west, north))])
        inset = [area("INSET/1", "Inset map 1: Abergwaelod town centre", "Map mewnosod 1: canol tref Abergwaelod", frame)]
        return {"plan-area": plan, "community": communities, "abergwaelod-inset": inset}

    def neighbour(self):
        return [area("GNP", "Gwaelod National Park (illustrative)", "Parc Cenedlaethol Gwaelod (enghreifftiol)", self.park)]


def _low_water(land):
    """The line of low water: far out over sands and marsh, close in under cliffs."""
    swell = Noise(52, 1300, 3)
    sheet = Raster(SHEET_WEST, SHEET_SOUTH, SHEET_WEST + SHEET_WIDTH, SHEET_SOUTH + SHEET_HEIGHT, 50)
    field = sheet.filled(lambda x, y: -land.sea_distance.at(x, y)
                         - (70 + 25 * swell(x, y) + 190 * lowness(x, y)))

    def tidy(ring):
        return lines.thin_ring(lines.curve(lines.thin_ring(ring, 10), 30, closed=True), 2.5)
    found = low_region(field, 0.0, tidy, 20000)
    return without_slivers([p for p in found if area2(p[0]) > 0], 20000)


def _communities(plan, chance):
    """The plan area cut along the borders: every face goes to the community whose place lies in it, detached pieces
    (islands, ends of rocks) to the nearest."""
    cuts = []
    for points, roughness in COMMUNITY_BORDERS.values():
        smooth = lines.curve([national_grid(p) for p in points], 140)
        cuts.append(lines.thin(lines.roughen(smooth, roughness, chance, 35), 2.0))
    outlines = [metres(polygon[0]) for polygon in plan]
    pieces = {}
    for ring in faces([ring + ring[:1] for ring in outlines] + cuts):
        shape = region(ring)
        if not contains(plan, _within(shape[0][0])):
            continue
        home = [ref for ref, (_, _, p) in COMMUNITIES.items() if contains(shape, dm([national_grid(p)])[0])]
        if len(home) > 1:
            raise ValueError("one face for several communities: %s" % home)
        if not home:
            home = [min(COMMUNITIES, key=lambda ref: min(lines.distance(p, national_grid(COMMUNITIES[ref][2])) for p in ring))]
        pieces.setdefault(home[0], []).append(shape)
    return {ref: union(*pieces[ref]) for ref in COMMUNITIES}


def _within(ring):
    """A point inside a ring, in decimetres: beside the middle of its longest side."""
    sides = sorted(zip(ring[-1:] + ring[:-1], ring), key=lambda s: -max(abs(s[0][0] - s[1][0]), abs(s[0][1] - s[1][1])))
    for (x1, y1), (x2, y2) in sides:
        size = max(abs(x2 - x1), abs(y2 - y1))
        for step in (40, 10, 3):
            p = (x1 + x2) // 2 - (y2 - y1) * step // size, (y1 + y2) // 2 + (x2 - x1) * step // size
            if contains([[ring]], p):
                return p
    raise ValueError("no point found inside a ring")
