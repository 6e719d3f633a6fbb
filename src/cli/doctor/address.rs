//! Where the server listens, under which address browsers reach it, and which proxies are believed.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crate::config::Settings;

use super::super::control::Control;
use super::finding::Finding;

/// How long whoever listens there may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    vec![listen(settings), public(settings), proxies(settings)]
}

fn listen(settings: &Settings) -> Finding {
    let address = settings.gateway.listen;
    match TcpListener::bind(address) {
        Ok(_) => Finding::ok(
            "listen",
            format!("{address} 空着，可以监听"),
            format!("{address} is free to listen on"),
        ),
        Err(error) if error.kind() == ErrorKind::AddrInUse => match is_yingda(settings, address) {
            true => Finding::ok(
                "listen",
                format!("{address} 上有一个应答在运行"),
                format!("a yingda answers at {address}"),
            ),
            false => Finding::wrong(
                "listen",
                format!("{address} 被别的程序占用"),
                format!("another program listens on {address}"),
            )
            .advised(
                "换 gateway.listen 的端口，或停掉那个程序",
                "take another port in gateway.listen, or stop that program",
            ),
        },
        Err(error) => Finding::wrong(
            "listen",
            format!("不能监听 {address}：{error}"),
            format!("{address} cannot be listened on: {error}"),
        )
        .advised(
            "检查地址是不是本机的；1024 以下的端口要管理员权限",
            "check that the address is this machine's; ports below 1024 need privileges",
        ),
    }
}

/// Whether what listens there is the server of these settings, as its data folder says, or answers as a yingda does.
fn is_yingda(settings: &Settings, address: SocketAddr) -> bool {
    let own = Control::read(&settings.store.data).is_some_and(|control| control.address.port() == address.port());
    if own {
        return true;
    }
    let ask = || -> std::io::Result<String> {
        let local = match address.ip().is_unspecified() {
            true if address.is_ipv4() => SocketAddr::from(([127, 0, 0, 1], address.port())),
            true => SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], address.port())),
            false => address,
        };
        let mut stream = TcpStream::connect_timeout(&local, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        write!(stream, "GET /healthz HTTP/1.0\r\nhost: {local}\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.take(16 * 1024).read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    ask().is_ok_and(|answer| answer.contains("permissions-policy") && answer.contains("\r\n\r\nok\n"))
}

fn public(settings: &Settings) -> Finding {
    let (listen, public) = (settings.gateway.listen, settings.gateway.public_url.as_str());
    if settings.gateway.has_tls() && public.is_empty() {
        return Finding::ok(
            "public_url",
            "自己的证书，聊天加密".to_owned(),
            "encrypted with a certificate of its own".to_owned(),
        );
    }
    if public.starts_with("https://") {
        return Finding::ok(
            "public_url",
            format!("浏览器走 {public}"),
            format!("browsers come through {public}"),
        );
    }
    let reachable = !listen.ip().is_loopback();
    match (public.is_empty(), reachable) {
        (true, false) => Finding::ok(
            "public_url",
            "只在本机，没有设 gateway.public_url".to_owned(),
            "for this machine only; gateway.public_url is not set".to_owned(),
        ),
        (true, true) => Finding::warn(
            "public_url",
            format!("监听 {listen}，别的机器能连上，却没有设 gateway.public_url"),
            format!("{listen} is open to other machines and gateway.public_url is not set"),
        )
        .advised(
            "在前面放 HTTPS 代理，并把 gateway.public_url 设为浏览器看到的 https:// 地址",
            "put a proxy with HTTPS in front and set gateway.public_url to the https:// address that browsers see",
        ),
        (false, _) if is_local(public) => Finding::ok(
            "public_url",
            format!("浏览器走 {public}（本机）"),
            format!("browsers come through {public} (this machine)"),
        ),
        (false, _) => Finding::warn(
            "public_url",
            format!("{public} 没有加密：聊天内容和登录会被旁人看到"),
            format!("{public} is not encrypted: chats and sign-ins can be read on the way"),
        )
        .advised("换成 https:// 的地址", "use an https:// address"),
    }
}

fn is_local(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    ["localhost", "127.", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local))
}

fn proxies(settings: &Settings) -> Finding {
    let gateway = &settings.gateway;
    let behind = gateway.public_url.starts_with("https://") && !gateway.has_tls();
    match (gateway.trusted_proxies.is_empty(), behind) {
        (true, true) => Finding::warn(
            "proxies",
            "public_url 是 https，却没有设 gateway.trusted_proxies：所有顾客看起来是同一个地址，会一起被限速".to_owned(),
            "public_url is https and gateway.trusted_proxies is empty: all shoppers look like one address and share its limits"
                .to_owned(),
        )
        .advised(
            "写上代理连过来的地址，例如 trusted_proxies = [\"127.0.0.1\"]",
            "name the address the proxy connects from, as trusted_proxies = [\"127.0.0.1\"]",
        ),
        (true, false) => Finding::ok(
            "proxies",
            "不经代理，顾客的地址就是连接的地址".to_owned(),
            "no proxy: a shopper's address is that of the connection".to_owned(),
        ),
        (false, _) => Finding::ok(
            "proxies",
            format!("相信 {} 个代理的 X-Forwarded-For", gateway.trusted_proxies.len()),
            format!("X-Forwarded-For of {} proxies is believed", gateway.trusted_proxies.len()),
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::finding::State;
    use super::*;

    #[test]
    fn what_browsers_and_proxies_need_is_asked_for() {
        let mut settings = Settings::default();
        assert_eq!(
            (public(&settings).state, proxies(&settings).state),
            (State::Ok, State::Ok)
        );
        settings.gateway.listen = "0.0.0.0:80".parse().unwrap();
        assert_eq!(public(&settings).state, State::Warn);
        settings.gateway.public_url = "http://chat.example.com".to_owned();
        assert_eq!(public(&settings).state, State::Warn);
        settings.gateway.public_url = "https://chat.example.com".to_owned();
        assert_eq!(
            (public(&settings).state, proxies(&settings).state),
            (State::Ok, State::Warn)
        );
        settings.gateway.tls_cert_file = "own.pem".into();
        assert_eq!(
            (public(&settings).state, proxies(&settings).state),
            (State::Ok, State::Ok)
        );
        settings.gateway.tls_cert_file = "".into();
        settings.gateway.public_url = "http://localhost:8080".to_owned();
        assert_eq!(public(&settings).state, State::Ok);
    }

    #[test]
    fn a_port_that_another_program_has_is_found() {
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = other.local_addr().unwrap();
        std::thread::spawn(move || {
            while let Ok((mut stream, _)) = other.accept() {
                let _ = stream.write_all(b"SSH-2.0-x\r\n");
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let state = |address: SocketAddr| {
            let mut settings = Settings::default();
            settings.gateway.listen = address;
            settings.store.data = folder.path().to_owned();
            listen(&settings).state
        };
        assert_eq!(state(address), State::Wrong);
        assert_eq!(state("127.0.0.1:0".parse().unwrap()), State::Ok);
    }
}
