"""Features to bytes: GeoJSON with the National Grid as its coordinate system, and CSV with WKT or with eastings and northings."""
import json

CRS = '"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::27700"}}'


def number(decimetres):
    """Metres as short as they can be written: 240123 or 240123.4."""
    whole, tenth = divmod(decimetres, 10)
    return "%d.%d" % (whole, tenth) if tenth else "%d" % whole


def geojson(name, features):
    lines = [_feature(f) for f in features]
    head = '{"type":"FeatureCollection","name":"%s",%s,"features":[' % (name, CRS)
    return (head + "\n" + ",\n".join(lines) + "\n]}\n").encode()


def _feature(feature):
    properties = {"reference": feature.reference}
    properties.update(feature.values)
    text = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
    return '{"type":"Feature","properties":%s,"geometry":%s}' % (text, _geometry(feature))


def _geometry(feature):
    if feature.kind == "point":
        return '{"type":"Point","coordinates":%s}' % _pair(feature.shape)
    if feature.kind == "line":
        return '{"type":"LineString","coordinates":[%s]}' % ",".join(_pair(p) for p in feature.shape)
    polygons = ["[" + ",".join("[" + ",".join(_pair(p) for p in ring + ring[:1]) + "]" for ring in polygon) + "]"
                for polygon in feature.shape]
    if len(polygons) == 1:
        return '{"type":"Polygon","coordinates":%s}' % polygons[0]
    return '{"type":"MultiPolygon","coordinates":[%s]}' % ",".join(polygons)


def _pair(p):
    return "[%s,%s]" % (number(p[0]), number(p[1]))


def csv_with_wkt(features, columns):
    """One row an area; the geometry as WKT in the last column."""
    rows = [",".join(columns + ["geometry"])]
    for f in features:
        values = dict(f.values, reference=f.reference)
        rows.append(",".join([_cell(values.get(c, "")) for c in columns] + [_cell(_wkt(f.shape))]))
    return ("\n".join(rows) + "\n").encode()


def csv_with_points(features, columns):
    """One row a point, with its easting and northing."""
    rows = [",".join(columns + ["easting", "northing"])]
    for f in features:
        values = dict(f.values, reference=f.reference)
        rows.append(",".join([_cell(values.get(c, "")) for c in columns] + [number(f.shape[0]), number(f.shape[1])]))
    return ("\n".join(rows) + "\n").encode()


def _wkt(shape):
    polygons = ["(" + ", ".join("(" + ", ".join("%s %s" % (number(x), number(y)) for x, y in ring + ring[:1]) + ")"
                                for ring in polygon) + ")" for polygon in shape]
    return "POLYGON " + polygons[0] if len(polygons) == 1 else "MULTIPOLYGON (" + ", ".join(polygons) + ")"


def _cell(text):
    text = str(text)
    return '"%s"' % text.replace('"', '""') if any(c in text for c in ',"\n') else text
