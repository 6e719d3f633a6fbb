//! Where the Redis store is: one server, one that Sentinel watches, or a cluster.

use redis::{ConnectionAddr, IntoConnectionInfo};

use crate::store::StoreError;

/// A parsed `store.url`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// One server: its URL.
    Server(String),
    /// The URLs of servers of a cluster, any of which may be asked for the others.
    Cluster(Vec<String>),
    /// The sentinels that know which server is the master of a service.
    Sentinel {
        /// The sentinels' URLs.
        sentinels: Vec<String>,
        /// What the sentinels call the service.
        service: String,
        /// The URL of any server of the service, for its credentials and database.
        server: String,
    },
}

impl Address {
    /// Reads `redis://…`, `rediss://…`, `redis+cluster://host:port,host:port`, `rediss+cluster://…`,
    /// `redis+sentinel://host:port,host:port/service[/database]`, `rediss+sentinel://…`; each may have
    /// `user:password@` before the first host.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with what is wrong and the forms there are.
    pub(super) fn parse(url: &str) -> Result<Address, StoreError> {
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(unreadable("it has no ://"));
        };
        let (base, form) = match scheme.split_once('+') {
            Some((base, form)) => (base, form),
            None => (scheme, ""),
        };
        if !matches!(base, "redis" | "rediss") {
            return Err(unreadable("it begins with neither redis nor rediss"));
        }
        let (credentials, places) = match rest.rsplit_once('@') {
            Some((credentials, places)) => (format!("{credentials}@"), places),
            None => (String::new(), rest),
        };
        let (hosts, path) = places.split_once('/').unwrap_or((places, ""));
        let each = |path: &str| -> Vec<String> {
            hosts
                .split(',')
                .map(|host| format!("{base}://{credentials}{host}{path}"))
                .collect()
        };
        let address = match form {
            "" if hosts.contains(',') => {
                return Err(unreadable("several servers need redis+cluster:// or redis+sentinel://"));
            }
            "" => Address::Server(url.to_owned()),
            "cluster" => Address::Cluster(each("")),
            "sentinel" => {
                let (service, database) = path.split_once('/').unwrap_or((path, ""));
                if service.is_empty() {
                    return Err(unreadable(
                        "the name of the service is missing after the sentinels: …:26379/mymaster",
                    ));
                }
                let sentinels = hosts.split(',').map(|host| format!("{base}://{host}")).collect();
                Address::Sentinel {
                    sentinels,
                    service: service.to_owned(),
                    server: format!("{base}://{credentials}any/{database}"),
                }
            }
            _ => return Err(unreadable("after redis+ comes cluster or sentinel")),
        };
        for url in address.urls() {
            let info = url.as_str().into_connection_info();
            let info = info.map_err(|error| {
                let hint = if credentials.is_empty() {
                    ""
                } else {
                    "; in a password write %40 for @, %3A for :, %2F for /, %23 for #, %25 for %"
                };
                unreadable(&format!("{error}{hint}"))
            })?;
            if let ConnectionAddr::Tcp(host, _) | ConnectionAddr::TcpTls { host, .. } = info.addr()
                && host.is_empty()
            {
                return Err(unreadable("a host is missing"));
            }
        }
        Ok(address)
    }

    /// Whether connections are encrypted.
    pub(super) fn tls(&self) -> bool {
        self.urls().iter().any(|url| url.starts_with("rediss"))
    }

    fn urls(&self) -> Vec<String> {
        match self {
            Address::Server(url) => vec![url.clone()],
            Address::Cluster(urls) => urls.clone(),
            Address::Sentinel { sentinels, server, .. } => {
                sentinels.iter().chain(std::iter::once(server)).cloned().collect()
            }
        }
    }
}

fn unreadable(reason: &str) -> StoreError {
    StoreError::Unavailable(format!(
        "store.url cannot be read: {reason}. It is \"embedded\" or one of redis://host:6379, \
         redis+cluster://host:6379,host:6379, redis+sentinel://host:26379,host:26379/mymaster"
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_form_is_read() {
        assert_eq!(
            Address::parse("redis://:pw@db:6379/2").unwrap(),
            Address::Server("redis://:pw@db:6379/2".to_owned())
        );
        assert_eq!(
            Address::parse("redis+cluster://u:p@a:1,b:2").unwrap(),
            Address::Cluster(vec!["redis://u:p@a:1".to_owned(), "redis://u:p@b:2".to_owned()])
        );
        assert_eq!(
            Address::parse("redis+sentinel://:p@a:1,b:2/shop/3").unwrap(),
            Address::Sentinel {
                sentinels: vec!["redis://a:1".to_owned(), "redis://b:2".to_owned()],
                service: "shop".to_owned(),
                server: "redis://:p@any/3".to_owned(),
            }
        );
    }

    #[test]
    fn a_password_with_signs_of_its_own_is_told_how_to_be_written() {
        let error = Address::parse("redis://:a/b@c@127.0.0.1:6379").unwrap_err().to_string();
        assert!(
            error.contains("%40") && error.contains("%2F") && !error.contains("a/b"),
            "{error}"
        );
    }

    #[test]
    fn what_cannot_be_read_says_how_it_is_written() {
        for wrong in [
            "localhost",
            "http://a",
            "redis://a:1,b:2",
            "redis+ring://a",
            "redis+sentinel://a:1",
        ] {
            let error = Address::parse(wrong).unwrap_err().to_string();
            assert!(error.contains("redis+cluster://"), "{wrong}: {error}");
        }
    }
}
