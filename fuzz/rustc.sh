#!/bin/sh
# cargo's wrapper around rustc: libFuzzer's coverage for what is fuzzed, none for the rest, which would build longer and
# find nothing.
rustc=$1
shift
case " $* " in
  *" --crate-name simultan_fuzz "* | *" --crate-name shakmaty "* | *" --crate-name serde_json "*)
    exec "$rustc" "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
      -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
      -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1
    ;;
esac
exec "$rustc" "$@"
