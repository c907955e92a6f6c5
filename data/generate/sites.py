"""Land set aside before anything is built: allocations, open spaces and grounds, outlined by hand.
An outline runs along or across the streets beside it; the width of the streets is taken off afterwards. A single point
stands for the block between streets in which it lies. Positions are metres east and north of the sheet's corner."""
from dataclasses import dataclass
from math import sqrt

import overlay
from land import national_grid
from overlay import dm, intersect, metres, region, subtract, union, without_slivers

VERGE = 1.2         # metres between the edge of a road and the land beside it


@dataclass
class Ground:
    """A piece of land with a use. `rings` in metres (one or more pieces), `shape` in decimetres."""
    layer: str
    reference: str
    name: str
    name_cy: str
    rings: list
    shape: list
    more: dict


# layer, reference, English name, Welsh name, outline or point(s), further attributes
ALLOCATIONS = [
    ("housing-allocation", "ABE/H1", "Land west of Gwyddno Road, Abergwaelod", "Tir i'r gorllewin o Ffordd Gwyddno, Abergwaelod",
     [(7985, 4205), (8082, 4294), (8232, 4404), (8120, 4525), (7990, 4500), (7905, 4395), (7880, 4290), (7905, 4252)],
     {"homes": 95}),
    ("housing-allocation", "ABE/H2", "Land north of Hill Road, Abergwaelod", "Tir i'r gogledd o Heol y Bryn, Abergwaelod",
     [(9165, 5000), (9330, 5050), (9455, 5090), (9440, 5170), (9405, 5330), (9290, 5345), (9210, 5270), (9130, 5240),
      (9075, 5110)], {"homes": 120}),
    ("housing-allocation", "ABE/H3", "Land at Ffordd y Plas, Abergwaelod", "Tir ger Ffordd y Plas, Abergwaelod",
     [(9510, 4900), (9690, 4890), (9800, 4780), (9905, 4745), (9960, 4870), (9930, 4985), (9790, 5010), (9720, 5120),
      (9590, 5150), (9445, 5120)], {"homes": 140}),
    ("housing-allocation", "SAR/H1", "Land at Cae'r Ffynnon, Sarn Mererid", "Tir yng Nghae'r Ffynnon, Sarn Mererid",
     [(7225, 4262), (7330, 4180), (7352, 4232), (7460, 4260), (7470, 4318), (7350, 4345), (7252, 4368)], {"homes": 30}),
    ("housing-allocation", "TYM/H1", "Land east of Tan-y-Bryn, Tŷ'n-y-Morfa", "Tir i'r dwyrain o Dan-y-Bryn, Tŷ'n-y-Morfa",
     [(12980, 4610), (13080, 4560), (13060, 4425), (13160, 4450), (13195, 4530), (13170, 4640), (13060, 4690)],
     {"homes": 45}),
    ("housing-allocation", "LLW/H1", "Land at Erw Deg, Llanŵyn", "Tir yn Erw Deg, Llanŵyn",
     [(12130, 8300), (12030, 8330), (11985, 8405), (12060, 8440), (12150, 8425), (12215, 8405), (12225, 8362), (12160, 8345)],
     {"homes": 28}),
    ("housing-allocation", "POS/H1", "Land behind Maes Seithenyn, Porth Seithenyn", "Tir y tu ôl i Faes Seithenyn, Porth Seithenyn",
     [(8505, 11090), (8600, 11115), (8640, 11230), (8580, 11330), (8460, 11330), (8440, 11270), (8500, 11200)],
     {"homes": 34}),
    ("housing-allocation", "POW/H1", "Land off Chapel Row, Porth Wyddno", "Tir ger Rhes y Capel, Porth Wyddno",
     [(3560, 8440), (3690, 8430), (3720, 8340), (3650, 8290), (3545, 8300), (3520, 8380)], {"homes": 22}),
    ("employment-allocation", "ABE/E1", "Cob Business Park, Abergwaelod", "Parc Busnes y Cob, Abergwaelod",
     [(10345, 4545), (10640, 4700), (10780, 4735), (10840, 4860), (10800, 4990), (10640, 5010), (10480, 4960), (10340, 4860),
      (10290, 4700), (10290, 4620)], {"use-classes": "B1;B2;B8"}),
    ("employment-allocation", "ABE/E2", "Estuary Industrial Estate, Abergwaelod", "Stad Ddiwydiannol yr Aber, Abergwaelod",
     [(10300, 4335), (10235, 4420), (10350, 4545), (10560, 4655), (10615, 4600), (10500, 4500), (10400, 4355), (10345, 4290)],
     {"use-classes": "B2;B8"}),
    ("employment-allocation", "TYM/E1", "Land at the Station, Tŷ'n-y-Morfa", "Tir yr Orsaf, Tŷ'n-y-Morfa",
     [(12430, 4600), (12560, 4640), (12600, 4690), (12650, 4760), (12600, 4785), (12450, 4728), (12390, 4660)],
     {"use-classes": "B1;B2"}),
    ("mixed-use-allocation", "ABE/M1", "Station Yard, Abergwaelod", "Iard yr Orsaf, Abergwaelod",
     [(9740, 3855), (9950, 3905), (10165, 4045), (10290, 4200), (10325, 4265), (10290, 4335), (10235, 4420), (10040, 4330),
      (9880, 4255), (9720, 4180), (9700, 4060), (9700, 3950)], {"homes": 110}),
    ("mixed-use-allocation", "ABE/M2", "North Quay, Abergwaelod", "Cei'r Gogledd, Abergwaelod",
     [(10335, 3885), (10440, 3800), (10500, 3830), (10510, 3960), (10470, 4150), (10390, 4190), (10345, 4180), (10255, 4090),
      (10330, 4030)], {"homes": 60}),
]
EMERGING = [
    ("rldp-housing-allocation", "RLDP/ABE/1", "Land north of Penrhos Road, Abergwaelod",
     "Tir i'r gogledd o Ffordd Penrhos, Abergwaelod",
     [(8560, 4880), (8740, 4912), (8900, 4880), (8930, 4960), (8800, 5130), (8700, 5270), (8590, 5290), (8520, 5180),
      (8410, 5120), (8400, 4960), (8480, 4890)], {"homes": 210}),
    ("rldp-housing-allocation", "RLDP/ABE/2", "Land between Abergwaelod and Sarn Mererid",
     "Tir rhwng Abergwaelod a Sarn Mererid",
     [(7915, 3990), (7905, 4190), (7890, 4226), (7752, 4262), (7725, 4150), (7735, 4035)], {"homes": 85}),
    ("rldp-housing-allocation", "RLDP/TYM/1", "Land south of Marsh Road, Tŷ'n-y-Morfa",
     "Tir i'r de o Ffordd y Morfa, Tŷ'n-y-Morfa",
     [(13060, 4405), (13200, 4450), (13330, 4500), (13350, 4380), (13230, 4270), (13100, 4330)], {"homes": 60}),
    ("rldp-housing-allocation", "RLDP/LLW/1", "Land at Bryn Ŵyn, Llanŵyn", "Tir ym Mryn Ŵyn, Llanŵyn",
     [(12440, 7860), (12560, 7890), (12590, 7960), (12680, 7950), (12700, 7840), (12600, 7790), (12460, 7800)], {"homes": 40}),
]
OPEN_SPACES = [
    ("OS/01", "Mererid Park", "Parc Mererid", [(9190, 3673)]),
    ("OS/02", "Mill Lane Recreation Ground", "Maes Chwarae Lôn y Felin", [(8558, 4147)]),
    ("OS/03", "Hill Park", "Parc y Bryn", [(9218, 4608)]),
    ("OS/04", "Seafront Gardens", "Gerddi Glan-y-Môr", [(9317, 3388)]),
    ("OS/05", "West Shore Park", "Parc y Traeth",
     [(8010, 3705), (8240, 3880), (8330, 3855), (8375, 3765), (8420, 3690), (8300, 3655), (8300, 3620)]),
    ("OS/06", "Railway Allotments", "Rhandiroedd y Rheilffordd", [(9164, 3820)]),
    ("OS/07", "Promenade Lawns", "Lawntiau'r Promenâd",
     [(8420, 3566), (8812, 3458), (9000, 3404), (9000, 3388), (8810, 3438), (8420, 3546)]),
    ("OS/08", "Castle Green", "Lawnt y Castell",
     [(9990, 3160), (10040, 3153), (10120, 3172), (10215, 3188), (10292, 3222), (10345, 3215), (10310, 3125), (10180, 3082),
      (10060, 3100)]),
    ("OS/09", "Penrhos Cemetery", "Mynwent Penrhos",
     [(8240, 4745), (8335, 4775), (8410, 4760), (8425, 4870), (8390, 4940), (8260, 4950), (8190, 4850)]),
    ("OS/10", "School Fields, Ysgol y Bryn", "Caeau Ysgol y Bryn", [(9653, 4546)]),
    ("OS/11", "St Gwyddno's Churchyard", "Mynwent Eglwys Sant Gwyddno", [(9849, 3496)]),
    ("OS/12", "Penrhos Play Area", "Man Chwarae Penrhos", [(8567, 4640)]),
    ("OS/13", "Village Green, Sarn Mererid", "Lawnt y Pentref, Sarn Mererid",
     [(7165, 4055), (7180, 4130), (7300, 4100), (7330, 4040), (7260, 3975), (7160, 3970)]),
    ("OS/14", "Marsh Playing Field, Tŷ'n-y-Morfa", "Cae Chwarae'r Morfa, Tŷ'n-y-Morfa",
     [(12590, 4360), (12640, 4440), (12820, 4400), (12830, 4320), (12810, 4240), (12660, 4265), (12600, 4310)]),
    ("OS/15", "Village Field, Llanŵyn", "Cae'r Pentref, Llanŵyn",
     [(12060, 8120), (12155, 8135), (12190, 8105), (12110, 8020), (12050, 8040)]),
    ("OS/16", "Harbour Green, Porth Seithenyn", "Lawnt yr Harbwr, Porth Seithenyn",
     [(8225, 11270), (8300, 11330), (8370, 11420), (8320, 11455), (8220, 11420), (8205, 11340)]),
    ("OS/17", "Beach Field, Porth Wyddno", "Cae'r Traeth, Porth Wyddno",
     [(3300, 8410), (3420, 8395), (3430, 8310), (3350, 8300), (3290, 8340)]),
    ("OS/18", "Dyke Walk, Abergwaelod", "Llwybr y Morglawdd, Abergwaelod",
     [(10560, 4500), (10640, 4600), (10760, 4690), (10860, 4700), (10850, 4660), (10720, 4590), (10620, 4480)]),
]
# Grounds kept free of houses that are no policy area: hospital, station, schools, churches, the fort on the hill.
GROUNDS = [
    [(9564, 4317)], [(9777, 3774)], [(8876, 4488)],
    [(9600, 3800), (9600, 3850), (9740, 3860), (9745, 3815)],
    [(12640, 4270), (12700, 4250), (12720, 4200), (12640, 4190)],
    [(12030, 8180), (12115, 8185), (12110, 8235), (12030, 8235)],
    [(7160, 4070), (7135, 4010), (7090, 4010), (7100, 4080)],
    [(8110, 11250), (8170, 11255), (8165, 11310), (8105, 11305)],
    [(3450, 8440), (3520, 8460), (3510, 8530), (3460, 8530)],
]


def reserved_points():
    """The points whose blocks are set aside, in metres of the National Grid."""
    outlines = [row[4] for row in ALLOCATIONS + EMERGING] + [row[3] for row in OPEN_SPACES] + GROUNDS
    return [national_grid(p) for outline in outlines if len(outline) < 3 for p in outline]


def ground(layer, reference, name, name_cy, outline, more, blocks, roads, land):
    """One piece of land: its outline or its blocks, less the streets and the sea."""
    if len(outline) < 3:
        rings = [ring for p in outline for ring, _ in blocks if overlay.contains(region(ring), dm([national_grid(p)])[0])]
        if len(rings) != len(outline):
            raise ValueError("no block at the point of " + reference)
    else:
        rings = [[national_grid(p) for p in outline]]
    shape = union(*(region(ring) for ring in rings))
    shape = subtract(shape, corridors(roads, shape, VERGE))
    shape = largest(intersect(shape, land.region)) if layer else shape
    return Ground(layer, reference, name, name_cy, [metres(p[0]) for p in shape], shape, more)


def largest(shape):
    """The largest polygon of a region, without specks of holes."""
    return without_slivers(shape[:1], 20)


def corridors(roads, shape, verge):
    """The ground taken by the roads in and beside a region."""
    xs = [x for polygon in shape for x, _ in polygon[0]]
    ys = [y for polygon in shape for _, y in polygon[0]]
    west, south, east, north = min(xs) / 10 - 20, min(ys) / 10 - 20, max(xs) / 10 + 20, max(ys) / 10 + 20
    pieces = []
    for road in roads:
        half = road.half_width() + verge
        for a, b in zip(road.line, road.line[1:]):
            if max(a[0], b[0]) < west or min(a[0], b[0]) > east or max(a[1], b[1]) < south or min(a[1], b[1]) > north:
                continue
            pieces.append(around(a, b, half))
    return union(*(region(ring) for ring in pieces)) if pieces else []


def around(a, b, half):
    """A ring round a segment: a box with its ends pointed, so that the boxes of a bending road overlap."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    size = sqrt(dx * dx + dy * dy) or 1.0
    ux, uy = dx / size * half, dy / size * half
    return [(a[0] - uy, a[1] + ux), (a[0] - ux, a[1] - uy), (a[0] + uy, a[1] - ux),
            (b[0] + uy, b[1] - ux), (b[0] + ux, b[1] + uy), (b[0] - uy, b[1] + ux)]


def lay_out(blocks, roads, land):
    """Every piece of land set aside, in the order of the tables."""
    found = [ground(*row, blocks, roads, land) for row in ALLOCATIONS + EMERGING]
    found += [ground("open-space", *row[:3], row[3], {}, blocks, roads, land) for row in OPEN_SPACES]
    found += [ground(None, "", "", "", outline, {}, blocks, roads, land) for outline in GROUNDS]
    return found
