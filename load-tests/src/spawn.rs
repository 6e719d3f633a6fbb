//! A server of our own: in an empty folder, on a free port, gone with the test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

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
    "ADDRESS_REPLAYED_EVENTS_PER_MINUTE",
];

/// Training the model and reading the intents takes a second or two; a busy machine gets ten times that.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A running server. Dropping it ends the process and removes its folder.
pub struct Server {
    child: Child,
    folder: PathBuf,
    url: String,
    start: Start,
}

/// How it was started, to start it so again.
struct Start {
    binary: PathBuf,
    intents: PathBuf,
    store: Option<String>,
    sockets: u32,
}

impl Server {
    /// Starts `binary serve` with these intents and this store (default: embedded) and waits until it prints its address.
    ///
    /// # Errors
    /// The program cannot be started, ends early, or prints no address.
    pub fn start(binary: &Path, intents: &Path, store: Option<&str>, sockets: u32) -> Result<Server> {
        let binary = fs::canonicalize(binary).with_context(|| format!("no program at {}", binary.display()))?;
        let intents = fs::canonicalize(intents).with_context(|| format!("no folder at {}", intents.display()))?;
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("yingda-load-tests-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let start = Start {
            binary,
            intents,
            store: store.map(str::to_owned),
            sockets,
        };
        let (child, url) = launch(&start, &folder)?;
        Ok(Server {
            child,
            folder,
            url,
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
        (self.child, self.url) = launch(&self.start, &self.folder)?;
        Ok(())
    }

    /// Where shoppers connect.
    pub fn url(&self) -> &str {
        &self.url
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
fn launch(start: &Start, folder: &Path) -> Result<(Child, String)> {
    let Start {
        binary,
        intents,
        store,
        sockets,
    } = start;
    let log = folder.join("server.log");
    let mut child = Command::new(binary)
        .arg("serve")
        .current_dir(folder)
        .env("YINGDA_GATEWAY__LISTEN", "127.0.0.1:0")
        // All shoppers come from one address here; in a shop they do not.
        .env("YINGDA_GATEWAY__CONNECTS_PER_MINUTE", "0")
        .env("YINGDA_GATEWAY__CONNECTIONS_PER_ADDRESS", "0")
        .envs(NO_LIMITS.map(|name| (format!("YINGDA_LIMITS__{name}"), "0")))
        .env("YINGDA_GATEWAY__MAX_CONNECTIONS", (sockets * 4 + 500).to_string())
        .env("YINGDA_STORE__DATA", folder.join("data"))
        .env("YINGDA_STORE__URL", store.as_deref().unwrap_or("embedded"))
        .env("YINGDA_UNDERSTANDING__INTENTS", intents)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::options().create(true).append(true).open(&log)?)
        .spawn()
        .with_context(|| format!("{} cannot be started", binary.display()))?;
    if let Some(address) = wait_for_address(&mut child) {
        return Ok((child, format!("ws://{address}/v1/chat")));
    }
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
    let said = fs::read_to_string(&log).unwrap_or_default();
    let tail: Vec<&str> = said.lines().rev().take(20).collect();
    bail!(
        "{} printed no address; it said:\n{}",
        binary.display(),
        tail.into_iter().rev().collect::<Vec<_>>().join("\n")
    );
}

/// Reads standard output until the address; goes on reading in a thread, so that the pipe never fills up.
fn wait_for_address(child: &mut Child) -> Option<String> {
    let output = child.stdout.take()?;
    let (found, address) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(address) = address_in(&line) {
                // The receiver is gone after the first address.
                let _ = found.send(address);
            }
        }
    });
    address.recv_timeout(START_TIMEOUT).ok()
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
