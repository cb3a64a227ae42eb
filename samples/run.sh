#!/usr/bin/env bash
# Installs what is missing, builds hamcell, runs the sample, and says where its pictures are.
# Further arguments go to hamcell: samples/run.sh -i threshold_mm=5 --show-results wettest_month
set -euo pipefail
samples=$(cd -- "$(dirname -- "$0")" && pwd)
project=$(dirname -- "$samples")
out=$samples/out

step() { printf '== %s\n' "$*"; }

step "packages: installing what is missing"
"$project/scripts/packages.sh" build

step "build: build/release"
cd -- "$project"
launcher=()
if command -v ccache >/dev/null; then launcher=(-D CMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
build() {
  cmake --preset release -D HAMCELL_TESTS=OFF "${launcher[@]}" && cmake --build --preset release
}
# A build's many lines matter only if it fails.
mkdir -p build
if ! build >build/release.log 2>&1; then
  cat build/release.log >&2
  exit 1
fi

# The paths are relative so that the cache does not depend on where this folder lies.
cd -- "$samples"
mkdir -p out
step "run: hamcell weather.cpp --display --execute --display-cache"
"$project/build/release/bin/hamcell" weather.cpp --execute -i path=seattle-weather.csv \
  --display=out/weather.display.png --display-cache=out/weather.display-cache.png "$@"

step "pictures"
printf 'before: %s\nafter:  %s\n' "$out/weather.display.png" "$out/weather.display-cache.png"
