#!/usr/bin/env bash
# What the image runs: Spark's own entry for the pods of drivers and executors, else a job of ./echogen.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
case ${1:-} in
  # Spark puts the folder that an executor is started in on its class path: not the volume.
  executor) exec /opt/entrypoint.sh "$@" ;;
esac
# Places that are relative lie on the volume.
[[ ! -d /data ]] || cd /data
case ${1:-} in
  driver)
    # Spark does not make the folder of its event logs; jobs say what is wrong where it cannot be made.
    mkdir -p /data/spark-events 2>/dev/null || true
    exec /opt/entrypoint.sh "$@"
    ;;
esac
# Spark's own spark-submit wants a user with a name; the launcher does without.
unset SPARK_HOME
exec "$here/../echogen" "$@"
