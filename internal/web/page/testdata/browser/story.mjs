// A morning at the page, as one who signs in, hears of an article, and changes a rule.
// It prints what went wrong; nothing is what is wanted.
//
// stdin: {"url": "http://127.0.0.1:1/", "world": "http://127.0.0.1:2"}
import { at, open, run, task, until } from "./look.mjs";

// That the first page was refused (401) is as it must be.
const { context, page } = await open({ viewport: { width: 1200, height: 900 } }, (text) => console.log(text), [401]);
const publish = (title) => fetch(`${task.world}/publish?title=${encodeURIComponent(title)}`);
const article = (title) => page.locator(".stream h3 a", { hasText: title });

await run(async () => {
  // Who is not known is sent to sign in, and then to where they wanted to go.
  await until("the daemon", () => fetch(at("healthz")).then((r) => r.ok, () => false));
  await page.goto(at("alerts"));
  await page.getByLabel("Name").fill("anna");
  await page.getByLabel("Password").fill("harbour master");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/alerts/);

  // An alert comes live: nobody loads the page again.
  let loads = 0;
  page.on("load", () => loads++);
  await until("the first poll", () => fetch(at("feeds")).then(() => context.request.get(at("feeds/Harbour%20News"))).then((r) => r.text()).then((s) => s.includes("Last poll")));
  await publish("A frigate enters the harbour");
  await article("A frigate enters the harbour").waitFor();
  if (loads) console.log(`the page was loaded ${loads} times for an alert to come`);
  const said = await page.locator("#said").textContent();
  if (!said.includes("A frigate enters the harbour")) console.log(`a screen reader was told ${JSON.stringify(said)}`);

  // It is opened from the link in its message, which changes nothing, and acknowledged. The
  // message is read on another site: her strict cookie does not come along from there, and
  // she is signed in all the same, as the page is where she opens it for herself.
  const links = await until("the message", () => fetch(`${task.world}/messages`).then((r) => r.json()).then((all) => all && all.length && all));
  await page.getByRole("button", { name: "dark" }).click();
  await page.locator("html[data-theme=dark]").waitFor();
  for (const javaScriptEnabled of [true, false]) {
    const { context: there, page: mail } = await open({ javaScriptEnabled, storageState: await context.storageState() }, (text) => console.log(text), [401]);
    await there.route("http://mail.example/**", (r) => (new URL(r.request().url()).pathname === "/click"
      ? r.fulfill({ status: 302, headers: { location: links[0] } })
      : r.fulfill({ contentType: "text/html", body: ["", "rel=noreferrer", "target=_blank"].map((kind) => `<a ${kind} href="${links[0]}">the alert</a>`).join("") + '<a href="/click">counted</a>' })));
    for (const n of javaScriptEnabled ? [0, 1, 2, 3] : [0]) {
      await mail.goto("http://mail.example/");
      const link = mail.getByRole("link").nth(n);
      const opened = n === 2 ? (await Promise.all([there.waitForEvent("page"), link.click()]))[0] : (await link.click(), mail);
      await opened.getByRole("heading", { level: 1, name: "A frigate enters the harbour" }).waitFor();
      await opened.getByRole("button", { name: "Acknowledge" }).waitFor();
      await opened.locator("html[data-theme=dark]").waitFor();
      if (opened !== mail) continue;
      await mail.goBack();
      if (mail.url() !== "http://mail.example/") console.log(`the way back from link ${n} leads to ${mail.url()}`);
    }
    // A browser that does not know her asks her to sign in, and then opens the alert.
    await there.clearCookies();
    await mail.getByRole("link").first().click();
    await mail.getByLabel("Name").fill("anna");
    await mail.getByLabel("Password").fill("harbour master");
    await mail.getByRole("button", { name: "Sign in" }).click();
    await mail.getByRole("heading", { level: 1, name: "A frigate enters the harbour" }).waitFor();
    await there.close();
  }
  await page.goto(links[0]);
  await page.getByRole("heading", { level: 1, name: "A frigate enters the harbour" }).waitFor();
  await page.getByLabel("Note").fill("asked the harbour master");
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await page.locator("#done", { hasText: "Acknowledged" }).waitFor();
  if (!(await page.locator("aside").textContent()).includes("asked the harbour master")) console.log("the note is not shown");

  // Its feed is muted, and unmuted from the list of mutes.
  await page.locator("summary", { hasText: "Mute the feed" }).click();
  await page.locator("details[open] input[name=why]").fill("too much of it");
  await page.locator("details[open] button", { hasText: "Mute" }).click();
  await page.locator("#done", { hasText: "Muted" }).waitFor();
  await page.goto(at("mutes"));
  const row = page.locator("tbody tr", { hasText: "Harbour News" });
  if (!/anna[\s\S]*too much of it/.test(await row.textContent())) console.log(`the mute is listed as ${await row.textContent()}`);
  await row.getByRole("button", { name: "End now" }).click();
  await page.locator("#done", { hasText: "ended" }).waitFor();
  if (await row.count()) console.log("the mute did not end");

  // The rule is edited: what it would find is shown before it is saved.
  await publish("A submarine passes the strait");
  await page.goto(at("rules/frigates"));
  await page.getByRole("link", { name: "Edit this rule" }).click();
  const text = page.getByLabel("Lists and rules, as YAML");
  await text.fill((await text.inputValue()).replace("match: frigate", "match: frigate OR submarine"));
  // It also shows that the article has been polled under the rule as it was.
  await until("the article in the preview", async () => {
    await page.getByRole("button", { name: "Preview" }).click();
    await page.locator("#preview", { hasText: "frigates" }).waitFor();
    return (await page.locator("#preview").textContent()).includes("A submarine passes the strait");
  });
  await page.getByRole("button", { name: "Save and put in force" }).click();
  await page.locator("#done").waitFor();

  // The next article matches anew.
  await page.goto(at("alerts"));
  await publish("Two submarines leave the strait");
  await article("Two submarines leave the strait").waitFor();
  if (await article("A submarine passes the strait").count()) console.log("an article of before the change was alerted");

  // By keys, from the stream to the alert.
  await page.keyboard.press("j");
  await page.keyboard.press("o");
  await page.getByRole("heading", { level: 1, name: "Two submarines leave the strait" }).waitFor();

  // The receiver refuses the next message: its target says so, in the receiver's words,
  // until it takes one.
  await fetch(`${task.world}/refuse?words=${encodeURIComponent("the channel is archived")}`);
  await publish("A third submarine leaves the strait");
  const target = page.locator("section", { has: page.getByRole("heading", { name: "hook" }) });
  const saysOf = (state) => until(`the target ${state}`, async () => {
    await page.goto(at("targets"));
    return (await target.locator(".st").first().textContent()).startsWith(state);
  });
  await saysOf("refusing");
  if (!(await target.locator("pre.error").textContent()).includes("the channel is archived")) console.log(`the target that refuses says ${await target.textContent()}`);
  await page.goto(at("status"));
  await page.getByRole("heading", { level: 1, name: "Running, with problems" }).waitFor();
  const trouble = await page.locator("section", { hasText: "Targets with trouble" }).textContent();
  if (!/hook[\s\S]*refusing[\s\S]*the channel is archived/.test(trouble)) console.log(`the overview says ${trouble}`);
  await fetch(`${task.world}/refuse`);
  await publish("A fourth submarine leaves the strait");
  await saysOf("ok");
}, page);
