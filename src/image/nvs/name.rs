//! Names of keys and namespaces.

use super::layout::KEY_LEN;

/// The most characters of a key, and of a namespace.
pub(super) const MOST: usize = KEY_LEN - 1;

/// Whether it can be a key or a namespace: 1 to 15 characters of printable ASCII.
///
/// ```
/// use nameplate::image::nvs::is_name;
///
/// assert!(is_name("wifi.ssid") && !is_name("sixteen_letters_"));
/// ```
pub fn is_name(name: impl AsRef<[u8]>) -> bool {
    let name = name.as_ref();
    (1..=MOST).contains(&name.len()) && name.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The name in a field of 16 bytes, NULs behind it.
pub(super) fn of(field: &[u8]) -> Option<&str> {
    let (name, rest) = field.split_at_checked(field.iter().position(|byte| *byte == 0)?)?;
    let plain = is_name(name) && rest.iter().all(|byte| *byte == 0);
    core::str::from_utf8(name).ok().filter(|_| plain)
}
