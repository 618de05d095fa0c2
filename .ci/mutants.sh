#!/usr/bin/env bash
# Mutation testing: is each line of the core watched by a test?
#     .ci/mutants.sh ROOM [K/N]     ROOM: addr, check, encode, id, image, plan, repair; K/N: every N-th mutant from K on
# Each mutant meets the tests of its room first; what survives them, or is too slow for them, meets all others but
# the slow ones. Results: target/mutants/ROOM; survivors with a reason: .ci/survivors.txt
set -euo pipefail
cd "$(dirname -- "$0")/.."

room=${1:?which room?}
shard=${2:-0/1}
case $room in
addr) tests='' ;;
check) tests='check_characters checks sums vectors traps' ;;
encode) tests='encoding' ;;
id) tests='serials euis hashed labels lorawan stm32 uuids' ;;
image) tests='images hex_cases lenient records units elf markers sparse random' ;;
plan) tests='plans units random markers' ;;
repair) tests='repairs traps sums presets' ;;
*) echo "there is no room $room" >&2; exit 2 ;;
esac
cargo mutants --version >/dev/null 2>&1 || cargo install cargo-mutants --version 27.1.0 --locked --quiet

# A copy of the tree for each room, which keeps what it has built: the next run need not begin anew.
out=$PWD/target/mutants/$room
tree=$PWD/target/mutants/tree/$room
mkdir -p "$tree"
find "$tree" -mindepth 1 -maxdepth 1 ! -name target -exec rm -rf {} +
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$tree"
rm -rf "$out" && mkdir -p "$out"
unset CARGO_TARGET_DIR
export PROPTEST_MAX_SHRINK_ITERS=0

mutants() {
    (cd "$tree" && cargo mutants --in-place --package nameplate --features md5,sha256,uuid,ihex --profile mutants --no-shuffle --cap-lints true \
        --colors never -o "$1" --minimum-test-timeout "$2" --timeout-multiplier 5 -f "$path" "${@:3}") || true
    [ -e "$1/mutants.out/missed.txt" ]
}
count() { cat "$@" | wc -l; }
skip=(--skip bounds:: --skip deviations:: --skip layers:: --skip damaged_files)
slow=(--skip a_hundred_thousand --skip what_is_found --skip sqtp_bulk::serials --skip slow_reader)
path=src/$room
if [ -d "$path" ]; then path="$path/**"; else path=$path.rs; fi

# shellcheck disable=SC2086
mutants "$out" 20 --shard "$shard" --sharding round-robin -- --test stages -- $tests "${skip[@]}" "${slow[@]}"
first=$out/mutants.out
again=$out/again/mutants.out
mapfile -t names < <(cat "$first/missed.txt" "$first/timeout.txt" | sed 's/[][\\.^$*+?(){}|]/\\&/g; s/^/--re=^/; s/$/$/')
if [ ${#names[@]} -gt 0 ]; then
    mutants "$out/again" 120 "${names[@]}" -- --lib --test stages -- "${skip[@]}"
else
    mkdir -p "$again" && touch "$again"/{missed,caught,timeout}.txt
fi
cp "$again/missed.txt" "$out/missed.txt"
missed=$(count "$again/missed.txt")
caught=$(count "$first/caught.txt" "$again/caught.txt" "$again/timeout.txt")
echo "$room $shard: $caught of $((caught + missed)) caught, $(count "$again/timeout.txt") of them by time;" \
    "unviable, not counted: $(count "$first/unviable.txt")"
