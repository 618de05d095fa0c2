#!/usr/bin/env bash
# The library by a compiler of its MSRV, and on other machines:
#     .ci/cross.sh tools                  unpacks Rust 1.85, its sources, linkers and QEMU of Debian into target/cross
#     .ci/cross.sh msrv                   the library with all features, by Rust 1.85
#     .ci/cross.sh stages s390x | armhf   the stages that compare bytes, as a big-endian or a 32-bit program
#     .ci/cross.sh bare TARGET            the library for a target without an operating system
#     .ci/cross.sh firmware               units stamped on a Cortex-M4 in QEMU, compared with those of this machine
set -euo pipefail
cd "$(dirname -- "$0")/.."
cross=$PWD/target/cross root=$PWD/target/cross/root
export LC_ALL=C

# A list of packages of its own, with other architectures; the system's stays as it is.
apt() { APT_CONFIG=$cross/apt.conf "$@"; }

tools() {
    [ ! -e "$root" ] || return 0
    rm -rf "$cross" && mkdir -p "$cross"/{lists,cache,debs,part}
    cat >"$cross/apt.conf" <<CONF
Dir::State::lists "$cross/lists";
Dir::Cache "$cross/cache";
APT::Architectures { "amd64"; "s390x"; "armhf"; };
APT::Sandbox::User "root";
CONF
    # A list that cannot be had is missed below, if it is one that counts.
    apt apt-get update -qq 2>"$cross/log" || true
    local packages=(rustc-web libstd-rust-web-1.85 libllvm19 rust-web-src qemu-user-static
        libstd-rust-web-dev{,:s390x,:armhf})
    # shellcheck disable=SC2207 # names of packages
    packages+=($(apt apt-get install -s --no-install-recommends \
        gcc-s390x-linux-gnu libc6-dev-s390x-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross 2>"$cross/log" |
        awk '/^Inst / && $2 != "libc6" { print $2 }'))
    (cd "$cross/debs" && { apt apt-get download -qq "${packages[@]}" || apt apt-get download -qq "${packages[@]}"; }) || { cat "$cross/log" >&2; return 1; }
    for deb in "$cross"/debs/*.deb; do dpkg -x "$deb" "$cross/part"; done
    cat >"$cross/part/rustc" <<'WRAPPER'
#!/bin/sh
root=$(dirname -- "$0")
export LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/usr/lib/llvm-19/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
case " $* " in *" --sysroot "*) ;; *) set -- --sysroot "$root/usr" "$@" ;; esac
exec "$root/usr/bin/rustc" "$@"
WRAPPER
    chmod +x "$cross/part/rustc"
    rm -r "$cross"/{debs,lists,cache} "$cross/part/usr/share"
    find "$cross/part/usr/bin" -name 'qemu-*' ! -name qemu-arm-static ! -name qemu-s390x-static -delete
    mv "$cross/part" "$root"
}

msrv() { RUSTC=$root/rustc cargo check --package nameplate --lib --all-features --target-dir "$cross/msrv" --quiet; }

# A copy of the tree, without what wants a newer compiler: benches, the other crates.
copied() {
    rm -rf "$cross/tree" && mkdir -p "$cross/tree"
    git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$cross/tree"
    sed -i '/^bin_file/d; /^criterion/d; /^\[\[bench\]\]/,/^$/d; s/^members.*/members = []/' "$cross/tree/Cargo.toml"
    cd "$cross/tree"
}

stages() {
    local target gcc qemu=$1
    case $1 in
        s390x) target=s390x-unknown-linux-gnu gcc=s390x-linux-gnu ;;
        armhf) target=armv7-unknown-linux-gnueabihf gcc=arm-linux-gnueabihf qemu=arm ;;
        *) echo "cross.sh: no machine $1; s390x or armhf" >&2 && return 2 ;;
    esac
    copied
    local name=${target^^}
    export "CARGO_TARGET_${name//-/_}_LINKER=$root/usr/bin/$gcc-gcc"
    export "CARGO_TARGET_${name//-/_}_RUNNER=$root/usr/bin/qemu-$qemu-static -L $root/usr/$gcc"
    export "CARGO_TARGET_${name//-/_}_RUSTFLAGS=-Clink-arg=--sysroot=$root"
    export CARGO_PROFILE_TEST_OPT_LEVEL=0 CARGO_PROFILE_TEST_DEBUG=0 CARGO_INCREMENTAL=0
    # What is emulated is slow: some cases of each property.
    PROPTEST_CASES=20 RUSTC=$root/rustc cargo test --ignore-rust-version --target "$target" --target-dir "$cross/$1" --features md5,sha256,uuid --quiet --test stages -- \
        golden:: encodings units:: plans:: random:: repairs:: serials:: sqtp:: feeds:: images:: elf::what \
        vectors:: checks:: euis:: stm32:: srec:: ti_txt:: uf2:: \
        --skip one_wrong_character --skip all_small_files --skip every_byte_changed
}

# `core`, `alloc` and what the compiler calls, for a target of which Debian has the sources alone.
sysroot() {
    local target=$1 source=$root/usr/src/rustc-1.85.0/library lib=$cross/bare/lib/rustlib/$1/lib builtins
    [ ! -e "$lib/liballoc.rlib" ] || return 0
    mkdir -p "$lib" "$cross/builtins/src"
    touch "$cross/builtins/src/lib.rs"
    printf '[workspace]\n[package]\nname = "builtins"\nedition = "2024"\n[dependencies]\ncompiler_builtins = "%s"\n' \
        "$(sed -n 's/^compiler_builtins = { version = "\([^"]*\)".*/\1/p' "$source/alloc/Cargo.toml")" >"$cross/builtins/Cargo.toml"
    builtins=$(cargo metadata --quiet --format-version 1 --manifest-path "$cross/builtins/Cargo.toml" |
        grep -o '"manifest_path":"[^"]*compiler_builtins[^"]*"' | cut -d '"' -f 4)
    library() {
        local name=$1 from=$2
        RUSTC_BOOTSTRAP=1 "$root/rustc" --target "$target" --sysroot "$cross/bare" --crate-type rlib --crate-name "$name" \
            --edition 2021 -O -Cpanic=abort -Cembed-bitcode=no -Cmetadata="$name" --cap-lints allow --out-dir "$lib" "${@:3}" "$from"
    }
    library core "$source/core/src/lib.rs"
    library compiler_builtins "$(dirname -- "$builtins")/src/lib.rs" --extern core="$lib/libcore.rlib" \
        --cfg 'feature="compiler-builtins"' --cfg 'feature="mem"' --cfg 'feature="rustc-dep-of-std"'
    library alloc "$source/alloc/src/lib.rs" --extern core="$lib/libcore.rlib" --extern compiler_builtins="$lib/libcompiler_builtins.rlib"
}

# The library for a target, with all features that need no std.
bare() {
    sysroot "$1"
    RUSTC=$root/rustc RUSTFLAGS="--sysroot $cross/bare" cargo build --package nameplate --lib --features md5,sha256,uuid \
        --target "$1" --target-dir "$cross/build" --quiet
}

# What a Cortex-M4 prints is what the host prints: the files of three units.
firmware() {
    local target=thumbv7em-none-eabi build=$cross/firmware
    sysroot "$target"
    cargo run --quiet --manifest-path tests/firmware/Cargo.toml --target-dir "$build" >"$build.host"
    CARGO_TARGET_THUMBV7EM_NONE_EABI_LINKER=$root/usr/bin/arm-linux-gnueabihf-ld \
        RUSTC=$root/rustc RUSTFLAGS="--sysroot $cross/bare -Clinker-flavor=ld -Clink-arg=-Tlink.x" \
        cargo build --quiet --manifest-path tests/firmware/Cargo.toml --target "$target" --target-dir "$build"
    timeout 60 "${NAMEPLATE_QEMU:-qemu-system-arm}" -machine mps2-an386 -display none -semihosting-config enable=on,target=native \
        -kernel "$build/$target/debug/programmer" >"$build.board"
    [ -s "$build.host" ] && cmp "$build.host" "$build.board"
}

"$@"
