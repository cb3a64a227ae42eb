#!/usr/bin/env bash
# Holds the sources to .clang-format and .clang-tidy: scripts/check-style.sh BUILD_FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:?the folder of a build, for its compile_commands.json}

newest() {
  local version
  for version in 22 21 20 19 18 17 16; do
    if command -v "$1-$version" >/dev/null; then echo "$1-$version"; return; fi
  done
  echo "$1"
}

mapfile -t sources < <(git ls-files 'src/*.cpp' 'tests/*.cpp')
mapfile -t headers < <(git ls-files 'src/*.h' 'include/*.h' 'tests/*.h')
"$(newest clang-format)" --dry-run --Werror "${sources[@]}" "${headers[@]}"
echo "clang-format: ${#sources[@]} sources, ${#headers[@]} headers"

mapfile -t checked < <(git ls-files 'src/*.cpp')
printf '%s\0' "${checked[@]}" |
  xargs -0 -n 4 -P 2 "$(newest clang-tidy)" --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option 2> >(grep -v 'warnings generated' >&2 || true)
echo "clang-tidy: ${#checked[@]} sources"
