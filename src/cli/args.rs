//! Everything that can be typed after `yingda`.

use std::path::PathBuf;

use clap::{Args as Options, Parser, Subcommand};

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
    /// 查看配置 · Shows settings
    Config(ConfigArgs),
    /// 生成登录链接 · Makes sign-in links
    Token(TokenArgs),
}

/// Where settings come from.
#[derive(Clone, Debug, Default, Options)]
pub struct ConfigFile {
    /// 配置文件，默认是当前目录的 yingda.toml · Settings file; yingda.toml of this folder if there is one
    #[arg(long, value_name = "FILE", env = "YINGDA_CONFIG")]
    pub config: Option<PathBuf>,
}

/// Options of `serve`.
#[derive(Clone, Debug, Default, Options)]
pub struct ServeArgs {
    /// 监听地址 · Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// 数据目录 · Data folder [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// 话术目录 · Folder of intent files [default: intents]
    #[arg(long, value_name = "DIR")]
    pub intents: Option<String>,
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
