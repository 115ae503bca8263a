#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# For CutoverHook: no cron job starts on this host from before a switch until it is rolled back, and a switch waits for
# those that run (a job that does not end in time refuses it). Each job asks first, in the crontab:
#
#   * * * * * shop /usr/local/sbin/hold-jobs.sh run /srv/shop/bin/job
#
#   CutoverHook before-switch  /usr/local/sbin/hold-jobs.sh
#   CutoverHook aborted        /usr/local/sbin/hold-jobs.sh
#   CutoverHook after-rollback /usr/local/sbin/hold-jobs.sh
#
# The folder belongs to httpd's User, who runs hooks, and the jobs' users can lock in it:
#
#   install -d -o www-data -m 0755 /var/lib/hold-jobs
#   install -o www-data -m 0666 /dev/null /var/lib/hold-jobs/lock
set -eu

folder=${HOLD_JOBS_FOLDER:-/var/lib/hold-jobs}
patience=20 # seconds; CutoverHook's limit is 30

if [ "${1:-}" = run ]; then
  shift
  exec 9<"$folder/lock"
  flock -s 9 # for as long as the job runs, its children too
  [ -e "$folder/held" ] || exec "$@"
  exit 0
fi

case ${CUTOVER_EVENT:?is set by the coordinator} in
before-switch)
  touch "$folder/held"
  flock -x -w "$patience" "$folder/lock" true || {
    rm -f "$folder/held"
    echo "a job is still running after $patience s: try again when it has ended"
    exit 1
  }
  echo 'jobs are held'
  ;;
aborted)
  # A rollback that was turned back leaves the site on the new host, and the jobs held.
  if [ "${CUTOVER_SIDE:?}" = old ]; then rm -f "$folder/held"; fi
  ;;
after-rollback) rm -f "$folder/held" ;;
esac
