"""Vector tiles of one map by us and by others: their bytes, their speed, and how true they are, all through the same code.

    python3 benches/tiles_peers.py MAP.toml NAME=WHERE… [--bench ../shared/bench] [--real] [--only bytes,truth,speed] [--every 5]
    python3 benches/tiles_peers.py --self-check

WHERE is an address with {z}, {x} and {y} in it, or a .pmtiles or .mbtiles file; `@14` after an address says beyond which zoom it
has no tiles. There a client draws the parent tile, so the parent is what is weighed and judged. MAP.toml names the source's files.

Bytes: the list of tiles of --bench, and the sessions of its sessions.json (on the real map of Bath & North East Somerset with
--real), as they are, by gzip 6, and by Brotli 5 and 11, all compressed here; where a server compresses, as it sends them too.

Truth, in pixels of a 512-pixel tile at the zoom that is looked at, over the list of tiles, whatever lies outside the tile left out:
  outline   how far apart the outlines of a layer are: from each source vertex to the tile's outline and from each of the
            tile's vertices to the source's (99 of 100, and most), from zoom 12 on. Rings less than a pixel across and areas that
            are missing are no part of it.
  colour    the Hausdorff distance between what the layer covers in the source and in the tile, at every zoom. Areas may be
            dissolved, and a hole of half a pixel may close; what is missing counts as far as the next thing that is there.
  missing   areas of the source in the tile with nothing of their layer within a pixel of them.
  named     areas of the source in the tile that a feature with their own reference stands for.
  invalid   features that break MVT's rules of rings or that GEOS finds invalid.
A distance counts at most as far as the tile's border is away: what lies beyond it may be what is nearest. All of A takes some
minutes of the processor for each contender; --every 5 judges a fifth of the list, tiles of all zooms.

Speed, of servers: every tile of the list once, four connections (restart the server, and it is cold); then over and over by wrk.

It needs shapely 2.1 or later, numpy, pyogrio, brotli, mapbox-vector-tile and pmtiles from PyPI.
"""
import argparse
import gzip
import http.client
import json
import math
import multiprocessing
import os
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.parse
from collections import defaultdict
from functools import cache

import brotli
import numpy
import pyogrio
import shapely
from mapbox_vector_tile.Mapbox import vector_tile_pb2

PIXELS = 512
# How much of the source round a tile is looked at: more than any distance that is told apart from "missing".
MARGIN = 16.0
# The zoom from which each area is a feature of its own.
DETAIL_ZOOM = 12
# What servers answer where nothing is: Martin and we 204, VersaTiles 404.
EMPTY = (204, 404)
WAYS = ("raw", "gzip", "br5", "br11")
# The middle of Bath, its edge, Keynsham, Midsomer Norton, and Chew Valley, as in benches/tiles.rs.
REAL_CENTRES = [(-2.3597, 51.3811), (-2.3372, 51.3676), (-2.4966, 51.4142), (-2.4852, 51.2856), (-2.6098, 51.3377)]


# Where tiles come from: each contender has `name`, `max_zoom` and `tile(z, x, y)`, which gives bytes that are not compressed.


class Server:
    def __init__(self, name, template, max_zoom):
        self.name, self.max_zoom = name, max_zoom
        self.address = urllib.parse.urlsplit(template)
        self.connection = http.client.HTTPConnection(self.address.netloc)

    def path(self, z, x, y):
        query = f"?{self.address.query}" if self.address.query else ""
        return urllib.parse.unquote(self.address.path + query).format(z=z, x=x, y=y)

    def sent(self, tile, encoding):
        """A tile's bytes as they are sent to someone who takes this encoding, and whether they are encoded."""
        try:
            answer, body = self.ask(tile, encoding)
        except (http.client.RemoteDisconnected, ConnectionError):
            # It was closed while the last tile was being compressed or judged.
            self.connection.close()
            answer, body = self.ask(tile, encoding)
        if answer.status in EMPTY:
            return b"", None
        if answer.status != 200:
            sys.exit(f"{self.name} {tile}: {answer.status} {body[:200]!r}")
        return body, answer.getheader("Content-Encoding")

    def ask(self, tile, encoding):
        self.connection.request("GET", self.path(*tile), headers={"Accept-Encoding": encoding})
        answer = self.connection.getresponse()
        return answer, answer.read()

    def tile(self, z, x, y):
        body, encoding = self.sent((z, x, y), "identity")
        return gzip.decompress(body) if encoding == "gzip" else body


class Mbtiles:
    def __init__(self, name, file):
        self.name = name
        self.tiles = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        (self.max_zoom,) = self.tiles.execute("select max(zoom_level) from tiles").fetchone()

    def tile(self, z, x, y):
        sql = "select tile_data from tiles where zoom_level = ? and tile_column = ? and tile_row = ?"
        row = self.tiles.execute(sql, (z, x, 2**z - 1 - y)).fetchone()
        return unpacked(row[0]) if row else b""


class Pmtiles:
    def __init__(self, name, file):
        from pmtiles.reader import MmapSource, Reader

        self.name, self.file = name, open(file, "rb")
        self.reader = Reader(MmapSource(self.file))
        self.max_zoom = self.reader.header()["max_zoom"]
        self.brotli = self.reader.header()["tile_compression"].name == "BROTLI"

    def tile(self, z, x, y):
        body = self.reader.get(z, x, y) or b""
        return brotli.decompress(body) if body and self.brotli else unpacked(body)


def unpacked(body):
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body


def contender(argument):
    name, _, where = argument.partition("=")
    if where.startswith("http"):
        where, _, max_zoom = where.partition("@")
        return Server(name, where, int(max_zoom or 16))
    return (Pmtiles if where.endswith(".pmtiles") else Mbtiles)(name, where)


def asked_for(tile, max_zoom):
    """The tile that a client asks for, to draw this one."""
    z, x, y = tile
    up = max(0, z - max_zoom)
    return z - up, x >> up, y >> up


# Bytes.


@cache
def weights(who, tile):
    body = who.tile(*tile)
    if not body:
        return (0, 0, 0, 0)
    return (
        len(body),
        len(gzip.compress(body, 6, mtime=0)),
        len(brotli.compress(body, quality=5)),
        len(brotli.compress(body, quality=11)),
    )


@cache
def weight_as_sent(who, tile):
    return len(who.sent(tile, "br, gzip")[0])


def world(lon, lat):
    """Web Mercator, the world from 0 to 1, y to the south."""
    sine = numpy.sin(numpy.radians(lat))
    return (lon + 180) / 360, 0.5 - numpy.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def session(centre, screen):
    """The tiles that a visitor's screen shows: at zoom 16, out to 12 one by one, and there three screens to the east."""
    width, height = screen
    seen = set()
    for z in range(16, 11, -1):
        x, y = (float(at) * PIXELS * 2**z for at in world(*centre))
        east = x + width / 2 + (3 * width if z == 12 else 0)
        columns = range(int((x - width / 2) // PIXELS), int(east // PIXELS) + 1)
        rows = range(int((y - height / 2) // PIXELS), int((y + height / 2) // PIXELS) + 1)
        seen.update((z, column, row) for column in columns for row in rows)
    return seen


def measure_bytes(who, tiles, sessions, centres):
    if tiles:
        weighed = [weights(who, asked_for(tile, who.max_zoom)) for tile in tiles]
        for way, each in zip(WAYS, zip(*weighed)):
            print(f"  tile, {way:5} median {statistics.median(each):9,.0f}  most {max(each):11,}")
        if isinstance(who, Server):
            each = [weight_as_sent(who, asked_for(tile, who.max_zoom)) for tile in tiles]
            print(f"  tile, as sent median {statistics.median(each):9,.0f}  most {max(each):11,}")
    for screen in sessions["screens"]:
        totals, sent, count = [0] * len(WAYS), 0, 0
        for centre in centres:
            fetched = {asked_for(tile, who.max_zoom) for tile in session(centre, screen)}
            count += len(fetched)
            for tile in fetched:
                totals = [total + weight for total, weight in zip(totals, weights(who, tile))]
                sent += weight_as_sent(who, tile) if isinstance(who, Server) else 0
        told = "  ".join(f"{way} {total / len(centres) / 1000:,.1f}" for way, total in zip(WAYS, totals))
        told += f"  as sent {sent / len(centres) / 1000:,.1f}" if sent else ""
        print(f"  session {screen[0]}×{screen[1]}, kB: {told}  ({count / len(centres):.1f} tiles)")


# Truth.


class Decoded:
    """What a tile says of one layer, in its own units; y to the south."""

    def __init__(self, layer):
        self.extent, self.invalid, self.references = layer.extent, 0, set()
        polygons, points = [], []
        reference = layer.keys[:].index("reference") if "reference" in layer.keys else None
        for feature in layer.features:
            tags = dict(zip(feature.tags[::2], feature.tags[1::2]))
            if reference in tags:
                self.references.add(layer.values[tags[reference]].string_value)
            if feature.type == 1:
                points.extend(place for part in parts(feature.geometry) for place in part)
            elif feature.type == 3:
                shape, kept_rules = area_of(parts(feature.geometry))
                self.invalid += not (kept_rules and shapely.is_valid(shape))
                polygons.append(shape)
        self.polygons = numpy.array(polygons, object)
        self.points = shapely.points(numpy.array(points).reshape(-1, 2))

    def placed(self, scale, left, top):
        """The same in the pixels of a tile."""
        def move(at):
            return at * scale - (left, top)

        return shapely.transform(self.polygons, move), shapely.transform(self.points, move)


def decode(body):
    tile = vector_tile_pb2.tile()
    tile.ParseFromString(body)
    return {layer.name: Decoded(layer) for layer in tile.layers}


def parts(geometry):
    """The points, lines or rings of a feature: MVT 2.1, section 4.3."""
    words = numpy.array(geometry, numpy.int64)
    deltas = (words >> 1) ^ -(words & 1)
    found, moves, at = [], [], 0
    while at < len(words):
        command, count = words[at] & 7, int(words[at] >> 3)
        at += 1
        if command == 7:
            continue
        if command == 1 and moves:
            found.append(moves)
            moves = []
        moves.append(deltas[at : at + 2 * count].reshape(-1, 2))
        at += 2 * count
    if moves:
        found.append(moves)
    pen, absolute = numpy.zeros(2, numpy.int64), []
    for moves in found:
        line = numpy.cumsum(numpy.concatenate(moves), axis=0) + pen
        pen = line[-1]
        absolute.append(line.astype(float))
    return absolute


def area_of(rings):
    """The polygons of a feature, and whether the rules of rings are kept: an outer ring is positive, its holes follow."""
    shells, kept_rules = [], True
    for ring in rings:
        if len(ring) < 3:
            kept_rules = False
            continue
        x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
        twice = float(x @ numpy.roll(y, -1) - y @ numpy.roll(x, -1))
        if twice > 0 or not shells:
            kept_rules &= twice > 0
            shells.append((ring, []))
        else:
            kept_rules &= twice < 0
            shells[-1][1].append(ring)
    polygons = [shapely.Polygon(shell, holes) for shell, holes in shells]
    return (polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)), kept_rules


class Source:
    """The areas of each layer of a map.toml, as they were before anybody made tiles of them."""

    def __init__(self, map_toml):
        with open(map_toml, "rb") as text:
            layers = tomllib.load(text)["layer"]
        self.layers = {}
        for layer in layers:
            column = layer["fields"]["reference"]
            file = os.path.join(os.path.dirname(map_toml), layer["file"])
            _, _, wkb, (references,) = pyogrio.raw.read(file, columns=[column])
            areas = shapely.transform(shapely.from_wkb(wkb), lambda at: numpy.stack(world(at[:, 0], at[:, 1]), 1))
            areas = shapely.make_valid(areas) if not shapely.is_valid(areas).all() else areas
            self.layers[layer["id"]] = areas, references.astype(str), shapely.STRtree(areas)

    def within(self, layer, tile):
        """The areas that reach a tile, in its pixels."""
        z, x, y = tile
        areas, references, tree = self.layers[layer]
        reach = MARGIN / PIXELS
        window = [at / 2**z for at in (x - reach, y - reach, x + 1 + reach, y + 1 + reach)]
        near = numpy.sort(tree.query(shapely.box(*window), predicate="intersects"))

        def place(at):
            return (at * 2**z - (x, y)) * PIXELS

        box = square(-MARGIN)
        shapes = shapely.transform(areas[near], place)
        # A line that is cut has two ends more, a polygon an edge along the cut: outlines are cut as lines.
        outlines = shapely.intersection(shapely.boundary(shapes), box)
        return Near(shapely.intersection(shapes, box), outlines, references[near])


class Near:
    """The areas of a layer in and round a tile, their outlines, and what they cover together."""

    def __init__(self, areas, outlines, references):
        self.areas, self.outlines, self.references = areas, outlines, references
        self.covered = together(areas)


def polygons_of(shapes):
    """The polygons of some shapes, without lines and points where shapes only touch."""
    found = shapely.get_parts(shapely.get_parts(shapes))
    return found[shapely.get_type_id(found) == 3]


def together(shapes):
    """What some polygons cover, valid or not."""
    polygons = polygons_of(shapes)
    bad = ~shapely.is_valid(polygons)
    if bad.any():
        mended = shapely.make_valid(polygons[bad], method="structure", keep_collapsed=False)
        polygons = numpy.concatenate([polygons[~bad], polygons_of(mended)])
    return shapely.union_all(polygons)


def square(inset):
    return shapely.box(inset, inset, PIXELS - inset, PIXELS - inset)


class Edges:
    """The edges of some outlines, to ask how far points are from them."""

    def __init__(self, lines, points=()):
        corners, of = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
        follows = of[1:] == of[:-1]
        edges = shapely.linestrings(numpy.stack([corners[:-1][follows], corners[1:][follows]], 1)) if len(corners) else []
        self.tree = shapely.STRtree([*edges, *points])

    def distances(self, at):
        """From each place (pixels) to the next edge, but at most to the border of the tile."""
        to_border = numpy.minimum(at, PIXELS - at).min(axis=1, initial=PIXELS)
        if not len(self.tree.geometries) or not len(at):
            return to_border
        (of, _), distance = self.tree.query_nearest(shapely.points(at), return_distance=True, all_matches=False)
        found = numpy.full(len(at), numpy.inf)
        found[of] = distance
        return numpy.minimum(found, to_border)


def inside(at):
    return at[((at > 0) & (at < PIXELS)).all(axis=1)]


def without_border(outlines):
    """Outlines in the open tile: what runs along its border is where it was cut, not the outline of anything."""
    return shapely.intersection(outlines, square(0.001))


def vertices_of_rings(outlines):
    """The vertices of all outlines that are a pixel across or more, or run out of sight."""
    lines = shapely.get_parts(shapely.line_merge(outlines))
    bounds = shapely.bounds(lines).reshape(-1, 4)
    large = (bounds[:, 2:] - bounds[:, :2]).max(axis=1, initial=0) >= 1
    return shapely.get_coordinates(lines[large | ~shapely.is_closed(lines)])


def outline_distances(outlines, drawn, missing):
    """Both ways: from the vertices of what is not missing to the drawn outline, and from the drawn vertices to the source's."""
    drawn = shapely.boundary(drawn)
    there = Edges(without_border(drawn)).distances(inside(vertices_of_rings(outlines[~missing])))
    back = Edges(outlines).distances(inside(shapely.get_coordinates(drawn)))
    return numpy.concatenate([there, back])


def colour_distance(a, drawn, points):
    """The Hausdorff distance between an area and what is drawn of it, within the tile."""
    b = together(drawn)
    return max(
        farthest_of(a, b, points),
        farthest_of(b, a, ()),
        # A point stands for an area: it is as far off as the area is.
        Edges(shapely.boundary(a)).distances(inside(shapely.get_coordinates(uncovered(points, a)))).max(initial=0),
    )


def uncovered(points, area):
    return [point for point in points if not area.intersects(point)]


def farthest_of(here, there, points):
    """How far the farthest place of one area is from another area or point, both within the tile."""
    rest = polygons_of(shapely.difference(together(shapely.intersection(here, square(0))), there))
    # The farthest place is a corner, or the middle of a part that is shut in: a hole that was closed.
    middles = [shapely.get_coordinates(shapely.maximum_inscribed_circle(part, 0.05))[0] for part in rest if part.area > 0.2]
    places = numpy.concatenate([shapely.get_coordinates(rest), numpy.array(middles).reshape(-1, 2)])
    return Edges(shapely.boundary(there), points).distances(places.clip(0, PIXELS)).max(initial=0)


def is_missing(source, polygons, points):
    """Which areas that reach a pixel into the tile have nothing of their layer within a pixel; and which reach into it."""
    seen = shapely.intersection(source, square(1))
    visible = shapely.area(seen) > 0
    there = numpy.concatenate([polygons, points])
    missing = visible.copy()
    if len(there):
        found, _ = shapely.STRtree(there).query(seen, predicate="dwithin", distance=1.0)
        missing[found] = False
    return missing, visible


class Truth:
    """What is found out about one contender, tile by tile."""

    def __init__(self, who):
        self.who, self.last, self.decoded, self.counted = who, None, {}, set()
        self.outline, self.colour = defaultdict(list), defaultdict(float)
        self.areas = self.missing = self.named = self.features = self.invalid = 0

    def tile(self, asked):
        """A tile as it is decoded; the last one is kept for its next layer."""
        if asked != self.last:
            body = self.who.tile(*asked)
            self.last, self.decoded = asked, decode(body) if body else {}
        if asked not in self.counted:
            self.counted.add(asked)
            layers = self.decoded
            self.invalid += sum(layer.invalid for layer in layers.values())
            self.features += sum(len(layer.polygons) for layer in layers.values())
        return self.decoded

    def look(self, tile, name, source):
        """Compares one layer of one tile."""
        z, x, y = tile
        asked = asked_for(tile, self.who.max_zoom)
        layer, polygons, points = self.tile(asked).get(name), numpy.array([], object), numpy.array([], object)
        up = z - asked[0]
        if layer:
            left, top = ((at - (parent << up)) * PIXELS for at, parent in zip((x, y), asked[1:]))
            polygons, points = layer.placed(PIXELS * 2**up / layer.extent, left, top)
            points = points[shapely.intersects(points, square(0))]
        missing, visible = is_missing(source.areas, polygons, points)
        self.missing += missing.sum()
        self.areas += visible.sum()
        self.named += sum(reference in layer.references for reference in source.references[visible]) if layer else 0
        self.colour[z] = max(self.colour[z], colour_distance(source.covered, polygons, points))
        if z >= DETAIL_ZOOM:
            self.outline[z].append(outline_distances(source.outlines, polygons, missing))

    def tell(self):
        print(self.who.name)
        of_zoom = {z: numpy.concatenate(each) for z, each in sorted(self.outline.items())}
        every = numpy.concatenate(list(of_zoom.values()))
        half, most_of_all = numpy.percentile(every, (50, 99))
        print(f"  outline, px: half within {half:.2f}, 99 of 100 {most_of_all:.2f}, most {every.max():.2f}")
        for z, each in of_zoom.items():
            print(f"    z{z}: 99 of 100 {numpy.percentile(each, 99):.2f}, most {each.max():.2f}")
        of_zoom = ", ".join(f"z{z} {distance:.2f}" for z, distance in sorted(self.colour.items()))
        print(f"  colour, px: most {max(self.colour.values()):.2f}: {of_zoom}")
        print(f"  of {self.areas:,} areas in a tile {self.missing:,} are missing, {self.named:,} are named")
        print(f"  of {self.features:,} polygons {self.invalid:,} are invalid")


def measure_truth(contenders, source, tiles):
    truths = [Truth(who) for who in contenders]
    for tile in tiles:
        for name in source.layers:
            here = source.within(name, tile)
            for truth in truths:
                truth.look(tile, name, here)
    for truth in truths:
        truth.tell()


# Speed.

CONNECTIONS = 4
LUA = """
local paths, at = {}, 0
function init(arguments) for line in io.lines(arguments[1]) do paths[#paths + 1] = line end end
function request() at = at % #paths + 1 return wrk.format("GET", paths[at]) end
function done(summary, latency)
  print(string.format("told %f %f %f %d", summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.errors.status))
end
"""


def ask_some(address, paths):
    """How many milliseconds each of some requests took, one after another on one connection."""
    connection, times = http.client.HTTPConnection(address), []
    for path in paths:
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "br, gzip"})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (200, *EMPTY):
            raise ValueError(f"{path}: {answer.status}")
        times.append(1000 * (time.perf_counter() - begun))
    return times


def measure_speed(who, tiles, seconds):
    paths = list(dict.fromkeys(who.path(*asked_for(tile, who.max_zoom)) for tile in tiles))
    shares = [(who.address.netloc, paths[at::CONNECTIONS]) for at in range(CONNECTIONS)]
    with multiprocessing.Pool(CONNECTIONS) as askers:
        begun = time.perf_counter()
        times = sum(askers.starmap(ask_some, shares, chunksize=1), [])
        passed = time.perf_counter() - begun
    print(f"  once:  {len(paths) / passed:8,.1f} tiles/s, p50 {numpy.percentile(times, 50):.1f} ms, p99 {numpy.percentile(times, 99):.1f} ms")
    # The list begins with the heaviest tiles, and a slow server would be asked for nothing else.
    random.Random(1).shuffle(paths)
    with tempfile.TemporaryDirectory() as folder:
        script, listed = f"{folder}/tiles.lua", f"{folder}/paths"
        for name, text in ((script, LUA), (listed, "\n".join(paths))):
            with open(name, "w", encoding="utf-8") as out:
                out.write(text)
        done = subprocess.run(
            ["wrk", "-t", "2", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--latency", "--timeout", "30s", "-s", script,
             "-H", "Accept-Encoding: br, gzip", f"http://{who.address.netloc}", "--", listed],
            capture_output=True, text=True, check=True,
        )
    rate, half, most, errors = map(float, re.search(r"told (\S+) (\S+) (\S+) (\d+)", done.stdout).groups())
    print(f"  again: {rate:8,.1f} tiles/s, p50 {half:.1f} ms, p99 {most:.1f} ms, no 2xx {errors:.0f}")


# What is measured with, measured.


def self_check():
    def near(one, other, within=1e-9):
        assert abs(one - other) <= within, (one, other)

    # A tile of one square of 100 units with a hole, its outer ring clockwise as seen on the screen.
    def feature(*rings):
        words, pen = [], (0, 0)
        for ring in rings:
            for at, (x, y) in enumerate(ring):
                words += {0: [9], 1: [(len(ring) - 1) << 3 | 2]}.get(at, [])
                words += [(d << 1) ^ (d >> 31) for d in (x - pen[0], y - pen[1])]
                pen = (x, y)
            words.append(15)
        return words

    outer, hole = [(0, 0), (100, 0), (100, 100), (0, 100)], [(10, 10), (10, 20), (20, 20), (20, 10)]
    shape, kept_rules = area_of(parts(feature(outer, hole)))
    assert kept_rules and shape.is_valid and shape.area == 100 * 100 - 10 * 10
    assert not area_of(parts(feature(outer[::-1])))[1], "an outer ring the wrong way round"
    bow, kept_rules = area_of(parts(feature([(0, 0), (10, 10), (0, 8), (10, 0)])))
    assert not (kept_rules and bow.is_valid), "a bow-tie"

    # The outline of a shape that was moved by 2 px is 2 px off at most; its cut along the border is not looked at.
    def outline(source, drawn):
        source = shapely.intersection(shapely.boundary(source), square(-MARGIN))
        return outline_distances(numpy.array([source]), numpy.array([drawn]), numpy.array([False])).max()

    def colour(source, drawn):
        return colour_distance(source, numpy.array([drawn]), ())

    box = shapely.box
    source, moved = box(100, 100, 200, 200), box(102, 100, 202, 200)
    near(outline(source, moved), 2)
    near(colour(source, moved), 2)
    near(colour(source, source), 0)
    cut = box(0, 100, 200, 200)
    near(outline(box(-300, 100, 200, 200), cut), 0, 0.002)
    near(colour(box(-16, 100, 200, 200), cut), 0)
    # What only touches the tile, or crosses itself, is no reason to give up.
    crossed = shapely.Polygon([(300, 300), (310, 310), (300, 310), (310, 300)])
    near(colour(shapely.union(source, box(-10, 0, 0, 10)), shapely.MultiPolygon([source, crossed])), math.hypot(110, 110))
    # Half a pixel from the border no more than that can be said.
    near(Edges([source.boundary]).distances(numpy.array([[0.5, 150.0]]))[0], 0.5)

    # A spike that was left out is as far off as it is long; a hole that was closed, as its radius.
    spiked = shapely.union(source, shapely.Polygon([(200, 149), (230, 150), (200, 151)]))
    near(outline(spiked, source), 30)
    near(colour(spiked, source), 30)
    near(colour(shapely.difference(source, box(140, 140, 160, 160)), source), 10, 0.1)
    speck = shapely.difference(source, box(140, 140, 140.8, 140.8))
    near(outline(speck, source), 0)
    near(colour(speck, source), 0.4, 0.1)

    # An area with nothing near it is missing; one that became a point or went into its neighbour is not; outside none is looked for.
    three = numpy.array([box(100, 100, 101, 101), box(300, 300, 301, 301), box(-5, -5, 0.5, 0.5)])
    points = shapely.points([[300.5, 300.5]])
    missing, visible = is_missing(three, numpy.array([box(110, 100, 120, 120)]), points)
    assert missing.tolist() == [True, False, False] and visible.tolist() == [True, True, False]
    assert is_missing(three, numpy.array([box(101.5, 100, 120, 120)]), points)[0].tolist() == [False, False, False]
    near(colour_distance(three[1], numpy.array([]), points), 0.5, 0.3)

    # Beyond its last zoom a contender's parent tile is asked for; the middle of the world is in the middle.
    assert asked_for((16, 5, 6), 14) == (14, 1, 1) and asked_for((14, 1, 1), 16) == (14, 1, 1)
    near(world(0, 0)[1], 0.5)
    assert len(session((0.0001, -0.0001), (100, 100))) == 4 * 5
    print("the measuring is right")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("map", nargs="?")
    parser.add_argument("contenders", nargs="*")
    parser.add_argument("--bench", default=os.path.join(os.path.dirname(__file__), "../../shared/bench"))
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--only", default="bytes,truth,speed")
    parser.add_argument("--every", type=int, default=1, help="judge the truth of every n-th tile of the list only")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--self-check", action="store_true")
    asked = parser.parse_intermixed_args()
    if asked.self_check:
        return self_check()
    if not asked.contenders:
        parser.error("a map.toml and contenders are needed")
    with open(f"{asked.bench}/sessions.json", encoding="utf-8") as text:
        sessions = json.load(text)
    centres, tiles = REAL_CENTRES, []
    if not asked.real:
        centres = sessions["centres"]
        with open(f"{asked.bench}/tiles_A.txt", encoding="ascii") as text:
            tiles = [tuple(map(int, line.split("/"))) for line in text.read().split()]
    wanted = asked.only.split(",")
    source = Source(asked.map) if "truth" in wanted else None
    contenders = list(map(contender, asked.contenders))
    for who in contenders:
        print(who.name)
        # Speed comes first: a server is cold only once.
        if "speed" in wanted and isinstance(who, Server):
            measure_speed(who, tiles, asked.seconds)
        if "bytes" in wanted:
            measure_bytes(who, tiles, sessions, centres)
    if "truth" in wanted:
        measure_truth(contenders, source, tiles[:: asked.every])
    return None


if __name__ == "__main__":
    main()
