//! The files that readers disagree about: read strictly and leniently, each as its case says.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use nameplate::Span;
use nameplate::image::Container;
use nameplate::image::hex::{Crossing, Hex, HexError, Options};

use super::cases::{Case, Verdict, cases};

/// The memory of a file, as cases write it.
fn segments(hex: &Hex<'_>) -> Vec<(u64, Vec<u8>)> {
    let mut found: Vec<(u64, Vec<u8>)> = Vec::new();
    let all = Span::try_from(0..u64::MAX).unwrap();
    let _ = hex.visit(all, &mut |address, bytes| {
        match found.last_mut() {
            Some((start, before)) if *start + before.len() as u64 == address => before.extend(bytes),
            _ => found.push((address, bytes.to_vec())),
        }
        ControlFlow::Continue(())
    });
    found
}

/// What differs from the verdict, if anything does.
fn differs(text: &[u8], expected: &Verdict, read: &Result<Hex<'_>, HexError>) -> Option<String> {
    match (expected, read) {
        (Verdict::Memory(expected), Ok(hex)) => {
            let found = segments(hex);
            if found != *expected {
                return Some(format!("read {found:02X?}, expected {expected:02X?}"));
            }
            (hex.file() != text).then(|| "the file is no longer the text".to_owned())
        }
        (Verdict::Memory(_), Err(error)) => Some(format!("refused: {error}")),
        (Verdict::Refused(part), Ok(hex)) => Some(format!("accepted as {hex:?}, expected `{part}`")),
        (Verdict::Refused(part), Err(error)) => {
            let message = error.to_string();
            (!message.contains(part)).then(|| format!("`{message}` without `{part}`"))
        }
    }
}

#[test]
fn every_case_in_both_modes() {
    let mut wrong = Vec::new();
    for Case { name, text, strict, lenient } in cases() {
        let by_options = [(Options::strict(), &strict), (Options::lenient(), &lenient)]
            .map(|(options, expected)| differs(&text, expected, &Hex::parse_with(&text, &options)));
        let plain = differs(&text, &strict, &Hex::parse(&text));
        for (mode, found) in ["strict", "lenient", "plain `parse`"].iter().zip(by_options.into_iter().chain([plain])) {
            wrong.extend(found.map(|found| format!("{name}, {mode}: {found}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Lenient reading reports whatever strict reading refuses, and nothing of that kind otherwise.
#[test]
fn what_is_tolerated_is_told() {
    for Case { name, text, strict, lenient } in cases() {
        if let Verdict::Memory(_) = lenient {
            let hex = Hex::parse_with(&text, &Options::lenient()).unwrap();
            let told: Vec<String> =
                hex.diagnostics().filter(|found| found.kind().is_tolerated()).map(|found| found.to_string()).collect();
            assert_eq!(told.is_empty(), matches!(strict, Verdict::Memory(_)), "{name}: {told:?}");
        }
    }
}

/// Lenient reading never takes back what strict reading accepts, nor reads other memory.
#[test]
fn lenient_reads_all_that_strict_reads() {
    for Case { name, strict, lenient, .. } in cases() {
        assert!(matches!(strict, Verdict::Refused(_)) || strict == lenient, "{name}");
    }
}

/// Of a record that crosses its segment, the rest lies where the policy says, in either mode.
#[test]
fn crossing_a_segment_by_policy() {
    let text = cases().into_iter().find(|case| case.name == "type02-crosses-64k").unwrap().text;
    let wrapped = vec![(0x1_0000, vec![3, 4]), (0x1_FFFE, vec![1, 2])];
    let linear = vec![(0x1_FFFE, vec![1, 2, 3, 4])];
    for options in [Options::strict(), Options::lenient()] {
        for (crossing, expected) in [(Crossing::Wrap, &wrapped), (Crossing::Linear, &linear)] {
            let hex = Hex::parse_with(&text, &options.crossing(crossing)).unwrap();
            assert_eq!(segments(&hex), *expected, "{crossing:?}");
        }
        let error = Hex::parse_with(&text, &options.crossing(Crossing::Reject)).unwrap_err();
        assert!(error.to_string().contains("64 KiB"), "{error}");
    }
}

#[test]
fn each_name_once() {
    let all = cases();
    let names: BTreeSet<&str> = all.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), all.len());
    let stable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    assert!(names.iter().all(|name| name.chars().all(stable)));
}
