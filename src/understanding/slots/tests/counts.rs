//! Colours, sizes, quantities.

use super::check;
use crate::model::SlotName::{Color, Quantity, Size};

#[test]
fn colours() {
    check(
        &[],
        &[
            ("黑色有吗", "color=黑色"),
            ("要黑的", "color=黑色"),
            ("米白", "color=米白"),
            ("卡其色", "color=卡其色"),
            ("卡其", "color=卡其色"),
            ("藏青色的裤子", "color=藏青"),
            ("浅灰", "color=浅灰色"),
            ("深藍色", "color=深蓝色"),
            ("粉紅色", "color=粉色"),
            ("白的还是红的", "color=白色, color=红色"),
            ("奶茶色", "color=奶茶色"),
            ("do you have it in black", "color=黑色"),
            ("navy blue one", "color=藏青色"),
            ("light grey", "color=浅灰色"),
            ("有色差吗", ""),
            ("会掉色吗", ""),
            ("明白的", ""),
            ("奶粉的保质期", ""),
            ("是网红的那个吗", ""),
            ("什么颜色", ""),
            ("有什么特色", ""),
            ("玉米色拉", ""),
            ("红包", ""),
            ("bored", ""),
        ],
    );
    check(
        &[Color],
        &[
            ("黑", "color=黑色"),
            ("要红", "color=红色"),
            ("黑白都行吧", "color=黑白"),
        ],
    );
}

#[test]
fn sizes() {
    check(
        &[],
        &[
            ("L码", "size=L"),
            ("xl", "size=XL"),
            ("XXL", "size=2XL"),
            ("XXXL", "size=3XL"),
            ("ＸＸＸＬ有吗", "size=3XL"),
            ("2XL", "size=2XL"),
            ("穿M还是L", "size=M, size=L"),
            ("s/m/l", "size=S, size=M, size=L"),
            ("均码", "size=均码"),
            ("42码", "size=42"),
            ("42.5码", "size=42.5"),
            ("四十二码", "size=42"),
            ("37码半", "size=37.5"),
            ("穿42", "size=42"),
            ("拍40还是41", "size=40, size=41"),
            ("纠结38还是39", "size=38, size=39"),
            ("41换42", "size=41, size=42"),
            ("拍的42收到40", "size=42, size=40"),
            ("US9等于多少码", "size=US9"),
            ("uk 8", "size=UK8"),
            ("eu 40", "size=40"),
            ("size 42", "size=42"),
            ("size M or L", "size=M, size=L"),
            ("75B", "size=75B"),
            ("童装110码", "size=110"),
            ("should i get an XL", "size=XL"),
            ("is medium ok for me", "size=M"),
            ("would a small be too tight", "size=S"),
            ("大一码", ""),
            ("偏小半码", ""),
            ("几码", ""),
            ("i'm fine", ""),
            ("it's late", ""),
            ("this is a small problem", ""),
            ("二维码", ""),
            ("should i order one size bigger", ""),
            ("do the shoes run small or large", ""),
            ("3x the price", ""),
            ("h&m", ""),
            ("3公里", ""),
        ],
    );
    check(
        &[Size],
        &[
            ("42", "size=42"),
            ("L", "size=L"),
            ("m", "size=M"),
            ("110", "size=110"),
            ("299", ""),
        ],
    );
}

#[test]
fn quantities() {
    check(
        &[],
        &[
            ("两件", "quantity=2"),
            ("我要3双", "quantity=3"),
            ("20套", "quantity=20"),
            ("五十件以上", "quantity=50"),
            ("50 pcs", "quantity=50"),
            ("3 pairs", "quantity=3"),
            ("2 of them", "quantity=2"),
            ("买一件", "quantity=1"),
            ("兩罐奶粉", "quantity=2"),
            ("十二瓶", "quantity=12"),
            ("买了俩只来一个", "quantity=2"),
            ("我俩都要", ""),
            ("第二件半价", ""),
            ("四件套", ""),
            ("三个月了", ""),
            ("两个订单", ""),
            ("3个工作日", ""),
            ("两三件", ""),
            ("7天无理由", ""),
            ("一件代发", ""),
            ("三包期多久", ""),
            ("39对应脚长多少", ""),
            ("假两件", ""),
            ("换了一副面孔", ""),
            ("两个样", ""),
            ("有一个问题", ""),
            ("几件包邮", ""),
            ("2只装", ""),
            ("百分之百", ""),
            ("12包邮", ""),
        ],
    );
    check(&[Quantity], &[("2", "quantity=2"), ("就要两个", "quantity=2")]);
}
