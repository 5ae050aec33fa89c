//! How credentials are treated: sent once a click, and found nowhere afterwards.

mod canary;
#[path = "../support/carried.rs"]
#[allow(dead_code)] // each program tries its own dresses
mod carried;
mod clicks;
mod crash;
mod deaf;
#[path = "../support/window_display.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod display;
#[path = "../story/faults.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod faults;
#[path = "../support/window_home.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod home;
mod mishap;
#[path = "../support/window_person.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod person;
#[path = "../support/window_picture.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod picture;
mod planted;
#[path = "../story/player.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod player;
mod process;
#[path = "../support/peer_programs.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod programs;
#[path = "../support/proxy.rs"]
mod relay;
mod script;
mod search;
#[path = "../support/table.rs"]
mod table;
mod terminal;
#[path = "../cli/town.rs"]
#[allow(dead_code, reason = "the town of the command line has more to offer")]
mod town;
mod trouble;
mod window;
#[path = "../story/world.rs"]
#[allow(dead_code, reason = "each test program uses its own part")]
mod world;
