//! A server of our own: in an empty folder, on a free port, gone with the test.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The limits by address and shopper that a load from one address must not have.
const NO_LIMITS: [&str; 9] = [
    "ADDRESS_TALKS_PER_MINUTE",
    "ADDRESS_TALKS_PER_DAY",
    "ADDRESS_HANDOFFS_PER_MINUTE",
    "ADDRESS_HANDOFFS_PER_DAY",
    "ADDRESS_MESSAGES_PER_MINUTE",
    "ADDRESS_MESSAGES_PER_DAY",
    "SHOPPER_MESSAGES_PER_MINUTE",
    "SHOPPER_MESSAGES_PER_DAY",
    "ADDRESS_REPLAYED_KIB_PER_MINUTE",
];

/// Training the model and reading the intents takes a second or two; a debug build on a busy machine gets a hundred times that.
const START_TIMEOUT: Duration = Duration::from_secs(180);

/// A running server. Dropping it ends the process and removes its folder.
pub struct Server {
    child: Child,
    folder: PathBuf,
    url: String,
    signin: Option<String>,
    start: Start,
}

/// How it was started, to start it so again.
struct Start {
    program: PathBuf,
    arguments: Vec<OsString>,
    /// Settings that differ from the default, as the names and values of environment variables.
    settings: Vec<(String, OsString)>,
}

/// What a server prints when it serves.
struct Printed {
    url: String,
    /// The token of the first sign-in link; only a fresh store prints one.
    signin: Option<String>,
}

impl Server {
    /// Starts `binary serve` with these intents and this store (default: embedded) and waits until it prints its address.
    ///
    /// # Errors
    /// The program cannot be started, ends early, or prints no address.
    pub fn start(binary: &Path, intents: &Path, store: Option<&str>, sockets: u32) -> Result<Server> {
        Server::for_shoppers(binary, intents, store, sockets, &[])
    }

    /// The same with further settings, named as in [`Server::with`].
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn for_shoppers(
        binary: &Path,
        intents: &Path,
        store: Option<&str>,
        sockets: u32,
        more: &[(&str, &str)],
    ) -> Result<Server> {
        let connections = (sockets * 4 + 500).to_string();
        let limits = NO_LIMITS.map(|name| format!("LIMITS__{name}"));
        let mut settings: Vec<(&str, &str)> = vec![
            ("STORE__URL", store.unwrap_or("embedded")),
            // All shoppers come from one address here; in a shop they do not.
            ("GATEWAY__CONNECTS_PER_MINUTE", "0"),
            ("GATEWAY__CONNECTIONS_PER_ADDRESS", "0"),
            ("GATEWAY__MAX_CONNECTIONS", connections.as_str()),
            // A shopper who speaks as soon as the last message is acknowledged is faster than people are.
            ("GATEWAY__FRAME_BURST", "10000"),
            ("GATEWAY__FRAMES_PER_SECOND", "10000"),
        ];
        settings.extend(limits.iter().map(|name| (name.as_str(), "0")));
        settings.extend(more);
        Server::with(binary, intents, &settings)
    }

    /// Starts `binary serve` with these settings, named as in the environment without `YINGDA_`, all others as they are
    /// by default.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn with(binary: &Path, intents: &Path, settings: &[(&str, &str)]) -> Result<Server> {
        let intents = fs::canonicalize(intents).with_context(|| format!("no folder at {}", intents.display()))?;
        let mut named = vec![("YINGDA_UNDERSTANDING__INTENTS".to_owned(), intents.into_os_string())];
        named.extend(
            settings
                .iter()
                .map(|(name, value)| (format!("YINGDA_{name}"), OsString::from(value))),
        );
        Server::begin(Start {
            program: fs::canonicalize(binary).with_context(|| format!("no program at {}", binary.display()))?,
            arguments: vec!["serve".into()],
            settings: named,
        })
    }

    /// Starts any program that greets as yingda does: a line with its address, and last one that names Ctrl-C.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn of_program(program: &Path, arguments: &[OsString]) -> Result<Server> {
        Server::begin(Start {
            program: program.to_owned(),
            arguments: arguments.to_vec(),
            settings: Vec::new(),
        })
    }

    fn begin(start: Start) -> Result<Server> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("yingda-load-tests-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let (child, printed) = launch(&start, &folder)?;
        Ok(Server {
            child,
            folder,
            url: printed.url,
            signin: printed.signin,
            start,
        })
    }

    /// Ends it as `kill -9` does, and starts it again in the same folder, on another port.
    ///
    /// # Errors
    /// It cannot be started again.
    pub fn kill_and_restart(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        let (child, printed) = launch(&self.start, &self.folder)?;
        (self.child, self.url, self.signin) = (child, printed.url, printed.signin);
        Ok(())
    }

    /// Where shoppers connect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The token of the link with which the first member of staff signs in, once.
    pub fn signin(&self) -> Option<&str> {
        self.signin.as_deref()
    }

    /// How much its data folder holds, bytes.
    pub fn stored_bytes(&self) -> u64 {
        let Ok(files) = fs::read_dir(self.folder.join("data")) else {
            return 0;
        };
        let sizes = files.flatten().filter_map(|file| file.metadata().ok());
        sizes.map(|about| about.len()).sum()
    }

    /// The last warnings and errors in its log, at most five.
    pub fn complaints(&self) -> String {
        let said = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
        let loud = |line: &&str| line.contains(" WARN ") || line.contains(" ERROR ") || line.contains("panicked");
        let lines: Vec<&str> = said.lines().filter(loud).collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing in the folder is wanted any more, so there is nothing to end gently for.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Starts the program and waits until it prints where it listens.
fn launch(start: &Start, folder: &Path) -> Result<(Child, Printed)> {
    let program = start.program.display();
    let log = folder.join("server.log");
    let mut command = Command::new(&start.program);
    command.args(&start.arguments).current_dir(folder);
    // What this shell has set for another server is not meant for this one.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("YINGDA_") {
            command.env_remove(name);
        }
    }
    let mut child = command
        .env("YINGDA_GATEWAY__LISTEN", "127.0.0.1:0")
        .env("YINGDA_STORE__DATA", folder.join("data"))
        .envs(start.settings.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::options().create(true).append(true).open(&log)?)
        .spawn()
        .with_context(|| format!("{program} cannot be started"))?;
    if let Some(printed) = wait_for_address(&mut child) {
        return Ok((child, printed));
    }
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
    bail!("{program} printed no address; it said:\n{}", tail(&log));
}

/// The last lines of a file, empty when there is none.
fn tail(file: &Path) -> String {
    let said = fs::read_to_string(file).unwrap_or_default();
    let lines: Vec<&str> = said.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// Reads standard output until the last line of the greeting; goes on reading in a thread, so that the pipe never fills up.
fn wait_for_address(child: &mut Child) -> Option<Printed> {
    let output = child.stdout.take()?;
    let (said, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // The receiver is gone after the greeting.
            let _ = said.send(line);
        }
    });
    let end = Instant::now() + START_TIMEOUT;
    let (mut address, mut signin) = (None, None);
    while let Ok(line) = lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
        address = address.or_else(|| address_in(&line));
        if let Some((_, token)) = line.split_once("/desk#signin=") {
            signin = Some(token.trim().to_owned());
        }
        if line.contains("Ctrl-C") {
            break;
        }
    }
    Some(Printed {
        url: format!("ws://{}/v1/chat", address?),
        signin,
    })
}

/// `127.0.0.1:PORT` from a line that holds `http://127.0.0.1:PORT/`.
fn address_in(line: &str) -> Option<String> {
    let (_, behind) = line.split_once("http://127.0.0.1:")?;
    let port: String = behind.chars().take_while(char::is_ascii_digit).collect();
    let port: u16 = port.parse().ok()?;
    (port != 0).then(|| format!("127.0.0.1:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_address_in_a_line() {
        assert_eq!(
            address_in("shop: http://127.0.0.1:40123/ desk: http://127.0.0.1:40123/desk").as_deref(),
            Some("127.0.0.1:40123")
        );
        assert_eq!(address_in("listening on port 8080"), None);
        assert_eq!(address_in("http://127.0.0.1:/"), None);
    }

    #[test]
    fn a_program_that_prints_no_address_is_an_error() {
        let error = Server::start(Path::new("/bin/true"), &std::env::temp_dir(), None, 1)
            .err()
            .map(|error| error.to_string());
        assert!(error.is_some_and(|text| text.contains("printed no address")));
    }
}
