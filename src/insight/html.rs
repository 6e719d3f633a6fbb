//! Text inside pages that open from disk.

/// Text as it stands in HTML. What shoppers write may hold anything.
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            sign if sign.is_control() && sign != '\n' => shown.push('\u{fffd}'),
            sign => shown.push(sign),
        }
    }
    shown
}
