//! Checksums over other images of the unit, beside a twin that computes everything anew.

use nameplate::check::{self, Algorithm, CRC_16_MODBUS, CRC_32_ISO_HDLC};
use nameplate::image::{Beside, Container, Hex, Raw};
use nameplate::plan::{StampErrorKind, Stamped};
use nameplate::repair::{FeedOrder, Gaps, Over, RepairErrorKind, Template};
use nameplate::{At, Encoding, Field, Guard, Layout, Plan, Repair, Value};
use proptest::prelude::*;

/// CRC-32/ISO-HDLC bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

fn field(name: &str, at: u64) -> Field {
    Field::new(name, At::address(at), Encoding::u32_le())
}

fn over(name: &str, image: &str, range: core::ops::Range<u64>) -> nameplate::repair::Draft {
    Repair::crc(name, CRC_32_ISO_HDLC, Over::of_image(image, range))
}

#[test]
fn both_images_have_the_same_addresses() {
    let (app, page) = ([0xFF; 16], [0xFF; 16]);
    let (app, page) = (Raw::new(&app, 0).unwrap(), Raw::new(&page, 0).unwrap());
    let own = Repair::crc("app", CRC_32_ISO_HDLC, 0..12).stored_at(12).u32_le().template(Template::Blank);
    let plan = Layout::new().field(field("n", 4)).repair(own).compile(&app).unwrap();
    let both = [("app", &app as &dyn Container)];
    let both = Beside::new(&page, &both);
    // Own bytes, those of the application with its own CRC, own bytes again.
    let crc = Repair::crc("page", CRC_32_ISO_HDLC, 0..4).and_over(Over::of_image("app", 0..16)).and_over(4..12);
    let crc = crc.stored_at(12).u32_le().template(Template::Blank);
    let page_plan = Layout::new().field(field("m", 8)).repair(crc).beside("app", &plan).compile(&both).unwrap();
    assert_eq!(page_plan.covered("page").collect::<Vec<_>>(), ["app:n", "app:app", "m"]);
    assert_eq!(page_plan.others().collect::<Vec<_>>(), ["app"]);

    let (mut one, mut two) = (plan.stamper(&app).unwrap(), page_plan.stamper(&both).unwrap());
    for n in [1, 0x1234_5678, 7_u32] {
        let one = one.stamp(&[("n", n.into())]).unwrap();
        let two = two.stamp_beside(&[("m", (n + 1).into())], &[&one]).unwrap();
        let mut app = [0xFF; 16];
        app[4..8].copy_from_slice(&n.to_le_bytes());
        let crc = crc32(&app[..12]);
        app[12..].copy_from_slice(&crc.to_le_bytes());
        let mut page = [0xFF; 16];
        page[8..12].copy_from_slice(&(n + 1).to_le_bytes());
        let crc = crc32(&[&page[..4], &app[..], &page[4..12]].concat());
        page[12..].copy_from_slice(&crc.to_le_bytes());
        assert_eq!((one.bytes(), two.bytes()), (&app[..], &page[..]));
        // Only its own bytes are in its record and its writes.
        assert_eq!(two.record().fields().count() + two.record().checks().count(), 2);
        assert_eq!(two.writes().map(|(span, _)| span.start()).collect::<Vec<_>>(), [8, 12]);

        let (app, page) = (Raw::new(&app, 0).unwrap(), Raw::new(&page, 0).unwrap());
        let others = [("app", &app as &dyn Container)];
        let reading = page_plan.read(&Beside::new(&page, &others)).unwrap();
        assert!(reading.checks().all(|check| check.is_right()));
        let mut wrong = app.file().to_vec();
        wrong[0] = 0;
        let wrong = Raw::new(&wrong, 0).unwrap();
        let others = [("app", &wrong as &dyn Container)];
        let reading = page_plan.read(&Beside::new(&page, &others)).unwrap();
        assert!(reading.checks().all(|check| !check.is_right()));
        let error = page_plan.read(&page).unwrap_err().to_string();
        assert_eq!(error, "checksum `page`: covers image `app`, which is not given");
    }
}

#[test]
fn what_is_wrong_with_another_image() {
    let (app, page) = ([0xFF; 16], [0xFF; 8]);
    let (app, page) = (Raw::new(&app, 0x100).unwrap(), Raw::new(&page, 0).unwrap());
    let plan = Layout::new().field(field("n", 0x104)).compile(&app).unwrap();
    let crc = || over("c", "app", 0x100..0x110).stored_at(0).u32_le().template(Template::Blank);
    let others = [("app", &app as &dyn Container)];
    let both = Beside::new(&page, &others);
    let said = |layout: Layout, image: &dyn Container| layout.compile(image).unwrap_err().to_string();
    assert_eq!(said(Layout::new().repair(crc()), &page), "checksum `c`: covers image `app`, which is not given");
    let long = over("c", "app", 0x100..0x111).stored_at(0).u32_le().template(Template::Blank);
    assert_eq!(
        said(Layout::new().repair(long), &both),
        "checksum `c`: image `app`: no byte at 0x00000110: the data before it ends at 0x00000110, and none follows; say what \
         gaps contribute if that is meant"
    );
    let twice = over("c", "app", 0x100..0x108).and_over(Over::of_image("app", 0x104..0x110));
    let twice = twice.stored_at(0).u32_le().template(Template::Blank);
    assert_eq!(said(Layout::new().repair(twice), &both), "checksum `c`: covers 0x00000104..0x00000108 twice");
    let layout = Layout::new().repair(crc()).beside("app", &plan).beside("app", &plan);
    assert_eq!(said(layout, &both), "two other images are named `app`");
    // The template's own is wrong, and no other range explains that.
    let valid = over("c", "app", 0x100..0x110).stored_at(0).u32_le();
    assert!(said(Layout::new().repair(valid), &both).starts_with("checksum `c`: the template holds 0xFFFFFFFF"));

    let page_plan = Layout::new().repair(crc()).beside("app", &plan).compile(&both).unwrap();
    let mut unit = page_plan.stamper(&both).unwrap();
    let error = unit.stamp(&[]).unwrap_err();
    assert_eq!((error.field(), error.kind()), ("app", &StampErrorKind::Image));
    assert_eq!(
        error.to_string(),
        "image `app`: checksums cover it: stamp it first, by the plan that the layout was given, and give it here"
    );
    let other = Layout::new().field(field("n", 0x108)).compile(&app).unwrap();
    let mut other = other.stamper(&app).unwrap();
    let other = other.stamp(&[("n", 1_u32.into())]).unwrap();
    assert_eq!(unit.stamp_beside(&[], &[&other]).unwrap_err().kind(), &StampErrorKind::Image);
    assert_eq!(unit.bytes(), [0xFF; 8]);
    // Another build of the application.
    let mut changed = [0xFF; 16];
    changed[0] = 0;
    let changed = Raw::new(&changed, 0x100).unwrap();
    let others = [("app", &changed as &dyn Container)];
    let error = page_plan.stamper(&Beside::new(&page, &others)).unwrap_err().to_string();
    assert!(error.starts_with("under checksum `c` the image differs from the one"), "{error}");
}

#[test]
fn a_secret_of_another_image_is_not_shown() {
    let (app, page) = ([0xFF; 8], [0xFF; 4]);
    let (app, page) = (Raw::new(&app, 0).unwrap(), Raw::new(&page, 0).unwrap());
    let plan = Layout::new().field(field("key", 0).secret()).compile(&app).unwrap();
    let others = [("app", &app as &dyn Container)];
    let both = Beside::new(&page, &others);
    let crc = over("c", "app", 0..8).stored_at(0).u32_le().template(Template::Blank);
    let page_plan = Layout::new().repair(crc).beside("app", &plan).compile(&both).unwrap();
    let (mut one, mut two) = (plan.stamper(&app).unwrap(), page_plan.stamper(&both).unwrap());
    let one = one.stamp(&[("key", Value::from(42_u32).into_secret())]).unwrap();
    let two = two.stamp_beside(&[], &[&one]).unwrap();
    assert_eq!(two.bytes(), crc32(&[42, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]).to_le_bytes());
    assert_eq!(*two.masked(), [0xFF; 4]);
    let check = two.record().checks().next().unwrap();
    assert_eq!((check.before, check.after), (None, None));
}

/// A unit of two images, one as HEX with a hole: a checksum over ranges of both, in any order.
#[derive(Clone, Debug)]
struct Case {
    base: u64,
    other: Vec<u8>,
    own: Vec<u8>,
    field: (u64, u64),
    ranges: Vec<(bool, u64, u64)>,
    fed: FeedOrder,
    values: Vec<(u32, u32)>,
}

fn case() -> impl Strategy<Value = Case> {
    let bytes = || proptest::collection::vec(any::<u8>(), 32..64);
    let range = (any::<bool>(), 0..8_u64, 1..4_u64);
    let fed = prop_oneof![Just(FeedOrder::Forward), Just(FeedOrder::Swap32), Just(FeedOrder::Backwards)];
    (
        prop_oneof![Just(0), Just(0x100), Just(0xFFFF_FF00)],
        (bytes(), bytes()),
        (0..28_u64, 0..20_u64),
        proptest::collection::vec(range, 1..5),
        fed,
        proptest::collection::vec((1..9_u32, 1..9_u32), 1..4),
    )
        .prop_map(|(base, (mut other, mut own), field, ranges, fed, values)| {
            other.truncate(32);
            own.truncate(32);
            Case { base, other, own, field, ranges, fed, values }
        })
}

fn hex_of(bytes: &[u8], base: u64) -> Vec<u8> {
    let sparse = nameplate::image::Sparse::new(&Raw::new(bytes, base).unwrap());
    nameplate::image::hex::Style::default().to_vec(&sparse).unwrap()
}

proptest! {
    #[test]
    fn as_a_twin_that_computes_everything(case in case()) {
        let Case { base, other, own, field: (f, g), ranges, fed, values } = case;
        // No two ranges of an image share a byte: each takes its own eight bytes.
        let mut next = [0_u64; 2];
        let mut spans = Vec::new();
        for (of_other, skip, words) in ranges {
            let at = &mut next[usize::from(of_other)];
            let start = *at + skip / 4 * 4;
            let end = start + 4 * words;
            let limit = if of_other { 32 } else { 24 };
            if end <= limit {
                *at = end;
                spans.push((of_other, start, end));
            }
        }
        prop_assume!(!spans.is_empty());
        let hex = hex_of(&other, base);
        let other_image = Hex::parse(&hex).unwrap();
        let own_image = Raw::new(&own, base).unwrap();
        let any_field = |name, at| field(name, base + at).expect(nameplate::plan::Guard::Any);
        let plan = Layout::new().field(any_field("f", f)).compile(&other_image).unwrap();
        let others = [("o", &other_image as &dyn Container)];
        let both = Beside::new(&own_image, &others);
        let mut draft: Option<nameplate::repair::Draft> = None;
        for (of_other, start, end) in &spans {
            let range = base + start..base + end;
            draft = Some(match (draft, of_other) {
                (None, true) => Repair::crc("c", CRC_32_ISO_HDLC, Over::of_image("o", range)),
                (None, false) => Repair::crc("c", CRC_32_ISO_HDLC, range),
                (Some(draft), true) => draft.and_over(Over::of_image("o", range)),
                (Some(draft), false) => draft.and_over(range),
            });
        }
        let crc = draft.unwrap().stored_at(base + 28).u32_le().fed(fed).template(Template::Unknown);
        let layout = Layout::new().field(any_field("g", g)).repair(crc).beside("o", &plan);
        let own_plan = layout.compile(&both).unwrap();
        let (mut one, mut two) = (plan.stamper(&other_image).unwrap(), own_plan.stamper(&both).unwrap());
        for (a, b) in values {
            let one = one.stamp(&[("f", a.into())]).unwrap();
            let two = two.stamp_beside(&[("g", b.into())], &[&one]).unwrap();
            let (mut there, mut here) = (other.clone(), own.clone());
            there[usize::try_from(f).unwrap()..][..4].copy_from_slice(&a.to_le_bytes());
            here[usize::try_from(g).unwrap()..][..4].copy_from_slice(&b.to_le_bytes());
            let mut stream = Vec::new();
            for (of_other, start, end) in &spans {
                let of = if *of_other { &there } else { &here };
                stream.extend_from_slice(&of[usize::try_from(*start).unwrap()..usize::try_from(*end).unwrap()]);
            }
            match fed {
                FeedOrder::Swap32 => stream.chunks_exact_mut(4).for_each(<[u8]>::reverse),
                FeedOrder::Backwards => stream.reverse(),
                _ => {}
            }
            here[28..].copy_from_slice(&crc32(&stream).to_le_bytes());
            prop_assert_eq!(two.bytes(), &here[..]);
            prop_assert_eq!(one.bytes(), &hex_of(&there, base)[..]);
        }
    }
}

#[test]
fn gaps_and_hashes_of_another_image() {
    let hex = b":020000000102FB\n:020004000304F3\n:00000001FF\n";
    let app = Hex::parse(hex).unwrap();
    let plan: Plan = Layout::new()
        .field(Field::new("n", At::address(1), Encoding::bytes(1)).expect(nameplate::plan::Guard::Any))
        .compile(&app)
        .unwrap();
    let page = [0xFF; 40];
    let page = Raw::new(&page, 0x1000).unwrap();
    let others = [("app", &app as &dyn Container)];
    let both = Beside::new(&page, &others);
    let fill = over("fill", "app", 0..6).stored_at(0x1000).u32_le().template(Template::Blank).gaps(Gaps::Fill(0xA5));
    let skip = Repair::crc("skip", CRC_16_MODBUS, Over::of_image("app", 0..6)).stored_at(0x1004).u16_le();
    let skip = skip.template(Template::Blank).gaps(Gaps::Skip);
    let own = Layout::new().repair(fill).repair(skip).beside("app", &plan).compile(&both).unwrap();
    let (mut one, mut two) = (plan.stamper(&app).unwrap(), own.stamper(&both).unwrap());
    let one: Stamped<'_> = one.stamp(&[("n", Value::from(&[9][..]))]).unwrap();
    let two = two.stamp_beside(&[], &[&one]).unwrap();
    assert_eq!(two.bytes()[..4], crc32(&[1, 9, 0xA5, 0xA5, 3, 4]).to_le_bytes());
    let modbus = Algorithm::from(CRC_16_MODBUS).compute(|take| take(&[1, 9, 3, 4]));
    let check::CheckValue::Number(modbus) = modbus else { panic!("a CRC is a number") };
    assert_eq!(two.bytes()[4..6], u16::try_from(modbus).unwrap().to_le_bytes());
    assert!(matches!(
        Layout::new().repair(over("c", "app", 0..0).stored_at(0x1000).u32_le()).compile(&both).unwrap_err().kind(),
        nameplate::plan::PlanErrorKind::Repair(error) if *error.kind() == RepairErrorKind::EmptyRange { at: 0 }
    ));
}

/// Of a partition that is made anew for a shorter text, entries lie elsewhere: checksums that cover it have no sum of that.
#[cfg(feature = "nvs")]
#[test]
fn a_partition_made_anew_is_refused() {
    let serial = Field::new("serial", At::nvs("factory", "serial"), Encoding::cstr(64)).expect(Guard::Any);
    let layout = Layout::new().field(serial).from_nothing();
    let template = layout.partition(0x3000).unwrap();
    let nvs = Raw::new(&template, 0).unwrap();
    let plan = layout.compile(&nvs).unwrap();
    let page = [0xFF; 8];
    let page = Raw::new(&page, 0).unwrap();
    let both = [("nvs", &nvs as &dyn Container)];
    let both = Beside::new(&page, &both);
    let crc = over("c", "nvs", 0..0x3000).stored_at(0).u32_le().template(Template::Blank);
    let page_plan = Layout::new().repair(crc).beside("nvs", &plan).compile(&both).unwrap();
    let (mut one, mut two) = (plan.stamper(&nvs).unwrap(), page_plan.stamper(&both).unwrap());
    let whole = "X".repeat(63);
    let unit = one.stamp(&[("serial", whole.as_str().into())]).unwrap();
    let crc = crc32(unit.bytes());
    assert_eq!(two.stamp_beside(&[], &[&unit]).unwrap().bytes()[..4], crc.to_le_bytes());
    let unit = one.stamp(&[("serial", "EU-1".into())]).unwrap();
    assert_eq!(
        two.stamp_beside(&[], &[&unit]).unwrap_err().to_string(),
        "image `nvs`: a text is shorter than its field, so that other entries lie elsewhere, and checksums of another image \
         cover them: give it the length of its field"
    );
}
