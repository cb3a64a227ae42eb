#!/usr/bin/env bash
# Installs what the tests need, builds, and runs them.
#
#   tests/run.sh              release build with warnings as errors, style checks, all tests
#   tests/run.sh --sanitize   also the builds with address, undefined-behaviour and thread sanitizers
set -euo pipefail
cd "$(dirname "$0")/.."

modes=(ci)
for argument in "$@"; do
  case $argument in
    --sanitize) modes+=(debug thread) ;;
    *) echo "usage: tests/run.sh [--sanitize]" >&2; exit 2 ;;
  esac
done

scripts/packages.sh build
scripts/packages.sh test

launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi

for mode in "${modes[@]}"; do
  echo "== $mode: build"
  cmake --preset "$mode" "${launcher[@]}" >/dev/null
  cmake --build --preset "$mode"
  echo "== $mode: tests"
  ctest --test-dir "build/$mode" --output-on-failure -j 2
done

echo "== style"
scripts/check-style.sh "build/ci"
