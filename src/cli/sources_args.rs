//! Options that commands share: where settings come from, what to serve, which intent files.

use std::path::PathBuf;

use clap::Args as Options;

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

/// Which intent files, for commands that need no server.
#[derive(Clone, Debug, Default, Options)]
pub struct PackArgs {
    /// 话术目录 · Folder of intent files [default: intents]
    #[arg(long, value_name = "DIR")]
    pub intents: Option<String>,
    /// 店铺；只有一家时不用写，有几家时默认 demo · The shop [default: the only one, or demo]
    #[arg(long, value_name = "SHOP")]
    pub shop: Option<String>,
    /// The settings file.
    #[command(flatten)]
    pub file: ConfigFile,
}
