#!/usr/bin/env bash
# Planted bugs: is each one found by its fuzz target, in the time that CI gives that target?
#     bash fuzz/planted/check.sh [--apply] [NAME…]
# NAME: a target, or a patch without its folder and ending; none: all of them. --apply: only whether they still apply.
# SEED (default 1) is libFuzzer's; BUDGET (default 12, as in .ci/run) is the seconds that each target has.
# A copy of the tree is patched and built in target/planted; this one is left alone.
set -euo pipefail
cd "$(dirname -- "$0")/../.."

apply=
if [ "${1-}" = --apply ]; then apply=1 && shift; fi
shopt -s nullglob
patches=()
for name in "${@:-}"; do
    found=("fuzz/planted/$name"*.patch)
    [ ${#found[@]} -gt 0 ] || { echo "there is no planted bug $name" >&2; exit 2; }
    patches+=("${found[@]}")
done
failed=0
for patch in "${patches[@]}"; do
    git apply --check "$patch" || { echo "$patch: no longer applies" >&2; failed=1; }
done
if [ -n "$apply" ] || [ $failed = 1 ]; then exit $failed; fi

work=$PWD/target/planted tree=$PWD/target/planted/tree
# What others have built is used; for each bug the library alone is built again.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/fuzz/target} CARGO_PROFILE_RELEASE_INCREMENTAL=true
rm -rf "$tree" && mkdir -p "$tree"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$tree"
for patch in "${patches[@]}"; do
    bug=$(basename "$patch" .patch)
    target=${bug%%-*} log=$work/$bug.log
    rm -rf "$work/corpus" && mkdir -p "$work/corpus"
    git apply --directory=target/planted/tree "$patch"
    features=--no-default-features
    [ "$target" != parse_job ] || features=
    # shellcheck disable=SC2086
    fuzz() { (cd "$tree/fuzz" && cargo +nightly fuzz "$1" --fuzz-dir . $features "$target" "${@:2}"); }
    fuzz build >"$log" 2>&1 || { tail -40 "$log" >&2; exit 1; }
    began=$SECONDS
    if fuzz run "$work/corpus" "seeds/$target" -- -max_total_time="${BUDGET:-12}" -max_len=1500 -seed="${SEED:-1}" \
        -print_final_stats=1 -artifact_prefix="$work/" >"$log" 2>&1; then
        verdict='NOT FOUND' failed=1
    else
        verdict='found'
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    # A target that did not run at all has found nothing.
    [ -n "$runs" ] || { tail -40 "$log" >&2; exit 1; }
    printf '%-44s %-9s after %7d runs, %2d s\n' "$bug" "$verdict" "$runs" "$((SECONDS - began))"
    git apply -R --directory=target/planted/tree "$patch"
done
exit $failed
