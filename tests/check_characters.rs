//! Check characters: published vectors, what they find, slow twins, and python-stdnum.

use std::collections::BTreeMap;
use std::fmt::Write;

use nameplate::check::character::{Alphabet, AlphabetError, CharacterError, System};
use proptest::prelude::*;

use crate::python;

fn system(name: &str) -> System {
    System::from_name(name).unwrap_or_else(|| panic!("{name}"))
}

const DIGITS: &[u8] = b"0123456789";
const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

#[test]
fn published_vectors() {
    for (name, text, expected) in [
        // Wikipedia, "Luhn algorithm"; python-stdnum, luhn.
        ("luhn", "7992739871", "3"),
        ("luhn", "7894", "9"),
        ("luhn", "000123", "0"),
        // Wikipedia, "Luhn mod N algorithm".
        ("luhn-mod[abcdef]", "abcdef", "e"),
        // Wikipedia, "Damm algorithm"; python-stdnum, damm.
        ("damm", "572", "4"),
        ("damm", "8293", "1"),
        ("damm", "92837462917", "2"),
        ("damm", "000123", "4"),
        ("damm", "123", "4"),
        // Wikipedia, "Verhoeff algorithm"; python-stdnum, verhoeff.
        ("verhoeff", "236", "3"),
        ("verhoeff", "12345", "1"),
        ("verhoeff", "1234", "0"),
        // GS1 General Specifications and the tests of GS1's syntax engine.
        ("gs1", "0952012345678", "8"),
        ("gs1", "1231231231232", "6"),
        ("gs1", "8061414112345", "8"),
        // ISNI 0000 0001 2103 2683 and ORCID's example 0000-0002-1825-0097; python-stdnum, iso7064.
        ("mod11-2", "079", "X"),
        ("mod11-2", "0794", "0"),
        ("mod11-2", "000000012103268", "3"),
        ("mod11-2", "000000021825009", "7"),
        ("mod11-10", "79462", "3"),
        ("mod11-10", "00200667308", "5"),
        ("mod37-2", "G123489654321", "Y"),
        ("mod37-36", "A12425GABC1234002", "M"),
        ("mod97-10", "99991234567890121414", "90"),
        ("mod97-10", "4354111611551114", "31"),
        // D. Crockford, Base 32: number 1234 is 16J, and 1234 modulo 37 is 13.
        ("crockford37", "16J", "D"),
        // One serial in all systems that cover it, made by two programs that share no code with this.
        ("luhn-mod36", "EUDV2407000123", "V"),
        ("mod37-2", "EUDV2407000123", "*"),
        ("mod37-36", "EUDV2407000123", "K"),
        ("mod97-10", "EUDV2407000123", "13"),
    ] {
        let check = system(name).compute(text).unwrap();
        assert_eq!(check.as_str(), expected, "{name} {text}");
        assert_eq!((check.to_string().as_str(), check.as_ref()), (expected, expected));
        assert_eq!(format!("{check:?}"), format!("{expected:?}"));
        assert_eq!(system(name).check(&format!("{text}{expected}")), Ok(()), "{name} {text}");
    }
    // Lost zeros in front: Verhoeff tells them, Damm does not.
    assert_ne!(system("verhoeff").compute("000123"), system("verhoeff").compute("123"));
}

#[test]
fn names_there_and_back() {
    let names: Vec<&str> = System::names().collect();
    assert_eq!(names.len(), 12);
    for name in names.into_iter().chain(["luhn-mod[a-f]", "luhn-mod[2-9A-HJ-NP-Z]", "luhn-mod[01]"]) {
        assert_eq!(system(name).to_string(), name);
    }
    for name in ["", "Luhn", "luhn ", "mod37,36", "luhn-mod10", "luhn-mod[]", "luhn-mod[aa]", "luhn-mod[a-", "damm1"] {
        assert_eq!(System::from_name(name), None, "{name}");
    }
}

#[test]
fn what_is_refused() {
    for (name, text, expected) in [
        ("damm", "57a", "found `a` at position 3, expected one of 0-9 (damm)"),
        ("gs1", "12-3", "found `-` at position 3, expected one of 0-9 (gs1)"),
        ("mod37-36", "EUdV", "found `d` at position 3, expected one of 0-9A-Z (mod37-36)"),
        ("crockford37", "1O", "found `O` at position 2, expected one of 0-9A-HJKMNP-TV-Z (crockford37)"),
        ("mod97-10", "\u{E9}1", "found `\\xC3\\xA9` at position 1, expected one of 0-9A-Z (mod97-10)"),
        ("luhn-mod[abcdef]", "ag", "found `g` at position 2, expected one of its alphabet (luhn-mod[…])"),
        ("luhn-mod16", "AG", "found `G` at position 2, expected one of 0-9A-F (luhn-mod16)"),
        ("luhn-mod36", "a", "found `a` at position 1, expected one of 0-9A-Z (luhn-mod36)"),
        ("luhn", "", "no characters to cover"),
    ] {
        assert_eq!(system(name).compute(text).unwrap_err().to_string(), expected);
    }
    for (name, text, expected) in [
        ("damm", "5725", "check character `5`, expected `4` (damm)"),
        ("mod97-10", "EUDV240700012331", "check characters `31`, expected `13` (mod97-10)"),
        ("mod11-2", "079x", "check character `x`, expected `X` (mod11-2)"),
        ("damm", "572\u{1B}", "check character `\\x1B`, expected `4` (damm)"),
        ("damm", "5 24", "found ` ` at position 2, expected one of 0-9 (damm)"),
        ("damm", "4", "no characters to cover"),
        ("mod97-10", "4", "no characters to cover"),
        ("damm", "", "no characters to cover"),
    ] {
        assert_eq!(system(name).check(text).unwrap_err().to_string(), expected);
    }
    let error = CharacterError::Character { found: 'x', at: 2, covers: "0-9", system: "damm" };
    assert_eq!(system("damm").compute("1x"), Err(error));
}

#[test]
fn alphabets() {
    for (ranges, all) in [
        ("0-9A-F", "0123456789ABCDEF"),
        ("2-9A-HJ-NP-Z", "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"),
        ("ba", "ba"),
        ("a-c+*", "abc+*"),
        ("ABXYZ", "ABXYZ"),
    ] {
        let alphabet = Alphabet::from_ranges(ranges).unwrap();
        assert_eq!((alphabet.as_str(), alphabet.len(), alphabet.is_empty()), (all, all.len(), false));
        assert_eq!(format!("{alphabet:?}"), format!("[{alphabet}]"));
        assert_eq!(Alphabet::new(all), Ok(alphabet));
        assert_eq!(Alphabet::from_ranges(&alphabet.to_string()), Ok(alphabet), "{ranges}");
        for (value, symbol) in all.chars().enumerate() {
            assert_eq!(alphabet.symbol(value), Some(symbol));
            assert_eq!(alphabet.value(symbol), Some(value as u8));
        }
        assert_eq!((alphabet.symbol(all.len()), alphabet.value('~'), alphabet.value('\u{141}')), (None, None, None));
    }
    assert_eq!(Alphabet::from_ranges("0-9A-HJKMNP-TV-Z"), Ok(Alphabet::CROCKFORD32));
    for (ranges, expected) in [
        ("", "0 symbols, expected at least 2"),
        ("A", "1 symbols, expected at least 2"),
        ("ABA", "found a second `A` at position 3"),
        ("A-CB", "found a second `B` at position 4"),
        ("aA", "found `A` at position 2 beside `a`, expected letters of one case: not every reader tells them apart"),
        ("A B", "found ` ` at position 2, expected printable ASCII but for space and -:[]{}"),
        ("A{", "found `{` at position 2, expected printable ASCII but for space and -:[]{}"),
        ("\u{E9}A", "found `\\xC3\\xA9` at position 1, expected printable ASCII but for space and -:[]{}"),
        ("Z-A", "a range at position 1 that does not ascend from a digit or letter to one of its kind, as `2-9` does"),
        ("A-A", "a range at position 1 that does not ascend from a digit or letter to one of its kind, as `2-9` does"),
        ("x0-", "a range at position 2 that does not ascend from a digit or letter to one of its kind, as `2-9` does"),
        ("9-A", "a range at position 1 that does not ascend from a digit or letter to one of its kind, as `2-9` does"),
    ] {
        assert_eq!(Alphabet::from_ranges(ranges).unwrap_err().to_string(), expected);
    }
    assert_eq!(Alphabet::new("A-C"), Err(AlphabetError::Symbol { found: "-".to_owned(), at: 2 }));
}

/// Values of characters as 0-9A-Z.
fn values(text: &[u8]) -> Vec<u64> {
    text.iter().map(|c| LETTERS.iter().position(|symbol| symbol == c).unwrap() as u64).collect()
}

/// Each system as its standard says it: by the sum over all characters that must come out right, with
/// every check character tried.
fn twin(name: &str, text: &[u8]) -> String {
    let pure = |modulus: u64, symbols: &[u8]| {
        let right = |check: u64| {
            let all = values(text).into_iter().chain([check]).rev();
            let sum = all.enumerate().fold(0, |sum, (at, v)| (sum + v * 2_u64.pow(at as u32)) % modulus);
            sum == 1
        };
        char::from(symbols[(0..modulus).find(|check| right(*check)).unwrap() as usize]).to_string()
    };
    let hybrid = |m: u64| {
        let p = values(text).into_iter().fold(m, |p, v| {
            let sum = if (p + v) % m == 0 { m } else { (p + v) % m };
            sum * 2 % (m + 1)
        });
        char::from(LETTERS[(0..m).find(|check| (p + check) % m == 1).unwrap() as usize]).to_string()
    };
    let luhn = |n: u64| {
        let right = |check: u64| {
            let all = values(text).into_iter().chain([check]).rev();
            let doubled = |(at, v): (usize, u64)| if at % 2 == 1 { v * 2 / n + v * 2 % n } else { v };
            all.enumerate().map(doubled).sum::<u64>() % n == 0
        };
        char::from(LETTERS[(0..n).find(|check| right(*check)).unwrap() as usize]).to_string()
    };
    match name {
        "luhn" => luhn(10),
        "luhn-mod16" => luhn(16),
        "luhn-mod36" => luhn(36),
        "gs1" => {
            let weighted = values(text).into_iter().rev().enumerate();
            let sum: u64 = weighted.map(|(at, v)| if at % 2 == 0 { 3 * v } else { v }).sum();
            ((10 - sum % 10) % 10).to_string()
        }
        "mod11-2" => pure(11, b"0123456789X"),
        "mod37-2" => pure(37, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"),
        "mod11-10" => hybrid(10),
        "mod37-36" => hybrid(36),
        "mod97-10" => {
            let digits: String = values(text).iter().map(u64::to_string).collect();
            let rest = (digits + "00").bytes().fold(0, |n, digit| (n * 10 + u64::from(digit - b'0')) % 97);
            format!("{:02}", 98 - rest)
        }
        "crockford37" => {
            let alphabet = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
            let value = |c: &u8| alphabet.iter().position(|symbol| symbol == c).unwrap() as u128;
            let n = text.iter().fold(0, |n, c| n * 32 + value(c));
            char::from(alphabet[(n % 37) as usize]).to_string()
        }
        _ => panic!("{name}"),
    }
}

fn symbols(name: &str) -> Vec<u8> {
    system(name).covers().as_str().bytes().collect()
}

proptest! {
    #[test]
    fn beside_the_twins(seed in prop::collection::vec(any::<prop::sample::Index>(), 1..20)) {
        // Those that are tables have python-stdnum for a twin.
        for name in System::names().filter(|name| !matches!(*name, "verhoeff" | "damm")) {
            let symbols = symbols(name);
            let text: Vec<u8> = seed.iter().map(|index| *index.get(&symbols)).collect();
            let ours = system(name).compute(std::str::from_utf8(&text).unwrap()).unwrap();
            prop_assert_eq!(ours.as_str(), twin(name, &text), "{} {:?}", name, text);
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,20}", name in ".{0,20}") {
        for system in System::names().map(system).chain(System::from_name(&name)) {
            let _ = system.check(&text);
        }
        let _ = (Alphabet::new(&text), Alphabet::from_ranges(&text));
    }
}

/// Of all texts of some length: those with one character replaced, and with two neighbours swapped, that
/// still check. The check characters count as characters.
fn missed(name: &str, len: usize, alphabet: &[u8]) -> [BTreeMap<(char, char), usize>; 2] {
    let system = system(name);
    let [mut replaced, mut swapped] = [BTreeMap::new(), BTreeMap::new()];
    let pair = |one: u8, two: u8| (one.min(two).into(), one.max(two).into());
    for n in 0..alphabet.len().pow(len as u32) {
        let body: Vec<u8> = (0..len as u32).map(|at| alphabet[n / alphabet.len().pow(at) % alphabet.len()]).collect();
        let text = String::from_utf8(body).unwrap();
        let mut whole = (text.clone() + system.compute(&text).unwrap().as_str()).into_bytes();
        let checks = |bytes: &[u8]| system.check(std::str::from_utf8(bytes).unwrap()).is_ok();
        assert!(checks(&whole), "{name} {text}");
        for at in 0..whole.len() {
            let right = whole[at];
            for &wrong in alphabet.iter().filter(|wrong| **wrong != right) {
                whole[at] = wrong;
                if checks(&whole) {
                    *replaced.entry(pair(right, wrong)).or_default() += 1;
                }
            }
            whole[at] = right;
        }
        for at in 1..whole.len() {
            let (one, two) = (whole[at - 1], whole[at]);
            if one != two {
                whole.swap(at - 1, at);
                if checks(&whole) {
                    *swapped.entry(pair(one, two)).or_default() += 1;
                }
                whole.swap(at - 1, at);
            }
        }
    }
    [replaced, swapped]
}

/// What the table of the module says, over all texts of four digits, or two letters.
#[test]
fn what_is_found() {
    let all = [BTreeMap::new(), BTreeMap::new()];
    for name in ["damm", "verhoeff", "mod11-2"] {
        assert_eq!(missed(name, 4, DIGITS), all, "{name}");
    }
    assert_eq!(missed("mod37-2", 2, LETTERS), all);
    assert_eq!(missed("crockford37", 2, &symbols("crockford37")), all);
    for (name, len, ends) in [("luhn", 4, ('0', '9')), ("luhn-mod16", 3, ('0', 'F')), ("luhn-mod36", 2, ('0', 'Z'))] {
        let [replaced, swapped] = missed(name, len, &symbols(name));
        assert_eq!((replaced.len(), swapped.into_keys().collect::<Vec<_>>()), (0, vec![ends]), "{name}");
    }
    let [replaced, swapped] = missed("gs1", 4, DIGITS);
    let differ_by_5 = (0..5).map(|digit| (char::from(b'0' + digit), char::from(b'5' + digit)));
    assert_eq!((replaced.len(), swapped.into_keys().collect::<Vec<_>>()), (0, differ_by_5.collect()));
    for (name, len, alphabet) in [("mod11-10", 4, DIGITS), ("mod37-36", 2, LETTERS)] {
        let [replaced, swapped] = missed(name, len, alphabet);
        let texts = alphabet.len().pow(len as u32) * len;
        assert!(replaced.is_empty() && swapped.values().sum::<usize>() * 40 < texts, "{name} {swapped:?}");
    }
    // A digit and a letter, which is two digits, may be taken for each other.
    assert_eq!(missed("mod97-10", 3, DIGITS), all);
    for pairs in missed("mod97-10", 2, LETTERS) {
        assert!(pairs.keys().all(|(one, two)| one.is_ascii_digit() && two.is_ascii_uppercase()), "{pairs:?}");
    }
}

#[test]
fn nothing_is_allocated() {
    let used = allocation_counter::measure(|| {
        for system in [System::Damm, System::Mod97_10, System::LuhnMod(Alphabet::BASE36)] {
            let check = system.compute("2407000123").unwrap();
            assert!(system.check("2407000123").is_err() && system.check("24x").is_err() && check.as_str().len() < 3);
        }
    });
    assert_eq!(used.count_total, 0);
}

/// 10,000 random texts for each system that python-stdnum has.
#[test]
#[ignore = "needs Python with python-stdnum"]
fn python_stdnum_agrees() {
    let script = "
import sys
from stdnum import damm, luhn, verhoeff, ean
from stdnum.iso7064 import mod_11_2, mod_11_10, mod_37_2, mod_37_36, mod_97_10
of = {
    'luhn': luhn.calc_check_digit, 'damm': damm.calc_check_digit, 'verhoeff': verhoeff.calc_check_digit,
    'luhn-mod36': lambda text: luhn.calc_check_digit(text, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
    'luhn-mod16': lambda text: luhn.calc_check_digit(text, '0123456789ABCDEF'),
    'gs1': ean.calc_check_digit, 'mod11-2': mod_11_2.calc_check_digit, 'mod11-10': mod_11_10.calc_check_digit,
    'mod37-2': mod_37_2.calc_check_digit, 'mod37-36': mod_37_36.calc_check_digit, 'mod97-10': mod_97_10.calc_check_digits,
}
for line in sys.stdin:
    name, text = line.split()
    print(name, text, of[name](text))
";
    let (mut input, mut expected) = (String::new(), String::new());
    for (name, seed) in System::names().filter(|name| *name != "crockford37").zip(1..) {
        let alphabet = symbols(name);
        for (n, bytes) in crate::noise(seed, 10_000 * 20).chunks_exact(20).enumerate() {
            let text =
                bytes.iter().take(1 + n % 20).map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()]));
            let text: String = text.collect();
            writeln!(input, "{name} {text}").unwrap();
            writeln!(expected, "{name} {text} {}", system(name).compute(&text).unwrap()).unwrap();
        }
    }
    let answer = python("python-stdnum", script, &input);
    for (ours, theirs) in expected.lines().zip(answer.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(expected.len(), answer.len());
}
