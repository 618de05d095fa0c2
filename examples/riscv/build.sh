#!/bin/sh
# Regenerates firmware.elf, firmware.hex and firmware.bin from main.c.
#
# Installs nothing. On Debian the tools are in these packages:
#   gcc-riscv64-unknown-elf (brings binutils-riscv64-unknown-elf; no C library is needed)
#   python3
set -eu
cd "$(dirname "$0")"

for tool in riscv64-unknown-elf-gcc riscv64-unknown-elf-objcopy python3; do
    command -v "$tool" >/dev/null || {
        echo "build.sh: $tool not found; Debian packages: gcc-riscv64-unknown-elf python3" >&2
        exit 1
    }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# -msmall-data-limit=0: variables go to .data, not to .sdata.
# -g0 and no build id keep paths and hashes out of the file, -n keeps it small
# (no padding to a page), so that two builds are the same byte for byte.
riscv64-unknown-elf-gcc -march=rv64i_zicsr -mabi=lp64 -mcmodel=medany -msmall-data-limit=0 \
    -std=gnu11 -Os -g0 -Wall -Wextra -Werror -ffreestanding -ffunction-sections -fdata-sections \
    -nostdlib -n -Wl,--build-id=none -Wl,--gc-sections -Wl,--fatal-warnings \
    -T firmware.ld main.c -o "$work/firmware.elf"

# The image CRC goes into the ELF; HEX and BIN are made from that ELF, so the
# three cannot disagree. Holes are 00, as the program reads them.
riscv64-unknown-elf-objcopy -O binary --gap-fill 0x00 "$work/firmware.elf" "$work/blank.bin"
python3 - "$work/blank.bin" "$work/crc.bin" <<'PY'
import sys, zlib

image = open(sys.argv[1], "rb").read()
assert len(image) == 0x1000, f"the image is {len(image)} bytes, not 4096"
open(sys.argv[2], "wb").write(zlib.crc32(image[:0xFFC]).to_bytes(4, "little"))
PY
riscv64-unknown-elf-objcopy --update-section .image_crc="$work/crc.bin" "$work/firmware.elf"
riscv64-unknown-elf-objcopy -O ihex "$work/firmware.elf" "$work/firmware.hex"
riscv64-unknown-elf-objcopy -O binary --gap-fill 0x00 "$work/firmware.elf" "$work/firmware.bin"

# The old files are replaced only now, when every step has worked.
for kind in elf hex bin; do
    install -m 644 "$work/firmware.$kind" "firmware.$kind"
done
sha256sum firmware.elf firmware.hex firmware.bin
