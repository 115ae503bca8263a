# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Completes cutoverctl's verbs, options and, by asking the coordinator, the names of the sites.

# The command's own --state-dir, if it was given, is asked: the sites are that httpd's.
_cutoverctl_sites() {
  local command=${COMP_WORDS[0]} i
  local -a dir=()
  for ((i = 1; i < ${#COMP_WORDS[@]} - 1; i++)); do
    [[ ${COMP_WORDS[i]} == --state-dir ]] || continue
    [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++)) # readline splits at the equals sign
    dir=(--state-dir "${COMP_WORDS[i + 1]}")
  done
  timeout 2 "$command" "${dir[@]}" --json status 2>/dev/null |
    grep -o '"site":"[A-Za-z0-9_-]*"' | cut -d '"' -f 4
}

_cutoverctl() {
  local verbs='status watch preflight plan rehearse switch rollback abort resolve verify complete events explain tables'
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local verb='' site='' side='' word skip='' words i
  COMPREPLY=()

  [[ $current == = ]] && current=
  if [[ $previous == --state-dir || ($previous == = && ${COMP_WORDS[COMP_CWORD - 2]} == --state-dir) ]]; then
    mapfile -t COMPREPLY < <(compgen -d -- "$current")
    return
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == --state-dir || $word == --at || $word == --until || $word == --rows-per-second ]]; then
      skip=1
    elif [[ $word == = ]]; then
      continue
    elif [[ -n $skip ]]; then
      skip=
    elif [[ $word == -* ]]; then
      continue
    elif [[ -z $verb ]]; then
      verb=$word
    elif [[ -z $site ]]; then
      site=$word
    else
      side=$word
    fi
  done

  if [[ $current == -* ]]; then
    words='--help --json --state-dir --version'
    [[ $verb == switch || $verb == rollback ]] && words+=' --wait --at --quiet --until'
    [[ $verb == rollback ]] && words+=' --accept-data-loss --despite-direct-visitors'
    [[ $verb == verify ]] && words+=' --stop --detach --rows-per-second'
    [[ $verb == resolve || $verb == complete ]] && words+=' --other-is-down'
  elif [[ -z $verb ]]; then
    words=$verbs
  elif [[ -z $site && $verb != explain && $verb != tables ]]; then
    words=$(_cutoverctl_sites)
  elif [[ $verb == resolve && -z $side ]]; then
    words='old new'
  fi
  mapfile -t COMPREPLY < <(compgen -W "${words-}" -- "$current")
}

complete -F _cutoverctl cutoverctl
