"""Writes a made-up town as files with the columns of OS Open Roads, OS Open Zoomstack, OS Open Names and OS OpenMap Local.

Everything is invented; only the names of layers and columns, and the words in them, are those of the products.
Usage: os_open_data.py FOLDER. Needs GDAL's bindings. The same bytes of geometry on every run.
"""
import csv
import math
import os
import random
import sys

from osgeo import ogr, osr

WEST, SOUTH, SIDE = 234000, 354000, 6000
STREET = 110

ogr.UseExceptions()
chance = random.Random(27700)
grid = osr.SpatialReference()
grid.ImportFromEPSG(27700)
TYPES = {"t": ogr.OFTString, "r": ogr.OFTReal, "i": ogr.OFTInteger}


def uuid():
    digits = f"{chance.getrandbits(128):032X}"
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def table(source, name, kind, columns, geometry="geom"):
    layer = source.CreateLayer(name, grid, kind, [f"GEOMETRY_NAME={geometry}", "FID=fid"])
    for column in columns.split():
        field, _, kind = column.partition(":")
        layer.CreateField(ogr.FieldDefn(field, TYPES[kind or "t"]))
    return layer


def add(layer, wkt, **values):
    feature = ogr.Feature(layer.GetLayerDefn())
    for name, value in values.items():
        if value is not None:
            feature[name] = value
    feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
    layer.CreateFeature(feature)


def line(points):
    return "LINESTRING(%s)" % ",".join(f"{x:.2f} {y:.2f}" for x, y in points)


def polygon(points):
    return "POLYGON((%s))" % ",".join(f"{x:.2f} {y:.2f}" for x, y in [*points, points[0]])


def blob(x, y, radius, corners=40):
    turn = [radius * (0.7 + 0.3 * chance.random()) for _ in range(corners)]
    return polygon([(x + r * math.cos(2 * math.pi * i / corners), y + r * math.sin(2 * math.pi * i / corners)) for i, r in enumerate(turn)])


def crossing(column, row):
    """Where two streets of the bent net cross."""
    wave = 25 * math.sin(column * 0.7 + row * 0.3), 25 * math.cos(row * 0.6 - column * 0.2)
    return WEST + column * STREET + wave[0], SOUTH + row * STREET + wave[1]


def between(a, b):
    """A link of four vertices, slightly bent."""
    out = [a]
    for share in (1 / 3, 2 / 3):
        out.append((a[0] + (b[0] - a[0]) * share + chance.uniform(-4, 4), a[1] + (b[1] - a[1]) * share + chance.uniform(-4, 4)))
    return [*out, b]


def roads(folder):
    source = ogr.GetDriverByName("GPKG").CreateDataSource(os.path.join(folder, "oproad_gb.gpkg"))
    layer = table(source, "road_link", ogr.wkbLineString,
                  "id fictitious:i road_classification road_function form_of_way road_classification_number name_1 name_1_lang name_2 name_2_lang "
                  "road_structure length:r length_uom loop:i primary_route:i trunk_road:i start_node end_node road_number_toid road_name_toid", "geometry")
    count = SIDE // STREET
    town = range(count // 5, 4 * count // 5)

    def link(ends, along, number, west_east):
        middle = count // 2
        if number == middle:
            told = ("A Road", "A Road", "A547" if west_east else "A470", "Abergele Road" if west_east else None)
        elif number in (middle - 12, middle + 12):
            south = number < middle
            road = ("B5113" if south else "B5381") if west_east else ("B5106" if south else "B5109")
            told = ("B Road", "B Road", road, "Coed Pella Road" if west_east and south else None)
        elif number % 6 == 0:
            told = ("Unclassified", "Minor Road", None, None)
        elif along in town and number in town:
            names = ["Mill Lane", "Stryd Fawr", "Church Walk", "Victoria Road", "Park Avenue", "Station Road", "Queen's Drive", "Bryn Eithin", "Ffordd Las"]
            name = f"{names[number % 9]} {2 * (number // 9) + west_east}"
            told = ("Unclassified", "Local Road", None, name if number % 5 else None)
        else:
            return
        classification, function, road, name = told
        welsh = name is not None and name.startswith(("Stryd", "Bryn", "Ffordd"))
        other = name.replace("Stryd Fawr", "High Street") if welsh and name.startswith("Stryd") else None
        if chance.random() < 0.5:
            ends = ends[::-1]
        points = between(*ends)
        add(layer, line(points), id=uuid(), fictitious=0, road_classification=classification, road_function=function, form_of_way="Single Carriageway",
            road_classification_number=road, name_1=name, name_1_lang="cym" if welsh else None, name_2=other, name_2_lang="eng" if other else None,
            length=float(STREET), length_uom="m", loop=0, primary_route=0, trunk_road=0, start_node=uuid(), end_node=uuid())

    source.StartTransaction()
    for number in range(count + 1):
        for along in range(count):
            link((crossing(along, number), crossing(along + 1, number)), along, number, True)
            link((crossing(number, along), crossing(number, along + 1)), along, number, False)
    source.CommitTransaction()


def zoomstack(folder):
    source = ogr.GetDriverByName("GPKG").CreateDataSource(os.path.join(folder, "OS_Open_Zoomstack.gpkg"))
    source.StartTransaction()
    land = table(source, "land", ogr.wkbMultiPolygon, "type")
    add(land, f"MULTIPOLYGON(((100000 100000,500000 100000,500000 {SOUTH + SIDE - 400},100000 {SOUTH + SIDE - 900},100000 100000)))")
    for name, at in (("woodland", (0.15, 0.2)), ("surfacewater", (0.85, 0.3))):
        layer = table(source, name, ogr.wkbPolygon, "type uuid")
        for kind in ("Local", "Regional", "National"):
            for number in range(12):
                x = WEST + SIDE * at[0] + 900 * chance.uniform(-1, 1)
                y = SOUTH + SIDE * at[1] + 900 * chance.uniform(-1, 1)
                add(layer, blob(x, y, 60 + 90 * chance.random()), type=kind, uuid=uuid())
    layer = table(source, "waterlines", ogr.wkbLineString, "type uuid")
    for kind in ("Local", "National"):
        for number in range(8):
            points = [(WEST + 700 * number + 120 * math.sin(step / 3 + number), SOUTH + 100 * step) for step in range(60)]
            for start in range(0, 59, 6):
                add(layer, line(points[start:start + 7]), type=kind, uuid=uuid())
    layer = table(source, "rail", ogr.wkbLineString, "type uuid")
    points = [(WEST + 100 * step, SOUTH + SIDE - 1200 + 90 * math.sin(step / 9)) for step in range(61)]
    for start in range(0, 60, 5):
        add(layer, line(points[start:start + 6]), type="Multi Track", uuid=uuid())
    source.CommitTransaction()


def buildings(folder):
    source = ogr.GetDriverByName("GPKG").CreateDataSource(os.path.join(folder, "opmplc_gb.gpkg"))
    layer = table(source, "building", ogr.wkbPolygon, "id feature_code:i")
    source.StartTransaction()
    count = SIDE // STREET
    town = range(count // 5, 4 * count // 5)
    for column in town:
        for row in town:
            x, y = crossing(column, row)
            for plot in range(8):
                left = x + 18 + 24 * (plot % 4)
                bottom = y + (20 if plot < 4 else 72)
                wide, deep = chance.uniform(7, 14), chance.uniform(8, 16)
                add(layer, polygon([(left, bottom), (left + wide, bottom), (left + wide, bottom + deep * 0.6), (left + wide * 0.6, bottom + deep * 0.6),
                                    (left + wide * 0.6, bottom + deep), (left, bottom + deep)]), id=uuid(), feature_code=15014)
    source.CommitTransaction()


HEADER = ("ID,NAMES_URI,NAME1,NAME1_LANG,NAME2,NAME2_LANG,TYPE,LOCAL_TYPE,GEOMETRY_X,GEOMETRY_Y,MOST_DETAIL_VIEW_RES,LEAST_DETAIL_VIEW_RES,MBR_XMIN,MBR_YMIN,"
          "MBR_XMAX,MBR_YMAX,POSTCODE_DISTRICT,POSTCODE_DISTRICT_URI,POPULATED_PLACE,POPULATED_PLACE_URI,POPULATED_PLACE_TYPE,DISTRICT_BOROUGH,DISTRICT_BOROUGH_URI,"
          "DISTRICT_BOROUGH_TYPE,COUNTY_UNITARY,COUNTY_UNITARY_URI,COUNTY_UNITARY_TYPE,REGION,REGION_URI,COUNTRY,COUNTRY_URI,RELATED_SPATIAL_OBJECT,SAME_AS_DBPEDIA,SAME_AS_GEONAMES")


def names(folder):
    for name in ("Data", "Doc"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    with open(os.path.join(folder, "Doc", "OS_Open_Names_Header.csv"), "w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
    columns = HEADER.split(",")
    kinds = ["Town"] * 2 + ["Village"] * 8 + ["Suburban Area"] * 30 + ["Hamlet"] * 40 + ["Other Settlement"] * 20
    with open(os.path.join(folder, "Data", "SH.csv"), "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        for number, kind in enumerate(kinds):
            row = dict.fromkeys(columns, "")
            row.update(ID=f"osgb400000007455{number:04d}", NAME1=f"Llan {number}" if number % 4 else f"Dinbych {number}", TYPE="populatedPlace", LOCAL_TYPE=kind,
                       GEOMETRY_X=round(WEST + SIDE * chance.random(), 2), GEOMETRY_Y=round(SOUTH + SIDE * chance.random(), 2),
                       MOST_DETAIL_VIEW_RES=1000, LEAST_DETAIL_VIEW_RES={"Town": 250000, "Village": 100000}.get(kind, 25000), COUNTRY="Wales")
            if not number % 4:
                row.update(NAME1_LANG="cym", NAME2=f"Denbigh {number}", NAME2_LANG="eng")
            out.writerow(row.values())
        row = dict.fromkeys(columns, "")
        row.update(ID="SH0", NAME1="LL18 1AA", TYPE="other", LOCAL_TYPE="Postcode", GEOMETRY_X=WEST, GEOMETRY_Y=SOUTH)
        out.writerow(row.values())


if __name__ == "__main__":
    for write in (roads, zoomstack, buildings, names):
        write(sys.argv[1])
