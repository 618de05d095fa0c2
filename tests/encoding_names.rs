//! Names of encodings both ways, which encodings can be had, and what is said of the others.

use nameplate::check::{CRC_8_MAXIM_DOW, CRC_16_IBM_SDLC, CRC_32_ISO_HDLC};
use nameplate::encode::{DecimalFill, Fill, PadNibble};
use nameplate::{ByteOrder, Encoding};

fn outermost(inner: &str, outer: &str) -> String {
    format!("`{inner}` inside of `{outer}`: it makes words of single bytes, so nothing goes around it")
}

const BCD: &str = "is incomplete, expected `bcd:N` or `bcd:N:le`, with N digits; `bcd:N:left0` or `bcd:N:rightF` where N is odd, `:le` behind it";
const WITH_CRC: &str = "is incomplete, expected `with-crc:CRC-32/ISO-HDLC:le(…)` or `:be(…)`: byte order has no default; only a CRC of one byte goes without";

const CHECK_CRC: &str = "is incomplete, expected `check-crc:CRC-32/ISO-HDLC:le(…)` or `:be(…)`: byte order has no default; only a CRC of one byte goes without";
const DEC: &str = "is incomplete, expected `dec:N:nul`, `dec:N:cstr`, `dec:N:space`, `dec:N:left-space` or `dec:N:left-zero`, with N characters: what fills up a short number has no default";
const ASCII: &str = "is incomplete, expected `ascii:N:nul`, `ascii:N:space` or `ascii:N:exact`, or `ascii:N:left-space`, `ascii:N:left-zero`: what fills up a short text has no default";
const BLOB: &str = "is incomplete, expected `blob:N:u16le` (or `u8`, `u16be`, `u32le`, `u32be`), with N bytes, those of the length included; zeros follow the bytes, or what stands behind: `blob:N:u16le:FF`";

fn inverted(found: &str) -> String {
    format!(
        "`{found}`: where `inverted` stands for the value and, behind it, its inverse, write `with-inverse(…)`; the inverse alone is for copies of checksums"
    )
}

#[test]
fn lengths() {
    let empty = [Encoding::bytes(0), Encoding::u8(), Encoding::usb_string(0, Fill::Nul)].map(|one| one.is_empty());
    assert_eq!(empty, [true, false, false]);
}

/// The list of names is one of encodings that can be had, once numbers and what is wrapped stand in them.
#[test]
fn the_list_of_names() {
    for name in Encoding::names() {
        let example = name
            .replace("NAME", "CRC-32/ISO-HDLC")
            .replace("base32:N", "base32:8")
            .replace(":N", ":6")
            .replace('…', "u64le");
        let encoding = example.parse::<Encoding>();
        assert_eq!(encoding.map(|encoding| encoding.to_string()).as_deref(), Ok(&*example), "{name}");
    }
}

#[test]
fn names() {
    for name in [
        "u8",
        "u16le",
        "u64be",
        "uint:3:le",
        "uint:16:be",
        "bytes:6",
        "bytes:6:reversed",
        "ascii:16:nul",
        "ascii:16:space",
        "ascii:16:exact",
        "cstr:2",
        "hex:32",
        "hex:64",
        "retlw14(u32be)",
        "retlw14(ascii:4:nul)",
        "retlw12(u8)",
        "retlw16(swap16(u32le))",
        "prefixed:256",
        "utf16le:1",
        "utf16le:32768:nul",
        "usb-string:126",
        "usb-string:12:nul",
        "bcd:38",
        "bcd:6:le",
        "bcd:5:left0",
        "bcd:5:left0:le",
        "bcd:37:rightF",
        "bcd:5:rightF:le",
        "i8",
        "i16le",
        "i16be",
        "i32le",
        "i32be",
        "i64le",
        "i64be",
        "f32le",
        "f32be",
        "padded16(u32le)",
        "with-inverse(i32le)",
        "with-crc:CRC-8/MAXIM-DOW(u8)",
        "with-crc:CRC-82/DARC:be(u8)",
        "with-crc:CRC-12/DECT:le(u8)",
        "with-inverse(with-crc:CRC-32/ISO-HDLC:le(u32le))",
        "with-crc:CRC-32/ISO-HDLC:le(with-inverse(u32le))",
        "with-inverse(swap16(u16le))",
        "retlw14(swap16(with-inverse(with-crc:CRC-32/ISO-HDLC:le(ascii:4:exact))))",
        "swap16(u64be)",
        "swap32(u64be)",
        "check-crc:CRC-16/IBM-SDLC:le(bytes:18)",
        "check-crc:CRC-8/MAXIM-DOW(bytes:8)",
        "ascii:16:left-space",
        "ascii:16:left-zero",
        "dec:10:nul",
        "dec:10:cstr",
        "dec:10:space",
        "dec:10:left-space",
        "dec:10:left-zero",
        "base32:26",
        "base32:32:padded",
        "blob:1024:u16le",
        "blob:1024:u32be:FF",
        "blob:256:u8",
    ] {
        let encoding: Encoding = name.parse().unwrap();
        assert_eq!(encoding.to_string(), name);
    }
    assert_eq!("uint:4:le".parse::<Encoding>().unwrap(), Encoding::u32_le());
    // One byte has no order: whatever it is called, it is the same, and reads back by its name.
    for name in ["uint:1:le", "uint:1:be", "u8"] {
        let encoding: Encoding = name.parse().unwrap();
        assert_eq!((&encoding, encoding.to_string().parse().as_ref()), (&Encoding::u8(), Ok(&encoding)), "{name}");
    }
    for (name, bytes) in [
        ("bytes:6:reversed", Some(6)),
        ("hex:12", Some(6)),
        ("hex:5", None),
        ("retlw14(bytes:4)", Some(4)),
        ("u8", None),
        ("base32:26", Some(16)),
        ("base32:32:padded", None),
        ("blob:8:u16le", None),
        ("check-crc:CRC-16/X-25:le(bytes:18)", Some(18)),
    ] {
        assert_eq!(name.parse::<Encoding>().unwrap().value_bytes(), bytes, "{name}");
    }
    assert_eq!(Encoding::u16_be().as_uint(), Some((2, ByteOrder::Big)));
    assert_eq!((Encoding::bytes(2).as_uint(), Encoding::bytes(2).retlw()), (None, None));
    let opcodes = ["retlw12(u8)", "retlw14(u8)", "retlw16(u8)", "swap16(u16le)"]
        .map(|name| name.parse::<Encoding>().unwrap().retlw());
    assert_eq!(opcodes, [Some(0x08), Some(0x34), Some(0x0C), None]);
    let others = ["padded16(u8)", "with-inverse(u8)"].map(|name| name.parse::<Encoding>().unwrap().retlw());
    assert_eq!(others, [None, None]);
    for (name, encoding) in [
        ("bcd:5:rightF:le", Encoding::bcd(5, PadNibble::RightF, ByteOrder::Little)),
        ("utf16le:5:nul", Encoding::utf16_le(5, Fill::Nul)),
        ("usb-string:5", Encoding::usb_string(5, Fill::Exact)),
        ("prefixed:5", Encoding::prefixed(5)),
        ("ascii:5:left-zero", Encoding::ascii(5).pad_left(b'0')),
        ("ascii:5:left-space", Encoding::ascii(5).pad_left(b' ')),
        ("dec:5:left-zero", Encoding::decimal(5, DecimalFill::LeftZero)),
        ("base32:8", Encoding::base32(8)),
        ("base32:8:padded", Encoding::base32_padded(8)),
        ("blob:9:u16be", Encoding::blob(9, 2, ByteOrder::Big, 0)),
        ("blob:9:u32le:a5", Encoding::blob(9, 4, ByteOrder::Little, 0xA5)),
        // One byte has no order.
        ("blob:9:u8", Encoding::blob(9, 1, ByteOrder::Big, 0)),
        ("swap32(u32be)", Encoding::swap32(Encoding::u32_be())),
        ("check-crc:crc16 x25:be(bytes:4)", Encoding::check_crc(Encoding::bytes(4), CRC_16_IBM_SDLC, ByteOrder::Big)),
        ("padded16(i16be)", Encoding::padded16(Encoding::i16_be())),
        ("with-inverse(f32le)", Encoding::with_inverse(Encoding::f32_le())),
        ("retlw12(u8)", Encoding::retlw12(Encoding::u8())),
        ("retlw14(u8)", Encoding::retlw14(Encoding::u8())),
        ("retlw16(u8)", Encoding::retlw16(Encoding::u8())),
        ("with-crc:crc32 PKZIP:be(i8)", Encoding::with_crc(Encoding::i8(), CRC_32_ISO_HDLC, ByteOrder::Big)),
        ("with-crc:crc-32/iso-hdlc:be(i8)", Encoding::with_crc(Encoding::i8(), CRC_32_ISO_HDLC, ByteOrder::Big)),
        // A CRC of one byte has no order, whatever is said.
        ("with-crc:CRC-8/MAXIM-DOW:be(u8)", Encoding::with_crc(Encoding::u8(), CRC_8_MAXIM_DOW, ByteOrder::Little)),
        ("with-crc:CRC-8/MAXIM-DOW(u8)", Encoding::with_crc(Encoding::u8(), CRC_8_MAXIM_DOW, ByteOrder::Big)),
    ] {
        assert_eq!(name.parse::<Encoding>().unwrap(), encoding, "{name}");
    }
    for (name, expected) in [
        ("u9", "unknown encoding `u9`"),
        ("", "unknown encoding ``"),
        ("ascii:4:nul:x", "unknown encoding `ascii:4:nul:x`"),
        ("rot13(u8)", "unknown encoding `rot13(u8)`"),
        ("u32", "`u32` is incomplete, expected `u16le`, `u16be`, `u32le`, …: byte order has no default"),
        (
            "ascii:16",
            "`ascii:16` is incomplete, expected `ascii:N:nul`, `ascii:N:space` or `ascii:N:exact`, or `ascii:N:left-space`, `ascii:N:left-zero`: what fills up a short text has no default",
        ),
        ("uint:3", "`uint:3` is incomplete, expected `uint:N:le` or `uint:N:be`, with N bytes"),
        ("bytes:+6", "`bytes:+6` is incomplete, expected `bytes:N` or `bytes:N:reversed`, with N bytes"),
        ("cstr", "`cstr` is incomplete, expected `cstr:N`, with N bytes"),
        ("hex:x", "`hex:x` is incomplete, expected `hex:N`, with N digits"),
        ("bcd:5", "5 BCD digits leave half a byte over: say what it holds, with `left0` or `rightF`"),
        ("bcd:5:le", "5 BCD digits leave half a byte over: say what it holds, with `left0` or `rightF`"),
        ("bcd:4:left0", "4 BCD digits fill whole bytes, so there is no half of one to pad"),
        ("bcd:4:rightF:le", "4 BCD digits fill whole bytes, so there is no half of one to pad"),
        ("bcd:40", "a BCD number of 40 digits; 1 to 38 can be had"),
        ("bcd:0", "a field of 0 bytes; 1 to 65536 can be had"),
        ("bcd", BCD),
        ("bcd:", BCD),
        ("bcd:+6", BCD),
        ("bcd:6:be", BCD),
        ("bcd:5:le:left0", BCD),
        ("bcd:5:left0:le:x", BCD),
        ("bcd:99999999999999999999", BCD),
        ("prefixed:1", "length-prefixed text in 1 bytes; 2 to 256 can be had, the length byte included"),
        ("prefixed:257", "length-prefixed text in 257 bytes; 2 to 256 can be had, the length byte included"),
        ("prefixed", "`prefixed` is incomplete, expected `prefixed:N`, with N bytes, the length byte included"),
        ("utf16le:0", "a field of 0 bytes; 1 to 65536 can be had"),
        ("utf16le:32769", "a field of 65538 bytes; 1 to 65536 can be had"),
        (
            "utf16le:4:space",
            "`utf16le:4:space` is incomplete, expected `utf16le:N`, with exactly N characters, or `utf16le:N:nul`",
        ),
        ("utf16be:4", "unknown encoding `utf16be:4`"),
        ("usb-string:0", "a USB string of 0 characters; 1 to 126 can be had"),
        ("usb-string:127", "a USB string of 127 characters; 1 to 126 can be had"),
        (
            "usb-string",
            "`usb-string` is incomplete, expected `usb-string:N`, with exactly N characters, or `usb-string:N:nul`",
        ),
        ("i16", "`i16` is incomplete, expected `i16le`, `i16be`, `f32le`, …: byte order has no default"),
        ("f32", "`f32` is incomplete, expected `i16le`, `i16be`, `f32le`, …: byte order has no default"),
        ("i24le", "unknown encoding `i24le`"),
        ("f64le", "unknown encoding `f64le`"),
        ("with-crc", "`with-crc` is incomplete, expected an encoding in parentheses, as `retlw14(u32be)`"),
        ("with-crc(u8)", &format!("`with-crc(u8)` {WITH_CRC}")),
        ("with-crc:CRC-16/IBM-3740(u8)", &format!("`with-crc:CRC-16/IBM-3740(u8)` {WITH_CRC}")),
        ("with-crc:CRC-16/IBM-3740:xe(u8)", &format!("`with-crc:CRC-16/IBM-3740:xe(u8)` {WITH_CRC}")),
        ("with-crc:CRC-8/SMBUS:xe(u8)", &format!("`with-crc:CRC-8/SMBUS:xe(u8)` {WITH_CRC}")),
        ("with-crc:CRC-16/IBM-3740:le:x(u8)", &format!("`with-crc:CRC-16/IBM-3740:le:x(u8)` {WITH_CRC}")),
        ("with-crc:sum8(u8)", "`sum8` is no CRC, expected a name of the catalogue, as `CRC-32/ISO-HDLC`"),
        (
            "with-crc:CRC-8/ATM(u8)",
            "several CRCs are called `CRC-8/ATM`: `CRC-8/SMBUS` (check 0xF4; init 0x0, not reflected, xorout 0x0), `CRC-8/I-432-1` (check 0xA1; init 0x0, not reflected, xorout 0x55), `CRC-8/ROHC` (check 0xD0; init 0xFF, reflected, xorout 0x0); the check is the value over the nine characters 123456789",
        ),
        ("with-crcs:CRC-32/ISO-HDLC:le(u8)", "unknown encoding `with-crcs:CRC-32/ISO-HDLC:le(u8)`"),
        ("swap16(with-crc:CRC-8/SMBUS(u16le))", "`swap16` around 3 bytes, expected a multiple of 2"),
        ("with-inverse(bytes:32769)", "a field of 65538 bytes; 1 to 65536 can be had"),
        ("with-inverse(with-inverse(u8))", "`with-inverse` twice: each wrapper goes around a value once"),
        ("with-inverse(swap16(with-inverse(u8)))", "`with-inverse` twice: each wrapper goes around a value once"),
        (
            "with-crc:CRC-8/SMBUS(with-crc:CRC-16/IBM-3740:le(u8))",
            "`with-crc` twice: each wrapper goes around a value once",
        ),
        ("with-inverse(padded16(u8))", &outermost("padded16", "with-inverse")),
        ("padded16(padded16(u8))", &outermost("padded16", "padded16")),
        ("padded16(with-inverse(retlw12(u8)))", &outermost("retlw12", "padded16")),
        ("with-crc:CRC-8/SMBUS(retlw16(u8))", &outermost("retlw16", "with-crc")),
        (
            "retlw14(swap16(with-inverse(with-crc:CRC-8/SMBUS(with-inverse(u8)))))",
            "5 wrappers, one inside of the other; at most 4 can be had",
        ),
        ("swap32(bytes:6)", "`swap32` around 6 bytes, expected a multiple of 4"),
        ("swap32(with-crc:CRC-8/SMBUS(u8))", "`swap32` around 2 bytes, expected a multiple of 4"),
        ("swap32(swap32(u32le))", "`swap32` twice: each wrapper goes around a value once"),
        ("check-crc:CRC-16/X-25(bytes:4)", &format!("`check-crc:CRC-16/X-25(bytes:4)` {CHECK_CRC}")),
        (
            "check-crc:CRC-16/X-25:le(u16le)",
            "`check-crc` around 2 bytes, of which the CRC takes 2: nothing is left that it could be of",
        ),
        ("check-crc:sum8(u8)", "`sum8` is no CRC, expected a name of the catalogue, as `CRC-32/ISO-HDLC`"),
        ("check-crc", "`check-crc` is incomplete, expected an encoding in parentheses, as `retlw14(u32be)`"),
        // What it was called, which the copies of checksums still call something else.
        ("inverted(u16be)", &inverted("inverted(u16be)")),
        ("retlw14(inverted(u16be))", &inverted("inverted(u16be)")),
        ("inverted", "`inverted` is incomplete, expected an encoding in parentheses, as `retlw14(u32be)`"),
        ("dec:8", &format!("`dec:8` {DEC}")),
        ("dec:8:exact", &format!("`dec:8:exact` {DEC}")),
        ("dec:x:nul", &format!("`dec:x:nul` {DEC}")),
        ("dec:1:cstr", "a C string of 1 byte has room for its NUL only; 2 bytes or more can be had"),
        ("dec:0:nul", "a field of 0 bytes; 1 to 65536 can be had"),
        ("ascii:4:left-nul", &format!("`ascii:4:left-nul` {ASCII}")),
        ("base32", "`base32` is incomplete, expected `base32:N` or `base32:N:padded`, with N characters"),
        ("base32:8:pad", "`base32:8:pad` is incomplete, expected `base32:N` or `base32:N:padded`, with N characters"),
        (
            "base32:9",
            "9 characters of base 32, not padded: no bytes make so many, as the last group has 2, 4, 5, 7 or 8",
        ),
        ("base32:26:padded", "26 characters of base 32, padded; a multiple of 8 can be had"),
        ("blob:1024", &format!("`blob:1024` {BLOB}")),
        ("blob:1024:u16", &format!("`blob:1024:u16` {BLOB}")),
        ("blob:+8:u16le", &format!("`blob:+8:u16le` {BLOB}")),
        ("blob:8:u16le:F", &format!("`blob:8:u16le:F` {BLOB}")),
        ("blob:8:u16le:FG", &format!("`blob:8:u16le:FG` {BLOB}")),
        ("blob:8:u16le:FF:0", &format!("`blob:8:u16le:FF:0` {BLOB}")),
        ("blob:2:u16le", "a blob of 2 bytes, of which its length takes 2: no byte is left"),
        ("blob:1:u16le", "a blob of 1 bytes, of which its length takes 2: no byte is left"),
        ("blob:257:u8", "a blob with room for 256 bytes behind a length that counts to 255"),
        ("with-inverse(foo(u8))", "unknown encoding `foo(u8)`"),
        ("swap16(bytes:3)", "`swap16` around 3 bytes, expected a multiple of 2"),
        ("swap16(swap16(u32le))", "`swap16` twice: each wrapper goes around a value once"),
        ("swap16(retlw14(u32le))", &outermost("retlw14", "swap16")),
        ("retlw12(retlw16(u8))", &outermost("retlw16", "retlw12")),
        ("retlw12(swap16(swap16(u32le)))", "`swap16` twice: each wrapper goes around a value once"),
        ("swap16", "`swap16` is incomplete, expected an encoding in parentheses, as `retlw14(u32be)`"),
        ("bytes:0", "a field of 0 bytes; 1 to 65536 can be had"),
        ("bytes:65537", "a field of 65537 bytes; 1 to 65536 can be had"),
        ("uint:17:le", "an integer of 17 bytes; 1 to 16 can be had"),
        ("cstr:1", "a C string of 1 byte has room for its NUL only; 2 bytes or more can be had"),
        ("hex:33", "33 hexadecimal digits are too many for an integer and odd, so no bytes either"),
        ("retlw14(retlw14(u8))", &outermost("retlw14", "retlw14")),
        ("retlw14", "`retlw14` is incomplete, expected an encoding in parentheses, as `retlw14(u32be)`"),
    ] {
        let said = name.parse::<Encoding>().unwrap_err().to_string();
        let expected = if expected == BCD { format!("`{name}` {BCD}") } else { expected.to_owned() };
        assert_eq!(said, expected, "{name}");
    }
    // No number of wrappers costs more than its text.
    let deep = "with-inverse(".repeat(100_000) + "u8" + &")".repeat(100_000);
    assert_eq!(
        deep.parse::<Encoding>().unwrap_err().to_string(),
        "100000 wrappers, one inside of the other; at most 4 can be had"
    );
    for (encoding, pad) in [(Encoding::ascii(4).pad(b'0'), '0'), (Encoding::ascii(4).pad_left(b'1'), '1')] {
        let expected = format!(
            "padding `{pad}` is a character of text; a NUL, a space or a byte that is not printable can be had"
        );
        assert_eq!(encoding.check().unwrap_err().to_string(), expected);
    }
    for (encoding, shown) in
        [(Encoding::ascii(4).pad_left(0), "ascii:4:left-pad 0x00"), (Encoding::ascii(4).pad(0xFF), "ascii:4:pad 0xFF")]
    {
        assert_eq!((encoding.check(), encoding.to_string().as_str()), (Ok(()), shown));
    }
    for prefix in [0, 3, 8] {
        let error = Encoding::blob(16, prefix, ByteOrder::Little, 0).check().unwrap_err();
        assert_eq!(error.to_string(), format!("a blob behind a length of {prefix} bytes; 1, 2 and 4 can be had"));
    }
}
