#!/usr/bin/env bash
# Tells Spark which GPUs this machine has: {"name":"gpu","addresses":["0","1"]}, or fails.
#
# Where each process finds its own GPUs (standalone workers; executors on YARN or Kubernetes; a
# driver that computes), set the amount and name this script by its absolute path:
#
#   spark.worker.resource.gpu.amount             2
#   spark.worker.resource.gpu.discoveryScript    /opt/echogen/deploy/gpu-discovery.sh
#
# and likewise spark.executor.* or spark.driver.*. An address is a GPU's number in nvidia-smi, and a
# task takes it as the number of its CUDA device. So leave CUDA_VISIBLE_DEVICES unset, and where a
# machine's GPUs differ, set CUDA_DEVICE_ORDER=PCI_BUS_ID.
set -euo pipefail

fail() {
  echo "gpu-discovery: $1" >&2
  exit 1
}

command -v nvidia-smi >/dev/null ||
  fail "no nvidia-smi on the PATH; install NVIDIA's driver, or ask Spark for no gpu"
indices=$(nvidia-smi --query-gpu=index --format=csv,noheader) ||
  fail "nvidia-smi exited with code $?: ${indices:-(no output)}"

addresses=
while read -r index; do
  [[ $index =~ ^[0-9]+$ ]] || fail "no GPU; nvidia-smi says: ${indices:-(nothing)}"
  addresses+="${addresses:+,}\"$index\""
done <<<"$indices"
echo "{\"name\":\"gpu\",\"addresses\":[$addresses]}"
