#!/usr/bin/env bash
# What this crate costs a build, as two Markdown tables: benches/README.md says what the figures mean.
#
# Builds copies in a temporary directory: neither the working tree nor its target directory is touched.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset CARGO_TARGET_DIR

# A crate named $1 with the dependencies $2 and the source $3, on the versions of our lock file.
new_crate() {
    mkdir -p "$work/$1/src"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\n%s\n\n[workspace]\n' "$1" "$2" \
        >"$work/$1/Cargo.toml"
    printf '%s\n' "$3" >"$work/$1/src/lib.rs"
    cp "$root/Cargo.lock" "$work/$1/"
    cargo fetch --quiet --manifest-path "$work/$1/Cargo.toml"
}

# Builds crate $1 with the further arguments and prints `wall s (CPU s)`, or `–` if it does not build here.
seconds() {
    local crate=$1 TIMEFORMAT='%R %U %S'
    shift
    {
        time cargo build --offline --quiet --manifest-path "$work/$crate/Cargo.toml" "$@" 2>"$work/errors" ||
            echo failed >>"$work/errors"
    } 2>"$work/time"
    if grep -q '^failed$' "$work/errors"; then
        sed "s/^/$crate: /" "$work/errors" | head -n 20 >&2
        printf '–'
    else
        awk '{ printf "%.1f (%.1f)", $1, $2 + $3 }' "$work/time"
    fi
}

packages() {
    cargo tree --offline --quiet --manifest-path "$work/$1/Cargo.toml" --edges normal,build --prefix none --no-dedupe |
        awk '{ print $1, $2 }' | sort -u | wc -l
}

mib() {
    find "$work/$1" -name "lib$2-*.rlib" -printf '%s\n' | sort -n | tail -n 1 |
        awk '{ printf "%.1f MiB", $1 / 1048576 }'
}

serde='serde = { version = "1", features = ["derive"] }
serde_json = { version = "1", features = ["float_roundtrip", "raw_value"] }'
reqwest() { printf 'reqwest = { version = "0.13", default-features = false, features = ["json"%s] }\n' "$1"; }
ring='rustls = { version = "0.23", default-features = false, features = ["ring", "std", "tls12"] }'
bare_source='#[derive(serde::Deserialize)]
pub struct Overview {
    pub taskmanagers: i32,
}

pub async fn overview(client: &reqwest::Client, url: &str) -> reqwest::Result<Overview> {
    client.get(url).send().await?.error_for_status()?.json().await
}'
our_source='use headwaters::flink::{Flink, types::ClusterOverview};

pub async fn overview(flink: &Flink) -> headwaters::Result<ClusterOverview> {
    flink.overview().await
}'

mkdir "$work/headwaters"
cp -r "$root"/{Cargo.toml,README.md,build.rs,codegen,docs,specs,src} "$work/headwaters/"
# Targets that are not copied.
sed -i -E '/^\[\[(bench|example|test)\]\]/,/^$/d' "$work/headwaters/Cargo.toml"

new_crate bare "$(reqwest '')
$serde" "$bare_source"
new_crate ours 'headwaters = { path = "../headwaters", default-features = false, features = ["flink"] }' "$our_source"
new_crate ring "$(reqwest ', "rustls-no-provider"')
$ring
$serde" "$bare_source"
new_crate aws-lc "$(reqwest ', "rustls"')
$serde" "$bare_source"
new_crate native-tls "$(reqwest ', "native-tls"')
$serde" "$bare_source"

load() { cut -d' ' -f1 /proc/loadavg; }
load_before=$(load)
debug_bare=$(seconds bare)
debug_ours=$(seconds ours)
release_bare=$(seconds bare --release)
release_ours=$(seconds ours --release)
touch "$work/bare/src/lib.rs" "$work/headwaters/src/lib.rs"
again_bare=$(seconds bare)
again_ours=$(seconds ours)
sed -i '0,/summary: Returns/s//summary: Gives/' "$work/headwaters/specs/flink.yaml"
spec_ours=$(seconds ours)
tls_ring=$(seconds ring)
tls_aws_lc=$(seconds aws-lc)
tls_native=$(seconds native-tls)

generated=$(find "$work/ours/target/debug" -path '*/out/flink.rs')
lines=$(rustfmt --edition 2024 --emit stdout "$generated" | wc -l)
operations=$(grep -c 'operationId:' "$root/specs/flink.yaml")

cat <<TABLE
$(rustc --version), $(nproc) cores, load $load_before at the start, $(load) at the end

| build: wall s (CPU s) | reqwest + serde_json | headwaters, \`flink\` |
|---|---|---|
| packages | $(packages bare) | $(packages ours) |
| cold debug build | $debug_bare | $debug_ours |
| cold release build | $release_bare | $release_ours |
| again after \`touch src/lib.rs\` | $again_bare | $again_ours |
| again after a changed line in the spec | – | $spec_ours |
| rlib, debug | $(mib bare/target/debug bare) | $(mib ours/target/debug headwaters) |
| rlib, release | $(mib bare/target/release bare) | $(mib ours/target/release headwaters) |
| generated lines an operation | – | $((lines / operations)) ($lines for $operations) |

| TLS | cold debug build of reqwest + serde_json: wall s (CPU s) | packages |
|---|---|---|
| none | $debug_bare | $(packages bare) |
| rustls with ring | $tls_ring | $(packages ring) |
| rustls with aws-lc | $tls_aws_lc | $(packages aws-lc) |
| native-tls | $tls_native | $(packages native-tls) |
TABLE
