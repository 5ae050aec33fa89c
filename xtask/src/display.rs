//! The person's display, or one of our own that nobody sees.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    error::{Error, succeeded},
    folder::{self, Folder},
    tether::{self, Tether},
};

/// How long a key may take until it is seen. One that changes nothing costs this much.
const SEEN: Duration = Duration::from_millis(1500);

/// After a key: what has not moved for so long stands still.
const STILL: Duration = Duration::from_millis(80);

/// Of the screen.
const PIXELS: usize = 1280 * 800;

/// Bright pixels: more than any pointer has.
const POINTER: usize = 1_000;
/// Fewer than any window has.
const WINDOW: usize = 100_000;

/// A virtual framebuffer with a window manager; both end with it.
#[derive(Debug)]
pub struct OwnDisplay {
    name: String,
    /// The screen itself, as a file.
    screen: PathBuf,
    _manager: Tether,
    _server: Tether,
}

impl OwnDisplay {
    pub fn open(folder: &Folder) -> Result<Self, Error> {
        let memory = folder.at("run");
        let mut server = tether::command("Xvfb");
        server
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-noreset", "-nolisten", "tcp", "-fbdir"])
            .arg(&memory)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        folder.inhabit(&mut server);
        let mut server = Tether::start(server, "Xvfb")?;
        let mut number = String::new();
        if let Some(output) = server.take_output() {
            BufReader::new(output).read_line(&mut number).map_err(Error::start("Xvfb"))?;
        }
        if number.trim().is_empty() {
            return Err(Error::unexpected("Xvfb", "no display number"));
        }
        let name = format!(":{}", number.trim());
        let mut manager = tether::command("openbox");
        folder.inhabit(&mut manager).arg("--sm-disable").stdout(Stdio::null()).stderr(Stdio::null());
        let manager = Tether::start(on(&mut manager, &name), "openbox")?;
        let display = Self { name, screen: memory.join("Xvfb_screen0"), _manager: manager, _server: server };
        display.wait_for_the_manager()?;
        Ok(display)
    }

    /// A command that shows its windows here.
    pub fn show<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("DISPLAY", &self.name).env_remove("WAYLAND_DISPLAY").env_remove("XAUTHORITY")
    }

    /// Presses a key: `Return`, `Tab`, `y`.
    pub fn press(&self, key: &str) -> Result<(), Error> {
        self.and_see(&["key", "--clearmodifiers", key])
    }

    pub fn type_text(&self, text: &str) -> Result<(), Error> {
        self.and_see(&["type", "--clearmodifiers", "--delay", "4", "--", text])
    }

    /// Does something and waits until it can be seen: nobody types on before that.
    fn and_see(&self, act: &[&str]) -> Result<(), Error> {
        let before = self.sight();
        self.xdotool(act)?;
        tether::poll(Instant::now() + SEEN, || (self.sight() != before).then_some(()));
        self.rest(STILL, SEEN);
        Ok(())
    }

    /// Waits for something to move, in vain where it has moved already.
    pub fn turn(&self, patience: Duration) {
        let before = self.sight();
        tether::poll(Instant::now() + patience, || (self.sight() != before).then_some(()));
    }

    /// Waits until nothing has moved for so long, or the patience is at its end.
    pub fn rest(&self, still: Duration, patience: Duration) {
        let deadline = Instant::now() + patience;
        let mut before = self.sight();
        tether::poll(deadline, || {
            thread::sleep(still);
            let now = self.sight();
            let is_still = now == before;
            before = now;
            is_still.then_some(())
        });
    }

    /// The moment at which a window has covered part of the empty screen.
    pub fn until_drawn(&self, deadline: Instant) -> Result<Instant, Error> {
        self.watch(deadline, |bright| bright > WINDOW).ok_or_else(|| Error::unexpected("Xvfb", "no window came up"))
    }

    /// Until the screen is empty again.
    pub fn until_empty(&self, deadline: Instant) -> Result<(), Error> {
        self.watch(deadline, |bright| bright < POINTER)
            .map(drop)
            .ok_or_else(|| Error::unexpected("Xvfb", "a window stays"))
    }

    /// Looks at the screen as often as it can; the root of an empty one is black.
    fn watch(&self, deadline: Instant, is_it: impl Fn(usize) -> bool) -> Option<Instant> {
        loop {
            let sight = self.sight();
            let now = Instant::now();
            let bright = sight.rchunks_exact(4).take(PIXELS).filter(|pixel| pixel[..3] != [0, 0, 0]).count();
            if is_it(bright) {
                return Some(now);
            }
            if now > deadline {
                return None;
            }
            thread::sleep(Duration::from_micros(200));
        }
    }

    fn sight(&self) -> Vec<u8> {
        fs::read(&self.screen).unwrap_or_default()
    }

    /// The window that has the keyboard, once there is one.
    pub fn active_window(&self, deadline: Instant) -> Result<String, Error> {
        tether::poll(deadline, || self.xdotool(&["getactivewindow"]).ok())
            .ok_or_else(|| Error::unexpected("xdotool", "no window came up"))
    }

    /// Takes a picture of a window, or of the `root` of them all.
    pub fn picture(&self, window: &str, file: &Path) -> Result<(), Error> {
        let mut import = Command::new("import");
        import
            .args(["-silent", "-window", window, "-strip", "-dither", "None"])
            .args(["-define", "png:exclude-chunks=date,time", "-define", "png:compression-level=9"])
            .arg(file);
        let status = self.show(&mut import).stdin(Stdio::null()).status().map_err(Error::start("import"))?;
        succeeded("import", status)
    }

    fn xdotool(&self, arguments: &[&str]) -> Result<String, Error> {
        let mut command = Command::new("xdotool");
        let output = self
            .show(command.args(arguments))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .map_err(Error::start("xdotool"))?;
        succeeded("xdotool", output.status)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Only a manager gives the keyboard to a new window.
    fn wait_for_the_manager(&self) -> Result<(), Error> {
        let deadline = Instant::now() + Duration::from_secs(10);
        tether::poll(deadline, || self.xdotool(&["get_num_desktops"]).ok())
            .map(drop)
            .ok_or_else(|| Error::unexpected("openbox", "nothing"))
    }
}

fn on(command: &mut Command, name: &str) -> Command {
    command.env("DISPLAY", name).env_remove("WAYLAND_DISPLAY").env_remove("XAUTHORITY");
    std::mem::replace(command, Command::new("true"))
}

/// Whether a window can open where the person looks.
pub fn of_the_person() -> bool {
    folder::wayland_socket().is_some_and(|socket| listens(&socket)) || x11_answers()
}

fn x11_answers() -> bool {
    let Some(display) = env::var_os("DISPLAY") else { return false };
    let display = display.to_string_lossy().into_owned();
    let Some((host, number)) = display.rsplit_once(':') else { return false };
    let number = number.split('.').next().unwrap_or_default();
    match host {
        "" | "unix" => listens(&PathBuf::from(format!("/tmp/.X11-unix/X{number}"))),
        // Forwarded from elsewhere: the near end is a port of this machine.
        host => number.parse::<u16>().is_ok_and(|number| answers(host, 6000 + number)),
    }
}

fn answers(host: &str, port: u16) -> bool {
    use std::net::{TcpStream, ToSocketAddrs};
    let Ok(addresses) = (host, port).to_socket_addrs() else { return false };
    addresses.into_iter().any(|address| TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok())
}

#[cfg(unix)]
fn listens(socket: &Path) -> bool {
    std::os::unix::net::UnixStream::connect(socket).is_ok()
}

#[cfg(not(unix))]
fn listens(_: &Path) -> bool {
    false
}
