#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs test programs and adds their figures up: run.sh BUILD [NAME ...]. A NAME that is no test
# program of BUILD is a make target, which counts as one test. Ends with "N passed, N failed".
set -u
build=${1:?usage: run.sh BUILD [NAME ...]}
shift
[ $# -gt 0 ] || set -- unit_tests cutoverctl_tests harness_tests database_tests e2e_tests
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
passed=0 failed=0 skipped=0

# The number in the line of a GoogleTest summary that starts with "[  WORD".
figure() { sed -n "s/^\[ *$1 *\] \([0-9]*\) tests\{0,1\}[.,].*/\1/p" "$2" | tail -n 1; }

run_program() {
  local name=$1 out=$log/$1 status
  echo "== $name"
  timeout "${TEST_TIMEOUT:-2400}" "$build/$name" --gtest_brief="${CI:+1}" >"$out" 2>&1
  status=$?
  grep -vE '^\[ *(RUN|OK) *\]|^\[-+\]' "$out" | tail -n 400
  local ok bad skip
  ok=$(figure PASSED "$out") bad=$(figure FAILED "$out") skip=$(figure SKIPPED "$out")
  # A program that ended badly without counting a failure has crashed, hung or run nothing.
  if [ "$status" -ne 0 ] && [ -z "$bad" ]; then
    echo "$name ended with $status"
    bad=1
  elif [ "${ok:-0}" -eq 0 ] && [ -z "$bad" ]; then
    echo "$name ran no test"
    bad=1
  fi
  passed=$((passed + ${ok:-0})) failed=$((failed + ${bad:-0})) skipped=$((skipped + ${skip:-0}))
}

run_target() {
  echo "== make $1"
  if make "$1"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

for name in "$@"; do
  case $name in
  *_tests) run_program "$name" ;;
  *) run_target "$name" ;;
  esac
done

if [ "$skipped" -gt 0 ]; then
  echo "$passed passed, $failed failed, $skipped skipped"
else
  echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
