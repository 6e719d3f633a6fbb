//! What a template may do: name values, choose by `if`, and change a value by a few filters that make nothing longer. And
//! how long what comes of it may be: whoever writes answers may slip, and a slip must not fill the memory of the server.

use std::io::{self, Write};

use minijinja::{Error, Template, Value};

/// Longest template, and longest fact, characters.
pub(super) const LONGEST_SOURCE: usize = 8_000;
/// Longest rendered text, bytes: some five thousand Chinese characters.
const LONGEST_TEXT: usize = 16 * 1024;
/// Statements between `{%` and `%}`.
const STATEMENTS: [&str; 4] = ["if", "elif", "else", "endif"];
/// Filters. None of them makes a text longer than what it is given.
const FILTERS: [&str; 13] = [
    "int",
    "float",
    "round",
    "abs",
    "default",
    "d",
    "trim",
    "lower",
    "upper",
    "title",
    "capitalize",
    "first",
    "last",
];
/// Words behind which a bracket is no call.
const BEFORE_BRACKETS: [&str; 8] = ["and", "or", "not", "if", "elif", "is", "in", "else"];
/// Texts joined with `+` in one template.
const MOST_SUMS: usize = 20;

/// What stands in a template that may not be there, if anything does.
pub(super) fn not_allowed(source: &str) -> Option<String> {
    let mut rest = source;
    let mut sums = 0;
    while let Some(at) = rest.find('{') {
        rest = &rest[at + 1..];
        let (statement, end) = match rest.chars().next() {
            Some('{') => (false, "}}"),
            Some('%') => (true, "%}"),
            Some('#') => {
                rest = rest.split_once("#}")?.1;
                continue;
            }
            _ => continue,
        };
        let (tokens, after) = tokens(&rest[1..], end);
        rest = after;
        if let Some(name) = first_word(&tokens).filter(|name| statement && !STATEMENTS.contains(name)) {
            return Some(format!("{{% {name} %}}"));
        }
        for (at, token) in tokens.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| tokens[at]);
            let piped = |place: usize| place > 0 && tokens[place - 1] == Token::Sign('|');
            match *token {
                Token::Sign(sign @ ('*' | '~' | '%')) => return Some(sign.to_string()),
                Token::Sign('+') => sums += 1,
                Token::Word(name) if piped(at) && !FILTERS.contains(&name) => return Some(format!("|{name}")),
                Token::Sign('(') => match before {
                    Some(Token::Word(name)) if !piped(at - 1) && !BEFORE_BRACKETS.contains(&name) => {
                        return Some(format!("{name}(…)"));
                    }
                    Some(Token::Sign(')' | ']') | Token::Text) => return Some("(…)(…)".to_owned()),
                    _ => {}
                },
                _ => {}
            }
        }
    }
    (sums > MOST_SUMS).then(|| "+ + +".to_owned())
}

/// The name of a statement: its first word, behind the mark that takes blanks away.
fn first_word<'s>(tokens: &[Token<'s>]) -> Option<&'s str> {
    tokens.iter().find_map(|token| match token {
        Token::Word(name) => Some(*name),
        _ => None,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Token<'s> {
    Word(&'s str),
    Text,
    Sign(char),
}

/// The tokens up to the end mark, and what follows it. What is in quotation marks is one token.
fn tokens<'s>(source: &'s str, end: &str) -> (Vec<Token<'s>>, &'s str) {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(character) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(end) {
            return (tokens, after);
        }
        rest = if character == '"' || character == '\'' {
            tokens.push(Token::Text);
            let mut escaped = false;
            let close = rest.char_indices().skip(1).find(|(_, each)| {
                let closes = *each == character && !escaped;
                escaped = *each == '\\' && !escaped;
                closes
            });
            close.map_or("", |(at, _)| &rest[at + 1..])
        } else if character.is_alphanumeric() || character == '_' {
            let length = rest
                .find(|each: char| !each.is_alphanumeric() && each != '_')
                .unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..length]));
            &rest[length..]
        } else {
            if !character.is_whitespace() {
                tokens.push(Token::Sign(character));
            }
            &rest[character.len_utf8()..]
        };
    }
    (tokens, "")
}

/// Whether a text that is said as it is written is short enough.
pub(super) fn fits(text: &str) -> bool {
    text.len() <= LONGEST_TEXT
}

/// Renders, no further than to the longest text.
///
/// # Errors
/// What the template does not find, or that the text is too long.
pub(super) fn render(template: &Template<'_, '_>, context: impl Into<Value>) -> Result<String, Error> {
    let mut room = Room(Vec::new());
    template.render_captured_to(context.into(), &mut room)?;
    // What is written is made of whole texts.
    Ok(String::from_utf8(room.0).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Takes what is written until it is full.
struct Room(Vec<u8>);

impl Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST_TEXT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A21
    #[test]
    fn answers_name_values_and_choose_and_nothing_else() {
        for fine in [
            "亲，{{ shop.cutoff }} 前付款，{{day}} 到～ * ( ~",
            "{% if hmt == \"yes\" or province in shop.remote_regions %}远{% elif (a and not (b)) %}近{% else %}好{% endif %}",
            "{{ shop.days|int + 1 }} {{ name|default(\"a*b~c(d)|replace\")|trim }}",
            "{%- if a -%}{{- b -}}{%- endif -%}",
            "{# a * b #} { a } 100%",
        ] {
            assert_eq!(not_allowed(fine), None, "{fine}");
        }
        for (bad, what) in [
            ("{{ \"x\"|replace(\"x\", \"y\") }}", "|replace"),
            ("{{ \"a\"|indent(1000000000) }}", "|indent"),
            ("{{ \"a\" * 1000000000 }}", "*"),
            ("{{ \"%01000000000d\" % 1 }}", "%"),
            ("{{ a ~ a }}", "~"),
            ("{{ 9 ** 9 }}", "*"),
            ("{% for x in range(9) %}{{ x }}{% endfor %}", "{% for %}"),
            ("{%- set a = b -%}", "{% set %}"),
            ("{{ range(9) }}", "range(…)"),
            ("{{ shop.a.b(1) }}", "b(…)"),
            ("{{ a[0](1) }}", "(…)(…)"),
            ("{% include \"a\" %}", "{% include %}"),
            ("{% if a|list %}{% endif %}", "|list"),
        ] {
            assert_eq!(not_allowed(bad).as_deref(), Some(what), "{bad}");
        }
        let many = format!("{{{{ a{} }}}}", " + a".repeat(50));
        assert!(not_allowed(&many).is_some());
    }

    // A21
    #[test]
    fn a_text_that_would_be_too_long_is_not_built() {
        let mut environment = minijinja::Environment::new();
        environment.add_filter("much", |text: String| text.repeat(3_000));
        let long = "{{ a|much }}".repeat(1_000);
        environment.add_template("long", &long).expect("it compiles");
        let template = environment.get_template("long").expect("it is there");
        assert!(render(&template, minijinja::context! { a => "字" }).is_err());
        assert_eq!(
            render(&template, minijinja::context! { a => "" }).ok().as_deref(),
            Some("")
        );
    }
}
