#!/usr/bin/env bash
# The instructions that the files of tests/bounds.rs and the jobs of job/tests/growth.rs take, and sixteen times as much of the same: counted under callgrind,
# never timed. Work that is linear takes 16 times as many, quadratic work 256 times.
#     .ci/growth.sh            after .ci/tools.sh; every case: target/growth/cases.txt
set -euo pipefail
cd "$(dirname -- "$0")/.."

# How many times as many instructions. What is below `least` of them is that of a few calls.
most=50 least=20000
[ -f target/tools/env.sh ] || { echo 'growth.sh: no target/tools/env.sh: run .ci/tools.sh first' >&2; exit 1; }
# shellcheck disable=SC1091
source target/tools/env.sh
# built ARGUMENT...: the program of these tests.
built() {
    local program
    program=$(cargo test --release --no-run "$@" 2>&1 | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
    [ -x "$program" ] || { echo "growth.sh: no program of the tests: $program" >&2; exit 1; }
    echo "$program"
}
stages=$(built --package nameplate --all-features --test stages)
jobs=$(built --package nameplate-job --test growth)
out=$PWD/target/growth
rm -rf "$out" && mkdir -p "$out"

# count NAME PROGRAM MODULE ARGUMENT...: runs these tests; each call of `growth_counted` has a dump of its own, two for each case.
# Writes NAME.txt: how many times as many, both counts, the case; fails when one grew too much.
count() {
    local name=$1 program=$2 counted=$3::growth_counted
    shift 3
    NAMEPLATE_GROWTH=$out/$name.cases "$NAMEPLATE_VALGRIND" --tool=callgrind --quiet \
        --zero-before="$counted" --dump-after="$counted" --callgrind-out-file="$out/$name.calls" \
        "$program" --test-threads=1 "$@" >"$out/$name.log" 2>&1 || { cat "$out/$name.log" >&2; exit 1; }
    local cases dumps
    cases=$(wc -l <"$out/$name.cases")
    dumps=$(find "$out" -name "$name.calls.*" | wc -l)
    [ "$dumps" -eq $((2 * cases)) ] && [ "$cases" -gt 0 ] || { echo "growth.sh: $dumps counts of $cases cases" >&2; exit 1; }
    for dump in $(seq "$dumps"); do sed -n 's/^totals: //p' "$out/$name.calls.$dump"; done |
        paste - - "$out/$name.cases" |
        awk -F '\t' -v least=$least '{ printf "%.1f\t%s\n", $2 / ($1 > least ? $1 : least), $0 }' |
        sort -rn >"$out/$name.txt"
    rm "$out/$name.calls"*
    awk -F '\t' -v most=$most '$1 > most { print "growth.sh: " $0; bad = 1 } END { exit bad }' "$out/$name.txt" >&2
}

if count planted "$stages" stages::bounds bounds::planted_quadratic --exact 2>"$out/planted.err"; then
    echo 'growth.sh: planted quadratic work is not found' >&2
    exit 1
fi
grep -q 'pairs of bytes' "$out/planted.err" || { cat "$out/planted.err" >&2; exit 1; }
count cases "$stages" stages::bounds bounds:: --skip planted_quadratic
count jobs "$jobs" growth
for name in cases jobs; do
    echo "growth.sh: $(wc -l <"$out/$name.txt") $name; the most that 16 times as much takes: $(sed -n '1s/\t.*//p' "$out/$name.txt") times as many instructions"
done
