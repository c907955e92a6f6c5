#!/usr/bin/env bash
# Answers a second over HTTP, as JSON with distances, and tiles that are at hand, at 4 and 64 connections; beside a handler that does nothing in the same
# loop of connections, and while the edition is swapped every second. The client runs on the same cores.
#
#   benches/http.sh ATLAS POINTS.csv [SECONDS]     needs wrk, curl, and cargo for the server that does nothing; POINTS holds
#                                                  lon,lat a line; GROUNDRULE names another program than the release build
#
# An atlas with two editions or more (load the same map twice) is swapped between the last two of them, and is left with the one
# that was current. Every line says how many replies were no 2xx: it must be none.
set -euo pipefail
atlas=$1 points=$2 seconds=${3:-10}
here=$(cd "$(dirname "$0")" && pwd)
program=${GROUNDRULE:-$here/../target/release/groundrule}
work=$(mktemp -d)
server='' ceiling='' swapper=''
current=$(cat "$atlas/current")
tidy() {
  for process in $swapper $server $ceiling; do kill "$process" 2>/dev/null || true; done
  # Also where it is broken off: the atlas is left as it was.
  [ ! -e "$work/swaps" ] || "$program" activate "$current" --atlas "$atlas" >/dev/null || true
  rm -rf "$work"
}
trap tidy EXIT

# One URL after another from the list; each thread of wrk begins elsewhere in it.
cat >"$work/places.lua" <<'LUA'
local paths, at = {}, 0
local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end
function init(arguments)
  for line in io.lines(arguments[1]) do
    local lon, lat = line:match("([^,]+),([^,]+)")
    if tonumber(lon) then paths[#paths + 1] = "/at/" .. lat .. "," .. lon .. ".json" end
  end
  at = number * 7919 % #paths
end
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
function done(summary, latency)
  local errors = summary.errors
  print(string.format("requests/s %.0f  p50 %.2f ms  p99 %.2f ms  not 2xx %d  failed %d", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
LUA
sed -e '/^function init/,/^end/d' -e '/^function request/,/^end/d' -e '/^function setup/,/^end/d' "$work/places.lua" >"$work/told.lua"

# Waits until a server has said where it listens.
address_in() {
  until grep -q 'http://' "$1"; do sleep 0.1; done
  sed -n 's|.*http://||p' "$1" | head -n 1
}
# Requests a second of one URL, or of the list, at some connections.
told() { # NAME CONNECTIONS ADDRESS [PATH]
  local threads=2
  printf '%-28s %3d connections  ' "$1" "$2"
  if [ $# -gt 3 ]; then
    wrk -t "$threads" -c "$2" -d "${seconds}s" --latency -H 'Accept-Encoding: br' -s "$work/told.lua" "http://$3$4" | grep '^requests/s'
  else
    wrk -t "$threads" -c "$2" -d "${seconds}s" --latency -s "$work/places.lua" "http://$3" -- "$points" | grep '^requests/s'
  fi
}

"$program" serve --atlas "$atlas" --listen 127.0.0.1:0 >"$work/server" 2>"$work/server-said" &
server=$!
(cd "$here/.." && exec cargo bench --quiet --bench ceiling -- 127.0.0.1:0) >"$work/ceiling" 2>"$work/ceiling-said" &
ceiling=$!
at=$(address_in "$work/server")
nothing=$(address_in "$work/ceiling")

# The tile of zoom 14 round the first place: most like the 5,000 bytes of the server that does nothing.
tile=$(awk -F, '$1 + 0 == $1 { p = atan2(0, -1); lat = $2 * p / 180; n = 2 ^ 14
  printf "/tiles/current/14/%d/%d.mvt", ($1 + 180) / 360 * n, (1 - log(sin(lat) / cos(lat) + 1 / cos(lat)) / p) / 2 * n; exit }' "$points")
for _ in 1 2 3 4 5 6 7 8; do bytes=$(curl -s -H 'Accept-Encoding: br' -o "$work/tile" -w '%{size_download}' "http://$at$tile"); done
echo "the tile has $bytes bytes by br"

# What is made at the first question is made before anything is measured.
wrk -t 2 -c 4 -d 3s -s "$work/places.lua" "http://$at" -- "$points" >/dev/null
for connections in 4 64; do
  told 'nothing, 200 bytes' "$connections" "$nothing" /200
  told 'nothing, 5000 bytes' "$connections" "$nothing" /5000
  told '/health/live' "$connections" "$at" /health/live
  told 'a tile at hand' "$connections" "$at" "$tile"
  told '/at/….json' "$connections" "$at"
done

mapfile -t editions < <(ls "$atlas/editions" | sort -V | tail -n 2)
if [ "${#editions[@]}" = 2 ]; then
  (
    swap=0
    while sleep 1; do
      "$program" activate "${editions[swap % 2]}" --atlas "$atlas" >/dev/null
      swap=$((swap + 1))
      echo "$swap" >"$work/swaps"
    done
  ) &
  swapper=$!
  for connections in 4 64; do told '/at/….json while swapped' "$connections" "$at"; done
  kill "$swapper" 2>/dev/null || true
  wait "$swapper" 2>/dev/null || true
  swapper=''
  echo "$(cat "$work/swaps") swaps, of which the server took in $(grep -c 'now serving' "$work/server-said")"
else
  echo "one edition only: load the same map again to measure while editions are swapped"
fi
