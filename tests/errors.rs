//! Messages: what is said to whoever has to mend it, word for word. What the other stages assert
//! where they raise it is not repeated here.

use std::error::Error;

use nameplate::addr::{Address as Shown, Span, SpanError};
use nameplate::check::character::CharacterError;
use nameplate::check::{Algorithm, CRC_32_ISO_HDLC, CheckValue};
use nameplate::encode::{DecodeError, EncodeError, EncodingError, GrammarError};
use nameplate::id::eui::{Eui48, EuiError};
use nameplate::id::label::LabelError;
use nameplate::id::serial::{Date, DateError, Scheme, SchemeError, SerialError};
use nameplate::image::hex::{DiagnosticKind, HexError, HexErrorKind};
use nameplate::image::{Container, Erased, FlattenError, GapError, Hex, Raw};
use nameplate::plan::{PlanError, PlanErrorKind, ReadError, SlotName, StampError, StampErrorKind};
use nameplate::range::Numbers;
use nameplate::repair::{Gaps, RepairError, RepairErrorKind, Template};
use nameplate::sqtp::{Address, Profile, Sqtp, SqtpError};
use nameplate::value::ValueKind;
use nameplate::{At, Encoding, Field, Guard, Layout, Repair, Value};

use crate::{noise, record};

#[track_caller]
fn says(error: &dyn Error, expected: &str) {
    let said = error.to_string();
    assert_eq!(said, expected);
    assert!(!said.ends_with('.') && !said.contains('\n'), "{said}");
}

#[test]
fn spans() {
    #[allow(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    let reversed = Span::try_from(8..4).unwrap_err();
    assert_eq!(reversed, SpanError::Reversed { start: 8, end: 4 });
    says(&reversed, "range 0x00000008..0x00000004 ends before it starts");
    says(
        &Span::new(u64::MAX, 2).unwrap_err(),
        "2 bytes from 0xFFFFFFFFFFFFFFFF pass the end of the 64-bit address space",
    );
    assert_eq!(Shown(0x1F).to_string(), "0x0000001F");
    assert_eq!(Shown(0x1_0000_0000).to_string(), "0x100000000");
    assert_eq!(format!("{:?}", Span::new(0x10, 0x10).unwrap()), "0x00000010..0x00000020");
}

#[test]
fn kinds_of_value() {
    let said: Vec<String> =
        [ValueKind::Uint, ValueKind::Bytes, ValueKind::Text].iter().map(ToString::to_string).collect();
    assert_eq!(said, ["an unsigned integer", "bytes", "text"]);
}

#[test]
fn sqtp() {
    let make = |profile: &str, address, encoding: &Encoding| {
        Sqtp::new(Profile::from_name(profile).unwrap(), address, encoding).unwrap_err()
    };
    let device = Address::Device;
    says(
        &make("pic18-program", device(0), &Encoding::u32_le()),
        "profile `pic18-program`: no published file shows how its device addresses are written; give the record address from a file that MPLAB IPE made",
    );
    says(
        &make("pic32-program", device(0x4000_0000), &Encoding::u32_le()),
        "device address 0x40000000, times 4, does not fit the 32 bits of a record address",
    );
    says(
        &make("pic16-eeprom", device(0), &Encoding::retlw14(Encoding::u8())),
        "profile `pic16-eeprom` is data memory, which holds no `RETLW` words",
    );
    says(&make("raw", device(0), &Encoding::bytes(256)), "256 bytes in a line; 1 to 255 can be had");
    says(&make("raw", device(0), &Encoding::bytes(0)), "0 bytes in a line; 1 to 255 can be had");
    says(
        &make("pic32-program", device(0), &Encoding::bytes(6)),
        "6 bytes in a line, expected a multiple of 4, the word of profile `pic32-program`",
    );
    says(
        &make("raw", Address::Record(0x1_FFFE), &Encoding::bytes(3)),
        "3 bytes at record address 0x0001FFFE pass the end of their 64 KiB block",
    );
    assert!(Sqtp::new(Profile::from_name("raw").unwrap(), Address::Record(0x1_FFFE), &Encoding::bytes(2)).is_ok());
    says(
        &make("pic16-program", device(0), &Encoding::retlw12(Encoding::u8())),
        "profile `pic16-program` has `RETLW` words with opcode 0x34, not 0x08: `retlw12`, `retlw14` and `retlw16` have 0x08, 0x34 and 0x0C",
    );
    let block = |encodings: &[Encoding]| Sqtp::block(Profile::from_name("raw").unwrap(), device(0), encodings);
    let word = Encoding::retlw14(Encoding::u8());
    says(
        &block(&[Encoding::u8(), word.clone()]).unwrap_err(),
        "a `RETLW` word would lie at byte 1 of the line, expected an even offset; order the fields otherwise",
    );
    let two = block(&[word, Encoding::u8()]).unwrap();
    says(
        &two.counter(Numbers::of(0, 3).unwrap()).unwrap_err(),
        "a line of 2 fields, expected one; write such lines one by one",
    );
}

#[test]
fn identities() {
    says(
        &"34-56-78".parse::<Eui48>().unwrap_err(),
        "found `34-56-78`, expected an EUI-48 as 34-56-78-9A-BC-DE, 34:56:78:9a:bc:de, 3456.789a.bcde or 3456789ABCDE",
    );
    let serials = Scheme::parse("A{seq:3}").unwrap().undated().unwrap();
    says(&serials.nth(1000).unwrap_err(), "number 1000 has no serial; the last that has one is 999");
    says(&serials.parse("A12").unwrap_err(), "3 characters, expected 4");
    says(&serials.parse("B123").unwrap_err(), "found `B` at position 1, expected `A`");
    says(&serials.parse("A12x").unwrap_err(), "found `x` at position 4, expected a digit");
    says(&Date::new(2024, 0, 1).unwrap_err(), "month 0, expected 1 to 12");
    says(&Date::new(10_000, 1, 1).unwrap_err(), "year 10000, expected 1 to 9999");
    says(&Date::new(1900, 2, 29).unwrap_err(), "day 29 of 1900-02, expected 1 to 28");
}

/// What is unusual about an accepted file, but for what `images` shows already.
#[test]
fn diagnostics() {
    let told = |text: &str| {
        let hex = Hex::parse(text.as_bytes()).unwrap();
        hex.diagnostics().map(|found| found.to_string()).collect::<Vec<_>>()
    };
    let (one, two) = (record(0, 0, &[1]), record(0, 0x10, &[2]));
    assert_eq!(told(&format!("{one}\n{two}\n:00000001FF\n")), Vec::<String>::new());
    assert_eq!(
        told(&format!("{one}\r{two}\r:00000001FF\r")),
        ["line 1, column 14: lines end in CR alone; several tools do not read that"]
    );
    assert_eq!(
        told(&format!("{two}\n{one}\n:00000001FF\n")),
        ["line 2, column 1: the record for 0x00000000 comes after one at a higher address"]
    );
    assert_eq!(told(&format!("{one}\n:00000001FF")), ["line 2, column 12: no line end after the end-of-file record"]);
    let text = format!("{two}\n{one}\n:00000001FF\n");
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let first = hex.diagnostics().next().unwrap();
    assert_eq!((first.line(), first.column()), (2, 1));
    assert_eq!(first.kind(), &DiagnosticKind::OutOfOrder { address: 0 });
    assert_eq!(format!("{:?}", hex.diagnostics()), format!("[{first:?}]"));
}

#[test]
fn the_places_of_errors() {
    let error: HexError = Hex::parse(b":0100000001FF\n:00000001FF\n").unwrap_err();
    assert_eq!((error.line(), error.column()), (1, 12));
    assert_eq!(error.kind(), &HexErrorKind::Sum { found: 0xFF, expected: 0xFE });
    let error: SchemeError = Scheme::parse("{seq:1}{X}").unwrap_err();
    assert_eq!(error.column(), 8);
    let raw = Raw::new(&[1, 2], 0x10).unwrap();
    let error: GapError = raw.locate(Span::new(0x10, 4).unwrap()).unwrap_err();
    assert_eq!(error.address(), 0x12);
    let layout = Layout::new().field(Field::new("a", At::address(0x10), Encoding::bytes(2)).expect(Guard::Any));
    let plan = layout.compile(&raw).unwrap();
    let error: StampError = plan.stamper(&raw).unwrap().stamp(&[]).map(|_| ()).unwrap_err();
    assert_eq!((error.field(), error.kind()), ("a", &StampErrorKind::Missing));
    let error: PlanError = plan.stamper_in(&raw, &mut [0xA5; 3]).map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), &PlanErrorKind::Buffer { found: 3, expected: 2 });
}

/// What is missing in a dump is named, fields and words alike, and so is a byte under a checksum.
#[test]
fn dumps_that_lack_something() {
    let bytes = noise(1, 64);
    let raw = Raw::new(&bytes, 0x100).unwrap();
    let layout =
        Layout::new().field(Field::new("id", At::address(0x100), Encoding::bytes(4)).expect(Guard::Any)).repair(
            Repair::crc("sum", CRC_32_ISO_HDLC, 0x110..0x120).stored_at(0x108).u32_le().template(Template::Unknown),
        );
    let plan = layout.compile(&raw).unwrap();
    for (dump, expected) in [
        (
            &bytes[..0x06],
            "the word of checksum `sum` at 0x00000108..0x0000010C: no byte at 0x00000108: the data before it ends at 0x00000106, and none follows",
        ),
        (
            &bytes[..0x0C],
            "checksum `sum`: no byte at 0x00000110: the data before it ends at 0x0000010C, and none follows; say what gaps contribute if that is meant",
        ),
        (&[][..], "field `id` at 0x00000100..0x00000104: no byte at 0x00000100: the image is empty"),
    ] {
        says(&plan.read(&Raw::new(dump, 0x100).unwrap()).unwrap_err(), expected);
    }
    let short = Raw::new(&bytes[..0x18], 0x100).unwrap();
    says(
        &plan.stamper(&short).unwrap_err(),
        "checksum `sum`: no byte at 0x00000118: the data before it ends at 0x00000118, and none follows; say what gaps contribute if that is meant",
    );
}

#[test]
fn the_template_of_a_checksum() {
    let bytes = [0x31; 32];
    let raw = Raw::new(&bytes, 0).unwrap();
    let repair = |at: u64| Repair::new("s", Algorithm::from_name("sum8").unwrap(), 0..4).stored_at(at);
    let compile = |repair: Repair| Layout::new().repair(repair).compile(&raw).unwrap_err();
    let error = compile(repair(8).u8());
    says(
        &error,
        "checksum `s`: the template holds 0x31, computed is 0xC4: wrong range, algorithm or byte order, or a template that was changed; if the build leaves the word to be filled, say that it is blank",
    );
    match error.kind() {
        PlanErrorKind::Repair(error) => {
            let RepairErrorKind::Mismatch(wrong) = error.kind() else { panic!("{error:?}") };
            let [stored, computed] = [0x31, 0xC4].map(CheckValue::Number);
            assert_eq!((error.name(), wrong.stored(), wrong.computed()), ("s", stored, computed));
            assert_eq!(wrong.explanation(), None, "a byte matches something by chance");
        }
        other => panic!("{other:?}"),
    }
    says(
        &compile(repair(8).u16_be().template(Template::Bytes(vec![1, 2]))),
        "checksum `s`: the template holds 0x3131, expected 0x0102",
    );
    let words = Repair::new("s", Algorithm::from_name("sum32le").unwrap(), 0..8).stored_at(9).u32_le();
    says(
        &compile(words.gaps(Gaps::Skip).template(Template::Blank)),
        "checksum `s`: the template holds 0x31313131, expected 0xFFFFFFFF",
    );
}

/// Filled bytes make words too, so they have to be whole.
#[test]
fn part_of_a_word_is_not_filled_up() {
    let text = [record(0, 0x10, &[1; 16]), record(0, 0x30, &[0xFF; 2])].join("\n") + "\n:00000001FF\n";
    let hex = Hex::parse(text.as_bytes()).unwrap();
    for (over, shown) in [
        (0x0F..0x20, "0x0000000F..0x00000020"),
        (0x10..0x23, "0x00000010..0x00000023"),
        (0x23..0x2A, "0x00000023..0x0000002A"),
    ] {
        let repair = Repair::new("s", Algorithm::from_name("sum16le").unwrap(), over).stored_at(0x30).u16_le();
        let error = Layout::new().repair(repair.gaps(Gaps::Fill(0xFF))).compile(&hex).unwrap_err();
        let expected = format!("checksum `s`: {shown} does not begin and end at a multiple of 2, the bytes in a word");
        says(&error, &expected);
    }
    let even = Repair::new("s", Algorithm::from_name("sum16le").unwrap(), 0x0E..0x22).stored_at(0x30).u16_le();
    let even = even.gaps(Gaps::Fill(0xFF)).template(Template::Blank);
    let plan = Layout::new().repair(even).compile(&hex).unwrap();
    let stamped = plan.stamper(&hex).unwrap().stamp(&[]).unwrap().bytes().to_vec();
    let sum = 8 * 0x0101 + 2 * 0xFFFF_u32;
    let memory = crate::memory(&stamped);
    assert_eq!([memory[&0x30], memory[&0x31]], (sum as u16).to_le_bytes());
}

/// No byte is no byte that is missing, wherever it is asked for.
#[test]
fn nothing_is_found_everywhere() {
    let hex = Hex::parse(b":0100100001EE\n:00000001FF\n").unwrap();
    let raw = Raw::new(&[1], 0x10).unwrap();
    for start in [0, 0x10, 0x11, 0x1000, u64::MAX] {
        let span = Span::new(start, 0).unwrap();
        assert!(hex.locate(span).is_ok() && raw.locate(span).is_ok(), "{span}");
    }
}

#[test]
fn one_erased_byte_is_one_pattern() {
    assert_eq!(Erased::pattern(&[0xFF]), Some(Erased::default()));
    assert_eq!(Erased::pattern(&[0]), Some(Erased::byte(0)));
    assert_ne!(Erased::pattern(&[0]), Some(Erased::default()));
}

#[test]
fn slots_are_named_as_what_they_are() {
    assert_eq!(SlotName::Field("a".into()).to_string(), "field `a`");
    assert_eq!(SlotName::Check("a".into()).to_string(), "the word of checksum `a`");
}

/// Names and texts that a hostile job or file brings are shown harmless and short.
#[test]
fn hostile_text_is_escaped() {
    let error = "\u{1B}[2Jbytes".parse::<Encoding>().unwrap_err();
    says(&error, "unknown encoding `\\x1B[2Jbytes`");
    let error = "x".repeat(1000).parse::<Encoding>().unwrap_err();
    assert_eq!(error.to_string(), format!("unknown encoding `{}...`", "x".repeat(40)));
    let error = Hex::parse(b"\x9B31m").unwrap_err();
    says(&error, "line 1, column 1: found `\\x9B`, expected `:`");
}

/// What travels through `?` must be an error that threads may pass on, and small.
#[test]
fn errors_travel() {
    fn travels<E: Error + Send + Sync + 'static>() {
        assert!(size_of::<E>() <= 136, "{} has {} bytes", std::any::type_name::<E>(), size_of::<E>());
    }
    travels::<SpanError>();
    travels::<EncodingError>();
    travels::<EncodeError>();
    travels::<DecodeError>();
    travels::<GrammarError>();
    travels::<HexError>();
    travels::<GapError>();
    travels::<FlattenError>();
    travels::<PlanError>();
    travels::<StampError>();
    travels::<ReadError>();
    travels::<RepairError>();
    travels::<EuiError>();
    travels::<CharacterError>();
    travels::<LabelError>();
    travels::<SchemeError>();
    travels::<SerialError>();
    travels::<DateError>();
    travels::<SqtpError>();
}

#[test]
fn a_secret_that_does_not_fit_is_not_quoted() {
    let encoding = Encoding::hex(5);
    let error = encoding.encode_into(&Value::from(0x12_3456_u32).into_secret(), &mut [0xA5; 5]).unwrap_err();
    says(&error, "the number does not fit; the greatest is 1048575");
}
