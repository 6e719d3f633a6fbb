//! How commands reach the server that has the data folder open: `control.json` in that folder says where it listens
//! and holds a secret that only lives as long as the server.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The file's name in the data folder.
const FILE: &str = "control.json";
/// How long the server may take to accept and to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Longest answer that is read, bytes.
const LONGEST_ANSWER: u64 = 16 * 1024 * 1024;

/// What the file says.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Control {
    /// Where the server listens, as reached from this machine.
    pub address: SocketAddr,
    /// What opens its door.
    pub secret: String,
    /// The address under which browsers reach it.
    pub public_url: String,
}

/// The file while the server runs; it is removed when this is dropped.
pub struct ControlFile(PathBuf);

impl Drop for ControlFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Control {
    /// For the server that listens here.
    pub fn of(listening: SocketAddr, secret: String, public_url: String) -> Control {
        let ip = match listening.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        Control {
            address: SocketAddr::new(ip, listening.port()),
            secret,
            public_url,
        }
    }

    /// Writes the file, readable by its owner only.
    pub fn write(&self, folder: &Path) -> io::Result<ControlFile> {
        let path = folder.join(FILE);
        // One that a killed server has left may have any rights.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        file.write_all(serde_json::to_string(self)?.as_bytes())?;
        Ok(ControlFile(path))
    }

    /// What the folder's file says; `None` when there is none.
    pub fn read(folder: &Path) -> Option<Control> {
        serde_json::from_slice(&fs::read(folder.join(FILE)).ok()?).ok()
    }

    /// Asks the server. `Ok(None)` when it is not there any more: the file was left by one that was killed.
    pub fn ask<Request: Serialize, Answer: DeserializeOwned>(
        &self,
        path: &str,
        request: &Request,
    ) -> Result<Option<Result<Answer, Refusal>>> {
        let Ok(stream) = TcpStream::connect_timeout(&self.address, PATIENCE) else {
            return Ok(None);
        };
        let body = serde_json::to_string(request)?;
        let (status, answer) = self
            .exchange(stream, path, &body)
            .with_context(|| format!("服务器 {0} 没有回答 · the server at {0} does not answer", self.address))?;
        match status {
            200 => Ok(Some(Ok(serde_json::from_slice(&answer)?))),
            // Whoever listens there does not know the secret: another program has taken the port.
            404 if refusal(&answer).is_none_or(|refusal| refusal.code == "not_found") => Ok(None),
            _ => {
                let refusal = refusal(&answer);
                let unclear = || anyhow!("服务器回答 {status} · the server answers {status}");
                Ok(Some(Err(refusal.ok_or_else(unclear)?)))
            }
        }
    }

    /// One request with HTTP/1.0, so that the answer ends with the connection and comes in one piece.
    fn exchange(&self, mut stream: TcpStream, path: &str, body: &str) -> Result<(u16, Vec<u8>)> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let request = format!(
            "POST {path} HTTP/1.0\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            self.address,
            self.secret,
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.take(LONGEST_ANSWER).read_to_end(&mut answer)?;
        parts(&answer).ok_or_else(|| anyhow!("这不是 HTTP · this is not HTTP"))
    }
}

/// Why the server refuses.
#[derive(Debug, Deserialize)]
pub struct Refusal {
    /// The code of the table.
    pub code: String,
    /// What is wrong, in both languages.
    pub message: String,
}

fn refusal(answer: &[u8]) -> Option<Refusal> {
    serde_json::from_slice(answer).ok()
}

/// Status and body of an answer.
fn parts(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let status = head.lines().next()?.split(' ').nth(1)?.parse().ok()?;
    Some((status, answer[end + 4..].to_vec()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_file_is_private_and_goes_with_the_server() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "left behind").unwrap();
        assert_eq!(Control::read(folder.path()), None);
        let control = Control::of("0.0.0.0:81".parse().unwrap(), "s".into(), "http://x".into());
        assert_eq!(control.address, "127.0.0.1:81".parse::<SocketAddr>().unwrap());
        let file = control.write(folder.path()).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(Control::read(folder.path()), Some(control));
        drop(file);
        assert_eq!(Control::read(folder.path()), None);
    }

    #[test]
    fn a_server_that_is_gone_is_no_error() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let control = Control::of(listener.local_addr().unwrap(), "s".into(), String::new());
        drop(listener);
        let answer = control.ask::<_, serde_json::Value>("/v1/control/staff", &"x").unwrap();
        assert!(answer.is_none());
    }

    #[test]
    fn answers_are_taken_apart() {
        let answer = b"HTTP/1.0 409 Conflict\r\na: b\r\n\r\n{\"code\":\"x\",\"message\":\"y\"}";
        let (status, body) = parts(answer).unwrap();
        assert_eq!((status, refusal(&body).unwrap().code.as_str()), (409, "x"));
        assert!(parts(b"SSH-2.0").is_none());
    }
}
