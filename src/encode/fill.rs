//! What takes the place that a value leaves.

/// What follows a UTF-16 text that is shorter than its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fill {
    /// Nothing: a text has exactly the field's length.
    Exact,
    /// Zeros to the field's end.
    Nul,
}

/// What the nibble holds that an odd number of BCD digits leaves over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PadNibble {
    /// There is none: the number of digits is even.
    None,
    /// 0, before the first digit.
    Left0,
    /// F, behind the last digit.
    RightF,
}

/// What stands beside the digits of a decimal number that is shorter than its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecimalFill {
    /// NUL behind it; it may fill the field completely.
    Nul,
    /// NUL behind it, at least one.
    CStr,
    /// Spaces behind it.
    Space,
    /// Spaces in front.
    LeftSpace,
    /// Zeros in front.
    LeftZero,
}

impl DecimalFill {
    pub(super) fn byte(self) -> u8 {
        match self {
            Self::Nul | Self::CStr => 0,
            Self::Space | Self::LeftSpace => b' ',
            Self::LeftZero => b'0',
        }
    }

    pub(super) fn is_left(self) -> bool {
        matches!(self, Self::LeftSpace | Self::LeftZero)
    }

    /// How many digits a field of `len` bytes has room for.
    pub(super) fn room(self, len: usize) -> usize {
        if self == Self::CStr { len.saturating_sub(1) } else { len }
    }

    /// What lies behind the digits, in words.
    pub(super) fn expected(self) -> &'static str {
        if self == Self::Space { "a space, as is all behind the digits" } else { "0x00, as is all behind the digits" }
    }
}

/// On which side of a text its padding lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    Left,
    Right,
}
