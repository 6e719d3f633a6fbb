//! Why something is not taught.

use crate::accounts::AccountError;
use crate::packs::{CannotEdit, Finding};
use crate::store::StoreError;

use super::change::FileEdit;
use super::shop_form::FieldWord;

/// Why something is not taught, or not taken back. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TeachError {
    /// A sentence is empty, too long, too many, or has something personal hidden in it.
    #[error("a sentence that cannot be taught: {0:?}")]
    Sentence(String),
    /// There is no such question in the shop's pack.
    #[error("no question {0}")]
    UnknownQuestion(String),
    /// A new question lacks a title or an answer, or its id is none.
    #[error("the new question is not whole")]
    Question,
    /// What is written of a question cannot be so: why, in Chinese and in English.
    #[error("{}", .0[1])]
    Unfit(Box<[String; 2]>),
    /// Somebody else has changed the question since the form was read.
    #[error("the question {title} was changed by {by:?}")]
    QuestionChanged {
        /// Its title.
        title: String,
        /// Who it was, where it was done at the desk.
        by: Option<String>,
    },
    /// Values that cannot be, each with its field.
    #[error("{} values cannot be", .0.len())]
    Values(Vec<FieldWord>),
    /// Somebody else has changed the hours, the fact or the article since the form was read, or removed it.
    #[error("{} was changed by {by:?}", .title[1])]
    ThingChanged {
        /// What it is called, in Chinese and in English.
        title: Box<[String; 2]>,
        /// Who it was, where it was done at the desk.
        by: Option<String>,
    },
    /// A question with this id is there already.
    #[error("there is a question {0} already")]
    KnownQuestion(String),
    /// With it the files would be refused: the first error, and how many more there are.
    #[error("refused: {}", .first.message.en)]
    Refused {
        /// The first error.
        first: Box<Finding>,
        /// How many more.
        more: usize,
    },
    /// Taught so, the sentence would still be read otherwise.
    #[error("{sentence:?} would be read as {read:?}")]
    ReadOtherwise {
        /// Which.
        sentence: String,
        /// The titles of what it would be read as; empty for nothing.
        read: Vec<String>,
    },
    /// The file is written in a way that lines cannot be added to.
    #[error("{0} cannot be added to")]
    Form(String),
    /// Somebody else has changed the file.
    #[error("{0} was changed by somebody else")]
    FileChanged(String),
    /// The folder cannot be written here.
    #[error("{} cannot be written: {why}", .edit.name)]
    ReadOnly {
        /// What was to be written.
        edit: Box<FileEdit>,
        /// What the system says.
        why: String,
    },
    /// There is no such change of this shop.
    #[error("no change {0}")]
    UnknownChange(String),
    /// It was taken back already, or cannot be.
    #[error("the change {0} is not in force")]
    NotInForce(String),
    /// Somebody has changed the same since a draft was kept: what it is about, and the fields.
    #[error("{} was changed since: {fields:?}", .title[1])]
    InTheWay {
        /// What it is called, in Chinese and in English.
        title: Box<[String; 2]>,
        /// What both changed; empty where it is not there any more, or is there already.
        fields: Vec<String>,
    },
    /// There is no such draft, or it was published or thrown away meanwhile.
    #[error("no draft {id}")]
    UnknownDraft {
        /// Which.
        id: String,
        /// The name of whoever ended it, and whether by publishing.
        ended: Option<(String, bool)>,
    },
    /// The draft holds something else than was looked at.
    #[error("the draft was changed")]
    DraftChanged,
    /// Somebody publishes it at this moment.
    #[error("the draft is being published by {0}")]
    DraftBusy(String),
    /// What is kept, asked or set cannot be so: why, in Chinese and in English.
    #[error("{}", .0[1])]
    Draft(Box<[String; 2]>),
    /// The shop is not served here.
    #[error("the shop is not served")]
    UnknownShop,
    /// The server is going away.
    #[error("the server stops")]
    Stopped,
    /// Who asks may not, or the record cannot be kept.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The events cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CannotEdit> for TeachError {
    fn from(error: CannotEdit) -> TeachError {
        match error {
            CannotEdit::Unreadable(name) | CannotEdit::Form(name) => TeachError::Form(name),
        }
    }
}

impl TeachError {
    /// What is wrong in Chinese and in English, where more is to be said than the refusal itself says.
    pub fn words(&self) -> Option<[String; 2]> {
        match self {
            TeachError::Refused { first, more } => {
                let place = if first.line > 0 {
                    format!("{}:{}", first.file, first.line)
                } else {
                    first.file.clone()
                };
                let (more_zh, more_en) = match more {
                    0 => (String::new(), String::new()),
                    more => (format!("（另有 {more} 处）"), format!(" ({more} more)")),
                };
                let hint = |text: &str, mark: &str| match text.is_empty() {
                    true => String::new(),
                    false => format!("{mark}{text}"),
                };
                Some([
                    format!(
                        "没有生效，什么都没有改：{}（{place}）{more_zh}{}",
                        first.message.zh,
                        hint(&first.hint.zh, "。")
                    ),
                    format!(
                        "Not taken, nothing was changed: {} ({place}){more_en}{}",
                        first.message.en,
                        hint(&first.hint.en, "; ")
                    ),
                ])
            }
            TeachError::ReadOtherwise { sentence, read } => {
                let (zh, en) = match read.is_empty() {
                    true => ("什么都读不出".to_owned(), "nothing".to_owned()),
                    false => (format!("读成“{}”", read.join("、")), read.join(", ")),
                };
                Some([
                    format!("没有生效，什么都没有改：教了以后“{sentence}”还是{zh}。去掉这一句，或在话术文件里写 not。"),
                    format!(
                        "Not taken, nothing was changed: `{sentence}` would still be read as {en}. Leave it out, or write `not:` \
                         words in the files."
                    ),
                ])
            }
            TeachError::Unfit(words) => Some(words.as_ref().clone()),
            TeachError::QuestionChanged { title, by } => Some(match by {
                Some(by) => [
                    format!("「{title}」刚被 {by} 改过，没有覆盖。改了什么列在下面；您写的还在表单里，看过再存。"),
                    format!(
                        "{by} has changed “{title}” meanwhile; nothing was written over. The change is shown below, and what you \
                         wrote is still in the form."
                    ),
                ],
                None => [
                    format!(
                        "「{title}」的文件刚被人直接改过，没有覆盖。改了什么列在下面；您写的还在表单里，看过再存。"
                    ),
                    format!(
                        "The file of “{title}” was edited by hand meanwhile; nothing was written over. The change is shown below, \
                         and what you wrote is still in the form."
                    ),
                ],
            }),
            TeachError::Values(words) => words.first().map(|first| first.words.clone()),
            TeachError::ThingChanged { title, by } => Some(match by {
                Some(by) => [
                    format!(
                        "「{}」刚被 {by} 改过，没有覆盖。改了什么列在下面；您写的还在表单里，看过再存。",
                        title[0]
                    ),
                    format!(
                        "{by} has changed {} meanwhile; nothing was written over. The change is shown below, and what you \
                         wrote is still in the form.",
                        title[1]
                    ),
                ],
                None => [
                    format!(
                        "「{}」所在的文件刚被人直接改过，没有覆盖。改了什么列在下面；您写的还在表单里，看过再存。",
                        title[0]
                    ),
                    format!(
                        "The file with {} was edited by hand meanwhile; nothing was written over. The change is shown below, \
                         and what you wrote is still in the form.",
                        title[1]
                    ),
                ],
            }),
            TeachError::ReadOnly { edit, why } => Some([
                format!(
                    "服务器写不了话术文件 {}（{why}）。请把下面的改动交给能改文件的人。",
                    edit.name
                ),
                format!(
                    "The server cannot write {} ({why}). Give the change below to somebody who can.",
                    edit.name
                ),
            ]),
            TeachError::FileChanged(name) => Some([
                format!("{name} 后来又改过，没有动它。请先看一下这个文件，或先撤回后面的改动。"),
                format!(
                    "{name} was changed since and is left alone. Look at the file, or undo the later changes first."
                ),
            ]),
            TeachError::InTheWay { title, fields } => Some(in_the_way(title, fields)),
            TeachError::UnknownDraft { ended, .. } => ended.as_ref().map(|(by, published)| match published {
                true => [
                    format!("这份草稿已经由 {by} 上线了。"),
                    format!("{by} has published this draft already."),
                ],
                false => [
                    format!("这份草稿已经被 {by} 扔掉了。"),
                    format!("{by} has thrown this draft away."),
                ],
            }),
            TeachError::DraftBusy(by) => Some([
                format!("{by} 正在让这份草稿上线，请稍等再看。"),
                format!("{by} is publishing this draft right now; look again in a moment."),
            ]),
            TeachError::Draft(words) => Some(words.as_ref().clone()),
            TeachError::Form(name) => Some([
                format!("{name} 的写法没法逐行自动改，请直接改这个文件。"),
                format!("{name} is written in a form that cannot be changed line by line; edit the file by hand."),
            ]),
            _ => None,
        }
    }

    /// The fields that hold what cannot be.
    pub fn fields(&self) -> &[FieldWord] {
        match self {
            TeachError::Values(words) => words,
            _ => &[],
        }
    }

    /// The diff that somebody else can apply, where nothing may be written here.
    pub fn diff(&self) -> Option<&str> {
        match self {
            TeachError::ReadOnly { edit, .. } => Some(&edit.diff),
            _ => None,
        }
    }
}

/// The fields of forms, in Chinese and in English.
const FIELDS: [(&str, &str, &str); 17] = [
    ("title", "标题", "the title"),
    ("title_en", "英文标题", "the English title"),
    ("examples", "问法", "the sentences"),
    ("answers", "答案", "the answers"),
    ("more_answers", "补充的答案", "the answers beside"),
    ("mute", "不说的答案", "the answers that are not said"),
    ("off", "要不要这个问题", "whether the shop knows it"),
    ("week", "每周的时间", "the hours of the week"),
    ("holidays", "特别的日子", "the holidays"),
    ("zh", "中文", "the Chinese text"),
    ("en", "英文", "the English text"),
    ("price", "价格", "the price"),
    ("sizes", "尺码", "the sizes"),
    ("colors", "颜色", "the colours"),
    ("aliases", "别名", "the other names"),
    ("said", "说明", "the texts"),
    ("attributes", "参数", "the attributes"),
];

/// Whose change stands where a draft wants to change something.
fn in_the_way([zh, en]: &[String; 2], fields: &[String]) -> [String; 2] {
    if fields.is_empty() {
        return [
            format!(
                "草稿里的「{zh}」放不进去了：它在这之后已经没有了，或者已经有同名的了。请去掉这一条，或按现在的样子重新改。"
            ),
            format!(
                "The draft's change of {en} has no place any more: since it was kept, that was removed, or there is one of that                  name already. Take this change out, or make it anew on what is live."
            ),
        ];
    }
    let named = |field: &String| FIELDS.iter().find(|(name, ..)| name == field);
    let all_zh: Vec<&str> = fields
        .iter()
        .map(|field| named(field).map_or(field.as_str(), |known| known.1))
        .collect();
    let all_en: Vec<&str> = fields
        .iter()
        .map(|field| named(field).map_or(field.as_str(), |known| known.2))
        .collect();
    [
        format!(
            "草稿里的「{zh}」和现在的对不上：{}在这之后被别人改成了别的。请去掉这一条，按现在的样子重新改好再留着。",
            all_zh.join("、")
        ),
        format!(
            "The draft's change of {en} meets another: somebody has changed {} otherwise since. Take this change out, make it anew              on what is live, and keep it again.",
            all_en.join(", ")
        ),
    ]
}
