#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Who may include whom: mod_cutover/ -> shared/ -> nothing but the standard library; httpd's and the
# database's headers in one tree each; and between the rooms what their table allows (rooms.sh).
set -euo pipefail

standard=' algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv
 chrono cinttypes climits clocale cmath codecvt compare complex concepts condition_variable coroutine
 csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque
 exception execution expected filesystem format forward_list fstream functional future
 initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
 memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex
 scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept stop_token
 streambuf string string_view syncstream system_error thread tuple type_traits typeindex typeinfo
 unordered_map unordered_set utility valarray variant vector version '
standard=${standard//$'\n'/ }

httpd='<(httpd|http_[a-z]+|ap_[a-z_]+|apr[a-z_]*|mod_[a-z_]+|mpm_common|scoreboard|util_[a-z]+)\.h>'
database='<(mysql|mariadb)[^>]*>'

for part in shared mod_cutover/httpd mod_cutover/cutoverd mod_cutover/cutoverctl mod_cutover/state \
  mod_cutover/wire; do
  [ -n "$(find "$part" -name '*.cpp' -o -name '*.h' 2>/dev/null)" ] ||
    { echo "layering: no source in $part: nothing was checked"; exit 1; }
done

failed=0
complain() { echo "$1: $2"; failed=1; }

# Every #include below a folder, as path:line:<header> or path:line:"header".
includes() {
  grep -rnE --include='*.cpp' --include='*.h' '^[[:space:]]*#[[:space:]]*include' "$@" |
    sed -E 's/^([^:]*:[0-9]+):[^<"]*([<"][^>"]*[>"]).*/\1:\2/'
}

# Complains of each include below the folders that matches, unless it stands under an exception.
never() {
  local pattern=$1 why=$2 except=$3 line
  shift 3
  while IFS= read -r line; do
    [[ -n $except && $line =~ ^$except ]] || complain "$line" "$why"
  done < <(includes "$@" | grep -E ":$pattern\$" || true)
}

while IFS= read -r line; do
  header=${line##*:}
  name=${header:1:-1}
  case $header in
    '"shared/'*) ;;
    '"'*) complain "$line" 'shared/ includes its own files as "shared/..." and no others' ;;
    *) [[ $standard == *" $name "* ]] || complain "$line" 'shared/ knows the standard library alone' ;;
  esac
done < <(includes shared)

never '"[^"]*tests/[^"]*"' 'what is installed knows no test' '' shared mod_cutover
never "$httpd" "httpd's headers stay in mod_cutover/httpd" 'mod_cutover/httpd/' mod_cutover
never "$database" "the database's headers stay in mod_cutover/cutoverd/databases/session" 'mod_cutover/cutoverd/databases/session/' mod_cutover
never '"\.\./[^"]*"' 'name it from the root' '' shared mod_cutover
tests/check/rooms.sh || failed=1
exit $failed
