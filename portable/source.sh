#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts this source into a folder that may have an earlier one. A file that is as it was keeps its time, whoever's
# copy it comes from, so that make compiles nothing because of it; every other has this moment's.
#
#   source.sh FOLDER
set -euo pipefail

to=${1:?usage: source.sh FOLDER}
fresh=$to.fresh
rm -rf --one-file-system "$fresh"
mkdir -p "$fresh" "$to"
tar -C "$(dirname "$0")/.." --exclude=./build --exclude=./.git -cf - . | tar -C "$fresh" -m -xf -
cd "$fresh"
find . -type f -print0 | while IFS= read -r -d '' file; do
  ! cmp -s "$file" "$to/$file" || touch -r "$to/$file" "$file"
done
rm -rf --one-file-system "$to"
mv "$fresh" "$to"
