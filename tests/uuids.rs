//! UUIDs: RFC 9562, Python's `uuid`, orders in memory, texts.

use std::fmt::Write as _;

use nameplate::id::stm32::{self, Layout, Uid};
use nameplate::id::uuid::{Uuid, UuidError, UuidOrder};
use proptest::prelude::*;

use crate::{noise, python};

#[track_caller]
fn is(uuid: Uuid, expected: &str, version: usize) {
    assert_eq!((uuid.to_string().as_str(), uuid.version()), (expected, version));
    assert_eq!(expected.parse(), Ok(uuid));
}

#[test]
fn published() {
    // RFC 9562 A.3, A.4, B.2.
    let random = 0x9191_08F7_52D1_3320_5BAC_F847_DB41_48A8_u128.to_be_bytes();
    is(Uuid::v4(random).unwrap(), "919108f7-52d1-4320-9bac-f847db4148a8", 4);
    is(Uuid::v5(Uuid::DNS, b"www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2", 5);
    is(Uuid::v8(Uuid::DNS, b"www.example.com"), "5c146b14-3c52-8afd-938a-375d0df1fbf6", 8);
    // RFC 9562 6.6, table 3.
    is(Uuid::DNS, "6ba7b810-9dad-11d1-80b4-00c04fd430c8", 1);
    is(Uuid::URL, "6ba7b811-9dad-11d1-80b4-00c04fd430c8", 1);
    is(Uuid::OID, "6ba7b812-9dad-11d1-80b4-00c04fd430c8", 1);
}

/// That a chip's name is the 24 digits in the order of memory is our own proposal; computed with
/// Python's `uuid5`.
#[test]
fn of_a_chip() {
    let products = Uuid::v5(Uuid::DNS, b"nameplate.example");
    is(products, "3fb721ce-7c26-57f4-a2a8-c02dbcbaaca0", 5);
    let text = "23003B000A504B3242373220";
    let uid = Uid::parse(text, stm32::UidOrder::Memory, Layout::A).unwrap();
    is(Uuid::v5_of_chip(products, uid), "7f47093b-e8b3-560b-91d5-1f729929dd85", 5);
    assert_eq!(Uuid::v8_of_chip(products, uid), Uuid::v8(products, text.as_bytes()));
}

/// The orders of `Uuid::to_bytes_le` and of Bluetooth.
#[test]
fn orders_in_memory() {
    let uuid: Uuid = "00112233-4455-6677-8899-aabbccddeeff".parse().unwrap();
    for (order, expected) in [
        (UuidOrder::Rfc, 0x0011_2233_4455_6677_8899_AABB_CCDD_EEFF_u128),
        (UuidOrder::Microsoft, 0x3322_1100_5544_7766_8899_AABB_CCDD_EEFF),
        (UuidOrder::Reversed, 0xFFEE_DDCC_BBAA_9988_7766_5544_3322_1100),
    ] {
        assert_eq!(uuid.octets(order), expected.to_be_bytes());
        assert_eq!(Uuid::from_octets(expected.to_be_bytes(), order), Ok(uuid));
    }
    let octets = Uuid::v5(Uuid::DNS, b"www.example.com").octets(UuidOrder::Reversed);
    assert_eq!(
        Uuid::from_octets(octets, UuidOrder::Rfc).unwrap_err().to_string(),
        "`a2a6aea8-6526-e195-8b56-27e97d65d62e` has version 14 or another variant, expected version 1 to 8 of RFC 9562: is the order of the octets right?"
    );
}

#[test]
fn texts() {
    let uuid = Uuid::v5(Uuid::DNS, b"www.example.com");
    let text = uuid.to_string();
    for (shown, expected) in [
        (uuid.bare().to_string(), text.replace('-', "")),
        (uuid.braces().to_string(), format!("{{{text}}}")),
        (uuid.urn().to_string(), format!("urn:uuid:{text}")),
        (format!("{:X}", uuid.hyphens()), text.to_uppercase()),
        (format!("{uuid:?}"), text.clone()),
    ] {
        assert_eq!(shown, expected);
        assert_eq!(expected.parse(), Ok(uuid));
    }
    for wrong in [
        String::new(),
        text[1..].to_owned(),
        format!("{text} "),
        format!("{{{}}}", text.replace('-', "")),
        format!("urn:uuid:{{{text}}}"),
        format!("URN:UUID:{text}"),
        format!("{{{text}"),
        format!("{text}}}"),
        text.replace('-', "_"),
        text.replace("7d-e", "-7de"),
        format!("{}{}", &text[..23], &text[24..]),
        format!("{}0{}", &text[..23], &text[24..]),
        text.replace('2', "g"),
        format!("{}é", &text[..34]),
        format!("{}é", &text[..30].replace('-', "")),
    ] {
        assert!(matches!(wrong.parse::<Uuid>(), Err(UuidError::Text { .. })), "{wrong}");
    }
    assert_eq!(
        "x".parse::<Uuid>().unwrap_err().to_string(),
        "found `x`, expected a UUID as 2ed6657d-e927-568b-95e1-2665a8aea6a2, the same without hyphens, in braces, or after `urn:uuid:`"
    );
    // RFC 9562 5.9 and 5.10: nil and max are nobody's; the old variants of 4.1.
    for none in [
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "2ed6657d-e927-068b-95e1-2665a8aea6a2",
        "2ed6657d-e927-968b-95e1-2665a8aea6a2",
        "2ed6657d-e927-568b-15e1-2665a8aea6a2",
        "2ed6657d-e927-568b-c5e1-2665a8aea6a2",
    ] {
        assert!(matches!(none.parse::<Uuid>(), Err(UuidError::Version { .. })), "{none}");
    }
    for byte in [0, 0xA5, 0xFF] {
        assert_eq!(
            Uuid::v4([byte; 16]).unwrap_err().to_string(),
            "all 16 random bytes are equal: no source of random numbers gives that"
        );
    }
}

/// To the crate `uuid` and back: versions 1 to 8 of the RFC's variant, and no others.
#[test]
fn as_those_of_the_crate() {
    for (version, variant) in (0..16_u8).flat_map(|version| [0x00, 0x40, 0x80, 0xBF, 0xC0, 0xFF].map(|c| (version, c)))
    {
        let mut octets = [0x5A; 16];
        (octets[6], octets[8]) = (version << 4 | 5, variant);
        let theirs = ::uuid::Uuid::from_bytes(octets);
        let ours = Uuid::try_from(theirs);
        assert_eq!(ours.is_ok(), (1..=8).contains(&version) && variant >> 6 == 2, "{theirs}");
        if let Ok(ours) = ours {
            assert_eq!((::uuid::Uuid::from(ours), ours.to_string()), (theirs, theirs.to_string()));
        }
    }
}

proptest! {
    #[test]
    fn there_and_back(octets in any::<[u8; 16]>()) {
        for order in [UuidOrder::Rfc, UuidOrder::Microsoft, UuidOrder::Reversed] {
            if let Ok(uuid) = Uuid::from_octets(octets, order) {
                prop_assert_eq!(uuid.octets(order), octets);
                for text in [uuid.to_string(), uuid.bare().to_string(), uuid.braces().to_string(), uuid.urn().to_string()] {
                    prop_assert_eq!(text.parse(), Ok(uuid));
                    prop_assert!(text[..text.len() - 1].parse::<Uuid>().is_err());
                }
            }
        }
        // Six bits of the sixteen bytes give way to version and variant, no others.
        let v4 = Uuid::v4(octets).unwrap().octets(UuidOrder::Rfc);
        for (at, (a, b)) in v4.into_iter().zip(octets).enumerate() {
            let kept = match at { 6 => 0x0F, 8 => 0x3F, _ => 0xFF };
            prop_assert_eq!(a & kept, b & kept);
        }
        prop_assert_eq!((v4[6] >> 4, v4[8] >> 6), (4, 2));
    }

    #[test]
    fn no_text_panics(text in ".{0,50}", near in "[{]?[0-9a-fé-]{30,40}[}]?") {
        let _ = (text.parse::<Uuid>(), near.parse::<Uuid>());
    }
}

/// Reads namespaces and names in hexadecimal, writes a UUID of version 5 and one of version 8 for each.
const SCRIPT: &str = "
import hashlib, sys, uuid
for line in sys.stdin:
    space, name = line.rstrip('\\n').split(' ')
    space, name = uuid.UUID(space), bytes.fromhex(name)
    print(uuid.uuid5(space, name.decode()))
    n = int.from_bytes(hashlib.sha256(space.bytes + name).digest()[:16], 'big')
    print(uuid.UUID(int=n & ~(0xF << 76) & ~(3 << 62) | 8 << 76 | 2 << 62))
";

/// Names of any characters, 10,000 of them: version 5 beside Python's `uuid5`, version 8 beside its
/// `hashlib`.
#[test]
#[ignore = "needs python3"]
fn python_makes_the_same() {
    let (mut asked, mut expected) = (String::new(), String::new());
    let bytes = noise(11, 10_000 * 64);
    for (n, random) in bytes.chunks_exact(64).enumerate() {
        let space = [Uuid::DNS, Uuid::URL, Uuid::OID, Uuid::v4(random[..16].try_into().unwrap()).unwrap()][n % 4];
        let codes = random[16..].chunks_exact(3).take(usize::from(random[0]) % 17);
        let name: String = codes
            .filter_map(|c| {
                let code = u32::from_le_bytes([c[0], c[1], c[2] & 0x10, 0]) >> [0, 9, 13][n % 3];
                char::from_u32(code)
            })
            .collect();
        let hex: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
        writeln!(asked, "{space} {hex}").unwrap();
        writeln!(expected, "{}\n{}", Uuid::v5(space, name.as_bytes()), Uuid::v8(space, name.as_bytes())).unwrap();
    }
    let said = python("uuid, hashlib", SCRIPT, &asked);
    assert_eq!(said.lines().count(), 20_000);
    for (said, expected) in said.lines().zip(expected.lines()) {
        assert_eq!(said, expected);
    }
}
