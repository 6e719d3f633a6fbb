// The pictures of the README: written to docs/images when YINGDA_SCREENSHOT is set.

import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { setStage } from "./support/browser.js";

const FOLDER = fileURLToPath(new URL("../../docs/images/", import.meta.url));

if (process.env.YINGDA_SCREENSHOT) {
  const stage = setStage();

  test("shop, desk and phone", { timeout: 180_000 }, async () => {
    await mkdir(FOLDER, { recursive: true });
    const agent = await stage.agent();
    const talks = [
      ["你好，165 95斤穿什么码", "鞋底开胶了，穿了三天就这样，太让人失望了"],
      ["是正品吗", "转人工"],
      ["发顺丰要加钱吗", "怎么还没发货，你们能不能快点，气死我了！"],
    ];
    for (const talk of talks) {
      const other = await stage.shopper();
      for (const words of talk) {
        await other.says(words);
        await other.chat.locator(".message.sent", { hasText: words }).waitFor();
        if (words !== talk[talk.length - 1]) await other.message("bot").waitFor();
      }
      await other.chat.locator(".banner", { hasText: /位/ }).waitFor();
    }

    const shopper = await stage.shopper();
    await shopper.says("什么时候发货，满多少包邮");
    await shopper.sees("bot", "99");
    await shopper.page.screenshot({ path: `${FOLDER}shop.png` });
    await shopper.says("昨天就付款了，三天还没发货！再不处理我打12315投诉");
    await agent.page.locator(".banner.ask .primary ~ button").click();
    await agent.opensQueue();
    for (let taken = 1; taken <= 4; taken += 1) {
      await agent.page.locator(".take-next:enabled").click();
      await agent.page.locator(".mine .card").nth(taken - 1).waitFor();
    }
    await agent.page.locator(".mine .card", { hasText: "12315" }).locator(".open").click();
    await agent.page.locator("#chat-title", { hasText: "访客" }).waitFor();
    await agent.says("您好，我是店长，已经在为您查这一单，10 分钟内给您准信。");
    await shopper.says("好，等你");
    await agent.transcript.locator(".said.shopper", { hasText: "等你" }).waitFor();
    await agent.page.mouse.move(720, 10);
    await agent.page.locator(".told-danger").waitFor({ state: "detached" });
    await agent.page.screenshot({ path: `${FOLDER}desk.png` });
    await agent.page.emulateMedia({ colorScheme: "dark" });
    await agent.page.screenshot({ path: `${FOLDER}desk-dark.png` });
    await agent.page.emulateMedia({ colorScheme: "light" });
    await agent.page.setViewportSize({ width: 390, height: 844 });
    await agent.page.screenshot({ path: `${FOLDER}desk-phone.png` });
    await agent.page.setViewportSize({ width: 1440, height: 900 });
    await agent.page.getByRole("link", { name: "现场" }).click();
    await agent.page.locator(".floor .card").first().waitFor();
    await agent.page.locator(".member", { hasText: "4 / 5" }).waitFor();
    await agent.page.screenshot({ path: `${FOLDER}floor.png` });

    const phone = await stage.shopper({
      viewport: { width: 390, height: 780 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
      colorScheme: "dark",
      locale: "en-US",
    });
    await phone.says("When will my order ship?");
    await phone.sees("bot", "16:00");
    await phone.chat.locator(".human").click();
    await phone.chat.locator(".banner", { hasText: /queue|desk/ }).waitFor();
    await phone.page.screenshot({ path: `${FOLDER}phone.png` });
  });
}
