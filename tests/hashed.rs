//! Hashed IDs: bits of published UIDs, the birthday table, budgets that are too small.

use nameplate::Value;
use nameplate::id::stm32::{Hashing, HashingError, Layout, Uid, UidOrder, collisions_one_in};
use nameplate::value::View;

use crate::stm32::{PARTS, uid};

/// SHA-256 of real UIDs, by Python's `hashlib` and by coreutils.
#[test]
fn first_bits() {
    let id = |domain: &str, bits, n: usize| Hashing::new(domain, bits, 2, 2).unwrap().id(uid(PARTS[n].0));
    for (n, expected) in
        [(10, "0839B89B6FCC9450"), (11, "DCE1F19D288EC017"), (3, "711524E05D87D92B"), (9, "232B244E2FED43DC")]
    {
        assert_eq!(id("", 64, n).hex().as_str(), expected, "{}", PARTS[n].3);
    }
    assert_eq!(id("", 60, 10).crockford().as_str(), "10WVH6VFSJA5");
    assert_eq!(id("", 40, 10).crockford().as_str(), "10WVH6VF");
    assert_eq!(id("", 128, 10).hex().as_str(), "0839B89B6FCC9450302C74853C603676");
    assert_eq!((id("", 1, 10).number(), id("", 1, 11).number()), (0, 1));
    // A domain of our own.
    let own = id("nameplate/uid/v1\0", 60, 10);
    assert_eq!((own.crockford().as_str(), own.bits()), ("FH3KF84JHBJG", 60));
    assert!(Value::from(own).expose() == View::Uint(own.number()));
    // 32 bits are few: two UIDs that share them.
    for text in ["0A000B001657484252563536", "46000A00045748504E374338"] {
        let uid = Uid::parse(text, UidOrder::Memory, Layout::A).unwrap();
        assert_eq!(Hashing::new("", 32, 2, 2).unwrap().id(uid).hex().as_str(), "4874D3A7");
    }
    // An opaque UID can be hashed, and is hashed as the same bytes.
    let opaque = Uid::from_words(PARTS[10].0, Layout::Opaque).unwrap();
    assert_eq!(Hashing::new("", 64, 2, 2).unwrap().id(opaque), id("", 64, 10));
}

/// Every count of bits: what is written is read back, one digit more or fewer is not, nor a bit more.
#[test]
fn texts_read_back() {
    for bits in 1..=128 {
        let hashing = Hashing::new("texts", bits, 2, 2).unwrap();
        for &(words, ..) in PARTS {
            let id = hashing.id(uid(words));
            assert_eq!(hashing.from_hex(id.hex().as_str()).as_ref(), Ok(&id));
            assert_eq!(hashing.from_crockford(id.crockford().as_str()).as_ref(), Ok(&id));
            assert!(hashing.from_hex(&id.hex().as_str()[1..]).is_err());
            assert!(hashing.from_crockford(&format!("0{}", id.crockford())).is_err());
        }
        assert_eq!(hashing.from_hex(&"F".repeat(bits.div_ceil(4) as usize)).is_ok(), bits % 4 == 0);
        assert_eq!(hashing.from_crockford(&"Z".repeat(bits.div_ceil(5) as usize)).is_ok(), bits % 5 == 0);
    }
    let hashing = Hashing::new("texts", 60, 2, 2).unwrap();
    assert_eq!(
        hashing.from_crockford("10WVH6VFSJAO").unwrap_err().to_string(),
        "found `10WVH6VFSJAO`, expected an ID of 60 bits in 12 digits of base 32"
    );
}

/// The birthday table: chance that two of 10³ … 10⁷ devices share an ID, the largest fleet for a
/// chance of one in a million, and that for an even chance; p = 1 − exp(−n(n−1)/2^(b+1)).
#[test]
#[allow(clippy::cast_precision_loss, reason = "the table has two digits")]
fn birthdays() {
    let near = |a: f64, b: f64| (a / b - 1.0).abs() < 0.06;
    for (bits, chances, largest, even) in [
        (32, [1.2e-4, 1.2e-2, 0.69, 1.0, 1.0], 92.0, 7.7e4),
        (40, [4.5e-7, 4.5e-5, 4.5e-3, 0.37, 1.0], 1.5e3, 1.2e6),
        (48, [1.8e-9, 1.8e-7, 1.8e-5, 1.8e-3, 0.16], 2.4e4, 2.0e7),
        (56, [6.9e-12, 6.9e-10, 6.9e-8, 6.9e-6, 6.9e-4], 3.8e5, 3.2e8),
        (60, [4.3e-13, 4.3e-11, 4.3e-9, 4.3e-7, 4.3e-5], 1.5e6, 1.3e9),
        (64, [2.7e-14, 2.7e-12, 2.7e-10, 2.7e-8, 2.7e-6], 6.1e6, 5.1e9),
        (80, [4e-19, 4e-17, 4e-15, 4e-13, 4e-11], 1.6e9, 1.3e12),
        (96, [6.3e-24, 6.3e-22, 6.3e-20, 6.3e-18, 6.3e-16], 4e11, 3.3e14),
    ] {
        let chance = |n: f64| -(-n * (n - 1.0) / 2_f64.powi(bits + 1)).exp_m1();
        let bits = u32::try_from(bits).unwrap();
        for (fleet, expected) in [1_000_u64, 10_000, 100_000, 1_000_000, 10_000_000].into_iter().zip(chances) {
            let p = chance(fleet as f64);
            assert!(near(p, expected), "{bits} bits, {fleet}: {p}");
            let one_in = collisions_one_in(bits, fleet);
            // Never promises more than there is; nearly as much where the chance is small.
            assert!(one_in as f64 <= 1.0 / p && (p > 0.05 || near(one_in as f64, 1.0 / p)), "{bits} {fleet}");
            let asked = u64::try_from(one_in).unwrap_or(u64::MAX);
            assert_eq!(Hashing::new("", bits, fleet, asked).is_ok(), asked >= 2);
            assert!(one_in >= u128::from(u64::MAX) || Hashing::new("", bits, fleet, asked + 1).is_err());
        }
        let most = largest_fleet(bits);
        assert!(near(most as f64, largest), "{bits} bits: {most}");
        assert!(Hashing::new("", bits, most, 1_000_000).is_ok());
        assert!(Hashing::new("", bits, most + 1, 1_000_000).is_err());
        assert!((chance(even) - 0.5).abs() < 0.05, "{bits} bits: {}", chance(even));
    }
}

/// The largest fleet for one in a million, by halving.
fn largest_fleet(bits: u32) -> u64 {
    let (mut fits, mut not) = (1, u64::MAX);
    while not - fits > 1 {
        let middle = fits + (not - fits) / 2;
        *(if collisions_one_in(bits, middle) >= 1_000_000 { &mut fits } else { &mut not }) = middle;
    }
    fits
}

#[test]
fn too_few_bits_are_refused() {
    let says = |result: Result<Hashing, HashingError>, expected: &str| {
        assert_eq!(result.unwrap_err().to_string(), expected);
    };
    says(
        Hashing::new("x", 40, 1_000_000, 1_000_000),
        "40 bits are too few for 1000000 devices: one fleet in 2 may have two with the same ID, expected one in 1000000; 59 bits are enough",
    );
    says(
        Hashing::new("x", 128, u64::MAX, 10),
        "128 bits are too few for 18446744073709551615 devices: one fleet in 2 may have two with the same ID, expected one in 10; not even 128 bits are enough",
    );
    says(
        Hashing::new("x", 32, 100_000, 2),
        "32 bits are too few for 100000 devices: any fleet may have two with the same ID, expected one in 2; 34 bits are enough",
    );
    says(Hashing::new("x", 0, 2, 2), "0 bits, expected 1 to 128");
    says(Hashing::new("x", 129, 2, 2), "129 bits, expected 1 to 128");
    assert_eq!((collisions_one_in(64, 0), collisions_one_in(64, 1)), (u128::MAX, u128::MAX));
    assert_eq!((collisions_one_in(64, 2), collisions_one_in(128, 2)), (1 << 64, u128::MAX));
    assert!(Hashing::new("x", 128, 2, u64::MAX).is_ok());
    says(Hashing::new("x", 64, 1, 9), "1 devices and a collision in one fleet of 9, expected at least 2 and 2");
    says(Hashing::new("x", 64, 9, 1), "9 devices and a collision in one fleet of 1, expected at least 2 and 2");
}
