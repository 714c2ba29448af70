#!/usr/bin/env bash
# Runs a job from a laid-out folder as the image would, where there is no container engine:
#
#   deploy/lay-out.sh DIR && deploy/contained.sh DIR VOLUME JOB [key=value]...
#
# The user is an id that the system has no name for, in group 0, with no capabilities and no HOME; the
# environment is the Dockerfile's; all that is mounted is read-only but VOLUME, which the job is started in,
# and a new /tmp. Wants root, and DIR and VOLUME outside /tmp. ECHOGEN_USER (12345) is the id.
set -euo pipefail

refuse() {
  echo "error: $1" >&2
  exit 2
}

[[ $# -ge 3 ]] || refuse "give a laid-out folder, a folder to write and a job: $0 DIR VOLUME JOB [key=value]..."
[[ $EUID -eq 0 ]] || refuse "root is needed to mount and to become another user"
dir=$(realpath -e "$1") volume=$(realpath -e "$2")
shift 2
[[ -x $dir/deploy/entrypoint.sh ]] || refuse "$dir: was not laid out; run deploy/lay-out.sh $dir"
for folder in "$dir" "$volume"; do
  [[ $folder != /tmp/* ]] || refuse "$folder: lies below /tmp, which the job gets a new one of"
done

# Variables of the Dockerfile's first ENV, with this folder in place of the image's.
environment=("PATH=$PATH" "SPARK_HOME=/nowhere")
[[ -z ${JAVA_HOME:-} ]] || environment+=("JAVA_HOME=$JAVA_HOME")
while read -r variable; do
  environment+=("${variable//\/opt\/echogen/$dir}")
done < <(sed -n '/^ENV /,/[^\\]$/{s/^ENV //;s/^ *//;s/ *\\$//;p};/^WORKDIR \/opt\/echogen/q' "$dir/deploy/Dockerfile")

export dir volume ECHOGEN_USER=${ECHOGEN_USER:-12345}
exec unshare --mount --propagation private bash -euc '
  mount -t tmpfs -o mode=1777 tmpfs /tmp
  mount --bind "$volume" "$volume"
  while read -r _ _ _ _ point _; do
    point=$(printf %b "$point")
    case $point in
      /tmp | /proc | /proc/* | /sys | /sys/* | /dev | /dev/* | "$volume") ;;
      *) mount -o remount,bind,ro "$point" ;;
    esac
  done </proc/self/mountinfo
  cd "$volume"
  entry=$dir/deploy/entrypoint.sh user=$ECHOGEN_USER
  exec setpriv --reuid="$user" --regid=0 --clear-groups --no-new-privs --bounding-set=-all \
    env -i "${@:2:$1}" "$entry" "${@:$1+2}"
' bash "${#environment[@]}" "${environment[@]}" "$@"
