//! Provinces, cities, and words that only look like them.

use super::{check, reader};
use crate::model::SlotName::Province;
use crate::understanding::normalise::{MAX_CHARS, fold};

#[test]
fn provinces_and_cities() {
    check(
        &[],
        &[
            ("到新疆几天", "province=新疆"),
            ("内蒙能发吗", "province=内蒙古"),
            ("内蒙古自治区", "province=内蒙古"),
            ("新疆维吾尔自治区", "province=新疆"),
            ("新疆兵团发不发", "province=新疆, province=新疆"),
            ("黑龙江省", "province=黑龙江"),
            ("寄到廣東要多久", "province=广东"),
            ("到深圳", "province=广东, city=深圳"),
            ("广东深圳", "province=广东, city=深圳"),
            ("广东省深圳市", "province=广东, city=深圳"),
            ("北京", "province=北京, city=北京"),
            ("上海市浦东新区", "province=上海, city=上海, city=上海"),
            ("魔都发货吗", "province=上海, city=上海"),
            ("義烏", "province=浙江, city=义乌"),
            ("昆山晋江都能到吧", "province=江苏, city=昆山, province=福建, city=晋江"),
            ("乌市", "province=新疆, city=乌鲁木齐"),
            ("吉林市", "province=吉林, city=吉林"),
            ("吉林能发吗", "province=吉林"),
            ("香港", "province=香港, city=香港"),
            ("寄九龍多少錢", "province=香港, city=香港"),
            ("新界元朗", "province=香港, city=香港, city=香港"),
            ("澳门氹仔", "province=澳门, city=澳门, city=澳门"),
            ("台灣高雄", "province=台湾, city=高雄"),
            ("臺中可以寄嗎", "province=台湾, city=台中"),
            ("新竹", "province=台湾, city=新竹"),
            ("蘭嶼送不送", "province=台湾, city=台东"),
            ("愉景灣收到貨嗎", "province=香港, city=香港"),
            ("江苏和浙江", "province=江苏, province=浙江"),
            ("do you ship to Hong Kong", "province=香港, city=香港"),
            ("how long to Beijing", "province=北京, city=北京"),
            ("im in xinjiang", "province=新疆"),
            (
                "shenzhen or guangzhou",
                "province=广东, city=深圳, province=广东, city=广州",
            ),
            ("ship to Taiwan?", "province=台湾"),
            ("到重庆路上几天", "province=重庆, city=重庆"),
            ("寄到天水要几天", "province=甘肃, city=天水"),
            ("甘肃天水", "province=甘肃, city=天水"),
            ("甘肃白银能到吗", "province=甘肃, city=白银"),
            ("白银市", "province=甘肃, city=白银"),
            ("河南开封", "province=河南, city=开封"),
            ("海南三亚", "province=海南, city=三亚"),
            ("延边朝鲜族自治州", "province=吉林, city=延边"),
            ("西双版纳", "province=云南, city=西双版纳"),
            ("大连几天到", "province=辽宁, city=大连"),
            ("天天发成都吗", "province=四川, city=成都"),
            (
                "浙江省杭州市余杭区文一西路969号",
                "province=浙江, address=浙江省杭州市余杭区文一西路969号, city=杭州, city=杭州",
            ),
            (
                "广东省广州市天河区体育西路103号",
                "province=广东, address=广东省广州市天河区体育西路103号, city=广州",
            ),
            ("北京朝阳", "province=北京, city=北京"),
            ("辽宁朝阳", "province=辽宁, city=朝阳"),
            ("江浙沪包邮吗", ""),
            ("长白山", ""),
            ("能合作吗", ""),
            ("到日本吗", ""),
            ("ship to japan", ""),
        ],
    );
}

#[test]
fn false_friends() {
    check(
        &[],
        &[
            ("有中山装吗", ""),
            ("最大连衣裙", ""),
            ("大连衣裙有吗", ""),
            ("海南鸡饭", ""),
            ("上海牌手表", ""),
            ("长春花", ""),
            ("大理石纹", ""),
            ("三明治", ""),
            ("这东西安全吗", ""),
            ("东西安装麻烦吗", ""),
            ("能换成都是L的吗", "size=L"),
            ("已经开封了还能退吗", ""),
            ("包头拖鞋", ""),
            ("今天水果新鲜吗", "date=今天"),
            ("祝您身体安康", ""),
            ("白银色好看吗", ""),
            ("北海道牛奶", ""),
            ("哈密瓜味", ""),
            ("普洱茶", ""),
            ("是新疆棉吗", ""),
            ("阿里巴巴", ""),
            ("门店在中山路", ""),
            ("南京东路那家店", ""),
            ("高密度海绵", ""),
            ("袖子太长春天能穿吗", ""),
            ("和田园风搭吗", ""),
            ("莆田货吧", ""),
            ("是东方的吗", ""),
            ("蜜雪冰城", ""),
            ("想试坐一下沙发", ""),
            ("世界上海拔最高", ""),
            ("thanks", ""),
            ("hkd 200", "money=200"),
        ],
    );
    check(
        &[Province],
        &[
            ("天水的", "province=甘肃, city=天水"),
            ("开封", "province=河南, city=开封"),
            ("开封了", ""),
        ],
    );
}

#[test]
fn places_and_colours_are_alike_for_matching() {
    let reader = reader();
    let masked = |text: &str| -> String {
        let (folded, _) = fold(text, MAX_CHARS);
        let signs: String = reader.mask_entities(folded.chars()).iter().collect();
        signs
            .replace('\u{e000}', "<place>")
            .replace('\u{e001}', "<colour>")
            .replace(' ', "")
    };
    assert_eq!(masked("寄到广东省深圳市要几天"), "寄到<place>要几天");
    assert_eq!(masked("江苏和日本"), "<place>和<place>");
    assert_eq!(masked("黑色有吗"), masked("藏青色有吗"));
    assert_eq!(masked("什么时候发货"), "什么时候发货");
    assert_eq!(masked("大连衣裙"), "大连衣裙");
    assert_eq!(masked("ship to hong kong?"), masked("ship to canada?"));
}

#[test]
fn one_character_names_a_region_behind_a_direction() {
    check(
        &[],
        &[
            ("寄沪几天", "province=上海"),
            ("发粤吗", "province=广东"),
            ("到京要多久", "province=北京"),
            ("江浙沪包邮吗", ""),
            ("发川贝枇杷膏吗", ""),
            ("到港口提货", ""),
        ],
    );
}
