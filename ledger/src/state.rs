//! States of a number, and the evidence that makes one verified.

use core::fmt;

use serde::{Deserialize, Serialize};

/// The state of a number that is not free, and of the issue of a unit.
///
/// | state | meaning | way on |
/// |---|---|---|
/// | `Reserved` | drawn for a unit; its ticket is open | begin, verified, unknown, void |
/// | `Begun` | the keys were checked, the write began | verified, unknown |
/// | `Unknown` | the write may or may not have happened | read the board: verified or reserved; void |
/// | `Verified` | read back from the board | rework, retire; unknown by a new part, or a reading that contradicts |
/// | `Quarantined` | two boards may have it, or a board shows another one | release, retire, void |
/// | `Retired` | was verified, is out of use | none: terminal |
/// | `Void` | a person said, with a reason, that no board has it | none: terminal |
/// | `Lost` | issued in a history that a restore took away | adopted by what a board or label shows; void |
/// | `Leased` | belongs to a child ledger | none here |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum State {
    /// Drawn for a unit; its ticket is open.
    Reserved,
    /// The keys were checked and the write began.
    Begun,
    /// The write may or may not have happened.
    Unknown,
    /// Read back from the board.
    Verified,
    /// Two boards may have it, or its board shows another one.
    Quarantined,
    /// Was verified, and is out of use. Terminal.
    Retired,
    /// A person said, with a reason, that no board has it. Terminal.
    Void,
    /// Issued in a history that a restore took away.
    Lost,
    /// Belongs to a child ledger.
    Leased,
}

impl State {
    /// Each state, in the order of its codes.
    pub const ALL: [Self; 9] = [
        Self::Reserved,
        Self::Begun,
        Self::Unknown,
        Self::Verified,
        Self::Quarantined,
        Self::Retired,
        Self::Void,
        Self::Lost,
        Self::Leased,
    ];

    /// The code in tables, from 1. Codes below 6 are those of living numbers.
    pub const fn code(self) -> u8 {
        match self {
            Self::Reserved => 1,
            Self::Begun => 2,
            Self::Unknown => 3,
            Self::Verified => 4,
            Self::Quarantined => 5,
            Self::Retired => 6,
            Self::Void => 7,
            Self::Lost => 8,
            Self::Leased => 9,
        }
    }

    /// The state with this code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether a unit with this issue may still get a file with it.
    pub const fn is_living(self) -> bool {
        self.code() < 6
    }

    /// Whether nobody knows yet if a board has the number.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Reserved | Self::Begun | Self::Unknown)
    }

    /// The name, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Begun => "begun",
            Self::Unknown => "unknown",
            Self::Verified => "verified",
            Self::Quarantined => "quarantined",
            Self::Retired => "retired",
            Self::Void => "void",
            Self::Lost => "lost",
            Self::Leased => "leased",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How it is known what a board shows, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The programmer's log says so.
    Programmer,
    /// The firmware reported it, over UART or USB.
    Reported,
    /// The memory was read back.
    Readback,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Programmer => "programmer",
            Self::Reported => "reported",
            Self::Readback => "readback",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back() {
        for (state, code) in State::ALL.into_iter().zip(1..) {
            assert_eq!((state.code(), State::from_code(code)), (code, Some(state)));
        }
        assert_eq!((State::from_code(0), State::from_code(10)), (None, None));
    }
}
