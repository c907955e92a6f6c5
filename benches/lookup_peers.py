"""How many areas hold each point, and look-ups a second, by what somebody would use instead: GEOS and PostGIS.

    python3 benches/lookup_peers.py FILE.fgb LIST.csv… [--table NAME] [--only geos|postgis] [--seconds 20] [--plain 2000]

FILE is what was loaded into the atlas, LIST one lon,lat a line. Writes LIST.geos and LIST.postgis, how many areas hold
each point, one count a line: `cargo bench --bench lookup` compares them with its own before it prints a time.

GEOS (shapely 2.0 or later, numpy, pyogrio from PyPI), one thread: an STRtree over all polygons, each polygon prepared; one
point after another, and all points in one call.

PostGIS: the database of the environment (PGDATABASE…), by psql and pgbench over its Unix socket; FILE goes into table NAME
(`a`) by ogr2ogr where there is none. Plain is ST_Intersects with a GiST index; subdivided is the same with every polygon cut by
ST_Subdivide(geom, 128), and areas counted once. pgbench has one client with prepared statements, so its figure holds the way
to the server and back, some 0.03 ms a point; the loop in PL/pgSQL has no such way and is printed beside it. A plain loop would
take minutes for a whole list: it takes the first --plain points, and their counts must be those of the subdivided table.
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5


def resident_mb():
    with open("/proc/self/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) // 1024


def median_seconds(work):
    """The median of some rounds, and what the last one gave."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times), result


def write_counts(list_file, contender, counts):
    with open(f"{list_file}.{contender}", "w", encoding="ascii") as out:
        out.writelines(f"{count}\n" for count in counts)


class Geos:
    def __init__(self, file):
        import numpy
        import pyogrio
        import shapely

        self.numpy, self.shapely = numpy, shapely
        print(f"GEOS {shapely.geos_version_string}, shapely {shapely.__version__}")
        before, begun = resident_mb(), time.perf_counter()
        _, _, geometries, _ = pyogrio.raw.read(file, columns=[])
        self.polygons = shapely.from_wkb(geometries)
        del geometries
        shapely.prepare(self.polygons)
        self.tree = shapely.STRtree(self.polygons)
        # GEOS prepares at the first question: the index of every polygon belongs to the opening.
        shapely.intersects(self.polygons, shapely.point_on_surface(self.polygons))
        print(f"  opened in {time.perf_counter() - begun:.1f} s, {resident_mb() - before} MB, {len(self.polygons)} polygons")

    def measure(self, list_file):
        numpy, shapely, polygons, tree = self.numpy, self.shapely, self.polygons, self.tree
        coordinates = numpy.loadtxt(list_file, delimiter=",")
        points = shapely.points(coordinates)

        def all_at_once():
            of_point, candidates = tree.query(points)
            holds = shapely.intersects(polygons[candidates], points[of_point])
            return numpy.bincount(of_point[holds], minlength=len(points))

        def one_by_one():
            query, intersects = tree.query, shapely.intersects
            return [int(numpy.count_nonzero(intersects(polygons[query(point)], point))) for point in points]

        seconds, counts = median_seconds(all_at_once)
        write_counts(list_file, "geos", counts)
        single, again = median_seconds(one_by_one)
        assert list(counts) == again
        count = len(points)
        print(f"{list_file}: {count} points, {counts.mean():.2f} areas hold each")
        print(f"  GEOS one by one {count / single / 1000:.1f} k/s, vectorised {count / seconds / 1000:.1f} k/s")


LOOP = """
create or replace function pg_temp.counts(areas text, most int) returns table (i int, held bigint) as $$
declare point record;
begin
  for point in select p.i, p.geom from {points} p where p.i <= most order by p.i loop
    i := point.i;
    if areas = 'plain' then
      select count(*) into held from {table} a where st_intersects(a.geom, point.geom);
    else
      select count(distinct a.id) into held from {table}_subdivided a where st_intersects(a.geom, point.geom);
    end if;
    return next;
  end loop;
end $$ language plpgsql;
"""


class PostGis:
    def __init__(self, file, table):
        self.table, self.points = table, f"{table}_points"
        print(self.sql("select 'PostgreSQL ' || current_setting('server_version') || ', PostGIS ' || postgis_lib_version()").strip())
        if self.sql(f"select to_regclass('{table}')").strip() == "":
            target = f"PG:dbname={os.environ.get('PGDATABASE', 'bench')}"
            self.run("ogr2ogr", "-f", "PostgreSQL", target, file, "-nln", table, "-lco", "GEOMETRY_NAME=geom",
                     "--config", "PG_USE_COPY", "YES", "-nlt", "PROMOTE_TO_MULTI")
        if self.sql(f"select to_regclass('{table}_subdivided')").strip() == "":
            self.sql(
                f"create table {table}_subdivided as select ogc_fid as id, st_subdivide(geom, 128) as geom from {table};"
                f"create index on {table}_subdivided using gist (geom);"
            )
        self.sql(f"vacuum analyze {table}")
        self.sql(f"vacuum analyze {table}_subdivided")

    @staticmethod
    def run(*command):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{command[0]}: {done.stderr}")
        return done.stdout

    def sql(self, *commands):
        each = [word for command in commands for word in ("-c", command)]
        return self.run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", "set jit = off", *each)

    def measure(self, list_file, seconds, plain):
        points, table = self.points, self.table
        self.sql(
            f"drop table if exists {points}",
            f"create table {points} (i serial primary key, lon float8, lat float8, geom geometry(Point, 4326))",
            f"\\copy {points} (lon, lat) from '{os.path.abspath(list_file)}' csv",
            f"update {points} set geom = st_setsrid(st_makepoint(lon, lat), 4326)",
        )
        self.sql(f"vacuum analyze {points}")
        count = int(self.sql(f"select count(*) from {points}"))
        loop = LOOP.format(points=points, table=table)

        def counted(areas, most):
            begun = time.perf_counter()
            rows = self.sql(loop, f"select held from pg_temp.counts('{areas}', {most})").split()
            return [int(row) for row in rows], most / (time.perf_counter() - begun)

        # The first pass warms the cache.
        counted("subdivided", plain)
        held, subdivided_rate = counted("subdivided", count)
        plain = min(plain, count)
        some, plain_rate = counted("plain", plain)
        assert some == held[:plain], "plain and subdivided differ"
        write_counts(list_file, "postgis", held)
        print(f"{list_file}: {count} points, {sum(held) / count:.2f} areas hold each")
        print(f"  PostGIS in a loop: plain {plain_rate / 1000:.2f} k/s, subdivided {subdivided_rate / 1000:.2f} k/s")
        rates = [
            self.pgbench(f"select count({what}) from {areas} a, {points} p where p.i = :i and st_intersects(a.geom, p.geom)", count, seconds)
            for areas, what in ((table, "*"), (f"{table}_subdivided", "distinct a.id"))
        ]
        print(f"  PostGIS by pgbench: plain {rates[0] / 1000:.2f} k/s, subdivided {rates[1] / 1000:.2f} k/s")

    def pgbench(self, query, count, seconds):
        with tempfile.NamedTemporaryFile("w", suffix=".sql", delete=False) as script:
            script.write(f"\\set i random(1, {count})\n{query};\n")
        try:
            environment = {**os.environ, "PGOPTIONS": "-c jit=off"}
            done = subprocess.run(
                ["pgbench", "-n", "-M", "prepared", "-c", "1", "-T", str(seconds), "--random-seed", "1", "-f", script.name],
                capture_output=True, text=True, check=False, env=environment,
            )
        finally:
            os.unlink(script.name)
        found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
        if done.returncode or not found:
            sys.exit(f"pgbench: {done.stderr}{done.stdout}")
        return float(found.group(1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("lists", nargs="+")
    parser.add_argument("--table", default="a")
    parser.add_argument("--only", choices=("geos", "postgis"))
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--plain", type=int, default=2000)
    asked = parser.parse_args()
    if asked.only != "postgis":
        geos = Geos(asked.file)
        for list_file in asked.lists:
            geos.measure(list_file)
        del geos
    if asked.only != "geos":
        postgis = PostGis(asked.file, asked.table)
        for list_file in asked.lists:
            postgis.measure(list_file, asked.seconds, asked.plain)


if __name__ == "__main__":
    main()
