#!/bin/bash -eu
# Builds all fuzz targets into $OUT, with their seeds and dictionaries, as OSS-Fuzz and ClusterFuzzLite want them: the
# sources are $SRC/nameplate, and $WORK is for what is between. Their images have nightly Rust and cargo-fuzz. To try it:
#     here=$(mktemp -d) && mkdir "$here"/{src,out,work} && ln -s "$PWD" "$here/src/nameplate"
#     RUSTUP_TOOLCHAIN=nightly SRC=$here/src OUT=$here/out WORK=$here/work bash fuzz/oss-fuzz/build.sh
cd "$SRC/nameplate/fuzz"
cargo fuzz build --fuzz-dir . --target-dir "$WORK/target" -O --debug-assertions

for source in fuzz_targets/*.rs; do
    target=$(basename "$source" .rs)
    cp "$WORK/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
    rm -f "$OUT/${target}_seed_corpus.zip"
    zip -jqr "$OUT/${target}_seed_corpus.zip" "seeds/$target"
    # As .ci/run: seeds are short.
    printf '[libfuzzer]\nmax_len = 1500\n' >"$OUT/$target.options"
    # The second word of a target's name says its format.
    word=${target#*_} && dict=dict/${word%%_*}.dict
    [ ! -e "$dict" ] || cp "$dict" "$OUT/$target.dict"
done
