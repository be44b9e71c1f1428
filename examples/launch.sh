#!/usr/bin/env bash
# launch.sh [--restart] <ranks> <program> [argument...]: starts a program so many times on this
# machine, as the ranks of a group (deft::Communicator). What they print, they print together.
#   launch.sh 4 build/release/examples/fashion --ranks env --threads 1
# --restart: a rank that a signal ends is started again. Without it, as soon as a rank fails, the
# others have ten seconds to end by themselves. The exit status is the first that is not 0.
set -uo pipefail

restart=
if [[ ${1-} == --restart ]]; then
  restart=yes
  shift
fi
if [[ ! ${1-} =~ ^[1-9][0-9]*$ || $# -lt 2 ]]; then
  sed -n '2,6s/^# \?//p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
export WORLD_SIZE=$1
shift
DEFT_STORE=$(mktemp -d) || exit 2
export DEFT_STORE=$DEFT_STORE/meeting

declare -A rank_of
start() {  # start <rank> <program> [argument...]
  RANK=$1 "${@:2}" &
  rank_of[$!]=$1
}
# shellcheck disable=SC2317 # a trap calls it
end_all() {
  kill "${!rank_of[@]}" 2>/dev/null
}
# shellcheck disable=SC2064 # the folder as it is now
trap "rm -rf '${DEFT_STORE%/*}'" EXIT
trap end_all INT TERM

for ((rank = 0; rank < WORLD_SIZE; ++rank)); do start "$rank" "$@"; done

status=0 patience=
while ((${#rank_of[@]})); do
  wait -n -p ended "${!rank_of[@]}"
  code=$?
  [ -n "${ended-}" ] || continue
  rank=${rank_of[$ended]}
  unset "rank_of[$ended]"
  if ((code > 128)) && [ -n "$restart" ]; then
    echo "launch.sh: rank $rank was ended by signal $((code - 128)), and is started again" >&2
    start "$rank" "$@"
  elif ((code)); then
    ((status)) || status=$code
    if [ -z "$patience" ]; then
      { sleep 10 && kill -TERM $$; } &>/dev/null &
      patience=$!
    fi
  fi
done
[ -z "$patience" ] || kill "$patience" 2>/dev/null
exit "$status"
