//! Why something about an account is refused.

use crate::files::FileError;
use crate::model::ShopId;
use crate::store::StoreError;

use super::rights::ROLES;

/// Why something about an account is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// A name is empty, too long or not readable.
    #[error("名字要有 1 到 32 个看得见的字符。 · A name has 1 to 32 characters that can be seen.")]
    Name,
    /// A name looks like the bot's.
    #[error("名字不能像机器人或系统。 · A name must not look like the bot's or the system's.")]
    BotName,
    /// Another member has the name.
    #[error(
        "已经有人叫 {0}，名字不能相同，也不能看起来一样。 · Somebody is called {0} already; names must not be or look the same."
    )]
    NameTaken(String),
    /// There is no such role.
    #[error("没有角色 {0}；有 {roles}。 · There is no role {0}; there are {roles}.", roles = role_names())]
    UnknownRole(String),
    /// A shop is not served.
    #[error("没有店铺 {shop}；有 {served}。 · There is no shop {shop}; there are {served}.", served = listed(.served))]
    UnknownShop {
        /// The one that was named.
        shop: ShopId,
        /// Those that are served.
        served: Vec<ShopId>,
    },
    /// None of the member's shops is served.
    #[error(
        "{name} 的店铺 {shops} 不在这台服务器上；有 {served}。 · The shops of {name}, {shops}, are not served here; there are {served}.",
        shops = listed(.shops), served = listed(.served)
    )]
    NotServed {
        /// Whose.
        name: String,
        /// The member's shops.
        shops: Vec<ShopId>,
        /// Those that are served.
        served: Vec<ShopId>,
    },
    /// A member has at least one role.
    #[error("至少要有一个角色：{roles}。 · At least one role is needed: {roles}.", roles = role_names())]
    NoRole,
    /// A member has 1 to 100 chats at once.
    #[error("同时接待数是 1 到 100。 · Chats at once are 1 to 100.")]
    Capacity,
    /// A member is in at most 20 groups, with names of 1 to 20 characters.
    #[error(
        "最多 20 个组，组名是 1 到 20 个看得见的字符。 · At most 20 groups, with names of 1 to 20 characters that can be seen."
    )]
    Groups,
    /// There is no such language.
    #[error(
        "没有“{0}”这种语言；可以写 zh（中文）、en（英文）。 · There is no language `{0}`; write zh (Chinese) or en (English)."
    )]
    UnknownLanguage(String),
    /// Whoever asks may not.
    #[error("你没有这个权限。 · You may not do this.")]
    Forbidden,
    /// There is no such member.
    #[error(
        "没有 {0} 这个人；yingda staff list 列出所有人。 · There is nobody called {0}; yingda staff list shows everybody."
    )]
    Unknown(String),
    /// Nobody would be left who can mend it.
    #[error(
        "这是最后一位能管人的同事（主管或店主）：先让另一个人当上，再改这一位。 · This is the last one who can manage people \
         (supervisor or owner): give the role to somebody else first."
    )]
    Last,
    /// The account is disabled.
    #[error("{0} 已停用；先启用再发链接。 · {0} is disabled; enable the account before making a link.")]
    Disabled(String),
    /// The link is used, expired, or was never one.
    #[error("登录链接已用过或已过期。 · The sign-in link is used or expired.")]
    BadLink,
    /// Name and password do not go together.
    #[error("名字或密码不对。 · Name or password is wrong.")]
    BadPassword,
    /// A password is too easy.
    #[error(
        "密码至少 10 个字符，不能是名字或同一个字符。 · A password has at least 10 characters and is neither the name nor one character."
    )]
    WeakPassword,
    /// Too many wrong passwords.
    #[error(
        "密码错了太多次，请 15 分钟后再试，或用登录链接。 · Too many wrong passwords; try again in 15 minutes or use a link."
    )]
    TooMany,
    /// There is no session.
    #[error("还没有登录或登录已过期。 · Not signed in, or signed out since.")]
    SignedOut,
    /// The store refused.
    #[error("暂时存不下：{0} · It cannot be kept right now: {0}")]
    Store(StoreError),
    /// The folder of pictures and documents cannot be written.
    #[error("图片和文件删不掉：{0} · Pictures and documents cannot be deleted: {0}")]
    Files(#[from] FileError),
    /// The system has no randomness.
    #[error("没有随机数 · no randomness: {0}")]
    Random(#[from] getrandom::Error),
    /// A password could not be computed.
    #[error("算不出密码 · a password could not be computed: {0}")]
    Hashing(String),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> AccountError {
        match error {
            StoreError::NameTaken(name) => AccountError::NameTaken(name),
            other => AccountError::Store(other),
        }
    }
}

fn role_names() -> String {
    ROLES.each_ref().map(|role| role.name()).join(", ")
}

fn listed(shops: &[ShopId]) -> String {
    shops.iter().map(ShopId::as_str).collect::<Vec<_>>().join(", ")
}
