"""The outline of what is built: round the plots of a settlement, of a street, of a group of buildings."""
import lines
from overlay import area2, intersect, region, union, without_slivers
from raster import Raster, low_region
from sites import around, largest

OUTSIDE = {"OS/05", "OS/07", "OS/09", "OS/18"}      # open spaces that lie outside the settlement boundary
TOWN_REACH, VILLAGE_REACH = 62.0, 52.0               # gaps up to twice as wide are closed
ALLOCATED = ("housing-allocation", "employment-allocation", "mixed-use-allocation")


def outline(rings, reach, margin, step=5.0, thinned=3.5, smallest_hole=30000):
    """The region within `margin` of the rings, gaps narrower than twice the `reach` closed. `rings` in metres."""
    return _closed(_sheet(rings, reach, step).covered(rings), reach, margin, thinned, smallest_hole)


def settlement(district, place):
    """The built-up area of a settlement with its allocations, which make its edge where they lie on it."""
    built = [b.ring for b in district.site.buildings if _belongs(b, place, district)]
    allocated = [g for g in district.grounds if g.layer in ALLOCATED and _near(g, built)]
    parks = [g for g in district.grounds
             if g.layer in ("open-space", None) and g.reference not in OUTSIDE and _near(g, built)]
    rings = built + [r for g in allocated + parks for r in g.rings]
    reach = TOWN_REACH if place == "abergwaelod" else VILLAGE_REACH
    sheet = _sheet(rings, reach, 5.0)
    field = sheet.covered(built)
    for grounds, inner in ((allocated, 16.0), (parks, 8.0)):
        deep = sheet.covered([r for g in grounds for r in g.rings]).inverse().distance()
        field = field.combined(lambda v, d, inner=inner: 1.0 if v > 0.5 or d > inner else 0.0, deep)
    shape = _closed(field, reach, 12.0, 3.5, 30000)
    shape = union(shape, *(g.shape for g in allocated))
    return without_slivers(intersect(shape, district.land.region), 4000)


def _sheet(rings, reach, step):
    xs, ys = [p[0] for r in rings for p in r], [p[1] for r in rings for p in r]
    edge = reach * 2 + step * 2
    return Raster(_down(min(xs) - edge), _down(min(ys) - edge), max(xs) + edge, max(ys) + edge, step)


def _down(value):
    return value // 10 * 10.0


def _closed(field, reach, margin, thinned, smallest_hole):
    """Grown by the reach and shrunk again to the margin."""
    depth = field.grown(reach).inverse().distance()
    kept = low_region(depth.combined(lambda d: reach - margin - d), 0.0, lambda ring: lines.thin_ring(ring, thinned), 1500)
    return union([p for p in kept if area2(p[0]) > 0 or -area2(p[0]) > 200 * smallest_hole])


def _belongs(building, place, district):
    if building.homes:
        return building.homes[0][1].place == place
    return building.manner in ("landmark", "shed") and district.home_of(building.ring[0]) == place \
        and building.use not in ("castle", "gloch-lighthouse", "pentir-lighthouse", "pier-pavilion")


def _near(ground, built):
    """Whether a piece of land lies within 60 metres of a settlement's buildings."""
    xs, ys = [p[0] for r in ground.rings for p in r], [p[1] for r in ground.rings for p in r]
    west, south, east, north = min(xs) - 60, min(ys) - 60, max(xs) + 60, max(ys) + 60
    corners = [p for r in ground.rings for p in r]
    for ring in built:
        x, y = ring[0]
        if west <= x <= east and south <= y <= north and min(lines.distance((x, y), p) for p in corners) < 160:
            return True
    return False


def built_along(district, names, place, reach=24.0, margin=7.0):
    """The outline of the plots along some streets of a settlement, as one polygon."""
    rings = [b.ring for b in district.site.buildings
             if b.homes and b.homes[0][1].place == place and b.homes[0][1].name in names]
    rings += [b.ring for b in district.landmarks.values() if district.home_of(b.ring[0]) == place
              and any(min(lines.distance(b.ring[0], p) for p in r.line) < 75
                      for r in district.roads if r.place == place and r.name in names)]
    rings += [around(a, b, 5.0) for r in district.roads if r.place == place and r.name in names
              for a, b in zip(r.line, r.line[1:])]
    return largest(intersect(outline(rings, reach, margin, 3.0, 1.6), district.land.region))


def block_union(district, rough):
    """The blocks between streets whose middle lies in a rough outline (metres): their union, along the middle of streets."""
    chosen = []
    for ring, _ in district.blocks:
        x = y = 0.0
        for p in ring:
            x, y = x + p[0], y + p[1]
        if lines.inside((x / len(ring), y / len(ring)), rough):
            chosen.append(region(ring))
    return union(*chosen)
