#!/usr/bin/env bash
# Holds the description of the HTTP part (src/gallery/openapi.json) against a public linter, and the server against the
# description: schemathesis makes requests of all kinds from it, good and bad, sends them to a real server on a real
# database, with exhibitions in every stage, and looks whether each answer is one of those that are described.
#
#   bash tests/openapi.sh [SECONDS]      half a minute where nothing is said
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}
binary=${SIMULTAN_BIN:-$PWD/target/debug/simultan}
token=the-organisers-own-token

npm ci --prefix tests/openapi --ignore-scripts --no-audit --no-fund --loglevel=error
tests/openapi/node_modules/.bin/redocly lint --config tests/openapi/redocly.yaml src/gallery/openapi.json

if ! target/schemathesis/bin/st --version 2>/dev/null | grep -q '4\.32\.5'; then
  python3 -m venv target/schemathesis
  target/schemathesis/bin/pip install --quiet --disable-pip-version-check schemathesis==4.32.5
fi

folder=$(mktemp -d)
touch "$folder/said"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
# Wrong tokens are part of it, by the hundred.
SIMULTAN_ORGANISER_TOKEN=$token "$binary" serve --bind 127.0.0.1:0 --database "$folder/games.db" --boards 2 \
  --engine random --think 1ms --bot-pace 30s --max-exhibitions 300 --address-bad-tokens 1000000 \
  >"$folder/said" 2>"$folder/log" &
server=$!
until grep -q Organiser "$folder/said"; do
  kill -0 "$server" || { cat "$folder/log" >&2; exit 1; }
  sleep 0.1
done
address=$(awk '/Dashboard/ { print $2 }' "$folder/said")
post() { curl -sSf -o /dev/null -X POST -H "Authorization: Bearer $token" -d "$2" "${address}api/exhibitions$1"; }

# The first is over, the second is being played, the third is open, has a human master, and is `current`.
"$binary" bot "ws${address#http}ws/1/play" --engine random --seats 2 2>>"$folder/log"
post "" '{"boards":4,"house_bots":3,"clock":"30m+20s","start":"chess960","seats":[{"board":2,"clock":null}]}'
post "/2/start" ""
post "" '{"boards":3,"house_bots":1,"passes":3,"master":{"kind":"human","name":"GM Judit"}}'

target/schemathesis/bin/st --config-file tests/openapi/schemathesis.toml run "${address}api/openapi.json" \
  --max-time "$seconds" --header "Authorization: Bearer $token" ${SIMULTAN_ST_ARGS:-}
# And it is well after all that.
curl -sSf "${address}healthz"
if grep -iE 'panic|ERROR' "$folder/log"; then exit 1; fi
