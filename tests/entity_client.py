"""A client of the national planning data platform's Entity API, written against its documentation
(https://www.planning.data.gov.uk/docs). It knows nothing of this server but its base address.

    python3 entity_client.py https://www.planning.data.gov.uk conservation-area -4.37641 52.64

It prints what it found as JSON. Only the standard library is used.
"""

import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

FIELDS = {
    "entity", "name", "dataset", "typology", "reference", "prefix", "organisation-entity",
    "entry-date", "start-date", "end-date", "geometry", "point", "quality",
}
RELATIONS = [
    "within", "equals", "disjoint", "intersects", "touches",
    "contains", "covers", "coveredby", "overlaps", "crosses",
]


def get(url):
    """The JSON of an address."""
    with urllib.request.urlopen(url, timeout=60) as response:
        return json.load(response)


class Platform:
    def __init__(self, base):
        self.base = base.rstrip("/")

    def search(self, extension="json", **query):
        return get(f"{self.base}/entity.{extension}?{urllib.parse.urlencode(query, doseq=True)}")

    def entity(self, number, extension="json"):
        return get(f"{self.base}/entity/{number}.{extension}")

    def all(self, **query):
        """Every entity of a search, from page to page by the links."""
        page = self.search(**query)
        yield from page["entities"]
        while "next" in page["links"]:
            page = get(page["links"]["next"])
            yield from page["entities"]

    def refused(self, **query):
        """The status and messages of a query that is not accepted."""
        try:
            self.search(**query)
        except urllib.error.HTTPError as error:
            return error.code, [detail["msg"] for detail in json.load(error)["detail"]]
        raise AssertionError(f"{query} was accepted")


def numbers(entities):
    return [entity["entity"] for entity in entities]


def positions(wkt):
    """Longitudes and latitudes of a well-known text."""
    return [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", wkt)]


def check_shape(entity):
    """An entity has every documented field; all but its number, and that of its organisation, are text."""
    missing = FIELDS - set(entity)
    assert not missing, f"{missing} missing in {sorted(entity)}"
    assert isinstance(entity["entity"], int)
    for name, value in entity.items():
        if name not in ("entity", "organisation-entity"):
            assert isinstance(value, str), (name, value)
        assert "_" not in name, name


def main(base, dataset, longitude, latitude):
    platform = Platform(base)
    found = {}

    first = platform.search(dataset=dataset)
    assert set(first) >= {"entities", "count", "links"}, sorted(first)
    assert len(first["entities"]) == min(first["count"], 10), "ten unless asked otherwise"
    for entity in first["entities"]:
        check_shape(entity)
        assert entity["dataset"] == dataset and entity["typology"] == "geography"

    every = numbers(platform.all(dataset=dataset, limit=2, field=["name", "reference"]))
    assert len(every) == len(set(every)) == first["count"], "pages neither overlap nor leave out"
    assert every == sorted(every), "entities come by their numbers"
    assert numbers(platform.all(dataset=dataset, limit=3, offset=1)) == every[1:]
    found["count"] = first["count"]

    one = first["entities"][0]
    assert platform.entity(one["entity"]) == one, "an entity alone is as it is in a list"
    feature = platform.entity(one["entity"], "geojson")
    assert feature["type"] == "Feature" and feature["properties"]["entity"] == one["entity"]

    collection = platform.search("geojson", dataset=dataset, limit=500)
    assert collection["type"] == "FeatureCollection"
    assert [f["properties"]["entity"] for f in collection["features"]] == every
    for each in collection["features"]:
        assert each["type"] == "Feature" and each["geometry"]["coordinates"]
        assert not {"geometry", "point", "geojson"} & set(each["properties"])

    slim = platform.search(dataset=dataset, field="name")["entities"][0]
    assert set(slim) == {"entity", "name"}, sorted(slim)
    without = platform.search(dataset=dataset, exclude_field="geometry,point")["entities"][0]
    assert set(one) - set(without) == {"geometry", "point"}

    # What a planning service asks of a home: which entities are here?
    here = platform.search(longitude=longitude, latitude=latitude, period="current", limit=100)
    point = f"POINT({longitude} {latitude})"
    by_geometry = platform.search(geometry=point, geometry_relation="intersects", limit=100)
    assert numbers(here["entities"]) == numbers(by_geometry["entities"])
    found["here"] = sorted(entity["dataset"] for entity in here["entities"])

    # And of a site: what lies across it?
    d = 0.002
    site = (
        f"POLYGON(({longitude - d} {latitude - d}, {longitude + d} {latitude - d}, "
        f"{longitude + d} {latitude + d}, {longitude - d} {latitude + d}, {longitude - d} {latitude - d}))"
    )
    related = {
        relation: set(numbers(platform.all(geometry=site, geometry_relation=relation, limit=500)))
        for relation in RELATIONS
    }
    whole = set(numbers(platform.all(limit=500)))
    assert related["intersects"] | related["disjoint"] == whole
    assert not related["intersects"] & related["disjoint"]
    assert related["contains"] <= related["covers"] <= related["intersects"]
    assert related["within"] <= related["coveredby"] <= related["intersects"]
    assert related["touches"] <= related["intersects"]
    assert set(numbers(here["entities"])) <= related["intersects"]
    default = set(numbers(platform.all(geometry=site, limit=500)))
    assert default == related["within"], "the default relation is within"
    found["site"] = len(related["intersects"])

    # An entity is equal to its own geometry, named by number or sent back as it came.
    same = platform.search(geometry_entity=one["entity"], geometry_relation="equals", dataset=dataset)
    assert one["entity"] in numbers(same["entities"])
    if len(one["geometry"]) < 8000:
        same = platform.search(geometry=one["geometry"], geometry_relation="equals")
        assert one["entity"] in numbers(same["entities"])
    lon, lat = positions(one["point"])[0]
    inside = platform.search(longitude=lon, latitude=lat, dataset=dataset)
    assert one["entity"] in numbers(inside["entities"]), "its point is in it"

    # Dates and periods.
    dated = [entity for entity in platform.all(dataset=dataset, limit=500) if entity["start-date"]]
    for entity in dated[:3]:
        year = int(entity["start-date"][:4])
        matched = {
            match: numbers(platform.all(
                dataset=dataset, limit=500, start_date_year=year, start_date_match=match))
            for match in ("match", "before", "since")
        }
        assert entity["entity"] in matched["match"] and entity["entity"] in matched["since"]
        assert not set(matched["before"]) & set(matched["since"])
    empty = numbers(platform.all(dataset=dataset, limit=500, start_date_match="empty"))
    assert len(empty) + len(dated) == first["count"]
    current = set(numbers(platform.all(dataset=dataset, limit=500, period="current")))
    historical = set(numbers(platform.all(dataset=dataset, limit=500, period="historical")))
    assert current | historical == set(every)
    assert set(numbers(platform.all(dataset=dataset, limit=500, period=["current", "historical"]))) == set(every)
    found["historical"] = len(historical)

    # By reference, CURIE and number.
    reference = platform.search(dataset=dataset, reference=one["reference"])
    assert numbers(reference["entities"]) == [one["entity"]]
    curie = platform.search(curie=f"{one['prefix']}:{one['reference']}")
    assert numbers(curie["entities"]) == [one["entity"]]
    assert numbers(platform.search(entity=every[:2])["entities"]) == every[:2]

    # What is not accepted is said.
    geojson = platform.refused(geometry=json.dumps({"type": "Point", "coordinates": [0, 51]}))
    assert geojson == (422, ["Expected WKT format, received GeoJSON instead"]), geojson
    status, messages = platform.refused(limit=501)
    assert (status, messages) == (422, ["ensure this value is less than or equal to 500"])
    status, messages = platform.refused(dataset="no-such-dataset")
    assert status == 422 and messages[0].startswith("Requested datasets do not exist: no-such-dataset. Valid dataset names: ")
    try:
        platform.entity(999_999_999)
        raise AssertionError("there is no such entity")
    except urllib.error.HTTPError as error:
        assert error.code == 404

    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
