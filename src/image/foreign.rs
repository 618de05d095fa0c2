//! Files of formats that are not read, told by their first bytes.

/// What a file is that begins like none of Intel HEX, if it can be told.
pub(crate) fn foreign(text: &[u8]) -> Option<&'static str> {
    Some(match text {
        [0x7F, b'E', b'L', b'F', ..] => "an ELF file",
        [0xEF, 0xBB, 0xBF, ..] => "text with a UTF-8 byte order mark (save it without one)",
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "UTF-16 text (save it as plain ASCII)",
        [b'S', b'0'..=b'9', ..] => "a Motorola S-record file",
        [b'<', ..] => "an HTML or XML page (was a web page saved in place of the file?)",
        [b'U', b'F', b'2', b'\n', ..] => "a UF2 file",
        [b'P', b'K', 3, 4, ..] => "a ZIP archive (unpack it first)",
        [0x1F, 0x8B, ..] => "a gzip file (unpack it first)",
        [b'M', b'Z', ..] => "a Windows program (PE)",
        [b'D', b'f', b'u', b'S', b'e', ..] => "a DfuSe file of ST",
        [b'[', ..] => "an INI file, as the workspaces of MPLAB 8 are, which end in .mcs as well",
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => "a library of object files (ar)",
        _ if is_coff(text) => {
            "a TI COFF file: convert it to Intel HEX with the hex utility of its compiler (hex6x, hex2000, hex430, armhex)"
        }
        [b'@', b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..] => "a TI-TXT or Verilog memory file",
        _ if is_mif(text) => "a memory initialization file of Quartus (MIF)",
        [b'%', ..] => "a Tektronix hex file",
        [b';' | b'#', ..] | [b'/', b'/', ..] => "text that begins with a comment, which lenient reading accepts",
        _ if text.iter().take(256).any(|byte| *byte == 0) => "a binary file: it has NUL bytes",
        _ => return None,
    })
}

/// The same of a file that begins like no S-record.
#[cfg(feature = "srec")]
pub(crate) fn foreign_to_srec(text: &[u8]) -> Option<&'static str> {
    match text {
        [b':', digits @ ..] if digits.iter().take(8).all(u8::is_ascii_hexdigit) => Some("an Intel HEX file"),
        _ => foreign(text),
    }
}

/// The same of a file that begins like no TI-TXT.
#[cfg(feature = "ti-txt")]
pub(crate) fn foreign_to_ti_txt(text: &[u8]) -> Option<&'static str> {
    match text {
        [b':', digits @ ..] if digits.iter().take(8).all(u8::is_ascii_hexdigit) => Some("an Intel HEX file"),
        _ => foreign(text).filter(|_| !matches!(text, [b';' | b'#' | b'/', ..])),
    }
}

/// Whether a text has the two settings that each MIF file begins with, perhaps behind a comment.
fn is_mif(text: &[u8]) -> bool {
    let head = text.get(..4096).unwrap_or(text);
    let says = |name: &[u8]| head.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name));
    matches!(text.first(), Some(b'-' | b'%' | b'D' | b'W' | b'd' | b'w')) && says(b"DEPTH") && says(b"WIDTH")
}

/// Whether a file begins with the header of TI COFF, version 1 or 2: its magic number, the size of the optional
/// header and the target. Source: Texas Instruments SPRAAO8, *Common Object File Format*, section 2.
pub fn is_coff(file: &[u8]) -> bool {
    let half = |at: usize| file.get(at..at + 2).and_then(|pair| pair.try_into().ok()).map(u16::from_le_bytes);
    // TMS470 (Arm), C5400, C6000, C5500, C2800, MSP430, C5500+.
    let target = matches!(half(20), Some(0x97 | 0x98 | 0x99 | 0x9C | 0x9D | 0xA0 | 0xA1));
    matches!(half(0), Some(0xC1 | 0xC2)) && matches!(half(16), Some(0 | 28)) && target
}
