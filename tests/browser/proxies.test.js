// Behind a proxy, as docs/embedding.md says it: its own text is what runs here, where nginx and Caddy are at hand.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFile, mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Shopper, Stage } from "./support/browser.js";

/** Whether a program is there. @param {string} program @param {string} asked */
function installed(program, asked) {
  try {
    execFileSync(program, [asked], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const NGINX = installed("/usr/sbin/nginx", "-v") ? "/usr/sbin/nginx" : "nginx";
const openssl = installed("openssl", "version");

/** Why the examples of a program are not tried, or `false`. @param {string} name @param {string} program @param {string} asked */
function missing(name, program, asked) {
  if (!installed(program, asked)) return `${name} is not installed`;
  return openssl ? false : "openssl is not installed";
}

/** The example of the document that is marked so. @param {string} mark */
async function example(mark) {
  const text = await readFile(new URL("../../docs/embedding.md", import.meta.url), "utf8");
  const found = new RegExp(`<!-- test: ${mark} -->\n\`\`\`[a-z]+\n([^]*?)\`\`\``).exec(text)?.[1];
  assert.ok(found, `docs/embedding.md has no example ${mark}`);
  return found;
}

async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Answers when something listens there. @param {number} port @param {() => string} complaint */
async function listening(port, complaint) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, "127.0.0.1", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("connect", () => socket.end());
    });
    if (open) return;
    if (Date.now() > deadline) throw new Error(`the proxy does not listen:\n${complaint()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A folder with a key and a certificate. */
async function folderWithCertificate() {
  const folder = await mkdtemp(join(tmpdir(), "yingda-proxy-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=yingda.test", "-days", "2", "-nodes"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", certificate, ...subject], { stdio: "ignore" });
  return { folder, key, certificate };
}

/** What ends a proxy that listens at this port. @param {string} folder @param {number} port @param {string} program @param {string[]} args */
async function running(folder, port, program, args) {
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await listening(port, () => said);
  return async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
}

/**
 * nginx with an example of the document; hosts, ports and certificates are the test's.
 * @param {string} mark @param {number} port @param {string} target
 */
async function startNginx(mark, port, target) {
  const { folder, key, certificate } = await folderWithCertificate();
  await mkdir(join(folder, "logs"));
  const server = (await example(mark))
    .replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
    .replace(/ssl_certificate .*;/, `ssl_certificate ${certificate};`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`)
    .replace("http://127.0.0.1:8080", target);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`);
  const file = join(folder, "nginx.conf");
  await writeFile(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/logs/error.log;\nevents {}\n` +
      `http { access_log off; ${temporary.join(" ")}\n${server}}\n`,
  );
  return running(folder, port, NGINX, ["-p", folder, "-c", file]);
}

/**
 * Caddy with the example of the document, for both hosts at once; ports and certificates are the test's.
 * @param {string} mark @param {number} port @param {string} target
 */
async function startCaddy(mark, port, target) {
  const { folder, key, certificate } = await folderWithCertificate();
  const sites = (await example(mark))
    .replace(/^(chat|www)\.example\.com \{/gm, `https://$1.test:${port} {\n    tls ${certificate} ${key}`)
    .replaceAll("127.0.0.1:8080", new URL(target).host);
  const file = join(folder, "Caddyfile");
  await writeFile(file, `{\n    admin off\n    auto_https off\n    default_bind 127.0.0.1\n}\n${sites}`);
  return running(folder, port, "caddy", ["run", "--adapter", "caddyfile", "--config", file]);
}

const EXAMPLES = [
  { name: "nginx", mark: "host", host: "chat.test", path: "", start: startNginx, skip: missing("nginx", NGINX, "-v") },
  { name: "nginx", mark: "path", host: "www.test", path: "/kefu", start: startNginx, skip: missing("nginx", NGINX, "-v") },
  { name: "Caddy", mark: "caddy", host: "chat.test", path: "", start: startCaddy, skip: missing("Caddy", "caddy", "version") },
  { name: "Caddy", mark: "caddy", host: "www.test", path: "/kefu", start: startCaddy, skip: missing("Caddy", "caddy", "version") },
];

for (const { name, mark, host, path, start, skip } of EXAMPLES) {
  // F36
  test(`shop, chat and desk work behind ${name} as the document has it: ${host}${path}`, { skip }, async (t) => {
    const port = await freePort();
    const address = `https://${host}:${port}${path}`;
    const stage = new Stage({ YINGDA_GATEWAY__PUBLIC_URL: address, YINGDA_GATEWAY__TRUSTED_PROXIES: "127.0.0.1" });
    await stage.open();
    t.after(() => stage.close());
    t.after(await start(mark, port, stage.server.url));

    const person = await stage.person({ ignoreHTTPSErrors: true });
    const page = await person.newPage();
    /** @type {string[]} */
    const missed = [];
    page.on("response", (answer) => answer.status() >= 400 && missed.push(answer.url()));
    await page.goto(`${address}/`);
    await page.locator("yingda-chat .launcher").click();
    const shopper = new Shopper(page);
    await shopper.says("包邮吗");
    await shopper.sees("bot", "99");
    await shopper.says("转人工");
    await shopper.chat.locator(".banner").waitFor();

    const desk = await (await stage.person({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } })).newPage();
    desk.on("response", (answer) => answer.status() >= 400 && missed.push(answer.url()));
    await desk.goto(`${address}${stage.server.signin}`);
    await desk.locator(".take-next:enabled").click();
    await desk.locator("#reply:not([readonly])").fill("您好");
    await desk.locator("#reply").press("Enter");
    await shopper.sees("agent", "您好");
    // The page of the people, and a new link for the address that browsers have.
    await desk.locator(".own").click();
    await desk.getByText("邀请同事", { exact: true }).click();
    await desk.getByLabel("顾客看到的名字").fill("小林");
    await desk.getByRole("button", { name: "生成登录链接" }).click();
    await desk.locator("#invite-link").waitFor();
    assert.ok((await desk.locator("#invite-link").inputValue()).startsWith(`${address}/desk#signin=`));
    await desk.reload();
    await desk.locator(".presence:enabled").waitFor();
    assert.deepEqual(missed.filter((url) => !url.endsWith("/favicon.ico")), []);
    assert.deepEqual(stage.complaints, []);
  });
}
