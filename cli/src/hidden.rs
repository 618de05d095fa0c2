//! Texts of the command line that may be keys.

use std::fmt;
use std::ops::Deref;

use zeroize::Zeroizing;

/// A text that may be a key. No message shows it, `Debug` neither; what it means is found by the command, as clap's own
/// errors show what was wrong.
#[derive(Clone, Default)]
pub struct Hidden(Zeroizing<String>);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hidden")
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl Deref for Hidden {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// `NAME=VALUE`, of which the value is hidden.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name; nothing when there is no `=`.
    pub(crate) name: Option<String>,
    pub(crate) value: Hidden,
}

impl From<String> for Named {
    fn from(text: String) -> Self {
        let text = Hidden::from(text);
        match text.split_once('=') {
            Some((name, value)) => Self { name: Some(name.to_owned()), value: value.to_owned().into() },
            None => Self { name: None, value: text },
        }
    }
}
