#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks every configuration of the list exhaustively with spin, and that each known mistake, put
# back, is found. Ends with "model: configurations=N mistakes_caught=N/N"; exit 0 only if all is well.
#
#   verify.sh BUILD [WORD ...]   only the lines that contain a WORD
#   LONG=1                       the long configurations too (hours, and MEMORY megabytes each)
#   JOBS=N, MEMORY=N, SECONDS_EACH=N
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export CPATH
if [ -n "${LONG:-}" ]; then
  export SECONDS_EACH=${SECONDS_EACH:-7200} MEMORY=${MEMORY:-8000}
else
  export SECONDS_EACH=${SECONDS_EACH:-600} MEMORY=${MEMORY:-2500}
fi

# One line of the list: KIND MODEL NAME FLAG ... Its verdict is one line.
one() {
  local kind=$1 model=$2 name=$3 states seconds claim number optimize
  shift 3
  work=$(mktemp -d)
  trap 'rm -rf --one-file-system "$work"' EXIT
  cd "$work"
  if ! spin -a "$@" "$here/$model" >spin.log 2>&1; then
    echo "FAILED $kind $name: spin: $(head -1 spin.log)"
    return
  fi
  # Compiling well takes longer than a short search.
  [ "$kind" = long ] && optimize='-O2 -DCOLLAPSE' || optimize=-O0
  # shellcheck disable=SC2086 # two words
  gcc $optimize -DSAFETY -DNOFAIR -DVECTORSZ=2048 -DMEMLIM="$MEMORY" -w -o pan pan.c
  TIMEFORMAT=%U
  { time nice -n 5 timeout "$SECONDS_EACH" ./pan -m200000 -n -E >pan.log 2>&1; } 2>seconds || true
  seconds=$(tail -1 seconds)
  states=$(sed -n 's/ *\([0-9.e+]*\) states, stored.*/\1/p' pan.log)
  if grep -q 'errors: 0' pan.log && ! grep -qE 'not completed|too small|out of memory' pan.log; then
    case $kind in
      mistake) echo "FAILED mistake $name: not found in $states states, $seconds s" ;;
      hole) echo "FAILED hole $name: is closed; make it a short one" ;;
      *) echo "ok $kind $name: $states states, $seconds s" ;;
    esac
    return
  fi
  number=$(sed -n 's/.*assertion violated.*(\([0-9]*\)==0)).*/\1/p' pan.log | head -1)
  claim=$(sed -n "s|^#define [a-z_]* *${number:-none} */\* \(.*\) \*/|\1|p" "$here/claims.pml" | head -1)
  case $kind:${claim:+found} in
    mistake:found) echo "caught mistake $name: $claim; $states states, $seconds s" ;;
    hole:found) echo "known hole $name: $claim; $states states, $seconds s" ;;
    *:found) echo "FAILED $kind $name: $claim; $states states, $seconds s" ;;
    *) echo "FAILED $kind $name: the search did not end: $(grep -E '^pan:|not completed' pan.log | head -1)" ;;
  esac
}

if [ "${1:-}" = --one ]; then
  read -ra words <<<"$2"
  one "${words[@]}"
  exit
fi

build=$(cd "${1:?usage: verify.sh BUILD [WORD ...]}" && pwd)
shift
tables=$(mktemp -d)
trap 'rm -rf --one-file-system "$tables"' EXIT
"$build/model_tables" >"$tables/tables.pml"
CPATH=$tables

kinds='short|mistake|hole'
[ -z "${LONG:-}" ] || kinds='short|mistake|hole|long'
mapfile -t lines < <(grep -E "^($kinds) " "$here/configurations")
if [ $# -gt 0 ]; then
  mapfile -t lines < <(printf '%s\n' "${lines[@]}" | grep -F "$(printf '%s\n' "$@")")
fi
[ ${#lines[@]} -gt 0 ] || { echo 'model: no configuration fits'; exit 1; }

printf '%s\0' "${lines[@]}" |
  xargs -0 -n 1 -P "${JOBS:-$(nproc)}" "$here/verify.sh" --one | tee "$tables/verdicts"

configurations=$(grep -cE '^ok ' "$tables/verdicts" || true)
caught=$(grep -cE '^caught ' "$tables/verdicts" || true)
mistakes=$(printf '%s\n' "${lines[@]}" | grep -cE '^mistake ' || true)
echo "model: configurations=$configurations mistakes_caught=$caught/$mistakes"
! grep -q '^FAILED ' "$tables/verdicts" && [ "$(wc -l <"$tables/verdicts")" -eq ${#lines[@]} ]
