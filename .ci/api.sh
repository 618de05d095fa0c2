#!/usr/bin/env bash
# Writes tests/api.txt: what the library makes public, one item a line, for whoever reviews a change. What every
# type has (formatting, comparing, converting) is left out.
#     .ci/api.sh            needs nightly Rust
#     .ci/api.sh --check    fails when the page would change
set -euo pipefail
cd "$(dirname -- "$0")/.."

cargo public-api --version >/dev/null 2>&1 || cargo install cargo-public-api --version 0.52.0 --locked --quiet
page=tests/api.txt
cargo +nightly public-api -p nameplate --features md5,sha256,uuid -sss --target-dir target/api 2>/dev/null |
    grep -E '^(#\[non_exhaustive\] )?pub ' |
    grep -vE '::(fmt|from|eq|clone|source|default|hash|cmp|partial_cmp|drop|as_ref|borrow|description|cause|try_from|from_str)(<[^(]*>)?\(|pub type .*::(Error|Err|Item) =' |
    sed -E 's/(core|alloc|std)::([a-z_]+::)*//g; s/nameplate:://g' |
    awk '{ path = $0; sub(/^(#\[non_exhaustive\] )?pub (const fn|fn|enum|struct|trait|type|mod|use|const|static)? ?/, "", path); print path "\t" $0 }' |
    LC_ALL=C sort -u | cut -f 2 >target/api.txt
if [ "${1-}" = --check ]; then
    diff -u "$page" target/api.txt >&2 || { echo "api.sh: $page is not what is public; .ci/api.sh writes it anew" >&2; exit 1; }
else
    cp target/api.txt "$page"
fi
