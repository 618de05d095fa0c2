#!/usr/bin/env bash
# Mutation testing: is each line of the core watched by a test?
#     .ci/mutants.sh ROOM [K/N]     ROOM: addr, check, encode, id, image, plan, repair; K/N: every N-th mutant from K on
# Each mutant meets the tests of its room first; what survives them meets all others but the slow ones.
# Results: target/mutants/ROOM/mutants.out; survivors with a reason: .ci/survivors.txt
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

out=target/mutants/$room
rm -rf "$out" && mkdir -p "$out"
mutants() {
    cargo mutants --package nameplate --features sha256,uuid --profile mutants --no-shuffle --cap-lints true --baseline skip --timeout "$1" \
        --colors never "${@:2}"
}
skip=(--skip bounds:: --skip deviations:: --skip layers:: --skip damaged_files)
slow=(--skip a_hundred_thousand --skip what_is_found --skip sqtp_bulk::serials --skip slow_reader)
path=src/$room
[ -d "$path" ] && path=$path/** || path=$path.rs

# shellcheck disable=SC2086
mutants 20 -f "$path" --shard "$shard" --sharding round-robin -o "$out" -- --test stages -- $tests "${skip[@]}" "${slow[@]}" || true
cp "$out/mutants.out/missed.txt" "$out/first.txt"
if [ -s "$out/first.txt" ]; then
    again=()
    while read -r name; do again+=(--re "^$(sed 's/[][\\.^$*+?(){}|]/\\&/g' <<<"$name")\$"); done <"$out/first.txt"
    mutants 60 -f "$path" "${again[@]}" -o "$out/again" -- --lib --test stages -- "${skip[@]}" || true
    cp "$out/again/mutants.out/missed.txt" "$out/missed.txt"
else
    : >"$out/missed.txt"
fi
count() { wc -l <"$1"; }
missed=$(count "$out/missed.txt")
caught=$(($(count "$out/mutants.out/caught.txt") + $(count "$out/mutants.out/timeout.txt") + $(count "$out/first.txt") - missed))
echo "$room $shard: $caught of $((caught + missed)) caught; unviable, not counted: $(count "$out/mutants.out/unviable.txt")"
