#!/usr/bin/env bash
# Builds every fuzz target and runs each for some seconds (10): from its corpus, and on from there. Needs stable Rust and a
# C++ compiler. Says how much was tried and reached; a finding fails, and its input stays in fuzz/artifacts.
#
#   bash fuzz/run.sh [SECONDS] [TARGET…]
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-10}
[ $# = 0 ] || shift
targets=("$@")
[ ${#targets[@]} != 0 ] || mapfile -t targets < <(cd fuzz_targets && ls -- *.rs | sed 's/\.rs$//')
if ! command -v c++ >/dev/null; then
  echo "fuzzing needs a C++ compiler: on Debian, apt install g++" >&2
  exit 1
fi
build=$PWD/../target/fuzz
RUSTC_WRAPPER=$PWD/rustc.sh cargo build --locked --quiet --target-dir "$build"

# What is found on the way stays outside the repository's corpus, which only grows by hand: see merge.sh.
run() {
  local target=$1 found=$build/corpus/$1 log=$build/$1.log
  mkdir -p "$found" "artifacts/$target"
  if ! "$build/debug/$target" -max_total_time="$seconds" -max_len=8192 -timeout=20 -rss_limit_mb=1024 \
    -print_final_stats=1 -artifact_prefix="artifacts/$target/" "$found" "corpus/$target" >"$log" 2>&1; then
    tail -40 "$log"
    echo "$target: a finding; its input is in fuzz/artifacts/$target" >&2
    return 1
  fi
  local executed covered
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  covered=$(grep -oE 'cov: [0-9]+' "$log" | tail -1)
  printf '%-14s %10s executions in %s s, %s edges, %s inputs in the corpus\n' \
    "$target" "$executed" "$seconds" "${covered#cov: }" "$(ls "corpus/$target" | wc -l)"
}

failed=0
for target in "${targets[@]}"; do
  run "$target" || failed=1
done
exit $failed
