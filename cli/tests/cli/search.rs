//! Finds bytes in a text, in whatever form they were printed.

use std::collections::HashSet;

/// How many bytes in a row of a secret are a leak.
const RUN: usize = 6;

/// What secrets look like, by `RUN` bytes each: hexadecimal digits, numbers, and bytes and base64 as they are.
#[derive(Default)]
pub(crate) struct Search {
    digits: HashSet<Vec<u8>>,
    bytes: HashSet<Vec<u8>>,
    base64: HashSet<Vec<u8>>,
}

impl Search {
    /// For secrets as they are, inverted, and both in reverse.
    pub(crate) fn of(secrets: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut search = Self::default();
        for secret in secrets {
            let inverted: Vec<u8> = secret.iter().map(|byte| !byte).collect();
            for mut form in [secret, inverted] {
                for _ in 0..2 {
                    for run in form.windows(RUN) {
                        search.digits.insert(hex::encode(run).into_bytes());
                        search.bytes.insert(run.to_vec());
                        search.base64.insert(base64(run));
                    }
                    form.reverse();
                }
            }
        }
        search
    }

    /// How the secrets were found, if they were.
    pub(crate) fn finds(&self, said: &[u8]) -> Option<&'static str> {
        let lower = String::from_utf8_lossy(said).to_ascii_lowercase();
        let plain = lower.replace("0x", " ").replace("\\x", " ").replace("\\u", " ");
        // With anything or nothing between two of them.
        let digits: Vec<u8> = plain.bytes().filter(u8::is_ascii_hexdigit).collect();
        let any = |said: &[u8], len: usize, runs: &HashSet<Vec<u8>>| said.windows(len).any(|run| runs.contains(run));
        let numbers: Vec<u8> = lower.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
        let standard: Vec<u8> =
            said.iter().map(|c| [*c, b'+', b'/'][usize::from(*c == b'-') + 2 * usize::from(*c == b'_')]).collect();
        [
            ("bytes", any(said, RUN, &self.bytes)),
            ("hexadecimal digits", any(&digits, 2 * RUN, &self.digits)),
            ("numbers", any(&numbers, RUN, &self.bytes)),
            ("base64", any(&standard, RUN / 3 * 4, &self.base64)),
        ]
        .into_iter()
        .find_map(|(how, found)| found.then_some(how))
    }

    #[track_caller]
    pub(crate) fn nothing_in(&self, what: impl std::fmt::Debug, said: &[u8]) {
        if let Some(how) = self.finds(said) {
            panic!("a secret as {how} in {what:?}: {}", String::from_utf8_lossy(said));
        }
    }
}

/// Base64 without padding, of a length that needs none.
fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sextets = |three: &[u8]| {
        let word = three.iter().fold(0, |word, byte| word << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| LETTERS[word >> shift & 63])
    };
    bytes.chunks_exact(3).flat_map(sextets).collect()
}

/// The search can fail: in every form a secret is found, whole or six bytes of it.
#[test]
fn a_shown_key_would_be_found() {
    let key = hex::decode("8F3A61C7D2045BE99A17F0C86E2DB354").unwrap();
    let search = Search::of([key.clone()]);
    let joined = |form: fn(&u8) -> String, between: &str| key[5..11].iter().map(form).collect::<Vec<_>>().join(between);
    let mut shown =
        vec![key[10..].to_vec(), key.iter().rev().copied().collect(), key.iter().map(|byte| !byte).collect()];
    for between in ["", " ", ":", "-", ", ", "\n"] {
        shown.push(joined(|b| format!("{b:02x}"), between).into_bytes());
        shown.push(joined(|b| format!("{b:02X}"), between).into_bytes());
        shown.push(joined(|b| format!("0x{b:02X}"), between).into_bytes());
        shown.push(joined(|b| format!("\\x{b:02x}"), between).into_bytes());
    }
    shown.push(format!("{:?}", &key[..6]).into_bytes());
    shown.push(base64(&key[..15]));
    shown.push(base64(&key[..15]).into_iter().map(|c| if c == b'/' { b'_' } else { c }).collect());
    for shown in shown {
        let said = [b"found `".as_slice(), &shown, b"`, expected 16 bytes"].concat();
        assert!(search.finds(&said).is_some(), "{}", String::from_utf8_lossy(&said));
    }
    assert_eq!(search.finds(b"found 5 bytes: 8F3A61C7D2, expected 16"), None);
    assert_eq!(base64(b"any carnal pleas"), b"YW55IGNhcm5hbCBwbGVh");
}
