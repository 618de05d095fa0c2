//! LoRaWAN: EUIs, keys, labels; IDs of other chips on a board.

use std::collections::BTreeSet;

use nameplate::check::{Algorithm, CATALOGUE, Crc};
use nameplate::id::chip::{ChipError, OneWire, microchip_eui48, microchip_eui64, nrf_device_id, rp2040_flash_id};
use nameplate::id::eui::Eui64;
use nameplate::id::lorawan::{
    AppKey, DevEui, JoinEui, KeyError, NwkKey, OctetOrder, PUBLISHED_KEYS, Qr, STACKS, Stack,
};
use nameplate::id::stm32::Uid64;
use nameplate::image::Raw;
use nameplate::value::View;
use nameplate::{At, Encoding, Field, Layout, Value};
use proptest::prelude::*;

use crate::secrets::hidden;

const KEY: &str = "5CA1AB1E0DDBA11C0FFEE0DECADE1234";

fn eui(text: &str) -> (DevEui, JoinEui) {
    (text.parse().unwrap(), text.parse().unwrap())
}

/// The Things Network forum 2809 and 28243 (LMIC), lora-rs issue 364; Seeed's LoRa-E5 `se-identity.h`
/// (ST, "big endian").
#[test]
fn euis_in_memory() {
    let (dev, join) = eui("70B3D57ED0000001");
    let lmic = [0x01, 0x00, 0x00, 0xD0, 0x7E, 0xD5, 0xB3, 0x70];
    for name in ["lmic", "lora-rs"] {
        let order = Stack::from_name(name).unwrap().euis;
        assert_eq!((dev.octets(order), join.octets(order)), (lmic, lmic));
        assert_eq!(DevEui::from_octets(lmic, order), Ok(dev));
    }
    let seeed = [0x2C, 0xF7, 0xF1, 0x20, 0x24, 0x90, 0x03, 0x63];
    for name in ["ST", "zephyr"] {
        let order = Stack::from_name(name).unwrap().euis;
        let (dev, join) = eui("2CF7F12024900363");
        assert_eq!((dev.octets(order), join.octets(order)), (seeed, seeed));
        assert_eq!(JoinEui::from_octets(seeed, order), Ok(join));
    }
    assert_eq!(Stack::from_name("LR1110"), None);
    assert!(STACKS.iter().all(|stack| Stack::from_name(stack.name) == Some(stack)));
    assert_eq!(
        format!("{dev} {dev:?} {join:?}"),
        "70B3D57ED0000001 DevEui(70B3D57ED0000001) JoinEui(70B3D57ED0000001)"
    );
    assert_eq!((DevEui::try_from(dev.eui64()), JoinEui::try_from(join.eui64())), (Ok(dev), Ok(join)));
    assert!(DevEui::try_from(Eui64::new([0xFF; 8])).is_err());
    assert_eq!(DevEui::from(Uid64::from_words([0x0017_C722, 0x0080_E115]).unwrap()).to_string(), "0080E1150017C722");
}

#[test]
fn euis_that_are_none() {
    for (octet, name) in [(0, "00"), (0xFF, "FF")] {
        for order in [OctetOrder::MsbFirst, OctetOrder::LsbFirst] {
            let expected = format!("all octets of the DevEui are 0x{name}, expected those of an EUI-64");
            assert_eq!(DevEui::from_octets([octet; 8], order).unwrap_err().to_string(), expected);
            assert!(JoinEui::from_octets([octet; 8], order).is_err());
        }
    }
    assert_eq!(JoinEui::ZERO.octets(OctetOrder::MsbFirst), [0; 8]);
    for text in ["", "70B3D57ED000000", "70B3D57ED00000011", "70B3D57ED000000G", "70-B3-D5-7E-D0-00", "é0B3D57ED000000"]
    {
        let error = text.parse::<DevEui>().unwrap_err().to_string();
        assert!(error.ends_with("`, expected the 16 hexadecimal digits of a DevEui"), "{error}");
    }
}

/// The whole way: a device's fields, in the orders of LMIC.
#[test]
fn a_device_is_stamped() {
    let (dev, _) = eui("70B3D57ED0000001");
    let join: JoinEui = "0018B20000000101".parse().unwrap();
    let key = AppKey::parse(KEY).unwrap();
    let blank = [0xFF; 32];
    let raw = Raw::new(&blank, 0).unwrap();
    let field = |name, at, len| Field::new(name, At::address(at), Encoding::bytes(len));
    let layout = || Layout::new().field(field("dev_eui", 0, 8)).field(field("join_eui", 8, 8));
    let values = || {
        [
            ("dev_eui", Value::from(&dev.octets(OctetOrder::LsbFirst))),
            ("join_eui", Value::from(&join.octets(OctetOrder::LsbFirst))),
            ("app_key", Value::from(&key)),
        ]
    };
    let plan = layout().field(field("app_key", 16, 16).secret()).compile(&raw).unwrap();
    let mut unit = plan.stamper(&raw).unwrap();
    let stamped = unit.stamp(&values()).unwrap();
    let expected = "010000D07ED5B370".to_owned() + "01010000" + "00B21800" + KEY;
    assert_eq!(stamped.bytes().iter().map(|byte| format!("{byte:02X}")).collect::<String>(), expected);
    hidden(&format!("{stamped:?} {:?}", stamped.record().to_owned()), key.expose());

    let open = layout().field(field("app_key", 16, 16)).compile(&raw).unwrap();
    let error = open.stamper(&raw).unwrap().stamp(&values()).unwrap_err();
    hidden(&format!("{error} {error:?}"), key.expose());
}

has_not!(AppKey: Clone);
has_not!(AppKey: std::fmt::Display);
has_not!(NwkKey: Clone);
has_not!(NwkKey: std::fmt::Display);
has_not!(DevEui: Into<Value<'static>>);
has_not!(JoinEui: Into<Value<'static>>);

#[test]
fn keys_are_secret() {
    let (app, nwk) = (AppKey::parse(KEY).unwrap(), NwkKey::parse(&KEY.to_lowercase()).unwrap());
    let value = Value::from(&app);
    assert!(value.is_secret() && value.view().is_none() && value.expose() == View::Bytes(nwk.expose()));
    let said = format!("{app:?} {nwk:?} {value:?}");
    assert_eq!(said, "AppKey(secret) NwkKey(secret) secret bytes(16 bytes)");
    hidden(&said, app.expose());
    assert!(std::mem::needs_drop::<AppKey>() && std::mem::needs_drop::<NwkKey>());
    assert!(app.matches(nwk.expose()));
    for bit in 0..128 {
        let mut other = *app.expose();
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(!app.matches(&other) && AppKey::new(&other).is_ok());
    }
    for text in ["", &KEY[1..], &format!("{KEY}0"), &format!("{}G", &KEY[1..]), &format!("{}é", &KEY[2..])] {
        let error = AppKey::parse(text).unwrap_err();
        assert_eq!(error, KeyError::Text { found: text.chars().count() });
        hidden(&format!("{error} {error:?}"), &app.expose()[1..]);
    }
}

/// RFC 4493, FIPS 197, and the keys of examples that are found in products.
#[test]
fn known_keys_are_refused() {
    for text in [
        "2B7E151628AED2A6ABF7158809CF4F3C",
        "000102030405060708090A0B0C0D0E0F",
        "00112233445566778899AABBCCDDEEFF",
        "0123456789ABCDEF0123456789ABCDEF",
        "74D66E6345824827FEC5B770BA2B5045",
    ] {
        assert!(matches!(AppKey::parse(text), Err(KeyError::Published { .. })), "{text}");
        let mut backwards = PUBLISHED_KEYS[0].bytes;
        backwards.reverse();
        assert!(matches!(NwkKey::new(&backwards), Err(KeyError::Published { .. })));
    }
    assert_eq!(PUBLISHED_KEYS.len(), 5);
    for byte in 0..=u8::MAX {
        let error = AppKey::new(&[byte; 16]).unwrap_err();
        assert_eq!(error, if byte == 0 { KeyError::Zero } else { KeyError::Repeated });
    }
    assert_eq!(KeyError::Repeated.to_string(), "all bytes of the key are equal: draw a random one");
    assert_eq!(KeyError::Zero.to_string(), "all bytes of the key are zero: draw a random one");
    let error = AppKey::parse("000102030405060708090a0b0c0d0e0f").unwrap_err();
    assert_eq!(error.to_string(), "this key is published (FIPS 197 appendix C.1): draw a random one");
}

/// The example of The Things Stack's and Tago's tests, and Blynk's documentation; the checksum of the
/// second was computed. The third is our own.
#[test]
fn labels() {
    let text = "LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR:CAF2C";
    let qr = Qr::parse(text).unwrap();
    assert_eq!((qr.to_string().as_str(), qr.profile()), (text, (0xAABB, 0x1122)));
    assert_eq!((qr.join_eui(), qr.dev_eui()), (eui("1122334455667788").1, eui("AABBCCDDEEFF0011").0));
    assert_eq!(qr.extensions(), [Some("AABBCCDDEEFF"), Some("YYWWNNNNNN"), Some("FOOBAR")]);
    assert_eq!(qr.without_checksum().to_string(), text[..text.len() - 6]);

    let blynk = "LW:D0:70B3D57ED0000010:0018B20000000101:000AF8BE";
    let qr = Qr::parse_without_checksum(blynk).unwrap();
    assert_eq!(qr.to_string(), format!("{blynk}:C8525"));
    assert_eq!(qr.without_checksum().to_string(), blynk);
    assert_eq!(Qr::parse(blynk).unwrap_err().to_string(), "no checksum at the end: the label may have lost its end");
    assert_eq!(Qr::parse_without_checksum(&format!("{blynk}:C8525")), Ok(qr));

    let own = Qr::new(eui("70B3D57ED0000000").1, eui("0080E1150017C722").0, 0, 0).serial("EUDV2407-000123").unwrap();
    assert_eq!(own.to_string(), "LW:D0:70B3D57ED0000000:0080E1150017C722:00000000:SEUDV2407-000123:C93D0");
    // A vendor whose number begins with a letter of an extension.
    let vendor = Qr::new(JoinEui::ZERO, eui("0080E1150017C722").0, 0xC0DE, 0xC001);
    assert_eq!(Qr::parse(&vendor.to_string()).as_ref(), Ok(&vendor));
    assert_eq!(Qr::parse_without_checksum(&vendor.without_checksum().to_string()), Ok(vendor));
}

/// TR005's checksum is the only CRC of the catalogue that its example fits.
#[test]
fn which_crc() {
    let text = "LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR";
    let fits = CATALOGUE.iter().filter(|&&crc| {
        Algorithm::from(crc).compute(|take| take(text.as_bytes())) == nameplate::check::CheckValue::Number(0xAF2C)
    });
    assert_eq!(fits.map(Crc::name).collect::<Vec<_>>(), ["CRC-16/MODBUS"]);
}

#[test]
fn labels_that_are_refused() {
    let head = "LW:D0:1122334455667788:AABBCCDDEEFF0011:42FFFF42";
    for (text, expected) in [
        // The order of The Things Stack's own writer, its empty extensions, and its test's checksum.
        (
            format!("{head}:CCHECKSUM:O0102:SSERIAL:PPROPRIETARY"),
            "column 50: found `CCHECKSUM`, expected `C` and 4 digits",
        ),
        (format!("{head}:O:S:P"), "column 50: found `O`, expected text behind the letter"),
        (
            format!("{head}:SA:OB"),
            "column 53: found `OB`, expected the extensions O, S, P and the checksum C, each once, in this order",
        ),
        (
            format!("{head}:SA:SB"),
            "column 53: found `SB`, expected the extensions O, S, P and the checksum C, each once, in this order",
        ),
        (
            format!("{head}:"),
            "column 50: found ``, expected the extensions O, S, P and the checksum C, each once, in this order",
        ),
        (
            format!("{head}:X1"),
            "column 50: found `X1`, expected the extensions O, S, P and the checksum C, each once, in this order",
        ),
        (String::new(), "column 1: found ``, expected LW"),
        ("URN:LW:DP:1".to_owned(), "column 1: found `URN`, expected LW"),
        ("LW:D1:1".to_owned(), "column 4: found `D1`, expected D0"),
        ("LW:D0".to_owned(), "column 7: found ``, expected the 16 digits of the JoinEUI"),
        (
            "LW:D0:112233445566778:AABBCCDDEEFF0011:42FFFF42".to_owned(),
            "column 7: found `112233445566778`, expected the 16 digits of the JoinEUI",
        ),
        (
            "LW:D0:FFFFFFFFFFFFFFFF:AABBCCDDEEFF0011:42FFFF42".to_owned(),
            "column 7: all octets of the JoinEui are 0xFF, expected those of an EUI-64",
        ),
        (
            "LW:D0:1122334455667788:0000000000000000:42FFFF42".to_owned(),
            "column 24: all octets of the DevEui are 0x00, expected those of an EUI-64",
        ),
        (
            "LW:D0:1122334455667788:AABBCCDDEEFF0011:42FFFF421234".to_owned(),
            "column 41: found `42FFFF421234`, expected the 8 digits of vendor and profile",
        ),
        (
            "LW:D0:1122334455667788:AABBCCDDEEFF0011".to_owned(),
            "column 41: found ``, expected the 8 digits of vendor and profile",
        ),
        (head.to_lowercase(), "column 1: found `l`, expected one of 0-9 A-Z $ % * + - . / :"),
        (format!("{head}:S1 2"), "column 52: found ` `, expected one of 0-9 A-Z $ % * + - . / :"),
        (format!("{head}:S1é"), "column 52: found `\\xC3\\xA9`, expected one of 0-9 A-Z $ % * + - . / :"),
        (format!("{head}:S1:C0000"), "checksum 0000, expected "),
    ] {
        let error = Qr::parse_without_checksum(&text).unwrap_err().to_string();
        assert!(error.starts_with(expected) && (text.ends_with("C0000") || error == expected), "{text}: {error}");
        assert!(Qr::parse(&text).is_err());
    }
    let qr = Qr::new(JoinEui::ZERO, eui("0080E1150017C722").0, 0, 0);
    for (text, found) in [("", ""), ("A:B", "A:B"), ("a", "a"), ("A B", "A B"), ("é", "\\xC3\\xA9")] {
        assert_eq!(
            qr.clone().owner_token(text).unwrap_err().to_string(),
            format!("owner token `{found}`, expected at least one of 0-9 A-Z $ % * + - . / and nothing else")
        );
        assert!(qr.clone().serial(text).is_err() && qr.clone().proprietary(text).is_err());
    }
}

/// Each single wrong character of a label with a checksum is found.
#[test]
fn misread_labels_are_found() {
    let text = "LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:OAABBCCDDEEFF:SYYWWNNNNNN:PFOOBAR:CAF2C";
    for at in 0..text.len() {
        for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-./:".chars().filter(|&c| !text[at..].starts_with(c)) {
            let wrong = format!("{}{c}{}", &text[..at], &text[at + 1..]);
            assert!(Qr::parse(&wrong).is_err(), "{wrong}");
        }
        assert!(Qr::parse(&text[..at]).is_err());
    }
}

proptest! {
    #[test]
    fn labels_read_back(
        euis in any::<(u64, u64)>(),
        profile in any::<(u16, u16)>(),
        extensions in prop::array::uniform3(prop::option::of("[0-9A-Z$%*+./-]{1,20}")),
    ) {
        let join = JoinEui::from_octets(euis.0.to_be_bytes(), OctetOrder::LsbFirst).unwrap_or(JoinEui::ZERO);
        let Ok(dev) = DevEui::from_octets(euis.1.to_be_bytes(), OctetOrder::MsbFirst) else { return Ok(()) };
        let mut qr = Qr::new(join, dev, profile.0, profile.1);
        let [owner, serial, proprietary] = &extensions;
        if let Some(text) = owner { qr = qr.owner_token(text).unwrap(); }
        if let Some(text) = serial { qr = qr.serial(text).unwrap(); }
        if let Some(text) = proprietary { qr = qr.proprietary(text).unwrap(); }
        let (whole, short) = (qr.to_string(), qr.without_checksum().to_string());
        prop_assert_eq!(Qr::parse(&whole), Ok(qr.clone()));
        prop_assert_eq!(Qr::parse_without_checksum(&short), Ok(qr.clone()));
        prop_assert_eq!(qr.extensions().map(|text| text.map(str::to_owned)), extensions);
    }

    #[test]
    fn no_text_panics(text in ".{0,60}", near in "LW:D0:[0-9A-F]{16}:[0-9A-F]{16}:[0-9A-F]{8}[:OSPC0-9é]{0,20}") {
        for text in [&text, &near] {
            let _ = (Qr::parse(text), text.parse::<DevEui>(), AppKey::parse(text), text.parse::<OneWire>());
            if let Ok(qr) = Qr::parse_without_checksum(text) {
                let again = [qr.to_string(), qr.without_checksum().to_string()];
                prop_assert!(again.contains(text), "{} {:?}", text, again);
            }
        }
    }

    #[test]
    fn rom_codes(head in any::<[u8; 7]>(), wrong in 1..=255_u8) {
        let crc = head.iter().fold(0_u8, |crc, byte| {
            (0..8).fold(crc ^ byte, |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0x8C } else { crc >> 1 })
        });
        let mut bytes = [crc; 8];
        bytes[..7].copy_from_slice(&head);
        if let Ok(rom) = OneWire::from_bytes(bytes) {
            prop_assert_eq!(rom.to_string().parse(), Ok(rom));
            prop_assert_eq!(rom.bytes(), bytes);
            prop_assert!(Value::from(rom).expose() == View::Bytes(&bytes));
            bytes[7] ^= wrong;
            let refused = matches!(OneWire::from_bytes(bytes), Err(ChipError::Crc { .. }));
            prop_assert!(refused);
        }
    }
}

/// Maxim application note 27; Linux `w1`.
#[test]
fn one_wire() {
    let bytes = [0x02, 0x1C, 0xB8, 0x01, 0x00, 0x00, 0x00, 0xA2];
    let rom = OneWire::from_bytes(bytes).unwrap();
    assert_eq!((rom.family(), rom.serial(), rom.to_string().as_str()), (2, 0x1_B81C, "02-00000001b81c"));
    for bit in 0..64 {
        let mut wrong = bytes;
        wrong[bit / 8] ^= 1 << (bit % 8);
        assert!(OneWire::from_bytes(wrong).is_err());
    }
    let says = |bytes, expected: &str| assert_eq!(OneWire::from_bytes(bytes).unwrap_err().to_string(), expected);
    says([0; 8], "all bytes are 0x00: the chip was not read, or is not there");
    says([0xFF; 8], "all bytes are 0xFF: the chip was not read, or is not there");
    says([2, 0x1C, 0xB8, 1, 0, 0, 0, 0xA3], "CRC 0xA3, expected 0xA2: the chip was misread");
    for text in [
        "",
        "02-00000001b81",
        "2-00000001b81c",
        "02-00000001B81C",
        "02-00000001b81c0",
        "0200000001b81c",
        "00-000000000000",
    ] {
        assert!(text.parse::<OneWire>().is_err(), "{text}");
    }
    assert_eq!("x".parse::<OneWire>().unwrap_err().to_string(), "found `x`, expected a ROM code as 02-00000001b81c");
}

/// Microchip DS20002124, its example; Zephyr #24103; what pico-sdk gives without flash.
#[test]
fn other_chips() {
    let mac = microchip_eui48([0x00, 0x04, 0xA3, 0x12, 0x34, 0x56]).unwrap();
    assert_eq!(mac.hyphens().to_string(), "00-04-A3-12-34-56");
    let eui = [0x00, 0x04, 0xA3, 0xFF, 0xFE, 0x12, 0x34, 0x56];
    assert_eq!(microchip_eui64(eui).map(nameplate::id::eui::Eui64::octets), Ok(eui));
    assert_eq!(nrf_device_id([0x9128_45B6, 0xDB12_E1CA]), Ok(0xDB12_E1CA_9128_45B6));
    let flash = [1, 2, 3, 4, 5, 6, 7, 8];
    assert_eq!(rp2040_flash_id(flash), Ok(flash));
    let blank = |byte: u8| ChipError::Blank { byte };
    for byte in [0, 0xFF] {
        assert_eq!(microchip_eui48([byte; 6]), Err(blank(byte)));
        assert_eq!(microchip_eui64([byte; 8]), Err(blank(byte)));
        assert_eq!(nrf_device_id([u32::from_be_bytes([byte; 4]); 2]), Err(blank(byte)));
        assert_eq!(rp2040_flash_id([byte; 8]), Err(blank(byte)));
    }
    assert_eq!(rp2040_flash_id([0xEE; 8]), Err(blank(0xEE)));
    // Backwards: the I/G or U/L bit tells it for most.
    for octet in [1, 2, 3, 0x57] {
        assert_eq!(
            microchip_eui48([octet, 0x34, 0x12, 0xA3, 0x04, 0x00]).unwrap_err().to_string(),
            format!(
                "the first octet is 0x{octet:02X}, expected the I/G and U/L bits (its lowest two) to be zero: were the bytes read in another order or place?"
            )
        );
    }
    let all: BTreeSet<u8> = (0..=255).filter(|&first| microchip_eui48([first, 4, 0xA3, 1, 2, 3]).is_ok()).collect();
    assert_eq!(all.len(), 64);
}
