#!/usr/bin/env bash
# Looks at what comes along with the program: licences, origins, duplicates, and what is known against it. Installs
# cargo-deny into target/tools if there is none. Lists of what is known against crates and packages are not to be had
# everywhere; where they are not, a line says what was not checked.
set -euo pipefail
cd "$(dirname "$0")/.."

unchecked() { printf 'NOT CHECKED: %s\n' "$*"; }

export PATH=$PWD/target/tools/bin:$PATH
if ! command -v cargo-deny >/dev/null; then
  # It is used for a second, so it need not be fast.
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 cargo install --debug --locked --quiet --root target/tools \
    --target-dir target/tools/build cargo-deny --version 0.20.2
  rm -r target/tools/build
fi

echo "crates: licences, duplicates, origins"
cargo deny --locked check licenses bans sources

if timeout 120 cargo deny fetch db >/dev/null 2>&1; then
  echo "crates: advisories"
  cargo deny --locked check advisories
else
  unchecked "advisories about crates, since the RustSec database can't be reached from here"
fi

for folder in static tests/browser tests/openapi; do
  # A failure without a report is the registry's, which may have none; a report with something in it fails here.
  report=$(npm audit --json --prefix "$folder" 2>/dev/null || true)
  case $report in
    *auditReportVersion*)
      echo "packages of $folder: advisories"
      npm audit --prefix "$folder"
      ;;
    *) unchecked "advisories about the packages of $folder, since the npm registry does not give them here" ;;
  esac
done
