//! Heights, weights, feet, ages.

use super::check;
use crate::model::SlotName::{Age, FootLength, Height, Weight};

#[test]
fn heights() {
    check(
        &[],
        &[
            ("一米六五", "height=165"),
            ("1米65", "height=165"),
            ("1.65m", "height=165"),
            ("1.65米", "height=165"),
            ("1m65", "height=165"),
            ("165cm", "height=165"),
            ("165 CM", "height=165"),
            ("165厘米", "height=165"),
            ("165公分", "height=165"),
            ("１６５㎝", "height=165"),
            ("一米七", "height=170"),
            ("一米七五的", "height=175"),
            ("我一米八", "height=180"),
            ("1米8", "height=180"),
            ("一米八二", "height=182"),
            ("一米七八", "height=178"),
            ("一米六十五", "height=165"),
            ("一米半", "height=150"),
            ("两米", "height=200"),
            ("身高165", "height=165"),
            ("身高是168呢", "height=168"),
            ("身高：170", "height=170"),
            ("身高1.72", "height=172"),
            ("身高一六五", "height=165"),
            ("个子165", "height=165"),
            ("178高", "height=178"),
            ("162.5cm", "height=162.5"),
            ("身高168公分", "height=168"),
            ("孩子身高110", "height=110"),
            ("儿子一米二", "height=120"),
            ("height 165", "height=165"),
            ("im 170cm", "height=170"),
            ("168cm tall", "height=168"),
            ("5'7", "height=170"),
            ("5'7\"", "height=170"),
            ("5 ft 7", "height=170"),
            ("5ft3", "height=160"),
            ("5 foot 7 inches", "height=170"),
            ("a 6 foot guy", "height=183"),
            ("我1米7几", ""),
            ("身高165-170", ""),
            ("1米8的床单", ""),
            ("桌子宽120cm", ""),
            ("衣长70cm", ""),
            ("腰围78", ""),
            ("胸围100cm", ""),
            ("裤长100厘米", ""),
            ("鞋跟5cm", ""),
            ("165", ""),
            ("999cm", ""),
        ],
    );
}

#[test]
fn weights() {
    check(
        &[],
        &[
            ("95斤", "weight=47.5"),
            ("47.5kg", "weight=47.5"),
            ("47.5 KG", "weight=47.5"),
            ("48公斤", "weight=48"),
            ("九十五斤", "weight=47.5"),
            ("一百零五斤", "weight=52.5"),
            ("一百四十斤", "weight=70"),
            ("一百四斤", "weight=70"),
            ("两百斤能穿吗", "weight=100"),
            ("体重120", "weight=60"),
            ("体重大概105斤左右", "weight=52.5"),
            ("体重50", "weight=50"),
            ("不到110斤", "weight=55"),
            ("130多斤", "weight=65"),
            ("130 lbs", "weight=59"),
            ("130lb", "weight=59"),
            ("170 pounds", "weight=77.1"),
            ("i weigh 62 kilos", "weight=62"),
            ("9 stone", "weight=57.2"),
            ("宝宝20斤", "weight=10"),
            ("a 20 lb baby", "weight=9.1"),
            ("胖了十斤", ""),
            ("瘦了3斤", ""),
            ("水果少了一斤多", ""),
            ("狗狗40斤", ""),
            ("能承重200斤吗", ""),
            ("50斤装的大米", ""),
            ("一百二三十斤", ""),
            ("95", ""),
            ("1000斤", ""),
            ("95后", ""),
        ],
    );
}

#[test]
fn bodies() {
    check(
        &[],
        &[
            ("165 95斤", "height=165, weight=47.5"),
            ("165 95", "height=165, weight=47.5"),
            ("我165 95斤穿什么码", "height=165, weight=47.5"),
            ("175 140", "height=175, weight=70"),
            ("170/60kg", "height=170, weight=60"),
            ("160/50", "height=160, weight=50"),
            ("身高一米六五体重一百零五斤", "height=165, weight=52.5"),
            ("我一米七五 一百四", "height=175, weight=70"),
            ("一米七三 一百二十斤 给挑个码", "height=173, weight=60"),
            ("165cm 50", "height=165, weight=50"),
            ("5'7 130 lbs", "height=170, weight=59"),
            ("5'6 and 130 lbs", "height=168, weight=59"),
            ("5'7 130", "height=170, weight=59"),
            ("shes 5ft3 and 9 stone", "height=160, weight=57.2"),
            ("身高168體重55公斤", "height=168, weight=55"),
            ("身高170体重130选哪个号", "height=170, weight=65"),
            ("180斤 178高", "weight=90, height=178"),
            ("她158 120斤左右", "height=158, weight=60"),
            ("185才120斤", "height=185, weight=60"),
            ("我183 85公斤 XL穿得下吗", "height=183, weight=85, size=XL"),
            ("1米75 70公斤", "height=175, weight=70"),
            ("1米65 95", "height=165, weight=47.5"),
            ("大概1米68 不到110斤", "height=168, weight=55"),
            ("给个建议 167 57", "height=167, weight=57"),
            ("172 140 选L还是XL", "height=172, weight=70, size=L, size=XL"),
            ("1.65 95斤", "height=165, weight=47.5"),
            ("120斤 165", "weight=60, height=165"),
            ("165、95", "height=165, weight=47.5"),
            ("168 55kg", "height=168, weight=55"),
            ("170cm and 60kg", "height=170, weight=60"),
            ("im 180cm 90kg", "height=180, weight=90"),
            ("175 and 65kg", "height=175, weight=65"),
            ("儿子10岁 一米四 七十斤", "age=10, height=140, weight=35"),
            ("宝宝8个月 20斤", "age=0.67, weight=10"),
            ("女兒110公分 38斤", "height=110, weight=19"),
            ("165 80", ""),
            ("160 165 170有吗", ""),
            ("原价159 现价99", "money=159, money=99"),
            ("399 299", ""),
            ("165 1000", ""),
            ("1.5 2.0", ""),
            ("170/88A", "size=170/88A"),
        ],
    );
}

#[test]
fn answers_to_the_question_for_height_and_weight() {
    check(
        &[Height, Weight],
        &[
            ("165", "height=165"),
            ("165的", "height=165"),
            ("1.65", "height=165"),
            ("一六五", "height=165"),
            ("95", "weight=47.5"),
            ("50", "weight=50"),
            ("165 95", "height=165, weight=47.5"),
            ("165-95", "height=165, weight=47.5"),
            ("95 165", "weight=47.5, height=165"),
            ("那175的呢", "height=175"),
            ("那130斤的话呢", "weight=65"),
            ("110", ""),
            ("165 80", "height=165"),
            ("腰围78", ""),
            ("12315", ""),
            ("7天无理由", ""),
            ("多少钱", ""),
        ],
    );
    check(
        &[Height],
        &[("165", "height=165"), ("110", "height=110"), ("20", ""), ("999", "")],
    );
    check(
        &[Weight],
        &[
            ("95", "weight=47.5"),
            ("120", "weight=60"),
            ("82", ""),
            ("60", "weight=60"),
            ("5", ""),
        ],
    );
}

#[test]
fn feet_and_ages() {
    check(
        &[],
        &[
            ("脚长24.5cm", "foot_length=245"),
            ("脚长24.5穿几码", "foot_length=245"),
            ("脚长245毫米选多大", "foot_length=245"),
            ("脚长245", "foot_length=245"),
            ("脚长26厘米穿多大鞋", "foot_length=260"),
            ("my foot is 24.5cm long", "foot_length=245"),
            ("250mm对应欧码多少", "foot_length=250"),
            ("宝宝脚长15cm", "foot_length=150"),
            ("3岁", "age=3"),
            ("三岁半穿多大", "age=3.5"),
            ("1岁3个月", "age=1.25"),
            ("宝宝6个月", "age=0.5"),
            ("6个月大", "age=0.5"),
            ("my son is 10 and 140cm tall", "age=10, height=140"),
            ("3 years old", "age=3"),
            ("10-year-old boy", "age=10"),
            ("怀孕六个月", ""),
            ("穿了6个月就坏了", ""),
            ("3-5岁能穿吗", ""),
            ("95后", ""),
            ("手腕15厘米", ""),
        ],
    );
    check(
        &[FootLength],
        &[("24.5", "foot_length=245"), ("245", "foot_length=245"), ("42", "")],
    );
    check(&[Age], &[("3", "age=3"), ("6个月", "age=0.5"), ("半", ""), ("300", "")]);
}
