//! Real Redis servers for tests, alone or as a cluster: processes of their own, on loopback ports, in folders of
//! their own. Each can be killed and started again.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a server may take to answer, and a cluster to agree.
const PATIENCE: Duration = Duration::from_secs(30);

/// A certificate authority of one test, and the certificate that it gave to everybody on this machine.
pub struct Authority {
    folder: TempDir,
}

impl Authority {
    /// Founds one.
    pub fn found() -> Arc<Authority> {
        let authority = Authority {
            folder: TempDir::new().unwrap(),
        };
        let made = |name: &str, more: &[&str]| {
            let made = Command::new("openssl")
                .args([
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:prime256v1",
                ])
                .args(["-nodes", "-days", "2", "-subj", &format!("/CN={name}")])
                .args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")])
                .args(more)
                .current_dir(authority.folder.path())
                .stderr(Stdio::null())
                .status()
                .expect("these tests need openssl; `tests/run` installs it");
            assert!(made.success(), "openssl made no certificate for {name}");
        };
        made("authority", &["-addext", "keyUsage=critical,keyCertSign"]);
        let by = ["-CA", "authority.pem", "-CAkey", "authority.key"];
        let place = [
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ];
        made("member", &[by, place].concat());
        Arc::new(authority)
    }

    /// Whom to trust, what to show, and its key.
    pub fn files(&self) -> [PathBuf; 3] {
        ["authority.pem", "member.pem", "member.key"].map(|name| self.folder.path().join(name))
    }

    /// The files as options of a command.
    fn options(&self, names: [&str; 3]) -> Vec<String> {
        let files = self.files().map(|path| path.display().to_string());
        let pairs = names.into_iter().zip(files);
        pairs.flat_map(|(name, file)| [name.to_owned(), file]).collect()
    }
}

/// The authority of servers that only speak to those with one of its certificates.
type By = Option<Arc<Authority>>;

/// A redis-server that writes its append-only file before it answers.
pub struct RedisServer {
    port: u16,
    folder: TempDir,
    arguments: Vec<String>,
    by: By,
    process: Option<Child>,
}

impl RedisServer {
    /// Starts one.
    pub fn start() -> RedisServer {
        RedisServer::with(free_port(), &[], None)
    }

    /// Starts one that speaks TLS only.
    pub fn secure(authority: &Arc<Authority>) -> RedisServer {
        RedisServer::with(free_port(), &[], Some(Arc::clone(authority)))
    }

    fn with(port: u16, arguments: &[&str], by: By) -> RedisServer {
        let mut server = RedisServer {
            port,
            folder: TempDir::new().unwrap(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
            by,
            process: None,
        };
        server.rise();
        server
    }

    /// A sentinel instead of a store.
    fn sentinel(settings: &str, by: By) -> RedisServer {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("sentinel.conf"), settings).unwrap();
        let mut server = RedisServer {
            port: free_port(),
            folder,
            arguments: vec!["--sentinel".to_owned()],
            by,
            process: None,
        };
        server.rise();
        server
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", scheme(&self.by), self.port)
    }

    /// Its URL for who does not know that it speaks TLS.
    pub fn plain_url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// On which port and how it listens.
    fn listening(&self) -> Vec<String> {
        let port = self.port.to_string();
        let Some(authority) = &self.by else {
            return vec!["--port".to_owned(), port];
        };
        let mut options = ["--port", "0", "--tls-port", &port].map(str::to_owned).to_vec();
        options.extend(["--tls-replication", "yes", "--tls-cluster", "yes"].map(str::to_owned));
        options.extend(authority.options(["--tls-ca-cert-file", "--tls-cert-file", "--tls-key-file"]));
        options
    }

    /// Ends it without warning, as a crash does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Stops it without ending it: connections stay open, and nothing is answered.
    pub fn hang(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on after [`RedisServer::hang`].
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.as_ref().expect("it runs");
        let sent = Command::new("kill").args([signal, &process.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// The port that it listens on, also while it is dead.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts it on what it had stored; returns when it answers.
    pub fn rise(&mut self) {
        let mut command = Command::new("redis-server");
        // A sentinel keeps what it knows in its file and stores nothing else.
        if self.arguments.iter().any(|argument| argument == "--sentinel") {
            command.arg("sentinel.conf");
        } else {
            // `everysec` answers before it writes while the disk is slow, and a kill then loses what was answered.
            command.args(["--appendonly", "yes", "--appendfsync", "always", "--save", ""]);
        }
        let process = command
            .args(self.listening())
            .args(["--bind", "127.0.0.1"])
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("these tests need redis-server; `tests/run` installs it");
        self.process = Some(process);
        until("redis-server answers", || {
            self.ask(&["PING"]).is_ok_and(|answer| answer == "PONG")
        });
    }

    /// Asks it something whose answer is a text.
    pub fn ask(&self, command: &[&str]) -> redis::RedisResult<String> {
        let client = match &self.by {
            None => redis::Client::open(self.url()),
            Some(authority) => {
                let _ = rustls::crypto::ring::default_provider().install_default();
                let [ca, certificate, key] = authority.files().map(|path| std::fs::read(path).unwrap());
                let certificates = redis::TlsCertificates {
                    client_tls: Some(redis::ClientTlsConfig {
                        client_cert: certificate,
                        client_key: key,
                    }),
                    root_cert: Some(ca),
                };
                redis::Client::build_with_tls(self.url(), certificates)
            }
        };
        let mut connection = client?.get_connection()?;
        let (name, arguments) = command.split_first().expect("a command has a name");
        redis::cmd(name).arg(arguments).query(&mut connection)
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A master with a replica, and a sentinel that watches them.
pub struct Watched {
    /// The master, then the replica.
    pub servers: [RedisServer; 2],
    sentinel: RedisServer,
}

impl Watched {
    /// Starts them; returns when the sentinel knows the replica.
    pub fn start(by: By) -> Watched {
        let master = RedisServer::with(free_port(), &[], by.clone());
        let port = master.port.to_string();
        let replica = RedisServer::with(free_port(), &["--replicaof", "127.0.0.1", &port], by.clone());
        until("the replica has what the master has", || {
            let info = master.ask(&["INFO", "replication"]).unwrap_or_default();
            info.contains("state=online")
        });
        let settings = format!(
            "sentinel monitor shop 127.0.0.1 {port} 1\n\
             sentinel down-after-milliseconds shop 500\n\
             sentinel failover-timeout shop 3000\n"
        );
        let sentinel = RedisServer::sentinel(&settings, by);
        let watched = Watched {
            servers: [master, replica],
            sentinel,
        };
        until("the sentinel knows the replica", || {
            let info = watched.sentinel.ask(&["INFO", "sentinel"]).unwrap_or_default();
            info.contains("status=ok") && info.contains("slaves=1")
        });
        watched
    }

    /// The URL of its store.
    pub fn url(&self) -> String {
        format!(
            "{}+sentinel://127.0.0.1:{}/shop",
            scheme(&self.sentinel.by),
            self.sentinel.port
        )
    }
}

/// A cluster of three masters, each with a replica.
pub struct RedisCluster {
    /// The first three were made masters.
    pub servers: Vec<RedisServer>,
}

impl RedisCluster {
    /// Starts it; returns when every server says that it is whole.
    pub fn start(by: By) -> RedisCluster {
        let servers: Vec<RedisServer> = (0..6)
            .map(|_| {
                // The bus port is ten thousand above, so the port must leave room for it.
                let port = std::iter::repeat_with(free_port)
                    .find(|port| *port < 50_000 && TcpListener::bind(("127.0.0.1", port + 10_000)).is_ok())
                    .expect("there are free ports");
                let cluster = ["--cluster-enabled", "yes", "--cluster-node-timeout", "1000"];
                RedisServer::with(port, &cluster, by.clone())
            })
            .collect();
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]);
        create.args(servers.iter().map(|server| format!("127.0.0.1:{}", server.port)));
        create.args(["--cluster-replicas", "1", "--cluster-yes"]);
        if let Some(authority) = &by {
            create.arg("--tls");
            create.args(authority.options(["--cacert", "--cert", "--key"]));
        }
        let made = create
            .stdout(Stdio::null())
            .status()
            .expect("redis-cli comes with redis-server");
        assert!(made.success(), "redis-cli could not make a cluster");
        let cluster = RedisCluster { servers };
        until("the cluster is whole", || {
            cluster.servers.iter().all(|server| {
                let info = server.ask(&["CLUSTER", "INFO"]).unwrap_or_default();
                info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:6")
            })
        });
        until("every master has its replica", || {
            let replicas = |server: &RedisServer| server.ask(&["INFO", "replication"]).unwrap_or_default();
            let connected = cluster
                .servers
                .iter()
                .filter(|server| replicas(server).contains("state=online"));
            connected.count() == 3
        });
        cluster
    }

    /// The URL of its store.
    pub fn url(&self) -> String {
        let places: Vec<String> = self
            .servers
            .iter()
            .map(|server| format!("127.0.0.1:{}", server.port))
            .collect();
        format!("{}+cluster://{}", scheme(&self.servers[0].by), places.join(","))
    }

    /// Which of the servers are masters now.
    pub fn masters(&self) -> Vec<usize> {
        let is_master = |server: &RedisServer| {
            server
                .ask(&["INFO", "replication"])
                .unwrap_or_default()
                .contains("role:master")
        };
        (0..self.servers.len())
            .filter(|at| is_master(&self.servers[*at]))
            .collect()
    }
}

fn scheme(by: &By) -> &'static str {
    if by.is_some() { "rediss" } else { "redis" }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
