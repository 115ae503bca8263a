#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Names the packages of the compilers that compilers.sh tries: from g++ 10 on the oldest and the newest that this
# distribution has, and the newest clang, but for the g++ with which all is built anyway.
set -euo pipefail

versions=$(apt-cache search --names-only '^(g\+\+|clang)-[0-9]+$' 2>/dev/null |
  sed -nE 's/^((g\+\+|clang)-([0-9]+)) .*/\2 \3/p' || true)
own=$(g++ -dumpversion 2>/dev/null | cut -d. -f1 || true)
{
  awk '$1 == "g++" && $2 >= 10' <<<"$versions" | sort -n -k 2 | sed -n '1p;$p' | grep -vx "g++ $own" || true
  awk '$1 == "clang"' <<<"$versions" | sort -n -k 2 | tail -1
} | sort -u | sed 's/ /-/'
