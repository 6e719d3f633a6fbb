//! What is hidden, and the look-alikes that are not.

use super::*;

fn masked(text: &str) -> String {
    mask_cards(text, false).into_owned()
}

/// A16: 110101199003077715 and the others here are made up; their check signs are right.
#[test]
fn numbers_of_identity_cards_are_hidden_however_they_are_typed() {
    for (text, kept) in [
        ("我的身份证110101199003077715", "我的身份证**************7715"),
        ("110101199003077715", "**************7715"),
        ("11010119900307109X", "**************109X"),
        ("实名用11010119900307109x谢谢", "实名用**************109x谢谢"),
        ("110101 19900307 7715", "****** ******** 7715"),
        ("１１０１０１１９９００３０７７７１５", "**************７７１５"),
        ("1101\u{200b}01199003077715", "****\u{200b}**********7715"),
        (
            "张三 110101199003077715 13812345678",
            "张三 **************7715 13812345678",
        ),
        // A slip of the finger in a number that is announced.
        ("身份证号：110101199003077716", "身份证号：**************7716"),
        // The old cards.
        ("身份证 110101900307771", "身份证 ***********7771"),
    ] {
        assert_eq!(masked(text), kept);
    }
}

/// A16
#[test]
fn numbers_of_bank_cards_are_hidden_however_they_are_typed() {
    for (text, kept) in [
        ("退到银行卡6222021234567890128", "退到银行卡***************0128"),
        ("6222 0212 3456 7890 128", "**** **** **** ***0 128"),
        (
            "卡号：6222-0212-3456-7890-128 张三",
            "卡号：****-****-****-***0-128 张三",
        ),
        ("my card 4111 1111 1111 1111", "my card **** **** **** 1111"),
        ("4111111111111111 是我的信用卡", "************1111 是我的信用卡"),
        ("工行 9558801234567890128", "工行 ***************0128"),
    ] {
        assert_eq!(masked(text), kept);
    }
    assert_eq!(
        mask_cards("6222021234567890128", true),
        "***************0128",
        "after it was asked for"
    );
}

/// A16
#[test]
fn numbers_of_orders_parcels_and_phones_stay() {
    for text in [
        "订单号912345678901什么时候发货",
        "订单 3456789012345678901",
        "240511-123456789012345",
        "6917264839201937482",
        "单号 YT1234567890123",
        "SF1234567890123到哪了",
        "78123456789012 快递",
        "13812345678",
        "138 1234 5678 和 139 1234 5678",
        "0571-88886666 转 1234",
        // As an identity card its day of birth would be the 45th.
        "110101199003457715",
        // As a bank card its check digit is wrong.
        "银行卡 6222021234567890123",
        // Right in every sign, and announced as something else.
        "订单号：110101199003077715",
        "order 4111111111111111",
        "银行卡退款的订单号 4111111111111111",
        // Nothing announces it, nothing groups it.
        "6222021234567890128",
        "价格 4111.11 到 1111.11",
        "",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn masking_again_changes_nothing() {
    let once = masked("身份证110101199003077715 卡号6222 0212 3456 7890 128");
    assert_eq!(masked(&once), once);
}

/// A16: numbers as platforms give them out, without a word beside them. Eighteen digits are an identity card by chance in one
/// of some fifty thousand; without groups or a word nothing is a bank card.
#[test]
fn numbers_of_orders_are_hardly_ever_taken_for_cards() {
    // A plain generator, so that the test is the same everywhere.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for length in [15_u32, 16, 18, 19] {
        let mut taken = 0;
        for _ in 0..50_000 {
            let low = 10_u64.pow(length - 1);
            let number = low + next() % (low * 9).min(u64::MAX - low);
            taken += usize::from(masked(&number.to_string()) != number.to_string());
        }
        assert!(taken <= 5, "{taken} of 50,000 with {length} digits");
    }
}

#[test]
fn phones_show_their_ends() {
    for (phone, shown) in [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138 **** 5678"),
        ("+8613812345678", "+86138****5678"),
        ("0912345678", "09*****678"),
        ("88886666", "88***666"),
        ("12345", "***45"),
        ("", ""),
    ] {
        assert_eq!(phone_hidden(phone), shown);
    }
    assert_eq!(hidden("上海市浦东新区世纪大道100号"), "上***");
    assert_eq!(hidden(""), "");
}
