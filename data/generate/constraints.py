"""Constraints made under other law: conservation areas, flood zones, protected nature, trees, listed buildings, monuments,
contaminated land. Positions in the tables are metres east and north of the sheet's corner."""
import lines
import settlements
from boundaries import COMMUNITIES
from chance import Chance, Noise, direction
from features import area, point, rough_ring
from houses import centre
from land import lowness, national_grid
from overlay import area2, intersect, overlay, region, subtract, union, without_slivers
from raster import Raster, low_region

OLD_TOWN = [(9680, 3440), (9700, 3720), (9830, 3740), (10125, 3720), (10300, 3800), (10440, 3760), (10460, 3480), (10340, 3400),
            (10330, 3160), (10120, 3150), (9900, 3160), (9830, 3400)]
SEAFRONT = [(8460, 3500), (9880, 3150), (9840, 3380), (9640, 3370), (9450, 3412), (9245, 3468), (9060, 3515), (8835, 3580),
            (8440, 3700)]
SEAFRONT_END = [(8415, 3400), (8445, 3760), (9900, 3480), (9960, 3050)]     # it goes no farther west or east
HARBOUR = [(10300, 3240), (10330, 3190), (10480, 3180), (10520, 3350), (10510, 3470), (10440, 3520), (10330, 3470)]
QUAY_ROAD = [(10110, 3680), (10330, 3900), (10200, 3930), (9950, 3700)]
# reference: English name, Welsh name, village, streets, designated
VILLAGE_AREAS = {
    "CA/3": ("Llanŵyn", "Llanŵyn", "llanwyn", {"High Street", "Church Street"}, "1984"),
    "CA/4": ("Porth Seithenyn Harbour", "Harbwr Porth Seithenyn", "porth-seithenyn",
             {"Quay Street", "Mountain Street", "Fishermen's Row"}, "1984-03"),
    "CA/5": ("Porth Wyddno", "Porth Wyddno", "porth-wyddno", {"Gwyddno Street", "Beach Lane"}, "1991-07-16"),
    "CA/6": ("Church Street, Tŷ'n-y-Morfa", "Stryd yr Eglwys, Tŷ'n-y-Morfa", "tyn-y-morfa", {"Church Street"}, "2004-02-10"),
}
ZONE_3_LEVEL, ZONE_2_LEVEL, OUT_OF_REACH = 1.5, 3.4, 9.0      # metres of the model's height
TREES = [  # kind, positions: single trees (small circles), groups, woodlands
    ("tree", [(9412, 4176), (8948, 4216), (8700, 4228), (8322, 4088), (9885, 3520), (9815, 3470), (9158, 3640), (9230, 3700),
              (8470, 4340), (9520, 4290), (12118, 8205), (12165, 7960), (12702, 4262), (3500, 8500), (7230, 4070), (9560, 4360)]),
    ("group", [(9155, 3690), (8610, 4180), (9228, 4640), (8290, 4850), (9620, 4500), (12350, 8180), (12770, 4330), (8890, 4530),
               (7120, 4080), (8440, 11090)]),
    ("woodland", [(9020, 5290), (10180, 4960), (12620, 8080), (3820, 8600), (13230, 4680)]),
]
MONUMENTS = {  # reference: English name, Welsh name, position, radius, scheduled
    "SM/01": ("Abergwaelod Castle", "Castell Abergwaelod", (10195, 3135), 44, "1923-05-21"),
    "SM/02": ("Caer Wyddno hillfort", "Bryngaer Caer Wyddno", (6330, 9930), 92, "1926"),
    "SM/03": ("Maen y Gloch standing stone", "Maen hir Maen y Gloch", (4310, 9560), 9, "1938-11"),
    "SM/04": ("Ynys y Gloch chapel", "Capel Ynys y Gloch", (1180, 9280), 26, "1951-08-03"),
    "SM/05": ("Bryn Haf burial chamber", "Siambr gladdu Bryn Haf", (9610, 6120), 14, "1962-02-14"),
    "SM/06": ("Llanŵyn packhorse bridge", "Pont y Pynfarch, Llanŵyn", (12238, 8108), 13, "1949"),
    "SM/07": ("Cefn-y-Môr lead mine", "Gwaith plwm Cefn-y-Môr", (15620, 5120), 75, "1988-09-30"),
}
CONTAMINATED = {  # outline, English name, Welsh name, determined
    "CL/01": ("Former gasworks, Station Yard", "Hen waith nwy, Iard yr Orsaf", 
              [(9960, 3955), (10080, 4020), (10120, 4110), (10020, 4125), (9930, 4060)], "2006-04"),
    "CL/02": ("Former tip, Dyke Walk", "Hen domen, Llwybr y Morglawdd", 
              [(10620, 4570), (10700, 4610), (10790, 4660), (10760, 4690), (10650, 4620)], "2009-11-03"),
    "CL/03": ("Former tannery, Mill Lane", "Hen danerdy, Lôn y Felin", 
              [(8565, 4195), (8610, 4205), (8618, 4120), (8570, 4110)], "2011-01-20"),
    "CL/04": ("Former goods yard, Tŷ'n-y-Morfa", "Hen iard nwyddau, Tŷ'n-y-Morfa", 
              [(12440, 4660), (12540, 4665), (12570, 4720), (12460, 4710)], "2014-06-12"),
}
LISTED = [  # position, English name, Welsh name, grade, listed
    ((10195, 3135), "Abergwaelod Castle", "Castell Abergwaelod", "I", "1952-09-23"),
    ((9849, 3506), "Church of St Gwyddno", "Eglwys Sant Gwyddno", "I", "1952-09-23"),
    ((10072, 3455), "Market Hall", "Neuadd y Farchnad", "II*", "1952-09-23"),
    ((9905, 3395), "Seion Chapel", "Capel Seion", "II", "1976-03-05"),
    ((10290, 3350), "The Old Custom House", "Yr Hen Dollty", "II*", "1952-09-23"),
    ((10240, 3402), "The Bell Inn", "Tafarn y Gloch", "II", "1976-03-05"),
    ((10000, 3430), "National Bank", "Y Banc Cenedlaethol", "II", "1983"),
    ((10110, 3300), "Castle House", "Tŷ'r Castell", "II", "1976-03-05"),
    ((10230, 3220), "Pilots' House", "Tŷ'r Peilotiaid", "II", "1983"),
    ((10400, 3560), "Net Loft", "Llofft y Rhwydi", "II", "1997-10-17"),
    ((9040, 3420), "Pier Hotel", "Gwesty'r Pier", "II", "1989-04-12"),
    ((9012, 3392), "Pier Pavilion", "Pafiliwn y Pier", "II", "1989-04-12"),
    ((9240, 3380), "Gwyddno Terrace", "Rhes Gwyddno", "II", "1989-04-12"),
    ((9690, 3838), "Abergwaelod Station", "Gorsaf Abergwaelod", "II", "1995"),
    ((12073, 8210), "Church of St Mererid", "Eglwys Santes Fererid", "II*", "1966-11-28"),
    ((12210, 7990), "Mill House, Llanŵyn", "Tŷ'r Felin, Llanŵyn", "II", "1966-11-28"),
    ((12290, 8230), "The Goose Inn", "Tafarn yr Ŵydd", "II", "1998-02"),
    ((8138, 11281), "Church of St Seithenyn", "Eglwys Sant Seithenyn", "II", "1967-01-19"),
    ((8120, 11400), "Harbour Master's House", "Tŷ'r Harbwrfeistr", "II", "1967-01-19"),
    ((3485, 8482), "Church of St Gwyddno, Porth Wyddno", "Eglwys Sant Gwyddno, Porth Wyddno", "II", "1968-05-30"),
    ((12680, 4228), "Church of the Marsh", "Eglwys y Morfa", "II*", "1966-11-28"),
    ((1100, 9350), "Ynys y Gloch Lighthouse", "Goleudy Ynys y Gloch", "II", "1999-08-11"),
    ((7112, 4042), "Bethania Chapel, Sarn Mererid", "Capel Bethania, Sarn Mererid", "II", "2001-03-27"),
]
CA_PAGE, TPO_PAGE = "https://example.org/conservation-areas/", "https://example.org/tpo/"


def layers(district, boundaries):
    """{layer: [Feature]} of the constraints, and the coverage of the contaminated land register."""
    plan = boundaries.plan
    found = {
        "listed-building": _listed(district),
        "scheduled-monument": _monuments(district),
        "conservation-area": _conservation_areas(district),
        "tree-preservation-zone": _trees(district),
        "sssi": _nature(district, plan),
        "contaminated-land": [area(ref, en, cy, intersect(region([national_grid(p) for p in points]), district.land.region),
                                   policies="DP/5", start_date=date)
                              for ref, (en, cy, points, date) in CONTAMINATED.items()],
    }
    found.update(_flood_zones(district, boundaries))
    inspected = union(boundaries.communities["CYM/01"], boundaries.communities["CYM/09"])
    coverage = [area("CL-COVERAGE", "Communities inspected so far: Abergwaelod and Tŷ'n-y-Morfa",
                     "Cymunedau a arolygwyd hyd yma: Abergwaelod a Thŷ'n-y-Morfa", inspected)]
    return found, coverage


def _conservation_areas(district):
    old = union(settlements.block_union(district, [national_grid(p) for p in OLD_TOWN]),
                region([national_grid(p) for p in HARBOUR]),
                [p for g in district.grounds if g.reference == "OS/08" for p in g.shape])
    front = union(settlements.block_union(district, [national_grid(p) for p in SEAFRONT]),
                  [p for g in district.grounds if g.reference == "OS/07" for p in g.shape], _promenade(district))
    front = intersect(front, region([national_grid(p) for p in SEAFRONT_END]))
    parts = overlay([old, front, district.land.region],
                    lambda w: ("old" if w[0] else "front" if w[1] and w[2] else None))
    found = [
        area("CA/1", "Abergwaelod Old Town and Harbour", "Hen Dref a Harbwr Abergwaelod", without_slivers(parts["old"], 300),
             policies="CTH/2", start_date="1972-11-08", documentation_url=CA_PAGE + "#CA-1"),
        area("CA/2", "Abergwaelod Seafront", "Glan y Môr Abergwaelod", without_slivers(parts["front"], 300), policies="CTH/2",
             start_date="1979-05", documentation_url=CA_PAGE + "#CA-2"),
    ]
    for ref, (en, cy, place, streets, date) in VILLAGE_AREAS.items():
        found.append(area(ref, en, cy, settlements.built_along(district, streets, place), policies="CTH/2", start_date=date,
                          documentation_url=CA_PAGE + "#" + ref.replace("/", "-")))
    quay = subtract(settlements.block_union(district, [national_grid(p) for p in QUAY_ROAD]), old)
    found.append(area("CA/7", "Quay Road, Abergwaelod", "Ffordd y Cei, Abergwaelod", quay, policies="CTH/2", start_date="1984-03",
                      end_date="2009-12-01", notes="Cancelled on 1 December 2009.", notes_cy="Diddymwyd ar 1 Rhagfyr 2009."))
    return found


def _promenade(district):
    """The road itself with its seaward pavement, between the lawns and the terraces."""
    road = [r for r in district.roads if r.name == "Promenade"][0]
    total = lines.length(road.line)
    stretch = lines.part(road.line, 430, total)
    return region(lines.offset(stretch, 1.0) + lines.offset(stretch, -8.0)[::-1])


def _flood_zones(district, boundaries):
    """Zone 3 lies in zone 2 and both end at the coast. Each community's part is an area of its own; parts that meet share
    their border."""
    land, swell = district.land, Noise(2001, 320, 3)

    def depth(x, y):
        """Height where water can come: near low shores and running water; elsewhere out of reach."""
        sea, river, flat = land.sea_distance.at(x, y), land.river_distance.at(x, y), lowness(x, y)
        if sea <= 0:
            return 0.0 if flat > 0 else OUT_OF_REACH
        if flat <= 0 and (river > 110 or sea < 60 < river):
            return OUT_OF_REACH
        return land.height(x, y) * (1 + 0.45 * swell(x, y)) + (river * 0.022 if flat <= 0 else 0.0)

    heights = Raster(231500, 302900, 249000, 315000, 25).filled(depth)
    zones = []
    for level in (ZONE_2_LEVEL, ZONE_3_LEVEL):
        found = low_region(heights, level, _smoothed, 1500)
        zones.append(union([p for p in found if area2(p[0]) > 0 or -area2(p[0]) > 200 * 4000]))
    references = list(COMMUNITIES)
    operands = zones + [land.region] + [boundaries.communities[ref] for ref in references]
    layers_found = {}
    for number, policy in ((3, "NTE/7"), (2, "NTE/8")):
        def part_of(w, number=number):
            wet = w[0] and w[2] and any(w[3:]) and (number == 2 or w[1])
            return references[w[3:].index(True)] if wet else None
        found = []
        for ref, shape in overlay(operands, part_of).items():
            shape = without_slivers(shape, 900)
            if shape:
                en, cy, _ = COMMUNITIES[ref]
                found.append(area("FZ%d/%s" % (number, ref[-2:]), "%s: flood zone %d" % (en, number),
                                  "%s: parth llifogydd %d" % (cy, number), shape, policies=policy, flood_risk_level=str(number), flood_risk_type="river and sea"))
        layers_found["flood-zone-%d" % number] = found
    return layers_found


def _smoothed(ring):
    return lines.thin_ring(lines.curve(lines.thin_ring(ring, 5.0), 20, closed=True), 1.2)


NATURE = {
    "SSSI/1": ("Gwaelod Estuary and Marsh", "Aber a Morfa Gwaelod", "1961",
               [(10560, 3080), (10800, 2990), (11250, 3250), (11900, 3480), (12380, 3850), (12560, 4150), (12330, 4400), (12020, 4560),
                (11880, 4660), (11340, 4690), (10920, 4690), (10500, 4640), (10250, 4300), (10250, 3700), (10480, 3640), (10530, 3500)]),
    "SSSI/2": ("Mererid Dunes", "Twyni Mererid", "1983-10-04",
               [(1750, 6900), (1750, 3000), (2100, 1500), (2900, 850), (3500, 1000), (3350, 1500), (2900, 1750), (2650, 2400),
                (2560, 3300), (2620, 4300), (2560, 5200), (2750, 6000), (2850, 6700), (2700, 7000)]),
    "SSSI/3": ("Gwyddno Cliffs", "Clogwyni Gwyddno", "1979",
               [(1700, 9350), (2150, 10250), (3000, 10900), (4300, 11500), (5200, 11350), (5900, 11900), (6700, 12050), (6850, 11700),
                (6000, 11500), (5300, 11000), (4300, 11080), (3700, 10600), (2950, 10480), (2350, 9900), (2150, 9500)]),
    "SSSI/4": ("Cors y Groes", "Cors y Groes", "1986-07",
               [(7350, 7300), (7800, 7180), (8150, 7350), (8300, 7650), (8050, 7900), (7650, 7850), (7300, 7650)]),
    "SSSI/5": ("Ynys y Gloch", "Ynys y Gloch", "1958",
               [(700, 9100), (1000, 8950), (1500, 9150), (1600, 9500), (1250, 9700), (800, 9500)]),
}
TOWN_BANK = [(9900, 2900), (10700, 2900), (11400, 4800), (9900, 4800)]      # on this side the site ends at the shore
CORS_ISLAND = [(7680, 7480), (7790, 7440), (7880, 7520), (7830, 7640), (7720, 7630)]


def _nature(district, plan):
    chance, found = Chance(1949), []
    for ref, (en, cy, date, points) in NATURE.items():
        shape = region(rough_ring([national_grid(p) for p in points], chance, 0.14, 30, 2.5, 170))
        if ref == "SSSI/4":
            shape = subtract(shape, region(rough_ring([national_grid(p) for p in CORS_ISLAND], chance)))
        if ref == "SSSI/1":
            town_bank = region([national_grid(p) for p in TOWN_BANK])
            shape = subtract(shape, intersect(district.land.region, town_bank))
        shape = without_slivers(intersect(shape, plan), 2000)
        found.append(area(ref, en, cy, shape, policies="NTE/1", start_date=date))
    return found


def _trees(district):
    chance, found = Chance(1990), []
    for kind, places in TREES:
        for position in places:
            x, y = national_grid(position)
            number = len(found) + 1
            if kind == "tree":
                radius = chance.between(4.0, 6.5)
                ring = [(x + radius * c, y + radius * s) for c, s in (direction(k / 16) for k in range(16))]
            else:
                size = chance.between(14, 30) if kind == "group" else chance.between(55, 95)
                corners = [(x + size * chance.between(0.6, 1.4) * c, y + size * chance.between(0.5, 1.1) * s)
                           for c, s in (direction(k / 9) for k in range(9))]
                ring = lines.thin_ring(lines.curve(corners, 7, closed=True), 0.7)
            year = str(1962 + number * 2 - (number % 3))
            date = {0: year, 1: year + "-04", 2: year + "-10-11"}[number % 3]
            shape = intersect(region(ring), district.land.region)
            end = "2016-05-12" if number == 7 else None
            en, cy = TREE_WORDS[kind]
            found.append(area("TPO/%s/%d" % (year, number), "%s, order of %s" % (en, year),
                              "%s, gorchymyn %s" % (cy, year), shape, policies="NTE/5", start_date=date, end_date=end, notes="Revoked on 12 May 2016." if end else None,
                              notes_cy="Diddymwyd ar 12 Mai 2016." if end else None,
                              document_url=TPO_PAGE + "%s-%d.pdf" % (year, number)))
    return found


TREE_WORDS = {"tree": ("Single tree", "Coeden unigol"), "group": ("Group of trees", "Grŵp o goed"),
              "woodland": ("Woodland", "Coetir")}


def _monuments(district):
    chance, found = Chance(1913), []
    for ref, (en, cy, position, radius, date) in MONUMENTS.items():
        x, y = national_grid(position)
        corners = [(x + radius * chance.between(0.85, 1.15) * c, y + radius * chance.between(0.8, 1.05) * s)
                   for c, s in (direction(k / 14) for k in range(14))]
        ring = lines.curve(corners, max(3.0, radius / 8), closed=True)
        shape = intersect(region(lines.thin_ring(ring, 0.5)), district.land.region)
        found.append(area(ref, en, cy, shape, policies="CTH/4", start_date=date))
    return found


def _listed(district):
    """Each on the building nearest to where it should be."""
    found, taken = [], set()
    for number, (position, en, cy, grade, date) in enumerate(LISTED, 1):
        wanted = national_grid(position)
        choice = min((b for b in district.site.buildings if id(b) not in taken and b.use not in ("barn", "caravan")),
                     key=lambda b: (lines.distance(centre(b.ring), wanted), b.ring))
        taken.add(id(choice))
        found.append(point("LB/%05d" % (82000 + number * 7), centre(choice.ring), name=en, name_cy=cy,
                           listed_building_grade=grade, policies="CTH/3", start_date=date))
    return found
