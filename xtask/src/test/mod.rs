#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    Local,
    Ci,
}
pub fn run(_: Strictness) -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
