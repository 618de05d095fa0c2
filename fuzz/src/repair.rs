//! Checksums from the change, beside checksums computed anew.

use nameplate::check::{Algorithm, CATALOGUE, Crc};
use nameplate::image::{Erased, Raw};
use nameplate::repair::{FeedOrder, Gaps, Own, Tail, Template};
use nameplate::{At, ByteOrder, Encoding, Field, Guard, Layout, Repair, Value};

use crate::reference::Rocksoft;

/// A random layout over random bytes: what a stamp repairs is what reading back computes anew, a CRC also what the bitwise
/// twin says; undoing gives the image back.
pub fn impl_repair(input: &[u8]) {
    let Some((&[which, first, second, field, order, own, tail, value], image)) = input.split_first_chunk::<8>() else {
        return;
    };
    if image.len() < 24 {
        return;
    }
    let len = image.len() as u64;
    let row = CATALOGUE[usize::from(which) % CATALOGUE.len()];
    let word = usize::try_from(row.width().div_ceil(8)).unwrap();
    let ends = [first, second].map(|end| u64::from(end) % len);
    let over = ends[0].min(ends[1])..ends[0].max(ends[1]) + 1;
    let orders = [FeedOrder::Forward, FeedOrder::Swap16, FeedOrder::Swap32, FeedOrder::Backwards, FeedOrder::Swap64];
    let feed = orders[usize::from(order) % orders.len()];
    let own_bytes = [Own::Outside, Own::Skip, Own::Fill(own), Own::Force((own >> 2).into())][usize::from(own) % 4];
    let tails = [Tail::Error, Tail::Zeros(4), Tail::Drop(4)][usize::from(tail) % 3];
    let draft = |name: &str, algorithm: Algorithm, at: u64, len: usize| {
        let repair = Repair::new(name, algorithm, over.clone()).stored_at(at).uint(len, ByteOrder::Little);
        repair.fed(feed).own(own_bytes).tail(tails).gaps(Gaps::Error).template(Template::Unknown)
    };
    let at = |n: u8| u64::from(n) % (len - 16);
    let sums = ["sum8", "sum16le", "sum32be", "xor8", "fletcher16", "adler32", "ftdi16"];
    let sum = Algorithm::from_name(sums[usize::from(value) % sums.len()]).unwrap();
    let sum_len = usize::try_from(sum.width() / 8).unwrap();
    // A few changed bytes and many are repaired in different ways.
    let bytes = [value, !value, first].repeat([1, 3, 5, 1][usize::from(value >> 6)]);
    let layout = Layout::new()
        .erased(Erased::default())
        .field(Field::new("f", At::address(at(field)), Encoding::bytes(bytes.len())).expect(Guard::Any))
        .repair(draft("crc", row.into(), at(field ^ 0x5A), word))
        .repair(draft("sum", sum, at(field.wrapping_mul(7)), sum_len));
    let raw = Raw::new(image, 0).unwrap();
    let Ok(plan) = layout.compile(&raw) else { return };
    let mut unit = plan.stamper(&raw).unwrap();
    let stamped = unit.stamp(&[("f", Value::from(bytes.as_slice()))]).unwrap().bytes().to_vec();
    let copy = Raw::new(&stamped, 0).unwrap();
    let reading = plan.read(&copy);
    match &reading {
        Ok(reading) => assert!(reading.checks().all(|check| check.is_right()), "{reading:?}"),
        Err(error) => assert!(stamped.iter().all(|byte| *byte == stamped[0]), "{error}"),
    }
    drop(reading);
    if feed == FeedOrder::Forward && own_bytes == Own::Outside && tails == Tail::Error {
        twin(&row, &stamped[over.start as usize..over.end as usize], &stamped, at(field ^ 0x5A) as usize, word);
    }
    assert_eq!(unit.undo(), image);
}

fn twin(crc: &Crc, covered: &[u8], stamped: &[u8], at: usize, len: usize) {
    let p = crc.parameters();
    let model =
        Rocksoft { width: p.width, poly: p.poly, init: p.init, refin: p.refin, refout: p.refout, xorout: p.xorout };
    let mut word = [0; 16];
    word[..len].copy_from_slice(&stamped[at..at + len]);
    assert_eq!(u128::from_le_bytes(word), model.crc(covered), "{crc}");
}
