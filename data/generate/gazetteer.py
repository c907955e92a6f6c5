"""Invented addresses, each in a building of the map, with streets, places and postcodes: data/gazetteer.csv."""
import lines
from chance import Chance
from context import places
from district import SETTLEMENTS
from houses import centre
from names import HOUSES

FIRST_UPRN = 999000000001          # no such number is given out
TOWNS = {"abergwaelod": 1, "sarn-mererid": 2, "tyn-y-morfa": 3, "llanwyn": 4, "porth-seithenyn": 5, "porth-wyddno": 6}
WEST, EAST = 7, 8                  # postcode districts of the country west and east of the river
RIVER_EASTING = 241300
UNITS = "ABDEFGHJLNPQRSTUWXYZ"     # letters that postcodes end in
COLUMNS = "kind,name,name-cy,locality,locality-cy,postcode,uprn,easting,northing"
SMALLEST, LARGEST = 10, 15         # addresses of a postcode


def rows(district):
    """The lines of the file, header first."""
    streets = _homes_by_street(district)
    found, uprn = [], FIRST_UPRN
    postcodes = {}
    for homes, code in _postcodes(streets):
        postcodes[code] = homes
        for home in homes:
            found.append(_row("address", home["name"], home["name-cy"], home["locality"], code, uprn, home["at"]))
            uprn += 1
    seen = set()
    for road in _named(district):
        middle = lines.point_at(road.line, lines.length(road.line) / 2)[0]
        locality = _locality(road.place, middle)
        if (road.name, locality) not in seen:
            seen.add((road.name, locality))
            found.append(_row("street", road.name, road.name_cy, locality, "", "", middle))
    for _, en, cy, at in places():
        found.append(_row("place", en, cy, ("", ""), "", "", at))
    for name, house in district.farmhouses:
        found.append(_row("place", name, name, _locality(None, house.ring[0]), "", "", centre(house.ring)))
    for code in sorted(postcodes):
        homes = postcodes[code]
        middle = centre([h["at"] for h in homes])
        found.append(_row("postcode", code, code, homes[0]["locality"], code, "", middle))
    return [COLUMNS] + found


def _row(kind, name, name_cy, locality, code, uprn, at):
    en, cy = locality
    cells = [kind, name, name_cy if name_cy != name else "", en, cy if cy != en else "", code, str(uprn),
             "%d" % round(at[0]), "%d" % round(at[1])]
    return ",".join('"%s"' % c if "," in c else c for c in cells)


def _homes_by_street(district):
    """[(postcode district, [home])]: a street of a settlement, or the houses along a country road, in order."""
    by_road = {}
    for building in district.site.buildings:
        for at, road, number in building.homes:
            by_road.setdefault(id(road), []).append((number, at, building))
    found, names_left, chance = [], {}, Chance(1965)
    for road in district.roads:
        homes = []
        for number, at, building in sorted(by_road.get(id(road), ()), key=lambda h: (h[0] % 2, h[0], h[1])):
            at = _whole_inside(at, building.ring)
            locality = _locality(road.place, at)
            if road.place:
                name, name_cy = "%d %s" % (number, road.name), "%d %s" % (number, road.name_cy)
            else:
                on, on_cy = ("", "") if road.kind in ("a", "b") else (", " + road.name, ", " + road.name_cy)
                if (locality, on) not in names_left:
                    names_left[locality, on] = chance.shuffled(HOUSES)
                house = names_left[locality, on].pop()
                name, name_cy = house + on, house + on_cy
            homes.append({"name": name, "name-cy": name_cy, "at": at, "locality": locality})
        if homes:
            found.append((_postal(road.place, homes[0]["at"]), homes))
    farms = {}
    for name, house in district.farmhouses:
        at = _whole_inside(centre(house.ring), house.ring)
        farms.setdefault(_postal(None, at), []).append(
            {"name": name, "name-cy": name, "at": at, "locality": _locality(None, at)})
    for number in sorted(farms):
        found.append((number, sorted(farms[number], key=lambda h: (h["locality"], h["name"]))))
    return sorted(found, key=lambda f: f[0])


def _postal(place, at):
    return TOWNS[place] if place else (WEST if at[0] < RIVER_EASTING else EAST)


def _postcodes(streets):
    """Cuts streets into postcodes of 10 to 15 addresses; short streets share one with the next."""
    chance = Chance(1974)
    found, waiting, district = [], [], None
    counts = {}

    def close(homes, number):
        k = counts.get(number, 0)
        counts[number] = k + 1
        sector, unit = k // 60 + 1, k % 60 * 6
        found.append((homes, "CG%d %d%s%s" % (number, sector, UNITS[unit // 20], UNITS[unit % 20])))

    for number, homes in streets:
        if number != district:
            if waiting:
                close(waiting, district)
            waiting, district = [], number
        waiting = waiting + homes
        while len(waiting) >= SMALLEST:
            size = chance.whole(SMALLEST, LARGEST)
            if len(waiting) - size < SMALLEST and len(waiting) > LARGEST:
                size = max(SMALLEST, (len(waiting) + 1) // 2)
            size = min(size, len(waiting))
            close(waiting[:size], number)
            waiting = waiting[size:]
    if waiting:
        close(waiting, district)
    return found


def _whole_inside(at, ring):
    """The whole metre inside a building that is nearest to a place."""
    x, y = round(at[0]), round(at[1])
    near = sorted(((x + i, y + j) for i in range(-4, 5) for j in range(-4, 5)), key=lambda p: (lines.distance(p, at), p))
    for p in near:
        if lines.inside(p, ring):
            return p
    raise ValueError("no whole metre inside the building at %s" % (at,))


def _named(district):
    """The roads people call by a name: all but the numbered ones of the country."""
    return [r for r in district.roads if r.place or r.kind not in ("a", "b")]


def _locality(place, at):
    """The settlement a street belongs to, or the nearest named place in the country."""
    if place:
        return SETTLEMENTS[place]
    near = min((p for p in places() if p[0] != "feature"), key=lambda p: (lines.distance(p[3], at), p[1]))
    return near[1], near[2]
