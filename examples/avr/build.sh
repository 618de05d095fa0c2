#!/bin/sh
# Regenerates firmware.elf, firmware.hex and firmware.bin from main.c.
#
# Installs nothing. On Debian the tools are in these packages:
#   gcc-avr (brings binutils-avr; no C library is needed)
#   python3
set -eu
cd "$(dirname "$0")"

for tool in avr-gcc avr-objcopy python3; do
    command -v "$tool" >/dev/null || {
        echo "build.sh: $tool not found; Debian packages: gcc-avr python3" >&2
        exit 1
    }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# -g0 and no build id keep paths and hashes out of the file, -n keeps it small,
# so that two builds are the same byte for byte.
avr-gcc -mmcu=atmega328p -std=gnu11 -Os -g0 \
    -Wall -Wextra -Werror -ffreestanding -ffunction-sections -fdata-sections \
    -nostdlib -n -Wl,--build-id=none -Wl,--gc-sections -Wl,--fatal-warnings \
    -T firmware.ld main.c -o "$work/firmware.elf"

# The image CRC goes into the ELF, at the end of .text; HEX and BIN are made
# from that ELF, so the three cannot disagree.
avr-objcopy -O binary -j .text "$work/firmware.elf" "$work/text.bin"
avr-objcopy -O binary -j .text -j .data "$work/firmware.elf" "$work/blank.bin"
python3 - "$work/blank.bin" "$work/text.bin" <<'PY'
import binascii, sys

image = bytearray(open(sys.argv[1], "rb").read())
assert len(image) == 0x802, f"the image is {len(image)} bytes, not 2050"
crc = binascii.crc_hqx(image[:0x7FE] + image[0x800:], 0)
image[0x7FE:0x800] = crc.to_bytes(2, "big")
open(sys.argv[2], "wb").write(image[:0x800])
PY
avr-objcopy --update-section .text="$work/text.bin" "$work/firmware.elf"
avr-objcopy -O ihex -j .text -j .data "$work/firmware.elf" "$work/firmware.hex"
avr-objcopy -O binary -j .text -j .data "$work/firmware.elf" "$work/firmware.bin"

# The old files are replaced only now, when every step has worked.
for kind in elf hex bin; do
    install -m 644 "$work/firmware.$kind" "firmware.$kind"
done
sha256sum firmware.elf firmware.hex firmware.bin
