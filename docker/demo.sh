#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The story in containers, for the Makefile:
#
#   demo.sh demo   builds and starts all, runs the visitors, ends all but the images; exit 0 only if
#                  nothing went wrong
#   demo.sh up     the same hosts, left running to play with
#   demo.sh down   removes whatever was made: containers, networks, volumes, images
set -euo pipefail
cd "$(dirname "$0")"

compose=(docker compose)
docker compose version >/dev/null 2>&1 || compose=(docker-compose)
command -v "${compose[0]}" >/dev/null || { echo 'docker-demo: there is no docker compose here' >&2; exit 1; }
docker info >/dev/null || { echo 'docker-demo: no docker daemon answers' >&2; exit 1; }
# shellcheck source=docker/.env
. ./.env # the project's name

# Of one service, or of all; also those that have ended, which not every compose lists.
containers() {
  docker ps --all --quiet --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
    ${1:+--filter "label=com.docker.compose.service=$1"}
}

only_if_down() {
  [ -z "$(containers)" ] && return
  echo 'docker-demo: it is up already, or what is left of it; end it with make docker-down' >&2
  exit 1
}

end() { "${compose[@]}" --profile demo --profile prometheus down --volumes --remove-orphans "$@"; }

explain() {
  "${compose[@]}" --profile demo logs --tail 40 >&2
  echo "docker-demo: $1; the containers' logs are above" >&2
}

demo() {
  local visitors line code=1
  only_if_down
  "${compose[@]}" --profile demo build
  trap end EXIT
  # Returns when every host is healthy and set up: the visitors wait for that.
  "${compose[@]}" --profile demo up --detach visitors || { explain 'not all came up'; return 1; }
  visitors=$(containers visitors)
  docker logs --follow "$visitors" | grep --line-buffered -v '^demo: failed=' || true
  code=$(docker wait "$visitors")
  line=$(docker logs "$visitors" 2>/dev/null | grep '^demo: failed=' || true)
  [ "$code" = 0 ] || explain "the visitors ended with $code"
  # Before the last line, and its failure is the demo's.
  trap - EXIT
  end
  echo "${line:-docker-demo: there is no count}"
  return "$code"
}

up() {
  only_if_down
  "${compose[@]}" --profile demo build
  "${compose[@]}" up --detach
  cat <<TEXT

The site:        http://127.0.0.1:${OLD_PORT:-8080}/  (sign up and pick a team)
The status page: http://127.0.0.1:${PAGE_PORT:-8081}/cutover/
The new host:    http://127.0.0.1:${NEW_PORT:-8082}/  (its database refuses writes until the switch)

Try, in the folder docker/
  ${compose[*]} exec old-web cutoverctl status      (and preflight, rehearse, switch, rollback, events)
  ${compose[*]} run --rm visitors
and at the end: make docker-down
TEXT
}

down() {
  end --rmi all
  docker image prune --force --filter label=org.mod_cutover.stage
}

case ${1:-} in
  demo | up | down) "$1" ;;
  *) echo "usage: $0 demo|up|down" >&2; exit 2 ;;
esac
