"""The whole district, built in the order in which things come to stand: land, roads, streets, land set aside,
buildings, woods. Every layer of the map is read off the result."""
import lines
import landmarks
import lanes
import names
import roads
import sites
import town
import villages
from chance import Chance, Noise
from houses import Site, build_along, farmstead
from land import SHEET_HEIGHT, SHEET_SOUTH, SHEET_WEST, SHEET_WIDTH, Land, lowness, national_grid
from overlay import intersect, metres, union, without_slivers
from raster import Raster, low_region

TOWN_MIDDLE, TOWN_REACH = (9200, 4200), 1750     # no farms within
SETTLEMENTS = {
    "abergwaelod": ("Abergwaelod", "Abergwaelod"), "sarn-mererid": ("Sarn Mererid", "Sarn Mererid"),
    "tyn-y-morfa": ("Tŷ'n-y-Morfa", "Tŷ'n-y-Morfa"), "llanwyn": ("Llanŵyn", "Llanŵyn"),
    "porth-seithenyn": ("Porth Seithenyn", "Porth Seithenyn"), "porth-wyddno": ("Porth Wyddno", "Porth Wyddno"),
}


class District:
    def __init__(self):
        self.land = Land()
        self.water = self.land.water()
        main, in_villages = roads.main_roads(), villages.village_streets()
        in_town, self.blocks = town.lay_out(main, sites.reserved_points())
        middles = [(national_grid(TOWN_MIDDLE), TOWN_REACH)]
        middles += [(national_grid(v[0][5][0]), 430) for v in villages.VILLAGES.values()]
        self.farms = lanes.farm_places(self.land, main, middles)
        self.lanes = lanes.lanes(self.land, main, self.farms)
        roads.meet(main + in_villages + self.lanes)
        self.roads = main + in_villages + in_town + self.lanes
        self.railway = roads.railway()
        _name_streets(in_town)
        self._name_lanes()
        self.streets_near = lines.NearLines(100.0)
        for street in in_villages + in_town:
            self.streets_near.add(street.line, street.place)
        self.grounds = sites.lay_out(self.blocks, self.roads, self.land)
        self._build(main, in_villages + in_town)
        self.woods = self._woods()

    def grounds_of(self, layer):
        return [g for g in self.grounds if g.layer == layer]

    def home_of(self, place):
        """The settlement whose streets are nearest, within 160 metres; None in the country."""
        found = [(off, tag) for off, _, _, tag in self.streets_near.within(place, 160.0)]
        return min(found)[1] if found else None

    def _build(self, main, streets):
        """Landmarks first, then houses along the streets, hamlets, farms, and houses on their own along the roads."""
        water = [metres(p[0]) for shape in self.water.values() for p in shape]
        self.site = site = Site(self.land, self.roads, self.railway, water)
        self.landmarks = landmarks.stand(site)
        chance = Chance(1801)
        for street in streets:
            if street.built == "shed":
                build_along(street, "shed", site, chance)
        for ground in self.grounds:
            for ring in ground.rings:
                site.keep_free(ring)
        for street in streets:
            if street.built and street.built != "shed":
                build_along(street, street.built, site, chance)
        for _, _, middle, reach in villages.HAMLETS.values():
            for road in main + self.lanes:
                stretch = _stretch_near(road, national_grid(middle), reach)
                if stretch:
                    build_along(road, "hamlet", site, chance, *stretch)
        self.farmhouses = []                       # (name, building)
        for place, name in zip(self.farms, self.farm_names):
            house = farmstead(place, site, chance)
            if house:
                self.farmhouses.append((name, house))
        landmarks.caravans(site)
        for road in main + self.lanes:
            if "Cob" not in road.name:
                build_along(road, "roadside", site, chance)

    def _name_lanes(self):
        """A lane has the name of the farm it starts from."""
        self.farm_names = Chance(1543).shuffled(names.FARMS)[:len(self.farms)]
        if len(self.farm_names) < len(self.farms):
            raise ValueError("more farms than names")
        by_place = dict(zip(self.farms, self.farm_names))
        for lane in self.lanes:
            farm = min(self.farms, key=lambda p: (lines.distance(p, lane.line[0]), p))
            lane.name = lane.name_cy = "Lôn " + by_place[farm]

    def _woods(self):
        """Woods on the sides of valleys and in the hills, clear of buildings and of the shore."""
        land, noise, grain = self.land, Noise(1086, 620, 4, 0.55), Noise(1087, 2600, 2)
        built = Raster(SHEET_WEST, SHEET_SOUTH, SHEET_WEST + SHEET_WIDTH, SHEET_SOUTH + SHEET_HEIGHT, 40)
        built.values = [[0.0] * built.columns for _ in range(built.rows)]
        for building in self.site.buildings:
            x, y = building.ring[0]
            built.values[int((y - SHEET_SOUTH) / 40 + 0.5)][int((x - SHEET_WEST) / 40 + 0.5)] = 1.0
        for ground in self.grounds:
            shape = built.covered(ground.rings)
            built = built.combined(max, shape)
        away = built.distance()

        def openness(x, y):
            """Below nought in a wood."""
            sea = land.sea_distance.at(x, y)
            if sea < 90 or away.at(x, y) < 70:
                return 1.0
            height, river = land.height(x, y), land.river_distance.at(x, y)
            valley = 0.55 * max(0.0, 1 - abs(river - 190) / 190)
            hill = 0.35 * max(0.0, 1 - abs(height - 120) / 90) + 0.2 * max(0.0, 1 - abs(height - 260) / 90)
            shore = 0.5 * max(0.0, 1 - sea / 350)
            return 0.76 - noise(x, y) - valley - hill + shore + 0.9 * lowness(x, y) - 0.5 * grain(x, y)

        field = Raster(SHEET_WEST, SHEET_SOUTH, SHEET_WEST + SHEET_WIDTH, SHEET_SOUTH + SHEET_HEIGHT, 40).filled(openness)
        chance = Chance(1088)

        def tidy(ring):
            smooth = lines.curve(lines.thin_ring(ring, 12.0), 45, closed=True)
            rough = lines.roughen(smooth + smooth[:1], 0.12, chance, 24)[:-1]
            return lines.thin_ring(rough, 3.0)
        found = union(low_region(field, 0.0, tidy, 4000))
        return [p for p in intersect(found, self.land.region) if without_slivers([p], 4000)]


def _stretch_near(road, middle, reach):
    """The stretch of a road within a hamlet's reach: (start, end) in metres along it, or None."""
    total, along, found = lines.length(road.line), 0.0, []
    while along < total:
        if lines.distance(lines.point_at(road.line, along)[0], middle) < reach:
            found.append(along)
        along += 10
    return (found[0], found[-1] + 5) if found else None


def _name_streets(streets):
    """Names for the streets that have none, from their quarter's list, longest streets first."""
    chance, left = Chance(1282), {}
    taken = {s.name for s in streets}
    for street in sorted((s for s in streets if not s.name), key=lambda s: (-lines.length(s.line), s.line)):
        pool = names.BY_MANNER[street.built]
        key = id(pool)
        if key not in left:
            left[key] = [pair for pair in chance.shuffled(pool) if pair[0] not in taken]
        if not left[key]:
            raise ValueError("not enough names for streets built as " + street.built)
        street.name, street.name_cy = left[key].pop()
