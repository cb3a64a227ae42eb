#!/usr/bin/env bash
# Installs what hamcell needs from the distribution's packages (Debian 12, Ubuntu 24.04), and only what is missing.
#   scripts/packages.sh build    what building and using it takes
#   scripts/packages.sh test     that, and what the tests and the style checks take
#   scripts/packages.sh bench    what building takes, and what the programs that measure take
set -euo pipefail

# g++ brings the standard library that cells are compiled against, also by clang.
build_packages=(cmake ninja-build g++ pkg-config
  libcli11-dev libspdlog-dev libfmt-dev nlohmann-json3-dev libsqlite3-dev libxxhash-dev libtomlplusplus-dev
  libgraphviz-dev libcairo2-dev libpango1.0-dev libpng-dev zlib1g-dev fonts-liberation)
test_packages=(doctest-dev librapidcheck-dev git make python3 python3-cbor2 python3-numpy python3-pandas
  python3-ipykernel jupyter-nbconvert ieee-data libeigen3-dev libxtensor-dev sqlite3 strace gdb man-db groff-base)
# The page is opened in a browser, by way of its driver. Ubuntu has these two as snaps only, and its tests do without.
test_debian_packages=(chromium chromium-driver)
bench_packages=(libbenchmark-dev python3 graphviz)
# They only make builds faster: taken along when something else is installed, where the distribution has them.
optional_packages=(ccache mold)
# Packages with LLVM's version in the name, of which one version is enough. libclang reads cells, and the clang++ of
# the same version compiles them, so these two go together. libclang-rt is what tests/fuzz.sh links.
build_llvm_packages=("libclang-%s-dev clang-%s")
test_llvm_packages=("clang-format-%s" "clang-tidy-%s" "libclang-rt-%s-dev")

say() { printf 'packages: %s\n' "$*"; }
fail() { printf 'packages: %s\n' "$*" >&2; exit 1; }

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null || true) == installed ]]; }

is_debian() { grep -qx 'ID=debian' /etc/os-release; }

# True if apt knows a version of the package that it could install.
is_available() {
  local candidate
  candidate=$(LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p')
  [[ -n $candidate && $candidate != '(none)' ]]
}

# all_are TEST WORDS: whether the test holds for each of the words.
all_are() {
  local package
  # shellcheck disable=SC2086
  for package in $2; do "$1" "$package" || return 1; done
}

# The packages of the newest of the given LLVM versions for which the test holds: newest TEST PATTERN VERSION...
newest() {
  local holds=$1 pattern=$2 version
  shift 2
  for version in "$@"; do
    if all_are "$holds" "${pattern//%s/$version}"; then
      printf '%s\n' "${pattern//%s/$version}"
      return 0
    fi
  done
  return 1
}

not_installed() {
  local package
  for package in "$@"; do
    is_installed "$package" || printf '%s\n' "$package"
  done
}

as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

# apt's many lines are kept back and shown only if it fails.
quietly() {
  local output
  if ! output=$("$@" 2>&1 </dev/null); then
    printf '%s\n' "$output" >&2
    fail "failed: $*"
  fi
}

main() {
  local required llvm
  case "$#:${1-}" in
    1:build)
      required=("${build_packages[@]}")
      llvm=("${build_llvm_packages[@]}")
      ;;
    1:test)
      required=("${build_packages[@]}" "${test_packages[@]}")
      if is_debian; then required+=("${test_debian_packages[@]}"); fi
      llvm=("${build_llvm_packages[@]}" "${test_llvm_packages[@]}")
      ;;
    1:bench)
      required=("${build_packages[@]}" "${bench_packages[@]}")
      llvm=("${build_llvm_packages[@]}")
      ;;
    *)
      printf 'usage: %s build|test|bench\n' "$0" >&2
      exit 2
      ;;
  esac
  command -v apt-get >/dev/null ||
    fail "this is not Debian or Ubuntu: install the libraries that cmake/dependencies.cmake names, then run cmake"

  local missing pattern missing_llvm=()
  mapfile -t missing < <(not_installed "${required[@]}")
  for pattern in "${llvm[@]}"; do
    newest is_installed "$pattern" 22 21 20 19 18 17 >/dev/null || missing_llvm+=("$pattern")
  done
  if [[ ${#missing[@]} -eq 0 && ${#missing_llvm[@]} -eq 0 ]]; then return 0; fi

  [[ $(id -u) -eq 0 ]] || command -v sudo >/dev/null ||
    fail "packages are missing, and installing them takes root or sudo: ${missing[*]} ${missing_llvm[*]//%s/19}"
  say "reading the distribution's package lists"
  quietly as_root apt-get -q -o DPkg::Lock::Timeout=300 update
  for pattern in "${missing_llvm[@]}"; do
    local found
    found=$(newest is_available "$pattern" 19 18 17) ||
      fail "this distribution has no ${pattern//%s/N} with N from 17 to 19"
    # shellcheck disable=SC2206
    missing+=($found)
  done
  local package
  for package in $(not_installed "${optional_packages[@]}"); do
    if is_available "$package"; then missing+=("$package"); fi
  done
  say "installing ${missing[*]}"
  quietly as_root apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "${missing[@]}"
}

main "$@"
