#!/bin/sh
# Regenerates firmware.elf, firmware.hex and firmware.bin from main.c.
#
# Installs nothing. On Debian the tools are in these packages:
#   gcc-arm-none-eabi (brings binutils-arm-none-eabi; no C library is needed)
#   python3
set -eu
cd "$(dirname "$0")"

for tool in arm-none-eabi-gcc arm-none-eabi-objcopy python3; do
    command -v "$tool" >/dev/null || {
        echo "build.sh: $tool not found; Debian packages: gcc-arm-none-eabi python3" >&2
        exit 1
    }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# armv6-m, the smallest of the family: every Cortex-M runs it.
# -g0 and no build id keep paths and hashes out of the file, -n keeps it small
# (no padding to a page), so that two builds are the same byte for byte.
arm-none-eabi-gcc -mcpu=cortex-m0 -mthumb -std=gnu11 -Os -g0 \
    -Wall -Wextra -Werror -ffreestanding -ffunction-sections -fdata-sections \
    -nostdlib -n -Wl,--build-id=none -Wl,--gc-sections -Wl,--fatal-warnings \
    -T firmware.ld main.c -o "$work/firmware.elf"

# The image CRC goes into the ELF; HEX and BIN are made from that ELF, so the
# three cannot disagree.
arm-none-eabi-objcopy -O binary "$work/firmware.elf" "$work/blank.bin"
python3 - "$work/blank.bin" "$work/crc.bin" <<'PY'
import sys, zlib

image = open(sys.argv[1], "rb").read()
assert len(image) == 0x2000, f"the image is {len(image)} bytes, not 8192"
open(sys.argv[2], "wb").write(zlib.crc32(image[:0x1FFC]).to_bytes(4, "little"))
PY
arm-none-eabi-objcopy --update-section .image_crc="$work/crc.bin" "$work/firmware.elf"
arm-none-eabi-objcopy -O ihex "$work/firmware.elf" "$work/firmware.hex"
arm-none-eabi-objcopy -O binary "$work/firmware.elf" "$work/firmware.bin"

# The old files are replaced only now, when every step has worked.
for kind in elf hex bin; do
    install -m 644 "$work/firmware.$kind" "firmware.$kind"
done
sha256sum firmware.elf firmware.hex firmware.bin
