//! Large jobs and inputs: the memory they take is counted here, and by `.ci/growth.sh` how many instructions more
//! sixteen times as much of the same takes.

#![allow(clippy::unwrap_used)] // a test fails by a panic

use std::hint::black_box;
use std::io::Write as _;

use nameplate::image::Raw;

use nameplate_job::Run;
use nameplate_job::job::{InputAs, Job};
use nameplate_job::journal::{Line, Origin};
use nameplate_job::labels::Labels;
use nameplate_job::layout::layout;
use nameplate_job::rows::{ColumnSpec, Rows};

/// How many times as much the second one has.
const MORE: usize = 16;

#[track_caller]
fn bounded(times: u64, what: &str, n: usize, make: impl Fn(usize) -> String, run: impl Fn(&str)) {
    let large = make(MORE * n);
    if let Some(cases) = std::env::var_os("NAMEPLATE_GROWTH") {
        let mut cases = std::fs::OpenOptions::new().create(true).append(true).open(cases).unwrap();
        writeln!(cases, "growth: {what}").unwrap();
        growth_counted(&run, &make(n));
        growth_counted(&run, &large);
        return;
    }
    let used = allocation_counter::measure(|| run(&large)).bytes_max;
    let most = times * u64::try_from(large.len()).unwrap() + 0x1_0000;
    assert!(used <= most, "{what}: {used} bytes of memory for {} bytes", large.len());
}

/// What `.ci/growth.sh` counts the instructions of, by this name.
#[inline(never)]
fn growth_counted(run: &dyn Fn(&str), input: &str) {
    run(black_box(input));
}

fn one(name: &str, as_: InputAs, secret: bool) -> ColumnSpec {
    ColumnSpec { name: name.to_owned(), as_, bytes: None, unique: true, secret }
}

/// With the text itself, four times its length.
#[test]
fn many_rows() {
    let columns = [one("key", InputAs::Hex, true), one("label", InputAs::Text, false), one("n", InputAs::Uint, false)];
    for turn in [1, 7919] {
        let make = |n: usize| {
            let row = |csv: String, at: usize| {
                let at = at * turn % n;
                csv + &format!("{at},{at:08X},L{at},{at}\n")
            };
            (0..n).fold("seq,key,label,n\n".to_owned(), row)
        };
        bounded(3, "rows", 1000, make, |csv| {
            let rows = Rows::parse(csv.as_bytes(), &columns).unwrap();
            assert_eq!(rows.alike(), None);
            assert!(rows.get(7).unwrap().get("label").is_some());
        });
        // The shortest there are.
        bounded(
            3,
            "short rows",
            1000,
            |n| (0..n).fold("seq,n\n".to_owned(), |csv, at| csv + &format!("{},{at}\n", at * turn % n)),
            |csv| {
                assert!(Rows::parse(csv.as_bytes(), &columns[2..]).unwrap().get(1).is_some());
            },
        );
        // The same value at the end.
        let twice = |n: usize| make(n) + &format!("{n},{n:08X},L0,{n}\n");
        bounded(3, "a value twice", 1000, twice, |csv| {
            let message = Rows::parse(csv.as_bytes(), &columns).unwrap_err().to_string();
            assert!(message.contains("column `label` has the same value as line"), "{message}");
        });
    }
}

#[test]
fn many_columns() {
    let make = |n: usize| {
        let list = |part: &dyn Fn(usize) -> String| (0..n).fold(String::new(), |all, at| all + "," + &part(at));
        format!("seq{}\n1{}\n", list(&|at| format!("c{at:06}")), list(&|at| format!("{at:06}")))
    };
    bounded(40, "columns", 250, make, |csv| {
        let names: Vec<&str> = csv.lines().next().unwrap().split(',').skip(1).collect();
        let columns: Vec<ColumnSpec> = names.iter().map(|name| one(name, InputAs::Text, false)).collect();
        let rows = Rows::parse(csv.as_bytes(), &columns).unwrap();
        let row = rows.get(1).unwrap();
        assert!(names.iter().all(|name| row.get(name).is_some()));
    });
}

/// A job of many fields, all in texts too: read, laid out, compiled, stamped, written down.
#[test]
fn many_fields() {
    let make = |n: usize| {
        let field = |job: String, at: usize| {
            let head = format!("[[field]]\nname = \"f{at:07}\"\nat = {}\nencode = \"u32le\"\n", 4 * at);
            job + &head + &format!("value = \"{{seq}}\"\n[[text]]\nname = \"t{at:07}\"\nvalue = \"{{f{at:07}}}\"\n")
        };
        (0..n).fold("[image]\nfile = \"f\"\nformat = \"bin\"\nbase = 0\n[unit]\nfirst = 1\n".to_owned(), field)
    };
    bounded(50, "fields", 60, make, |text| {
        let job = Job::parse(text).unwrap();
        let file = vec![0xFF; 4 * job.fields.len()];
        let raw = Raw::new(&file, 0).unwrap();
        let plan = layout(&job, &raw, &raw).unwrap().compile(&raw).unwrap();
        let mut stamper = plan.stamper(&raw).unwrap();
        let (labels, run) = (Labels::new(&job).unwrap(), Run::new(&job, 1..=2, None).unwrap());
        let origin = Origin {
            template_sha256: String::new(),
            job_sha256: String::new(),
            format: "hex",
            range: None,
            base: None,
            date: None,
        };
        for seq in run.numbers() {
            let values = run.values(seq, None).unwrap();
            let stamped = stamper.stamp(&values).unwrap();
            let texts = labels.texts(seq, |field| run.text(&values, field)).unwrap();
            let line = Line::new(seq, "1.bin", &stamped, texts, &origin, |field| run.text(&values, field));
            assert!(line.to_string().len() > text.len() / 4);
        }
    });
}

/// Fields that lie in two images in turn, and checksums of the one over the other.
#[test]
fn many_fields_of_two_images() {
    let make = |n: usize| {
        let image = |name| format!("[[image]]\nname = \"{name}\"\ncreate = \"0x0..0x100000\"\n");
        let one = |job: String, at: usize| {
            let field = |image| {
                let head = format!("[[field]]\nname = \"{image}{at:07}\"\nimage = \"{image}\"\nat = {}\n", 8 * at);
                head + "encode = \"u32le\"\nvalue = \"{seq}\"\n"
            };
            let check = format!("[[checksum]]\nname = \"c{at:07}\"\nimage = \"b\"\nat = {}\n", 8 * at + 4);
            let rest =
                "algorithm = \"CRC-32/ISO-HDLC\"\nover = [\"a:0x0..0x4\"]\nencode = \"u32le\"\ntemplate = \"blank\"\n";
            job + &field("a") + &field("b") + &check + rest
        };
        (0..n).fold(image("a") + &image("b") + "[unit]\nfirst = 1\n", one)
    };
    bounded(50, "images", 60, make, |text| {
        let images = Job::parse(text).unwrap().of_images().unwrap();
        let [a, b] = images.all() else { panic!("{images:?}") };
        assert_eq!((a.job.fields.len(), &*b.covers), (b.job.fields.len(), &[0][..]));
    });
}

#[test]
fn too_many_images() {
    let image = |at: usize| format!("[[image]]\nname = \"i{at}\"\ncreate = \"0x0..0x8\"\n");
    let job = |n: usize| {
        (0..n).map(image).collect::<String>()
            + "[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nimage = \"i0\"\nat = 0\nencode = \"u8\"\nvalue = \"{seq}\"\n"
    };
    assert_eq!(Job::parse(&job(64)).unwrap().images.len(), 64);
    let error = Job::parse(&job(65)).unwrap_err().to_string();
    assert!(error.contains("one image more than the 64 that a unit may have"), "{error}");
}
