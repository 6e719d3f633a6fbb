//! One signed request to a shop's server: within a time, within a size, and nowhere but where it was sent.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;
use sha2::Sha256;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;
use url::{Host, Url};

use crate::config::Secret;
use crate::model::{Millis, ShopId};

use super::answer::{self, Order};

/// For so long a shop may take, from the first packet to the last: an agent looks at the card.
const WITHIN: Duration = Duration::from_secs(3);
/// The largest answer that is read, bytes; twenty orders with their parcels have some tens of thousands.
const LARGEST: usize = 256 * 1024;
/// The largest head of an answer, bytes.
const LARGEST_HEAD: usize = 16 * 1024;
/// Requests to one shop at once.
const AT_ONCE: usize = 8;

/// Why there is no answer now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unavailable {
    /// Nothing whole came in time.
    #[error("the shop's server took longer than {} s", WITHIN.as_secs())]
    TooSlow,
    /// There is no connection.
    #[error("the shop's server cannot be reached: {0}")]
    Unreachable(String),
    /// It sends whoever asks elsewhere: the signature and the customer are for this address alone.
    #[error("the shop's server sends elsewhere (status {0}); set orders_url to where it leads")]
    Redirect(u16),
    /// It refuses, or fails.
    #[error("the shop's server answers with status {0}")]
    Status(u16),
    /// It says too much.
    #[error("the shop's server answers with more than {LARGEST} bytes")]
    TooLarge,
    /// It says something of another form.
    #[error("the shop's server answers in another form: {0}")]
    Unreadable(String),
}

impl Unavailable {
    /// As it is told to pages.
    pub fn name(&self) -> &'static str {
        match self {
            Unavailable::TooSlow => "too_slow",
            Unavailable::Unreachable(_) => "unreachable",
            Unavailable::Redirect(_) => "redirect",
            Unavailable::Status(_) => "status",
            Unavailable::TooLarge => "too_large",
            Unavailable::Unreadable(_) => "unreadable",
        }
    }
}

/// Where a shop is asked, and with which key.
pub(super) struct Source {
    url: Url,
    key: Secret,
    tls: Option<TlsConnector>,
    places: Semaphore,
}

impl Source {
    /// `None` for an address that cannot be asked.
    pub(super) fn new(url: &str, key: &Secret, ca_file: &Path) -> Result<Option<Source>, TlsError> {
        let Ok(url) = Url::parse(url) else { return Ok(None) };
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Ok(None),
        };
        let plain = url.username().is_empty() && url.password().is_none();
        if !plain || url.host_str().is_none_or(str::is_empty) {
            return Ok(None);
        }
        Ok(Some(Source {
            tls: secure.then(|| connector(ca_file)).transpose()?,
            key: key.clone(),
            places: Semaphore::new(AT_ONCE),
            url,
        }))
    }

    /// A customer's orders, and how many more the shop told.
    pub(super) async fn fetch(
        &self,
        shop: &ShopId,
        customer: &str,
        now: Millis,
    ) -> Result<(Vec<Order>, usize), Unavailable> {
        let body = json!({"shop": shop, "customer": customer}).to_string();
        let asking = async {
            let _place = self.places.acquire().await.map_err(|_| Unavailable::TooSlow)?;
            let request = self.request(body, now)?;
            let address = (self.host(), self.url.port_or_known_default().unwrap_or(443));
            let stream = TcpStream::connect((address.0.as_str(), address.1)).await;
            let stream = stream.map_err(|error| Unavailable::Unreachable(error.to_string()))?;
            match &self.tls {
                None => exchange(stream, request).await,
                Some(tls) => {
                    let wrong = |error: &dyn std::fmt::Display| Unavailable::Unreachable(error.to_string());
                    let name = ServerName::try_from(address.0).map_err(|error| wrong(&error))?;
                    let stream = tls.connect(name, stream).await.map_err(|error| wrong(&error))?;
                    exchange(stream, request).await
                }
            }
        };
        let bytes = match tokio::time::timeout(WITHIN, asking).await {
            Ok(answered) => answered?,
            Err(_) => return Err(Unavailable::TooSlow),
        };
        answer::read(&bytes).map_err(|error| Unavailable::Unreadable(error.to_string()))
    }

    /// The host without the brackets of an address.
    fn host(&self) -> String {
        match self.url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => String::new(),
        }
    }

    fn request(&self, body: String, now: Millis) -> Result<Request<Full<Bytes>>, Unavailable> {
        let authority = &self.url[url::Position::BeforeHost..url::Position::AfterPort];
        let path = &self.url[url::Position::BeforePath..url::Position::AfterQuery];
        Request::post(path)
            .header(HOST, authority)
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_LENGTH, body.len())
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, "yingda")
            .header("yingda-signature", signature(&self.key, &body, now))
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| Unavailable::Unreachable(error.to_string()))
    }
}

/// `v1.`, the second since 1970, `.` and the hex HMAC-SHA-256 of that number, a line break and the body.
fn signature(key: &Secret, body: &str, now: Millis) -> String {
    let second = now.0 / 1000;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(format!("{second}\n{body}").as_bytes());
    format!("v1.{second}.{}", HEXLOWER.encode(&mac.finalize().into_bytes()))
}

/// Why https to a shop cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file of certificates cannot be read, or holds none.
    #[error("{file}: {why}")]
    Certificates {
        /// Which.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// The library refuses.
    #[error(transparent)]
    Library(#[from] rustls::Error),
}

/// Trusts whom the system trusts, and whoever has a certificate by those in the file, where one is named.
fn connector(ca_file: &Path) -> Result<TlsConnector, TlsError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a certificate of the system cannot be read");
    }
    roots.add_parsable_certificates(found.certs);
    if !ca_file.as_os_str().is_empty() {
        let wrong = |why: &dyn std::fmt::Display| TlsError::Certificates {
            file: ca_file.display().to_string(),
            why: why.to_string(),
        };
        let own = CertificateDer::pem_file_iter(ca_file).map_err(|error| wrong(&error))?;
        let own = own.collect::<Result<Vec<_>, _>>().map_err(|error| wrong(&error))?;
        let (added, _) = roots.add_parsable_certificates(own);
        if added == 0 {
            return Err(wrong(&"no certificate in PEM format"));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Asks and reads the answer.
async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Bytes, Unavailable>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let broken = |error: hyper::Error| Unavailable::Unreachable(error.to_string());
    let mut builder = http1::Builder::new();
    builder.max_buf_size(LARGEST_HEAD);
    let (mut sender, connection) = builder.handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // Ends with the answer, or with whoever waits for it.
    let _driver = AbortOnDropHandle::new(tokio::spawn(connection));
    let response = sender.send_request(request).await.map_err(broken)?;
    read(response).await
}

async fn read(response: Response<Incoming>) -> Result<Bytes, Unavailable> {
    let status = response.status();
    if status.is_redirection() {
        return Err(Unavailable::Redirect(status.as_u16()));
    }
    if status != hyper::StatusCode::OK {
        return Err(Unavailable::Status(status.as_u16()));
    }
    match Limited::new(response.into_body(), LARGEST).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Unavailable::TooLarge),
        Err(error) => Err(Unavailable::Unreachable(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_signed_over_its_time_and_its_body() {
        let key = Secret::of("0123456789abcdef0123456789abcdef").expect("is long enough");
        let signed = signature(&key, r#"{"customer":"u-1","shop":"demo"}"#, Millis(1_795_300_000_999));
        let (head, hex) = signed.rsplit_once('.').expect("has two dots");
        assert_eq!(head, "v1.1795300000");
        assert_eq!(hex.len(), 64);
        assert_ne!(
            signed,
            signature(&key, r#"{"customer":"u-2","shop":"demo"}"#, Millis(1_795_300_000_999))
        );
        assert_ne!(
            signed,
            signature(&key, r#"{"customer":"u-1","shop":"demo"}"#, Millis(1_795_300_001_000))
        );
    }
}
