//! Fields over words that lock a part.

use crate::Bench;

/// Option bytes of an STM32L0 as a build puts them beside its code: 0x1FF80000..0x1FF80014.
const IMAGE: &str = ":020000040800F2
:10000000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00
:020000041FF8E3
:10000000AA0055FF70808F7F0000FFFF0000FFFFF8
:040010000000FFFFEE
:00000001FF
";

#[test]
fn option_bytes_are_refused_to_fields() {
    let bench = Bench::new();
    bench.write("fw.hex", IMAGE);
    let plan = |family: &str, more: &str| {
        let image = format!("[image]\nfile = \"fw.hex\"\n{family}\n[unit]\nfirst = 1\nname = \"{{seq}}\"\n");
        let field = format!(
            "[[field]]\nname = \"id\"\nat = \"0x1FF80010\"\nencode = \"u32le\"\nvalue = \"{{seq}}\"\nexpect = \"any\"\n{more}"
        );
        bench.write("job.toml", image + &field);
        bench.run(&["plan", "--job", "job.toml"])
    };
    // Whatever the letter case and separators.
    for family in ["stm32l0", "STM32-L0"] {
        let said = plan(&format!("family = \"{family}\""), "");
        let expected = "`id` lies over the option bytes of family `stm32l0`, 0x1FF80000..0x1FF80020: a wrong value there locks the part (ST RM0367, NVM organization)";
        assert!(said.code == 3 && said.err.contains(expected), "{said:?}");
    }
    assert_eq!(plan("family = \"stm32l0\"", "lock_words = true\n").code, 0);
    assert_eq!(plan("family = \"stm32l4\"", "").code, 0);
    assert_eq!(plan("", "").code, 0);
}
