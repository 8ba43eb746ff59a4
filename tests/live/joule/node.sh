#!/bin/bash
# A real Joule node for the live tests and the witness: jouled over a PostgreSQL of its own, all on loopback. Linux.
#
#   node.sh up STATE_DIR PORT [--tls] [--name NAME]   e.g. eval "$(tests/live/joule/node.sh up /tmp/live/joule 18088)"
#   node.sh down STATE_DIR
#
# `up` prints shell assignments and may be repeated; all else goes to stderr. One node a STATE_DIR, each with its own PORT
# (the database takes PORT + 7000, or PORT - 7000 above 50000); the database is new with every start.
#   JOULE_URL, JOULE_KEY   the node, and the key of its user `owner`
#   JOULE_IMPORTER_KEY     the key of those that send archives, which go to the streams of /imported
#   JOULE_CONFIG           a folder for JOULE_USER_CONFIG_DIR, that names the node
#   JOULE_CA               the certificate authority, with --tls; else empty
#   JOULE_SOCKET           its unix socket, where no key is needed
#   JOULE_DATABASE         its database, with a user that may do all
#   JOULE_PID, JOULE_PG_PID   for tests that let something die
#   JOULE_PYTHON           a Python that has the package joule
#
# Needs PostgreSQL's server (Debian: apt-get install postgresql-15), curl, openssl for --tls, and Python 3.11 with venv and pip.
# Joule comes from PyPI into STATE_DIR/venv (370 MB), or is taken from the environment that JOULE_VENV names.
# Of TimescaleDB, on which Joule builds, timescale.sql has as much as is called. Tried with Joule 1.0.1 on PostgreSQL 15.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
key=0123456789abcdef0123456789abcdef
importer_key=fedcba9876543210fedcba9876543210

say() { echo "node.sh: $*" >&2; }
die() { say "$@"; exit 1; }
usage() { sed -n '4,5s/^# *//p' "$0" >&2; exit 2; }
need() { command -v "$1" >/dev/null || die "$1 is missing; on Debian: apt-get install $2"; }

# Is the process we noted still that program? Its pid may belong to somebody else by now; the folder in its arguments is ours alone.
ours() { # jouled|postgres
  local pid argument
  case $1 in jouled) argument=$run/main.conf ;; postgres) argument=$(cat "$run/database" 2>/dev/null) || return 1 ;; esac
  pid=$(cat "$run/$1.pid" 2>/dev/null) && grep -Fxzqs -- "$argument" "/proc/$pid/cmdline"
}

stop_one() { # NAME SIGNAL
  local signal
  for signal in "$2" KILL; do
    ours "$1" || break
    kill -s "$signal" "$(cat "$run/$1.pid")" || true
    for _ in {1..75}; do ours "$1" || break; sleep 0.2; done
  done
  if ours "$1"; then die "the $1 of $run does not end"; fi
  rm -f "$run/$1.pid"
}

stop() {
  stop_one jouled TERM
  stop_one postgres INT # which does not wait for clients
  if [ -e "$run/database" ]; then rm -rf "$(cat "$run/database")"; fi
  rm -f "$run/database" "$run/settings"
}

sql() { # DATABASE USER ARGUMENT...
  PGPASSWORD=joule "$postgres/psql" --quiet --no-psqlrc --set ON_ERROR_STOP=1 \
    --host 127.0.0.1 --port "$pg_port" --dbname "$1" --username "$2" "${@:3}" >&2
}

start_postgres() {
  local database user=(env LC_ALL=C.UTF-8)
  # Not in STATE_DIR, which the user postgres may be unable to enter.
  database=$(mktemp -d "${TMPDIR:-/tmp}/joule-postgres.XXXXXX")
  echo "$database" >"$run/database"
  if [ "$(id -u)" = 0 ]; then # which PostgreSQL refuses to run as
    chown postgres: "$database"
    user=(setpriv --reuid=postgres --regid=postgres --clear-groups env --ignore-environment PATH=/usr/bin:/bin LC_ALL=C.UTF-8)
  fi
  cd /
  "${user[@]}" "$postgres/initdb" --pgdata "$database" --auth trust --username postgres --no-sync >"$run/log/initdb" 2>&1 ||
    { cat "$run/log/initdb" >&2; die "initdb failed"; }
  # Nothing here needs to survive a crash. A session of its own: Ctrl-C at a test does not end it. Descriptor 9 is the lock.
  setsid "${user[@]}" "$postgres/postgres" -D "$database" -p "$pg_port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories="$database" -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    -c shared_buffers=32MB -c max_connections=60 -c timezone=UTC </dev/null >"$run/log/postgres" 2>&1 9>&- &
  echo $! >"$run/postgres.pid"
  for _ in {1..100}; do
    if "$postgres/pg_isready" --quiet --host 127.0.0.1 --port "$pg_port"; then break; fi
    sleep 0.1
  done
  sql postgres postgres --command "create user joule with password 'joule' createrole replication" \
    --command "grant pg_read_all_settings to joule" --command "create database joule owner joule"
  sql joule joule --file "$here/timescale.sql"
}

certify() {
  cd "$run/tls"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=authority of $name" -keyout ca.key -out ca.crt \
    -addext keyUsage=critical,keyCertSign,cRLSign
  openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout node.key -out node.csr
  openssl x509 -req -in node.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out node.crt \
    -extfile <(echo "subjectAltName=DNS:localhost,IP:127.0.0.1")
}

configure() {
  mkdir -p "$run"/{client,modules,data-streams,event-streams,importers,exporters,imported,exported,socket}
  cat >"$run/main.conf" <<CONF
[Main]
Name = $name
IPAddress = 127.0.0.1
Port = $port
SocketDirectory = $run/socket
Database = $dsn
UsersFile = $run/users.conf
ModuleDirectory = $run/modules
DataStreamDirectory = $run/data-streams
EventStreamDirectory = $run/event-streams
ImporterConfigsDirectory = $run/importers
ExporterConfigsDirectory = $run/exporters
ImporterDataDirectory = $run/imported
ImporterKey = $importer_key
ExporterDataDirectory = $run/exported
InsertPeriod = 1
EchoModuleLogs = no
[Proxies]
site1 = http://127.0.0.1:3000
site two = https://127.0.0.2/path
CONF
  echo "owner, $key" >"$run/users.conf"
  cat >"$run/modules/a.conf" <<CONF
[Main]
name = random
description = random numbers
exec_cmd = $venv/bin/joule-random-reader
[Arguments]
width = 2
rate = 10
[Outputs]
output = /live/rand:float32[x,y]
CONF
  cat >"$run/modules/b.conf" <<CONF
[Main]
name = breaker
description = rows with interval breaks
exec_cmd = $python $here/breaker.py
is_app = yes
[Outputs]
output = /live/breaks:int16[a,b,c]
CONF
  cat >"$run/data-streams/a.conf" <<CONF
[Main]
name = fixed
path = /configured
datatype = int32
keep = 1w
description = a stream with a configuration file
[Element1]
name = v
units = W
CONF
  # What of an archive with this name goes where. Of `partly` the events are not wanted.
  local archive
  for archive in whole partly spoilt keyed; do
    cat >"$run/importers/$archive.conf" <<CONF
[Main]
name = $archive
[DataStream.1]
source_label = meter
path = /imported/$archive/meter
CONF
    if [ "$archive" = partly ]; then continue; fi
    cat >>"$run/importers/$archive.conf" <<CONF
[EventStream.1]
source_label = switched
path = /imported/$archive/switched
on_conflict = keep_both
CONF
  done
  if [ "$scheme" = https ]; then
    mkdir "$run/tls"
    (certify) 2>"$run/log/openssl" || { cat "$run/log/openssl" >&2; die "openssl failed"; }
    cat >>"$run/main.conf" <<CONF
[Security]
Certificate = $run/tls/node.crt
Key = $run/tls/node.key
CertificateAuthority = $run/tls/ca.crt
CONF
    cp "$run/tls/ca.crt" "$run/client/ca.crt"
  fi
  echo '[{"name": "'"$name"'", "url": "'"$url"'", "key": "'"$key"'"}]' >"$run/client/nodes.json"
  echo "$name" >"$run/client/default_node.txt"
}

answers() {
  [ "$(curl --silent --insecure --noproxy '*' --max-time 2 --header "X-API-KEY: $key" "$url/version")" = 1.0.1 ]
}

give_up() {
  tail -n 50 "$run"/log/* >&2 || true
  stop
  exit 1
}

up() {
  local p
  need curl curl
  need setsid util-linux
  [ -n "$postgres" ] || die "PostgreSQL is missing; on Debian: apt-get install postgresql-15"
  if [ "$scheme" = https ]; then need openssl openssl; fi
  if [ ! -x "$venv/bin/jouled" ]; then
    say "installing Joule"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" >&2
  fi

  if ours jouled && ours postgres && [ -e "$run/settings" ]; then
    if answers; then cat "$run/settings"; return; fi
  fi
  stop # what is left of a start or a node that broke
  for p in "$port" "$pg_port"; do
    # Else the server that has the port would be taken for ours.
    if (: <"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then die "port $p is in use (the node needs $port, its database $pg_port)"; fi
  done
  rm -rf "$run" && mkdir -p "$run/log"
  trap 'say interrupted; stop; exit 1' INT TERM HUP
  configure
  start_postgres || give_up
  setsid "$venv/bin/jouled" --config "$run/main.conf" </dev/null >"$run/log/jouled" 2>&1 9>&- &
  echo $! >"$run/jouled.pid"
  for _ in {1..150}; do
    # Not `ours`: for its first moments the child is still this script.
    kill -0 "$(cat "$run/jouled.pid")" 2>/dev/null || { say "jouled ended"; give_up; }
    if answers; then break; fi
    sleep 0.2
  done
  answers || { say "no answer within 30 s"; give_up; }
  {
    printf 'JOULE_URL=%q JOULE_KEY=%q JOULE_IMPORTER_KEY=%q ' "$url" "$key" "$importer_key"
    printf 'JOULE_CONFIG=%q JOULE_CA=%q ' "$run/client" "$ca"
    printf 'JOULE_SOCKET=%q JOULE_PYTHON=%q ' "$run/socket/api" "$python"
    printf 'JOULE_DATABASE=%q ' "postgresql://$dsn"
    printf 'JOULE_PID=%q JOULE_PG_PID=%q\n' "$(cat "$run/jouled.pid")" "$(cat "$run/postgres.pid")"
  } >"$run/settings"
  cat "$run/settings"
}

[ $# -ge 2 ] || usage
command=$1 state=$2
shift 2
port='' scheme=http name=testnode
case $command in
up)
  port=${1:-}
  [[ $port =~ ^[1-9][0-9]{3,4}$ ]] && [ "$port" -ge 1024 ] && [ "$port" -le 65535 ] || die "not a port from 1024 to 65535: $port"
  shift
  while [ $# -gt 0 ]; do
    case $1 in
    --tls) scheme=https ;;
    --name) [ -n "${2:-}" ] || usage; name=$2; shift ;;
    *) usage ;;
    esac
    shift
  done
  ;;
down) [ $# = 0 ] || usage ;;
*) usage ;;
esac
need flock util-linux
if [ "$command" = down ] && [ ! -d "$state" ]; then exit 0; fi
mkdir -p "$state"
state=$(cd "$state" && pwd -P)
run=$state/run
exec 9>"$state/lock"
flock 9 # one `up` or `down` at a time in a STATE_DIR

if [ "$command" = down ]; then
  stop
  exit 0
fi
postgres=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort --version-sort | tail -n 1)
pg_port=$((port < 50000 ? port + 7000 : port - 7000))
venv=${JOULE_VENV:-$state/venv}
python=$venv/bin/python
url=$scheme://127.0.0.1:$port
dsn=joule:joule@127.0.0.1:$pg_port/joule
ca=''
if [ "$scheme" = https ]; then ca=$run/tls/ca.crt; fi
up
