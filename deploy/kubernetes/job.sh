#!/usr/bin/env bash
# Runs a job on Kubernetes: deploy/kubernetes/job.sh [OPTION]... JOB [--config FILE]... [key=value]...
#
# Prints a SparkApplication for the Spark operator, to be piped to kubectl apply -f -. With --master
# the spark-submit of SPARK_HOME starts the same without the operator.
#
#   --master k8s://HOST:PORT    start it
#   --name NAME                 of the application (echogen-JOB)
#   --image IMAGE               (echogen:VERSION, with --gpus echogen:VERSION-cu128)
#   --num-executors N           (2)
#   --executor-cores N          (4)
#   --executor-memory SIZE      heap of an executor (4g)
#   --driver-memory SIZE        heap of the driver (4g)
#   --gpus N                    of an executor; a training has a use for one
#   --conf KEY=VALUE            any property of Spark's, such as spark.executor.memoryOverhead=12g
#
# A FILE is one of the checkout's conf/, which the image has, or an absolute path on the volume.
set -euo pipefail

refuse() {
  echo "error: $1" >&2
  exit 2
}

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
checkout=$(cd "$here/../.." && pwd)
home=/opt/echogen # in the image

# The text of a property of the pom, or of its own version.
pom() {
  sed -n "\,^ *<$1>,{s,^ *<$1>\([^<]*\)<.*,\1,p;q}" "$checkout/pom.xml"
}

declare -A conf=()
properties() {
  local key value
  while read -r key value; do
    case $key in '' | '#'*) ;; *) conf[$key]=$value ;; esac
  done <"$1"
}
properties "$here/../spark.properties"
properties "$here/spark.properties"

master='' name='' image='' gpus=0
while [[ ${1:-} == --* ]]; do
  case $1 in --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;; esac
  [[ $# -ge 2 ]] || refuse "$1 needs a value"
  case $1 in
    --master) master=$2 ;;
    --name) name=$2 ;;
    --image) image=$2 ;;
    --gpus) gpus=$2 ;;
    --num-executors) conf[spark.executor.instances]=$2 ;;
    --executor-cores) conf[spark.executor.cores]=$2 ;;
    --executor-memory) conf[spark.executor.memory]=$2 ;;
    --driver-memory) conf[spark.driver.memory]=$2 ;;
    --conf)
      [[ $2 == ?*=* ]] || refuse "--conf $2: is not KEY=VALUE"
      conf[${2%%=*}]=${2#*=}
      ;;
    *) refuse "$1: no such option; see the first lines of $0" ;;
  esac
  shift 2
done
[[ $# -gt 0 ]] || refuse "no job; ./echogen lists them"
[[ -z $master || $master == k8s://* ]] || refuse "--master $master: is not k8s://HOST:PORT"
[[ $gpus =~ ^[0-9]+$ ]] || refuse "--gpus $gpus: is not a number"

job=$1
[[ $job != bench ]] || job="$1-${2:-}"
name=${name:-echogen-$job}
[[ $name =~ ^[a-z]([-a-z0-9]{0,45}[a-z0-9])?$ ]] ||
  refuse "--name $name: give at most 47 letters a to z, digits and hyphens, a letter first and no hyphen last"
image=${image:-echogen:$(pom version)$([[ $gpus -eq 0 ]] || echo -cu128)}

# What --config names lies in the image.
words=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --config=*) set -- --config "${1#*=}" "${@:2}" && continue ;;
    --config)
      [[ $# -ge 2 && -n $2 ]] || refuse "--config needs a file"
      file=$2
      if [[ $file != /* ]]; then
        file=$(realpath -m --relative-to "$checkout" "$file")
        [[ $file == conf/* && -f $checkout/$file ]] ||
          refuse "--config $2: is none of the checkout's conf/; put it on the volume and give its path there, /data/…"
        file=$home/$file
      fi
      words+=(--config "$file")
      shift
      ;;
    *[[:cntrl:]]*) refuse "$1: has control characters" ;;
    *) words+=("$1") ;;
  esac
  shift
done

jars=
case ${words[0]} in bench | leak) jars=local://$home/target/echogen-perf.jar ;; esac

pod=$(sed '/^apiVersion:/d; /^kind:/d; /^ *#/d' "$here/pod.yaml")
executor_pod=${pod/spark-kubernetes-driver/spark-kubernetes-executor}
if [[ $gpus -gt 0 ]]; then
  conf[spark.executor.resource.gpu.amount]=$gpus
  conf[spark.executor.resource.gpu.vendor]=nvidia.com
  conf[spark.executor.resource.gpu.discoveryScript]=$home/deploy/gpu-discovery.sh
  conf[spark.task.resource.gpu.amount]=1
  executor_pod+=$'\n  tolerations:\n    - key: nvidia.com/gpu\n      operator: Exists\n      effect: NoSchedule'
fi

if [[ -n $master ]]; then
  [[ -x ${SPARK_HOME:-}/bin/spark-submit ]] ||
    refuse "SPARK_HOME=${SPARK_HOME:-}: has no bin/spark-submit; give a distribution of Spark $(pom spark.version): the one below target/ knows no Kubernetes"
  templates=$(mktemp -d)
  trap 'rm -rf "$templates"' EXIT
  for role in driver executor; do
    [[ $role == driver ]] && text=$pod || text=$executor_pod
    printf 'apiVersion: v1\nkind: Pod\n%s\n' "$text" >"$templates/$role.yaml"
    conf[spark.kubernetes.$role.podTemplateFile]=$templates/$role.yaml
  done
  conf[spark.kubernetes.namespace]=echogen
  conf[spark.kubernetes.container.image]=$image
  conf[spark.kubernetes.authenticate.driver.serviceAccountName]=echogen
  conf[spark.kubernetes.authenticate.executor.serviceAccountName]=echogen-executor
  options=(--master "$master" --deploy-mode cluster --name "$name" --class ai.echogen.jobs.Main)
  [[ -z $jars ]] || options+=(--jars "$jars")
  for key in "${!conf[@]}"; do
    options+=(--conf "$key=${conf[$key]}")
  done
  "$SPARK_HOME/bin/spark-submit" "${options[@]}" "local://$home/target/echogen.jar" "${words[@]}"
  exit
fi

# A string of YAML, as JSON writes it.
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

indented() {
  sed 's/^\(.\)/      \1/' <<<"$1"
}

number() {
  [[ ${conf[$1]} =~ ^[1-9][0-9]*$ ]] || refuse "$1=${conf[$1]}: is not a whole number of at least 1"
  echo "${conf[$1]}"
}

# All properties but those that the operator has fields for.
spark_conf() {
  local key
  for key in "${!conf[@]}"; do
    [[ $key =~ ^spark\.(driver|executor)\.(instances|cores|memory|memoryOverhead)$ ]] ||
      echo "    $(quoted "$key"): $(quoted "${conf[$key]}")"
  done
}

executors=$(number spark.executor.instances)
executor_cores=$(number spark.executor.cores)
driver_cores=$(number spark.driver.cores)

cat <<EOF
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata:
  name: $name
  namespace: echogen
  labels:
    app.kubernetes.io/name: echogen
spec:
  type: Java
  mode: cluster
  sparkVersion: $(quoted "$(pom spark.version)")
  image: $(quoted "$image")
  imagePullPolicy: IfNotPresent
  mainClass: ai.echogen.jobs.Main
  mainApplicationFile: local://$home/target/echogen.jar
  arguments:
$(for word in "${words[@]}"; do echo "    - $(quoted "$word")"; done)
EOF
[[ -z $jars ]] || printf '  deps:\n    jars:\n      - %s\n' "$jars"
cat <<EOF
  # The same command goes on with what there is, once nobody has renewed its lease for a minute.
  restartPolicy:
    type: OnFailure
    onFailureRetries: 3
    onFailureRetryInterval: 90
  sparkConf:
$(spark_conf | LC_ALL=C sort)
  driver:
    cores: $driver_cores
    memory: $(quoted "${conf[spark.driver.memory]}")
    memoryOverhead: $(quoted "${conf[spark.driver.memoryOverhead]}")
    serviceAccount: echogen
    template:
$(indented "$pod")
  executor:
    instances: $executors
    cores: $executor_cores
    memory: $(quoted "${conf[spark.executor.memory]}")
    memoryOverhead: $(quoted "${conf[spark.executor.memoryOverhead]}")
    serviceAccount: echogen-executor
    template:
$(indented "$executor_pod")
EOF
