#!/usr/bin/env bash
# Writes tests/api.txt: what the library makes public, one item a line, for whoever reviews a change. What every
# type has (formatting, comparing, converting) is left out.
#     .ci/api.sh            needs nightly Rust
#     .ci/api.sh --check    fails when the page would change
set -euo pipefail
cd "$(dirname -- "$0")/.."
version=0.52.0
export PATH=$PWD/target/tools/bin:$PATH

[ "$(cargo public-api --version 2>/dev/null)" = "cargo-public-api $version" ] ||
    cargo install cargo-public-api --version "$version" --locked --quiet --root target/tools
page=tests/api.txt log=target/api.log
cargo +nightly public-api -p nameplate --features md5,sha256,uuid -sss --target-dir target/api >target/api.all 2>"$log" || { cat "$log" >&2; exit 1; }
grep -E '^(#\[non_exhaustive\] )?pub ' target/api.all |
    grep -vE '::(fmt|from|eq|clone|source|default|hash|cmp|partial_cmp|drop|as_ref|borrow|description|cause|try_from|from_str)(<[^(]*>)?\(|pub type .*::(Error|Err|Item) =' |
    sed -E 's/(core|alloc|std)::([a-z_]+::)*//g; s/nameplate:://g' |
    awk '{ path = $0; sub(/^(#\[non_exhaustive\] )?pub (const fn|fn|enum|struct|trait|type|mod|use|const|static)? ?/, "", path); print path "\t" $0 }' |
    LC_ALL=C sort -u | cut -f 2 >target/api.txt
if [ "${1-}" = --check ]; then
    diff -u "$page" target/api.txt >&2 || { echo "api.sh: $page is not what is public; .ci/api.sh writes it anew" >&2; exit 1; }
else
    cp target/api.txt "$page"
fi
