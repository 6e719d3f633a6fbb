//! One wording that is looked for: parts of a text in their order, with gaps and digits.

/// Characters that a gap spans at most.
const GAP: usize = 10;
/// What no gap spans: the end of a sentence, and a denial, which would turn the wording around.
const NO_GAP: [char; 12] = ['。', '！', '？', '；', '\n', '!', '?', ';', '不', '没', '无', '勿'];

/// A wording, in lower case and Simplified characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Wording {
    parts: Vec<Vec<char>>,
}

impl Wording {
    /// What is written: `…` for a gap, `#` for a digit.
    pub fn new(written: &str) -> Wording {
        Wording {
            parts: written
                .split('…')
                .filter(|part| !part.is_empty())
                .map(|part| part.chars().collect())
                .collect(),
        }
    }

    /// Where it stands in a text: from and behind which character.
    pub fn places<'t>(&'t self, text: &'t [char]) -> impl Iterator<Item = (usize, usize)> + 't {
        let first = self.parts.first().and_then(|part| part.first()).copied();
        // Every text is looked through for hundreds of wordings: nearly all places differ in the first sign already.
        let begins = move |sign: char| first == Some(sign) || first == Some('#') && sign.is_ascii_digit();
        let places = text.iter().enumerate().filter(move |(_, sign)| begins(**sign));
        places.filter_map(|(at, _)| Some((at, self.at(text, at)?)))
    }

    /// Behind which character it ends when it begins at this one.
    pub fn at(&self, text: &[char], at: usize) -> Option<usize> {
        let (first, rest) = self.parts.split_first()?;
        let mut end = part_at(first, text, at)?;
        for part in rest {
            let gap = text[end..]
                .iter()
                .take(GAP)
                .take_while(|sign| !NO_GAP.contains(sign))
                .count();
            end = (end..=end + gap).find_map(|start| part_at(part, text, start))?;
        }
        Some(end)
    }
}

/// A number is whole: 1########## is none within a longer one. Latin words are whole at their beginning.
fn part_at(part: &[char], text: &[char], at: usize) -> Option<usize> {
    let end = at.checked_add(part.len())?;
    let here = text.get(at..end)?;
    let same = part.iter().zip(here).all(|(wanted, sign)| match wanted {
        '#' => sign.is_ascii_digit(),
        _ => wanted == sign,
    });
    if !same {
        return None;
    }
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let digit = |sign: Option<&char>| sign.is_some_and(char::is_ascii_digit);
    if digit(part.first()) && (digit(before) || part.ends_with(&['#']) && digit(text.get(end))) {
        return None;
    }
    let latin = |sign: Option<&char>| sign.is_some_and(char::is_ascii_alphabetic);
    if latin(part.first()) && latin(before) {
        return None;
    }
    Some(end)
}
