"""What is where in each ELF file, as a table. Nothing is decoded here: all numbers are those that
LLVM's readelf (segments, sections, symbols) and GNU's objdump (load addresses) print; a symbol lies in its
section as far behind its begin as its value does. LLVM's objdump is not asked: it finds the segment of a
section by its address, which is wrong for overlays."""

import os
import re
import subprocess
import sys


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def number(text, base=16):
    return f"0x{int(text, base):X}"


print("file", "what", "name", "type", "bind", "flags", "in", "offset", "vma", "lma", "size", sep="\t")
for path in sys.argv[1:]:
    file = os.path.basename(path)

    def row(what, name, kind, bind="-", flags="-", section="-", offset="-", vma="-", lma="-", size="-"):
        print(file, what, name or "-", kind, bind, flags or "-", section, offset, vma, lma, size, sep="\t")

    header = dict(re.findall(r"^ +(Class|Data|Type|Machine): +(.*)$", "\n".join(run("llvm-readelf-14", "-h", path)), re.M))
    row("header", header["Machine"], header["Type"].split()[0], header["Class"], header["Data"].split(", ")[1])

    for line in run("llvm-readelf-14", "-lW", path):
        if m := re.match(r"  ([A-Z_]+) +0x(\w+) 0x(\w+) 0x(\w+) 0x(\w+) 0x(\w+) (.{3}) ", line):
            # The size in the file; that in memory stands in the column before the last one of its kind.
            row("segment", m[1], f"memory {number(m[6])}", flags=m[7].replace(" ", ""), offset=number(m[2]), vma=number(m[3]), lma=number(m[4]), size=number(m[5]))

    # By name and offset: names may repeat.
    loads = {}
    for line in run("objdump", "-hw", path):
        if m := re.match(r" +\d+ (\S+) +[0-9a-f]{8} +[0-9a-f]+ +([0-9a-f]+) +([0-9a-f]{8}) ", line):
            loads[m[1], int(m[3], 16)] = int(m[2], 16)
    sections = {}
    for line in run("llvm-readelf-14", "-SW", path):
        m = re.match(r"  \[ *(\d+)\] (\S*) +([A-Z_]+) +([0-9a-f]{8,16}) ([0-9a-f]+) ([0-9a-f]+) [0-9a-f]+ +([A-Za-z]*) +\d+ +\d+ +\d+$", line)
        if m and m[3] != "NULL":
            start, offset, size = (int(text, 16) for text in m.groups()[3:6])
            stored = m[3] != "NOBITS"
            # What is loaded into memory, and from where.
            load = loads[m[2], offset] if stored and size and "A" in m[7] and header["Type"].startswith("EXEC") else None
            sections[int(m[1])] = (m[2], stored, start, offset, size, load)
            row("section", m[2], m[3], flags=m[7], offset=f"0x{offset:X}" if stored else "-", vma=number(m[4]), lma="-" if load is None else f"0x{load:X}", size=number(m[6]))

    for line in run("llvm-readelf-14", "-sW", path):
        m = re.match(r" +(\d+): ([0-9a-f]+) +(\S+) (\w+) +(\w+) +\w+ +(\w+)(?: (.*))?$", line)
        if not m or m[1] == "0":
            continue
        value, size = int(m[2], 16), int(m[3], 0)
        place = dict(section=m[6], offset="-", vma=f"0x{value:X}", lma="-", size=f"0x{size:X}")
        if m[6].isdigit():
            name, stored, start, offset, end, load = sections[int(m[6])]
            place["section"] = name
            # A Thumb function's address is odd, its bytes lie at the even one.
            at = value & ~1 if header["Machine"] == "ARM" and m[4] == "FUNC" else value
            inside = at if header["Type"].startswith("REL") else at - start
            # The value of a thread's own variable is no address; some labels lie outside of their section.
            if stored and m[4] != "TLS" and 0 <= inside <= end:
                place["offset"] = f"0x{offset + inside:X}"
                place["lma"] = "-" if load is None else f"0x{load + inside:X}"
        row("symbol", m[7], m[4], m[5], **place)
