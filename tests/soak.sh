#!/usr/bin/env bash
# A soak: exhibitions at full speed, one after the other, for as long as is said (1h), with a release build. Prints what
# the server held and how long moves waited, and fails where that does not stay as it was.
set -euo pipefail
cd "$(dirname "$0")/.."
export SIMULTAN_SOAK=${1:-1h}
exec cargo test --locked --release --test soak -- --ignored --nocapture
