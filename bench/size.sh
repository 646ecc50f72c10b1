#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How large is a program that loads and answers with trivet? The stripped first example, beside an
# empty C++ program; the libraries that it loads are listed.
#
# usage: bench/size.sh [BUILD_FOLDER]      default: build/release
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${1:-build/release}
limit=1500000

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
strip -o "$scratch/example" "$build/examples/01_predict"
echo 'int main() {}' >"$scratch/empty.cpp"
"${CXX:-c++}" -O2 "$scratch/empty.cpp" -o "$scratch/empty"
strip "$scratch/empty"

bytes=$(stat -c %s "$scratch/example")
printf 'stripped example  %9d bytes (limit %d)\n' "$bytes" "$limit"
printf 'empty program     %9d bytes\n' "$(stat -c %s "$scratch/empty")"
printf 'it loads          %s\n' \
  "$(ldd "$scratch/example" | awk '{print $1}' | grep -v 'ld-linux\|vdso' | tr '\n' ' ')"
[ "$bytes" -le "$limit" ]
