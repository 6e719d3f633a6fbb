//! What the headings of a sheet of questions say: the words that shops write over their columns, in both languages and both
//! scripts.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The id of a question, or a number that the shop gives it.
    Id,
    /// A running number of rows, which says nothing.
    Serial,
    /// A category: the topic.
    Category,
    /// A short title.
    Title,
    /// An English title.
    TitleEn,
    /// A question, as shoppers ask it.
    Question,
    /// Other wordings.
    MoreQuestions,
    /// Words that stand for the question.
    Keywords,
    /// Words that mean the same.
    Synonyms,
    /// The answer.
    Answer,
    /// The English answer.
    AnswerEn,
    /// The answer in Traditional Chinese.
    AnswerHant,
    /// What agents may send.
    Agent,
    /// The language of the answer.
    Language,
    /// Which of several answers in its language.
    Variant,
    /// The first day of the answer.
    From,
    /// The last day.
    To,
    /// The period of the shop in which the answer is said.
    Period,
    /// Names of pictures.
    Picture,
    /// Notes for colleagues.
    Note,
    /// Whose word it is, as an export says.
    Whose,
    /// The name of a fact.
    Fact,
    /// What a fact is in Chinese.
    FactZh,
    /// What a fact is in English.
    FactEn,
}

/// Every role with its Chinese name, which is also a heading, and other headings in lower case.
const WORDS: [(Role, &str, &[&str]); 24] = [
    (
        Role::Id,
        "编号",
        &[
            "id",
            "編號",
            "问题编号",
            "問題編號",
            "知识编号",
            "知识id",
            "问题id",
            "faq id",
            "intent",
            "意图",
            "key",
        ],
    ),
    (Role::Serial, "序号", &["序號", "序", "no", "no.", "#", "行号"]),
    (
        Role::Category,
        "分类",
        &[
            "分類",
            "类别",
            "類別",
            "类目",
            "主题",
            "場景",
            "场景",
            "一级分类",
            "问题分类",
            "所属分类",
            "目录",
            "分组",
            "模块",
            "category",
            "topic",
            "group",
            "folder",
        ],
    ),
    (Role::Title, "标题", &["標題", "知识标题", "title"]),
    (Role::TitleEn, "英文标题", &["title_en", "english title"]),
    (
        Role::Question,
        "问题",
        &[
            "問題",
            "问",
            "提问",
            "顾客问",
            "买家问",
            "客户问",
            "顾客问题",
            "买家问题",
            "客户问题",
            "用户问题",
            "常见问题",
            "標準問題",
            "标准问题",
            "标准问",
            "主问题",
            "咨询问题",
            "question",
            "questions",
            "q",
            "faq",
            "ask",
        ],
    ),
    (
        Role::MoreQuestions,
        "问法",
        &[
            "問法",
            "相似问",
            "相似问法",
            "相似问题",
            "相似問題",
            "扩展问",
            "扩展问题",
            "拓展问法",
            "其他问法",
            "更多问法",
            "例句",
            "examples",
            "example",
            "similar questions",
            "alternatives",
            "variants",
            "other wordings",
        ],
    ),
    (
        Role::Keywords,
        "关键词",
        &["關鍵詞", "关键字", "關鍵字", "触发词", "keyword", "keywords"],
    ),
    (Role::Synonyms, "同义词", &["同義詞", "近义词", "synonym", "synonyms"]),
    (
        Role::Answer,
        "答案",
        &[
            "回答",
            "答",
            "回复",
            "回覆",
            "答复",
            "话术",
            "話術",
            "标准答案",
            "标准回复",
            "回复话术",
            "回复内容",
            "答案内容",
            "解答",
            "应答",
            "内容",
            "內容",
            "中文答案",
            "answer",
            "answers",
            "a",
            "reply",
            "response",
            "text",
            "content",
        ],
    ),
    (
        Role::AnswerEn,
        "英文答案",
        &[
            "英文回复",
            "英文话术",
            "英文回答",
            "answer_en",
            "english answer",
            "english",
        ],
    ),
    (
        Role::AnswerHant,
        "繁体答案",
        &["繁體答案", "繁体回复", "繁體回覆", "answer_hant"],
    ),
    (Role::Agent, "客服话术", &["客服話術", "for_agents"]),
    (Role::Language, "语言", &["語言", "language", "lang"]),
    (Role::Variant, "第几条", &["第幾條", "variant"]),
    (
        Role::From,
        "开始",
        &[
            "从",
            "開始",
            "开始日期",
            "开始时间",
            "生效日期",
            "生效时间",
            "有效期起",
            "from",
            "start",
            "valid from",
        ],
    ),
    (
        Role::To,
        "结束",
        &[
            "到",
            "結束",
            "结束日期",
            "结束时间",
            "失效日期",
            "截止日期",
            "有效期止",
            "to",
            "end",
            "until",
            "valid to",
        ],
    ),
    (
        Role::Period,
        "时段",
        &["時段", "活动", "活動", "活动名称", "大促", "period", "campaign"],
    ),
    (
        Role::Picture,
        "图片",
        &[
            "圖片",
            "图",
            "配图",
            "附件",
            "图片名",
            "image",
            "images",
            "picture",
            "pictures",
        ],
    ),
    (
        Role::Note,
        "备注",
        &[
            "備註", "备註", "说明", "說明", "注意", "note", "notes", "remark", "remarks", "comment",
        ],
    ),
    (Role::Whose, "归属", &["歸屬", "whose"]),
    (Role::Fact, "资料", &["店铺资料", "资料名", "事实", "fact", "facts"]),
    (Role::FactZh, "中文", &["zh", "chinese"]),
    (Role::FactEn, "英文", &["en"]),
];

/// Longer texts are no headings.
const LONGEST: usize = 30;

impl Role {
    /// What it is called in Chinese.
    pub fn zh(self) -> &'static str {
        let found = WORDS.iter().find(|(role, ..)| *role == self);
        found.map_or("", |(_, zh, _)| *zh)
    }

    /// The role that a heading names.
    pub fn of(heading: &str) -> Option<Role> {
        Role::named(heading).or_else(|| part(&plain(heading)))
    }

    /// The role of which a heading is a name, word for word.
    pub fn named(heading: &str) -> Option<Role> {
        let heading = plain(heading);
        if heading.is_empty() || heading.chars().count() > LONGEST {
            return None;
        }
        let exact = |word: &str| {
            let is_it = |(_, zh, others): &&(Role, &str, &[&str])| *zh == word || others.contains(&word);
            WORDS.iter().find(is_it).map(|(role, ..)| *role)
        };
        // An export has its headings in both languages: 编号 id.
        exact(&heading).or_else(|| heading.split_whitespace().find_map(exact))
    }

    /// Whether it is what shoppers say.
    pub fn is_asked(self) -> bool {
        matches!(self, Role::Question | Role::MoreQuestions | Role::Keywords)
    }

    /// Whether it is what is said to them.
    pub fn is_answered(self) -> bool {
        matches!(self, Role::Answer | Role::AnswerEn | Role::AnswerHant)
    }
}

/// A heading in lower case without what is in brackets, stars and colons.
fn plain(heading: &str) -> String {
    let lower = heading.trim().to_lowercase().replace('\n', "");
    let before = lower.split(['（', '(', '【', '[']).next().unwrap_or_default();
    let behind = lower
        .split_once(['）', ')', '】', ']'])
        .map(|(_, rest)| rest)
        .unwrap_or_default();
    let shown = if before.trim().is_empty() {
        behind.to_owned()
    } else {
        format!("{before} {behind}")
    };
    let marks = ['*', '＊', ':', '：', ' ', '\t', '\u{3000}'];
    shown.trim_matches(marks).to_owned()
}

/// Words that tell a role wherever they stand in a short heading: 买家常问的问题, 客服标准话术. English first, and what is asked in
/// other words before what is asked.
const PARTS: [(&str, Role); 16] = [
    ("英文答", Role::AnswerEn),
    ("英文话术", Role::AnswerEn),
    ("相似", Role::MoreQuestions),
    ("问法", Role::MoreQuestions),
    ("关键", Role::Keywords),
    ("同义", Role::Synonyms),
    ("分类", Role::Category),
    ("类目", Role::Category),
    ("答案", Role::Answer),
    ("回复", Role::Answer),
    ("回覆", Role::Answer),
    ("话术", Role::Answer),
    ("話術", Role::Answer),
    ("问题", Role::Question),
    ("問題", Role::Question),
    ("备注", Role::Note),
];
/// Characters of a heading in which a part tells.
const SHORT: usize = 10;

fn part(heading: &str) -> Option<Role> {
    let short = heading.chars().count() <= SHORT && !heading.ends_with(['?', '？', '吗', '嗎', '呢', '。', '～', '！']);
    let found = PARTS.iter().find(|(word, _)| short && heading.contains(word));
    found.map(|(_, role)| *role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_shops_are_known_and_sentences_are_not() {
        for (heading, role) in [
            ("问题", Some(Role::Question)),
            ("*问题（必填）", Some(Role::Question)),
            ("买家常问的问题", Some(Role::Question)),
            ("相似问法", Some(Role::MoreQuestions)),
            ("問法（每行一句） examples", Some(Role::MoreQuestions)),
            ("客服标准话术", Some(Role::Answer)),
            ("回复话术：", Some(Role::Answer)),
            ("英文答案", Some(Role::AnswerEn)),
            ("编号 id", Some(Role::Id)),
            ("ANSWER", Some(Role::Answer)),
            ("一级分类", Some(Role::Category)),
            ("有问题找谁？", None),
            ("质量问题怎么办呢", None),
            ("", None),
            ("亲，有任何问题都可以随时联系我们的客服人员哦", None),
        ] {
            assert_eq!(Role::of(heading), role, "{heading}");
        }
    }

    #[test]
    fn each_word_stands_for_one_role() {
        let all: Vec<&str> = WORDS
            .iter()
            .flat_map(|(_, zh, others)| [*zh].into_iter().chain(others.iter().copied()))
            .collect();
        for word in &all {
            assert_eq!(all.iter().filter(|other| *other == word).count(), 1, "{word}");
        }
    }
}
