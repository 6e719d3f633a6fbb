//! The files of docs/deploy say what is so: settings and folders that exist, a unit that systemd takes, a health check that tells a
//! server that is ready from one that is not, a shop's words as Kubernetes mounts them, a board of metrics that there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::client::Client;
use crate::support::http;
use crate::support::server::{Server, copy, program};

fn read(name: &str) -> String {
    fs::read_to_string(Path::new("docs/deploy").join(name)).unwrap()
}

fn yaml(name: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(&read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Runs `yingda config print` with these variables and this file; what it printed, or why it refused.
fn settings(environment: &[(String, String)], file: Option<&str>) -> Result<String, String> {
    let folder = TempDir::new().unwrap();
    let mut command = program(&folder);
    command.args(["config", "print"]);
    if let Some(text) = file {
        fs::write(folder.path().join("yingda.toml"), text).unwrap();
        command.args(["--config", "yingda.toml"]);
    }
    let output = command.envs(environment.iter().cloned()).output().unwrap();
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// Every `YINGDA_…=value` or `YINGDA_…: value` of a file, also of what is commented out.
fn variables(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("YINGDA_") {
        let rest = &text[at..];
        let end = rest
            .find(|letter: char| !letter.is_ascii_uppercase() && letter != '_')
            .unwrap_or(rest.len());
        let value = rest[end..].strip_prefix('=').or_else(|| rest[end..].strip_prefix(": "));
        // `…` stands for what only the reader knows.
        if let Some(value) = value.map(|value| value.split(['\n', ' ', ',']).next().unwrap().trim_matches('\''))
            && !value.starts_with('…')
        {
            found.push((rest[..end].to_owned(), value.to_owned()));
        }
    }
    found
}

#[test]
fn every_setting_that_a_file_names_exists_and_takes_its_value() {
    for (name, least) in [
        ("yingda.service", 2),
        ("Dockerfile", 3),
        ("compose.yaml", 4),
        ("kubernetes.yaml", 1),
    ] {
        let variables = variables(&read(name));
        assert!(variables.len() >= least, "{name}: {variables:?}");
        settings(&variables, None).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
    // The check itself finds what does not exist.
    let wrong = [("YINGDA_GATEWAY__LISTENS".to_owned(), "127.0.0.1:1".to_owned())];
    assert!(settings(&wrong, None).is_err());
}

/// What stands below these keys and numbers, joined by dots.
fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, key| match key.parse::<usize>() {
        Ok(number) => &value[number],
        Err(_) => &value[key],
    })
}

fn of_kind<'a>(documents: &'a [Value], kind: &str, name: &str) -> &'a Value {
    let found = documents
        .iter()
        .find(|document| document["kind"] == kind && document["metadata"]["name"] == name);
    found.unwrap_or_else(|| panic!("no {kind} {name}"))
}

#[test]
fn the_pods_of_kubernetes_have_no_rights_and_three_probes() {
    let documents = yaml("kubernetes.yaml");
    let deployment = of_kind(&documents, "Deployment", "yingda");
    let pod = at(deployment, "spec.template.spec");
    for (path, expected) in [
        ("securityContext.runAsNonRoot", Value::from(true)),
        ("securityContext.seccompProfile.type", "RuntimeDefault".into()),
        ("containers.0.securityContext.allowPrivilegeEscalation", false.into()),
        ("containers.0.securityContext.readOnlyRootFilesystem", true.into()),
        ("containers.0.securityContext.capabilities.drop.0", "ALL".into()),
        ("containers.0.startupProbe.httpGet.path", "/healthz".into()),
        ("containers.0.livenessProbe.httpGet.path", "/healthz".into()),
        ("containers.0.readinessProbe.httpGet.path", "/readyz".into()),
        ("containers.0.livenessProbe.httpGet.port", "operations".into()),
        ("containers.0.readinessProbe.httpGet.port", "operations".into()),
        ("containers.0.ports.1.name", "operations".into()),
        ("automountServiceAccountToken", false.into()),
    ] {
        assert_eq!(*at(pod, path), expected, "{path}");
    }
    assert_eq!(
        at(deployment, "spec.selector.matchLabels"),
        at(deployment, "spec.template.metadata.labels")
    );
    // What is mounted is there, and what is there is mounted.
    let names = |path: &str| -> Vec<String> {
        let mut names: Vec<_> = at(pod, path)
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("volumes"), names("containers.0.volumeMounts"));
    for volume in at(pod, "volumes").as_array().unwrap() {
        if let Some(map) = volume["configMap"]["name"].as_str() {
            of_kind(&documents, "ConfigMap", map);
        }
    }
    let ports = at(pod, "containers.0.ports.0");
    assert_eq!(ports["name"], "chat");
    assert_eq!(
        at(of_kind(&documents, "Service", "yingda"), "spec.ports.0.targetPort"),
        &ports["name"]
    );
}

#[test]
fn the_settings_in_the_config_map_are_settings() {
    let documents = yaml("kubernetes.yaml");
    let text = of_kind(&documents, "ConfigMap", "yingda-settings")["data"]["yingda.toml"].clone();
    let printed = settings(&[], text.as_str()).unwrap();
    assert!(printed.contains("https://shop.example.com"), "{printed}");
    assert!(printed.contains("0.0.0.0:9090"), "{printed}");
}

/// A mounted ConfigMap is a folder of links into a hidden folder, which is replaced as a whole.
#[cfg(unix)]
#[test]
fn a_shop_s_words_in_a_config_map_are_read_as_it_is_mounted() {
    use std::os::unix::fs::symlink;

    let documents = yaml("kubernetes.yaml");
    let data = &of_kind(&documents, "ConfigMap", "yingda-shop-demo")["data"];
    let folder = TempDir::new().unwrap();
    copy(
        &Path::new("tests/packs/shop").to_owned(),
        &folder.path().join("intents"),
    );
    let shop = folder.path().join("intents/shops/demo");
    fs::remove_dir_all(&shop).unwrap();
    let version = shop.join("..2026_11_29_17_00_00.1");
    fs::create_dir_all(&version).unwrap();
    symlink("..2026_11_29_17_00_00.1", shop.join("..data")).unwrap();
    for (name, text) in data.as_object().unwrap() {
        fs::write(version.join(name), text.as_str().unwrap()).unwrap();
        symlink(format!("..data/{name}"), shop.join(name)).unwrap();
    }
    let listed = program(&folder)
        .args(["shop", "list", "--intents", "intents", "--json"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        listed.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&listed.stderr)
    );
    assert_eq!(text.matches("示例店铺").count(), 1, "{text}");
}

#[test]
fn containers_are_not_root_and_write_nowhere_but_their_data() {
    let dockerfile = read("Dockerfile");
    let last_stage = dockerfile.rsplit("\nFROM ").next().unwrap();
    assert_eq!(dockerfile.matches("\nFROM ").count(), 2, "what builds is not what runs");
    for line in [
        "USER 10001:10001",
        "VOLUME /var/lib/yingda",
        "EXPOSE 8080",
        "HEALTHCHECK ",
    ] {
        assert!(last_stage.contains(line), "{line}");
    }
    let compose = yaml("compose.yaml").remove(0);
    let service = &compose["services"]["yingda"];
    assert_eq!(service["read_only"], true);
    assert_eq!(service["cap_drop"][0], "ALL");
    assert_eq!(service["security_opt"][0], "no-new-privileges:true");
    assert_eq!(
        service["ports"][0], "127.0.0.1:8080:8080",
        "not open to the world without HTTPS"
    );
    let redis: Vec<_> = at(&compose, "services.redis.command")
        .as_array()
        .unwrap()
        .iter()
        .collect();
    for pair in [
        ["--appendonly", "yes"],
        ["--appendfsync", "always"],
        ["--maxmemory-policy", "noeviction"],
    ] {
        assert!(
            redis
                .windows(2)
                .any(|words| *words[0] == pair[0] && *words[1] == pair[1]),
            "{pair:?}"
        );
    }
    for name in ["Dockerfile", "kubernetes.yaml", "compose.yaml", "yingda.service"] {
        let text = read(name);
        assert!(text.contains("/var/lib/yingda") || name == "compose.yaml", "{name}");
        assert!(!text.contains("retention_days = 0"));
    }
    // Built from the root of the repository: what is copied is there.
    assert!(Path::new("intents").is_dir() && Path::new("Cargo.lock").is_file());
}

/// The command of the container's health check, with another port.
fn health_check(address: &str) -> bool {
    let dockerfile = read("Dockerfile");
    let (_, check) = dockerfile.split_once("HEALTHCHECK ").unwrap();
    let list = check.split_once("CMD ").unwrap().1.lines().next().unwrap();
    let words: Vec<String> = serde_json::from_str(list).unwrap();
    let port = address.rsplit(':').next().unwrap();
    let words: Vec<_> = words.iter().map(|word| word.replace("8080", port)).collect();
    Command::new(&words[0])
        .args(&words[1..])
        .output()
        .unwrap()
        .status
        .success()
}

#[test]
fn the_health_check_knows_a_ready_server_from_none() {
    let server = Server::start();
    let address = server.address.clone();
    assert!(health_check(&address));
    drop(server);
    assert!(!health_check(&address));
}

#[test]
fn systemd_takes_the_unit_and_finds_little_exposed() {
    let unit = read("yingda.service");
    for line in [
        "User=yingda",
        "LimitNOFILE=65536",
        "StateDirectory=yingda",
        "StateDirectoryMode=0700",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "ExecReload=/bin/kill -HUP $MAINPID",
    ] {
        assert!(unit.lines().any(|known| known == line), "{line}");
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("yingda.service");
    // The program of the unit is not on this machine.
    let here = unit.replace("/usr/local/bin/yingda", env!("CARGO_BIN_EXE_yingda"));
    fs::write(&file, here).unwrap();
    let Ok(output) = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .arg(&file)
        .output()
    else {
        eprintln!("no systemd-analyze on this machine: the unit was only read");
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // What it says of other units of this machine is not about ours.
    let ours: Vec<_> = said.lines().filter(|line| line.contains("yingda.service")).collect();
    assert!(ours.is_empty(), "{}", ours.join("\n"));
    let exposure = Command::new("systemd-analyze")
        .args(["security", "--offline=yes", "--threshold=25"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(
        exposure.status.success(),
        "{}",
        String::from_utf8_lossy(&exposure.stdout)
    );
}

/// The name of a metric in an expression or a line of `/metrics`, without what kind of number of it is meant.
fn metric(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let name = &text[..end.unwrap_or(text.len())];
    let kinds = ["_total", "_bucket", "_sum", "_count"];
    kinds.iter().find_map(|kind| name.strip_suffix(kind)).unwrap_or(name)
}

/// Names between these two, joined by commas.
fn named<'a>(text: &'a str, open: &'a str, close: char) -> impl Iterator<Item = &'a str> {
    let lists = text
        .split(open)
        .skip(1)
        .filter_map(move |rest| rest.split(close).next());
    lists.flat_map(|list| list.split(',')).map(str::trim)
}

#[tokio::test]
async fn the_board_shows_every_metric_and_only_what_there_is() {
    let board: Value = serde_json::from_str(&read("grafana.json")).unwrap();
    let panels = board["panels"].as_array().unwrap();
    let mut shown = BTreeMap::new();
    for panel in panels {
        assert!(!panel["title"].as_str().unwrap().is_empty());
        for target in panel["targets"].as_array().unwrap() {
            let (expr, legend) = (
                target["expr"].as_str().unwrap(),
                target["legendFormat"].as_str().unwrap(),
            );
            let from = expr.find("yingda_").unwrap_or_else(|| panic!("{expr}"));
            let mut labels: BTreeSet<&str> = named(expr, "by (", ')').filter(|label| *label != "le").collect();
            labels.extend(named(expr, "{", '=').filter(|label| !label.contains('}')));
            labels.extend(named(legend, "{{", '}').filter(|label| *label != "instance"));
            let all: &mut BTreeSet<&str> = shown.entry(metric(&expr[from..])).or_default();
            all.extend(labels);
        }
    }
    let server = Server::start();
    let mut shopper = Client::shopper(&server).await;
    shopper.say("c1", "包邮吗").await;
    shopper.until_from("bot").await;
    shopper.send(json!({"type": "human"})).await;
    shopper.until_type("owner").await;
    assert_eq!(http::post(&server, "/v1/talks", &[], &json!({})).status, 401);
    let text = http::get(&server, "/metrics", &[]).text();
    let there = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).map(metric);
    let there: BTreeSet<&str> = there.collect();
    let shows: BTreeSet<&str> = shown.keys().copied().collect();
    let unshown: Vec<_> = there.difference(&shows).copied().collect();
    assert!(unshown.is_empty(), "not shown: {unshown:?}");
    // What has not happened yet is not told.
    let untold: Vec<_> = shows.difference(&there).copied().collect();
    assert_eq!(untold, ["yingda_intents_reloads"]);
    let mut seen = BTreeSet::new();
    for line in text.lines().filter(|line| line.contains('{')) {
        let labels: BTreeSet<&str> = line
            .split(['{', ','])
            .filter_map(|part| Some(part.split_once("=\"")?.0))
            .collect();
        let missing: Vec<_> = shown[metric(line)].difference(&labels).collect();
        assert!(missing.is_empty(), "{line}: no {missing:?}");
        seen.insert(metric(line));
    }
    for name in [
        "messages",
        "decisions",
        "handoffs",
        "reply_seconds",
        "queue_length",
        "connections",
    ] {
        assert!(seen.contains(&*format!("yingda_{name}")), "{name} has no value: {text}");
    }
}
