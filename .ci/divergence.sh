#!/usr/bin/env bash
# Writes src/guide/divergence.md: what other readers make of the files of tests/cases.rs.
#
#     .ci/tools.sh            once: fetches the readers
#     .ci/divergence.sh       writes the page
#     .ci/divergence.sh --check
#
# With --check the page stays as it is; the run fails when it would change, and with other versions of the
# readers than the page names.
set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

page=src/guide/divergence.md
new=target/divergence.md
die() { echo "divergence.sh: error: $*" >&2; exit 1; }

case "$*" in
'') check= ;;
--check) check=yes ;;
*) die "expected nothing or --check, found: $*" ;;
esac
[ -f target/tools/env.sh ] || die "no target/tools/env.sh: run .ci/tools.sh first"
# shellcheck disable=SC1091
source target/tools/env.sh

cargo run --quiet --manifest-path tests/peers/Cargo.toml --target-dir target/peers >"$new.part"
mv "$new.part" "$new"

# One line for each reader.
versions() { sed -n '/^Versions:$/,/^Of /{/^- /p}' "$1"; }

if [ -z "$check" ]; then
    cp "$new" "$page"
    echo "divergence.sh: $page is written"
elif ! [ -f "$page" ]; then
    die "there is no $page"
elif ! changed=$(diff <(versions "$page") <(versions "$new")); then
    echo "$changed" >&2
    die "$page names other versions of the readers than there are here (> in the lines above), so it cannot be checked;
.ci/tools.sh fetches the versions of the Python packages, the others are Debian 12's; .ci/divergence.sh writes the page anew"
elif ! diff -u "$page" "$new" >&2; then
    die "$page is not what the readers say; .ci/divergence.sh writes it anew"
else
    echo "divergence.sh: $page is what the readers say"
    printf '%s\tdivergence.sh\n' ihex intelhex bincopy hexrec srec_cat objcopy >>"${NAMEPLATE_ORACLES:-/dev/null}"
fi
