"""Lanes between hamlets, farms and the main roads. Each farm is joined to what lies nearest, in the manner of a relative
neighbourhood graph: two places are joined where no third is nearer to both."""
import lines
from chance import Chance
from land import SHEET_HEIGHT, SHEET_SOUTH, SHEET_WEST, SHEET_WIDTH
from roads import Road

SPREAD = 680.0      # metres that farms keep from each other, more in the hills
LONGEST = 1500.0


def farm_places(land, roads, keep_away):
    """Where farms stand: scattered, off the main roads, away from the settlements `keep_away` [(place, metres)]."""
    chance = Chance(1536)
    main = lines.NearLines(150.0)
    for road in roads:
        main.add(road.line)
    found = []
    for _ in range(2600):
        p = SHEET_WEST + chance.unit() * SHEET_WIDTH, SHEET_SOUTH + chance.unit() * SHEET_HEIGHT
        p = round(p[0], 1), round(p[1], 1)
        height = land.height(*p)
        spread = SPREAD * (1 + max(0.0, height - 90) / 110)
        if land.sea_distance.at(*p) < 130 or land.river_distance.at(*p) < 60 or height < 3.0 or height > 300:
            continue
        if main.nearest(p, 110) < 110 or any(lines.distance(p, q) < reach for q, reach in keep_away):
            continue
        if all(lines.distance(p, q) > spread for q in found):
            found.append(p)
    return found


def lanes(land, roads, farms):
    """The lanes that join farms to each other and to the roads."""
    chance = Chance(1537)
    stops = []
    for road in roads:
        if road.place is None and "Cob" not in road.name:
            total = lines.length(road.line)
            count = max(1, round(total / 380))
            stops += [lines.point_at(road.line, total * (k + 0.5) / count)[0] for k in range(count)]
    nodes = farms + [p for p in stops if land.sea_distance.at(*p) > 0]
    found = []
    for i, p in enumerate(farms):
        for j in range(i + 1, len(nodes)):
            q = nodes[j]
            span = lines.distance(p, q)
            if span > LONGEST or any(max(lines.distance(p, r), lines.distance(q, r)) < span * 0.99
                                     for k, r in enumerate(nodes) if k not in (i, j)):
                continue
            line = lines.curve(lines.roughen(lines.roughen([p, q], 0.16, chance, 200), 0.11, chance, 60), 22)
            if all(land.sea_distance.at(*r) > 25 for r in line):
                found.append(Road(lines.thin(line, 0.8), "lane"))
    return found
