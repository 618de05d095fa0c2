#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| nameplate_fuzz::spec_nvs(data));
