//! How long to wait for other programs, and how.

use std::thread::sleep;
use std::time::Duration;

/// About how long. SQLite is not fair: with many writers, one may wait for long.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Between two tries. SQLite's own waiting grows to a tenth of a second, and so misses the moments between the commits
/// of one busy writer: whoever read a log gave up.
const PAUSE: Duration = Duration::from_millis(2);

/// Waits, and says whether to try again, after so many times.
pub(super) fn wait(times: i32) -> bool {
    let is_over = u32::try_from(times).is_ok_and(|times| PAUSE.saturating_mul(times) > PATIENCE);
    if !is_over {
        sleep(PAUSE);
    }
    !is_over
}
