//! Everything that can be typed after `yingda`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as Options, Parser, Subcommand};

use crate::packs::Format;

pub use super::customer_args::{CustomerCommand, CustomerWho};
pub use super::replay_args::ReplayArgs;
pub use super::report_args::ReportArgs;
pub use super::say_args::SayArgs;
pub use super::sheet_args::{ExportArgs, ExportCommand, ShopImportArgs, ShopNewArgs};
pub use super::sources_args::{ConfigFile, PackArgs, ServeArgs};
pub use super::upkeep_args::{AuditArgs, BackupArgs, DoctorArgs, RestoreArgs};

/// 应答：电商自动客服。不带命令时启动服务。
///
/// An auto-responder for online shops. Without a command it serves.
#[derive(Debug, Parser)]
#[command(
    name = "yingda",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `serve`.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 启动服务：示例店铺、聊天和客服工作台 · Serves the demo shop, chats and the desk
    Serve(ServeArgs),
    /// 检查话术：错误、提醒和文件自带的测试 · Checks intent files and runs their own tests
    Check(CheckArgs),
    /// 问一句（或几句），看回答和理由 · Asks one message or a talk and shows why it was answered so
    Ask(AskArgs),
    /// 逐行理解标准输入的消息，逐行输出 JSON · Reads messages from standard input, writes JSON lines
    Understand(UnderstandArgs),
    /// 逐行走完整段对话 · Runs whole talks, one a line
    Converse(ConverseArgs),
    /// 用带标签的句子给话术打分 · Measures intent files on labelled sentences
    Eval(EvalArgs),
    /// 顾客会看到的每一句话，写成表格或网页，给老板和法务签字 · Every text that shoppers may see, as a workbook or a page, to be signed
    Say(SayArgs),
    /// 用录下的会话比较两份话术：会变的有哪些 · Replays recorded talks under two packs: what would change. 退出码 · exit: 1 when a
    /// bound of --fail-if is met
    Replay(ReplayArgs),
    /// 给老板看的数：一天或一周，写成网页或表格，服务运行时也能用 · The numbers of a day or a week for the owner, as a page or a table; also
    /// beside a running server
    Report(ReportArgs),
    /// 把别处的句子导入成话术文件 · Turns sentences from elsewhere into intent files
    Import(ImportArgs),
    /// 把一家店的问题、商品和资料写成表格，改完能导回来 · Writes a shop's questions, goods and facts as a workbook that can be imported again
    Export(ExportArgs),
    /// 文件夹里的店铺 · The shops of a folder
    Shop(ShopArgs),
    /// 查看会话记录和排队，只读，服务运行时也能用 · Shows stored talks and the queue, read-only, also beside a server
    Log(LogArgs),
    /// 查看配置 · Shows settings
    Config(ConfigArgs),
    /// 同事：列出、邀请、登录链接、权限、停用，服务运行时也能用 · The people: list, invite, links, roles, disable; also
    /// beside a running server. 退出码 · exit: 0 done, 1 refused (role, shop, name …), 2 could not run
    Staff(StaffArgs),
    /// 顾客的数据：全部导出、全部删除并给回执，服务运行时也能用 · A customer's data: export all, erase all with a receipt; also
    /// beside a running server. 退出码 · exit: 0 done, 1 nothing found or not confirmed, 2 could not run
    Customer(CustomerArgs),
    /// 操作记录：谁做了什么，有没有被改过；服务运行时也能用 · What was done by whom, and whether the record is whole; also
    /// beside a running server. 退出码 · exit: 0 whole, 1 changed or cut, 2 could not run
    Audit(AuditArgs),
    /// 备份数据到一个文件，服务运行时也能用 · Copies the data into one checked file, also beside a running server
    Backup(BackupArgs),
    /// 恢复备份，原来的数据留在一边 · Puts a backup back; what was there is kept aside
    Restore(RestoreArgs),
    /// 体检：配置、限制、磁盘、时钟、存储、代理、话术、证书 · Looks at settings, limits, disk, clock, store, proxies, packs and
    /// certificates. 退出码 · exit: 0 nothing wrong, 1 something is wrong
    Doctor(DoctorArgs),
    /// 用到的开源组件和许可证全文 · The crates that the program is made of, and the texts of their licences
    Licenses,
    /// 旧名字，现在是 staff invite · The old name of `staff invite`
    #[command(hide = true)]
    Token(TokenArgs),
}

/// Options of `check`.
#[derive(Debug, Default, Options)]
pub struct CheckArgs {
    /// 输出格式 · How findings are shown
    #[arg(long, default_value = "human", value_parser = PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(format))]
    pub format: Format,
    /// 话术目录，同 --intents · Folder of intent files, as --intents
    #[arg(value_name = "DIR", conflicts_with = "intents")]
    pub folder: Option<String>,
    /// 只看一条规则，如 I030 · Only this rule
    #[arg(long, value_name = "ID")]
    pub rule: Option<String>,
    /// 每条规则都列全 · Lists all of each rule, however many
    #[arg(long)]
    pub all: bool,
    /// 只有一种改法的先改好：全角标点、缺的空格、看不见的字符、不是 UTF-8 的文件，改了哪里逐行列出 · First mends what can be meant in
    /// one way only: full-width signs, missing blanks, signs that cannot be seen, files that are not UTF-8; lists each line
    #[arg(long, conflicts_with_all = ["rule", "explain"])]
    pub fix: bool,
    /// 说明一条检查结果，如 I012：什么问题、为什么、错的和改好的 · Explains a finding: what, why, wrong and mended
    #[arg(long, value_name = "ID", conflicts_with = "rule")]
    pub explain: Option<String>,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}

fn format(name: String) -> Result<Format, String> {
    Format::from_name(&name).ok_or(name)
}

/// Options of `shop`.
#[derive(Debug, Options)]
pub struct ShopArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ShopCommand,
}

/// What can be done with shops.
#[derive(Debug, Subcommand)]
pub enum ShopCommand {
    /// 列出店铺 · Lists them
    List(ShopListArgs),
    /// 新开一家店，不覆盖已有的 · Begins a shop; writes over nothing
    New(ShopNewArgs),
    /// 从表格更新一家店：改的改、新的加，没写的不动，一次写完或一个字不写 · Changes a shop by a sheet: all of it or nothing. 退出码 · exit: 1 when
    /// rows were left out
    Import(ShopImportArgs),
}

/// Options of `shop list`.
#[derive(Debug, Options)]
pub struct ShopListArgs {
    /// 输出 JSON · Prints JSON
    #[arg(long)]
    pub json: bool,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}

/// Options of `import`.
#[derive(Debug, Options)]
pub struct ImportArgs {
    /// From what.
    #[command(subcommand)]
    pub command: ImportCommand,
}

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// 标签<TAB>句子，每行一条 · label<TAB>text lines
    Tsv(ImportTsvArgs),
}

/// Options of `import tsv`.
#[derive(Debug, Options)]
pub struct ImportTsvArgs {
    /// 来源 · The file
    pub file: PathBuf,
    /// 写到哪个目录 · The folder to write
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// 覆盖已有的文件 · Writes over what is there
    #[arg(long)]
    pub force: bool,
}

/// Options of `ask`.
#[derive(Debug, Options)]
pub struct AskArgs {
    /// 顾客说的话，按先后 · What the shopper says, turn by turn
    #[arg(required = true, value_name = "MESSAGE")]
    pub messages: Vec<String>,
    /// 页面语言 · Language of the page: zh, en
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,
    /// 每句输出一行 JSON · Prints one JSON object a message
    #[arg(long)]
    pub json: bool,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}

/// Options of `understand`.
#[derive(Debug, Options)]
pub struct UnderstandArgs {
    /// 每行一个 JSON：{"text":…,"lang":…,"turns":[…]} · One JSON object a line instead of bare text
    #[arg(long)]
    pub jsonl: bool,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}

/// Options of `converse`.
#[derive(Debug, Options)]
pub struct ConverseArgs {
    /// 每行一个 JSON：{"id":…,"turns":[…]}（目前唯一的格式） · One JSON object a line (the only form)
    #[arg(long)]
    pub jsonl: bool,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}

/// Options of `eval`.
#[derive(Debug, Options)]
pub struct EvalArgs {
    /// 标签<TAB>句子，每行一条；范围外的标签写 none · label<TAB>text lines; `none` for out of scope
    #[arg(long, value_name = "FILE.tsv", required_unless_present_any = ["signals", "talks"])]
    pub data: Option<PathBuf>,
    /// 信号<TAB>句子，平常的话写 none；看误转人工的额度换来多少召回 · signal<TAB>text lines, `none` for calm ones: what
    /// recall a budget of needless handoffs buys
    #[arg(long, value_name = "FILE.tsv", conflicts_with = "data")]
    pub signals: Option<PathBuf>,
    /// 标注过的整段对话，每行一个 JSON（格式见 README）· Labelled talks, a JSON object a line, as the README says
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["data", "signals"])]
    pub talks: Option<PathBuf>,
    /// 另一份话术：同样的句子各答一遍，差别是不是碰巧（McNemar 检验）· Another folder of intents: the same sentences under both,
    /// and whether the difference is chance (McNemar's test)
    #[arg(long, value_name = "DIR", requires = "data")]
    pub against: Option<PathBuf>,
    /// 写成一个网页：最常混的十对和各该怎么办、例句轮流拿掉、答得多和答得错 · Writes one page: the ten worst mix-ups and what to do
    /// about each, each example left out in turn, coverage against error
    #[arg(long, value_name = "FILE.html", requires = "data")]
    pub html: Option<PathBuf>,
    /// 输出 JSON · Prints JSON
    #[arg(long)]
    pub json: bool,
    /// Which files.
    #[command(flatten)]
    pub pack: PackArgs,
}

/// Options of `log`.
#[derive(Debug, Options)]
pub struct LogArgs {
    /// 会话 id；不写则列出最近的会话和排队 · A conversation's id; without it, the queue and the latest conversations
    #[arg(value_name = "CONVERSATION")]
    pub conversation: Option<String>,
    /// 每行一个 JSON · One JSON object a line
    #[arg(long)]
    pub json: bool,
    /// 最多列几个 · How many to list
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// 按先后列出所有会话的事件 · All events of all conversations in one order
    #[arg(long, conflicts_with = "conversation")]
    pub feed: bool,
    /// 从这个位置之后开始，上次最后一行给出的 · After this cursor, which the last line of the time before gave
    #[arg(long, value_name = "CURSOR", requires = "feed", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// 只列这家店的 · Of this shop only
    #[arg(long, value_name = "SHOP", requires = "feed")]
    pub shop: Option<String>,
    /// 数据目录 · Data folder [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// The settings file.
    #[command(flatten)]
    pub file: ConfigFile,
}

/// Options of `customer`.
#[derive(Debug, Options)]
pub struct CustomerArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: CustomerCommand,
    /// 数据目录 · Data folder [default: data]
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<String>,
    /// The settings file.
    #[command(flatten)]
    pub file: ConfigFile,
}

/// Options of `config`.
#[derive(Debug, Options)]
pub struct ConfigArgs {
    /// What to show.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What `config` shows.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// 现在生效的配置 · The settings in force
    Print(ServeArgs),
    /// 带注释的默认配置 · All settings with comments and defaults
    Default,
}

/// Options of `staff`.
#[derive(Debug, Options)]
pub struct StaffArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: StaffCommand,
    /// 数据目录 · Data folder [default: data]
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<String>,
    /// 话术目录，从中知道有哪些店铺 · Folder of intent files, which tells what shops there are [default: intents]
    #[arg(long, value_name = "DIR", global = true)]
    pub intents: Option<String>,
    /// The settings file.
    #[command(flatten)]
    pub file: ConfigFile,
}

/// What `staff` does.
#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// 列出所有人 · Lists everybody
    List {
        /// 每行一个 JSON · One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// 邀请同事，输出只能用一次的登录链接 · Invites a colleague and prints a link that works once
    Invite(InviteArgs),
    /// 给同一个人新的登录链接，旧的作废 · A new link for the same person; older ones no longer work
    Link {
        /// 名字或 id · Name or id
        #[arg(value_name = "NAME_OR_ID")]
        who: String,
    },
    /// 改名字、角色、店铺、接待数 · Changes name, roles, shops, chats at once
    Set(SetArgs),
    /// 停用：立即退出，聊天回到队列 · Disables: signed out at once, chats go back to the queue
    Disable {
        /// 名字或 id · Name or id
        #[arg(value_name = "NAME_OR_ID")]
        who: String,
    },
    /// 重新启用 · Enables again
    Enable {
        /// 名字或 id · Name or id
        #[arg(value_name = "NAME_OR_ID")]
        who: String,
    },
    /// 在所有设备退出 · Signs out everywhere
    Signout {
        /// 名字或 id · Name or id
        #[arg(value_name = "NAME_OR_ID")]
        who: String,
    },
}

/// Options of `staff invite`.
#[derive(Debug, Options)]
pub struct InviteArgs {
    /// 顾客看到的名字，不能重复 · The name shoppers see; each name once
    #[arg(long)]
    pub name: String,
    /// 角色，可重复：agent operator supervisor owner · A role, may be repeated [default: agent]
    #[arg(long)]
    pub role: Vec<String>,
    /// 店铺，可重复；不写就是全部 · A shop, may be repeated; without it all
    #[arg(long)]
    pub shop: Vec<String>,
    /// 组（擅长什么），可重复 · A group, what they are good at; may be repeated
    #[arg(long)]
    pub group: Vec<String>,
    /// 会的语言：zh,en；不写就是都行 · Languages they answer in: zh,en; without it any
    #[arg(long, value_name = "LANGUAGES")]
    pub languages: Vec<String>,
    /// 同时接待数 · Chats at once
    #[arg(long, value_name = "N")]
    pub capacity: Option<u32>,
}

/// Options of `staff set`.
#[derive(Debug, Options)]
pub struct SetArgs {
    /// 名字或 id · Name or id
    #[arg(value_name = "NAME_OR_ID")]
    pub who: String,
    /// 新名字 · The new name
    #[arg(long)]
    pub name: Option<String>,
    /// 角色，可重复，代替原来的 · A role, may be repeated; these replace the ones before
    #[arg(long)]
    pub role: Vec<String>,
    /// 店铺，可重复，代替原来的 · A shop, may be repeated; these replace the ones before
    #[arg(long, conflicts_with = "all_shops")]
    pub shop: Vec<String>,
    /// 全部店铺 · All shops
    #[arg(long)]
    pub all_shops: bool,
    /// 组（擅长什么），可重复，代替原来的 · A group, may be repeated; these replace the ones before
    #[arg(long, conflicts_with = "no_groups")]
    pub group: Vec<String>,
    /// 不在任何组 · In no group
    #[arg(long)]
    pub no_groups: bool,
    /// 会的语言：zh,en，代替原来的 · Languages they answer in: zh,en; these replace the ones before
    #[arg(long, value_name = "LANGUAGES", conflicts_with = "any_language")]
    pub languages: Vec<String>,
    /// 哪种语言都行 · Any language
    #[arg(long)]
    pub any_language: bool,
    /// 同时接待数 · Chats at once
    #[arg(long, value_name = "N")]
    pub capacity: Option<u32>,
}

/// Options of `token`.
#[derive(Debug, Options)]
pub struct TokenArgs {
    /// For whom.
    #[command(subcommand)]
    pub command: TokenCommand,
}

/// For whom `token` makes a link.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// 新客服的登录链接，只能用一次 · A sign-in link for a new agent, works once
    Agent(AgentArgs),
}

/// Options of `token agent`.
#[derive(Debug, Options)]
pub struct AgentArgs {
    /// 顾客看到的名字 · The name shoppers see
    #[arg(long)]
    pub name: String,
    /// 同时接待数 · Chats at once
    #[arg(long)]
    pub slots: Option<u32>,
    /// 主管，可以邀请同事 · May invite colleagues
    #[arg(long)]
    pub supervisor: bool,
    /// 数据目录 · Data folder [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// The settings file.
    #[command(flatten)]
    pub file: ConfigFile,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn no_command_is_serve() {
        let args = Args::parse_from(["yingda", "--listen", "127.0.0.1:0"]);
        assert!(args.command.is_none());
        assert_eq!(args.serve.listen.as_deref(), Some("127.0.0.1:0"));
        let args = Args::parse_from(["yingda", "serve", "--data", "d"]);
        assert!(matches!(args.command, Some(Command::Serve(serve)) if serve.data.as_deref() == Some("d")));
    }
}
