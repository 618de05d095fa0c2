#!/bin/sh
# Regenerates the ELF files of this folder from src/, and facts.tsv from them.
#
# Installs nothing. On Debian the tools are in these packages, which need not be installed either:
# `apt-get download` and `dpkg -x` put them into a folder, its usr/bin goes to the front of PATH.
#   clang-14 lld-14 llvm-14 (with libclang1-14, libclang-cpp14, libclang-common-14-dev)
#   gcc-arm-none-eabi binutils-arm-none-eabi gcc-avr binutils-avr binutils python3
set -eu
cd "$(dirname "$0")/src"

# `clang` is not taken as it is: another version makes other files.
for tool in clang-14 ld.lld-14 llvm-readelf-14 objdump arm-none-eabi-gcc arm-none-eabi-objcopy avr-gcc python3; do
    command -v "$tool" >/dev/null || { echo "build.sh: $tool not found; the packages are named above" >&2; exit 1; }
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# No paths, no hashes, no versions, no padding to a page: two builds are the same byte for byte.
cc() { target=$1 from=$2 to=$3; shift 3; clang-14 --target="$target" -std=gnu11 -Os -g0 -Qn -Wall -Werror -Wno-unused-command-line-argument -ffreestanding "$@" -c "$from" -o "$out/$to.o"; }
link() { script=$1 to=$2; shift 2; ld.lld-14 -n --build-id=none --fatal-warnings -T "$script" "$@" -o "$out/$to"; }
arm=thumbv7m-none-eabi

# The identity of a Cortex-M firmware, by GCC: `const volatile` without a section lies in .data.
arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -std=gnu11 -Os -g0 -fno-ident -Wall -Werror -ffreestanding -nostdlib -n \
    -Wl,--build-id=none -T flash.ld ident.c -o "$out/cortex-m.elf"

# Two statics of one name, in two units.
cc $arm static_a.c a
cc $arm static_b.c b
link flash.ld statics.elf "$out/a.o" "$out/b.o"

# A static and a global of one name: the static comes first in the table.
cc $arm ident.c ident
link flash.ld shadowed.elf "$out/b.o" "$out/ident.o"

# Input sections merged into one.
cc $arm merged.c merged
link merged.ld merged.elf "$out/merged.o"

# The same identity in the other classes and byte orders: 32 bits big-endian, 64 bits of both.
cc mips-none-elf ident.c mips -fno-pic -mno-abicalls -G0
link flash.ld mips-be.elf "$out/mips.o"
cc powerpc-none-eabi ident.c ppc -fno-pic
link flash.ld ppc-be.elf "$out/ppc.o"
cc powerpc64-none-elf ident.c ppc64 -fno-pic -mabi=elfv2
link flash.ld ppc64-be.elf "$out/ppc64.o"
cc riscv64-none-elf ident.c rv64 -mcmodel=medany -mno-relax
link flash.ld rv64.elf "$out/rv64.o"

# The ELF header inside of the first segment, as linkers do without a script.
ld.lld-14 --build-id=none --image-base=0x10000 -z max-page-size=16 -z norelro -z nognustack -e reset "$out/rv64.o" -o "$out/headers.elf"

# AVR: RAM at 0x800100, EEPROM at 0x810000, by the linker's own script.
avr-gcc -mmcu=atmega328p -std=gnu11 -Os -g0 -fno-ident -Wall -Werror -ffreestanding -nostdlib -n -Wl,--build-id=none avr.c -o "$out/avr.elf"

# Two sections at one address, loaded from two.
cc $arm overlay.s overlay
link overlay.ld overlay.elf --no-check-sections "$out/overlay.o"

# An object file: COMMON, relocations, two sections of one name.
cc $arm object.s relocatable

# Symbols and sections of every kind; a debug section compressed, in the present way and in the old one.
cc $arm kinds.s kinds
link kinds.ld kinds.elf "$out/kinds.o"
arm-none-eabi-objcopy --compress-debug-sections=zlib-gabi "$out/kinds.elf" "$out/compressed.elf"
arm-none-eabi-objcopy --compress-debug-sections=zlib-gnu "$out/kinds.elf" "$out/zdebug.elf"

# Two segments, and no load address in either.
link no_lma.ld no-lma.elf "$out/ident.o"

python3 facts.py "$out"/*.elf "$out/relocatable.o" >"$out/facts.tsv"
# The old files are replaced only now, when every step has worked.
install -m 644 "$out"/*.elf "$out/relocatable.o" "$out/facts.tsv" ..
sha256sum ../*.elf ../*.o ../facts.tsv
