"""Buildings that stand out: churches, chapels, schools, the castle, the station, the hospital, sheds.
Positions are metres east and north of the sheet's corner, turns are parts of a full turn."""
from chance import Chance, direction
from houses import Building, box
from land import national_grid

# Plans in metres, along (first) and across (second) the long axis, about the middle.
PLANS = {
    "church": [(-19, -3), (-19, 3), (-13, 3), (-13, 5), (9, 5), (9, 3.5), (18, 3.5), (18, -3.5), (9, -3.5), (9, -5),
               (-3, -5), (-3, -8), (-8, -8), (-8, -5), (-13, -5), (-13, -3)],
    "chapel": [(-10, -6.5), (10, -6.5), (10, 6.5), (-10, 6.5)],
    "school": [(-38, -8), (38, -8), (38, 26), (26, 26), (26, 6), (6, 6), (6, 20), (-6, 20), (-6, 6), (-26, 6), (-26, 26),
               (-38, 26)],
    "small school": [(-18, -6), (18, -6), (18, 14), (10, 14), (10, 5), (-18, 5)],
    "hospital": [(-45, -9), (-12, -9), (-12, -22), (10, -22), (10, -9), (45, -9), (45, 9), (20, 9), (20, 24), (2, 24), (2, 9),
                 (-45, 9)],
    "station": [(-32, -6), (32, -6), (32, 4), (10, 4), (10, 7), (-10, 7), (-10, 4), (-32, 4)],
    "halt": [(-8, -2.5), (8, -2.5), (8, 2.5), (-8, 2.5)],
    "hall": [(-24, -13), (24, -13), (24, 13), (-24, 13)],
    "store": [(-34, -22), (34, -22), (34, 22), (-34, 22)],
    "lighthouse": [(-3.5, -8.5), (3.5, -8.5), (8.5, -3.5), (8.5, 3.5), (3.5, 8.5), (-3.5, 8.5), (-8.5, 3.5), (-8.5, -3.5)],
    "kiosk": [(-9, -5), (9, -5), (9, 5), (-9, 5)],
    "keep": [(-30, -17), (-24, -23), (-16, -21), (4, -25), (18, -22), (24, -24), (31, -17), (28, -9), (29, 8), (32, 15), (26, 22),
             (17, 20), (-6, 24), (-18, 20), (-25, 22), (-31, 15), (-27, 8), (-28, -8)],
}

# key: plan, position, turn
LANDMARKS = {
    "castle": ("keep", (10195, 3135), 0.03),
    "st-gwyddno": ("church", (9849, 3506), 0.02),
    "seion": ("chapel", (9905, 3395), 0.23),
    "station": ("station", (9690, 3838), 0.01),
    "hospital": ("hospital", (9552, 4325), 0.97),
    "store": ("store", (9777, 3790), 0.98),
    "primary-school": ("school", (8885, 4470), 0.2),
    "high-school": ("school", (9640, 4570), 0.94),
    "market-hall": ("hall", (10072, 3455), 0.94),
    "pier-pavilion": ("kiosk", (9012, 3392), 0.96),
    "tyn-y-morfa-church": ("church", (12680, 4228), 0.01),
    "llanwyn-church": ("church", (12073, 8210), 0.0),
    "sarn-chapel": ("chapel", (7112, 4042), 0.73),
    "seithenyn-church": ("church", (8138, 11281), 0.02),
    "wyddno-church": ("church", (3485, 8482), 0.01),
    "sarn-halt": ("halt", (7262, 4408), 0.97),
    "gloch-lighthouse": ("lighthouse", (1100, 9350), 0.0),
    "pentir-lighthouse": ("lighthouse", (2080, 9560), 0.0),
    "capel-mererid": ("chapel", (4862, 5085), 0.6),
    "cefn-y-mor-school": ("small school", (15160, 4290), 0.55),
}


def stand(site):
    """Puts the landmarks on the ground. Answers {key: Building}."""
    found = {}
    for key, (plan, position, turn) in LANDMARKS.items():
        (x, y), (ux, uy) = national_grid(position), direction(turn)
        ring = [(x + u * ux - v * uy, y + u * uy + v * ux) for u, v in PLANS[plan]]
        found[key] = Building(ring, use=key, manner="landmark")
        site.add(found[key])
    return found


# Caravan parks behind the beaches: first corner, direction of the rows, rows, vans in a row.
CARAVANS = [((6130, 3830), 0.06, 5, 11), ((11750, 3010), 0.995, 4, 10), ((13080, 2700), 0.93, 3, 8)]


def caravans(site):
    chance = Chance(1955)
    for corner, turn, rows, count in CARAVANS:
        (x, y), (ux, uy) = national_grid(corner), direction(turn)
        for row in range(rows):
            for k in range(count):
                u, v = k * 15.0 + chance.between(-1, 1), row * 19.0 + chance.between(-1, 1)
                at = x + u * ux - v * uy, y + u * uy + v * ux
                ring = box(at, direction(turn + 0.19 + chance.between(-0.01, 0.01)), 4.5, 4.5, -2, 2)
                if site.is_free(ring, ring):
                    site.add(Building(ring, use="caravan", manner="caravan"))
