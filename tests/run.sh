#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs test programs and adds their figures up: run.sh BUILD [NAME ...]. A NAME that is no test
# program of BUILD is a make target, which counts as one test. Ends with "N passed, N failed".
set -uo pipefail
build=${1:?usage: run.sh BUILD [NAME ...]}
shift
# shellcheck disable=SC2086 # ALSO: more names, or none
[ $# -gt 0 ] || set -- unit_tests fuzz_tests cutoverctl_tests harness_tests database_tests e2e_tests site_tests fault_tests ${ALSO:-}
log=$(mktemp -d)
trap 'rm -rf --one-file-system "$log"' EXIT
passed=0 failed=0 skipped=0

# The summary of a brief run does not count the failed: each has a line that ends with its time.
failures() { grep -c '\[  FAILED  \] .* ([0-9]* ms)$' "$1"; }

# The number in the line of a GoogleTest summary that starts with "[  WORD".
figure() { sed -n "s/^\[ *$1 *\] \([0-9]*\) tests\{0,1\}[.,].*/\1/p" "$2" | tail -n 1; }

# All of a long output is too much to read, but no failure is left out of it.
shown=400
show() {
  local cut=$(($(wc -l <"$1") - shown))
  [ "$cut" -le 0 ] || head -n "$cut" "$1" | grep -A 8 -E ': Failure$|^\[  FAILED  \]|Sanitizer'
  tail -n "$shown" "$1"
}

run_program() {
  local name=$1 out=$log/$1 status
  echo "== $name"
  timeout "${TEST_TIMEOUT:-2400}" "$build/$name" --gtest_brief=1 >"$out" 2>&1
  status=$?
  show "$out"
  local ok bad skip
  grep -A 1 ': Skipped$' "$out" | grep -vE ': Skipped$|^--$' | sed 's|^$|for no reason that it gives|' >>"$log/skipped"
  ok=$(figure PASSED "$out") bad=$(failures "$out") skip=$(figure SKIPPED "$out")
  # 1 says that tests have failed. Any other end is a failure beside them: a crash, or the limit.
  if [ "$status" -gt 1 ] || { [ "$status" -eq 1 ] && [ "$bad" -eq 0 ]; }; then
    echo "$name ended with $status"
    bad=$((bad + 1))
  elif [ "$((${ok:-0} + bad))" -eq 0 ]; then
    echo "$name ran no test"
    bad=1
  fi
  passed=$((passed + ${ok:-0})) failed=$((failed + bad)) skipped=$((skipped + ${skip:-0}))
}

# One that says of itself that it did nothing but skip is no pass.
run_target() {
  echo "== make $1"
  if ! make "$1" 2>&1 | tee "$log/$1"; then
    failed=$((failed + 1))
  elif tail -n 1 "$log/$1" | grep -qE '^0 passed, 0 failed, [0-9]+ skipped$'; then
    skipped=$((skipped + 1))
  else
    passed=$((passed + 1))
  fi
}

for name in "$@"; do
  case $name in
  *_tests) run_program "$name" ;;
  *) run_target "$name" ;;
  esac
done

# Nobody is to take for tested what was not: each reason, and how often.
if [ -s "$log/skipped" ]; then
  echo '== skipped'
  sort "$log/skipped" | uniq -c | sort -rn
fi
if [ "$skipped" -gt 0 ]; then
  echo "$passed passed, $failed failed, $skipped skipped"
else
  echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
