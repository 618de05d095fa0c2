//! What a line says once for all its units.

use alloc::string::ToString;

use super::error::SchemeErrorKind;

/// What a template's tokens stand for that is neither date nor number: the same for a whole line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given<'g> {
    station: Option<&'g str>,
    product: Option<&'g str>,
    country: Option<&'g str>,
}

impl<'g> Given<'g> {
    /// Nothing.
    pub const fn new() -> Self {
        Self { station: None, product: None, country: None }
    }

    /// With the text of `{station:N}`. Stations that share a scheme otherwise need numbers of their own.
    #[must_use]
    pub const fn station(self, station: &'g str) -> Self {
        Self { station: Some(station), ..self }
    }

    /// With the text of `{product:N}`.
    #[must_use]
    pub const fn product(self, product: &'g str) -> Self {
        Self { product: Some(product), ..self }
    }

    /// With the text of `{CC}`, as ISO 3166-1 has it: `DE`.
    #[must_use]
    pub const fn country(self, country: &'g str) -> Self {
        Self { country: Some(country), ..self }
    }

    pub(super) fn of(&self, name: &'static str, token: &str) -> Result<&'g str, SchemeErrorKind> {
        let value = match name {
            "station" => self.station,
            "product" => self.product,
            _ => self.country,
        };
        value.ok_or_else(|| SchemeErrorKind::NeedsValue { token: token.to_string(), name })
    }
}
