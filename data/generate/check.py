"""Checks the files of the sample as a loader would find them: that they say what map.toml promises and that every shape is
sound. Reads only; knows nothing of how the files were made."""
import csv
import json
import re
import tomllib
from collections import Counter

import overlay
from land import SHEET_HEIGHT, SHEET_SOUTH, SHEET_WEST, SHEET_WIDTH
from overlay import area2, contains, region_area, subtract

LARGEST = 2_600_000         # bytes of everything in data/
ROUNDING = 5.0              # square metres by which nested layers may differ where their corners were rounded to decimetres
PAIR = re.compile(r"([\d.]+) ([\d.]+)")


def differences(folder, files):
    """Files that are not what the generator makes."""
    return ["%s is not what the generator makes" % name for name in sorted(files)
            if not (folder / name).exists() or (folder / name).read_bytes() != files[name]]


def problems(folder):
    """Every fault found, one sentence each."""
    plan_map = tomllib.loads((folder / "map.toml").read_text(encoding="utf-8"))
    names = {layer["id"]: layer["file"] for layer in plan_map["layer"] if "file" in layer}
    names["national park"] = plan_map["neighbour"][0]["area"]
    names.update(("coverage of " + layer["id"], layer["coverage"]) for layer in plan_map["layer"] if "coverage" in layer)
    layers = {name: read(folder / file) for name, file in names.items()}
    found = []
    for name, features in layers.items():
        found += _references(name, features) + _shapes(name, features)
    found += _policies(folder, plan_map, layers) + _tiling(layers) + _nesting(layers)
    found += _addresses(folder, layers["building"])
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    if size > LARGEST:
        found.append("data/ holds %d bytes, more than %d" % (size, LARGEST))
    return found


def read(path):
    """[(properties, geometry type, shape in decimetres)] of a GeoJSON or CSV file."""
    if path.suffix == ".geojson":
        collection = json.loads(path.read_text(encoding="utf-8"))
        assert collection["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::27700", path.name
        return [(f["properties"],) + _from_json(f["geometry"]) for f in collection["features"]]
    with path.open(encoding="utf-8", newline="") as file:
        return [(row,) + _from_row(row) for row in csv.DictReader(file)]


def _dm(pair):
    return round(float(pair[0]) * 10), round(float(pair[1]) * 10)


def _from_json(geometry):
    kind, places = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return "point", [_dm(places)]
    if kind == "LineString":
        return "line", [_dm(p) for p in places]
    return "polygon", [[[_dm(p) for p in ring] for ring in polygon] for polygon in ([places] if kind == "Polygon" else places)]


def _from_row(row):
    if "easting" in row:
        return "point", [_dm((row["easting"], row["northing"]))]
    text = PAIR.sub(r"[\1,\2]", row["geometry"].lstrip("MULTIPOYGN ")).replace("(", "[").replace(")", "]")
    text = "[" + text + "]" if row["geometry"].startswith("POLYGON") else text
    return "polygon", [[[_dm(p) for p in ring] for ring in polygon] for polygon in json.loads(text)]


def _references(name, features):
    counts = Counter(properties["reference"] for properties, _, _ in features)
    return ["%s: reference %s is used %d times" % (name, ref, n) for ref, n in counts.items() if n > 1 or not ref]


def _shapes(name, features):
    found = []
    for properties, kind, shape in features:
        where = "%s %s" % (name, properties["reference"])
        rings = [ring for polygon in shape for ring in polygon] if kind == "polygon" else [shape]
        if not all(SHEET_WEST * 10 <= x <= (SHEET_WEST + SHEET_WIDTH) * 10 and
                   SHEET_SOUTH * 10 <= y <= (SHEET_SOUTH + SHEET_HEIGHT) * 10 for ring in rings for x, y in ring):
            found.append(where + " leaves the sheet")
        if kind == "polygon":
            found += [where + ": " + fault for fault in faults(shape)]
    return found


def faults(shape):
    """What is wrong with a multipolygon: rings open, turned, crossing or touching themselves, holes or parts misplaced."""
    if not all(ring[0] == ring[-1] and len(ring) > 3 for polygon in shape for ring in polygon):
        return ["a ring is not closed"]
    shape = [[ring[:-1] for ring in polygon] for polygon in shape]
    found = []
    for polygon in shape:
        if area2(polygon[0]) <= 0 or any(area2(hole) >= 0 for hole in polygon[1:]):
            found.append("a ring turns the wrong way")
        if any(len(set(ring)) < len(ring) for ring in polygon):
            found.append("a ring touches itself")
    segments = [(ring[k - 1], ring[k], None) for polygon in shape for ring in polygon for k in range(len(ring))]
    if len(overlay.cut(segments)) != len(segments):
        found.append("rings cross")
    if max(Counter(frozenset(s[:2]) for s in segments).values()) > 1:
        found.append("rings share a side")
    for k, polygon in enumerate(shape):
        for hole in polygon[1:]:
            if not contains(_doubled([[polygon[0]]]), _halfway(hole)):
                found.append("a hole lies outside its polygon")
        for other in shape[:k] + shape[k + 1:]:
            if contains(_doubled([other]), _halfway(polygon[0])):
                found.append("one part lies in another")
    return found


def _doubled(shape):
    return [[[(2 * x, 2 * y) for x, y in ring] for ring in polygon] for polygon in shape]


def _halfway(ring):
    return ring[0][0] + ring[1][0], ring[0][1] + ring[1][1]


def _policies(folder, plan_map, layers):
    with (folder / "policies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = {(row["plan"], row["code"]) for row in rows}
    found = ["policies.csv: %s has an empty cell" % row["code"] for row in rows if not all(row.values())]
    for layer in plan_map["layer"]:
        for properties, _, _ in layers.get(layer["id"], ()):
            for code in filter(None, properties.get("policies", "").split(";")):
                if (layer.get("plan"), code) not in known:
                    found.append("%s %s: no policy %s" % (layer["id"], properties["reference"], code))
    return found


def _open(features):
    return [[ring[:-1] for ring in polygon] for _, _, shape in features for polygon in shape]


def _tiling(layers):
    """Communities fill the plan area side for side: each side is shared by two of them or lies on the plan area's edge."""
    def sides(features):
        return Counter((ring[k - 1], ring[k]) for polygon in _open(features) for ring in polygon for k in range(len(ring)))
    inner, outer = sides(layers["community"]), sides(layers["plan-area"])
    found = []
    if max(inner.values()) > 1:
        found.append("two communities cover the same ground")
    loose = {(a, b) for a, b in inner if (b, a) not in inner}
    if loose != set(outer):
        found.append("communities and plan area differ along %d sides" % len(loose ^ set(outer)))
    if abs(region_area(_open(layers["community"])) - region_area(_open(layers["plan-area"]))) > 1e-6:
        found.append("the communities' areas do not add up to the plan area")
    return found


def _nesting(layers):
    pairs = [("flood-zone-3", "flood-zone-2"), ("primary-shopping-area", "town-centre"), ("town-centre", "abergwaelod-inset"),
             ("housing-allocation", "settlement-boundary"), ("coverage of contaminated-land", "plan-area"),
             ("contaminated-land", "coverage of contaminated-land")]
    pairs += [(layer, "plan-area") for layer in ("conservation-area", "sssi", "green-wedge", "settlement-boundary", "flood-zone-2")]
    found = []
    for inner, outer in pairs:
        outside = region_area(subtract(_open(layers[inner]), _open(layers[outer])))
        if outside > ROUNDING:
            found.append("%.1f m² of %s lies outside %s" % (outside, inner, outer))
    return found


def _addresses(folder, buildings):
    """Each address stands in a building; UPRNs are unique; a postcode has at most 15 addresses."""
    squares = {}
    for _, _, shape in buildings:
        ring = shape[0][0][:-1]
        for x in range(min(p[0] for p in ring) // 500, max(p[0] for p in ring) // 500 + 1):
            for y in range(min(p[1] for p in ring) // 500, max(p[1] for p in ring) // 500 + 1):
                squares.setdefault((x, y), []).append([[ring]])
    with (folder / "gazetteer.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "address"]
    found = []
    for row in rows:
        p = _dm((row["easting"], row["northing"]))
        if not any(contains(shape, p) for shape in squares.get((p[0] // 500, p[1] // 500), ())):
            found.append("address %s stands in no building" % row["uprn"])
    if len({row["uprn"] for row in rows}) < len(rows):
        found.append("a UPRN is used twice")
    if len({(row["name"], row["locality"]) for row in rows}) < len(rows):
        found.append("two addresses are the same")
    crowded = [code for code, n in Counter(row["postcode"] for row in rows).items() if n > 15]
    return found + ["postcode %s has more than 15 addresses" % code for code in crowded]
