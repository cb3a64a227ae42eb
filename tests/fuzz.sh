#!/usr/bin/env bash
# Builds the fuzz targets in build/fuzz and runs each of them: tests/fuzz.sh [SECONDS]
# The inputs that reach something new stay in build/fuzz/corpus, one that fails in build/fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}

compiler=
for version in 22 21 20 19 18 17; do
  if command -v "clang++-$version" >/dev/null; then compiler=clang++-$version; break; fi
done
[[ -n $compiler ]] || { echo "fuzz: there is no clang++ from 17 to 22" >&2; exit 1; }

cmake --preset fuzz -DCMAKE_CXX_COMPILER="$compiler" >/dev/null
cmake --build build/fuzz --target hamcell-fuzz-reader hamcell-fuzz-json
mkdir -p build/fuzz/found
status=0
for target in reader json; do
  corpus=build/fuzz/corpus/$target
  build/fuzz/bin/hamcell-fuzz-$target --seeds="$corpus.seeds"
  mkdir -p "$corpus"
  echo "== $target: $seconds seconds"
  build/fuzz/bin/hamcell-fuzz-$target -max_total_time="$seconds" -max_len=4096 -timeout=10 -malloc_limit_mb=256 \
    -artifact_prefix=build/fuzz/found/$target- -print_final_stats=1 -verbosity=0 \
    "$corpus" "$corpus.seeds" || status=1
done
exit $status
