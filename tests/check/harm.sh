#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a mistake in tests and scripts must not do to the machine: no `rm -rf` crosses a mount, and no
# test sends a signal but through tests/harness/signals.h, which knows what was started here.
set -euo pipefail
# shellcheck source=tests/check/sources.sh
. "$(dirname "$0")/sources.sh"

failed=0
say() { [ -z "$1" ] || { printf '%s\n' "$1" | sed "s|\$|   <- $2|"; failed=1; }; }

scripts=$(sources '*.sh' '*.mk' Makefile)
# shellcheck disable=SC2086 # one word a file
say "$(grep -nE '(^|[^a-z-])rm +-[a-z]*r' $scripts | grep -v -e '--one-file-system' -e 'tests/check/harm.sh' || true)" \
  'rm -rf without --one-file-system'

# These hold what fork answered, or what they wrote down of a process when it began.
knows='^tests/(harness/(process|signals)|demo/playground|unit/cutoverd/(control/crowded_socket|run/hooks)_test)\.cpp:'
tests=$(sources '*.cpp' | grep '^tests/')
# shellcheck disable=SC2086
say "$(grep -nE '(^|[^a-zA-Z_.>:])(::)?kill(pg)?\([^)]' $tests | grep -vE "$knows" || true)" \
  'signal_to() of tests/harness/signals.h is to be used'
exit $failed
