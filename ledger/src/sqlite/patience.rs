//! How long to wait for other programs.

use std::time::Duration;

/// SQLite is not fair: with many writers, one may wait for long.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
