#!/usr/bin/env bash
# The stages that compare bytes, as a 32-bit program: the same bytes. Exits with 3 where there is no such target.
set -euo pipefail
cd "$(dirname -- "$0")/.."

target=i686-unknown-linux-musl
if ! rustup target list --installed 2>/dev/null | grep -qx "$target"; then
    echo "bits32.sh: no target $target; rustup target add $target" >&2
    exit 3
fi
tree=$PWD/target/bits32/tree
rm -rf "$tree" && mkdir -p "$tree"
git ls-files -z | xargs -0 cp --parents -t "$tree"
cd "$tree"
# Benches want a C compiler for the target.
sed -i '/^criterion/d; /^\[\[bench\]\]/,/^$/d; s/^members.*/members = []/' Cargo.toml
export CARGO_PROFILE_TEST_OPT_LEVEL=0 CARGO_PROFILE_TEST_DEBUG=0 CARGO_TARGET_DIR=$PWD/../build
cargo test --quiet --target "$target" --features md5,sha256,uuid --test stages -- \
    golden:: encodings units:: plans:: random:: repairs:: serials:: sqtp:: feeds:: images:: elf::what
