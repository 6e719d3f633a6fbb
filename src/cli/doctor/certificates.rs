//! When certificates that the settings name run out.

use std::path::Path;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::Settings;

use super::finding::Finding;

/// From how many days before its end on a certificate is to be looked at.
const SOON_DAYS: i64 = 21;

pub(super) fn look(settings: &Settings) -> Vec<Finding> {
    let files = [
        ("gateway.tls_cert_file", &settings.gateway.tls_cert_file),
        ("store.tls_ca_file", &settings.store.tls_ca_file),
        ("store.tls_cert_file", &settings.store.tls_cert_file),
    ];
    let set = files.into_iter().filter(|(_, path)| !path.as_os_str().is_empty());
    set.map(|(setting, path)| judged(setting, path, Timestamp::now()))
        .collect()
}

fn judged(setting: &str, path: &Path, now: Timestamp) -> Finding {
    let shown = path.display();
    let unreadable = |said: String| {
        let finding = Finding::wrong(
            "certificate",
            format!("{setting} 指的 {shown} 用不了：{said}"),
            format!("{shown} of {setting} cannot be used: {said}"),
        );
        finding.advised(
            "检查路径、权限，文件要是 PEM",
            "check path and rights; it has to be PEM",
        )
    };
    let ends = match first_end(path) {
        Ok(ends) => ends,
        Err(said) => return unreadable(said),
    };
    let day = ends.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d").to_string();
    let left = now
        .until((Unit::Hour, ends))
        .map_or(0, |left| i64::from(left.get_hours()) / 24);
    let zh = format!("{setting}：{shown} 到 {day} 有效");
    let en = format!("{setting}: {shown} is valid until {day}");
    let finding = match ends <= now {
        true => Finding::wrong("certificate", zh, en),
        false if left < SOON_DAYS => Finding::warn("certificate", zh, en),
        false => return Finding::ok("certificate", zh, en),
    };
    finding.advised("换一张新证书", "renew the certificate")
}

/// When the first of the certificates in the file runs out.
fn first_end(path: &Path) -> Result<Timestamp, String> {
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| error.to_string())?;
    let mut first: Option<Timestamp> = None;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| error.to_string())?;
        let ends = end(&certificate).ok_or("证书读不懂 · a certificate cannot be read")?;
        first = Some(first.map_or(ends, |first| first.min(ends)));
    }
    first.ok_or_else(|| "里面没有证书 · there is no certificate in it".to_owned())
}

/// The end of a certificate's validity (RFC 5280, 4.1): the second time of the fifth field, or the fourth when no
/// version is written.
fn end(certificate: &[u8]) -> Option<Timestamp> {
    const SEQUENCE: u8 = 0x30;
    const VERSION: u8 = 0xa0;
    let within = |bytes| {
        part(bytes)
            .filter(|(tag, ..)| *tag == SEQUENCE)
            .map(|(_, content, _)| content)
    };
    let mut fields = within(within(certificate)?)?;
    if fields.first() == Some(&VERSION) {
        fields = part(fields)?.2;
    }
    // Serial number, signature, issuer.
    for _ in 0..3 {
        fields = part(fields)?.2;
    }
    let (_, _, times) = part(within(fields)?)?;
    let (tag, text, _) = part(times)?;
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let text = match tag {
        // UTCTime has two digits of the year: from 50 on of the last century.
        0x17 if text.get(..2)? < "50" => format!("20{text}"),
        0x17 => format!("19{text}"),
        _ => text.to_owned(),
    };
    let at = DateTime::strptime("%Y%m%d%H%M%S", &text).ok()?;
    at.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
}

/// The first element of DER: its tag, its content, and what follows.
fn part(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        short @ 0..0x80 => (usize::from(*short), rest),
        long => {
            let (digits, rest) = rest
                .split_at_checked(usize::from(long & 0x7f))
                .filter(|(digits, _)| digits.len() <= 4)?;
            let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
            (length, rest)
        }
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::finding::State;
    use super::*;

    /// Valid from 2026-11-29 to 2027-01-28, self-signed: `openssl req -x509 -newkey ed25519 -nodes -days 60 -subj /CN=x`.
    const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBLDCB36ADAgECAhRvycErzydJegfabOBtGAnMRpnDCDAFBgMrZXAwDDEKMAgG\n\
A1UEAwwBeDAeFw0yNjExMjkxODExMzJaFw0yNzAxMjgxODExMzJaMAwxCjAIBgNV\n\
BAMMAXgwKjAFBgMrZXADIQA4JBvUMR3Wjp6Ya10v9gkO4J8FZ2PUs3qa2r4looBy\n\
GqNTMFEwHQYDVR0OBBYEFNeiVYygyRLMKAezy6BzHn+4uoHvMB8GA1UdIwQYMBaA\n\
FNeiVYygyRLMKAezy6BzHn+4uoHvMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EA\n\
Ai/hJxNLa9xbsh27IQwFpJBehXRHImRzCXXOO7C5/zfLMHTD//nQVzzr+11d/Azt\n\
LjhPjtG1SZdh35vSgIM0Dg==\n\
-----END CERTIFICATE-----\n\
";

    #[test]
    fn a_certificate_is_told_before_it_runs_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chain.pem");
        std::fs::write(&path, CERTIFICATE).unwrap();
        assert_eq!(first_end(&path).unwrap().to_string(), "2027-01-28T18:11:32Z");
        let state = |now: &str| judged("store.tls_cert_file", &path, now.parse().unwrap()).state;
        assert_eq!(state("2026-12-01T00:00:00Z"), State::Ok);
        assert_eq!(state("2027-01-20T00:00:00Z"), State::Warn);
        assert_eq!(state("2027-02-20T00:00:00Z"), State::Wrong);
        std::fs::write(&path, "nothing").unwrap();
        assert_eq!(state("2026-12-01T00:00:00Z"), State::Wrong);
        std::fs::write(&path, CERTIFICATE.replace("MII", "MIX")).unwrap();
        assert_eq!(state("2026-12-01T00:00:00Z"), State::Wrong);
        let none = judged("store.tls_ca_file", &folder.path().join("none"), Timestamp::now());
        assert_eq!(none.state, State::Wrong);
    }

    #[test]
    fn broken_certificates_of_any_kind_are_none() {
        for bytes in [
            &[][..],
            &[0x30],
            &[0x30, 0x80],
            &[0x30, 0x84, 1],
            &[0x30, 0xff, 0xff],
            &[0x30, 3, 0x30, 1, 0xa0],
        ] {
            assert_eq!(end(bytes), None, "{bytes:?}");
        }
    }
}
