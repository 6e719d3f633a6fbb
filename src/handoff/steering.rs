//! How what colleagues keep of a customer steers a handoff: by tag or VIP a lane at least as pressing, and the group that gets it
//! first. Pure.

use crate::model::{CustomerCard, Lane, Recognition, Steered, SteeredBy};

/// Why a rule cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{rule:?} is no rule for a customer's lane: {why}; write \"vip: high\", \"#tag: urgent\" or \"#tag: high @group\""
)]
pub struct SteeringError {
    /// As it is written.
    pub rule: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Rules, each with whom it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steering {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    by: SteeredBy,
    lane: Lane,
    group: Option<String>,
}

impl Steering {
    /// Reads rules, `vip: high`, `#tag: urgent`, `#tag: high @group`. Safety and law are for what is said, not for who says it.
    ///
    /// # Errors
    /// The first rule that cannot be read.
    pub fn read<'a>(written: impl IntoIterator<Item = &'a str>) -> Result<Steering, SteeringError> {
        let rules = written.into_iter().map(Rule::read).collect::<Result<_, _>>()?;
        Ok(Steering { rules })
    }

    /// What is kept of a customer and what it makes of a handoff; `None` where nothing is kept that colleagues would see on a row.
    /// Of several rules that hold the most pressing lane counts, of equals the first; the group is that of the first that names one.
    pub fn recognise(&self, card: &CustomerCard) -> Option<Recognition> {
        if !card.vip && card.tags.is_empty() {
            return None;
        }
        let holds = |rule: &&Rule| match &rule.by {
            SteeredBy::Vip => card.vip,
            SteeredBy::Tag { tag } => card.tags.contains(tag),
            SteeredBy::Other => false,
        };
        let first = self.rules.iter().filter(holds).min_by_key(|rule| rule.lane);
        let group = self.rules.iter().filter(holds).find_map(|rule| rule.group.clone());
        Some(Recognition {
            vip: card.vip,
            tags: card.tags.clone(),
            steered: first.map(|rule| Steered {
                by: rule.by.clone(),
                lane: rule.lane,
                group,
            }),
        })
    }
}

impl Rule {
    fn read(written: &str) -> Result<Rule, SteeringError> {
        let wrong = |why| SteeringError {
            rule: written.to_owned(),
            why,
        };
        // A tag may hold a colon; a lane does not.
        let (who, what) = written
            .replace('：', ":")
            .rsplit_once(':')
            .map(|(who, what)| (who.trim().to_owned(), what.trim().to_owned()))
            .ok_or_else(|| wrong("a colon stands between whom it is for and the lane"))?;
        let by = match (who.as_str(), who.strip_prefix(['#', '＃'])) {
            (vip, _) if vip.eq_ignore_ascii_case("vip") => SteeredBy::Vip,
            (_, Some(tag)) if !tag.trim().is_empty() => SteeredBy::Tag {
                tag: tag.trim().to_owned(),
            },
            _ => return Err(wrong("it is for vip or for a #tag")),
        };
        let (lane, group) = match what.split_once(['@', '＠']) {
            Some((lane, group)) => (lane.trim(), Some(group.trim().to_owned())),
            None => (what.as_str(), None),
        };
        if group.as_ref().is_some_and(String::is_empty) {
            return Err(wrong("a group stands behind @"));
        }
        match Lane::from_name(lane) {
            Some(lane @ (Lane::Urgent | Lane::High | Lane::Normal)) => Ok(Rule { by, lane, group }),
            _ => Err(wrong("the lane is urgent, high or normal")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(vip: bool, tags: &[&str]) -> CustomerCard {
        CustomerCard {
            vip,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn the_most_pressing_rule_counts_and_the_first_group() {
        let rules = [
            "vip: high",
            "＃批发： urgent",
            "#a:b: normal @大客户",
            "#售后: high @售后",
        ];
        let steering = Steering::read(rules).expect("are rules");
        assert_eq!(steering.recognise(&card(false, &[])), None);
        let steered = |vip, tags: &[&str]| steering.recognise(&card(vip, tags)).expect("is known").steered;
        assert_eq!(steered(false, &["学生"]), None);
        let vip = steered(true, &["学生"]).expect("is a VIP");
        assert_eq!((vip.by, vip.lane, vip.group), (SteeredBy::Vip, Lane::High, None));
        let both = steered(true, &["a:b", "批发"]).expect("has rules");
        let tag = SteeredBy::Tag {
            tag: "批发".to_owned()
        };
        assert_eq!(
            (both.by, both.lane, both.group.as_deref()),
            (tag, Lane::Urgent, Some("大客户"))
        );
        let plain = steered(false, &["a:b"]).expect("has a rule");
        assert_eq!((plain.lane, plain.group.as_deref()), (Lane::Normal, Some("大客户")));
    }

    #[test]
    fn what_is_no_rule_is_named_with_the_way_to_write_it() {
        for (rule, why) in [
            ("vip", "a colon"),
            ("批发: high", "#tag"),
            ("#: high", "#tag"),
            ("#批发: safety", "urgent, high or normal"),
            ("vip: top", "urgent, high or normal"),
            ("vip: soon", "urgent, high or normal"),
            ("vip: high @", "behind @"),
        ] {
            let error = Steering::read([rule]).expect_err("is no rule").to_string();
            assert!(error.contains(why) && error.contains("#tag: urgent"), "{error}");
        }
        assert!(Steering::read([]).is_ok());
    }
}
