// Tabs of one browser share one stream of events, and who hides lets another listen.
//
// stdin: {"url": …}; url + "streams" answers how many are open and were opened, and
// url + "news" has an event sent to all.
import { at, open, run, task, until } from "./look.mjs";

await run(async () => {
  const find = (text) => console.log(text);
  const { context, page: first } = await open({}, find);
  const streams = () => fetch(at("streams")).then((r) => r.json());
  const tabs = [first];
  for (let n = 0; n < 3; n++) tabs.push(await context.newPage());
  // The script asks the page again when it hears of news: that is how it is known to.
  const asked = tabs.map(() => 0);
  for (const [n, tab] of tabs.entries()) {
    // Playwright has each tab believe that it is looked at, until it is told otherwise.
    await tab.addInitScript(() => {
      let hidden = false;
      Object.defineProperty(document, "hidden", { get: () => hidden });
      Object.defineProperty(document, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
      globalThis.look = (away) => { hidden = away; document.dispatchEvent(new Event("visibilitychange")); };
    });
    tab.on("request", (r) => { if (r.resourceType() === "fetch") asked[n]++; });
    await tab.goto(at("alerts"));
  }
  await until("the stream", async () => (await streams()).open === 1);
  // All of them hear what the one is told.
  await until("what one tab hears, at all", async () => {
    await fetch(at("news"), { method: "POST" });
    return asked.every((n) => n > 0);
  });
  const { open: now, most } = await streams();
  if (now !== 1 || most !== 1) find(`four tabs have ${now} streams, and had ${most}`);

  // The one that listens hides: another does instead. All hide: nobody listens.
  const hide = (tab, away) => tab.evaluate((away) => globalThis.look(away), away);
  await hide(tabs[0], true);
  await until("another tab that listens", async () => { const s = await streams(); return s.open === 1 && s.opened === 2; });
  const before = asked[0];
  const heard = [...asked];
  await until("news at the tabs that are seen", async () => {
    await fetch(at("news"), { method: "POST" });
    return asked.every((n, i) => i === 0 || n > heard[i]);
  });
  if (asked[0] !== before) find("a hidden tab asks for what nobody sees");
  for (const tab of tabs) await hide(tab, true);
  await until("silence", async () => (await streams()).open === 0);
  await hide(tabs[2], false);
  await until("the stream of the tab that is seen again", async () => (await streams()).open === 1);
  await tabs[2].close();
  await until("the end of a closed tab's stream", async () => (await streams()).open === 0);
  await context.close();
});
