//! What names a unit: keys of several kinds, one value of each.

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

/// Bytes that a kind or a value may have.
const LONGEST: usize = 256;

/// A name of a unit: a kind, such as `uid` or `board`, and a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    kind: String,
    value: String,
}

/// Keys that cannot name a unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A kind or a value is empty, too long or has control characters.
    #[error("key `{kind}`: 1 to 256 characters without control characters are expected")]
    Text {
        /// The kind.
        kind: String,
    },
    /// The value is one that many boards share.
    #[error("key `{kind}`: `{value}` is a placeholder, which many boards share")]
    Placeholder {
        /// The kind.
        kind: String,
        /// The value.
        value: String,
    },
    /// Two values of one kind.
    #[error("key `{kind}` has two values")]
    Twice {
        /// The kind.
        kind: String,
    },
    /// No key at all.
    #[error("a unit needs a key")]
    Empty,
}

/// Kinds whose values are digits of base 16: they are one key however they are written.
const HEX: [&str; 5] = ["uid", "mac", "eui48", "eui64", "deveui"];

/// The one form of a value, so that a board is one unit however its keys were typed: without blanks at its ends; of a kind
/// whose values are digits of base 16, in capital letters, without `0x` and what stands between digits. Another text of
/// such a kind stays as it is.
fn canonical(kind: &str, value: &str) -> String {
    let value = value.trim();
    if !HEX.contains(&kind) {
        return value.to_owned();
    }
    let digits = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X")).unwrap_or(value);
    let between = |c: char| matches!(c, ':' | '-' | '.' | '_' | ' ');
    let digits: String = digits.chars().filter(|&c| !between(c)).map(|c| c.to_ascii_uppercase()).collect();
    let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex { digits } else { value.to_owned() }
}

impl Key {
    /// A key in its one form: without blanks at its ends; the values of `uid`, `mac`, `eui48`, `eui64` and `deveui`, if they
    /// are digits of base 16, in capital letters, without `0x` and what stands between the digits.
    ///
    /// ```
    /// use nameplate_ledger::Key;
    ///
    /// assert_eq!(Key::new("mac", " 0x70:b3:d5:7e:d0:0a\n")?.value(), "70B3D57ED00A");
    /// assert_eq!(Key::new("board", " PCB-0071a")?.value(), "PCB-0071a");
    /// # Ok::<(), nameplate_ledger::KeyError>(())
    /// ```
    ///
    /// # Errors
    /// It is empty, too long, or a placeholder: one character repeated, or `DEADBEEF`.
    pub fn new(kind: &str, value: &str) -> Result<Self, KeyError> {
        Self::as_written(kind, &canonical(kind, value))
    }

    /// A key as it stands in the log.
    pub(crate) fn as_written(kind: &str, value: &str) -> Result<Self, KeyError> {
        let plain = |text: &str| (1..=LONGEST).contains(&text.len()) && !text.chars().any(char::is_control);
        if !plain(kind) || !plain(value) {
            return Err(KeyError::Text { kind: kind.chars().filter(|c| !c.is_control()).take(32).collect() });
        }
        let mut digits = value.chars().filter(char::is_ascii_alphanumeric);
        let first = digits.next();
        let repeated = value.len() > 2 && digits.all(|digit| Some(digit) == first);
        if repeated || first.is_none() || value.eq_ignore_ascii_case("deadbeef") {
            return Err(KeyError::Placeholder { kind: kind.to_owned(), value: value.to_owned() });
        }
        Ok(Self { kind: kind.to_owned(), value: value.to_owned() })
    }

    /// Whether an earlier version may have kept it in small letters.
    #[cfg(feature = "sqlite")]
    pub(crate) fn is_folded(&self) -> bool {
        let is_letter = |byte: u8| matches!(byte, b'A'..=b'F');
        HEX.contains(&self.kind.as_str())
            && self.value.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit())
            && self.value.bytes().any(is_letter)
    }

    /// The kind.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The value.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.kind, self.value)
    }
}

/// The keys of a unit: at least one, and one value of each kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Keys(BTreeMap<String, String>);

impl Keys {
    /// Keys, unless there are none or two of one kind.
    pub fn new(keys: impl IntoIterator<Item = Key>) -> Result<Self, KeyError> {
        let mut map = BTreeMap::new();
        for Key { kind, value } in keys {
            if map.insert(kind.clone(), value).is_some() {
                return Err(KeyError::Twice { kind });
            }
        }
        if map.is_empty() { Err(KeyError::Empty) } else { Ok(Self(map)) }
    }

    /// Each key, by kind.
    pub fn iter(&self) -> impl Iterator<Item = Key> + '_ {
        self.0.iter().map(|(kind, value)| Key { kind: kind.clone(), value: value.clone() })
    }

    /// The value of a kind.
    pub fn get(&self, kind: &str) -> Option<&str> {
        self.0.get(kind).map(String::as_str)
    }

    /// The number of kinds with the same value in both.
    pub fn shared(&self, other: &Self) -> usize {
        self.0.iter().filter(|(kind, value)| other.get(kind) == Some(value.as_str())).count()
    }

    /// The first kind with another value in `other`, and that value.
    pub fn conflict<'a>(&'a self, other: &'a Self) -> Option<(&'a str, &'a str)> {
        self.0.iter().find_map(|(kind, value)| Some((kind.as_str(), other.get(kind).filter(|known| known != value)?)))
    }

    /// The keys of kinds that `other` does not have.
    pub fn beyond(&self, other: &Self) -> Option<Self> {
        let more: BTreeMap<_, _> = self
            .0
            .iter()
            .filter(|(kind, _)| other.get(kind).is_none())
            .map(|(kind, value)| (kind.clone(), value.clone()))
            .collect();
        (!more.is_empty()).then_some(Self(more))
    }

    /// These keys with those of `more`, which replace values of the same kind.
    #[must_use]
    pub fn with(mut self, more: &Self) -> Self {
        self.0.extend(more.0.iter().map(|(kind, value)| (kind.clone(), value.clone())));
        self
    }

    /// These keys without those of the kinds of `less`; `None` if nothing is left.
    pub fn without(&self, less: &Self) -> Option<Self> {
        self.beyond(less)
    }
}

impl TryFrom<BTreeMap<String, String>> for Keys {
    type Error = KeyError;

    fn try_from(map: BTreeMap<String, String>) -> Result<Self, KeyError> {
        for (kind, value) in &map {
            let _: Key = Key::as_written(kind, value)?;
        }
        if map.is_empty() { Err(KeyError::Empty) } else { Ok(Self(map)) }
    }
}

impl From<Keys> for BTreeMap<String, String> {
    fn from(keys: Keys) -> Self {
        keys.0
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.iter().enumerate() {
            let between = if at == 0 { "" } else { ", " };
            write!(f, "{between}{key}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;

    #[test]
    fn placeholders_are_refused() {
        for value in ["000000", "FFFFFFFF", "ffff", "00:00:00", "DEADBEEF", "deadbeef", "---", "0000 0000"] {
            assert!(matches!(Key::new("uid", value), Err(KeyError::Placeholder { .. })), "{value}");
        }
        for value in ["3400", "PCB-0071", "7", "00", "u0"] {
            assert_eq!(Key::new("uid", value).unwrap().to_string(), alloc::format!("uid={value}"));
        }
        for (kind, value) in [("", "1"), ("uid", ""), ("uid", "a\nb"), ("uid", &"12".repeat(129))] {
            assert!(matches!(Key::new(kind, value), Err(KeyError::Text { .. })));
        }
    }

    #[test]
    fn one_form_of_each() {
        for text in
            ["70b3d57ed00a", "70:B3:D5:7E:D0:0A", "0x70B3D57ED00A", " 70-b3-d5-7e-d0-0a\r\n", "0X70b3.d57e.d00a"]
        {
            for kind in ["uid", "mac", "eui48", "eui64", "deveui"] {
                assert_eq!(Key::new(kind, text).unwrap().value(), "70B3D57ED00A", "{kind} {text:?}");
            }
        }
        for (kind, text, expected) in [
            ("pcb", " \tPCB-1a\n", "PCB-1a"),
            ("uid", " u0 ", "u0"),
            ("uid", "0x", "0x"),
            ("board", "0xab", "0xab"),
            ("uid", "Ab cD", "ABCD"),
        ] {
            assert_eq!(Key::new(kind, text).unwrap().value(), expected, "{kind} {text:?}");
        }
        assert!(matches!(Key::new("uid", "0x0000"), Err(KeyError::Placeholder { value, .. }) if value == "0000"));
        assert!(matches!(Key::new("pcb", "a\nb"), Err(KeyError::Text { .. })));
        // What stands in a log is read as it stands there.
        let read: Keys = Keys::try_from(BTreeMap::from([("uid".to_owned(), "ab12".to_owned())])).unwrap();
        assert_eq!(read.get("uid"), Some("ab12"));
    }

    #[test]
    fn one_value_of_each_kind() {
        let key = |kind, value| Key::new(kind, value).unwrap();
        assert_eq!(Keys::new([]), Err(KeyError::Empty));
        assert_eq!(Keys::new([key("uid", "1"), key("uid", "2")]), Err(KeyError::Twice { kind: "uid".into() }));
        let one = Keys::new([key("uid", "1"), key("board", "b1")]).unwrap();
        let two = Keys::new([key("uid", "2"), key("board", "b1")]).unwrap();
        assert_eq!((one.conflict(&two), one.shared(&two)), (Some(("uid", "2")), 1));
        assert_eq!(one.beyond(&Keys::new([key("uid", "9")]).unwrap()), Keys::new([key("board", "b1")]).ok());
        assert_eq!(one.to_string(), "board=b1, uid=1");
    }
}
