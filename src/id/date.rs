//! A calendar date and its ISO week.

use core::fmt;

use thiserror::Error;

/// A date of the Gregorian calendar, years 1 to 9999, extended to the years before it was in use.
///
/// It is always given, never read from a clock. `Display` writes `2024-07-01`.
///
/// ```
/// use nameplate::id::serial::Date;
///
/// let date = Date::new(2024, 12, 30)?;
/// assert_eq!(date.to_string(), "2024-12-30");
/// assert_eq!(date.iso_week(), (2025, 1)); // the week is of another year than the day
/// assert!(Date::new(2023, 2, 29).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The date of a year with its century, a month from 1 and a day from 1.
    ///
    /// # Errors
    /// When there is no such date.
    pub const fn new(year: u16, month: u8, day: u8) -> Result<Self, DateError> {
        if year == 0 || year > 9999 {
            return Err(DateError::Year { found: year });
        }
        if month == 0 || month > 12 {
            return Err(DateError::Month { found: month });
        }
        let last = days_in(year, month);
        if day == 0 || day > last {
            return Err(DateError::Day { found: day, year, month, last });
        }
        Ok(Self { year, month, day })
    }

    /// The year, 1 to 9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The ISO 8601 week-numbering year and the week in it, 1 to 53.
    ///
    /// A week starts on Monday and belongs to the year that its Thursday is in.
    pub fn iso_week(self) -> (u16, u8) {
        let ordinal =
            (1..self.month).map(|month| u16::from(days_in(self.year, month))).sum::<u16>() + u16::from(self.day);
        // 0001-01-01 was a Monday, and a year of 365 days moves the weekday by one.
        let before = self.year - 1;
        let monday_is_0 = (before + before / 4 - before / 100 + before / 400 + ordinal - 1) % 7;
        // The day of the year of this week's Thursday, counted from 0.
        let len = days_of(self.year);
        let (year, thursday) = match (ordinal + 2).checked_sub(monday_is_0) {
            None => (before, days_of(before) + ordinal + 2 - monday_is_0),
            Some(day) if day >= len => (self.year + 1, day - len),
            Some(day) => (self.year, day),
        };
        let [week, _] = (thursday / 7 + 1).to_le_bytes();
        (year, week)
    }
}

const fn is_leap(year: u16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_of(year: u16) -> u16 {
    if is_leap(year) { 366 } else { 365 }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `2024-07-01`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Three numbers that are no [`Date`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DateError {
    /// The year does not have four digits.
    #[error("year {found}, expected 1 to 9999")]
    Year {
        /// The year given.
        found: u16,
    },
    /// There is no such month.
    #[error("month {found}, expected 1 to 12")]
    Month {
        /// The month given.
        found: u8,
    },
    /// The month has no such day.
    #[error("day {found} of {year:04}-{month:02}, expected 1 to {last}")]
    Day {
        /// The day given.
        found: u8,
        /// Its year.
        year: u16,
        /// Its month.
        month: u8,
        /// The last day of that month.
        last: u8,
    },
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;

    /// Every date of some years, by trying everything that could be one.
    fn dates(years: core::ops::Range<u16>) -> impl Iterator<Item = Date> {
        years.flat_map(|y| (0..=13).flat_map(move |m| (0..=32).filter_map(move |d| Date::new(y, m, d).ok())))
    }

    #[test]
    fn published_weeks() {
        // ISO 8601 week dates of Wikipedia's table "Examples of contemporary dates around New
        // Year's Day", and 2027-01-01, a Friday.
        for (year, month, day, expected) in [
            (1977, 1, 1, (1976, 53)),
            (1977, 1, 2, (1976, 53)),
            (1977, 12, 31, (1977, 52)),
            (1978, 1, 2, (1978, 1)),
            (1979, 12, 31, (1980, 1)),
            (1980, 12, 28, (1980, 52)),
            (1980, 12, 29, (1981, 1)),
            (1981, 12, 31, (1981, 53)),
            (1982, 1, 3, (1981, 53)),
            (1982, 1, 4, (1982, 1)),
            (2021, 1, 3, (2020, 53)),
            (2024, 12, 30, (2025, 1)),
            (2027, 1, 1, (2026, 53)),
        ] {
            assert_eq!(Date::new(year, month, day).unwrap().iso_week(), expected, "{year}-{month}-{day}");
        }
    }

    /// The rule in its other words: a week belongs to the year that most of its days are in, and
    /// the weeks of a year are counted from 1.
    #[test]
    fn every_day_from_1970_to_2100() {
        // 1970-01-01 was a Thursday (POSIX), so the first Monday is the fifth day.
        let days: Vec<Date> = dates(1970..2101).collect();
        assert_eq!(days.len(), 131 * 365 + 32);
        let (mut year, mut count) = (1970, 1);
        for week in days[4..].chunks_exact(7) {
            let most = week[3].year;
            assert!(week.iter().filter(|day| day.year == most).count() >= 4);
            (year, count) = (most, if most == year { count + 1 } else { 1 });
            for day in week {
                assert_eq!(day.iso_week(), (year, count), "{day}");
            }
        }
    }

    #[test]
    fn the_first_and_the_last_day() {
        assert_eq!(Date::new(1, 1, 1).unwrap().iso_week(), (1, 1));
        assert_eq!(Date::new(9999, 12, 31).unwrap().iso_week(), (9999, 52));
    }

    #[test]
    fn years_have_their_days() {
        for (year, len) in [(1, 365), (4, 366), (1900, 365), (2000, 366), (2023, 365), (2024, 366), (2100, 365)] {
            assert_eq!(dates(year..year + 1).count(), len, "{year}");
        }
        assert_eq!(dates(0..1).count() + dates(10_000..10_002).count(), 0);
    }
}
