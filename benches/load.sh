#!/usr/bin/env bash
# Loads files of GeoJSON with groundrule, every check, publishing and syncing included, and converts each with ogr2ogr to FlatGeobuf
# and, where PGDATABASE names a database with PostGIS, to a table; alternating, so that noise falls on all alike.
# After a round that is not counted: median seconds, features a second, peak memory of the process, and ratios to ogr2ogr.
#
#   benches/load.sh TIMES FILE[=REFERENCE]…    needs GDAL and Python; REFERENCE is the column of references (“reference” if it is not
#                                              said), and GROUNDRULE names another program than the release build
set -euo pipefail
times=$1
shift
program=${GROUNDRULE:-$(dirname "$0")/../target/release/groundrule}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs a command; prints its seconds and the most memory that it had, in megabytes.
measured() {
  python3 - "$work/said" "$@" <<'PYTHON'
import resource, subprocess, sys, time
begun = time.monotonic()
with open(sys.argv[1], "w") as said:
    code = subprocess.run(sys.argv[2:], stdout=said, stderr=said).returncode
seconds = time.monotonic() - begun
print(f"{seconds:.3f} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}")
sys.exit(code)
PYTHON
}
ours() {
  rm -rf "$work/atlas"
  measured "$program" load "$file" --layer bench --fields "reference=$reference" --accept-repairs --atlas "$work/atlas"
}
flatgeobuf() { rm -f "$work/out.fgb" && measured ogr2ogr -f FlatGeobuf "$work/out.fgb" "$file"; }
postgis() {
  measured ogr2ogr -f PostgreSQL "PG:dbname=$PGDATABASE" "$file" -nln bench -overwrite -lco GEOMETRY_NAME=geom --config PG_USE_COPY YES -nlt PROMOTE_TO_MULTI
}
contenders=(ours flatgeobuf)
[ -z "${PGDATABASE-}" ] || contenders+=(postgis)

for argument; do
  file=${argument%%=*} reference=reference
  [ "$file" = "$argument" ] || reference=${argument#*=}
  for ((round = 0; round <= times; round++)); do
    for contender in "${contenders[@]}"; do
      line=$("$contender") || { cat "$work/said"; exit 1; }
      [ "$round" = 0 ] || echo "$contender $line"
    done
  done >"$work/times"
  features=$(ogrinfo -ro -so -al "$work/out.fgb" | sed -n 's/^Feature Count: //p')
  printf '\n%s\n' "$(basename "$file")"
  sort -k1,1 -k2,2n "$work/times" | awk -v times="$times" -v features="$features" '
    { seconds[$1, ++count[$1]] = $2; if ($3 > most[$1]) most[$1] = $3 }
    END {
      middle = int((times + 1) / 2)
      for (name in count)
        printf "%-11s median %.2f s (%.2f to %.2f), %.0f features/s, at most %d MB\n", name, seconds[name, middle], seconds[name, 1], seconds[name, times], features / seconds[name, middle], most[name]
      for (name in count)
        if (name != "ours") printf "ours / %-11s %.2f of its seconds, %.2f of its memory\n", name, seconds["ours", middle] / seconds[name, middle], most["ours"] / most[name]
    }'
done
