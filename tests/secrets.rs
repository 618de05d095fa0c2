//! Secrets stay in: descriptions, refusals, records and files that may be shown hold nothing of a
//! key, nor of what it could be guessed from.

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::image::{Hex, Raw};
use nameplate::repair::Template;
use nameplate::value::{ValueKind, View};
use nameplate::{At, Encoding, Field, Guard, Layout, Repair, Value};

use crate::{hex_text, images::STYLES, memory, noise};

const KEY: [u8; 8] = *b"\xCA\xFEkey\xD0\x0D!";

/// Every way in which bytes tend to be printed.
fn prints(bytes: &[u8]) -> Vec<String> {
    let join = |form: fn(&u8) -> String, between: &str| bytes.iter().map(form).collect::<Vec<_>>().join(between);
    let mut all = vec![String::from_utf8_lossy(bytes).into_owned(), bytes.escape_ascii().to_string()];
    for between in ["", " ", ", "] {
        all.extend([join(|b| format!("{b:02x}"), between), join(|b| format!("{b}"), between)]);
        all.push(join(|b| format!("0x{b:02x}"), between));
    }
    all
}

#[track_caller]
pub(crate) fn hidden(said: &str, secret: &[u8]) {
    let lower = said.to_lowercase();
    for print in prints(secret).into_iter().chain(prints(&secret.iter().rev().copied().collect::<Vec<_>>())) {
        assert!(!lower.contains(&print.to_lowercase()), "{print:?} in {said}");
    }
}

/// More than fits a value goes to the heap, and is the same there.
#[test]
fn long_values_that_borrow_nothing() {
    let (bytes, text) = (noise(1, 200), "x".repeat(200));
    for secret in [false, true] {
        let owned = |value: Value<'_>| if secret { value.into_secret().into_owned() } else { value.into_owned() };
        let (bytes, text) = (owned((&*bytes).into()), owned((&*text).into()));
        assert_eq!((bytes.expose() == View::Bytes(&noise(1, 200)), bytes.kind()), (true, ValueKind::Bytes));
        assert_eq!((text.expose() == View::Text(&"x".repeat(200)), text.kind()), (true, ValueKind::Text));
        assert_eq!((bytes.is_secret(), bytes.view().is_none()), (secret, secret));
        let shown = if secret { "secret " } else { "" };
        assert_eq!(format!("{bytes:?} {text:?}"), format!("{shown}bytes(200 bytes) {shown}text(200 bytes)"));
        let views = format!("{:?} {:?} {:?}", bytes.expose(), text.expose(), Value::from(7_u8).expose());
        assert_eq!(views, "Bytes(200 bytes) Text(200 bytes) Uint(..)");
    }
}

/// The canary test itself can fail.
#[test]
fn a_shown_key_would_be_found() {
    for shown in [format!("{KEY:?}"), format!("{KEY:02X?}"), KEY.map(|byte| format!("{byte:02X}")).concat()] {
        assert!(std::panic::catch_unwind(|| hidden(&shown, &KEY)).is_err(), "{shown}");
    }
}

fn secret(guard: Guard) -> Field {
    Field::new("key", At::address(4), Encoding::bytes(8)).expect(guard).secret()
}

/// The key that a template is expected to hold is a key too.
#[test]
fn what_a_secret_field_expects_is_not_shown() {
    let layout = Layout::new().field(secret(Guard::Bytes(KEY.to_vec())));
    assert!(format!("{layout:?}").contains("key"), "the name is no secret");
    hidden(&format!("{layout:?} {layout:#?}"), &KEY);
    let open = Field::new("id", At::address(4), Encoding::bytes(2)).expect(Guard::Bytes(vec![202, 254]));
    assert!(format!("{open:?}").contains("[202, 254]"), "{open:?}");

    let bytes = noise(2, 64);
    let error = layout.compile(&Raw::new(&bytes, 0).unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field `key` at 0x00000004..0x0000000C: found something else, expected what its guard says; was it stamped already, or is this the wrong place?"
    );
    hidden(&format!("{error:?}"), &KEY);
    hidden(&format!("{error:?}"), &bytes[4..12]);
}

/// A layout may be compiled on a stamped unit by mistake: the checksums of that unit are not shown.
#[test]
fn checksums_of_a_template_with_a_key_are_not_shown() {
    let mut bytes = noise(2, 64);
    bytes[4..12].copy_from_slice(&KEY);
    let raw = Raw::new(&bytes, 0).unwrap();
    let right = crate::crc32(bytes[..16].to_vec()).to_be_bytes();
    for (guard, state) in [
        (Guard::Any, Template::Valid),
        (Guard::Any, Template::Blank),
        (Guard::Bytes(KEY.to_vec()), Template::Valid),
        (Guard::Bytes(KEY.to_vec()), Template::Bytes(vec![0; 4])),
    ] {
        let repair = Repair::crc("sum", CRC_32_ISO_HDLC, 0..16).stored_at(32).u32_le().template(state);
        let error = Layout::new().field(secret(guard)).repair(repair).compile(&raw).unwrap_err();
        assert_eq!(
            error.to_string(),
            "checksum `sum`: the template holds something else than expected; a field is secret, so neither is shown"
        );
        hidden(&format!("{error:?}"), &right);
        hidden(&format!("{error:?}"), &bytes[32..36]);
    }
}

/// Numbers are shown where no key can be in them: behind a blank field, and without a secret one.
#[test]
fn checksums_of_a_template_without_a_key_are_shown() {
    let mut bytes = noise(2, 64);
    bytes[4..12].fill(0xFF);
    let raw = Raw::new(&bytes, 0).unwrap();
    let open = Field::new("id", At::address(4), Encoding::bytes(8)).expect(Guard::Any);
    for field in [secret(Guard::Erased), open] {
        let repair = Repair::crc("sum", CRC_32_ISO_HDLC, 0..16).stored_at(32).u32_le();
        let error = Layout::new().field(field).repair(repair).compile(&raw).unwrap_err().to_string();
        assert!(error.contains(&format!("computed is {:#X}", crate::crc32(bytes[..16].to_vec()))), "{error}");
    }
}

/// The masked file is a whole one: every record sum is right, though a record holds a key and a
/// field that is shown.
#[test]
fn a_masked_hex_file_is_whole() {
    let mut truth: crate::Memory = (0..).zip(noise(3, 64)).collect();
    truth.extend((0..16).map(|address| (address, 0xFF)));
    let expected = |id: [u8; 2]| {
        let mut memory = truth.clone();
        memory.extend((0..).zip(id));
        memory
    };
    for style in STYLES {
        let text = hex_text(&truth, style);
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let sum = Repair::crc("sum", CRC_32_ISO_HDLC, 0..32).stored_at(40).u32_le().template(Template::Unknown);
        let id = Field::new("id", At::address(0), Encoding::u16_be());
        let plan = Layout::new().field(id).field(secret(Guard::Erased)).repair(sum).compile(&hex).unwrap();
        let mut unit = plan.stamper(&hex).unwrap();
        for id in [0x1234_u16, 0xABCD] {
            let values = [("id", id.into()), ("key", Value::from(&KEY).into_secret())];
            let stamped = unit.stamp(&values).unwrap();
            let masked = stamped.masked();
            assert_eq!(memory(&masked), expected(id.to_be_bytes()), "{style:?}");
            assert_eq!(masked.len(), text.len());
            hidden(&String::from_utf8_lossy(&masked), &KEY);
            hidden(&format!("{stamped:?} {:?}", stamped.record().to_owned()), &KEY);
        }
    }
}

/// Without a secret nothing is copied.
#[test]
fn nothing_to_mask() {
    let bytes = [0xFF; 16];
    let raw = Raw::new(&bytes, 0).unwrap();
    let plan = Layout::new().field(Field::new("id", At::address(0), Encoding::u16_be())).compile(&raw).unwrap();
    let mut unit = plan.stamper(&raw).unwrap();
    let stamped = unit.stamp(&[("id", 7_u8.into())]).unwrap();
    assert!(matches!(stamped.masked(), std::borrow::Cow::Borrowed(file) if file == stamped.bytes()));
}

/// After an error, after undoing and in the caller's buffer, nothing of the key is left.
#[test]
fn an_error_leaves_no_key_behind() {
    let bytes = [0xFF; 32];
    let raw = Raw::new(&bytes, 0).unwrap();
    let plan = Layout::new()
        .field(secret(Guard::Erased))
        .field(Field::new("id", At::address(0), Encoding::u16_be()))
        .compile(&raw)
        .unwrap();
    let mut buffer = [0xA5; 32];
    let mut unit = plan.stamper_in(&raw, &mut buffer).unwrap();
    let key = || ("key", Value::from(&KEY).into_secret());
    let _ = unit.stamp(&[key(), ("id", 7_u8.into())]).unwrap();
    assert_eq!(unit.bytes()[4..12], KEY);
    let error = unit.stamp(&[key(), ("id", 0x1_0000_u32.into())]).unwrap_err();
    hidden(&format!("{error} {error:?}"), &KEY);
    assert_eq!(unit.bytes(), bytes);
    let _ = unit.stamp(&[key(), ("id", 7_u8.into())]).unwrap();
    assert_eq!(unit.undo(), bytes);
    drop(unit);
    assert_eq!(buffer, bytes);
}
