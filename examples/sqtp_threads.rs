//! An SQTP file of a million devices, its lines written by several threads into one buffer.
//!
//!     cargo run --release --example sqtp_threads

use std::error::Error;
use std::thread;

use nameplate::Encoding;
use nameplate::range::Numbers;
use nameplate::sqtp::{Address, FOOTER, File, LineError, Profile, Sqtp};

const DEVICES: u128 = 1_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let encoding = Encoding::retlw14(Encoding::u32_be());
    let user_id = Profile::from_name("pic16-userid").ok_or("no such profile")?;
    let sqtp = Sqtp::new(user_id, Address::Device(0x8000), &encoding)?;
    let numbers = Numbers::of(0x2000_A000, DEVICES)?;
    let threads = u128::try_from(thread::available_parallelism()?.get())?;

    // All lines have one length, so each thread has its part of the text before any line is written.
    let whole = sqtp.counter(numbers)?;
    let mut text = vec![0; whole.text_len()?];
    let (header, rest) = text.split_at_mut(sqtp.header().len());
    header.copy_from_slice(&sqtp.header());
    let (mut lines, footer) = rest.split_at_mut(rest.len() - FOOTER.len());
    footer.copy_from_slice(FOOTER);

    thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        let mut workers = Vec::new();
        for part in numbers.split(threads)? {
            let mut body = sqtp.counter(part)?.body();
            let (mine, others) = lines.split_at_mut(body.text_len()?);
            lines = others;
            workers.push(scope.spawn(move || -> Result<usize, LineError> { body.fill(mine) }));
        }
        for worker in workers {
            let _ = worker.join().map_err(|_| "a thread panicked")??;
        }
        Ok(())
    })?;

    let file = File::parse(&text)?;
    file.check(&sqtp)?;
    let duplicates = file.duplicates().len();
    println!("{} devices by {threads} threads, {} bytes, {duplicates} duplicates", file.len(), text.len());
    assert_eq!((file.len(), duplicates), (1_000_000, 0));
    assert!(text == whole.to_vec()?, "one thread writes the same");
    Ok(())
}
