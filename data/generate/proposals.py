"""What the plans propose: settlement boundaries, allocations, green wedges, open space, the town centre, landscape and
minerals. Positions in the tables are metres east and north of the sheet's corner."""
import lines
import settlements
from chance import Chance
from district import SETTLEMENTS
from features import area, rough_ring
from land import national_grid
from overlay import intersect, overlay, region, subtract, union, without_slivers

ADOPTED = "2018-06-28"
PLAN_PAGE = "https://example.org/ldp/"
DEPOSIT_PAGE = "https://example.org/rldp/"

SETTLEMENT_BOUNDARIES = {
    "abergwaelod": ("SB/ABE", "DP/1;DP/2;HOU/2"), "sarn-mererid": ("SB/SAR", "DP/1;DP/2;HOU/3"),
    "tyn-y-morfa": ("SB/TYM", "DP/1;DP/2;HOU/3"), "llanwyn": ("SB/LLW", "DP/1;DP/2;HOU/3"),
    "porth-seithenyn": ("SB/POS", "DP/1;DP/2;HOU/3"), "porth-wyddno": ("SB/POW", "DP/1;DP/2;HOU/3"),
}
# reference: (English name, Welsh name, outline, holes)
GREEN_WEDGES = {
    "GW/1": ("Abergwaelod to Sarn Mererid", "Abergwaelod i Sarn Mererid",
             [(7190, 3700), (8340, 3480), (8390, 3760), (8200, 3990), (8060, 4270), (8240, 4560), (8260, 4720), (8180, 4790),
              (8205, 4925), (8020, 5035), (7840, 4960), (7800, 4790), (7620, 4725), (7560, 4560), (7430, 4505), (7445, 4385),
              (7200, 4400), (7150, 4000)],
             [[(7655, 4540), (7745, 4520), (7775, 4600), (7735, 4660), (7660, 4640)]]),
    "GW/2": ("Abergwaelod to Nant-yr-Ŵydd", "Abergwaelod i Nant-yr-Ŵydd",
             [(9060, 5100), (9200, 4900), (9600, 4800), (9990, 4790), (10130, 4830), (10290, 4690), (10345, 4880),
              (10490, 4985), (10660, 5040), (10700, 5190), (10480, 5260), (10350, 5470), (10080, 5440), (9990, 5610),
              (9720, 5570), (9560, 5660), (9330, 5640), (9180, 5700), (9010, 5560), (9050, 5390), (8980, 5250)],
             []),
}
# The review keeps GW/1 less the emerging site, widens GW/2 and adds a wedge east of the estuary.
EMERGING_WEDGES = {
    "RLDP/GW/2": ("Abergwaelod to Nant-yr-Ŵydd, as extended", "Abergwaelod i Nant-yr-Ŵydd, fel y'i hestynnwyd",
                  [(9060, 5100), (9200, 4900), (9600, 4800), (9990, 4790), (10130, 4830), (10290, 4690), (10345, 4880),
                   (10490, 4985), (10660, 5040), (10820, 5180), (10900, 5420), (10700, 5690), (10420, 5740), (10210, 5900),
                   (9880, 5860), (9600, 5990), (9240, 5940), (9010, 5760), (8800, 5600), (8760, 5420), (8980, 5250)]),
    "RLDP/GW/3": ("Tŷ'n-y-Morfa to Cefn-y-Môr", "Tŷ'n-y-Morfa i Gefn-y-Môr",
                  [(13240, 4560), (13380, 4520), (13400, 4350), (13290, 4180), (13420, 4090), (13700, 4130), (13920, 4230),
                   (14080, 4380), (14020, 4610), (13800, 4720), (13560, 4690), (13400, 4760), (13230, 4700)]),
}
LANDSCAPES = {
    "SLA/1": ("Mynydd Gwyddno", "Mynydd Gwyddno",
              [(1500, 9600), (2300, 10600), (4200, 11600), (6100, 11950), (6650, 11200), (6900, 10500), (6980, 9600),
               (6350, 8650), (5350, 8050), (4300, 8330), (3750, 8720), (3300, 8950), (2500, 9000), (1700, 9000)],
              [(4900, 9050), (5150, 8980), (5390, 9110), (5330, 9330), (5060, 9370), (4880, 9230)]),
    "SLA/2": ("Dyffryn Gwaelod (Gwaelod Valley)", "Dyffryn Gwaelod",
              [(11350, 6250), (11900, 5880), (12650, 5950), (13200, 6600), (13350, 7600), (13000, 8500), (12500, 9420),
               (11700, 9400), (11250, 8900), (11350, 7800), (11050, 7000)], None),
    "SLA/3": ("Cefn-y-Môr coast and islands", "Arfordir ac ynysoedd Cefn-y-Môr",
              [(13300, 2000), (13500, 2900), (14500, 2950), (15300, 3250), (16400, 3700), (16900, 4500), (17500, 5400), (17800, 6300),
               (18600, 6300), (18500, 4500), (17400, 2800), (16500, 1200), (15200, 900), (13900, 1500)], None),
}
# Category 1 lies nearer the working face; the dividing line is the border of both.
MINERALS = [
    ("MIN/1", "MIN/2", "Mynydd Gwyddno igneous rock", "Craig igneaidd Mynydd Gwyddno",
     [(4300, 8800), (5000, 8600), (5900, 8900), (6350, 9500), (6100, 10050), (5300, 10150), (4600, 9800), (4250, 9300)],
     [(4100, 9650), (4900, 9500), (5500, 9560), (6500, 9300)]),
    ("MIN/3", "MIN/4", "Gwaelod valley sand and gravel", "Tywod a graean dyffryn Gwaelod",
     [(11650, 5950), (11900, 6150), (11750, 6450), (11950, 6850), (11820, 7300), (12150, 7550), (12480, 7350), (12560, 6850),
      (12450, 6350), (12420, 5900), (12050, 5820)],
     [(11500, 6720), (12000, 6640), (12330, 6720), (12700, 6640)]),
]
TOWN_CENTRE = [(9690, 3470), (9690, 3735), (9830, 3715), (9920, 3650), (10030, 3690), (10115, 3680), (10170, 3560),
               (10330, 3475), (10320, 3310), (10190, 3325), (10075, 3335), (9960, 3330), (9840, 3350), (9835, 3460)]
SHOPPING_STREETS = {"High Street", "Market Street", "Castle Street"}


def layers(district, plan):
    """{layer: [Feature]} of both plans."""
    settled = {place: settlements.settlement(district, place) for place in SETTLEMENT_BOUNDARIES}
    found = {"settlement-boundary": _settlement_boundaries(settled)}
    for layer, policy in (("housing-allocation", "HOU/1"), ("employment-allocation", "EMP/1"),
                          ("mixed-use-allocation", "EMP/2;HOU/1")):
        found[layer] = _allocations(district, layer, policy)
    found["rldp-housing-allocation"] = [
        area(g.reference, g.name, g.name_cy, g.shape, policies="RLDP/H1", notes="Proposed: about %d homes." % g.more["homes"],
             notes_cy="Arfaethedig: tua %d o gartrefi." % g.more["homes"], documentation_url=DEPOSIT_PAGE + "#H1")
        for g in district.grounds_of("rldp-housing-allocation")]
    found["primary-shopping-area"], found["town-centre"] = _town_centre(district)
    found["open-space"] = [area(g.reference, g.name, g.name_cy, g.shape, policies="CFS/1", start_date=ADOPTED)
                           for g in district.grounds_of("open-space")]
    found["green-wedge"], found["rldp-green-wedge"] = _wedges(district, settled)
    found["special-landscape-area"] = _landscapes(district, plan, settled)
    found["minerals-safeguarding"] = _minerals(plan)
    return found


def _settlement_boundaries(settled):
    return [area(ref, *SETTLEMENTS[place], settled[place], policies=policies, start_date=ADOPTED)
            for place, (ref, policies) in SETTLEMENT_BOUNDARIES.items()]


def _allocations(district, layer, policy):
    found = []
    for g in district.grounds_of(layer):
        homes = g.more.get("homes")
        found.append(area(g.reference, g.name, g.name_cy, g.shape, policies=policy, start_date=ADOPTED,
                          notes="About %d homes." % homes if homes else None,
                          notes_cy="Tua %d o gartrefi." % homes if homes else None, use_classes=g.more.get("use-classes"),
                          documentation_url=PLAN_PAGE + "#" + g.reference.replace("/", "-")))
    return found


def _town_centre(district):
    centre = settlements.block_union(district, [national_grid(p) for p in TOWN_CENTRE])
    shopping = settlements.built_along(district, SHOPPING_STREETS, "abergwaelod", 14.0, 2.0)
    shopping = settlements.largest(intersect(shopping, centre))
    return ([area("PSA/1", "Abergwaelod primary shopping area", "Prif ardal siopa Abergwaelod", shopping, policies="CFS/3",
                  start_date=ADOPTED)],
            [area("TC/1", "Abergwaelod town centre", "Canol tref Abergwaelod", centre, policies="CFS/2", start_date=ADOPTED)])


def _wedges(district, settled):
    built = union(*settled.values())
    site = [g for g in district.grounds if g.reference == "RLDP/ABE/2"][0]
    adopted, emerging = [], []
    for ref, (en, cy, points, holes) in GREEN_WEDGES.items():
        shape = intersect(subtract(region([national_grid(p) for p in points]), built), district.land.region)
        for hole in holes:
            shape = subtract(shape, region([national_grid(p) for p in hole]))
        shape = without_slivers(shape, 2500)
        adopted.append(area(ref, en, cy, shape, policies="NTE/2", start_date=ADOPTED))
        if ref == "GW/1":
            less = without_slivers(subtract(shape, site.shape), 2500)
            emerging.append(area("RLDP/GW/1", en + ", as reduced", cy + ", fel y'i lleihawyd", less, policies="RLDP/N1",
                                 documentation_url=DEPOSIT_PAGE + "#N1"))
    for ref, (en, cy, points) in EMERGING_WEDGES.items():
        shape = intersect(subtract(region([national_grid(p) for p in points]), built), district.land.region)
        shape = without_slivers(shape, 2500)
        emerging.append(area(ref, en, cy, shape, policies="RLDP/N1", documentation_url=DEPOSIT_PAGE + "#N1"))
    return adopted, emerging


def _landscapes(district, plan, settled):
    chance, built, found = Chance(1949), union(*settled.values()), []
    for ref, (en, cy, points, hole) in LANDSCAPES.items():
        shape = region(rough_ring([national_grid(p) for p in points], chance, 0.15, 40, 4.0, 350))
        if hole:
            shape = subtract(shape, region(rough_ring([national_grid(p) for p in hole], chance)))
        shape = intersect(intersect(subtract(shape, built), plan), district.land.region)
        found.append(area(ref, en, cy, without_slivers(shape, 2000), policies="NTE/4", start_date=ADOPTED))
    return found


def _minerals(plan):
    chance, found = Chance(1951), []
    for first, second, en, cy, points, border in MINERALS:
        whole = region(rough_ring([national_grid(p) for p in points], chance, 0.17, 40, 3.0, 220))
        line = lines.thin(lines.roughen(lines.curve([national_grid(p) for p in border], 80), 0.1, chance, 30), 2.0)
        north = [(line[-1][0], line[-1][1] + 3000), (line[0][0], line[0][1] + 3000)]
        parts = overlay([whole, plan, region(line + north)], lambda w: (w[0] and w[1]) and (second if w[2] else first) or None)
        for ref, category in ((first, 1), (second, 2)):
            found.append(area(ref, "%s, category %d" % (en, category), "%s, categori %d" % (cy, category),
                              without_slivers(parts[ref], 500), policies="MWS/1", start_date=ADOPTED))
    return found
