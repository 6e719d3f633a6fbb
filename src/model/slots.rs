//! Values read from a message: a height, a province, an order number.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// What kind of value a slot holds, and in which unit it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlotName {
    /// Body height, centimetres.
    Height,
    /// Body weight, kilograms.
    Weight,
    /// Foot length, millimetres.
    FootLength,
    /// Age, years (a decimal for months).
    Age,
    /// Short name of a province-level region: 新疆, 广东, 香港.
    Province,
    /// A city: 深圳.
    City,
    /// The shop platform's order number.
    OrderNumber,
    /// A courier's waybill number.
    Waybill,
    /// A phone number.
    Phone,
    /// A sum of money, yuan.
    Money,
    /// A day as the shopper wrote it: 前天, 11.11.
    Date,
    /// A colour: 黑色.
    Color,
    /// A size: XL, 42.
    Size,
    /// An article from the shop's own list, by its full name; or one that looks like it and is not in it, as written.
    Goods,
    /// The article that was named before [`SlotName::Goods`], by its full name: the two may be compared.
    OtherGoods,
    /// What is asked of goods, by the name of the attribute.
    Attribute,
    /// How many pieces.
    Quantity,
    /// A delivery address, as written.
    Address,
    /// Who receives a parcel, as written.
    Receiver,
    /// What an invoice is made out to, as written.
    InvoiceHeading,
    /// A tax number, in capitals.
    TaxNumber,
    /// A link, as written.
    Link,
    /// Whatever the shopper replies to the question for it, as written.
    Details,
}

impl SlotName {
    /// All slots.
    pub const ALL: [SlotName; 23] = [
        SlotName::Height,
        SlotName::Weight,
        SlotName::FootLength,
        SlotName::Age,
        SlotName::Province,
        SlotName::City,
        SlotName::OrderNumber,
        SlotName::Waybill,
        SlotName::Phone,
        SlotName::Money,
        SlotName::Date,
        SlotName::Color,
        SlotName::Size,
        SlotName::Goods,
        SlotName::OtherGoods,
        SlotName::Attribute,
        SlotName::Quantity,
        SlotName::Address,
        SlotName::Receiver,
        SlotName::InvoiceHeading,
        SlotName::TaxNumber,
        SlotName::Link,
        SlotName::Details,
    ];

    /// The name as it is written in intent files, frames and templates.
    pub fn name(self) -> &'static str {
        match self {
            SlotName::Height => "height",
            SlotName::Weight => "weight",
            SlotName::FootLength => "foot_length",
            SlotName::Age => "age",
            SlotName::Province => "province",
            SlotName::City => "city",
            SlotName::OrderNumber => "order_number",
            SlotName::Waybill => "waybill",
            SlotName::Phone => "phone",
            SlotName::Money => "money",
            SlotName::Date => "date",
            SlotName::Color => "color",
            SlotName::Size => "size",
            SlotName::Goods => "goods",
            SlotName::OtherGoods => "other_goods",
            SlotName::Attribute => "attribute",
            SlotName::Quantity => "quantity",
            SlotName::Address => "address",
            SlotName::Receiver => "receiver",
            SlotName::InvoiceHeading => "invoice_heading",
            SlotName::TaxNumber => "tax_number",
            SlotName::Link => "link",
            SlotName::Details => "details",
        }
    }

    /// Whether it is kept in the shopper's own words.
    pub fn is_verbatim(self) -> bool {
        matches!(
            self,
            SlotName::Address | SlotName::Receiver | SlotName::InvoiceHeading | SlotName::Link | SlotName::Details
        )
    }

    /// Whether it is data about an order or a person: something to work with, not something that is asked about.
    pub fn is_data(self) -> bool {
        self.is_verbatim()
            || matches!(
                self,
                SlotName::OrderNumber | SlotName::Waybill | SlotName::Phone | SlotName::TaxNumber
            )
    }

    /// The slot with this name.
    pub fn from_name(name: &str) -> Option<SlotName> {
        SlotName::ALL.into_iter().find(|slot| slot.name() == name)
    }
}

/// The slots of a message or of a talk. Values are canonical text: `165` for 一米六五, `47.5` for 95斤, `新疆`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Slots(pub BTreeMap<SlotName, String>);

impl<'de> Deserialize<'de> for Slots {
    /// Names that a newer version of the program wrote are left out.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Slots, D::Error> {
        let written = BTreeMap::<String, String>::deserialize(deserializer)?;
        let known = written
            .into_iter()
            .filter_map(|(name, value)| Some((SlotName::from_name(&name)?, value)));
        Ok(Slots(known.collect()))
    }
}

impl Slots {
    /// The value of a slot.
    pub fn get(&self, name: SlotName) -> Option<&str> {
        self.0.get(&name).map(String::as_str)
    }

    /// Sets a slot, the newer value replacing the older one.
    pub fn set(&mut self, name: SlotName, value: impl Into<String>) {
        self.0.insert(name, value.into());
    }

    /// Adds what `newer` knows; where both know something `newer` wins.
    pub fn update(&mut self, newer: &Slots) {
        for (name, value) in &newer.0 {
            self.0.insert(*name, value.clone());
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
