//! Checksums of well-known formats: images that the vendors' tools made are right as they are, and
//! stay right when stamped; sealed ones are refused.

use nameplate::image::Raw;
use nameplate::plan::PlanErrorKind;
use nameplate::repair::preset::PresetError;
use nameplate::repair::{Template, preset};
use nameplate::{ByteOrder, Guard, Layout, Repair};

use crate::repairs::{all_right, field, stamped};
use crate::vectors::l1024;

const BASE: u64 = 0x1000_0000;

/// The image is right as it is, and with other bytes at `at`; the checksums are what changes besides.
#[track_caller]
fn good(image: &[u8], at: u64, repairs: Vec<Repair>) {
    let layout = repairs.into_iter().fold(Layout::new().field(field("id", BASE + at, 5)), Layout::repair);
    let raw = Raw::new(image, BASE).unwrap();
    let plan = layout.compile(&raw).unwrap_or_else(|error| panic!("{error}"));
    let at = at as usize;
    assert_eq!(stamped(&raw, &layout, &[("id", &image[at..at + 5])]), image, "the same bytes, the same image");
    let unit = stamped(&raw, &layout, &[("id", b"SN001")]);
    all_right(&plan, &unit, BASE);
    assert!(layout.compile(&Raw::new(&unit, BASE).unwrap()).is_ok());
}

/// With another byte anywhere in `image` the format has the same checksums in the same places, or a field over that byte
/// is refused by name.
#[track_caller]
fn found_by(image: &[u8], presets: impl Fn(&[u8]) -> Result<Vec<Repair>, PresetError>) -> Vec<usize> {
    let expected = presets(image).unwrap();
    let raw = Raw::new(image, BASE).unwrap();
    let (mut wild, mut refused) = (image.to_vec(), Vec::new());
    for at in 0..image.len() {
        let moves = [0x01, 0x04, 0x80, 0xFF].into_iter().any(|flip| {
            wild[at] = image[at] ^ flip;
            presets(&wild).as_ref() != Ok(&expected)
        });
        wild[at] = image[at];
        let layout = Layout::new().field(field("id", BASE + at as u64, 1).expect(Guard::Any));
        let layout =
            expected.iter().map(|repair| repair.clone().template(Template::Unknown)).fold(layout, Layout::repair);
        let error = layout.compile(&raw).err();
        let reads = error
            .as_ref()
            .is_some_and(|error| matches!(error.kind(), PlanErrorKind::Reads { name, .. } if name == "id"));
        assert!(reads || !moves, "{at:#X}: {error:?}");
        refused.extend(reads.then_some(at));
    }
    refused
}

fn hex(digits: &str) -> Vec<u8> {
    let digits = digits.replace(' ', "");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn an_stm32_and_an_lpc() {
    // srec_cat -stm32-l-e, and ielftool crc32:Li,0xFFFFFFFF.
    let image = [&b"123456789ABC"[..], &hex("326750f8")].concat();
    good(&image, 3, vec![preset::stm32_crc("crc", BASE..BASE + 12, BASE + 12)]);
    // Of a word alone, as ST's forum and drivers have it.
    for (word, crc) in [(0, 0xC704_DD7B), (0x1234_5678, 0xDF8A_8A2B_u32)] {
        let image = [u32::to_le_bytes(word), crc.to_le_bytes()].concat();
        let crc = preset::stm32_crc("crc", BASE..BASE + 4, BASE + 4);
        assert!(Layout::new().repair(crc).compile(&Raw::new(&image, BASE).unwrap()).is_ok());
    }
    // lpc_checksum.
    let mut image = l1024();
    image[0x1C..0x20].copy_from_slice(&0x1869_CB94_u32.to_le_bytes());
    good(&image, 9, vec![preset::lpc_vector("vectors", BASE)]);
    let words = image[..0x20].chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap()));
    assert_eq!(words.fold(0, u32::wrapping_add), 0);
}

#[test]
fn a_u_boot_image_and_environments() {
    // mkimage.
    let header = "27051956 04595071 00000000 00000400 00008000 00008000 66862B7F 05020500";
    let mut image = [hex(header), b"nameplate".to_vec()].concat();
    image.resize(64, 0);
    image.extend(l1024());
    let repairs = preset::uimage("boot", &Raw::new(&image, BASE).unwrap(), BASE).unwrap();
    assert_eq!(repairs.iter().map(Repair::name).collect::<Vec<_>>(), ["boot.data", "boot.header"]);
    good(&image, 100, repairs);
    let read = found_by(&image, |image| preset::uimage("boot", &Raw::new(image, BASE).unwrap(), BASE));
    assert_eq!(read, (0..4).chain(12..16).collect::<Vec<_>>(), "magic, size");
    let error = preset::uimage("boot", &Raw::new(&image[1..], BASE).unwrap(), BASE).unwrap_err();
    let expected = "no U-Boot image: the magic number at 0x10000000 is 0x5195604, expected 0x27051956";
    assert_eq!(error.to_string(), expected);
    let error = preset::uimage("boot", &Raw::new(&image[..10], BASE).unwrap(), BASE).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no U-Boot image: no byte at 0x1000000C: the data before it ends at 0x1000000A, and none follows"
    );
    // mkenvimage.
    for (head, redundant, order) in [
        ("047AA1CB", false, ByteOrder::Little),
        ("CBA17A04", false, ByteOrder::Big),
        ("69F8A3CF 01", true, ByteOrder::Little),
    ] {
        let mut image = [hex(head), b"ethaddr=02:00:00:00:00:01\0serial#=SN000001\0\0".to_vec()].concat();
        image.resize(256, 0xFF);
        good(&image, 40, vec![preset::uboot_env("env", BASE..BASE + 256, redundant, order)]);
    }
}

#[test]
fn a_dfu_file() {
    // dfu-suffix -v 1d50 -p 6089 -d 0100.
    let image = [l1024(), hex("00018960501D0001 554644 10 BE61FF5B")].concat();
    let suffix = |image: &[u8]| preset::dfu_suffix("dfu", &Raw::new(image, BASE).unwrap());
    good(&image, 1000, vec![suffix(&image).unwrap()]);
    let read = found_by(&image, |image| Ok(vec![suffix(image)?]));
    assert_eq!(read, (1032..1036).collect::<Vec<_>>(), "signature, length");
    let error = suffix(&image[1..image.len() - 1]).unwrap_err();
    assert_eq!(error.to_string(), "no DFU suffix: the signature at 0x10000406 is 0x15546, expected 0x554644");
    assert_eq!(suffix(&image[..10]).unwrap_err().to_string(), "DFU suffix: fewer than 16 bytes at 0x10000000");
    assert_eq!(suffix(&[]).unwrap_err().to_string(), "DFU suffix: fewer than 16 bytes at 0x00000000");
}

/// As `elf2image` writes it: a header, and segments of `lens` bytes.
fn esp8266(lens: &[u8]) -> Vec<u8> {
    let mut image = vec![0xE9, lens.len() as u8, 0, 0, 0, 0, 0x10, 0x40];
    for len in lens {
        image.extend([0, 0, 0x10, 0x40, *len, 0, 0, 0]);
        image.extend(&l1024()[..usize::from(*len)]);
    }
    let covered =
        lens.iter().flat_map(|len| l1024().into_iter().take(usize::from(*len))).fold(0xEF, |xor, byte| xor ^ byte);
    image.resize(image.len() / 16 * 16 + 15, 0);
    image.push(covered);
    image
}

#[test]
fn an_esp8266_image() {
    let presets = |image: &[u8]| preset::esp8266_image("app", &Raw::new(image, BASE).unwrap(), BASE);
    for lens in [&[20][..], &[8, 0, 100], &[100, 16, 7]] {
        let first = esp8266(lens);
        assert_eq!(presets(&first).unwrap().len(), 1);
        good(&first, 0x10, presets(&first).unwrap());
        let read = found_by(&first, presets);
        // Of each segment the length.
        assert_eq!((&read[..2], read.len()), (&[0, 1][..], 2 + 4 * lens.len()));
        // Version 2: one more segment, which the XOR does not cover, and a CRC over all.
        for irom in [0, 0x30] {
            let mut second = vec![0xEA, 4, 0, 0, 0, 0, 0x10, 0x40, 0, 0, 0, 0, irom, 0, 0, 0];
            second.extend(&l1024()[..usize::from(irom)]);
            second.extend(&first);
            let crc = crc32fast::hash(&second);
            second.extend((if crc >> 31 == 1 { !crc } else { crc + 1 }).to_le_bytes());
            assert_eq!(presets(&second).unwrap().len(), 2);
            good(&second, 0x10 + u64::from(irom) + 0x10, presets(&second).unwrap());
            assert_eq!(found_by(&second, presets).len(), 5 + 2 + 4 * lens.len());
        }
    }
    assert_eq!(presets(&[0xE9, 0]).unwrap_err().to_string(), "ESP8266 image: no segment has data at 0x10000000");
    let mut other = esp8266(&[8]);
    other[0] = 0xE8;
    let error = presets(&other).unwrap_err().to_string();
    assert_eq!(error, "no ESP8266 image: the magic number at 0x10000000 is 0xE8, expected 0xE9");
    for at in 0..16 {
        for byte in [0xEA, 0xFF, 0x7F] {
            let mut wild = esp8266(&[8]);
            wild[at] = byte;
            let _ = presets(&wild);
            let _ = preset::esp8266_image("app", &Raw::new(&wild, u64::MAX - 0x20).unwrap(), u64::MAX - 0x20);
        }
    }
}

#[cfg(feature = "sha256")]
#[test]
fn an_esp32_image() {
    let image = crate::traps::esp32();
    let presets = |image: &[u8]| preset::esp32_image("app", &Raw::new(image, BASE).unwrap(), BASE);
    let blank = presets(&image).unwrap().into_iter().map(|repair| repair.template(Template::Unknown));
    let layout = blank.fold(Layout::new(), Layout::repair);
    let image = stamped(&Raw::new(&image, BASE).unwrap(), &layout, &[]);
    // esptool elf2image.
    assert_eq!((&image[0xEF..0xF4], &image[0x10D..]), (&hex("FD CBCF68C7")[..], &hex("70635F")[..]));
    good(&image, 0x30, presets(&image).unwrap());
    let read = found_by(&image, presets);
    let segments = usize::from(image[1]);
    assert!(read.starts_with(&[0, 1, 23]) && read.len() == 3 + 4 * segments, "magic, count, hash, lengths: {read:?}");
    let mut without = image.clone();
    without[23] = 0;
    assert_eq!(presets(&without).unwrap().len(), 1, "no hash, when the header says so");
    let mut signed = image.clone();
    signed.resize(0x1000, 0xFF);
    assert!(presets(&signed).is_ok());
    signed.extend(hex("E7020000"));
    assert_eq!(
        presets(&signed).unwrap_err().to_string(),
        "ESP32 image: a signature block (0x2E7) at 0x10001000: sign after stamping, or keep the identity outside of what is covered"
    );
    // The block is at the next multiple of 4096 bytes behind sum and hash.
    for (hashed, len, at) in [(1, 0x1000_u32, 0x2000), (1, 0xF90, 0x2000), (0, 0xF90, 0x1000)] {
        let mut long = image[..0x6C].to_vec();
        long[23] = hashed;
        long[0x64..0x68].copy_from_slice(&len.to_le_bytes());
        long.resize(at, 0xFF);
        assert!(presets(&long).is_ok());
        long.extend(hex("E7030000"));
        let expected = format!("a signature block (0x3E7) at {:#010X}", BASE + at as u64);
        assert!(presets(&long).unwrap_err().to_string().contains(&expected));
    }
    let mut empty = image.clone();
    empty[1] = 0;
    assert_eq!(presets(&empty).unwrap_err().to_string(), "ESP32 image: no segment has data at 0x10000000");
    // Lengths that lead anywhere.
    for at in 0..0x70 {
        for byte in [0, 0x7F, 0xFF] {
            let mut wild = image.clone();
            wild[at] = byte;
            let _ = presets(&wild);
            let _ = preset::esp32_image("app", &Raw::new(&image, u64::MAX - 0x110).unwrap(), u64::MAX - 0x110);
        }
    }
}

#[cfg(feature = "sha256")]
#[test]
fn an_image_for_mcuboot() {
    let presets = |image: &[u8]| preset::mcuboot_unsigned("app", &Raw::new(image, BASE).unwrap(), BASE);
    // imgtool create, without and with a security counter.
    let plain = "53561eed76abf331c9c97c54a4a56771180cbe9be561b2bb078153ca33413861";
    let counted = "d6591b02424dcc4ed9472ac4e64a444c63245252933405f07504cd4276a66750";
    for (protected, digest) in [("", plain), ("08690C005000040005000000", counted)] {
        let protected = hex(protected);
        let mut image = hex("3DB8F396 00000000 0002");
        image.extend((protected.len() as u16).to_le_bytes());
        image.extend(hex("00040000 00000000 01020300"));
        image.resize(0x20, 0);
        image.resize(0x200, 0xFF);
        image.extend(l1024());
        image.extend(&protected);
        let entries = image.len();
        image.extend(hex("07692800 10002000"));
        image.extend(hex(digest));
        good(&image, 0x300, vec![presets(&image).unwrap()]);
        let read = found_by(&image, |image| Ok(vec![presets(image)?]));
        let header = (0..4).chain(8..20);
        assert_eq!(read[..16], header.collect::<Vec<_>>(), "magic, sizes, flags");
        assert_eq!(read[read.len() - 8..], (entries..entries + 8).collect::<Vec<_>>(), "the entry of the digest");
        for at in (0..24).chain(entries..entries + 8) {
            for byte in [0, 1, 0x7F, 0xFF] {
                let mut wild = image.clone();
                wild[at] = byte;
                let _ = presets(&wild);
            }
        }

        let mut signed = image.clone();
        signed[entries + 2] = 0x30;
        signed.extend(hex("22000400 00000000"));
        let expected = format!(
            "MCUboot image: an entry of a signature (0x22) at {:#010X}: sign after stamping, or keep the identity outside of what is covered",
            BASE + image.len() as u64
        );
        assert_eq!(presets(&signed).unwrap_err().to_string(), expected);
        signed[image.len()] = 0x30;
        assert!(presets(&signed).unwrap_err().to_string().contains("an entry of an encryption (0x30)"));
        let mut sealed = image.clone();
        sealed[16] = 4;
        assert!(presets(&sealed).unwrap_err().to_string().contains("flags of an encrypted or compressed image (0x4)"));
        let mut other = image.clone();
        other[entries + 4] = 0x11;
        let expected = format!("MCUboot image: no entry with a SHA-256 in the list at {:#010X}", BASE + entries as u64);
        assert_eq!(presets(&other).unwrap_err().to_string(), expected);
    }
}

/// As `nrfutil settings generate` makes it: version 2, application and bootloader version 1, validated
/// by a generated CRC, with its backup page.
#[cfg(feature = "sha256")]
#[test]
fn the_settings_of_an_nrf52_bootloader() {
    let mut page = crate::traps::nrf52_settings();
    for (at, word) in [(0, "327D044D"), (0x1C, "7F2B8666"), (0x25C, "D71DE720"), (0x2A2, "7F2B8666")] {
        page[at..at + 4].copy_from_slice(&hex(word));
    }
    // The application at 0, the page at 0x400, its backup at 0x800.
    let build = |page: &[u8]| {
        let mut image = [l1024(), page.to_vec()].concat();
        image.resize(0x800, 0xFF);
        image.extend(page);
        image
    };
    let image = build(&page);
    let presets = |image: &[u8]| {
        let raw = Raw::new(image, BASE).unwrap();
        preset::nrf52_settings("nrf", &raw, BASE, BASE + 0x400, Some(BASE + 0x800))
    };
    good(&image, 77, presets(&image).unwrap());
    let read: Vec<usize> = (0x404..0x408).chain(0x418..0x41C).chain([0x6A1]).collect();
    assert_eq!(found_by(&image, presets), read, "version, size, validation");
    let names: Vec<String> = presets(&image).unwrap().iter().map(|repair| repair.name().to_owned()).collect();
    assert_eq!(names, ["nrf.app", "nrf.boot", "nrf.settings"]);
    // Both pages are the same after a stamp.
    let layout =
        presets(&image).unwrap().into_iter().fold(Layout::new().field(field("id", BASE + 9, 3)), Layout::repair);
    let unit = stamped(&Raw::new(&image, BASE).unwrap(), &layout, &[("id", b"abc")]);
    assert_eq!(unit[0x400..0x730], unit[0x800..0xB30]);
    assert_ne!(unit[0x400..0x404], image[0x400..0x404]);
    // The CRC of the application in both places.
    assert_eq!(unit[0x41C..0x420], crate::crc32(unit[..0x400].to_vec()).to_le_bytes());
    assert_eq!(unit[0x41C..0x420], unit[0x6A2..0x6A6]);

    // Validated by SHA-256.
    page[0x2A1] = 2;
    let hashed = build(&page);
    let blank = presets(&hashed).unwrap().into_iter().map(|repair| repair.template(Template::Unknown));
    let hashed = stamped(&Raw::new(&hashed, BASE).unwrap(), &blank.fold(Layout::new(), Layout::repair), &[]);
    assert_eq!(hashed[0x6A2..0x6AC], hex("e219ea8e440569c68156"), "SHA-256 of the application");
    good(&hashed, 77, presets(&hashed).unwrap());
    assert_eq!(found_by(&hashed, presets), read);

    // Not validated: its place is left as it is.
    page[0x2A1] = 0;
    page[0x2A2..0x2A6].copy_from_slice(b"none");
    let loose = build(&page);
    let blank = presets(&loose).unwrap().into_iter().map(|repair| repair.template(Template::Unknown));
    let loose = stamped(&Raw::new(&loose, BASE).unwrap(), &blank.fold(Layout::new(), Layout::repair), &[]);
    assert_eq!(loose[0x6A2..0x6A6], *b"none");
    good(&loose, 77, presets(&loose).unwrap());
    assert_eq!(found_by(&loose, presets), read);

    page[0x2A1] = 3;
    assert_eq!(
        presets(&build(&page)).unwrap_err().to_string(),
        "nRF52 bootloader settings: the application is validated by a signature (0x3) at 0x100006A1: sign after stamping, or keep the identity outside of what is covered"
    );
    page[4] = 1;
    assert_eq!(
        presets(&build(&page)).unwrap_err().to_string(),
        "no nRF52 bootloader settings: the version at 0x10000404 is 0x1, expected 0x2"
    );
}

/// What says where the checksums of a format lie is in no field, and is read again.
#[test]
fn what_a_preset_reads() {
    let mut image = hex("27051956 04595071 00000000 00000020 00008000 00008000 66862B7F 05020500");
    image.resize(96, 0);
    image.extend([0xFF; 32]);
    let raw = Raw::new(&image, BASE).unwrap();
    let unknown = |repair: Repair| repair.template(Template::Unknown);
    let boot = || preset::uimage("boot", &raw, BASE).unwrap().into_iter().map(unknown);
    let with = |at: u64| boot().fold(Layout::new().field(field("id", BASE + at, 4)), Layout::repair);
    for (at, start, len) in [(12, 12, 4), (10, 12, 2), (15, 15, 1), (0, 0, 4)] {
        let span = nameplate::Span::new(BASE + start, len).unwrap();
        assert_eq!(
            with(at).compile(&raw).unwrap_err().to_string(),
            format!(
                "`id` lies over {span}, by which checksum `boot.data` is found (U-Boot image): with other bytes there it would lie elsewhere or cover other bytes; give the field another place, or put those bytes into the template"
            )
        );
    }
    // The word of another checksum there is no better.
    let crc = nameplate::Repair::crc("crc", nameplate::check::CRC_32_ISO_HDLC, BASE + 100..BASE + 104);
    let layout = with(104).repair(unknown(crc.stored_at(BASE + 12).u32_be()));
    assert!(layout.compile(&raw).unwrap_err().to_string().starts_with("`crc` lies over 0x1000000C..0x10000010, by "));
    let plan = with(16).compile(&raw).unwrap();
    let mut other = image.clone();
    other[15] = 0x1F;
    let other = Raw::new(&other, BASE).unwrap();
    assert_eq!(
        plan.read(&other).unwrap_err().to_string(),
        "checksum `boot.data` (U-Boot image): at 0x1000000C..0x10000010 found 0x0000001F, and the template has 0x00000020: its checksums are not where those of the template are"
    );
    assert!(plan.stamper(&other).is_err() && plan.stamper(&raw).is_ok() && plan.read(&raw).is_ok());
    assert!(plan.read(&Raw::new(&image[16..], BASE + 16).unwrap()).is_err());
}
