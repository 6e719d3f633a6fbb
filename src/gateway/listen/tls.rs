//! TLS of the gateway itself, for those who have no proxy in front of it. The certificate is read again when its files
//! change, without a restart.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::connection::Connection;

/// How often the files are looked at for a new certificate.
pub const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One of the two files is not named.
    #[error("gateway.tls_cert_file and gateway.tls_key_file belong together: set both or none")]
    Half,
    /// A file cannot be read, or is no PEM.
    #[error("{}: {cause}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        cause: String,
    },
    /// The two do not go together, or are of a kind that is not supported.
    #[error("the certificate cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
}

/// The certificate of the server.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    config: ArcSwap<ServerConfig>,
    seen: std::sync::Mutex<[Option<SystemTime>; 2]>,
}

impl Tls {
    /// Reads the files; `None` when none is named.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn load(certificate: &Path, key: &Path) -> Result<Option<Arc<Tls>>, TlsError> {
        let named = |path: &Path| !path.as_os_str().is_empty();
        match (named(certificate), named(key)) {
            (false, false) => Ok(None),
            (true, true) => Ok(Some(Arc::new(Tls {
                certificate: certificate.to_owned(),
                key: key.to_owned(),
                config: ArcSwap::new(read(certificate, key)?),
                seen: std::sync::Mutex::new(changed(certificate, key)),
            }))),
            _ => Err(TlsError::Half),
        }
    }

    /// Takes a new certificate into use where its files have changed, and says in the log what became of it. Connections
    /// that are open go on with the one they have.
    pub fn look(&self) {
        match self.reload() {
            Ok(true) => tracing::info!("a new certificate is in use"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the new certificate is not taken, the former stays in use"),
        }
    }

    fn reload(&self) -> Result<bool, TlsError> {
        let now = changed(&self.certificate, &self.key);
        {
            let mut seen = self.seen.lock().expect("no holder of this lock panics");
            if *seen == now {
                return Ok(false);
            }
            // Also a bad file is reported once and not every time.
            *seen = now;
        }
        self.config.store(read(&self.certificate, &self.key)?);
        Ok(true)
    }

    /// The handshake.
    pub(super) async fn accept(&self, connection: Connection) -> std::io::Result<TlsStream<Connection>> {
        TlsAcceptor::from(self.config.load_full()).accept(connection).await
    }
}

fn changed(certificate: &Path, key: &Path) -> [Option<SystemTime>; 2] {
    [certificate, key].map(|file| std::fs::metadata(file).and_then(|file| file.modified()).ok())
}

fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let wrong = |file: &Path, cause: rustls::pki_types::pem::Error| TlsError::File {
        file: file.to_owned(),
        cause: match cause {
            rustls::pki_types::pem::Error::NoItemsFound => "nothing of the right kind in it (PEM)".to_owned(),
            other => other.to_string(),
        },
    };
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|cause| wrong(certificate, cause))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|cause| wrong(key, cause))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
