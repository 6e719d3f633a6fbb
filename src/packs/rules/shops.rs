//! What a folder holds together: a shop's folder, its id, and what it writes over the common pack.

use crate::packs::finding::Finding;
use crate::packs::layout::{SHOP, is_id, name_of};
use crate::packs::written::Files;

/// Checks one shop: its files agree with its folder, and stand in no other's place.
pub fn check(folder: &str, has_profile: bool, files: &Files, findings: &mut Vec<Finding>) {
    if !has_profile {
        findings.push(
            Finding::error(
                "I106",
                &name_of(folder, SHOP),
                format!("店铺 {folder} 没有 shop.yaml"),
                format!("the shop {folder} has no shop.yaml"),
            )
            .hint(
                format!("写上 shop: {folder}、店名和答案里用到的事实；不要这家店就删掉文件夹"),
                format!("write shop: {folder}, its name and the facts that answers use, or delete the folder"),
            ),
        );
    }
    let Some(id) = files.shop.as_ref().and_then(|shop| shop.shop.as_ref()) else {
        return;
    };
    if !is_id(&id.value) {
        findings.push(
            Finding::error(
                "I102",
                &files.shop_file,
                format!("“{}”不能用作店铺 id", id.value),
                format!("`{}` cannot be a shop's id", id.value),
            )
            .at(id.line, id.column)
            .hint(
                "只用小写字母、数字和 -，40 个以内，例如 my-shop",
                "up to 40 lower case letters, digits and -, for example my-shop",
            ),
        );
    } else if id.value != folder {
        findings.push(
            Finding::error(
                "I103",
                &files.shop_file,
                format!("文件夹叫 {folder}，里面却写着 shop: {}", id.value),
                format!("the folder is called {folder}, the file says shop: {}", id.value),
            )
            .at(id.line, id.column)
            .hint(
                format!("把 id 改成 {folder}，或把文件夹改名为 {}", id.value),
                format!("make the id {folder}, or rename the folder to {}", id.value),
            ),
        );
    }
}

/// What is to be said of a `shop.yaml` outside the folder of shops: whose it is, and that it should move.
pub fn check_outside(id: &str, beside: bool, findings: &mut Vec<Finding>) {
    let place = name_of(id, SHOP);
    findings.push(if beside {
        Finding::error(
            "I101",
            SHOP,
            format!("店铺 {id} 写了两遍：这里和 {place}"),
            format!("the shop {id} is written twice, here and in {place}"),
        )
        .hint("只留 shops/ 里的那一份", "keep the one in shops/")
    } else {
        Finding::warning(
            "I100",
            SHOP,
            format!("shop.yaml 现在放在 {place}"),
            format!("shop.yaml now lives in {place}"),
        )
        .hint(
            format!("移过去：mkdir -p shops/{id} && mv shop.yaml {place}"),
            format!("move it: mkdir -p shops/{id} && mv shop.yaml {place}"),
        )
    });
}

/// There is no shop at all.
pub fn check_any(findings: &mut Vec<Finding>) {
    findings.push(
        Finding::warning(
            "I090",
            &name_of("demo", SHOP),
            "没有一家店铺：shops/ 里没有 shop.yaml",
            "there is no shop: shops/ holds no shop.yaml",
        )
        .hint(
            "加上店铺的名字、服务时间和答案里要用的事实",
            "write the shop's name, its hours and the facts that answers use",
        ),
    );
}
