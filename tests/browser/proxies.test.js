// Behind a proxy, as docs/embedding.md says it: its own text is what runs here, where nginx is installed.

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

const NGINX = process.env.NGINX ?? (installed("/usr/sbin/nginx", "-v") ? "/usr/sbin/nginx" : "nginx");
const missing = !installed(NGINX, "-v") ? "nginx is not installed" : !installed("openssl", "version") ? "openssl is not installed" : false;

/** The example of the document that is marked so. @param {string} mark */
async function example(mark) {
  const text = await readFile(new URL("../../docs/embedding.md", import.meta.url), "utf8");
  const found = new RegExp(`<!-- test: ${mark} -->\n\`\`\`nginx\n([^]*?)\`\`\``).exec(text)?.[1];
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
    if (Date.now() > deadline) throw new Error(`nginx does not listen:\n${complaint()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * nginx with an example of the document; hosts, ports and certificates are the test's.
 * @param {string} mark @param {number} port @param {string} target
 */
async function startProxy(mark, port, target) {
  const folder = await mkdtemp(join(tmpdir(), "yingda-nginx-"));
  await mkdir(join(folder, "logs"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=yingda.test", "-days", "2", "-nodes"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", certificate, ...subject], { stdio: "ignore" });
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
  const child = spawn(NGINX, ["-p", folder, "-c", file], { stdio: ["ignore", "pipe", "pipe"] });
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

for (const [mark, host, path] of [["host", "chat.test", ""], ["path", "www.test", "/kefu"]]) {
  // F36
  test(`shop, chat and desk work behind nginx as the document has it: ${mark}`, { skip: missing }, async (t) => {
    const port = await freePort();
    const address = `https://${host}:${port}${path}`;
    const stage = new Stage({ YINGDA_GATEWAY__PUBLIC_URL: address, YINGDA_GATEWAY__TRUSTED_PROXIES: "127.0.0.1" });
    await stage.open();
    t.after(() => stage.close());
    t.after(await startProxy(mark, port, stage.server.url));

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

    const desk = await (await stage.person({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } })).newPage();
    desk.on("response", (answer) => answer.status() >= 400 && missed.push(answer.url()));
    await desk.goto(`${address}${stage.server.signin}`);
    await desk.locator(".waiting .card .take").first().click();
    await desk.locator("#reply:not([readonly])").fill("您好");
    await desk.locator("#reply").press("Enter");
    await shopper.sees("agent", "您好");
    // The page of the people, and a new link for the address that browsers have.
    await desk.getByRole("button", { name: "邀请同事" }).click();
    await desk.getByLabel("顾客看到的名字").fill("小林");
    await desk.getByRole("button", { name: "生成登录链接" }).click();
    await desk.locator("#invite-link").waitFor();
    assert.ok((await desk.locator("#invite-link").inputValue()).startsWith(`${address}/desk#signin=`));
    await desk.reload();
    await desk.locator(".switch:enabled").waitFor();
    assert.deepEqual(missed.filter((url) => !url.endsWith("/favicon.ico")), []);
    assert.deepEqual(stage.complaints, []);
  });
}
