//! Countries and cities outside China: no value of a slot, but for matching a place like any other.

/// Names, folded, separated by `|`.
pub(super) const ABROAD: &str = "美国|加拿大|英国|法国|德国|意大利|西班牙|葡萄牙|荷兰|比利时|瑞士|瑞典|挪威|丹麦|芬兰|波兰|捷克|奥地利|希腊|爱尔兰|\
    俄罗斯|乌克兰|土耳其|澳洲|澳大利亚|新西兰|纽西兰|日本|韩国|朝鲜|蒙古国|新加坡|马来西亚|泰国|越南|老挝|柬埔寨|缅甸|菲律宾|印尼|印度尼西亚|\
    印度|冰岛|巴基斯坦|哈萨克斯坦|沙特|阿联酋|迪拜|以色列|埃及|南非|尼日利亚|肯尼亚|墨西哥|巴西|阿根廷|智利|欧洲|北美|南美|东南亚|\
    东京|大阪|首尔|釜山|曼谷|清迈|吉隆坡|槟城|雅加达|巴厘岛|胡志明|河内|马尼拉|纽约|洛杉矶|旧金山|西雅图|波士顿|芝加哥|休斯顿|温哥华|多伦多|\
    伦敦|曼彻斯特|巴黎|柏林|慕尼黑|法兰克福|米兰|罗马|马德里|巴塞罗那|阿姆斯特丹|悉尼|墨尔本|布里斯班|奥克兰|莫斯科|\
    usa|america|the us|the states|united states|canada|uk|england|scotland|wales|britain|united kingdom|ireland|france|germany|italy|\
    spain|portugal|netherlands|belgium|switzerland|sweden|norway|denmark|finland|poland|austria|greece|russia|ukraine|\
    australia|new zealand|japan|korea|south korea|singapore|malaysia|thailand|vietnam|cambodia|myanmar|philippines|indonesia|india|\
    pakistan|saudi arabia|dubai|israel|egypt|south africa|nigeria|kenya|mexico|brazil|argentina|chile|europe|\
    tokyo|osaka|seoul|bangkok|kuala lumpur|penang|jakarta|bali|manila|hanoi|new york|california|texas|florida|los angeles|san francisco|\
    seattle|boston|chicago|houston|vancouver|toronto|london|manchester|paris|berlin|munich|milan|rome|madrid|barcelona|amsterdam|\
    sydney|melbourne|brisbane|auckland|moscow";

/// Words that contain one of them and mean something else.
pub(super) const SWALLOWING: &str = "日本料理 韩国料理 印度神油 罗马柱 罗马鞋 巴黎世家 巴黎水 巴黎欧莱雅 欧洲码 欧洲版 美国版 日本版 韩国版 英国版 \
    纽约客 东京电饭煲 马来西亚版 泰国版 波士顿包 牛津布 曼彻斯特联";
