#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each check must be able to fail: it is shown a copy of the tree with one thing wrong, and a copy
# with its input missing.
set -euo pipefail
unset COMPILERS # who names them himself needs no list

build=$(cd "${1:-build}" && pwd)
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
parts=(shared mod_cutover tests apache-conf contrib docs docker portable Makefile build.mk README.md CHANGELOG.md LICENSE .clang-format
  .clang-tidy)

fresh() {
  rm -rf --one-file-system "$work/tree"
  mkdir "$work/tree"
  cp -r "${parts[@]}" "$work/tree/"
}
holds() { (cd "$work/tree" && "tests/check/$1.sh" "$build" "${@:2}") >"$work/out" 2>&1; }

failed=0
# catches CHECK WHAT COMMAND...: the command spoils the tree, and the check must then say no.
catches() {
  local check=$1 what=$2
  shift 2
  fresh
  (cd "$work/tree" && "$@")
  # shellcheck disable=SC2086 # a check, and what it looks at
  if holds $check; then
    echo "self_test: $check does not notice: $what"
    failed=1
  fi
}
# shellcheck disable=SC2317 # called by the name that `catches` is given
append() { printf '%s\n' "$2" >>"$1"; }
# shellcheck disable=SC2317
replace() { sed -i "$2" "$1"; }

fresh
for check in layering directives spdx lengths readme links record docker harm man prometheus install \
  'thread_safety mod_cutover/httpd/hold/closer.cpp'; do
  # shellcheck disable=SC2086 # a check, and what it looks at
  holds $check || { echo "self_test: $check fails on the tree as it is, so its test says nothing"; cat "$work/out"; failed=1; }
done

catches layering 'an httpd header in shared' append shared/memory/layout.cpp '#include <httpd.h>'
catches layering 'JSON in shared' append shared/memory/layout.h '#include <nlohmann/json.hpp>'
catches layering 'a system header in shared' append shared/memory/layout.cpp '#include <unistd.h>'
catches layering 'the module in shared' append shared/memory/layout.h '#include "mod_cutover/httpd/edge/api.h"'
catches layering 'a test in the module' append mod_cutover/httpd/edge/api.h '#include "tests/harness/httpd.h"'
catches layering 'MySQL in the module' append mod_cutover/httpd/hold/hold.cpp '#include <mysql.h>'
catches layering 'httpd in the coordinator' append mod_cutover/cutoverd/trail/log.cpp '# include <apr_pools.h>'
catches layering 'MySQL in another room' append mod_cutover/cutoverd/run/run.cpp '#include <mysql.h>'
catches layering 'the coordinator in the command' append mod_cutover/cutoverctl/main.cpp '#include "mod_cutover/cutoverd/trail/log.h"'
catches layering 'an include against the table' append mod_cutover/httpd/config/site.h '#include "mod_cutover/httpd/parent/spawn.h"'
catches layering 'an include up in shared' append shared/protocol/side.h '#include "shared/figures/traffic.h"'
catches layering 'a room that the table lacks' bash -c 'mkdir shared/attic && cp shared/protocol/side.h shared/attic'
# shellcheck disable=SC2016 # the backquotes are the table's, the $ another shell's
catches layering 'a room of the table that is gone' replace docs/internals.md '/^| `shared.words`/s/words/worms/'
# shellcheck disable=SC2016 # the backquotes are the table's, the $ another shell's
catches layering 'a table that allows a circle' bash -c 'sed -i "/^| .shared.protocol. /s/| |/| \`shared\/words\` |/" docs/internals.md
  echo "#include \"shared/words/times.h\"" >>shared/protocol/side.h'
# shellcheck disable=SC2016 # the backquotes are the table's, the $ another shell's
catches layering 'a room that is too full' bash -c 'for i in $(seq 15); do cp shared/words/times.h shared/words/times$i.h; done'
catches layering 'a missing table' rm docs/internals.md
catches layering 'a missing folder' rm -r --one-file-system shared
catches directives 'one that the reference lacks' replace apache-conf/cutover.conf '/^# *CutoverHoldLimit 10000/d'
catches directives 'one of the README that is no more' replace README.md 's/CutoverNewHost/CutoverOtherHost/'
catches directives 'one of the guide that is no more' replace docs/moving-a-site.md 's/CutoverProbe/CutoverProbes/'
catches directives 'one that is no more' append apache-conf/cutover.conf '#CutoverNonsense On'
catches directives 'a missing reference' rm apache-conf/cutover.conf
catches directives 'a missing module' rm -r --one-file-system mod_cutover/httpd
catches spdx 'a file without a licence' append shared/new.cpp 'int x;'
catches spdx 'a licence of another name' replace shared/protocol/side.h '1s/Apache-2.0/MIT/'
catches spdx 'a Dockerfile without a licence' append docker/new.Dockerfile 'FROM scratch'
catches lengths 'a long file' bash -c 'yes "// x" | head -301 >>tests/new.h'
catches lengths 'a file of the product that is longer than the others may be' bash -c 'yes "// x" | head -251 >>shared/new.h'
catches lengths 'an allowance without a reason' append tests/check/lengths.allowed 'Makefile'
catches lengths 'a missing list' rm tests/check/lengths.allowed
# shellcheck disable=SC2016 # the backquotes are the README's
catches readme 'a target that is not there' append README.md '`make coffee`'
catches readme 'a verb that is not there' append README.md 'cutoverctl brew'
# shellcheck disable=SC2016 # the backquotes are the guide's
catches readme 'a target of another document that is not there' append docs/reliability.md '`CUTOVER_DB=mysql make coffee`'
catches readme 'a verb of the guide that is not there' append docs/moving-a-site.md 'old# cutoverctl brew'
catches readme 'an option of another document that is not there' replace docs/when-it-goes-wrong.md 's/--other-is-down/--other-is-up/'
catches readme 'a README that is too long' bash -c 'yes "" | head -201 >>README.md'
catches readme 'a missing README' rm README.md
catches readme 'a missing changelog' rm CHANGELOG.md
catches links 'a file that is not there' append docs/messages.md '[x](nowhere.md)'
catches links 'a heading that is not there' append docker/README.md '[x](../docs/moving-a-site.md#99-nothing)'
catches links 'a heading of its own that is not there' append tests/model/README.md '[x](#nothing)'
catches links 'a heading that is renamed' replace docs/moving-a-site.md 's/^## 2. The new host/## 2. The other host/'
catches links 'a picture that is not there' rm docs/pictures/page-run-360-dark.png
catches links 'a link that leaves the project' append docs/messages.md '[x](../../etc)'
catches links 'code without an end' append docs/messages.md '```'
catches links 'a missing guide' rm docs/moving-a-site.md
catches links 'no link at all' find . -name '*.md' -exec cp LICENSE {} ';'
catches record 'a test that is no more' find tests -name run_test.cpp -exec sed -i 's/ThatJustLooks/ThatLooks/' {} ';'
catches record "a line of the models' list that is no more" replace tests/model/configurations '/ no-journal-and-no-kill /d'
catches record 'an input that is no more' rm tests/fuzz/corpus/page_request/app_scheme
# shellcheck disable=SC2016 # the backquotes are the table's
catches record 'a fault that nothing shows again' replace docs/reliability.md 's/`Applied.DoesNotTakeWhatIsLoggedForCommitted`//'
catches record 'a record that is not there' replace docs/reliability.md '/track-record/d'
catches record 'a missing document' rm docs/reliability.md
catches docker 'a port for everybody' replace docker/compose.yaml 's/127.0.0.1:..NEW_PORT:-8082./8082/'
catches docker 'a port in a list for everybody' replace docker/compose.yaml 's/127.0.0.1:..PAGE_PORT:-8081./8081/'
catches docker 'a missing compose file' rm docker/compose.yaml
catches man 'a macro that does not exist' append mod_cutover/cutoverctl/cutoverctl.8 '.XYZZY'
catches man 'a verb that it does not name' replace mod_cutover/cutoverctl/cutoverctl.8 's/rehearse/practise/g'
catches man 'a missing page' rm mod_cutover/cutoverctl/cutoverctl.8
catches harm 'an rm that crosses mounts' replace tests/run.sh 's/ --one-file-system//'
catches harm 'a signal to whoever it is' append tests/site/frozen_test.cpp '  ::kill(pid, SIGKILL);'
catches format 'a file laid out by hand' append shared/protocol/side.h 'int   x ;'
# shellcheck disable=SC2016 # they are make's
catches install 'a program that is forgotten' replace build.mk 's# \$(BUILD)/cutoverctl \$(DESTDIR)# $(DESTDIR)#'
# shellcheck disable=SC2016
catches install 'a module that stays' replace build.mk 's#rm -f \$(DESTDIR)\$(MODULE_DIR)/mod_cutover.so#rm -f#'
catches prometheus 'a metric that is not there' replace contrib/grafana/cutover.json 's/cutover_in_doubt/cutover_in_debt/'
catches prometheus 'an alert that does not fire' replace contrib/prometheus/cutover.rules.yml 's/cutover_in_doubt == 1/cutover_in_doubt == 2/'
catches prometheus 'a metric that the list lacks' replace docs/metrics.md '/cutover_gate_open/d'
# shellcheck disable=SC2016 # the backquotes are the list's
catches prometheus 'a metric of the list that is no more' append docs/metrics.md '| `cutover_beans` | gauge | none |'
catches prometheus 'an alert that the list lacks' replace docs/metrics.md '/CutoverLag/d'
catches prometheus 'a missing list' rm docs/metrics.md
catches install 'an edited file that is overwritten' replace apache-conf/install.sh '/is kept as it is/,/return/d'
catches 'thread_safety mod_cutover/httpd/hold/closer.cpp' 'a guarded member read without its mutex' \
  replace mod_cutover/httpd/hold/closer.cpp '/^void Closer::stop/a if (stopping_) return;'
catches 'thread_safety mod_cutover/httpd/hold/waker.cpp' 'a call without the mutex that it wants' \
  replace mod_cutover/httpd/hold/waker.cpp '/^void Waker::remove/,/^}/s/const Lock lock(mutex_);//'
catches thread_safety 'a missing header' rm mod_cutover/state/guarded.h
catches 'compilers shared/protocol/settings.cpp' 'a function that nobody calls' append shared/protocol/settings.cpp 'static int unused() { return 0; }'
catches 'compilers shared/protocol/nothing.cpp' 'a source that is not there' true
catches compilers 'a missing list of compilers' rm tests/check/other_compilers.sh
catches 'tidy shared/protocol/settings.cpp' 'a null pointer written as 0' append shared/protocol/settings.cpp 'const char* no_text = 0;'
exit $failed
