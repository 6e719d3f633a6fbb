//! Which certificates an encrypted connection to Redis trusts and shows.

use std::path::{Path, PathBuf};

use redis::{ClientTlsConfig, TlsCertificates};

use crate::store::StoreError;

/// Files in PEM format, named as Redis names its own settings. An empty path is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFiles {
    /// The authorities that are trusted; none: those of the system.
    pub ca: PathBuf,
    /// The certificate that is shown to Redis, with `key`.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl TlsFiles {
    /// Reads the files.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the file that cannot be read, or the one of certificate and key that is missing.
    pub(super) fn read(&self) -> Result<TlsCertificates, StoreError> {
        // The library takes the process's choice of cryptography; a second choice is refused and the first stands.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client_tls = match (read(&self.certificate)?, read(&self.key)?) {
            (Some(client_cert), Some(client_key)) => Some(ClientTlsConfig {
                client_cert,
                client_key,
            }),
            (None, None) => None,
            _ => {
                return Err(StoreError::Unavailable(
                    "store.tls_cert_file and store.tls_key_file need each other".to_owned(),
                ));
            }
        };
        Ok(TlsCertificates {
            client_tls,
            root_cert: read(&self.ca)?,
        })
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    if path.as_os_str().is_empty() {
        return Ok(None);
    }
    let bytes = std::fs::read(path);
    let bytes = bytes.map_err(|error| StoreError::Unavailable(format!("{}: {error}", path.display())))?;
    Ok(Some(bytes))
}
