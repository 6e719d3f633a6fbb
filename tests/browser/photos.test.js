// Pictures and documents both ways: chosen, pasted, dropped; in a room of their own size; sent again after a lost link and a reload.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

const stage = setStage();
const SHOTS = process.env.YINGDA_SHOTS;
/** What a camera wrote. */
const PLACE = "30.2741N 120.1551E";
const PDF = Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n");

/** @typedef {import("playwright-core").Page} Page */

/** A photo of a scene in two colours, with what a camera writes. @param {Page} page @param {number} width @param {number} height @returns {Promise<Buffer>} */
async function photo(page, width, height) {
  const address = await page.evaluate(([w, h]) => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: w, height: h });
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillStyle = "#c96";
    context.fillRect(0, 0, w, h);
    context.fillStyle = "#247";
    context.fillRect(w / 4, h / 4, w / 2, h / 2);
    return canvas.toDataURL("image/jpeg", 0.9);
  }, [width, height]);
  const plain = Buffer.from(address.split(",")[1], "base64");
  const exif = Buffer.concat([Buffer.from("Exif\0\0MM\0\x2a\0\0\0\x08\0\0", "latin1"), Buffer.from(PLACE)]);
  const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]);
  return Buffer.concat([plain.subarray(0, 2), head, exif, plain.subarray(2)]);
}

/** Puts a file where it would be put by hand. @param {import("playwright-core").Locator} target @param {"paste" | "drop"} how @param {Buffer} bytes @param {string} name @param {string} type */
async function put(target, how, bytes, name, type) {
  await target.evaluate((element, [how, base64, name, type]) => {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    const event = how === "paste" ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true, composed: true }) : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true, composed: true });
    element.dispatchEvent(event);
  }, [how, bytes.toString("base64"), name, type]);
}

/** @param {Page} page @param {string} name */
async function shot(page, name) {
  if (SHOTS === undefined) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

/** Whether a canvas shows what was drawn. @param {import("playwright-core").Locator} canvas */
async function isPainted(canvas) {
  await canvas.waitFor();
  await canvas.page().waitForFunction(
    (element) => {
      const shown = /** @type {HTMLCanvasElement} */ (element);
      if (shown.width === 0) return false;
      // Read from a copy: the canvas itself is for looking at.
      const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
      copy?.drawImage(shown, shown.width / 2, shown.height / 2, 1, 1, 0, 0, 1, 1);
      const pixel = copy?.getImageData(0, 0, 1, 1).data;
      return pixel !== undefined && pixel[3] === 255 && pixel[2] > pixel[0];
    },
    await canvas.elementHandle(),
  );
}

test("a photo goes to the agent without what the camera wrote, and a size chart and a document come back", async () => {
  const agent = await stage.agent();
  stage.supervisor = agent;
  const shopper = await stage.shopper();
  const bytes = await photo(shopper.page, 2400, 1800);
  assert.ok(bytes.includes(PLACE));
  await shopper.chat.getByRole("button", { name: "发图片或文件" }).waitFor();
  await shopper.chat.locator("input[type=file]").setInputFiles({ name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer: bytes });
  const own = shopper.message("shopper");
  await own.locator(".foot", { hasText: "已送达" }).waitFor();
  await isPainted(own.locator("canvas"));
  await shopper.sees("bot", /./);
  await shopper.chat.locator(".human").click();
  await shopper.chat.locator(".banner").waitFor();
  await agent.takes();

  const picture = agent.transcript.locator(".said.shopper .picture").first();
  await picture.waitFor();
  const before = await picture.boundingBox();
  const image = picture.locator("img");
  await image.evaluate((element) => /** @type {HTMLImageElement} */ (element).decode());
  assert.deepEqual(await picture.boundingBox(), before, "its room was there before it");
  assert.deepEqual(await image.evaluate((element) => [/** @type {HTMLImageElement} */ (element).naturalWidth, /** @type {HTMLImageElement} */ (element).naturalHeight]), [1600, 1200]);
  const served = await agent.page.evaluate(async (src) => {
    const answer = await fetch(src);
    return { type: answer.headers.get("content-type"), text: new TextDecoder("latin1").decode(await answer.arrayBuffer()) };
  }, (await image.getAttribute("src")) ?? "");
  assert.equal(served.type, "image/jpeg");
  assert.ok(!served.text.includes(PLACE) && !served.text.includes("Exif"));

  // Large, by keyboard alone.
  await picture.focus();
  await agent.page.keyboard.press("Enter");
  const large = agent.page.locator(".large-picture");
  await large.locator("img").waitFor();
  await shot(agent.page, "photos-desk-large");
  await agent.page.keyboard.press("Escape");
  await large.waitFor({ state: "hidden" });
  assert.equal(await picture.evaluate((element) => element === document.activeElement), true);

  const chart = await photo(agent.page, 900, 600);
  await put(agent.input, "paste", chart, "image.png", "image/jpeg");
  const come = shopper.message("agent");
  await isPainted(come.locator("canvas"));
  await come.getByRole("button", { name: /发来的图片, 看大图/ }).waitFor();
  await agent.page.locator(".write input[type=file]").setInputFiles({ name: "尺码表.pdf", mimeType: "application/pdf", buffer: PDF });
  const paper = shopper.message("agent").getByRole("button", { name: /下载 尺码表\.pdf，1 KB/ });
  await paper.waitFor();
  const [saved] = await Promise.all([shopper.page.waitForEvent("download"), paper.click()]);
  assert.equal(saved.suggestedFilename(), "尺码表.pdf");
  await agent.transcript.getByRole("link", { name: /尺码表\.pdf/ }).waitFor();
  assert.equal(await agent.transcript.locator(".said.agent .picture").count(), 1);
  await shot(agent.page, "photos-desk");
  await shot(shopper.page, "photos-widget");

  // A dropped one, and what the shopper sees large.
  await put(shopper.chat.locator(".panel"), "drop", bytes, "again.jpg", "image/jpeg");
  await agent.transcript.locator(".said.shopper .picture").nth(1).waitFor();
  await come.first().locator(".picture").click().catch(() => {});
  await shopper.message("agent", 0).locator(".picture").click();
  await shopper.chat.locator(".large[open] canvas").waitFor();
  await shot(shopper.page, "photos-widget-large");
  await shopper.page.keyboard.press("Escape");
  await shopper.chat.locator(".large").waitFor({ state: "hidden" });
  assert.equal(await shopper.chat.locator(".panel").isVisible(), true, "Escape closes the picture and not the chat");

  // All of it is there again on another page.
  await shopper.page.reload();
  await shopper.chat.locator(".panel").waitFor();
  for (const who of /** @type {const} */ (["shopper", "agent"])) await isPainted(shopper.message(who, 0).locator("canvas"));
  assert.equal(await shopper.chat.locator(".message .body", { hasText: "[图片]" }).count(), 0);
  await agent.page.reload();
  await agent.page.locator(".mine .card, .row").first().waitFor();
});

test("what is no picture is refused with a word, and one that waits can be taken back", async () => {
  const shopper = await stage.shopper();
  const choose = shopper.chat.locator("input[type=file]");
  await choose.waitFor({ state: "attached" });
  for (const [name, mimeType, buffer] of /** @type {[string, string, Buffer][]} */ ([
    ["a.svg", "image/svg+xml", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")],
    ["photo.jpg", "image/jpeg", Buffer.from("PK\x03\x04 a zip")],
  ])) {
    await choose.setInputFiles({ name, mimeType, buffer });
    await shopper.chat.locator(".banner", { hasText: "只能发图片和 PDF" }).waitFor();
  }
  assert.equal(await shopper.chat.locator(".message.shopper").count(), 0);
  await shopper.page.route("**/v1/chat/files?**", () => {});
  await choose.setInputFiles({ name: "a.jpg", mimeType: "image/jpeg", buffer: await photo(shopper.page, 300, 200) });
  await isPainted(shopper.message("shopper").locator("canvas"));
  // Words do not wait for it.
  await shopper.says("包邮吗");
  await shopper.sees("bot", "99");
  await shopper.chat.getByRole("button", { name: "取消发送" }).click();
  await shopper.chat.locator(".message.shopper canvas").waitFor({ state: "detached" });
  assert.equal(await shopper.page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("outbox")).length), 0);
});

test("a picture is sent again after a lost link, and after a reload", async () => {
  const shopper = await stage.shopper();
  const choose = shopper.chat.locator("input[type=file]");
  await choose.waitFor({ state: "attached" });
  stage.offlineExpected = true;
  await shopper.page.route("**/v1/chat/files?**", (route) => route.abort());
  await choose.setInputFiles({ name: "a.jpg", mimeType: "image/jpeg", buffer: await photo(shopper.page, 300, 200) });
  await shopper.message("shopper").locator(".foot", { hasText: "会自动重试" }).waitFor();
  await shopper.page.reload();
  await isPainted(shopper.message("shopper").locator("canvas"));
  await shopper.page.unroute("**/v1/chat/files?**");
  await shopper.message("shopper").locator(".foot", { hasText: "已送达" }).waitFor();
  assert.equal(await shopper.chat.locator(".message.shopper").count(), 1, "once");
  await isPainted(shopper.message("shopper").locator("canvas"));
});
