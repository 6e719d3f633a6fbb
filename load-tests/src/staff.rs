//! The people of a server under test: invited by the first member of staff, signed in by their links.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::hostile::wire::{Answer, http_with};

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whoever may invite.
pub struct Staff {
    server: SocketAddr,
    /// The session of the first member of staff.
    cookie: String,
}

impl Staff {
    /// Signs the first member of staff in, with the token of the link that the server has printed.
    ///
    /// # Errors
    /// The server does not let it in.
    pub async fn open(server: SocketAddr, link: &str) -> Result<Staff> {
        let cookie = sign_in(server, link).await?;
        Ok(Staff { server, cookie })
    }

    /// Invites an agent with room for so many chats, who signs in; the cookie of the session.
    ///
    /// # Errors
    /// It is refused.
    pub async fn invite(&self, name: &str, slots: u32) -> Result<String> {
        let body = json!({"name": name, "roles": ["agent"], "shops": [], "capacity": slots});
        let answer = post(self.server, "/v1/agents", &body, Some(&self.cookie)).await?;
        let invited: Value = serde_json::from_str(&answer.body).context("inviting an agent")?;
        let link = invited["link"].as_str().unwrap_or_default();
        let Some((_, token)) = link.split_once("#signin=") else {
            bail!("inviting an agent was answered with {} {}", answer.status, answer.body)
        };
        sign_in(self.server, token).await
    }
}

/// The cookie of the session that a link begins.
async fn sign_in(server: SocketAddr, token: &str) -> Result<String> {
    let answer = post(server, "/v1/signin", &json!({ "token": token }), None).await?;
    let Some(cookie) = answer.header("set-cookie").filter(|_| answer.status == 200) else {
        bail!("signing in was answered with {}", answer.status)
    };
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

async fn post(server: SocketAddr, path: &str, body: &Value, cookie: Option<&str>) -> Result<Answer> {
    let asked = http_with(Ipv4Addr::LOCALHOST, server, "POST", path, Some(body), cookie);
    let answered = timeout(PATIENCE, asked).await;
    answered.with_context(|| format!("no answer to {path}"))?
}
