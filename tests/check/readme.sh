#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What README.md and CHANGELOG.md name is there: make's targets, the command's verbs and options.
set -euo pipefail

failed=0
complain() { echo "$1"; failed=1; }
for file in README.md CHANGELOG.md LICENSE Makefile mod_cutover/cutoverctl/options.cpp; do
  [ -s "$file" ] || { echo "readme: $file is missing or empty"; exit 1; }
done

targets=$(sed -nE 's/^([a-z][a-z -]*):( .*)?$/\1/p' Makefile build.mk | tr ' ' '\n' | sort -u)
while read -r target; do
  grep -qx "$target" <<<"$targets" || complain "README.md: there is no target $target"
done < <(grep -ohE '`make [a-z][a-z-]*|^ *(sudo )?make [a-z][a-z-]*' README.md CHANGELOG.md |
  sed -E 's/.*make //' | sort -u)

options=$(grep -oE '"(--[a-z-]+|[a-z]+)"' mod_cutover/cutoverctl/options.cpp | tr -d '"' | sort -u)
while read -r word; do
  grep -qxF -- "$word" <<<"$options" || complain "README.md: cutoverctl knows no $word"
done < <(grep -ohE '(`|^ *(sudo )?)cutoverctl( --?[a-z-]+)* [a-z]+( --[a-z-]+)*' README.md |
  sed 's/.*cutoverctl//' | grep -ohE -- '--[a-z-]+|^ *[a-z]+' | tr -d ' ' | sort -u)
exit $failed
