//! What is written in `<topic>/<question>.yaml`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::packs::yaml::{At, Fields, ListRead, Node, Reader};

/// One question that shoppers ask, with the answers to it.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct IntentFile {
    /// The id, `topic.question`; it mirrors the path of the file.
    #[schemars(required)]
    pub intent: Option<At<String>>,
    /// Short Chinese title, shown on buttons.
    #[schemars(required)]
    pub title: Option<At<String>>,
    /// Short English title.
    #[schemars(required)]
    pub title_en: Option<At<String>>,
    /// Sentences that shoppers ask it with, in both languages.
    pub examples: Vec<At<String>>,
    /// Sentence patterns: (a|b) one of, [a|b] one of or nothing, ... a gap.
    #[schemars(default)]
    pub patterns: Vec<At<String>>,
    /// A clause with one of these words is never this question.
    #[schemars(default)]
    pub not: Vec<At<String>>,
    /// Words which, after 不用, 别, don't and their like, say that this is not wished: 转人工, 开发票.
    #[schemars(default)]
    pub denied: Vec<At<String>>,
    /// A clause must hold one of these words.
    #[schemars(default)]
    pub require: Vec<At<String>>,
    /// Values that the answers use.
    #[schemars(default)]
    pub slots: Vec<SlotFile>,
    /// 通知人工: when the shopper has given these slots, the chat goes to people with all of them on its card.
    #[schemars(with = "Vec<crate::model::SlotName>", default)]
    pub tell_person: Vec<At<String>>,
    /// A table that answers from slots.
    pub table: Option<TableFile>,
    /// What to answer; one of the variants is picked.
    pub answers: Vec<AnswerFile>,
    /// 客服话术: what an agent may send where the answers above are the bot's words; offered at the desk, never said by the bot.
    #[schemars(default)]
    pub agent: Vec<AnswerFile>,
    /// Ids of two or three natural next questions, shown as buttons.
    #[schemars(default)]
    pub choices: Vec<At<String>>,
    /// question (default), small_talk (leaves nothing open), ask_for_person (the chat goes to people; one intent at most).
    #[schemars(with = "Option<crate::model::IntentKind>")]
    pub kind: Option<At<String>>,
    /// never (default), offer (a button for a person), always (answers and hands over).
    #[schemars(with = "Option<HandoffWord>")]
    pub handoff: Option<At<String>>,
    /// Rules about answers that do not hold here, each with its reason in a comment beside it: I110, I111.
    #[schemars(default)]
    pub waive: Vec<At<String>>,
    /// Sentences that must, or must not, be understood as this question.
    pub tests: Vec<TestFile>,
}

/// A value that the answers use.
#[derive(Clone, Debug, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SlotFile {
    /// Which: height, weight, province, city, order_number …
    #[schemars(with = "crate::model::SlotName")]
    pub name: At<String>,
    /// The Chinese question for it. With it the slot is required and asked for once.
    pub ask: Option<At<String>>,
    /// The English question for it.
    pub ask_en: Option<At<String>>,
}

/// A table: columns named like a slot are looked up, the others become variables of the answers.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TableFile {
    /// Where it stands.
    #[schemars(skip)]
    pub place: At<()>,
    /// Names of the columns.
    pub columns: Vec<At<String>>,
    /// The rows; the first that fits is used. A cell is a range 150-158, words 江苏|浙江, or *.
    #[schemars(with = "Vec<Vec<CellWord>>")]
    pub rows: Vec<At<Vec<At<String>>>>,
}

/// One variant of an answer.
#[derive(Clone, Debug, Default)]
pub struct AnswerFile {
    /// The text.
    pub text: At<String>,
    /// `zh` or `en`; by default seen from the text.
    pub lang: Option<At<String>>,
    /// First day, `YYYY-MM-DD`.
    pub from: Option<At<String>>,
    /// Last day.
    pub to: Option<At<String>>,
    /// The period of the shop in which it is said.
    pub period: Option<At<String>>,
}

/// A sentence with what must come out.
#[derive(Clone, Debug, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TestFile {
    /// Where it stands.
    #[schemars(skip)]
    pub place: At<()>,
    /// What the shopper writes.
    pub ask: At<String>,
    /// Earlier messages of the same talk.
    #[schemars(default)]
    pub after: Vec<At<String>>,
    /// The id that must come out; none for "not understood".
    pub expect: Option<At<String>>,
    /// The id that must not come out.
    pub expect_not: Option<At<String>>,
}

/// The words that `handoff:` knows.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[allow(dead_code, reason = "names the allowed words in the schema")]
enum HandoffWord {
    Never,
    Offer,
    Always,
}

/// A cell of a table as an editor may see it.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
#[allow(dead_code, reason = "names the allowed types in the schema")]
enum CellWord {
    Text(String),
    Number(f64),
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

impl JsonSchema for AnswerFile {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Answer".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A variant of the answer: a text, or a text with its language and validity.",
            "oneOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": {
                        "text": { "type": "string", "description": "The text; {{ shop.… }}, slots and table columns may be used." },
                        "lang": { "enum": ["zh", "zh-Hant", "en"] },
                        "from": { "type": "string", "format": "date", "description": "First day." },
                        "to": { "type": "string", "format": "date", "description": "Last day." },
                        "period": { "type": "string", "description": "It is said while this period of shop.yaml lasts." }
                    },
                    "required": ["text"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// The keys of an intent file.
pub const INTENT_KEYS: [&str; 18] = [
    "intent",
    "title",
    "title_en",
    "examples",
    "patterns",
    "not",
    "denied",
    "require",
    "slots",
    "tell_person",
    "table",
    "answers",
    "agent",
    "choices",
    "kind",
    "handoff",
    "waive",
    "tests",
];

impl IntentFile {
    /// Reads the tree of a file.
    pub fn read(reader: &mut Reader, tree: At<Node>) -> Option<IntentFile> {
        let imported = super::is_imported(reader.file);
        let mut fields = reader.fields(tree, ("文件", "the file"), &INTENT_KEYS)?;
        let text = |reader: &mut Reader, fields: &mut Fields, key: &str, example: &str| {
            if imported {
                reader.text(fields, key)
            } else {
                reader.need_text(fields, key, example)
            }
        };
        let mut file = IntentFile {
            intent: reader.need_text(&mut fields, "intent", "intent: shipping.time"),
            title: text(reader, &mut fields, "title", "title: 什么时候发货"),
            title_en: text(reader, &mut fields, "title_en", "title_en: When will it ship"),
            examples: reader.need_texts(&mut fields, "examples", "examples:⏎  - 什么时候发货"),
            ..IntentFile::default()
        };
        file.patterns = reader.texts(&mut fields, "patterns");
        file.not = reader.texts(&mut fields, "not");
        file.denied = reader.texts(&mut fields, "denied");
        file.require = reader.texts(&mut fields, "require");
        file.slots = reader
            .list(&mut fields, "slots")
            .items()
            .into_iter()
            .filter_map(|node| SlotFile::read(reader, node))
            .collect();
        file.tell_person = reader.texts(&mut fields, "tell_person");
        file.table = fields.take("table").and_then(|node| TableFile::read(reader, node));
        let answers = match (reader.list(&mut fields, "answers"), imported) {
            (ListRead::Items(nodes), _) => nodes,
            (ListRead::Absent, false) => {
                reader.missing(&fields, "answers", "answers:⏎  - 亲，…");
                Vec::new()
            }
            _ => Vec::new(),
        };
        file.answers = answers
            .into_iter()
            .filter_map(|node| AnswerFile::read(reader, node))
            .collect();
        file.agent = AnswerFile::read_all(reader, &mut fields, "agent");
        file.choices = reader.texts(&mut fields, "choices");
        file.kind = reader.text(&mut fields, "kind");
        file.handoff = reader.text(&mut fields, "handoff");
        file.waive = reader.texts(&mut fields, "waive");
        file.tests = TestFile::read_all(reader, &mut fields, !imported);
        Some(file)
    }
}

impl SlotFile {
    /// Reads an item of `slots:`.
    pub fn read(reader: &mut Reader, node: At<Node>) -> Option<SlotFile> {
        let mut fields = reader.fields(
            node,
            ("slots 的每一项", "an item of `slots`"),
            &["name", "ask", "ask_en"],
        )?;
        Some(SlotFile {
            name: reader.need_text(&mut fields, "name", "name: province")?,
            ask: reader.text(&mut fields, "ask"),
            ask_en: reader.text(&mut fields, "ask_en"),
        })
    }
}

impl TableFile {
    /// Reads `table:`.
    pub fn read(reader: &mut Reader, node: At<Node>) -> Option<TableFile> {
        let place = node.with(());
        let mut fields = reader.fields(node, ("table", "`table`"), &["columns", "rows"])?;
        let columns = reader.need_texts(&mut fields, "columns", "columns: [province, days]");
        let rows = match reader.list(&mut fields, "rows") {
            ListRead::Items(rows) if !rows.is_empty() => rows,
            ListRead::Wrong => Vec::new(),
            _ => {
                reader.missing(&fields, "rows", "rows:⏎  - [江苏|浙江, \"2\"]");
                Vec::new()
            }
        };
        let rows: Vec<_> = rows
            .into_iter()
            .map(|row| {
                let place = row.with(());
                place.with(reader.texts_of(row, "rows"))
            })
            .collect();
        Some(TableFile { place, columns, rows })
    }
}

impl AnswerFile {
    /// Reads a list of them that may be missing.
    pub fn read_all(reader: &mut Reader, fields: &mut Fields, key: &str) -> Vec<AnswerFile> {
        let nodes = reader.list(fields, key).items().into_iter();
        nodes.filter_map(|node| AnswerFile::read(reader, node)).collect()
    }

    /// Reads a text, or a mapping with a text.
    pub fn read(reader: &mut Reader, node: At<Node>) -> Option<AnswerFile> {
        let has_text = match &node.value {
            Node::Map(entries) => entries.iter().any(|(key, _)| ANSWER_KEYS.contains(&key.value.as_str())),
            _ => false,
        };
        if !has_text {
            return Some(AnswerFile {
                text: reader.one_text(node, "answers")?,
                ..AnswerFile::default()
            });
        }
        let mut fields = reader.fields(node, ("answers 的每一项", "an item of `answers`"), &ANSWER_KEYS)?;
        let text = reader.need_text(&mut fields, "text", "text: 亲，…");
        Some(AnswerFile {
            lang: reader.text(&mut fields, "lang"),
            from: reader.text(&mut fields, "from"),
            to: reader.text(&mut fields, "to"),
            period: reader.text(&mut fields, "period"),
            text: text?,
        })
    }
}

const ANSWER_KEYS: [&str; 5] = ["text", "lang", "from", "to", "period"];

impl TestFile {
    /// Reads `tests:`.
    pub fn read_all(reader: &mut Reader, fields: &mut Fields, required: bool) -> Vec<TestFile> {
        match reader.list(fields, "tests") {
            ListRead::Items(nodes) if !nodes.is_empty() => nodes
                .into_iter()
                .filter_map(|node| TestFile::read(reader, node))
                .collect(),
            ListRead::Wrong => Vec::new(),
            _ => {
                if required {
                    reader.missing(fields, "tests", "tests:⏎  - ask: 今天能发吗⏎    expect: shipping.time");
                }
                Vec::new()
            }
        }
    }

    fn read(reader: &mut Reader, node: At<Node>) -> Option<TestFile> {
        let place = node.with(());
        let keys = ["ask", "after", "expect", "expect_not"];
        let mut fields = reader.fields(node, ("tests 的每一项", "an item of `tests`"), &keys)?;
        if !fields.has("expect") && !fields.has("expect_not") {
            reader.missing(&fields, "expect", "expect: shipping.time");
        }
        let ask = reader.need_text(&mut fields, "ask", "ask: 今天能发吗");
        Some(TestFile {
            place,
            after: reader.texts(&mut fields, "after"),
            expect: reader.text(&mut fields, "expect"),
            expect_not: reader.text(&mut fields, "expect_not"),
            ask: ask?,
        })
    }
}
