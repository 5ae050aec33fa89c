//! What can befall an enrollment from outside: the wire to the bank, and the machine it runs on. Every row of both tables
//! ends on a page, or a last line, that says what to do; the journal agrees; nothing is issued twice; and the next start
//! completes.

mod beside;
#[path = "../support/carried.rs"]
#[allow(dead_code)] // each program tries its own dresses
mod carried;
#[path = "../support/fault_proxy.rs"]
mod fault_proxy;
#[path = "../story/faults.rs"]
#[allow(dead_code, reason = "the ports of the story")]
mod faults;
mod machine;
#[path = "../story/player.rs"]
#[allow(dead_code, reason = "the person of the story can do more")]
mod player;
mod promises;
mod relay;
#[path = "../story/script.rs"]
#[allow(dead_code, reason = "the script of the story")]
mod script;
mod sitting;
#[path = "../support/softhsm.rs"]
mod softhsm;
#[path = "../support/table.rs"]
#[allow(dead_code, reason = "not every harness draws lots")]
mod table;
#[path = "../cli/town.rs"]
#[allow(dead_code, reason = "the town of the command line has more to offer")]
mod town;
mod wire;
#[path = "../story/world.rs"]
#[allow(dead_code, reason = "the world of the story has more banks")]
mod world;
