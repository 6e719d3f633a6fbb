//! What is changed and what stays.

#![allow(clippy::unwrap_used)]

use super::*;

const FILE: &str = "# 商品\n- id: \"1\" # 主推\n  name: 鞋\n  price: 399\n  aliases: [跑鞋, 疾风] # 别名\n  stock:\n    # 现货\n    zh: 有货\n    en: in stock\n\
                    \x20 attributes:\n    防水: {zh: \"不\", en: \"no\"} # 网布\n  links:\n  - a.com/1 # 旧\n  - a.com/2\n\n# 第二件\n- name: 帽\n";

fn set(text: &str, path: &[Step], key: &str, value: Option<Value>) -> String {
    with_values("goods.yaml", text, path, &[(key.to_owned(), value)]).unwrap()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn one_entry_is_changed_and_every_other_line_stays() {
    let first = [Step::Item(0)];
    let changed = set(FILE, &first, "price", Some(Value::Plain("429".to_owned())));
    assert_eq!(changed, FILE.replace("399", "429"));
    let changed = set(FILE, &first, "id", Some(text("2")));
    assert_eq!(changed, FILE.replace("\"1\" #", "\"2\" #"));
    let changed = set(FILE, &first, "aliases", Some(Value::List(vec![text("跑鞋")])));
    assert_eq!(changed, FILE.replace("[跑鞋, 疾风] #", "[\"跑鞋\"] #"));
    let both = |zh: &str, en: &str| Value::Map(vec![("zh".to_owned(), text(zh)), ("en".to_owned(), text(en))]);
    let changed = set(FILE, &first, "stock", Some(both("预售", "in stock")));
    assert_eq!(changed, FILE.replace("zh: 有货", "zh: \"预售\""));
    let attributes = Value::Map(vec![
        ("防水".to_owned(), both("防泼水", "no")),
        ("口袋".to_owned(), text("2 个")),
    ]);
    let changed = set(FILE, &first, "attributes", Some(attributes));
    let wanted = FILE.replace(
        "{zh: \"不\", en: \"no\"} # 网布\n",
        "{zh: \"防泼水\", en: \"no\"} # 网布\n    口袋: \"2 个\"\n",
    );
    assert_eq!(changed, wanted);
    let links = Value::List(vec![text("a.com/1"), text("a.com/3"), text("a.com/4")]);
    let changed = set(FILE, &first, "links", Some(links));
    assert_eq!(changed, FILE.replace("- a.com/2\n", "- \"a.com/3\"\n  - \"a.com/4\"\n"));
}

#[test]
fn entries_come_and_go_and_the_dash_moves() {
    let changed = set(FILE, &[Step::Item(0)], "id", None);
    assert_eq!(changed, FILE.replace("- id: \"1\" # 主推\n  name: 鞋", "- name: 鞋"));
    assert_eq!(set(FILE, &[Step::Item(0)], "stock", None).matches("现货").count(), 0);
    let changed = set(FILE, &[Step::Item(1)], "price", Some(Value::Plain("59".to_owned())));
    assert_eq!(changed, format!("{FILE}  price: 59\n"));
    assert_eq!(set(FILE, &[Step::Item(1)], "price", None), FILE);
    let hours = Value::Map(vec![("monday".to_owned(), text("9:00-18:00"))]);
    let changed = set("shop: tea", &[], "service_hours", Some(hours));
    assert_eq!(changed, "shop: tea\nservice_hours:\n  monday: \"9:00-18:00\"\n");
}

#[test]
fn items_are_added_and_removed() {
    let hat = [
        ("name".to_owned(), text("袜")),
        ("price".to_owned(), Value::Plain("9".to_owned())),
    ];
    let added = with_item("goods.yaml", FILE, &[], &hat).unwrap();
    assert_eq!(added, format!("{FILE}- name: \"袜\"\n  price: 9\n"));
    assert_eq!(without_item("goods.yaml", &added, &[], 2).unwrap(), FILE);
    let one = without_item("goods.yaml", FILE, &[], 0).unwrap();
    assert_eq!(one, "# 商品\n\n# 第二件\n- name: 帽\n");
    let none = without_item("goods.yaml", &one, &[], 0).unwrap();
    assert_eq!(none, "# 商品\n\n# 第二件\n[]\n");
    assert!(
        with_item("goods.yaml", &none, &[], &hat)
            .unwrap()
            .ends_with("- name: \"袜\"\n  price: 9\n")
    );
    let inside = "shop: tea\ngoods: [] # 空\n";
    let added = with_item("shop.yaml", inside, &[Step::Key("goods")], &hat).unwrap();
    assert_eq!(added, "shop: tea\ngoods: # 空\n  - name: \"袜\"\n    price: 9\n");
    assert_eq!(
        without_item("shop.yaml", &added, &[Step::Key("goods")], 0).unwrap(),
        "shop: tea\n"
    );
}

#[test]
fn odd_forms_are_refused() {
    for odd in ["- {name: 鞋, price: 1}\n", "- 鞋\n", "x: 1\n"] {
        let price = [("price".to_owned(), Some(Value::Plain("2".to_owned())))];
        assert!(
            with_values("goods.yaml", odd, &[Step::Item(0)], &price).is_err(),
            "{odd}"
        );
    }
}
