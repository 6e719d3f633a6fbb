//! Words of grammar that decide a scope. Words that shops may want to change are in `intents/signals/scope.yaml`.

/// Words after 如果 … that make the rest a consequence the shopper announces: 再不发货我就投诉.
pub const CONSEQUENCES: [&str; 16] = [
    "就", "我会", "我要", "我只", "只能", "只好", "直接", "那我", "马上", "i will", "i'll", "ill ", "i'm", "im going",
    "we will", "gonna",
];
/// Words that make it the shopper's own doing, so that a question word beside it asks something else.
pub const OWN_DOING: [&str; 29] = [
    "我这就",
    "我现在",
    "我得",
    "看你们",
    "你们还",
    "我就",
    "我要",
    "我会",
    "我去",
    "我已",
    "我只",
    "我马上",
    "我直接",
    "我准备",
    "我打算",
    "我们要",
    "我们会",
    "逼我",
    "信不信",
    "是不是要我",
    "非要我",
    "要我去",
    "i will",
    "i'll",
    "i am going",
    "i'm going",
    "gonna",
    "i've",
    "i have",
];
/// Signs that a cue tells of something that happened or is aimed at the shop.
pub const DONE: [char; 4] = ['我', '你', '了', '已'];
/// Words that speak to this shop again after another one was spoken of.
pub const THIS_SHOP: [&str; 12] = [
    "你们",
    "你家",
    "你店",
    "贵店",
    "这次",
    "这家",
    "这里",
    "你 ",
    "your",
    "you ",
    "this shop",
    "this store",
];
/// Words before 别家 that compare or leave, rather than tell about another shop.
pub const LEAVING: [char; 12] = ['比', '去', '换', '到', '找', '如', '跟', '和', '同', '像', '向', '让'];
/// Question words that ask whether something may happen.
pub const POSSIBLE: [&str; 12] = [
    "会",
    "能",
    "可能",
    "容易",
    "可以",
    "有没有",
    "是否",
    "是不是",
    "will",
    "can ",
    "could",
    "is it",
];

/// Question words that ask whether goods may be bad.
pub const POSSIBLE_FAULT: [&str; 12] = [
    "会不会",
    "是不是",
    "是否",
    "有没有",
    "会是",
    "不会是",
    "how do i",
    "how can",
    "is this",
    "is it",
    "are you",
    "are these",
];
