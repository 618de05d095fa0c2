#!/usr/bin/env bash
# Lines and branches of src/ that the tests of the library run, for each room (doc tests are not counted).
#     .ci/coverage.sh            needs nightly Rust and llvm-cov 19 or later (of Debian's llvm-19, or llvm-tools)
# Each line and branch with how often it ran: target/coverage/lines.txt
set -euo pipefail
cd "$(dirname -- "$0")/.."

tool() {
    for name in "$(rustc +nightly --print sysroot)"/lib/rustlib/*/bin/"$1" "$1"-{22,21,20,19}; do
        if command -v "$name"; then return; fi
    done
    echo "coverage.sh: no $1" >&2
    exit 1
}
profdata=$(tool llvm-profdata) cov=$(tool llvm-cov)

out=$PWD/target/coverage
rm -rf "$out/raw" "$out"/build/debug/deps/{stages,nameplate}-* && mkdir -p "$out/raw"
export CARGO_TARGET_DIR=$out/build LLVM_PROFILE_FILE=$out/raw/%p-%m.profraw
export RUSTFLAGS='-Cinstrument-coverage -Zcoverage-options=branch'
# What is bounded there is memory, not lines.
cargo +nightly test --package nameplate --features md5,sha256,uuid,ihex --lib --test stages --quiet -- --skip bounds:: >"$out/tests.txt"
"$profdata" merge -sparse "$out"/raw/*.profraw -o "$out/all.profdata"
mapfile -t programs < <(find "$out/build/debug/deps" -maxdepth 1 -executable -type f \( -name 'stages-*' -o -name 'nameplate-*' \))
files=(-instr-profile="$out/all.profdata" "${programs[0]}" "${programs[@]/#/-object=}")
"$cov" show "${files[@]}" --show-branches=count --sources src 2>/dev/null >"$out/lines.txt"
"$cov" report "${files[@]}" --sources src 2>/dev/null >"$out/files.txt"
# The lines of unit tests are among them.
awk '$1 ~ /[.]rs$|^TOTAL$/ { room = $1; sub(/[.]rs$/, "", room); sub(/[/].*/, "", room)
        lines[room] += $8; lost[room] += $9; branches[room] += $11; cut[room] += $12 }
    END { for (room in lines)
        printf "%-8s %6d lines, %6.2f %%   %5d branches, %6.2f %%\n", room, lines[room], 100 - 100 * lost[room] / lines[room],
            branches[room], branches[room] ? 100 - 100 * cut[room] / branches[room] : 100 }' "$out/files.txt" | LC_ALL=C sort
