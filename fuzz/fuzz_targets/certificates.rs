#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shirushi_fuzz::targets::run("certificates", data));
