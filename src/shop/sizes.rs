//! Sizes as shops list them: 42, 36-45, XL, S-3XL, 均码.

/// A size that can be told apart from others of its kind.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Size {
    /// By number; a half size has its half.
    Number(f32),
    /// By letters, in their order: 2XS is -2, XL is 4.
    Letters(i32),
    /// One for all.
    Free,
}

fn read(text: &str) -> Option<Size> {
    let text = text.trim().trim_end_matches(['码', '号']).trim().to_uppercase();
    if matches!(text.as_str(), "均码" | "均" | "F" | "FREE" | "ONE SIZE") {
        return Some(Size::Free);
    }
    if let Ok(number) = text.parse::<f32>() {
        return (number.is_finite() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
            .then_some(Size::Number(number));
    }
    let (times, rest) = match text.trim_start_matches(|c: char| c.is_ascii_digit()) {
        rest if rest.len() < text.len() => (text[..text.len() - rest.len()].parse::<i32>().ok()?, rest),
        rest => (0, rest),
    };
    let crosses = i32::try_from(rest.bytes().take_while(|byte| *byte == b'X').count()).ok()?;
    let times = if times == 0 { crosses } else { times };
    match (&rest[usize::try_from(crosses).ok()?..], crosses) {
        ("S", 0) if times == 0 => Some(Size::Letters(1)),
        ("M", 0) if times == 0 => Some(Size::Letters(2)),
        ("L", 0) if times == 0 => Some(Size::Letters(3)),
        ("S", 1..) => Some(Size::Letters(1 - times)),
        ("L", 1..) => Some(Size::Letters(3 + times)),
        _ => None,
    }
}

/// The ends of a range such as 36-45 or S~3XL.
fn ends(listed: &str) -> Option<(Size, Size)> {
    let (low, high) = listed.split_once(['-', '~', '～', '—', '至', '到'])?;
    let (low, high) = (read(low)?, read(high)?);
    let same = matches!(
        (low, high),
        (Size::Number(_), Size::Number(_)) | (Size::Letters(_), Size::Letters(_))
    );
    (same && low <= high).then_some((low, high))
}

fn covers(listed: &str, size: Size) -> bool {
    match (ends(listed), size) {
        // Whole sizes only, and of one kind.
        (Some((Size::Number(low), Size::Number(high))), Size::Number(size)) => {
            low <= size && size <= high && size.fract() == 0.0
        }
        (Some((Size::Letters(low), Size::Letters(high))), Size::Letters(size)) => low <= size && size <= high,
        (Some(_), _) => false,
        (None, size) => read(listed) == Some(size),
    }
}

/// Whether a list has a size. `None` where the list or the size is written in a way that does not tell.
pub fn has_size(listed: &[String], size: &str) -> Option<bool> {
    if listed.iter().any(|known| known.trim().eq_ignore_ascii_case(size)) {
        return Some(true);
    }
    let size = read(size)?;
    if listed.iter().any(|known| covers(known, size)) {
        return Some(true);
    }
    let plain = |known: &String| ends(known).is_some() || read(known).is_some();
    (!listed.is_empty() && listed.iter().all(plain)).then_some(false)
}

/// Numbers so far beyond the listed sizes may still be meant as sizes; others are lengths and weights.
const NEAR: f32 = 4.0;

/// The first size that a size table speaks of and the list does not have.
pub fn not_listed(listed: &[String], table: &str) -> Option<String> {
    let listed_sizes: Vec<Size> = listed
        .iter()
        .flat_map(|known| match (ends(known), read(known)) {
            (Some((low, high)), _) => vec![low, high],
            (None, Some(size)) => vec![size],
            (None, None) => Vec::new(),
        })
        .collect();
    let numbers = listed_sizes.iter().filter_map(|size| match size {
        Size::Number(number) => Some(*number),
        _ => None,
    });
    let (low, high) = numbers.fold((f32::MAX, f32::MIN), |(low, high), number| {
        (low.min(number), high.max(number))
    });
    let letters = listed_sizes.iter().any(|size| matches!(size, Size::Letters(_)));
    let words = table.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let spoken = words.filter(|word| !word.is_empty()).find(|word| {
        let near = match read(word) {
            Some(Size::Number(number)) => {
                !letters && number.fract() == 0.0 && low - NEAR <= number && number <= high + NEAR
            }
            // A lower-case m or l is a unit.
            Some(Size::Letters(_)) => letters && !word.bytes().any(|byte| byte.is_ascii_lowercase()),
            _ => false,
        };
        near && has_size(listed, word) == Some(false)
    });
    spoken.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(sizes: &[&str]) -> Vec<String> {
        sizes.iter().map(|size| (*size).to_owned()).collect()
    }

    #[test]
    fn a_size_is_in_the_list_however_it_is_written() {
        for (listed, size, has) in [
            (&["36-45"][..], "42", Some(true)),
            (&["36-45"], "46", Some(false)),
            (&["36-45"], "42.5", Some(false)),
            (&["36~45码"], "36", Some(true)),
            (&["S-3XL"], "XL", Some(true)),
            (&["S", "XXL"], "2XL", Some(true)),
            (&["S", "M"], "XL", Some(false)),
            (&["35-38", "39-44"], "40", Some(true)),
            (&["均码"], "42", Some(false)),
            (&["均码"], "均码", Some(true)),
            (&["42"], "42码", Some(true)),
            // What is written some other way may be that size.
            (&["165/88A"], "M", None),
            (&["165/88A"], "165/88a", Some(true)),
            (&["42"], "US9", None),
            (&[], "42", None),
        ] {
            assert_eq!(has_size(&list(listed), size), has, "{listed:?} {size}");
        }
    }

    #[test]
    fn a_size_table_speaks_of_listed_sizes() {
        for (listed, table, extra) in [
            (&["38-45"][..], "脚长 230 毫米穿 36，240 穿 38", Some("36")),
            (&["36-45"], "脚长 230 毫米穿 36，每 5 毫米大一码", None),
            (&["S", "M"], "S 47 公斤内、M 47-56、L 56-66 公斤", Some("L")),
            (&["S", "M"], "S 160 cm, M 170 m", None),
            (&["28-35"], "175 毫米穿 28", None),
            (&["165/88A"], "M 穿 165", None),
        ] {
            assert_eq!(not_listed(&list(listed), table).as_deref(), extra, "{table}");
        }
    }
}
