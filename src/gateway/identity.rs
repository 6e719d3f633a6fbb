//! The shop's signature under its customers' ids.

use data_encoding::HEXLOWER_PERMISSIVE;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::Secret;

/// Longest customer id that is taken, bytes.
const LONGEST_CUSTOMER: usize = 128;

/// Whether the shop has signed this customer id: hex HMAC-SHA-256 with the shop's identity key. Without a key
/// nothing is signed.
pub fn customer_is_signed(key: &Secret, customer: &str, signature: &str) -> bool {
    if key.is_empty() || customer.is_empty() || customer.len() > LONGEST_CUSTOMER {
        return false;
    }
    let Ok(signature) = HEXLOWER_PERMISSIVE.decode(signature.as_bytes()) else {
        return false;
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).expect("HMAC takes keys of every length");
    mac.update(customer.as_bytes());
    // Compares in constant time.
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn key(text: &str) -> Secret {
        serde_json::from_value(serde_json::Value::from(text)).unwrap()
    }

    #[test]
    fn only_the_shops_own_signature_is_taken() {
        // printf 'u-1001' | openssl dgst -sha256 -hmac '0123456789abcdef0123456789abcdef'
        let signature = "d9817beeb0f5009c713b5582ba3027d90c2da8cb0c8aea55e422c4602666c314";
        let right = key("0123456789abcdef0123456789abcdef");
        assert!(customer_is_signed(&right, "u-1001", signature));
        assert!(customer_is_signed(&right, "u-1001", &signature.to_uppercase()));
        assert!(!customer_is_signed(&right, "u-1002", signature));
        assert!(!customer_is_signed(&right, "u-1001", &signature[2..]));
        assert!(!customer_is_signed(&right, "u-1001", "not hex"));
        assert!(!customer_is_signed(
            &key("0123456789abcdef0123456789abcdeX"),
            "u-1001",
            signature
        ));
        assert!(!customer_is_signed(&Secret::default(), "u-1001", signature));
        assert!(!customer_is_signed(&right, "", ""));
    }
}
