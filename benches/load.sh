#!/usr/bin/env bash
# Loads one GeoJSON with groundrule (every check, publishing and syncing included), and converts it with ogr2ogr to
# FlatGeobuf and, where PGDATABASE names a database with PostGIS, to a table; alternating, so that noise falls on all alike.
#
#   benches/load.sh A.geojson [TIMES]          needs GDAL; GROUNDRULE names another program than the release build
set -euo pipefail
file=$1 times=${2:-5}
program=${GROUNDRULE:-$(dirname "$0")/../target/release/groundrule}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ours() { rm -rf "$work/atlas" && "$program" load "$file" --layer bench --fields reference=reference --atlas "$work/atlas"; }
flatgeobuf() { rm -f "$work/out.fgb" && ogr2ogr -f FlatGeobuf "$work/out.fgb" "$file"; }
postgis() {
  ogr2ogr -f PostgreSQL "PG:dbname=$PGDATABASE" "$file" -nln bench -overwrite -lco GEOMETRY_NAME=geom --config PG_USE_COPY YES -nlt PROMOTE_TO_MULTI
}
contenders=(ours flatgeobuf)
[ -z "${PGDATABASE-}" ] || contenders+=(postgis)

for ((round = 1; round <= times; round++)); do
  for contender in "${contenders[@]}"; do
    begun=$(date +%s.%N)
    "$contender" >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }
    printf '%s %s\n' "$contender" "$(echo "$(date +%s.%N) - $begun" | bc)"
  done
done | tee "$work/times" | sort -k1,1 -k2,2n | awk -v times="$times" '
  { seconds[$1, ++count[$1]] = $2 }
  END { for (name in count) printf "%-11s median %.2f s, least %.2f, most %.2f\n", name, seconds[name, int((times + 1) / 2)], seconds[name, 1], seconds[name, times] }'
