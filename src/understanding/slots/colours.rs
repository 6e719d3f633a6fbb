//! Colours: a base word with its shades, and names that stand alone.

/// Base colours that take 色 or 的 and a shade before them.
const BASES: &str = "黑白红黄蓝绿紫灰粉橙棕褐青银金咖驼杏橘";
const SHADES: &str = "深浅淡暗亮";

/// Names of two and more characters, with 色 or without it; `name=canonical` where the two differ.
const NAMES: &str = "米白 奶白 象牙白 月光白 纯白=白色 纯黑=黑色 炭黑 哑光黑 银灰 烟灰 雾霾灰 高级灰 碳灰=炭灰 炭灰 藏青 藏蓝 天蓝 湖蓝 宝蓝 \
    孔雀蓝 克莱因蓝 牛仔蓝 雾霾蓝 冰蓝 海蓝 水蓝 蒂芙尼蓝 军绿 墨绿 薄荷绿 抹茶绿 草绿 橄榄绿 祖母绿 牛油果绿 豆绿 荧光绿 果绿 \
    酒红 玫红 大红 枣红 砖红 西瓜红 橘红 朱红 玫瑰红=玫红 粉红=粉色 樱花粉 藕粉 裸粉 豆沙粉 脏粉 桃粉 荧光粉 肉粉 姜黄 鹅黄 \
    柠檬黄 明黄 土黄 荧光黄 奶黄 香芋紫 丁香紫 薰衣草紫 葡萄紫 卡其 土豪金 玫瑰金 香槟金 黑白 黑金 黑红 白蓝 黑灰 红黑 蓝白 \
    黑白拼";

/// Names that need 色 behind them, since alone they are things.
const THINGS: &str = "米 肉 裸 奶茶 燕麦 豆沙 焦糖 咖啡 巧克力 牛仔 香槟 玫瑰金 彩虹 奶油 雪青 珊瑚 栗 茶 墨 古铜 迷彩 透明 藕 藕荷 奶咖 \
    亚麻 沙 橄榄 荧光 米杏 宝石蓝 彩 花";

/// English words; `word=canonical`.
const LATIN: &str = "black=黑色|white=白色|red=红色|blue=蓝色|green=绿色|yellow=黄色|gray=灰色|grey=灰色|pink=粉色|purple=紫色|brown=棕色|\
    orange=橙色|beige=米色|khaki=卡其色|navy=藏青色|navy blue=藏青色|silver=银色|golden=金色|gold=金色|ivory=象牙白|off white=米白|\
    off-white=米白|burgundy=酒红|wine red=酒红|maroon=酒红|teal=孔雀蓝|turquoise=湖蓝|lavender=薰衣草紫|charcoal=炭灰|\
    olive=橄榄绿|olive green=橄榄绿|army green=军绿|light blue=浅蓝色|dark blue=深蓝色|sky blue=天蓝|royal blue=宝蓝|baby blue=浅蓝色|\
    light green=浅绿色|dark green=墨绿|mint green=薄荷绿|light grey=浅灰色|light gray=浅灰色|dark grey=深灰色|dark gray=深灰色|\
    light pink=浅粉色|hot pink=玫红|rose gold=玫瑰金|apricot=杏色|violet=紫色|coral=珊瑚色";

/// Characters before 黑的, 白的 … that make other words of them: 明白的, 网红的.
const BEFORE: [(char, &str); 7] = [
    ('黑', "发变抹摸掉拉乌抹漆"),
    ('白', "明空发变洗坦表清泛苍美增告"),
    ('红', "网分口发变通脸走当泛"),
    ('黄', "发变泛金扫"),
    ('灰', "有落积起带掉吃沾"),
    ('粉', "奶面米白掉花藕淀洗衣铁脱假散"),
    ('绿', "发变"),
];

/// Words with a colour inside that are none.
pub(super) fn swallowing() -> impl Iterator<Item = &'static str> {
    [
        "black friday",
        "白色情人节",
        "黑色星期五",
        "white label",
        "red packet",
        "red envelope",
        "green tea",
        "orange juice",
        "黑白两道",
        "黄色网站",
        "奶粉色号",
        "口红色号",
        "blue cross",
        "黄金色泽",
        "玉米色",
        "虾米色",
    ]
    .into_iter()
}

/// All words with their canonical colours.
pub(super) fn words() -> Vec<(String, String)> {
    let mut words = Vec::with_capacity(600);
    for base in BASES.chars() {
        let canonical = format!("{base}色");
        words.push((format!("{base}色"), canonical.clone()));
        if !"青银金橘咖棕驼褐杏橙".contains(base) {
            words.push((format!("{base}的"), canonical.clone()));
        }
        if "黑白蓝绿紫灰".contains(base) {
            words.push((format!("{base}款"), canonical.clone()));
        }
        if "黑白红黄蓝绿紫灰粉".contains(base) {
            words.push((format!("纯{base}色"), canonical.clone()));
        }
        for shade in SHADES.chars() {
            let shaded = format!("{shade}{base}色");
            words.push((shaded.clone(), shaded.clone()));
            if !"金青银".contains(base) {
                words.push((format!("{shade}{base}"), shaded));
            }
        }
    }
    for entry in NAMES.split_whitespace() {
        let (name, canonical) = entry.split_once('=').unwrap_or((entry, entry));
        let canonical = if canonical == "卡其" { "卡其色" } else { canonical };
        words.push((name.to_owned(), canonical.to_owned()));
        words.push((format!("{name}色"), canonical.to_owned()));
    }
    for thing in THINGS.split_whitespace() {
        words.push((format!("{thing}色"), format!("{thing}色")));
    }
    for entry in LATIN.split('|') {
        if let Some((word, canonical)) = entry.split_once('=') {
            words.push((word.to_owned(), canonical.to_owned()));
        }
    }
    words
}

/// Whether the colour word at `start..end` is meant as one.
pub(super) fn meant(chars: &[char], start: usize, end: usize) -> bool {
    let previous = start.checked_sub(1).map_or(' ', |at| chars[at]);
    let next = chars.get(end).copied().unwrap_or(' ');
    // 花色, 米色 stand alone; 百花色, 玉米色 do not, and 黑色的差 … 色差, 色号 are other words.
    if end - start == 2 && matches!(chars[end - 1], '的' | '款') {
        let other = BEFORE
            .iter()
            .any(|(base, before)| *base == chars[start] && before.contains(previous));
        let item = chars[end - 1] == '款' && next == '项';
        return !other && !item;
    }
    let number = chars[end - 1] == '色' && next == '号';
    let many = chars[start] == '花' && !matches!(previous, ' ' | ',');
    !number && !many
}

/// A colour by one character, for when it was asked for: 黑, 要红.
pub(super) fn bare(chars: &[char]) -> Option<(usize, String)> {
    let mut colours = chars
        .iter()
        .enumerate()
        .filter(|(_, character)| BASES.contains(**character));
    let (at, base) = colours.next()?;
    (chars.len() <= 4 && colours.next().is_none()).then(|| (at, format!("{base}色")))
}
