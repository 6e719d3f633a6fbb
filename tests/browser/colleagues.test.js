// Several people at the desk: an invitation, a note for the next one, chats that come by themselves, and words that
// came too late.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setStage } from "./support/browser.js";

/** @type {import("./support/browser.js").Agent} */
let supervisor;
/** The supervisor's own wire, to be cut without touching the shoppers. @type {import("./support/server.js").Wire} */
let wire;
const stage = setStage({
  cast: async (stage) => {
    const own = await stage.ownWire();
    wire = own.wire;
    supervisor = await stage.agent({ url: own.url });
  },
});

/** @param {string} name */
async function invited(name) {
  const { page } = supervisor;
  await supervisor.menu("邀请同事");
  await page.getByLabel("顾客看到的名字").fill(name);
  await page.getByRole("button", { name: "生成登录链接" }).click();
  const field = page.locator("#invite-link");
  await field.waitFor();
  const link = new URL(await field.inputValue());
  await page.keyboard.press("Escape");
  return stage.agent({ link: link.pathname + link.hash });
}

test("a note goes to the next colleague, and new chats come by themselves", async () => {
  const colleague = await invited("小林");
  await colleague.page.locator(".own").click();
  assert.equal(await colleague.page.getByText("邀请同事", { exact: true }).isVisible(), false, "only supervisors invite");
  await colleague.page.keyboard.press("Escape");
  assert.equal(new URL(colleague.page.url()).hash, "", "the token leaves the address");

  const shopper = await stage.shopper();
  await shopper.says("转人工");
  await supervisor.takes();
  await supervisor.page.getByRole("button", { name: "转交" }).click();
  await supervisor.page.keyboard.type("排队");
  await supervisor.page.keyboard.press("Enter");
  assert.equal(await supervisor.page.evaluate(() => document.activeElement?.id), "note", "the note comes before it is handed on");
  await supervisor.page.keyboard.type("尺码问题，请小林接");
  await supervisor.page.keyboard.press("Control+Enter");
  await colleague.takes();
  await colleague.page.locator(".case .note", { hasText: "请小林接" }).waitFor();
  const note = colleague.transcript.locator(".said.inside", { hasText: "请小林接" });
  assert.match((await note.textContent()) ?? "", /仅同事可见/, "it cannot be taken for words that the shopper was told");
  await shopper.chat.locator("[data-notice=agent_joined]", { hasText: "客服小林" }).waitFor();
  assert.doesNotMatch((await shopper.log.textContent()) ?? "", /请小林接/, "the note is for colleagues only");
  await colleague.page.getByRole("button", { name: "交回自动回复" }).click();
  await shopper.chat.locator("[data-notice=returned]", { hasText: "自动助手" }).waitFor();

  await colleague.isAvailable(true);
  const other = await stage.shopper();
  await other.chat.locator(".human").click();
  await colleague.mine.first().waitFor();
  await other.chat.locator("[data-notice=agent_joined]", { hasText: "客服小林" }).waitFor();
  await colleague.page.waitForFunction(() => document.title.startsWith("(1)"));
  // Another one has the chat when the shopper asks for that, once.
  await supervisor.isAvailable(true);
  const another = other.chat.getByRole("button", { name: "换一位客服" });
  await another.click();
  await other.chat.locator("[data-notice=agent_joined]").nth(1).waitFor();
  await supervisor.mine.first().waitFor();
  assert.equal(await another.isDisabled(), true);
  await supervisor.isAvailable(false);
  await colleague.isAvailable(false);
});

test("words that came too late are refused and come back into the editor", async () => {
  const shopper = await stage.shopper();
  await shopper.says("转人工");
  await supervisor.takes();
  stage.offlineExpected = true;
  wire.cut();
  await supervisor.input.fill("您的包裹明天到");
  await supervisor.input.press("Enter");
  await supervisor.page.locator(".said.sending").waitFor();
  await shopper.chat.getByRole("button", { name: "结束会话" }).click();
  await shopper.chat.getByRole("button", { name: "结束", exact: true }).click();
  await shopper.chat.locator(".rating").waitFor();
  wire.mend();
  await supervisor.page.locator(".problem[role=alert]", { hasText: "输入框" }).waitFor();
  await supervisor.page.locator(".said", { hasText: "您的包裹明天到" }).waitFor({ state: "detached" });
  await supervisor.holds("您的包裹明天到");
  assert.doesNotMatch((await shopper.log.textContent()) ?? "", /包裹明天到/);
});
