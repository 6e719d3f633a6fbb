//! Places: which words name one, and when such a word is meant as one.

use std::sync::LazyLock;

use crate::understanding::lexicon::{entries, sections};
use crate::understanding::normalise::{begins, is_letter};

/// What stands before or behind a place when it is part of other words: place, characters before, characters behind.
static NEIGHBOURS: LazyLock<Vec<(&str, &str, &str)>> = LazyLock::new(|| {
    let lines = entries(include_str!("../../lexicon/place_neighbours.txt"));
    let fields = lines.map(|line| line.split('|').map(str::trim));
    fields
        .map(|mut fields| {
            let mut next = || fields.next().unwrap_or_default();
            (next(), next(), next())
        })
        .collect()
});

/// What makes a road out of the place before it, unless the way there is meant: 南京东路, but 重庆路上几天.
const ROADS: [&str; 6] = ["路", "大道", "大街", "街", "站路", "高架"];
/// Behind 路: the way, not a road.
const WAYS: &str = "上途程远线过费";

/// What may follow a province's short name and belongs to it, longest first.
const PROVINCE_ENDINGS: [&str; 9] = [
    "维吾尔自治区",
    "特别行政区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "特区",
    "全省",
    "省",
    "市",
];

/// What may follow a city's short name and belongs to it, longest first.
const CITY_ENDINGS: [&str; 9] = ["自治州", "地区", "市区", "新区", "市", "州", "盟", "县", "区"];

/// How much a word says about being a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// It is one.
    Sure,
    /// Also an everyday word: only where a place is likely.
    Likely,
    /// Mostly an everyday word: only with 市 or behind its province.
    Named,
}

/// A word that names a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Short name of the province-level region.
    pub province: &'static str,
    /// The city; a municipality is its own.
    pub city: Option<&'static str>,
    /// Whether the word is the region itself rather than a city in it.
    pub region: bool,
    /// How sure the word alone is.
    pub trust: Trust,
}

fn trusted(word: &'static str) -> (&'static str, Trust) {
    if let Some(word) = word.strip_suffix('?') {
        (word, Trust::Likely)
    } else if let Some(word) = word.strip_suffix('!') {
        (word, Trust::Named)
    } else {
        (word, Trust::Sure)
    }
}

/// All words with their places. The first meaning of a word counts.
pub(super) fn words() -> Vec<(&'static str, Place)> {
    let mut words = Vec::with_capacity(1_200);
    for line in entries(include_str!("../../lexicon/provinces.txt")) {
        let (city, line) = line.strip_prefix('*').map_or((false, line), |line| (true, line));
        let province = line.split(" | ").next().unwrap_or(line);
        for word in line.split(" | ") {
            let (word, trust) = trusted(word);
            words.push((
                word,
                Place {
                    province,
                    city: city.then_some(province),
                    region: true,
                    trust,
                },
            ));
        }
    }
    for (province, lines) in sections(include_str!("../../lexicon/cities.txt")) {
        for entry in lines.into_iter().flat_map(str::split_whitespace) {
            let (word, city) = entry.split_once('=').unwrap_or((entry, ""));
            let (word, trust) = trusted(word);
            words.push((
                word,
                Place {
                    province,
                    city: Some(if city.is_empty() { word } else { city }),
                    region: false,
                    trust,
                },
            ));
        }
    }
    for entry in entries(include_str!("../../lexicon/cities_latin.txt")) {
        let Some((word, city)) = entry.split_once('=') else {
            continue;
        };
        let place = words.iter().find(|(name, _)| *name == city).map(|(_, place)| *place);
        if let Some(place) = place {
            words.push((
                word,
                Place {
                    region: false,
                    trust: Trust::Sure,
                    ..place
                },
            ));
        }
    }
    words
}

/// Words that contain a place and name none.
pub(super) fn swallowing() -> impl Iterator<Item = &'static str> {
    entries(include_str!("../../lexicon/no_places.txt"))
}

/// Countries and cities outside China.
pub(super) fn abroad() -> impl Iterator<Item = &'static str> {
    entries(include_str!("../../lexicon/abroad.txt"))
}

/// What a region is called in one character, where it cannot be anything else behind 到 or 寄.
const ABBREVIATIONS: &str = "沪上海 粤广东 京北京 津天津 渝重庆 冀河北 苏江苏 浙浙江 皖安徽 闽福建 赣江西 鲁山东 豫河南 鄂湖北 湘湖南 桂广西 \
    琼海南 川四川 蜀四川 黔贵州 滇云南 陕陕西 港香港";

/// The regions named by one character: 寄沪几天, 发粤吗; 江浙沪 names none alone. Gives where they stand.
pub(super) fn abbreviated(chars: &[char]) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for at in 1..chars.len() {
        let before = matches!(chars[at - 1], '到' | '去' | '寄' | '往' | '送' | '发' | '至');
        let after = |next: &char| " ,。!?的吗么呢几要多包邮能可大啊呀不给会".contains(*next);
        if !before || !chars.get(at + 1).is_none_or(after) {
            continue;
        }
        found.extend(ABBREVIATIONS.split_whitespace().find_map(|entry| {
            let name = entry.strip_prefix(chars[at])?;
            Some((at, name))
        }));
    }
    found
}

/// Characters before a place where someone goes or something is sent.
const TOWARDS: &str = "到去寄往送从在住发回至达离是";
const TOWARDS_LATIN: [&str; 5] = ["to ", "in ", "from ", "at ", "near "];

/// Where the word at `start..end` ends as a place, with 市 or 省; `None` when it is not meant as one.
/// `before` is the place that ends where this one starts.
pub(super) fn extent(
    chars: &[char],
    start: usize,
    end: usize,
    place: &Place,
    before: Option<&Place>,
    expected: bool,
) -> Option<usize> {
    if chars[start].is_ascii() {
        if matches!(chars.get(end), Some('$' | 'd')) || chars.get(end).copied().is_some_and(is_letter) {
            return None;
        }
        let lead: String = chars[start.saturating_sub(5)..start].iter().collect();
        let likely = expected || TOWARDS_LATIN.iter().any(|word| lead.ends_with(word));
        return (place.trust == Trust::Sure || likely).then_some(end);
    }
    let word: String = chars[start..end].iter().collect();
    let previous = start.checked_sub(1).map(|at| chars[at]);
    let next = chars.get(end).copied();
    for (name, left, right) in NEIGHBOURS.iter() {
        if *name == word
            && (previous.is_some_and(|character| left.contains(character))
                || next.is_some_and(|character| right.contains(character)))
        {
            return None;
        }
    }
    let endings: &[&str] = if place.region { &PROVINCE_ENDINGS } else { &CITY_ENDINGS };
    let ending = endings.iter().find(|ending| begins(&chars[end..], ending));
    let full = end + ending.map_or(0, |ending| ending.chars().count());
    if road(&chars[full..]) {
        return None;
    }
    let named = ending.is_some_and(|ending| *ending != "区" || place.trust == Trust::Sure)
        || before.is_some_and(|before| before.province == place.province);
    let whole = start == 0 && full == chars.len();
    let likely = named || whole || expected || previous.is_some_and(|character| TOWARDS.contains(character));
    let meant = match place.trust {
        Trust::Sure => true,
        Trust::Likely => likely,
        Trust::Named => named || (whole && expected),
    };
    meant.then_some(full)
}

/// Whether a road's name goes on here: 路, 东路, 西二路.
fn road(rest: &[char]) -> bool {
    let skip = rest
        .iter()
        .take(3)
        .take_while(|character| "东西南北中环一二三四五六".contains(**character))
        .count();
    let rest = &rest[skip..];
    ROADS.iter().any(|word| {
        begins(rest, word)
            && !rest
                .get(word.chars().count())
                .is_some_and(|character| WAYS.contains(*character))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::HashMap;

    use super::*;
    use crate::understanding::normalise::fold_pattern_text;

    #[test]
    fn every_word_is_folded_and_has_one_meaning() {
        let mut seen: HashMap<&str, Place> = HashMap::new();
        for (word, place) in words() {
            assert_eq!(fold_pattern_text(word), word);
            if let Some(other) = seen.insert(word, place) {
                panic!("{word} is {other:?} and {place:?}");
            }
        }
        assert!(seen.len() > 900, "{}", seen.len());
    }

    #[test]
    fn every_prefecture_is_there() {
        let cities: Vec<&str> = words()
            .iter()
            .filter(|(_, place)| !place.region)
            .filter_map(|(_, place)| place.city)
            .collect();
        for city in PREFECTURES.split_whitespace() {
            assert!(cities.contains(&city), "{city}");
        }
    }

    /// All prefecture-level units of the mainland, from the national list, short names.
    const PREFECTURES: &str = "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 \
        朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 \
        乌兰察布 兴安盟 锡林郭勒 阿拉善 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 \
        铁岭 朝阳 葫芦岛 长春 吉林 四平 辽源 通化 白山 松原 白城 延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 \
        双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭 南京 无锡 徐州 常州 苏州 南通 \
        连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 \
        丽水 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 \
        福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 \
        宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 \
        滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 \
        信阳 周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施 长沙 \
        株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西 广州 韶关 深圳 珠海 \
        汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 \
        南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 三沙 \
        儋州 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 \
        巴中 资阳 阿坝 甘孜 凉山 贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南 昆明 曲靖 \
        玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆 拉萨 日喀则 \
        昌都 林芝 山南 那曲 阿里 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 \
        金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南 西宁 海东 海北 黄南 海南州 \
        果洛 玉树 海西 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 \
        巴音郭楞 阿克苏 克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰";
}
