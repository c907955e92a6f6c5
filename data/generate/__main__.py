"""Writes the sample map of the invented district Cantre'r Gwaelod.

    python3 data/generate            writes the files into data/
    python3 data/generate --check    writes nothing; checks that the files are what this program makes, and that they are sound
"""
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import boundaries
import check
import constraints
import context
import gazetteer
import proposals
import write
from district import District

DATA = Path(__file__).resolve().parent.parent
CONSERVATION_COLUMNS = ["reference", "name", "name-cy", "policies", "start-date", "end-date", "notes", "documentation-url"]
LISTED_COLUMNS = ["reference", "name", "name-cy", "policies", "start-date", "listed-building-grade"]


def build():
    """{file name: bytes} of everything that is generated."""
    district = District()
    edges = boundaries.Boundaries(district.land)
    limits, coverage = constraints.layers(district, edges)
    files = {}
    for found in (proposals.layers(district, edges.plan), limits, edges.layers(), context.layers(district)):
        for layer, features in found.items():
            files[layer + ".geojson"] = write.geojson(layer, features)
    del files["conservation-area.geojson"], files["listed-building.geojson"]
    files["conservation-area.csv"] = write.csv_with_wkt(limits["conservation-area"], CONSERVATION_COLUMNS)
    files["listed-building.csv"] = write.csv_with_points(limits["listed-building"], LISTED_COLUMNS)
    files["gwaelod-national-park.geojson"] = write.geojson("gwaelod-national-park", edges.neighbour())
    files["contaminated-land-coverage.geojson"] = write.geojson("contaminated-land-coverage", coverage)
    files["gazetteer.csv"] = ("\n".join(gazetteer.rows(district)) + "\n").encode()
    return files


def main(arguments):
    files = build()
    if arguments == ["--check"]:
        problems = check.differences(DATA, files) + check.problems(DATA)
        for problem in problems:
            print(problem)
        print("%d problems" % len(problems))
        return 1 if problems else 0
    if arguments:
        print(__doc__)
        return 2
    for name in sorted(files):
        (DATA / name).write_bytes(files[name])
        print("%9d  %s" % (len(files[name]), name))
    print("%9d  in all" % sum(len(b) for b in files.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
