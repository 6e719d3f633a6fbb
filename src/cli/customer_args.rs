//! What can be typed after `yingda customer`.

use clap::{Args as Options, Subcommand};

/// What `customer` does.
#[derive(Debug, Subcommand)]
pub enum CustomerCommand {
    /// 导出这位顾客的全部数据，不打码 · Everything that is kept of the customer, nothing hidden
    Export(CustomerWho),
    /// 删除这位顾客的全部数据，不能恢复 · Deletes everything that is kept of the customer, for good
    Erase {
        /// Who.
        #[command(flatten)]
        who: CustomerWho,
        /// 确认删除；不写则只说会删什么 · Really deletes; without it, only what would be deleted is told
        #[arg(long)]
        yes: bool,
    },
}

/// Who it is about.
#[derive(Debug, Options)]
pub struct CustomerWho {
    /// 顾客在店里的 id；没登录的访客写 anon:…（yingda log 里能看到）· The shop's own id of the customer; a visitor as
    /// anon:…, which `yingda log` shows
    #[arg(value_name = "ID")]
    pub id: String,
    /// 店铺 · The shop
    #[arg(long, value_name = "SHOP")]
    pub shop: String,
    /// 输出 JSON · As JSON
    #[arg(long)]
    pub json: bool,
}
