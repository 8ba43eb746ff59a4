#!/bin/bash
# A real Flink cluster for the live tests: one JobManager, one TaskManager with 4 slots, all on loopback. Linux.
#
#   cluster.sh up VERSION STATE_DIR [REST_PORT=8081]   e.g. eval "$(tests/live/flink/cluster.sh up 2.3.0 /tmp/live/2.3.0 8082)"
#   cluster.sh down STATE_DIR
#   cluster.sh kill STATE_DIR      the JobManager dies at once (SIGKILL); the TaskManager stays and looks for the next one
#   cluster.sh restart STATE_DIR   the next JobManager starts and gets the TaskManager's slots; jobs and jars are gone with the last one
#
# `up` prints one line of shell assignments (FLINK_VERSION, FLINK_URL, FLINK_JAR, FLINK_STATE) and may be repeated; all else goes to
# stderr.
# Flink's jars come from the PyPI sdist `apache-flink-libraries`, fetched once for each STATE_DIR (230 MB). One cluster a STATE_DIR.
# Logs and savepoints stay in STATE_DIR/run until the next `up`. FLINK_CONF_EXTRA may name a file of further keys for Flink's config.yaml.
# Tried with 1.20.5, 2.2.1 and 2.3.0 on Java 17.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
processes=(taskmanager jobmanager)

say() { echo "cluster.sh: $*" >&2; }
die() { say "$@"; exit 1; }
usage() { sed -n '4,7s/^# *//p' "$0" >&2; exit 2; }
need() { command -v "$1" >/dev/null || die "$1 is missing; on Debian: apt-get install $2"; }

# Is the process we noted still that JVM? Its pid may belong to somebody else by now; its log file is ours alone.
ours() {
  local pid
  pid=$(cat "$run/$1.pid" 2>/dev/null) && grep -Fxzqs -- "-Dlog.file=$run/log/$1.log" "/proc/$pid/cmdline"
}

any_ours() {
  local name
  for name in "${processes[@]}"; do if ours "$name"; then return 0; fi; done
  return 1
}

stop() {
  local signal name
  for signal in TERM KILL; do
    for name in "${processes[@]}"; do if ours "$name"; then kill -s "$signal" "$(cat "$run/$name.pid")" || true; fi; done
    for _ in {1..50}; do any_ours || break; sleep 0.2; done
  done
  if any_ours; then die "processes of $run do not end"; fi
  rm -f "$run"/*.pid "$run/address"
}

download() {
  local archive
  say "downloading Flink $version"
  # pip insists on building the sdist's metadata: only this package may not be a wheel, its build tools may.
  python3 -m pip download --quiet --no-deps --no-binary apache-flink-libraries \
    --dest "$state/download" "apache-flink-libraries==$version" >&2 || die "pip could not download apache-flink-libraries==$version"
  archive=("$state/download"/*-"$version".tar.gz)
  rm -rf "$lib.part" && mkdir "$lib.part"
  tar xzf "${archive[0]}" -C "$lib.part" --strip-components=3 --wildcards '*/deps/lib/*'
  mv "$lib.part" "$lib" # last, so that a half-unpacked directory is never taken for a whole one
  rm -r "$state/download"
}

build_jobs() {
  local work=$state/jobs-$version
  rm -rf "$work" && mkdir -p "$work/classes"
  javac -nowarn -encoding UTF-8 --release 17 -cp "$lib/*" -d "$work/classes" "$here"/jobs/*.java >&2
  jar --create --file "$work/demo-jobs.jar" --main-class headwaters.jobs.StreamJob -C "$work/classes" .
  mv "$work/demo-jobs.jar" "$jar"
  rm -r "$work"
}

configure() {
  rm -rf "$run" && mkdir -p "$run"/{conf,log,tmp,checkpoints,savepoints}
  # Without Flink's own start scripts nobody computes the TaskManager's memory: every part is named here.
  cat >"$run/conf/config.yaml" <<YAML
jobmanager.rpc.address: 127.0.0.1
jobmanager.rpc.port: $rpc_port
jobmanager.bind-host: 127.0.0.1
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: $port
rest.flamegraph.enabled: true
rest.profiling.enabled: true
rest.profiling.dir: $run/tmp
web.upload.dir: $run/tmp
io.tmp.dirs: $run/tmp
# A test should not wait 10 s for a metric.
metrics.fetcher.update-interval: 1000
execution.checkpointing.interval: 2000
execution.checkpointing.dir: file://$run/checkpoints
execution.checkpointing.savepoint-dir: file://$run/savepoints
# A TaskManager should not take long to see that its JobManager is gone.
heartbeat.interval: 1000
heartbeat.timeout: 10000
# A TaskManager that was faster than its JobManager would wait 10 s for its next try.
cluster.registration.error-delay: 500
# Free ports, so that clusters side by side do not meet.
taskmanager.host: 127.0.0.1
taskmanager.bind-host: 127.0.0.1
taskmanager.rpc.port: 0
taskmanager.data.port: 0
taskmanager.numberOfTaskSlots: 4
taskmanager.cpu.cores: 4
taskmanager.memory.framework.heap.size: 128m
taskmanager.memory.framework.off-heap.size: 128m
taskmanager.memory.task.heap.size: 256m
taskmanager.memory.task.off-heap.size: 0b
taskmanager.memory.managed.size: 128m
taskmanager.memory.network.min: 64m
taskmanager.memory.network.max: 64m
taskmanager.memory.jvm-metaspace.size: 256m
taskmanager.memory.jvm-overhead.min: 192m
taskmanager.memory.jvm-overhead.max: 192m
YAML
  if [ -n "${FLINK_CONF_EXTRA:-}" ]; then cat "$FLINK_CONF_EXTRA" >>"$run/conf/config.yaml"; fi
  cat >"$run/conf/log4j.properties" <<'LOG4J'
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = File
appender.file.type = File
appender.file.name = File
appender.file.fileName = ${sys:log.file}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n
LOG4J
}

start() { # NAME MAIN_CLASS JVM_OPTION...
  local name=$1 main=$2 package open=()
  shift 2
  # Kryo and the closure cleaner look into the JDK.
  for package in lang lang.invoke io net nio time util util.concurrent util.concurrent.atomic util.concurrent.locks; do
    open+=("--add-opens=java.base/java.$package=ALL-UNNAMED")
  done
  open+=(--add-exports=java.base/sun.net.util=ALL-UNNAMED)
  # A session of its own: Ctrl-C at a test does not end the cluster. Descriptor 9 is the lock, which must not live on in the JVM.
  setsid java "$@" "${open[@]}" -Dfile.encoding=UTF-8 -Djava.io.tmpdir="$run/tmp" -Dlog.file="$run/log/$name.log" \
    -Dlog4j.configurationFile="file:$run/conf/log4j.properties" -cp "$lib/*" "$main" --configDir "$run/conf" \
    </dev/null >"$run/log/$name.out" 2>&1 9>&- &
  echo $! >"$run/$name.pid"
}

start_jobmanager() {
  start jobmanager org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint -Xmx600m
}

kill_jobmanager() {
  ours jobmanager || die "no JobManager runs in $state"
  kill -s KILL "$(cat "$run/jobmanager.pid")"
  for _ in {1..50}; do ours jobmanager || return 0; sleep 0.1; done
  die "the JobManager does not die"
}

restart() {
  ours taskmanager || die "no cluster runs in $state"
  if ours jobmanager; then die "the JobManager of $state runs"; fi
  eval "$(cat "$run/address")"
  lib=$state/lib-$FLINK_VERSION url=$FLINK_URL
  start_jobmanager
  wait_for_slots || give_up
}

overview() { curl --silent --fail --noproxy '*' --max-time 2 "$url/overview"; }

wait_for_slots() {
  local answer name
  for _ in {1..240}; do
    sleep 0.5
    # Not `ours`: for its first moments the child is still this script.
    for name in "${processes[@]}"; do kill -0 "$(cat "$run/$name.pid")" 2>/dev/null || { say "the $name ended"; return 1; }; done
    if answer=$(overview) && [[ $answer =~ \"slots-available\":[1-9] ]]; then return 0; fi
  done
  say "no free slot within 120 s"
  return 1
}

give_up() {
  tail -n 50 "$run"/log/* >&2 || true
  stop
  exit 1
}

up() {
  local p
  need java openjdk-17-jdk-headless
  need javac openjdk-17-jdk-headless
  need jar openjdk-17-jdk-headless
  need curl curl
  need python3 python3-pip

  [ -d "$lib" ] || download
  if [ ! -e "$jar" ] || [ -n "$(find "$here/jobs" -newer "$jar")" ]; then build_jobs; fi

  if ours jobmanager && ours taskmanager && [ -e "$run/address" ]; then
    [ "$(cat "$run/address")" = "$address" ] || die "another cluster runs in $state: $(cat "$run/address")"
    if overview >/dev/null; then echo "$address"; return; fi
  fi
  stop # what is left of a start or a cluster that broke

  for p in "$port" "$rpc_port"; do
    # Else the server that has the port would be taken for ours.
    if (: <"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then die "port $p is in use (REST needs $port, RPC $rpc_port)"; fi
  done
  configure
  trap 'say interrupted; stop; exit 1' INT TERM HUP
  start_jobmanager
  start taskmanager org.apache.flink.runtime.taskexecutor.TaskManagerRunner -Xmx384m -XX:MaxDirectMemorySize=256m
  wait_for_slots || give_up
  echo "$address" >"$run/address"
  cat "$run/address"
}

command=${1:-}
case $command/$# in
up/3) version=$2 state=$3 port=8081 ;;
up/4) version=$2 state=$3 port=$4 ;;
down/2 | kill/2 | restart/2) state=$2 ;;
*) usage ;;
esac
need flock util-linux
if [ "$command" = down ] && [ ! -d "$state" ]; then exit 0; fi
mkdir -p "$state"
state=$(cd "$state" && pwd -P)
run=$state/run
exec 9>"$state/lock"
flock 9 # one command at a time in a STATE_DIR

case $command in
down) stop; exit 0 ;;
kill) kill_jobmanager; exit 0 ;;
restart) restart; exit 0 ;;
esac
[[ $version =~ ^[0-9]+(\.[0-9]+)+$ ]] || die "not a version: $version"
[[ $port =~ ^[1-9][0-9]{3,4}$ ]] && [ "$port" -ge 1024 ] && [ "$port" -le 65535 ] || die "not a port from 1024 to 65535: $port"
rpc_port=$((port < 50000 ? port + 7000 : port - 7000))
lib=$state/lib-$version
jar=$state/demo-jobs-$version.jar
url=http://127.0.0.1:$port
address="FLINK_VERSION=$version FLINK_URL=$url FLINK_JAR=$(printf %q "$jar") FLINK_STATE=$(printf %q "$state")"
up
