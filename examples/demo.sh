#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `./dev demo` shows once everything is built: a real model, a request, the answer, the time.
#
# usage: examples/demo.sh [PROGRAM]      default: build/release/trivet
set -euo pipefail
export LC_NUMERIC=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."
trivet=${1:-build/release/trivet}
models=examples/models

bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi
say() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
command_line() { printf '%s$ %s%s\n' "$dim" "$1" "$plain"; }
field() { sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"; }

say "A model that XGBoost trained on 442 patients, as one would deploy it"
command_line "trivet inspect $models/diabetes"
"$trivet" inspect "$models/diabetes"

say "A request as it goes to the prediction service; one blood test is missing"
command_line "cat $models/request.json"
cat "$models/request.json"

say "The answer"
command_line "trivet predict $models/diabetes $models/request.json"
answer=$("$trivet" predict "$models/diabetes" "$models/request.json")
printf '%s\n' "$answer"
if [ "$answer" = "$(tr -d ' \n' <"$models/response.json")" ]; then
  printf '%sThese are the digits that XGBoost itself gives (%s/response.json).%s\n' \
    "$dim" "$models" "$plain"
else
  printf 'XGBoost gives other digits: %s/response.json\n' "$models"
  exit 1
fi

say "Why: how each column moved the answers away from those of a middling patient, exactly"
command_line "trivet explain $models/diabetes $models/request.json --spec $models/explanation_spec.json --summary"
"$trivet" explain "$models/diabetes" "$models/request.json" --spec "$models/explanation_spec.json" \
  --summary

say "The time on this machine"
measure() {
  "$trivet" bench "$models/diabetes" --rows "$models/rows.npy" --seconds 0.3 "$@" |
    field ns_per_row_median
}
row=$(measure --batch 1)
request=$(measure --batch 1 --json-door)
many=$(measure --batch 200)
why=$(measure --batch 200 --explain --spec "$models/explanation_spec.json")
awk -v row="$row" -v request="$request" -v many="$many" -v why="$why" 'BEGIN {
  printf "  one row from memory            %7.2f µs\n", row / 1000
  printf "  one request, JSON in and out   %7.2f µs\n", request / 1000
  printf "  each of 200 rows from memory   %7.2f µs\n", many / 1000
  printf "  the same with its explanation  %7.2f µs\n", why / 1000
}'
