#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs each fuzzer of BUILD so many times, or those that are named, one after the other. What they
# discover goes to BUILD/corpus, what breaks a promise to BUILD. Ends with one line of figures.
#
#   run.sh BUILD RUNS [FUZZER ...]      FUZZ_OPTIONS: further ones of libFuzzer's
set -uo pipefail

build=${1:?usage: run.sh BUILD RUNS [FUZZER ...]}
runs=${2:?usage: run.sh BUILD RUNS [FUZZER ...]}
shift 2
here=$(cd "$(dirname "$0")" && pwd)
names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(basename -a -s _fuzzer.cpp "$here"/*_fuzzer.cpp)
# The journal's file is written hundreds of thousands of times.
[ -n "${TMPDIR:-}" ] || { [ -w /dev/shm ] && export TMPDIR=/dev/shm; }

executions=0 broken=0
for name in "${names[@]}"; do
  found=$build/corpus/$name
  log=$build/fuzz_$name.log
  mkdir -p "$found"
  # shellcheck disable=SC2086 # FUZZ_OPTIONS: several, or none
  if "$build/fuzz_$name" -runs="$runs" -max_len=4096 -timeout=60 -report_slow_units=60 \
    -print_final_stats=1 ${FUZZ_OPTIONS:-} -artifact_prefix="$build/broken_${name}_" \
    "$found" "$here/corpus/$name" >"$log" 2>&1; then
    verdict=ok
  else
    verdict="BROKEN, see $log"
    broken=$((broken + 1))
  fi
  done_runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -n 1)
  executions=$((executions + ${done_runs:-0}))
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log" | tail -n 1)
  new=$(sed -n 's/^stat::new_units_added: *//p' "$log" | tail -n 1)
  echo "fuzz: $name runs=${done_runs:-0} per_second=${rate:-0} new_inputs=${new:-0} $verdict"
done
echo "fuzz: fuzzers=${#names[@]} runs=$executions broken=$broken"
[ "$broken" -eq 0 ]
