#!/usr/bin/env bash
# A standalone cluster of Spark's and jobs on it: deploy/standalone.sh COMMAND...
#
#   up [OPTION]...               starts a master and workers on this machine
#   join spark://HOST:PORT [OPTION]...   starts workers on this machine for a master on another
#   submit [SPARK-SUBMIT OPTION]... JOB [key=value]...   runs a job on the cluster, the driver here
#   down                         ends what up or join started here
#   demo OUT [OPTION]...         up, scenes to scores in five jobs, down; OUT/scores/report.html tells
#
#   --host HOST                  address that others reach this machine by (127.0.0.1)
#   --port N                     of the master (7077; 0 takes a free one)
#   --workers N                  on this machine (2)
#   --cores N                    of a worker (1)
#   --memory SIZE                heap of a worker's executor (1g)
#
# Runs Spark from SPARK_HOME, else from what the build puts below target/. What is running, its logs
# and the secret that all processes share are in ECHOGEN_CLUSTER (./cluster). To join a master on another
# machine, copy its ECHOGEN_CLUSTER/spark.properties first; places must lie on a file system of all machines.
set -euo pipefail

refuse() {
  echo "error: $1" >&2
  exit 2
}

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
checkout=$(dirname "$here")
state=$(realpath -m "${ECHOGEN_CLUSTER:-cluster}")
settings=$state/spark.properties
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
patience=120 # seconds

host=127.0.0.1 port=7077 workers=2 cores=1 memory=1g
options() {
  while [[ $# -gt 0 ]]; do
    [[ $# -ge 2 ]] || refuse "$1 needs a value"
    case $1 in
      --host) host=$2 ;;
      --port) port=$2 ;;
      --workers) workers=$2 ;;
      --cores) cores=$2 ;;
      --memory) memory=$2 ;;
      *) refuse "$1: no such option; see the first lines of $0" ;;
    esac
    shift 2
  done
}

# Runs a class of Spark's in the background, its output in a log, which Spark's own settings make telling.
launch() {
  local name=$1
  shift
  : >"$state/$name.log" # that of an earlier cluster would be taken for this one's
  SPARK_HOME=$spark SPARK_SCALA_VERSION=2.12 SPARK_LOCAL_IP=$host nohup \
    "$java" -Xmx512m -Dlog4j2.configurationFile=org/apache/spark/log4j2-defaults.properties \
    -cp "$spark/jars/*" "$@" --properties-file "$settings" \
    >>"$state/$name.log" 2>&1 </dev/null &
  echo $! >"$state/$name.pid"
}

# Waits for a line in a log.
await() {
  local name=$1 line=$2 end=$((SECONDS + patience))
  until grep -q "$line" "$state/$name.log"; do
    if ! kill -0 "$(<"$state/$name.pid")" 2>/dev/null || [[ $SECONDS -ge $end ]]; then
      echo "error: $name did not start; $state/$name.log says:" >&2
      tail -n 20 "$state/$name.log" >&2
      exit 1
    fi
    sleep 0.2
  done
}

prepare() {
  spark=${SPARK_HOME:-$checkout/target/spark-home}
  [[ -d $spark/jars ]] ||
    refuse "$spark/jars: no such folder; run ./mvnw -DskipTests package in $checkout, or let SPARK_HOME name a distribution of Spark"
  compgen -G "$state/*.pid" >/dev/null && refuse "$state: a cluster is running there; end it with: $0 down"
  mkdir -p "$state/events"
}

start_workers() {
  local i
  for ((i = 1; i <= workers; i++)); do
    launch "worker-$i" org.apache.spark.deploy.worker.Worker --host "$host" --cores "$cores" \
      --memory "$memory" --work-dir "$state/work-$i" "$(<"$state/master")"
  done
  for ((i = 1; i <= workers; i++)); do
    await "worker-$i" "Successfully registered with master"
  done
}

up() {
  prepare
  trap down EXIT
  (
    umask 077
    {
      cat "$here/spark.properties"
      echo "spark.authenticate.secret $(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
      echo "spark.metrics.conf $here/monitoring/metrics.properties"
      echo "spark.eventLog.dir file://$state/events"
      echo "spark.executor.memory $memory"
    } >"$settings"
  )
  echo "$host" >"$state/host"
  launch master org.apache.spark.deploy.master.Master --host "$host" --port "$port"
  await master "I have been elected leader"
  sed -n 's,.*Starting Spark master at \(spark://[^ ]*\).*,\1,p' "$state/master.log" >"$state/master"
  start_workers
  echo "$(<"$state/master") with $workers workers; logs are in $state"
}

join() {
  [[ ${1:-} == spark://?*:?* ]] || refuse "join ${1:-}: give the master as spark://HOST:PORT"
  local master=$1
  shift
  options "$@"
  prepare
  [[ -f $settings ]] || refuse "$settings: no such file; copy it from the master's machine: it has the secret"
  trap down EXIT
  echo "$host" >"$state/host"
  echo "$master" >"$state/master"
  start_workers
  echo "$workers workers of $master; logs are in $state"
}

submit() {
  [[ -f $state/master && -f $settings ]] || refuse "$state: no cluster was started there; start one with: $0 up"
  SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-$(<"$state/host")} "$checkout/echogen" --master "$(<"$state/master")" \
    --properties-file "$settings" "$@"
}

# Workers end their executors, so they are asked before the master.
down() {
  local file pid end=$((SECONDS + 20))
  for file in "$state"/worker-*.pid "$state"/master.pid; do
    [[ -f $file ]] || continue
    pid=$(<"$file")
    if [[ $(ps -p "$pid" -o args=) == *org.apache.spark.deploy* ]]; then # no other that has its number now
      kill "$pid" 2>/dev/null || true
      while kill -0 "$pid" 2>/dev/null; do
        [[ $SECONDS -lt $end ]] || kill -KILL "$pid" 2>/dev/null || true
        sleep 0.1
      done
    fi
    rm -f "$file"
  done
  rm -f "$state/master" "$state/host"
}

# Enough to see the whole path work: the numbers of such a training are bad.
demo() {
  local out=${1:-}
  [[ -n $out && $out != --* ]] || refuse "demo needs a folder to write"
  shift
  options "$@"
  up
  submit synthesize out="$out/scenes" count=1000 testCount=50
  submit train-tokenizer data="$out/scenes" out="$out/tokenizer" train.steps=300
  submit tokenize data="$out/scenes" tokenizer="$out/tokenizer/model" out="$out/tokens"
  submit pretrain data="$out/tokens" tokenizer="$out/tokenizer/model" out="$out/run" train.steps=300
  submit score data="$out/tokens" model="$out/run/model" out="$out/scores" count=50
  echo "wrote $out/scores/report.html"
}

command=${1:-}
[[ $# -eq 0 ]] || shift
case $command in
  up) options "$@" ;;
  join | submit | down | demo) ;;
  *)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
"$command" "$@"
[[ $command == demo ]] || trap - EXIT # what was started stays
