#!/usr/bin/env bash
# Lays EchoGen out in a new folder, ready to run: deploy/lay-out.sh DIR. The Dockerfile makes the image with it.
#
# Takes what ./mvnw package has made. Jobs run from DIR as any user, and with DIR mounted read-only:
#
#   DIR/echogen       launcher, with the jars and Spark in DIR/target
#   DIR/conf          sizes of models
#   DIR/deploy        scripts, settings
#   DIR/lib           jars for s3a://, of a build with -Ps3; a Spark installation lacks them
#   DIR/natives       the libraries that DJL would unpack at every start, for PYTORCH_LIBRARY_PATH and RUST_LIBRARY_PATH
#
# Spark is that of SPARK_HOME, as a link, or else a copy of the one below target/.
set -euo pipefail

refuse() {
  echo "error: $1" >&2
  exit 2
}

checkout=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
target=$checkout/target
[[ $# -eq 1 ]] || refuse "give the folder to make: $0 DIR"
[[ ! -e $1 || -d $1 && -z $(ls -A "$1") ]] || refuse "$1: is there already; give a new folder"
[[ -f $target/echogen.jar && -d $target/spark-home/jars ]] ||
  refuse "$target/echogen.jar: is not built; run ./mvnw -DskipTests package first"
[[ -z ${SPARK_HOME:-} || -d $SPARK_HOME/jars ]] || refuse "SPARK_HOME=$SPARK_HOME: has no jars; give a distribution of Spark"

umask 022
mkdir -p "$1"
dir=$(cd "$1" && pwd)
mkdir "$dir/target" "$dir/lib" "$dir/natives"
cp -r "$checkout/echogen" "$checkout/conf" "$checkout/deploy" "$checkout/LICENSE" "$dir"
cp "$target/echogen.jar" "$target/echogen-perf.jar" "$target/bom.json" "$dir/target"
if [[ -n ${SPARK_HOME:-} ]]; then
  ln -s "$SPARK_HOME" "$dir/target/spark-home"
  find "$target/spark-home/jars" -regex '.*/\(hadoop-aws\|aws-java-sdk-bundle\|wildfly-openssl\)-[^/]*' \
    -exec cp {} "$dir/lib" \;
else
  cp -r "$target/spark-home" "$dir/target"
fi

# DJL takes libtorch and the JNI library that was built for it from one folder, that of the tokenizers from another.
jar=${JAVA_HOME:+$JAVA_HOME/bin/}jar
unpacked=$dir/natives/unpacked
mkdir "$unpacked" "$dir/natives/torch" "$dir/natives/tokenizers"
(cd "$unpacked" && "$jar" xf "$target/echogen.jar" pytorch jnilib native/lib)
torch=$(cd "$unpacked" && compgen -G 'pytorch/*/*/libtorch.so') ||
  refuse "$target/echogen.jar: has no libtorch for Linux; build it on the system that DIR is for"
IFS=/ read -r _ flavour classifier _ <<<"$torch"
mv "$unpacked/pytorch/$flavour/$classifier"/* "$unpacked/jnilib/$classifier/$flavour/libdjl_torch.so" "$dir/natives/torch"
mv "$unpacked/native/lib/$classifier/cpu/libtokenizers.so" "$dir/natives/tokenizers"
rm -r "$unpacked"
chmod -R u=rwX,go=rX "$dir"
