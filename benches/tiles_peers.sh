#!/usr/bin/env bash
# Makes tiles of one map with groundrule and with what somebody would use instead, and measures all of them with tiles_peers.py.
#
#   benches/tiles_peers.sh MAP.toml WORK CONTENDER…      CONTENDER is ours, tippecanoe, martin or versatiles
#
# MAP.toml names files of GeoJSON in longitude and latitude (`generate.py A`, or benches/real_map.toml); WORK keeps what was made
# and the figures, one file a contender. GROUNDRULE names another program than the release build; MEASURE what tiles_peers.py is
# told besides (`--only bytes`, `--real`).
#   ours        loads the map, exports its pyramid where the program can, and serves it
#   tippecanoe  of TIPPECANOE, z0 to 14, as it is by default and lean: the densest areas merged, simplified ten times as far, three attributes
#   martin      MARTIN and martin-cp beside it on the PostGIS of PGDATABASE: a table a layer in EPSG:3857, one composite tile, without a
#               cache; then on tippecanoe's default .mbtiles, where that is in WORK
#   versatiles  the Node.js binding VERSATILES (@versatiles/versatiles-rs-linux-x64-gnu from npm): from_geo, z0 to 14, as by default
# PYTHON has what tiles_peers.py needs. Everything but the measuring of answers is told by GNU time.
set -euo pipefail
map=$(realpath "$1") work=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
program=${GROUNDRULE:-$here/../target/release/groundrule}
mkdir -p "$work"
work=$(realpath "$work")
server=''
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true' EXIT

# Each layer of the map: its id, a tab, its file.
layers=$("${PYTHON:-python3}" - "$map" <<'PYTHON'
import os, sys, tomllib
with open(sys.argv[1], "rb") as text:
    for layer in tomllib.load(text)["layer"]:
        print(layer["id"], os.path.normpath(os.path.join(os.path.dirname(sys.argv[1]), layer["file"])), sep="\t")
PYTHON
)

# Runs a command; prints its seconds and the most memory that it had.
timed() { # NAME COMMAND…
  local name=$1
  shift
  /usr/bin/time -f '%e s, %U + %S s of the processor, at most %M kB' -o "$work/time" "$@" >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }
  echo "$name: $(tail -n 1 "$work/time")"
}
measure() { "${PYTHON:-python3}" "$here/tiles_peers.py" ${MEASURE-} "$map" "$@"; }
# Starts a server and waits until it answers.
serve() { # ADDRESS COMMAND…
  local address=$1
  shift
  "$@" >"$work/served" 2>&1 &
  server=$!
  until curl -s -o "$work/answer" "http://$address/"; do kill -0 "$server" 2>"$work/said" || { cat "$work/served"; exit 1; }; sleep 0.2; done
}
stop() {
  echo "server: at most $(sed -n 's/^VmHWM:\s*//p' "/proc/$server/status")"
  kill "$server"
  wait "$server" || true
  server=''
}

ours() {
  rm -rf "$work/atlas"
  timed 'ours, load' "$program" load "$map" --accept-errors --accept-repairs --atlas "$work/atlas"
  if "$program" export --help | grep -q pmtiles; then
    timed 'ours, pyramid' "$program" export "$work/ours.pmtiles" --force --atlas "$work/atlas"
  fi
  serve 127.0.0.1:8191 "$program" serve --atlas "$work/atlas" --listen 127.0.0.1:8191
  measure 'ours=http://127.0.0.1:8191/tiles/current/{z}/{x}/{y}.mvt'
  stop
}

tippecanoe() {
  local named=()
  while IFS=$'\t' read -r id file; do named+=(-L "$id:$file"); done <<<"$layers"
  timed 'tippecanoe lean, pyramid' "${TIPPECANOE:-tippecanoe}" -q -f -z14 -Z0 -o "$work/lean.mbtiles" \
    --coalesce-densest-as-needed --simplification=10 -y reference -y name -y policy "${named[@]}"
  timed 'tippecanoe default, pyramid' "${TIPPECANOE:-tippecanoe}" -q -f -z14 -Z0 -o "$work/default.mbtiles" "${named[@]}"
  measure "tippecanoe lean=$work/lean.mbtiles" "tippecanoe default=$work/default.mbtiles"
}

martin() {
  local program composite='' west south east north
  program=$(type -P "${MARTIN:-martin}")
  psql -X -q -d "$PGDATABASE" -c 'drop schema if exists tiles cascade' -c 'create schema tiles' 2>"$work/said"
  while IFS=$'\t' read -r id file; do
    ogr2ogr -f PostgreSQL "PG:dbname=$PGDATABASE" "$file" -nln "$id" -t_srs EPSG:3857 -nlt PROMOTE_TO_MULTI --config PG_USE_COPY YES \
      -lco GEOMETRY_NAME=geom -lco SCHEMA=tiles -lco LAUNDER=NO
    composite+="${composite:+,}$id"
  done <<<"$layers"
  psql -X -q -d "$PGDATABASE" -c 'vacuum analyze'
  cat >"$work/martin.yaml" <<YAML
listen_addresses: 127.0.0.1:8192
cache: { size_mb: 0, tile_size_mb: 0 }
postgres:
  connection_string: postgres:///$PGDATABASE?host=/var/run/postgresql&options=-c%20jit%3Doff
  auto_publish: { from_schemas: tiles, tables: { source_id_format: '{table}' }, functions: false }
YAML
  serve 127.0.0.1:8192 "$program" --config "$work/martin.yaml"
  measure "Martin + PostGIS=http://127.0.0.1:8192/$composite/{z}/{x}/{y}"
  stop
  read -r west south east north < <("${PYTHON:-python3}" -c 'import pyogrio, sys
boxes = [pyogrio.read_info(file.split("\t")[1], force_total_bounds=True)["total_bounds"] for file in sys.argv[1].splitlines()]
print(*(min(side) for side in list(zip(*boxes))[:2]), *(max(side) for side in list(zip(*boxes))[2:]))' "$layers")
  rm -f "$work/martin.mbtiles"
  timed 'Martin, pyramid, without the memory of PostgreSQL' "${program%martin}martin-cp" --config "$work/martin.yaml" \
    --source "$composite" --output-file "$work/martin.mbtiles" --min-zoom 0 --max-zoom 14 --concurrency 4 --bbox="$west,$south,$east,$north"
  [ -e "$work/default.mbtiles" ] || return 0
  serve 127.0.0.1:8192 "$program" --listen-addresses 127.0.0.1:8192 "$work/default.mbtiles"
  MEASURE="${MEASURE-} --only speed" measure 'Martin on a finished .mbtiles=http://127.0.0.1:8192/default/{z}/{x}/{y}@14'
  stop
}

versatiles() {
  cat >"$work/versatiles.mjs" <<'JAVASCRIPT'
import {createRequire} from 'node:module';
const [binding, vpl, does, out] = process.argv.slice(2);
const {TileServer, TileSource} = createRequire(import.meta.url)(binding);
const source = await TileSource.fromVpl(vpl);
if (does === 'convert') await source.convertTo(out);
else {
  const server = new TileServer({ip: '127.0.0.1', port: +out});
  await server.addTileSource('map', source);
  await server.start();
  // The server alone does not keep Node.js running.
  setInterval(() => {}, 60_000);
}
JAVASCRIPT
  local each=''
  while IFS=$'\t' read -r id file; do each+="${each:+, }from_geo filename=\"$file\" layer_name=\"$id\" min_zoom=0 max_zoom=14"; done <<<"$layers"
  timed 'VersaTiles, pyramid' node "$work/versatiles.mjs" "$VERSATILES" "from_merged_vector [ $each ]" convert "$work/versatiles.mbtiles"
  serve 127.0.0.1:8193 node "$work/versatiles.mjs" "$VERSATILES" "from_merged_vector [ $each ]" serve 8193
  measure "VersaTiles=http://127.0.0.1:8193/tiles/map/{z}/{x}/{y}@14"
  stop
}

for contender; do
  "$contender" > >(tee "$work/$contender.txt")
done
