#!/bin/bash
# Fetches the independent tools that the end-to-end tests compare against, into
# target/tools/, and writes target/tools/env.sh, which names them:
#
#   NAMEPLATE_QEMU        qemu-system-arm: boots the stamped firmware
#   NAMEPLATE_QEMU_RISCV  qemu-system-riscv64: boots the one for RISC-V
#   NAMEPLATE_SIMAVR      simavr: runs the one for AVR
#   NAMEPLATE_SREC_CAT    srec_cat of SRecord: second opinion on HEX and CRCs
#   NAMEPLATE_OBJCOPY     GNU objcopy: second opinion on HEX, ELF and binary
#   NAMEPLATE_GPSIM       gpsim: runs a PIC program with a serial number in it
#   NAMEPLATE_MKIMAGE     mkimage of U-Boot: judges legacy U-Boot images
#   NAMEPLATE_MKENVIMAGE  mkenvimage of U-Boot: makes U-Boot environments
#   NAMEPLATE_DFU_SUFFIX  dfu-suffix of dfu-util: judges USB DFU files
#   NAMEPLATE_MSPDEBUG    mspdebug: its simulator loads TI-TXT
#   NAMEPLATE_ESP_NVS     tests/esp_nvs, built here: reads and writes NVS as the
#                         crate esp-nvs (0.6.3) does on a device
#   NAMEPLATE_VALGRIND    valgrind: counts instructions
#   NAMEPLATE_PYTHON      python3 that can `import intelhex` (2.3.0),
#                         `import bincopy` (20.1.1), `import hexrec` (0.5.1),
#                         `import stdnum` (2.2), `import netaddr` (1.3.0), and
#                         the vendors' own tools: esptool (5.6.0), imgtool
#                         (2.5.0), lpc_checksum (3.0.0), nrfutil (6.1.7);
#                         uf2conv of Microsoft (adafruit-uf2 1.0.0),
#                         nvs_partition_gen of Espressif (0.3.0)
#
#   .ci/tools.sh && . target/tools/env.sh
#
# The system stays as it is: Debian packages are downloaded and unpacked, never
# installed. A tool the system already has is used from there. A second run
# only checks that everything still starts (a few seconds at most); if the
# directory was carried to a machine with other libraries, it fetches anew.
#
# Needs Debian 12 or a relative of it, or else all the tools in PATH. Package
# lists are updated (as root) only when there are none.
set -euo pipefail
export LC_ALL=C # the output of apt-get is parsed below

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$repo/target/tools
intelhex=2.3.0
bincopy=20.1.1
# What bincopy needs, each in a fixed version.
bincopy_needs=(argparse-addons==0.12.0 humanfriendly==10.0 pyelftools==0.33)
hexrec=0.5.1
hexrec_needs=(bytesparse==1.1.0)
stdnum=2.2
netaddr=1.3.0
# The vendors' own tools, and what they need.
vendors=(
    esptool==5.6.0 click==8.5.1 rich-click==1.9.9 rich==15.0.0 markdown-it-py==4.3.0 mdurl==0.1.2 Pygments==2.21.0
    esp-pylib==1.2.0 pyserial==3.5 reedsolo==1.7.0 PyYAML==6.0.3
    imgtool==2.5.0 cbor2==6.2.1 cryptography==50.0.2 cffi==2.1.1 pycparser==3.12
    lpc_checksum==3.0.0
    adafruit-uf2==1.0.0
    esp-idf-nvs-partition-gen==0.3.0
)
# nrfutil asks for a Python before 3.11, because its Bluetooth driver does. The
# part for bootloader settings runs on later ones, and without the driver.
nrfutil=(nrfutil==6.1.7 protobuf==3.20.3 ecdsa==0.19.1 six==1.17.0)

say() { echo "tools.sh: $*"; }
die() { echo "tools.sh: error: $*" >&2; exit 1; }

# Networks fail now and then; twice in a row is worth a human's attention.
twice() {
    "$@" && return
    say "failed, trying once more: $*" >&2
    sleep 3
    "$@"
}

# Does this tool start? Its own complaint goes to a log that `die` can point to.
starts() { "$@" >"$tools/log" 2>&1; }

# Does this program start? simavr knows no --version, and its list of chips
# comes with exit status 1.
works() {
    case $1 in
        */mkenvimage) starts "$1" -V ;;
        */simavr) starts "$1" --list-cores || grep -q atmega328p "$tools/log" ;;
        *) starts "$1" --version ;;
    esac
}

need_apt() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
        die "no apt-get here: install $1 yourself and put it in PATH"
    fi
    if ! apt-cache show --no-all-versions "$1" >/dev/null 2>&1; then
        [ "$(id -u)" = 0 ] || die "no package list knows $1: run 'apt-get update' as root first"
        say "no package list knows $1: apt-get update"
        twice apt-get update -qq || die "apt-get update failed"
        apt-cache show --no-all-versions "$1" >/dev/null 2>&1 ||
            die "this system's package sources have no $1"
    fi
}

# apt-get as root lets the user _apt do the downloading, who may not write
# here; it then warns and does it as root, which is harmless. Asking for root
# from the start spares the log that warning.
download() { (cd "$1" && shift && apt-get download -qq -o APT::Sandbox::User=root "$@"); }

# fetch PACKAGE [PROGRAM]: unpacks PACKAGE, and what it needs and the system
# lacks, into target/tools/PACKAGE, and lists the library directories in its
# file `libs`. Of a package with many programs, only PROGRAM stays.
fetch() {
    local package=$1 part=$tools/$1.part program=${2:-} plan debs deb
    need_apt "$package"
    rm -rf "${part:?}" "${tools:?}/$package"
    mkdir -p "$part/debs"

    plan=$(apt-get install -s --no-install-recommends "$package" 2>"$tools/log") ||
        die "apt-get cannot plan $package: $(cat "$tools/log")"
    # Not libc6, should a newer one be planned: a C library beside the running
    # loader of another version crashes. The installed one is new enough.
    mapfile -t debs < <(awk '/^Inst / && $2 != "libc6" { print $2 }' <<<"$plan")
    [ "${#debs[@]}" -gt 0 ] || die "$package is installed, but its program is missing or broken"

    say "$package: ${#debs[@]} packages"
    twice download "$part/debs" "${debs[@]}" ||
        die "cannot download $package; if the package lists are old, run 'apt-get update'"
    for deb in "$part"/debs/*.deb; do
        if [ -n "$program" ] && [[ ${deb##*/} = "${package}"_* ]]; then
            dpkg --fsys-tarfile "$deb" | tar -x -C "$part" "./usr/bin/$program"
        else
            dpkg -x "$deb" "$part"
        fi || die "cannot unpack ${deb##*/}"
    done
    rm -r "$part/debs"
    # Relative, so that the wrapper works wherever target/tools ends up.
    (cd "$part" && find . -name '*.so*' -printf '%P\n' | sed 's,/[^/]*$,,' | sort -u) >"$part/libs"
    # Under its final name only when complete: an interrupted run leaves a
    # .part, which the next run throws away.
    mv "$part" "$tools/$package"
}

# wrap PROGRAM PACKAGE ARGUMENT...: a script bin/PROGRAM that runs the unpacked
# program with its own libraries. In an ARGUMENT, @ is the unpacked package.
wrap() {
    local program=$1 package=$2 libs argument line=
    shift 2
    # shellcheck disable=SC2016 # $root is for the wrapper to expand
    libs=$(sed 's,^,$root/,' "$tools/$package/libs" | paste -sd:)
    for argument; do line+=" \"${argument//@/\$root}\""; done
    cat >"$tools/bin/$program" <<WRAPPER
#!/bin/sh
root=\$(dirname -- "\$0")/../$package
export LD_LIBRARY_PATH="$libs\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
export VALGRIND_LIB="\$root/usr/libexec/valgrind"
exec "\$root/usr/bin/$program"$line "\$@"
WRAPPER
    chmod +x "$tools/bin/$program"
}

# tool PROGRAM PACKAGE ARGUMENT...: sets `found` to the system's PROGRAM, or to
# the wrapper of an unpacked one, fetched when it is not there or not working.
# qemu-system-misc has twenty emulators: only the one asked for is kept.
tool() {
    local program=$1 package=$2
    shift 2
    if found=$(command -v "$program") && works "$found"; then
        return
    fi
    found=$tools/bin/$program
    # Unpacked already, for another of its programs.
    if ! [ -x "$found" ] && [ -x "$tools/$package/usr/bin/$program" ]; then
        wrap "$program" "$package" "$@"
    fi
    if ! [ -x "$found" ] || ! works "$found"; then
        case $package in
            qemu-system-misc) fetch "$package" "$program" ;;
            *) fetch "$package" ;;
        esac
        wrap "$program" "$package" "$@"
        works "$found" || die "$program was fetched but does not start: $(cat "$tools/log")"
    fi
}

mkdir -p "$tools/bin"

tool qemu-system-arm qemu-system-arm -L @/usr/share/qemu
qemu=$found
tool qemu-system-riscv64 qemu-system-misc -L @/usr/share/qemu
qemu_riscv=$found
tool simavr simavr
simavr=$found
tool srec_cat srecord
srec_cat=$found
tool objcopy binutils
objcopy=$found
tool gpsim gpsim
gpsim=$found
tool mkimage u-boot-tools
mkimage=$found
tool mkenvimage u-boot-tools
mkenvimage=$found
tool dfu-suffix dfu-util
dfu_suffix=$found
tool valgrind valgrind
valgrind=$found
tool mspdebug mspdebug
mspdebug=$found

# A program of ours about a crate of others; cargo knows when it is up to date.
twice cargo build --release --locked --quiet --manifest-path "$repo/tests/esp_nvs/Cargo.toml" --target-dir "$repo/target/esp_nvs" ||
    die "cannot build tests/esp_nvs"
esp_nvs=$repo/target/esp_nvs/release/nameplate-esp-nvs

# Python: the interpreter's own idea of its path, because `python3` may be a
# shim that chooses a version by the working directory.
tool python3 python3
python3=$found
[ "$python3" = "$tools/bin/python3" ] || python3=$("$python3" -c 'import sys; print(sys.executable)')
python=$tools/bin/python-intelhex
cat >"$python" <<WRAPPER
#!/bin/sh
export PYTHONPATH="\$(dirname -- "\$0")/../python\${PYTHONPATH:+:\$PYTHONPATH}"
exec '$python3' "\$@"
WRAPPER
chmod +x "$python"

has_intelhex() { starts "$python" -c "from intelhex.__version__ import version_str; assert version_str == '$intelhex'"; }
has_bincopy() { starts "$python" -c "import bincopy; assert bincopy.__version__ == '$bincopy'"; }
has_hexrec() { starts "$python" -c "import hexrec.formats.sqtp, hexrec; assert hexrec.__version__ == '$hexrec'"; }
has_stdnum() { starts "$python" -c "import stdnum; assert stdnum.__version__ == '$stdnum'"; }
has_netaddr() { starts "$python" -c "import netaddr; assert netaddr.__version__ == '$netaddr'"; }
has_vendors() {
    starts "$python" -c 'import sys; from importlib.metadata import version
for pin in sys.argv[1:]:
    name, wanted = pin.split("=="); assert version(name) == wanted, pin' "${vendors[@]}" "${nrfutil[@]}"
}
pip_install() {
    twice "$python3" -m pip install -q --disable-pip-version-check --root-user-action ignore \
        --no-deps --target "$tools/python" "$@" || die "pip cannot fetch $*"
}
has_pip() { starts "$python3" -m pip --version; }

if has_pip; then
    if ! has_intelhex || ! has_bincopy || ! has_hexrec || ! has_stdnum || ! has_netaddr || ! has_vendors; then
        # May be a link, from the time before there was a pip.
        rm -rf "${tools:?}/python"
        say "intelhex, bincopy, hexrec, python-stdnum, netaddr, esptool, imgtool, lpc_checksum, nrfutil, adafruit-uf2, esp-idf-nvs-partition-gen: pip"
        pip_install "intelhex==$intelhex" "bincopy==$bincopy" "${bincopy_needs[@]}" \
            "hexrec==$hexrec" "${hexrec_needs[@]}" "python-stdnum==$stdnum" "netaddr==$netaddr" "${vendors[@]}"
        pip_install --ignore-requires-python "${nrfutil[@]}"
        has_bincopy || die "cannot import bincopy $bincopy: $(cat "$tools/log")"
        has_hexrec || die "cannot import hexrec $hexrec: $(cat "$tools/log")"
        has_stdnum || die "cannot import stdnum $stdnum: $(cat "$tools/log")"
        has_netaddr || die "cannot import netaddr $netaddr: $(cat "$tools/log")"
        has_vendors || die "not all of the vendors' tools are there: $(cat "$tools/log")"
    fi
elif ! has_intelhex; then
    # Debian's python3 comes without pip. Its own intelhex is the same version.
    rm -rf "${tools:?}/python"
    fetch python3-intelhex
    ln -s python3-intelhex/usr/lib/python3/dist-packages "$tools/python"
fi
has_intelhex || die "cannot import intelhex $intelhex: $(cat "$tools/log")"

cat >"$tools/env.sh" <<ENV
export NAMEPLATE_QEMU='$qemu'
export NAMEPLATE_QEMU_RISCV='$qemu_riscv'
export NAMEPLATE_SIMAVR='$simavr'
export NAMEPLATE_SREC_CAT='$srec_cat'
export NAMEPLATE_OBJCOPY='$objcopy'
export NAMEPLATE_GPSIM='$gpsim'
export NAMEPLATE_MKIMAGE='$mkimage'
export NAMEPLATE_MKENVIMAGE='$mkenvimage'
export NAMEPLATE_DFU_SUFFIX='$dfu_suffix'
export NAMEPLATE_VALGRIND='$valgrind'
export NAMEPLATE_MSPDEBUG='$mspdebug'
export NAMEPLATE_ESP_NVS='$esp_nvs'
export NAMEPLATE_PYTHON='$python'
ENV

# sed, not head: head leaves early, and the writer would die of SIGPIPE.
"$qemu" --version | sed -n 1p
echo "for RISC-V: $("$qemu_riscv" --version | sed -n 1p)"
echo 'simavr: starts; it does not tell its version'
"$srec_cat" --version | sed -n 1p
"$objcopy" --version | sed -n 1p
"$gpsim" --version | sed -n 1p
"$mkimage" --version
"$mkenvimage" -V
"$dfu_suffix" --version | sed -n 1p
"$valgrind" --version
"$mspdebug" --version | sed -n 1p
"$python" -c 'import platform; print("Python", platform.python_version())'
echo "intelhex $intelhex"
if has_bincopy && has_hexrec && has_stdnum && has_netaddr && has_vendors; then
    echo "bincopy $bincopy, hexrec $hexrec, python-stdnum $stdnum, netaddr $netaddr"
    echo "${vendors[*]} ${nrfutil[*]}" | tr ' ' '\n' | grep -E '^(esptool|imgtool|lpc_checksum|nrfutil|adafruit-uf2|esp-idf-nvs-partition-gen)=' | tr '\n' ' ' && echo
else
    say "no bincopy, hexrec, python-stdnum, netaddr and vendors' tools: this python3 has no pip, and Debian no such packages; .ci/run needs them" >&2
fi
rm -f "$tools/log"
