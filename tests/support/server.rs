//! The real program on a port of its own with a data folder of its own, killed when the test ends.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use tempfile::TempDir;

/// How long anything may take before the test has failed: generous, because the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// All clients of a test come from one address.
pub const NO_LIMITS: &str = "[limits]
address_talks_per_minute = 0
address_talks_per_day = 0
address_handoffs_per_minute = 0
address_handoffs_per_day = 0
address_messages_per_minute = 0
address_messages_per_day = 0
shopper_messages_per_minute = 0
shopper_messages_per_day = 0
";

/// A running server.
pub struct Server {
    child: Child,
    folder: Arc<TempDir>,
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// The sign-in token of the first start.
    pub signin: Option<String>,
    /// What it printed at the start.
    pub printed: Vec<String>,
}

impl Server {
    /// A fresh server with the default settings, apart from an answer without waiting.
    pub fn start() -> Server {
        Server::with("")
    }

    /// A fresh server with these settings (TOML).
    pub fn with(settings: &str) -> Server {
        let folder = TempDir::new().unwrap();
        // All clients of a test come from one address; in a shop they do not.
        let limits = match settings.contains("[limits]") {
            true => "",
            false => NO_LIMITS,
        };
        fs::write(folder.path().join("yingda.toml"), format!("{settings}\n{limits}")).unwrap();
        copy(&PathBuf::from("tests/packs/shop"), &folder.path().join("intents"));
        Server::in_folder(Arc::new(folder))
    }

    /// A fresh server with more files in its folder of intents, by name and content.
    pub fn with_files(files: &[(&str, &str)]) -> Server {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("yingda.toml"), NO_LIMITS).unwrap();
        let intents = folder.path().join("intents");
        copy(&PathBuf::from("tests/packs/shop"), &intents);
        for (name, text) in files {
            let path = intents.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Server::in_folder(Arc::new(folder))
    }

    /// A fresh server that listens there, with these settings.
    pub fn listening_at(listen: &str, settings: &str) -> Server {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("yingda.toml"), settings).unwrap();
        copy(&PathBuf::from("tests/packs/shop"), &folder.path().join("intents"));
        Server::at(listen, Arc::new(folder))
    }

    /// Starts the server in a folder where one has run before.
    pub fn in_folder(folder: Arc<TempDir>) -> Server {
        Server::at("127.0.0.1:0", folder)
    }

    /// Waits until it has ended cleanly and starts the next one on the same port and data.
    pub fn succeeded(mut self) -> Server {
        assert_eq!(self.wait().code(), Some(0));
        Server::at(&self.address, self.folder())
    }

    fn at(listen: &str, folder: Arc<TempDir>) -> Server {
        let program = program(&folder);
        Server::launched(listen, folder, program)
    }

    /// A fresh server that outlives a limit of file sizes (`prlimit`): the system then refuses the write, as a full
    /// disk does, instead of ending the process.
    pub fn with_a_limited_disk(settings: &str) -> Server {
        Server::after("trap '' XFSZ", settings)
    }

    /// A fresh server, started by a shell that has done this before.
    pub fn after(preparation: &str, settings: &str) -> Server {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("yingda.toml"), settings).unwrap();
        copy(&PathBuf::from("tests/packs/shop"), &folder.path().join("intents"));
        let plain = program(&folder);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("{preparation}; exec \"$0\" \"$@\"")])
            .arg(plain.get_program());
        shell.current_dir(folder.path());
        for (name, _) in plain.get_envs() {
            shell.env_remove(name);
        }
        Server::launched("127.0.0.1:0", Arc::new(folder), shell)
    }

    fn launched(listen: &str, folder: Arc<TempDir>, mut command: Command) -> Server {
        let errors = File::create(folder.path().join("log")).unwrap();
        let mut child = command
            .args(["serve", "--listen", listen])
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let (lines, read) = channel();
        let out = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = lines.send(line);
            }
        });
        let mut server = Server {
            child,
            folder,
            address: String::new(),
            signin: None,
            printed: Vec::new(),
        };
        while let Ok(line) = read.recv_timeout(PATIENCE) {
            let last = line.contains("Ctrl-C");
            server.printed.push(line);
            if last {
                break;
            }
        }
        let printed = server.printed.join("\n");
        let addresses = |with: &str| {
            let lines = server.printed.iter().filter(|line| line.contains(with));
            let mut found = lines.filter_map(|line| line.split_once("://")?.1.trim().strip_suffix('/'));
            found.next().map(str::to_owned)
        };
        let shop = addresses("listening on").or_else(|| addresses("demo shop"));
        server.address = shop.unwrap_or_else(|| panic!("no address in: {printed}"));
        server.signin = printed
            .split_once("/desk#signin=")
            .map(|(_, rest)| rest.lines().next().unwrap_or_default().to_owned());
        server
    }

    /// The folder with the data, the settings, the intents and the log.
    pub fn folder(&self) -> Arc<TempDir> {
        Arc::clone(&self.folder)
    }

    /// The file of the embedded store.
    pub fn database(&self) -> PathBuf {
        let files = fs::read_dir(self.folder.path().join("data")).unwrap();
        files
            .map(|entry| entry.unwrap().path())
            .find(|path| path.extension().is_some_and(|ending| ending == "db"))
            .unwrap()
    }

    /// Ends it as a power cut would end it, and starts it again.
    pub fn kill_and_restart(mut self) -> Server {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        Server::in_folder(self.folder())
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Sends this signal.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory, bytes.
    pub fn memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        let kilobytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kilobytes * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking()
            && let Ok(log) = fs::read_to_string(self.folder.path().join("log"))
        {
            eprintln!("--- the server's log:\n{log}");
        }
    }
}

/// The program in this folder, without settings from outside.
pub fn program(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yingda"));
    command.current_dir(folder.path());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("YINGDA_") {
            command.env_remove(name);
        }
    }
    command
}

/// Copies a folder.
pub fn copy(from: &PathBuf, to: &PathBuf) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}
