"""The drawn background: land, water, woods, buildings, railway, roads, streets and the names of places.
Positions in the tables are metres east and north of the sheet's corner."""
from district import SETTLEMENTS
from features import Feature, area, line, point
from land import national_grid
from overlay import area2, dm
from villages import HAMLETS, VILLAGES

WATER_NAMES = {
    "afon-gwaelod": ("River Gwaelod", "Afon Gwaelod"), "nant-yr-wydd": ("Goose Brook", "Nant-yr-Ŵydd"),
    "afon-sarn": ("River Sarn", "Afon Sarn"), "nant-y-porth": ("Nant y Porth", "Nant y Porth"),
    "afon-y-garreg": ("Afon y Garreg", "Afon y Garreg"), "llyn-mererid": ("Lake Mererid", "Llyn Mererid"),
}
FEATURES = [
    ("Mererid Bay", "Bae Mererid", (6300, 2700)), ("Gwaelod Estuary", "Aber Gwaelod", (11500, 4250)),
    ("Bell Head", "Trwyn y Gloch", (2150, 9800)), ("Bell Island", "Ynys y Gloch", (1130, 9330)),
    ("Gwyddno's Island", "Ynys Wyddno", (15700, 1500)), ("Y Garreg Fach", "Y Garreg Fach", (16330, 1730)),
    ("Mynydd Gwyddno", "Mynydd Gwyddno", (5850, 8950)), ("Y Grib", "Y Grib", (14400, 11400)),
    ("Lake Mererid", "Llyn Mererid", (14720, 9800)), ("Long Sands", "Traeth Hir", (2450, 5000)),
    ("Mererid Dunes", "Twyni Mererid", (2550, 3000)), ("Mererid Point", "Trwyn Mererid", (2900, 1350)),
    ("Town Beach", "Traeth y Dref", (8700, 3420)), ("The Cob", "Y Cob", (11350, 4712)),
    ("Gwaelod Valley", "Dyffryn Gwaelod", (12250, 7250)), ("Cors y Groes", "Cors y Groes", (7800, 7450)),
    ("Gwaelod Marsh", "Morfa Gwaelod", (12350, 3600)), ("Church Rocks", "Creigiau'r Eglwys", (17100, 3050)),
    ("Gwyddno's Haven", "Hafan Wyddno", (2480, 8420)), ("Seithenyn Cove", "Cilfach Seithenyn", (8200, 11750)),
    ("Gwaelod National Park", "Parc Cenedlaethol Gwaelod", (13600, 10900)), ("North Bay", "Bae'r Gogledd", (10200, 12750)),
]


def layers(district):
    """{layer: [Feature]} of the background, in the order drawn."""
    found = {"land": [], "woodland": [], "water": []}
    for number, polygon in enumerate(district.land.region, 1):
        found["land"].append(Feature("land-%d" % number, [polygon]))
    for number, polygon in enumerate(district.woods, 1):
        found["woodland"].append(Feature("wood-%03d" % number, [polygon]))
    for key, (en, cy) in WATER_NAMES.items():
        found["water"].append(area(key, en, cy, district.water[key]))
    found["building"] = [Feature("b%04d" % number, [[_anticlockwise(dm(b.ring))]])
                         for number, b in enumerate(district.site.buildings, 1)]
    found["railway"] = [line("railway-1", district.railway, name="Cantre'r Gwaelod Railway",
                             name_cy="Rheilffordd Cantre'r Gwaelod")]
    found["street"] = _roads(district, "street", ("street", "lane"))
    found["road"] = _roads(district, "road", ("a", "b", "minor"))
    found["place-name"] = place_names()
    return found


def _anticlockwise(ring):
    return ring if area2(ring) > 0 else ring[::-1]


def _roads(district, layer, kinds):
    chosen = [r for r in district.roads if r.kind in kinds]
    return [line("%s-%04d" % (layer, number), r.line, name=r.name, name_cy=r.name_cy if r.name_cy != r.name else None,
                 **{"class": r.kind})
            for number, r in enumerate(chosen, 1)]


def places():
    """(class, English name, Welsh name, place): the town, villages, hamlets and features."""
    found = []
    for key, (en, cy) in SETTLEMENTS.items():
        at = (9350, 3950) if key == "abergwaelod" else VILLAGES[key][0][5][1]
        found.append(("town" if key == "abergwaelod" else "village", en, cy, national_grid(at)))
    found += [("hamlet", en, cy, national_grid(at)) for en, cy, at, _ in HAMLETS.values()]
    found += [("feature", en, cy, national_grid(at)) for en, cy, at in FEATURES]
    return found


def place_names():
    return [point("place-%02d" % number, at, name=en, name_cy=cy if cy != en else None, **{"class": kind})
            for number, (kind, en, cy, at) in enumerate(places(), 1)]
