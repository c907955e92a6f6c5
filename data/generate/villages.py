"""The villages and hamlets: their streets by hand. Positions are metres east and north of the sheet's south-west corner."""
import lines
from land import national_grid
from roads import Road

# village: [(kind, how built, sides, English name, Welsh name, points)]
VILLAGES = {
    "sarn-mererid": [
        ("b", "village", "both", "Causeway Road", "Ffordd y Sarn", [(7480, 4082), (7300, 4120), (7180, 4150), (6950, 4230)]),
        ("street", "village", "both", "Glan-y-Don", "Glan-y-Don",
         [(7400, 4100), (7385, 4000), (7260, 3935), (7060, 3938), (6900, 3965), (6880, 4090), (6950, 4230)]),
        ("street", "village", "both", "Chapel Street", "Stryd y Capel", [(7180, 4150), (7150, 4040), (7130, 3936)]),
        ("street", "semi", "both", "Halt Lane", "Lôn yr Arhosfa", [(7180, 4150), (7215, 4270), (7240, 4375)]),
        ("street", "estate", "both", "Maes Mererid", "Maes Mererid", [(7050, 4195), (7085, 4300), (7215, 4270)]),
        ("street", "estate", "both", "Cae'r Ffynnon", "Cae'r Ffynnon", [(7300, 4120), (7350, 4230), (7460, 4260)]),
    ],
    "tyn-y-morfa": [
        ("a", "village", "both", "Marsh Road", "Ffordd y Morfa", [(12380, 4560), (12600, 4475), (12830, 4440), (13050, 4420)]),
        ("b", "village", "both", "Station Road", "Ffordd yr Orsaf", [(12600, 4475), (12560, 4640)]),
        ("street", "village", "both", "Church Street", "Stryd yr Eglwys",
         [(12600, 4475), (12565, 4340), (12640, 4240), (12830, 4210)]),
        ("minor", "village", "both", "Beach Road", "Ffordd y Traeth", [(12830, 4440), (12855, 4330), (12830, 4210)]),
        ("street", "semi", "both", "Maes y Morfa", "Maes y Morfa", [(12855, 4330), (12990, 4310), (13070, 4240)]),
        ("street", "estate", "both", "Tan-y-Bryn", "Tan-y-Bryn", [(12830, 4440), (12860, 4560), (12980, 4600), (13080, 4560)]),
        ("street", "semi", "both", "Heol Seithenyn", "Heol Seithenyn", [(12700, 4460), (12720, 4580), (12860, 4560)]),
    ],
    "llanwyn": [
        ("b", "village", "both", "High Street", "Stryd Fawr", [(12235, 7900), (12195, 8010), (12250, 8130), (12330, 8290)]),
        ("minor", "village", "both", "Church Street", "Stryd y Llan", [(12265, 8165), (12160, 8170), (12050, 8150)]),
        ("street", "village", "both", "Mill Road", "Ffordd y Felin", [(12235, 7900), (12340, 7950), (12420, 8030), (12440, 8120)]),
        ("street", "estate", "both", "Bryn Ŵyn", "Bryn Ŵyn", [(12340, 7950), (12430, 7890), (12550, 7920)]),
        ("street", "semi", "both", "Maes-y-Llan", "Maes-y-Llan", [(12160, 8170), (12130, 8290), (12230, 8360), (12330, 8290)]),
        ("street", "estate", "both", "Erw Deg", "Erw Deg", [(12130, 8290), (12030, 8330), (11980, 8410)]),
    ],
    "porth-seithenyn": [
        ("a", "village", "both", "Harbour Road", "Ffordd yr Harbwr", [(8290, 11010), (8215, 11250)]),
        ("street", "old", "both", "Quay Street", "Stryd y Cei", [(8215, 11250), (8180, 11360), (8095, 11420)]),
        ("b", "village", "both", "Mountain Street", "Stryd y Mynydd", [(8010, 11180), (8110, 11235), (8215, 11250)]),
        ("street", "village", "both", "Cliff Lane", "Lôn y Clogwyn", [(8215, 11250), (8320, 11320), (8430, 11450), (8520, 11640)]),
        ("street", "old", "both", "Fishermen's Row", "Rhes y Pysgotwyr", [(8010, 11180), (7985, 11300), (7990, 11400)]),
        ("street", "semi", "both", "Maes Seithenyn", "Maes Seithenyn", [(8290, 11010), (8420, 11060), (8480, 11180), (8320, 11320)]),
    ],
    "porth-wyddno": [
        ("b", "village", "both", "Gwyddno Street", "Stryd Gwyddno", [(3480, 8200), (3440, 8420), (3560, 8640)]),
        ("street", "village", "both", "Beach Lane", "Lôn y Traeth", [(3440, 8420), (3290, 8440), (3180, 8460)]),
        ("street", "village", "both", "Stryd y Bont", "Stryd y Bont", [(3460, 8300), (3330, 8270), (3250, 8330), (3290, 8440)]),
        ("street", "village", "both", "Chapel Row", "Rhes y Capel", [(3440, 8420), (3560, 8470), (3690, 8450)]),
        ("street", "estate", "both", "Penrhiw", "Penrhiw", [(3690, 8450), (3650, 8560), (3560, 8640)]),
    ],
}

# hamlet: (English name, Welsh name, middle, reach of its houses along the roads)
HAMLETS = {
    "pentre-bach": ("Pentre-bach", "Pentre-bach", (9180, 8420), 190),
    "cefn-y-mor": ("Cefn-y-Môr", "Cefn-y-Môr", (15100, 4200), 260),
    "capel-mererid": ("Capel Mererid", "Capel Mererid", (4800, 5050), 210),
    "maes-y-groes": ("Maes-y-Groes", "Maes-y-Groes", (6700, 7250), 200),
    "nant-yr-wydd": ("Nant-yr-Ŵydd", "Nant-yr-Ŵydd", (10500, 6750), 170),
    "pont-y-dwr": ("Pont-y-Dŵr", "Pont-y-Dŵr", (12560, 6420), 200),
    "bryn-y-gloch": ("Bryn-y-Gloch", "Bryn-y-Gloch", (4550, 9300), 170),
    "caer-wyddno": ("Caer Wyddno", "Caer Wyddno", (6500, 10300), 150),
    "melin-y-coed": ("Melin-y-Coed", "Melin-y-Coed", (13900, 6050), 170),
    "hafan-bach": ("Little Haven", "Hafan Bach", (14980, 2680), 200),
    "ty-croes": ("Tŷ-croes", "Tŷ-croes", (8950, 9300), 130),
    "porth-y-garreg": ("Porth y Garreg", "Porth y Garreg", (17560, 6560), 230),
    "glan-y-llyn": ("Lakeside", "Glan-y-Llyn", (14700, 10120), 150),
    "hendre": ("Hendre", "Hendre", (16480, 8500), 150),
    "penrhyn": ("Penrhyn", "Penrhyn", (13350, 12080), 150),
    "rhyd-y-cwn": ("Rhyd-y-Cŵn", "Rhyd-y-Cŵn", (9300, 6620), 160),
}


def village_streets():
    found = []
    for village in VILLAGES:
        for kind, built, sides, en, cy, points in VILLAGES[village]:
            line = lines.thin(lines.curve([national_grid(p) for p in points], 18), 0.4)
            found.append(Road(line, kind, en, cy, built, village, sides))
    return found
