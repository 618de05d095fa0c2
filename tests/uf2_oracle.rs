//! UF2 files of other tools, stamped, and read or made again by those tools: Microsoft's `uf2conv.py`, as Adafruit
//! publishes it, and esptool.

use nameplate::image::uf2::{Family, Style};
use nameplate::image::{Erased, Merge, Sparse, Uf2};
use nameplate::{At, Encoding, Field, Guard, Layout};

use crate::{noise, python};

/// How many units are judged.
const UNITS: u64 = 50;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(line: &str) -> Vec<u8> {
    (0..line.len()).step_by(2).map(|at| u8::from_str_radix(&line[at..at + 2], 16).unwrap()).collect()
}

/// Files of units with 6 bytes at `address` and 16 at `far`, and those values.
fn units(template: &[u8], address: u64, far: u64) -> Vec<(Vec<u8>, [Vec<u8>; 2])> {
    let uf2 = Uf2::parse(template).unwrap();
    let field = |name: &str, at, len| Field::new(name, At::address(at), Encoding::bytes(len)).expect(Guard::Any);
    let plan = Layout::new().field(field("a", address, 6)).field(field("b", far, 16)).compile(&uf2).unwrap();
    let mut stamper = plan.stamper(&uf2).unwrap();
    let mut unit = |n| {
        let values = [noise(n, 6), noise(n + 1000, 16)];
        let given = [("a", values[0].as_slice().into()), ("b", values[1].as_slice().into())];
        let file = stamper.stamp(&given).unwrap().bytes().to_vec();
        (file, values.clone())
    };
    (1..=UNITS).map(&mut unit).collect()
}

/// `uf2conv.py` makes a template of a binary, which is ours to the byte, and reads each stamped unit.
#[test]
#[ignore = "needs uf2conv (adafruit-uf2), which .ci/tools.sh fetches"]
fn uf2conv() {
    let script = r#"
import sys, io, contextlib
from adafruit_uf2 import uf2conv
for line in sys.stdin:
    way, number, text = line.split()
    data = bytes.fromhex(text)
    uf2conv.familyid, uf2conv.appstartaddr = 0xE48BFF56, int(number, 16)
    with contextlib.redirect_stdout(io.StringIO()):
        out = uf2conv.convert_to_uf2(data) if way == "to" else uf2conv.convert_from_uf2(data)
    print("%X" % uf2conv.appstartaddr, out.hex())
"#;
    let base = 0x1000_0000;
    let image = noise(7, 3 * 4096);
    let said = python("uf2conv", script, &format!("to {base:X} {}\n", hex(&image)));
    let template = bytes(said.trim().split(' ').nth(1).unwrap());
    let memory = Sparse::from_pieces([(base, image.as_slice())], Merge::Error).unwrap();
    assert!(Style::new(Family::RP2040).erased(Erased::byte(0)).to_vec(&memory).unwrap() == template);
    assert!(Sparse::new(&Uf2::parse(&template).unwrap()) == memory);

    // Across two blocks, and at the end of the last.
    let (address, far) = (base + 254, base + 3 * 4096 - 16);
    let units = units(&template, address, far);
    let input: String = units.iter().map(|(file, _)| format!("from 0 {}\n", hex(file))).collect();
    let said = python("uf2conv", script, &input);
    assert_eq!(said.lines().count(), units.len());
    for (line, (_, [one, two])) in said.lines().zip(&units) {
        let mut expected = image.clone();
        expected[254..260].copy_from_slice(one);
        expected[3 * 4096 - 16..].copy_from_slice(two);
        assert!(line == format!("{base:X} {}", hex(&expected)));
    }
}

/// esptool makes a template of two files, with an MD5 in each block, and makes each unit of files that were patched: the
/// same bytes.
#[test]
#[cfg(feature = "md5")]
#[ignore = "needs esptool, which .ci/tools.sh fetches"]
fn esptool() {
    use nameplate::image::Container as _;

    let script = r#"
import sys, os, tempfile
from esptool.uf2_writer import UF2Writer
path = os.path.join(tempfile.mkdtemp(), "f")
for line in sys.stdin:
    chunk, *files = line.split()
    with UF2Writer(0xBFDD4EEE, path, None if chunk == "-" else int(chunk)) as writer:
        for file in files:
            address, text = file.split(":")
            writer.add_file(int(address, 16), bytes.fromhex(text))
    print(open(path, "rb").read().hex())
os.remove(path)
os.rmdir(os.path.dirname(path))
"#;
    let (small, large) = (noise(1, 300), noise(2, 5000));
    for chunk in ["-", "256"] {
        let line = |small: &[u8], large: &[u8]| format!("{chunk} 1000:{} 10000:{}\n", hex(small), hex(large));
        let template = bytes(python("esptool", script, &line(&small, &large)).trim());
        // Across two blocks of the second file, of either size; the last bytes of the first, in a short payload.
        let units = units(&template, 0x1_0000 + 508, 0x1000 + 284);
        let patched = |values: &[Vec<u8>; 2]| {
            let (mut small, mut large) = (small.clone(), large.clone());
            small[284..].copy_from_slice(&values[1]);
            large[508..514].copy_from_slice(&values[0]);
            line(&small, &large)
        };
        let input: String = units.iter().map(|(_, values)| patched(values)).collect();
        let said = python("esptool", script, &input);
        assert_eq!(said.lines().count(), units.len());
        for (line, (file, _)) in said.lines().zip(&units) {
            assert!(line == hex(file));
            assert_eq!(Uf2::parse(file).unwrap().extent().unwrap().end(), 0x1_0000 + 5000);
        }
    }
}
