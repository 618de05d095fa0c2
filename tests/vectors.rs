//! 200 results of SRecord and IAR ielftool: described as a repair, stamped from a template that
//! differs in its first byte, each gives the same bytes.

use nameplate::check::{Algorithm, Crc, Parameters, SRECORD_FLETCHER_16};
use nameplate::image::Raw;
use nameplate::repair::{FeedOrder, Own, Step, Tail, Template};
use nameplate::{At, ByteOrder, Encoding, Field, Guard, Layout, Repair, Value};

use crate::reference::Rocksoft;

const VECTORS: &str = include_str!("data/checksums.txt");

fn input(name: &str) -> Vec<u8> {
    match name {
        "d9" => b"123456789".to_vec(),
        "d12" => b"123456789ABC".to_vec(),
        "d16" => (0..16).collect(),
        "l1024" => l1024(),
        other => panic!("{other}"),
    }
}

/// 1024 bytes: s = 0x12345678; repeat s = s·1664525 + 1013904223 mod 2³², emit its highest byte.
pub(crate) fn l1024() -> Vec<u8> {
    let mut s = 0x1234_5678_u32;
    let mut next = || {
        s = s.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (s >> 24) as u8
    };
    (0..1024).map(|_| next()).collect()
}

/// How a tool's option is said here.
struct Model {
    algorithm: Algorithm,
    order: FeedOrder,
    tail: Tail,
    steps: Vec<Step>,
    stored: ByteOrder,
    forced: bool,
}

impl Model {
    fn new(algorithm: Algorithm, stored: ByteOrder) -> Self {
        Self { algorithm, order: FeedOrder::Forward, tail: Tail::Error, steps: vec![], stored, forced: false }
    }
}

fn model(width: u32, poly: u128, init: u128, reflected: bool, xorout: u128) -> Algorithm {
    Crc::new(Parameters { width, poly, init, refin: reflected, refout: reflected, xorout }).unwrap().into()
}

fn named(name: &str) -> Algorithm {
    Algorithm::from_name(name).unwrap_or_else(|| panic!("{name}"))
}

/// ielftool's `algorithm:flags,start/sizeN`.
fn ielftool(option: &str) -> Model {
    let (option, size) = option.split_once("/size").unwrap();
    let (option, start) = option.split_once(',').unwrap_or((option, "0"));
    let (name, flags) = option.split_once(':').unwrap_or((option, ""));
    let has = |flag: char| flags.contains(flag);
    let hex = |text: &str| u128::from_str_radix(text.trim_start_matches("0x"), 16).unwrap();
    let (size, start): (u32, _) = (size.parse().unwrap(), hex(start));
    let crc = |width: u32, poly: u128| {
        // A start value without a flag is an initial one; `p` puts it in front of the data.
        let mut init = start;
        if has('p') {
            let zero = Rocksoft { width, poly, init: 0, refin: has('m'), refout: false, xorout: 0 };
            init = zero.crc(&start.to_be_bytes()[16 - width as usize / 8..]);
        }
        model(width, poly, init, has('m'), 0)
    };
    let mut this = Model::new(
        match name {
            "crc16" => crc(16, 0x1021),
            "crc32" => crc(32, 0x04C1_1DB7),
            "crc64iso" => crc(64, 0x1B),
            "crc64ecma" => crc(64, 0x42F0_E1EB_A9EA_3693),
            "sum" => named("sum8"),
            "sum8wide" if size == 1 => named("sum8"),
            "sum8wide" => named(&format!("sum8/{}", 8 * size)),
            "sum32" => named("sum32le"),
            _ => crc(8 * size, hex(name.strip_prefix("crc=").unwrap())),
        },
        if has('x') { ByteOrder::Big } else { ByteOrder::Little },
    );
    this.order = match (has('R'), has('L'), has('W'), has('r')) {
        (true, ..) => FeedOrder::Backwards,
        (_, true, _, false) => FeedOrder::Swap32,
        (_, _, true, false) => FeedOrder::Swap16,
        // `r` turns the units back again.
        _ => FeedOrder::Forward,
    };
    this.steps.extend(has('1').then_some(Step::Not));
    this.steps.extend(has('2').then_some(Step::Negate));
    this
}

/// SRecord's filters, named by what they were run with.
fn srecord(option: &str) -> Model {
    let order = |text: &str| if text.contains("be") { ByteOrder::Big } else { ByteOrder::Little };
    let mut parts = option.split('_');
    let (kind, second) = (parts.next().unwrap(), parts.next().unwrap());
    let rest: Vec<&str> = parts.collect();
    let has = |word: &str| rest.contains(&word);
    match kind {
        "sum" => {
            let bytes: u32 = rest[0][2..].parse().unwrap();
            let width = rest.get(1).map_or(1, |width| width[1..].parse::<u32>().unwrap());
            let word = if width == 1 { "8".to_owned() } else { format!("{}{}", 8 * width, &rest[0][..2]) };
            let bits = if bytes == width { String::new() } else { format!("/{}", 8 * bytes) };
            let mut this = Model::new(named(&format!("sum{word}{bits}")), order(rest[0]));
            this.steps.extend(match second {
                "neg" => Some(Step::Negate),
                "not" => Some(Step::Not),
                _ => None,
            });
            this.tail = Tail::Zeros(width.into());
            this
        }
        "crc16" => {
            let poly = if has("ibm") {
                0x8005
            } else if has("dnp") {
                0x3D65
            } else if has("t10dif") {
                0x8BB7
            } else {
                0x1021
            };
            let seed = if has("xmodem") || has("xm") {
                0
            } else if has("broken") {
                0x84CF
            } else {
                0xFFFF
            };
            // The seed is what the register is before it is augmented by 16 zero bits.
            let seed = if has("l2m") { u128::from((seed as u16).reverse_bits()) } else { seed };
            let zeros = Rocksoft { width: 16, poly, init: seed, refin: false, refout: false, xorout: 0 };
            Model::new(model(16, poly, zeros.crc(&[0, 0]), has("l2m"), 0), order(second))
        }
        "crc32" if has("xmodem") => Model::new(model(32, 0x04C1_1DB7, 0, true, 0xFFFF_FFFF), order(second)),
        "crc32" => Model::new(named("CRC-32/ISO-HDLC"), order(second)),
        "stm32" => {
            let mut this = Model::new(named("CRC-32/MPEG-2"), order(second));
            (this.order, this.tail) = (FeedOrder::Swap32, Tail::Drop(4));
            this
        }
        "fletcher16" => {
            let mut this = Model::new(SRECORD_FLETCHER_16.into(), order(second));
            this.forced = has("ans0");
            this
        }
        _ => Model::new(named(&format!("srecord-{kind}").replace("srecord-adler32", "adler32")), order(second)),
    }
}

/// What is stored behind `data`, by way of a plan and a template that differs in the first byte.
fn stored(model: &Model, data: &[u8], len: usize) -> Vec<u8> {
    let end = data.len() as u64;
    let mut image = [data, &vec![0x5A; len]].concat();
    image[0] ^= 0xFF;
    let over = if model.forced { 0..end + len as u64 } else { 0..end };
    let repair = Repair::new("sum", model.algorithm, over).stored_at(end).uint(len, model.stored);
    let repair = repair.fed(model.order).tail(model.tail).template(Template::Unknown);
    let repair = model.steps.iter().fold(repair, |repair, step| repair.step(*step));
    let repair = if model.forced { repair.own(Own::Force(0)) } else { repair };
    let field = Field::new("first", At::address(0), Encoding::u8()).expect(Guard::Any);
    let template = Raw::new(&image, 0).unwrap();
    let plan = Layout::new().field(field).repair(repair).compile(&template).unwrap();
    let mut unit = plan.stamper(&template).unwrap();
    let stamped = unit.stamp(&[("first", Value::from(data[0]))]).unwrap().bytes().to_vec();
    let read = Raw::new(&stamped, 0).unwrap();
    assert!(plan.read(&read).unwrap().checks().all(|check| check.is_right()), "{:?}", model.algorithm);
    stamped[data.len()..].to_vec()
}

/// SRecord's `-no-augment` computes x⁻¹⁶ times a CRC: no model has that, but it is the CRC of all but
/// two bytes, with those added.
fn without_augment(option: &str, data: &[u8]) -> Vec<u8> {
    let mut model = srecord(&option.replace("_noaug", ""));
    let (head, last) = data.split_at(data.len() - 2);
    model.stored = ByteOrder::Big;
    let mut value = stored(&model, head, 2);
    let last = if option.contains("l2m") { [last[1], last[0]] } else { [last[0], last[1]] };
    value.iter_mut().zip(last).for_each(|(byte, last)| *byte ^= last);
    value
}

#[test]
fn other_tools_store_the_same() {
    let (mut count, mut no_model) = (0, 0);
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let [tool, option, name, expected] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let (data, len) = (input(name), expected.len() / 2);
        let found = match tool {
            "srecord" if option.contains("noaug") => {
                no_model += 1;
                without_augment(option, &data)
            }
            "srecord" => stored(&srecord(option), &data, len),
            _ => stored(&ielftool(option), &data, len),
        };
        let found: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, expected, "{line}");
        count += 1;
    }
    assert_eq!((count, no_model), (200, 14));
}

#[cfg(feature = "sha256")]
#[test]
fn the_long_input_is_the_one_meant() {
    let digest = named("sha256").compute(|take| take(&l1024())).to_string();
    assert!(digest.starts_with("0xE219EA8E440569C6815638FDE3D38D2C9028A6DE"), "{digest}");
}
