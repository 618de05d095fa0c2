//! Who asks, where and when.

use alloc::string::String;

use serde::{Deserialize, Serialize};

/// Who asks, where and when, as the caller says it. It is written into each event and decides nothing but whose an
/// open ticket is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The time, as text with its offset. Neither order nor uniqueness depends on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The station.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<String>,
    /// A reference to the operator, such as a badge number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
}

impl By {
    /// A station, without time and operator.
    pub fn station(name: &str) -> Self {
        Self { station: Some(name.into()), ..Self::default() }
    }
}
