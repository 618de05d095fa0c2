//! Mistakes seen on production lines and in the tools used there, and the test that shows each is not made here.
//!
//! | mistake | shown by |
//! |---|---|
//! | address and length wrap at 2³² or 2⁶⁴ | `errors::spans`, `images::refused`, `bounds::limits_are_settable` |
//! | a record that passes its 64 KiB or its segment | `hex_cases::crossing_a_segment_by_policy`, `lenient::a_field_where_a_segment_wraps` |
//! | two bytes 4 GiB apart become a file of 4 GiB | `images::the_gap_bomb`, `units::the_gap_bomb_is_stamped_and_read` |
//! | many small records: memory | `bounds::many_records_of_one_byte`, `lenient::memory_of_the_index` |
//! | interleaved, backward or shuffled records: time | `bounds::many_records_of_one_byte`, `bounds::alternating_bases` |
//! | a line that never ends | `bounds::text_that_is_no_records` |
//! | records cut short, lengths that lie, odd or wrong digits, wrong sums | `images::refused`, `hex_cases::every_case_in_both_modes` |
//! | byte order marks, NUL, text that is not UTF-8 | `hex_cases::every_case_in_both_modes`, `deviations::every_difference_from_ihex_is_named` |
//! | base and start records of a wrong length, unknown types | `images::refused`, `hex_cases::every_case_in_both_modes` |
//! | no end-of-file record, two, or data behind it | `hex_cases::every_case_in_both_modes`, `lenient::one_tolerance_at_a_time` |
//! | records over each other, alike or not | `lenient::all`, `bounds::one_byte_many_times` |
//! | two start addresses | `hex_cases::every_case_in_both_modes` |
//! | line ends or letter case changed by an edit | `records::any_mixture_of_line_ends`, `records::each_record_keeps_its_letter_case` |
//! | records of 0 and 255 bytes | `records::every_type_and_length_as_ihex` |
//! | hostile bytes in a message | `errors::hostile_text_is_escaped` |
//! | a field over records, gaps and 64 KiB | `units::only_the_digits_that_must_differ_do`, `sparse::fields_in_gaps` |
//! | a record sum below 0x10 with one digit | `field::every_record_sum_has_two_digits`, `sqtp::all_sums_have_two_digits` |
//! | stamping twice, undoing | `records::a_unit_does_not_depend_on_the_one_before`, `units::only_the_digits_that_must_differ_do` |
//! | stamping the wrong place, or a unit again | `plans::fields_expect`, `plans::stamped_already_is_not_the_wrong_place` |
//! | a marker that occurs never, twice, or across records | `markers::markers_that_say_no_place`, `markers::a_marker_across_records` |
//! | checksums that cover themselves, each other, in the wrong order | `plans::cycles_are_named`, `plans::nested_checksums_in_any_order` |
//! | text one too long, no room for its NUL | `encodings::refusals` |
//! | ELF files: damage, overlays, run-time for load addresses, no bytes in the file | `elf::damaged_files`, `elf::overlays`, `elf::load_addresses`, `elf::what_names_no_bytes` |
//! | ELF files changed outside of the field | `elf::a_stamp_changes_nothing_else` |
//! | ELF files with too many sections, names without end | `bounds::elf_files` |
//! | SQTP: used marks, word addresses, `RETLW`, carries beyond 8 bytes | `sqtp::marks_and_values_in_place`, `sqtp::published_files_both_ways`, `sqtp::errata`, `sqtp_bulk::values_of_many_lengths` |
//! | a serial that starts again when its digits are used up | `serials::every_number_of_a_small_scheme`, `serials::every_number_of_small_schemes` |
//! | a MAC that runs into the next block | `euis::the_last_number` |
//! | an EUI in the order of another firmware | `lorawan::euis_in_memory`, `encodings::known_bytes` |
//! | keys of examples and test vectors | `lorawan::known_keys_are_refused` |
//! | chip IDs misread: gaps, words, signed coordinates | `stm32::parts`, `stm32::orders`, `stm32::every_coordinate` |
//! | hashes of chip IDs that are too short, folds | `hashed::birthdays`, `stm32::folds_collide` |
//! | two stations with one range, a split that loses a number | `ranges::every_small_split`, `ranges::every_small_pair` |
//! | a key in a message, a record or a shown file | `secrets::checksums_of_a_template_with_a_key_are_not_shown`, `secrets::a_masked_hex_file_is_whole` |
//! | a key of one unit in the next one's image | `field::a_unit_holds_nothing_of_the_one_before`, `secrets::an_error_leaves_no_key_behind` |
//! | leading zeros lost to a spreadsheet, text taken for a formula | `feeds::index_csv_refused` |
//! | other bytes on another machine or in another version | `golden::stamped_bytes_stay` |
//! | limits that come too late | `bounds::limits_are_settable`, `bounds::layouts_that_ask_for_too_much` |
//!
//! Not of this library: ledgers and their chains of records, signatures, and texts that arrive in pieces.

use nameplate::image::{Hex, Raw};
use nameplate::{At, Encoding, Field, Guard, Layout, Value};

use crate::record;

/// All 256 values of a byte, so all 256 sums, in both letter cases.
#[test]
fn every_record_sum_has_two_digits() {
    for lower in [false, true] {
        let case = |text: String| if lower { text.to_lowercase() } else { text };
        let text = case(record(0, 0xAB, &[0xFF]) + "\n:00000001FF\n");
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let layout = Layout::new().field(Field::new("id", At::address(0xAB), Encoding::u8()).expect(Guard::Any));
        let plan = layout.compile(&hex).unwrap();
        let mut unit = plan.stamper(&hex).unwrap();
        for byte in 0..=255_u8 {
            let stamped = unit.stamp(&[("id", byte.into())]).unwrap();
            let expected = case(record(0, 0xAB, &[byte]) + "\n:00000001FF\n");
            assert_eq!(std::str::from_utf8(stamped.bytes()), Ok(&*expected));
        }
    }
}

/// Not even when the value before was longer.
#[test]
fn a_unit_holds_nothing_of_the_one_before() {
    let bytes = [0xFF; 64];
    let raw = Raw::new(&bytes, 0).unwrap();
    let key = Field::new("key", At::address(8), Encoding::ascii(32).pad(0)).secret();
    let plan = Layout::new().field(key).compile(&raw).unwrap();
    let mut unit = plan.stamper(&raw).unwrap();
    for text in ["correct horse battery staple", "short", "a"] {
        let stamped = unit.stamp(&[("key", Value::from(text).into_secret())]).unwrap();
        let mut alone = plan.stamper(&raw).unwrap();
        let fresh = alone.stamp(&[("key", Value::from(text).into_secret())]).unwrap();
        assert_eq!(stamped.bytes(), fresh.bytes());
    }
}

/// The table names tests that there are.
#[test]
fn the_table_is_true() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/");
    let read = |stage: &str| std::fs::read_to_string(format!("{folder}{stage}.rs")).unwrap();
    let own = read("field");
    let named: Vec<(&str, &str)> = own
        .lines()
        .filter(|line| line.starts_with("//! |"))
        .flat_map(|line| line.split('`'))
        .filter_map(|part| part.split_once("::"))
        .collect();
    assert!(named.len() > 50, "{}", named.len());
    for (stage, name) in named {
        assert!(read(stage).contains(&format!("fn {name}(")), "{stage}::{name}");
    }
}
