"""Abergwaelod: its main streets by hand, the streets between them by cutting blocks.
Positions in the tables are metres east and north of the south-west corner of the sheet."""
import lines
from blocks import ESTATE, OLD_TOWN, SEMIS, TERRACES, VILLAS, divide, faces, share_corners
from chance import Chance
from land import national_grid
from roads import Road, meet

# kind, how built, sides, English name, Welsh name, points
MAIN_STREETS = [
    ("minor", "seafront", "left", "Promenade", "Rhodfa'r Môr",
     [(8010, 3700), (8409, 3582), (8810, 3472), (9209, 3364), (9600, 3272), (9810, 3222)]),
    ("street", "old", "left", "Glan-y-Môr", "Glan-y-Môr", [(9810, 3222), (9930, 3195), (10040, 3165), (10120, 3185)]),
    ("street", "old", "both", "Castle Street", "Stryd y Castell", [(10120, 3185), (10095, 3255), (10075, 3330), (10060, 3405)]),
    ("street", "old", "left", "Harbour Street", "Stryd yr Harbwr",
     [(10120, 3185), (10215, 3200), (10290, 3235), (10305, 3300), (10312, 3380), (10330, 3470), (10420, 3530), (10446, 3640),
      (10440, 3800), (10330, 3880)]),
    ("b", "old", "both", "High Street", "Stryd Fawr",
     [(10312, 3380), (10200, 3392), (10060, 3405), (9950, 3430), (9830, 3442), (9700, 3462)]),
    ("b", "terrace", "both", "Mererid Road", "Ffordd Mererid",
     [(9700, 3462), (9450, 3508), (9200, 3570), (8850, 3665), (8500, 3790), (8240, 3880), (7950, 3965)]),
    ("a", "terrace", "both", "Station Road", "Ffordd yr Orsaf",
     [(9700, 3462), (9688, 3600), (9672, 3740), (9668, 3830), (9680, 3920), (9700, 4060), (9720, 4180)]),
    ("street", "old", "both", "Church Street", "Stryd yr Eglwys",
     [(9950, 3430), (9972, 3490), (9965, 3560), (9915, 3660), (9830, 3725), (9672, 3740)]),
    ("street", "old", "both", "Market Street", "Stryd y Farchnad",
     [(10060, 3405), (10100, 3500), (10150, 3600), (10125, 3690), (10030, 3700), (9915, 3660)]),
    ("street", "old", "both", "Chapel Street", "Stryd y Capel", [(9830, 3442), (9850, 3350), (9885, 3290), (9930, 3195)]),
    ("street", "old", "both", "Boat Lane", "Lôn y Bad", [(10200, 3392), (10190, 3320), (10225, 3260), (10215, 3200)]),
    ("street", "old", "both", "Back Street", "Stryd Gefn",
     [(9850, 3350), (9960, 3325), (10075, 3330), (10190, 3320), (10305, 3300)]),
    ("street", "old", "both", "New Street", "Stryd Newydd", [(9972, 3490), (10100, 3500), (10215, 3470), (10330, 3470)]),
    ("street", "old", "both", "The Ropewalk", "Rhodfa'r Rhaffwyr", [(10150, 3600), (10280, 3575), (10432, 3570)]),
    ("street", "terrace", "both", "Quay Road", "Ffordd y Cei", [(10125, 3690), (10240, 3770), (10330, 3880)]),
    ("street", "terrace", "both", "Gwyddno Street", "Stryd Gwyddno",
     [(8330, 3855), (8440, 3690), (8835, 3572), (9060, 3510), (9245, 3460), (9450, 3405), (9640, 3362), (9850, 3350)]),
    ("minor", "villa", "both", "Gwyddno Road", "Ffordd Gwyddno",
     [(9720, 4180), (9480, 4212), (9210, 4300), (9000, 4335), (8760, 4425), (8480, 4450), (8230, 4400), (8080, 4290),
      (7985, 4200), (7950, 3965)]),
    ("street", "semi", "both", "Hill Road", "Heol y Bryn",
     [(9000, 4335), (8990, 4480), (8930, 4640), (8950, 4800), (9080, 4890), (9160, 5000), (9330, 5050), (9455, 5090)]),
    ("street", "semi", "both", "Penrhos Road", "Ffordd Penrhos",
     [(8480, 4450), (8510, 4590), (8440, 4740), (8560, 4850), (8740, 4880), (8950, 4800)]),
    ("street", "semi", "both", "Ffordd y Plas", "Ffordd y Plas",
     [(10040, 4330), (10080, 4470), (10030, 4620), (9930, 4730), (9800, 4780), (9690, 4890), (9510, 4900)]),
    ("street", "shed", "both", "Cob Business Park", "Parc Busnes y Cob",
     [(10350, 4545), (10370, 4690), (10480, 4830), (10700, 4905)]),
    ("street", "shed", "both", "Estuary Way", "Ffordd yr Aber", [(10320, 4527), (10345, 4440), (10440, 4500), (10530, 4580)]),
    ("street", "terrace", "both", "Pier Street", "Stryd y Pier", [(9030, 3412), (9060, 3510), (9090, 3598)]),
    ("street", "terrace", "both", "Mill Lane", "Lôn y Felin",
     [(8500, 3790), (8560, 3920), (8640, 4060), (8600, 4250), (8560, 4440)]),
    ("street", "terrace", "both", "Bridge Street", "Stryd y Bont",
     [(9200, 3570), (9230, 3720), (9250, 3860), (9310, 4060), (9400, 4235)]),
]
# Lines that bound blocks without being streets: the railway, the back of the shore, the hedges where building stopped.
EDGES = [
    [(8010, 3700), (8240, 3880)], [(10330, 3880), (10330, 4060), (10180, 4030)],
    [(8230, 4400), (8120, 4530), (8200, 4590), (8180, 4720), (8330, 4760), (8440, 4740)],
    [(9930, 4730), (10010, 4800), (10130, 4770), (10260, 4610), (10200, 4440)],
]
RAILWAY_EDGE = [(7980, 4222), (8500, 4080), (8950, 3930), (9350, 3845), (9650, 3830), (9950, 3890), (10180, 4030), (10340, 4230),
                (10500, 4470), (10600, 4560)]

# A place in each quarter that is cut into blocks, how it is cut and how it is built.
QUARTERS = [
    ((8700, 3570), TERRACES, "terrace"), ((8700, 3660), TERRACES, "terrace"), ((9400, 3370), TERRACES, "terrace"),
    ((9400, 3460), TERRACES, "terrace"), ((9800, 3400), OLD_TOWN, "old"), ((9800, 3290), OLD_TOWN, "old"),
    ((9960, 3260), OLD_TOWN, "old"), ((9960, 3380), OLD_TOWN, "old"), ((10140, 3250), OLD_TOWN, "old"),
    ((10130, 3360), OLD_TOWN, "old"), ((10260, 3250), OLD_TOWN, "old"), ((10250, 3350), OLD_TOWN, "old"),
    ((10200, 3430), OLD_TOWN, "old"), ((10010, 3450), OLD_TOWN, "old"), ((10030, 3600), OLD_TOWN, "old"),
    ((10250, 3530), OLD_TOWN, "old"), ((10280, 3680), OLD_TOWN, "old"), ((9820, 3600), OLD_TOWN, "old"),
    ((8850, 3800), VILLAS, "villa"), ((9450, 3680), TERRACES, "terrace"), ((8280, 4030), VILLAS, "villa"),
    ((8850, 4150), VILLAS, "villa"), ((9550, 4030), TERRACES, "terrace"), ((9120, 4100), VILLAS, "villa"),
    ((8350, 4250), SEMIS, "semi"), ((9300, 4600), SEMIS, "semi"), ((8780, 4600), ESTATE, "estate"),
    ((9800, 4560), SEMIS, "semi"), ((10050, 3850), TERRACES, "terrace"), ((8350, 4600), ESTATE, "estate"),
    ((10130, 4600), ESTATE, "estate"),
]
DRAWN_BACK = 13.0       # metres


def lay_out(country_roads, reserved):
    """The streets of the town and its blocks: ([Road], [(ring, how built)]). No cul-de-sac enters a block with one of the
    `reserved` points in it."""
    streets = [Road(lines.thin(lines.curve([national_grid(p) for p in points], 20), 0.4), kind, en, cy, built, "abergwaelod", sides)
               for kind, built, sides, en, cy, points in MAIN_STREETS]
    meet(streets + country_roads)
    edges = [[national_grid(p) for p in edge] for edge in EDGES]
    edges.append(lines.curve([national_grid(p) for p in RAILWAY_EDGE], 40))
    near = [r.line for r in country_roads if min(lines.distance(p, national_grid((9300, 4200))) for p in r.line) < 1600]
    chance = Chance(1404)
    blocks = []
    for ring in faces([s.line for s in streets] + near + edges):
        quarter = [q for q in QUARTERS if lines.inside(national_grid(q[0]), ring)]
        if not quarter:
            blocks.append((ring, None))
            continue
        _, pattern, built = quarter[0]
        parts, cuts = divide(ring, pattern, chance, reserved)
        blocks += [(part, built) for part in parts]
        streets += [Road(cut, "street", built=built, place="abergwaelod") for cut in cuts]
    _draw_back(streets, country_roads)
    return streets, list(zip(share_corners([ring for ring, _ in blocks]), [built for _, built in blocks]))


def _draw_back(streets, country_roads):
    """Shortens streets that run into a hedge or the railway instead of another street."""
    near = lines.NearLines(60.0)
    for road in streets + country_roads:
        near.add(road.line, id(road))
    for street in streets:
        total = lines.length(street.line)
        start, end = 0.0, total
        if all(tag == id(street) for _, _, _, tag in near.within(street.line[0], 1.5)):
            start = DRAWN_BACK
        if all(tag == id(street) for _, _, _, tag in near.within(street.line[-1], 1.5)):
            end = total - DRAWN_BACK
        if (start or end < total) and street.built != "shed" and end - start > 25:
            street.line = [(round(x, 1), round(y, 1)) for x, y in lines.part(street.line, start, end)]
