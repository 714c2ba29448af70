#!/usr/bin/env bash
# Runs a job on YARN, its driver there too: deploy/yarn.sh [SPARK-SUBMIT OPTION]... JOB [--config FILE]... [key=value]...
#
#   SPARK_HOME=DIR              a distribution of Spark 3.5 for Scala 2.12
#   HADOOP_CONF_DIR=DIR         the cluster's settings
#   ECHOGEN_EVENT_LOG=URI       folder for Spark's event logs (hdfs:///spark-events, which must be there)
#
# Options are spark-submit's: --num-executors, --executor-cores, --executor-memory, --conf, --queue ...;
# besides, --gpus N gives each executor as many of YARN's yarn.io/gpu.
set -euo pipefail

refuse() {
  echo "error: $1" >&2
  exit 2
}

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
[[ -x ${SPARK_HOME:-}/bin/spark-submit ]] ||
  refuse "SPARK_HOME=${SPARK_HOME:-}: has no bin/spark-submit; give a distribution of Spark 3.5 for Scala 2.12: the one below target/ knows no YARN"
[[ -n ${HADOOP_CONF_DIR:-}${YARN_CONF_DIR:-} ]] ||
  refuse "HADOOP_CONF_DIR is not set; give the folder of the cluster's yarn-site.xml"

options=(--master yarn --deploy-mode cluster)
conf() {
  options+=(--conf "$1=$2")
}
while read -r key value; do
  case $key in '' | '#'*) ;; *) conf "$key" "$value" ;; esac
done <"$here/spark.properties"
conf spark.eventLog.dir "${ECHOGEN_EVENT_LOG:-hdfs:///spark-events}"
# A driver that dies is started again by YARN, and a training goes on from its last checkpoint.
conf spark.yarn.maxAppAttempts 3
# Files land in the folder that each process is started in; so do the libraries that DJL unpacks.
files=$here/monitoring/metrics.properties,$here/gpu-discovery.sh
conf spark.metrics.conf metrics.properties
conf spark.yarn.appMasterEnv.DJL_CACHE_DIR ./djl
conf spark.executorEnv.DJL_CACHE_DIR ./djl
# For the driver what ./echogen sets where it is the driver; jobs tell their executors themselves.
for variable in LC_ALL=C.UTF-8 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 TORCH_CPP_LOG_LEVEL=ERROR \
  MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=4294967296 MALLOC_MMAP_THRESHOLD_=10485760; do
  conf "spark.yarn.appMasterEnv.${variable%%=*}" "${variable#*=}"
done

while [[ ${1:-} == --* ]]; do
  case $1 in --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;; esac
  [[ $# -ge 2 ]] || refuse "$1 needs a value"
  case $1 in
    --files) files+=,$2 ;;
    --gpus)
      [[ $2 =~ ^[1-9][0-9]*$ ]] || refuse "--gpus $2: is not a whole number of at least 1"
      conf spark.executor.resource.gpu.amount "$2"
      conf spark.executor.resource.gpu.discoveryScript ./gpu-discovery.sh
      conf spark.task.resource.gpu.amount 1
      ;;
    *) options+=("$1" "$2") ;;
  esac
  shift 2
done
[[ $# -gt 0 ]] || refuse "no job; ./echogen lists them"

# Files of settings travel with the job, under their own names.
words=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --config=*) set -- --config "${1#*=}" "${@:2}" && continue ;;
    --config)
      [[ -f ${2:-} ]] || refuse "--config ${2:-}: no such file"
      [[ ,$files, != */"${2##*/}",* ]] || refuse "--config $2: another file has this name, too; rename one"
      files+=,$(realpath "$2")
      words+=(--config "${2##*/}")
      shift
      ;;
    *) words+=("$1") ;;
  esac
  shift
done

exec "$here/../echogen" "${options[@]}" --files "$files" "${words[@]}"
