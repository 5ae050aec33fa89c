//! browser
#[derive(Debug)]
pub struct BrowserDatabase;
#[derive(Debug)]
pub struct Homes;
pub fn find_databases() {}
