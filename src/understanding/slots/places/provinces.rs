//! The 34 province-level regions: short names, and what else they are called.

/// A province-level region.
pub(super) struct Province {
    /// Short name: the value of the slot.
    pub name: &'static str,
    /// Whether it is a city as well.
    pub city: bool,
    /// Other names, separated by `|`. Official suffixes are understood by rule.
    pub others: &'static str,
}

const fn province(name: &'static str, others: &'static str) -> Province {
    Province {
        name,
        city: false,
        others,
    }
}

const fn city(name: &'static str, others: &'static str) -> Province {
    Province {
        name,
        city: true,
        others,
    }
}

/// All regions. A name that ends with `?` counts only where a place is likely (see `Trust`).
pub(super) const PROVINCES: [Province; 34] = [
    city("北京", "帝都|beijing|peking"),
    city("天津", "tianjin"),
    province("河北", "hebei"),
    province("山西", "shanxi"),
    province("内蒙古", "内蒙|inner mongolia|neimenggu"),
    province("辽宁", "liaoning"),
    province("吉林", "jilin"),
    province("黑龙江", "heilongjiang"),
    city("上海", "魔都|shanghai"),
    province("江苏", "jiangsu"),
    province("浙江", "zhejiang"),
    province("安徽", "anhui"),
    province("福建", "fujian"),
    province("江西", "jiangxi"),
    province("山东", "shandong"),
    province("河南", "henan"),
    province("湖北", "hubei"),
    province("湖南", "hunan"),
    province("广东", "潮汕|粤东|粤西|粤北|guangdong|canton?"),
    province("广西", "guangxi"),
    province("海南", "海南岛|hainan"),
    city("重庆", "chongqing"),
    province("四川", "川西|川南|川北|sichuan|szechuan?"),
    province("贵州", "guizhou"),
    province("云南", "滇西|滇南|yunnan"),
    province("西藏", "藏区|tibet|xizang"),
    province("陕西", "陕北|陕南|shaanxi"),
    province("甘肃", "gansu"),
    province("青海", "qinghai"),
    province("宁夏", "ningxia"),
    province("新疆", "南疆|北疆|兵团?|建设兵团|xinjiang|sinkiang"),
    city("香港", "hong kong|hongkong|hong-kong|hk|xianggang"),
    city("澳门", "macau|macao"),
    province("台湾", "宝岛台湾|taiwan"),
];

/// What may follow a province's short name and belongs to it, longest first.
pub(super) const PROVINCE_ENDINGS: [&str; 9] = [
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
pub(super) const CITY_ENDINGS: [&str; 9] = ["自治州", "地区", "市区", "新区", "市", "州", "盟", "县", "区"];
