//! EUI-48 and EUI-64: blocks of both, placeholders, carries, all text forms, and netaddr.

use std::fmt::Write;

use nameplate::Source;
use nameplate::id::eui::{Block, Eui48, Eui64, EuiError, KNOWN_EUI48, KNOWN_EUI64, Pool, Pool64};
use nameplate::value::{INLINE, Value, ValueKind, View};
use proptest::prelude::*;

use crate::python;

proptest! {
    #[test]
    fn forms_of_an_address_read_back(octets in any::<[u8; 6]>()) {
        let eui = Eui48::new(octets);
        let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
        prop_assert_eq!(eui.hyphens().to_string(), pairs.join("-"));
        prop_assert_eq!(eui.colons().to_string(), pairs.join(":").to_lowercase());
        prop_assert_eq!(eui.bare().to_string(), pairs.concat());
        let dots: Vec<String> = pairs.chunks(2).map(|pair| pair.concat().to_lowercase()).collect();
        prop_assert_eq!(eui.dots().to_string(), dots.join("."));
        for text in [eui.hyphens().to_string(), eui.colons().to_string(), eui.dots().to_string(), eui.bare().to_string()] {
            prop_assert_eq!(text.parse::<Eui48>(), Ok(eui));
            prop_assert_eq!(text.to_uppercase().parse::<Eui48>(), Ok(eui));
        }
        prop_assert_eq!(Eui48::from_u64(eui.to_u64()), Ok(eui));
    }

    /// Each number has an address of its own, and the address gives the number back.
    #[test]
    fn pools(stride in 1_u64..70_000, first in 0_u64..10, n in any::<prop::sample::Index>()) {
        let blocks = [Block::ma_s(0x7_0B3D_57ED).unwrap(), Block::ma_m(0x8C1_F640).unwrap()];
        match Pool::new(&blocks, stride, first) {
            Ok(pool) => {
                prop_assert_eq!(pool.units(), 4096 / stride + 1_048_576 / stride);
                let n = first + n.index(pool.units() as usize) as u64;
                let eui = pool.eui48(n).unwrap();
                prop_assert_eq!(pool.number(View::Bytes(&eui.octets())), Some(n));
                let block = blocks.iter().find(|block| block.index_of(eui).is_some()).unwrap();
                prop_assert!(block.index_of(eui).unwrap() + stride <= block.len());
                prop_assert!(pool.eui48(pool.last() + 1).is_err());
                let next = Eui48::from_u64(eui.to_u64() + 1).unwrap();
                let shared = pool.number(View::Bytes(&next.octets()));
                prop_assert_eq!(shared.is_some(), stride == 1 && n != pool.last() && block.index_of(next).is_some());
            }
            Err(error) => prop_assert!(stride > 4096, "{}", error),
        }
    }

    /// The same with 64 bits, across the end of a block too.
    #[test]
    fn pools_of_64_bits(
        stride in prop_oneof![1_u64..70_000, (1_u64 << 25)..(1 << 28)], first in 0_u64..10, n in any::<u64>(), at_end in any::<bool>(),
    ) {
        let blocks = [Block::from_prefix("70B3D57ED").unwrap(), Block::from_prefix("0080E1").unwrap()];
        let pool = Pool64::new(&blocks, stride, first).unwrap();
        let lens = [1 << 28, (1_u64 << 40) - (1 << 25)];
        prop_assert_eq!(pool.units(), lens[0] / stride + lens[1] / stride);
        let near = lens[0] / stride + n % 3;
        let n = first + if at_end { near } else { n } % pool.units();
        let index = |n: u64| match (n - first).checked_sub(lens[0] / stride) {
            None => 0x70B3_D57E_D000_0000 + (n - first) * stride,
            Some(n) => 0x0080_E100_0000_0000 + n * stride,
        };
        // What is refused is asserted below.
        let Ok(eui) = pool.eui64(n) else { return Ok(()) };
        prop_assert_eq!(eui.to_u64(), index(n));
        prop_assert_eq!(pool.number(View::Bytes(&eui.octets())), Some(n));
        let mut run = [[0xA5; INLINE]; 1];
        prop_assert_eq!(pool.run_into(n, &mut run), Some((ValueKind::Bytes, 8)));
        prop_assert_eq!(&run[0][..8], &index(n).to_be_bytes()[..]);
    }

    #[test]
    fn no_text_panics(text in ".{0,30}") {
        let _ = (text.parse::<Eui48>(), text.parse::<Eui64>(), Block::from_prefix(&text));
    }

    /// Of both widths: what is written is read by its own parser and by none of the others.
    #[test]
    fn forms_of_both_widths(octets in any::<[u8; 8]>()) {
        let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
        let eui = Eui64::new(octets);
        let quads: Vec<String> = pairs.chunks(2).map(|pair| pair.concat().to_lowercase()).collect();
        let forms = [pairs.join("-"), pairs.join(":").to_lowercase(), quads.join("."), pairs.concat()];
        let ours = [eui.hyphens().to_string(), eui.colons().to_string(), eui.dots().to_string(), eui.bare().to_string()];
        prop_assert_eq!(&ours, &forms);
        let parsers = [Eui64::from_hyphens, Eui64::from_colons, Eui64::from_dots, Eui64::from_bare];
        for (at, form) in forms.iter().enumerate() {
            prop_assert_eq!(form.parse::<Eui64>(), Ok(eui));
            prop_assert!(form.parse::<Eui48>().is_err());
            for (other, parser) in parsers.iter().enumerate() {
                prop_assert_eq!(parser(form).ok(), (at == other).then_some(eui));
                prop_assert_eq!(parser(&form.to_uppercase()).ok(), (at == other).then_some(eui));
            }
        }
        let [a, b, six @ ..] = octets;
        let mac = Eui48::new(six);
        let _ = (a, b);
        let parsers = [Eui48::from_hyphens, Eui48::from_colons, Eui48::from_dots, Eui48::from_bare];
        let forms = [mac.hyphens().to_string(), mac.colons().to_string(), mac.dots().to_string(), mac.bare().to_string()];
        for (at, form) in forms.iter().enumerate() {
            for (other, parser) in parsers.iter().enumerate() {
                prop_assert_eq!(parser(form).ok(), (at == other).then_some(mac));
            }
        }
        let mut out = [0xA5; 24];
        prop_assert_eq!(eui.hyphens().text_into(&mut out), Some(23));
        prop_assert_eq!((&out[..23], out[23]), (ours[0].as_bytes(), 0xA5));
        prop_assert_eq!(eui.hyphens().text_into(&mut out[..22]), None);
        prop_assert_eq!((mac.dots().text_len(), mac.bare().text_len(), eui.dots().text_len()), (14, 12, 19));
        let reversed: Vec<u8> = octets.iter().rev().copied().collect();
        prop_assert_eq!(&eui.lsb_first()[..], &reversed[..]);
        prop_assert_eq!(Eui64::from_lsb_first(eui.lsb_first()), eui);
        prop_assert_eq!(Eui48::from_lsb_first(mac.lsb_first()), mac);
        prop_assert_eq!(Eui64::from_u64(eui.to_u64()), eui);
    }
}

#[test]
fn blocks() {
    // IEEE MA-S block: the first, the last, one too many.
    let block = Block::from_prefix("70B3D57ED").unwrap();
    assert_eq!(block, Block::ma_s(0x7_0B3D_57ED).unwrap());
    assert_eq!(block.eui48(0).unwrap().hyphens().to_string(), "70-B3-D5-7E-D0-00");
    assert_eq!(block.eui48(4095).unwrap().hyphens().to_string(), "70-B3-D5-7E-DF-FF");
    assert_eq!(block.eui48(4096).unwrap_err().to_string(), "MA-S 70B3D57ED has 4096 addresses, none with index 4096");
    let st = Block::ma_l(0x00_80E1).unwrap();
    assert_eq!((st.to_string().as_str(), st.len()), ("MA-L 0080E1", 1 << 24));
    assert_eq!(st.eui48((1 << 24) - 1).unwrap().colons().to_string(), "00:80:e1:ff:ff:ff");
    assert!(st.eui48(1 << 24).is_err());
    assert_eq!(Block::from_prefix("8C1F640").unwrap().to_string(), "MA-M 8C1F640");
    // RFC 9542, documentation.
    let doc: Eui48 = "00-00-5E-00-53-2A".parse().unwrap();
    assert_eq!((doc.is_group(), doc.is_local(), format!("{doc:?}").as_str()), (false, false, "00-00-5E-00-53-2A"));
    for (error, expected) in [
        (
            Block::from_prefix("70B3D57E").unwrap_err(),
            "found prefix `70B3D57E`, expected 6 (MA-L), 7 (MA-M) or 9 (MA-S) hexadecimal digits",
        ),
        (
            Block::from_prefix("70B3DG").unwrap_err(),
            "found prefix `70B3DG`, expected 6 (MA-L), 7 (MA-M) or 9 (MA-S) hexadecimal digits",
        ),
        (Block::ma_l(0x100_0000).unwrap_err(), "prefix 0x1000000 has more than 24 bits"),
        (
            Block::ma_l(0x01_0000).unwrap_err(),
            "the prefix has the I/G bit set: its addresses would be those of groups, not of devices",
        ),
        (
            Block::ma_m(0x020_0000).unwrap_err(),
            "the prefix has the U/L bit set: its addresses are administered locally, and not unique",
        ),
        (Pool::new(&[], 1, 0).unwrap_err(), "no block of addresses"),
        (Pool::new(&[st, st], 1, 0).unwrap_err(), "MA-L 0080E1 and MA-L 0080E1 share addresses"),
        (
            Pool::new(&[st, Block::from_prefix("0080E10").unwrap()], 1, 0).unwrap_err(),
            "MA-L 0080E1 and MA-M 0080E10 share addresses",
        ),
        (Pool::new(&[block], 0, 0).unwrap_err(), "0 addresses for each unit, MA-S 70B3D57ED allows 1 to 4096"),
        (Pool::new(&[block], 4097, 0).unwrap_err(), "4097 addresses for each unit, MA-S 70B3D57ED allows 1 to 4096"),
        (
            Pool::new(&[block], 1, u64::MAX).unwrap_err(),
            "first number 18446744073709551615 leaves no numbers for all addresses",
        ),
        (
            Pool::new(&[block], 1, 5).unwrap().eui48(4).unwrap_err(),
            "number 4 lies before 5, which has the first address",
        ),
        (
            Pool::new(&[block], 2, 5).unwrap().eui48(2053).unwrap_err(),
            "number 2053 has no address; the last that has one is 2052",
        ),
        (Eui48::from_u64(1 << 48).unwrap_err(), "0x1000000000000 has more than the 48 bits of an EUI-48"),
    ] {
        assert_eq!(error.to_string(), expected);
    }
    for text in [
        "34-56:78-9A-BC-DE",
        "34-56-78-9A-BC-D",
        "3456.789a.bcd",
        "34-56-78-9A-BC-DG",
        "",
        "0x3456789ABC",
        "345-67-89-AB-CD-E",
    ] {
        assert_eq!(text.parse::<Eui48>(), Err(EuiError::Text { found: text.to_owned() }), "{text}");
    }
}

#[test]
fn published_vectors() {
    // The MA-S block 70-B3-D5-7E-D: its first and its last EUI-64, and the first as LMIC has it in an array.
    let block = Block::from_prefix("70B3D57ED").unwrap();
    assert_eq!(block.eui64(1).unwrap().bare().to_string(), "70B3D57ED0000001");
    assert_eq!(block.eui64((1 << 28) - 1).unwrap().bare().to_string(), "70B3D57EDFFFFFFF");
    assert_eq!(
        block.eui64(1 << 28).unwrap_err().to_string(),
        "MA-S 70B3D57ED has 268435456 EUI-64, none with index 268435456"
    );
    assert_eq!(block.eui64(1).unwrap().lsb_first(), [0x01, 0x00, 0x00, 0xD0, 0x7E, 0xD5, 0xB3, 0x70]);
    // Microchip DS20002124: EUI-48 to EUI-64, which IEEE deprecates.
    let mac: Eui48 = "00-04-A3-12-34-56".parse().unwrap();
    assert_eq!(mac.mapped_eui64().hyphens().to_string(), "00-04-A3-FF-FE-12-34-56");
    // RFC 4291, appendix A: 34-56-78-9A-BC-DE.
    let mac: Eui48 = "34-56-78-9A-BC-DE".parse().unwrap();
    assert_eq!(mac.mapped_eui64().hyphens().to_string(), "34-56-78-FF-FE-9A-BC-DE");
    assert_eq!(mac.interface_id().octets(), [0x36, 0x56, 0x78, 0xFF, 0xFE, 0x9A, 0xBC, 0xDE]);
    assert_eq!(mac.interface_id().to_string(), "3656:78ff:fe9a:bcde");
    assert_eq!(Eui64::new([2, 0, 0, 0, 0, 0, 0, 1]).interface_id().to_string(), "0:0:0:1");
    assert!(Value::from(mac.interface_id()).expose() == View::Bytes(&[0x36, 0x56, 0x78, 0xFF, 0xFE, 0x9A, 0xBC, 0xDE]));
    // RFC 9542: documentation.
    let doc: Eui64 = "00-00-5E-EF-10-00-00-00".parse().unwrap();
    assert_eq!((doc.is_group(), doc.is_local(), doc.is_mapped(), doc.placeholder()), (false, false, false, None));
    assert_eq!(format!("{doc:?} {:>24}", doc.bare()), "00-00-5E-EF-10-00-00-00         00005EEF10000000");
}

/// The extensions that mappings make are the last of a block, and refused to the last one.
#[test]
fn extensions_that_mappings_make() {
    for (prefix, first) in [
        ("0080E1", Some(0xFF_FE00_0000_u64)),
        ("8C1F64F", Some(0xF_FE00_0000)),
        ("8C1F64E", None),
        ("70B3D5FFF", Some(0xE00_0000)),
        ("70B3D5FFE", None),
    ] {
        let block = Block::from_prefix(prefix).unwrap();
        let all = 1_u64 << (64 - 4 * prefix.len());
        assert_eq!(block.len64(), first.unwrap_or(all), "{prefix}");
        assert!(block.eui64(block.len64() - 1).is_ok());
        if let Some(first) = first {
            assert_eq!(first + (1 << 25), all);
            for index in [first, first + (1 << 24) - 1, first + (1 << 24), all - 1] {
                let error = block.eui64(index).unwrap_err();
                let EuiError::Mapped { eui } = error else { panic!("{error}") };
                assert!(eui.is_mapped() && matches!(eui.octets()[3..5], [0xFF, 0xFE | 0xFF]), "{eui:?}");
                assert_eq!(block.index_of64(eui), None);
                assert!(error.to_string().ends_with("is not handed out: FF-FE or FF-FF in its middle marks the mapping of an EUI-48, perhaps of somebody else's"));
            }
        }
        assert!(matches!(block.eui64(all), Err(EuiError::Index64 { .. })));
    }
}

#[test]
fn company_ids() {
    let cid = Block::cid(0x0A_BCDE).unwrap();
    assert_eq!((cid.to_string().as_str(), cid.len(), cid.len64(), cid.is_empty()), ("CID 0ABCDE", 0, 0, true));
    let none = "CID 0ABCDE has no EUI: a company ID makes local addresses only";
    assert_eq!(cid.eui48(0).unwrap_err().to_string(), none);
    assert_eq!(cid.eui64(0).unwrap_err().to_string(), none);
    assert_eq!(Pool::new(&[cid], 1, 0).unwrap_err().to_string(), none);
    assert_eq!(Pool64::new(&[cid], 1, 0).unwrap_err().to_string(), none);
    let local = cid.local48(0x12_3456).unwrap();
    assert_eq!(
        (local.hyphens().to_string().as_str(), local.is_local(), local.is_group()),
        ("0A-BC-DE-12-34-56", true, false)
    );
    assert!(cid.local48(1 << 24).is_err());
    assert_eq!(cid.index_of(local), None);
    assert_eq!(Block::cid(0x70_B3D5).unwrap_err().to_string(), "prefix 70B3D5 is no CID, whose second digit is A");
    assert_eq!(Block::ma_l(0x0A_BCDE), Err(EuiError::Local));
    assert!(Block::ma_l(0x70_B3D5).unwrap().local48(0).is_err());
    assert_eq!(Block::cid(0x10A_BCDE).unwrap_err().to_string(), "prefix 0x10ABCDE has more than 24 bits");
    for wrong in [0x02_0000, 0x06_0000, 0x0E_0000, 0x0B_0000, 0x100_0000] {
        assert!(Block::cid(wrong).is_err(), "{wrong:X}");
    }
}

/// Complete addresses are refused, their neighbours are not.
#[test]
fn placeholders() {
    let st = Block::from_prefix("0080E1").unwrap();
    let expected =
        "00-80-E1-00-00-00 is not handed out: it is a placeholder (STM32CubeMX: what it generates for every project)";
    assert_eq!(st.eui48(0).unwrap_err().to_string(), expected);
    assert_eq!(st.eui48(1).unwrap().hyphens().to_string(), "00-80-E1-00-00-01");
    let error = st.eui64(0x15_0017_C722).unwrap_err().to_string();
    assert_eq!(
        error,
        "00-80-E1-15-00-17-C7-22 is not handed out: it is a placeholder (Seeed LoRaWan-E5-Node: se-identity.h of the example)"
    );
    assert_eq!(st.eui64(0x15_0017_C723).unwrap().bare().to_string(), "0080E1150017C723");
    for (eui, known) in KNOWN_EUI48 {
        assert_eq!(eui.placeholder(), Some(known));
        let next = Eui48::from_u64((eui.to_u64() + 1) & 0xFFFF_FFFF_FFFF).unwrap();
        assert!(next.placeholder().is_none() || next.to_u64() == 0, "{next:?}");
    }
    for (eui, known) in KNOWN_EUI64 {
        assert_eq!(eui.placeholder(), Some(known));
    }
    // Units of two, whose second address is the placeholder 00-04-A3-12-34-56: neither is had.
    let pool = Pool::new(&[Block::from_prefix("0004A3").unwrap()], 3, 0).unwrap();
    let n = 0x12_3456 / 3;
    let expected =
        "00-04-A3-12-34-56 is not handed out: it is a placeholder (Microchip DS20002124: the data sheet's example)";
    assert_eq!(pool.eui48(n).unwrap_err().to_string(), expected);
    assert!(pool.eui48(n - 1).is_ok() && pool.eui48(n + 1).is_ok());
    assert_eq!(pool.run_into(n - 1, &mut [[0; INLINE]; 3]), None);
    assert_eq!(pool.number(View::Bytes(&(0x0004_A300_0000 + 3 * n).to_be_bytes()[2..])), None);
    let pool = Pool64::new(&[st], 16, 5).unwrap();
    let n = 5 + 0x15_0017_C722 / 16;
    assert!(pool.eui64(n).is_err() && pool.eui64(n - 1).is_ok() && pool.eui64(n + 1).is_ok());
    assert!(pool.value(n).is_err());
}

/// ESP32 adds to the last octet and does not carry: 24-0A-C4-00-01-FE and 3 more would be …-01-01.
#[test]
fn carries() {
    let base: Eui48 = "24-0A-C4-00-01-FE".parse().unwrap();
    assert_eq!(base.plus(1).unwrap().hyphens().to_string(), "24-0A-C4-00-01-FF");
    let expected =
        "24-0A-C4-00-01-FE + 3 would pass the last octet, which firmware that adds to it does not carry out of";
    assert_eq!(base.plus(3).unwrap_err().to_string(), expected);
    assert!(Eui64::new([0x24, 0, 0, 0, 0, 0, 0, 0xFF]).plus(1).is_err());
    let block = Block::from_prefix("70B3D57ED").unwrap();
    for stride in 1..=4096 {
        let pool = Pool::new(&[block], stride, 0).unwrap();
        let carries = (0..pool.units()).any(|n| {
            let last = u8::try_from(stride - 1).ok();
            last.is_none_or(|last| pool.eui48(n).unwrap().plus(last).is_err())
        });
        assert_eq!(pool.without_carry().is_err(), carries, "{stride}");
    }
    let error = Pool64::new(&[block], 3, 0).unwrap().without_carry().unwrap_err();
    assert_eq!(
        error.to_string(),
        "3 addresses for each unit, expected 1, 2, 4, … 256: with others the last octet of some units would carry"
    );
}

/// What is left at the end of a block is no unit's: 4096 addresses are 1365 units of three, and one.
#[test]
fn what_is_left_of_a_block() {
    let blocks = ["70B3D57ED", "70B3D57EE"].map(|prefix| Block::from_prefix(prefix).unwrap());
    let pool = Pool::new(&blocks, 3, 7).unwrap();
    assert_eq!((pool.units(), pool.last()), (2 * 1365, 7 + 2 * 1365 - 1));
    let number = |eui: &str| pool.number(View::Bytes(&eui.parse::<Eui48>().unwrap().octets()));
    for (eui, n) in [
        ("70-B3-D5-7E-DF-FC", Some(7 + 1364)),
        ("70-B3-D5-7E-DF-FD", None),
        ("70-B3-D5-7E-DF-FF", None),
        ("70-B3-D5-7E-E0-00", Some(7 + 1365)),
        ("70-B3-D5-7E-EF-FC", Some(7 + 2 * 1365 - 1)),
        ("70-B3-D5-7E-EF-FF", None),
        ("70-B3-D5-7E-F0-00", None),
    ] {
        assert_eq!(number(eui), n, "{eui}");
        if let Some(n) = n {
            assert_eq!(pool.eui48(n).unwrap().hyphens().to_string(), eui);
        }
    }
}

/// The last number of all, and one more.
#[test]
fn the_last_number() {
    let pool = Pool::new(&[Block::from_prefix("70B3D57ED").unwrap()], 1, u64::MAX - 4095).unwrap();
    let mut out = [[0xA5; INLINE]; 2];
    assert_eq!(pool.run_into(u64::MAX, &mut out[..1]), Some((ValueKind::Bytes, 6)));
    assert_eq!(out[0][..6], [0x70, 0xB3, 0xD5, 0x7E, 0xDF, 0xFF]);
    assert_eq!(pool.run_into(u64::MAX, &mut out), None);
    assert_eq!(pool.last(), u64::MAX);
}

#[test]
fn texts_of_another_form() {
    let error = Eui48::from_colons("34-56-78-9A-BC-DE").unwrap_err();
    assert_eq!(error.to_string(), "found `34-56-78-9A-BC-DE`, expected the form 34:56:78:9a:bc:de");
    let error = "70B3D57ED000000".parse::<Eui64>().unwrap_err();
    let forms = "70-B3-D5-7E-D0-00-00-01, 70:b3:d5:7e:d0:00:00:01, 70b3.d57e.d000.0001 or 70B3D57ED0000001";
    assert_eq!(error.to_string(), format!("found `70B3D57ED000000`, expected an EUI-64 as {forms}"));
    for text in
        ["70-B3-D5-7E-D0-00-00:01", "70B3.D57E-D000.0001", "70B3D57ED000000G", "0x70B3D57ED00000", "34-56-78-9A-BC-DE"]
    {
        assert!(text.parse::<Eui64>().is_err(), "{text}");
    }
}

/// 10,000 random addresses in all forms, and what is made of them.
#[test]
#[ignore = "needs Python with netaddr"]
fn netaddr_agrees() {
    let script = "
import sys, netaddr
class Colons(netaddr.mac_unix_expanded): pass
for line in sys.stdin:
    six, eight = line.split()
    mac, eui = netaddr.EUI(six, version=48), netaddr.EUI(eight, version=64)
    mac.dialect = netaddr.mac_eui48; eui.dialect = netaddr.eui64_base
    def all(eui, *dialects):
        return [eui.format(dialect) for dialect in dialects]
    out = all(mac, netaddr.mac_eui48, netaddr.mac_unix_expanded, netaddr.mac_cisco, netaddr.mac_bare)
    out += all(eui, netaddr.eui64_base, netaddr.eui64_unix_expanded, netaddr.eui64_cisco, netaddr.eui64_bare)
    out += [str(int(mac)), str(int(eui)), mac.eui64().format(netaddr.eui64_base), str(int(mac.modified_eui64())), str(int(eui.modified_eui64()))]
    print(*out)
";
    let (mut input, mut expected) = (String::new(), String::new());
    for bytes in crate::noise(48, 140_000).chunks_exact(14) {
        let mac = Eui48::new(bytes[..6].try_into().unwrap());
        let eui = Eui64::new(bytes[6..].try_into().unwrap());
        writeln!(input, "{} {}", mac.bare(), eui.bare()).unwrap();
        let id = |octets| u64::from_be_bytes(octets);
        writeln!(
            expected,
            "{} {} {} {} {} {} {} {} {} {} {} {} {}",
            mac.hyphens(),
            mac.colons(),
            mac.dots(),
            mac.bare(),
            eui.hyphens(),
            eui.colons(),
            eui.dots(),
            eui.bare(),
            mac.to_u64(),
            eui.to_u64(),
            mac.mapped_eui64().hyphens(),
            id(mac.interface_id().octets()),
            id(eui.interface_id().octets()),
        )
        .unwrap();
    }
    let answer = python("netaddr", script, &input);
    for (ours, theirs) in expected.lines().zip(answer.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(expected.len(), answer.len());
}
