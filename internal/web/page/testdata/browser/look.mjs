// What the scripts share: the browser, what is wrong with a page, and the end.
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

// task is the JSON of stdin: {"browser": "ws://…", "url": "http://127.0.0.1:1/", …}
export const task = JSON.parse(readFileSync(0, "utf8"));
export const at = (path) => new URL(path, task.url).href;
export const widths = [390, 1440];
export const schemes = ["light", "dark"];
export const everyWay = schemes.flatMap((colorScheme) => widths.map((width) => ({ width, colorScheme })));

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8") + "\n;0";
const browser = await chromium.connect(task.browser);

// open opens a context with one page, of which find is told what is wrong. A page is
// answered with one of the statuses, or it is found too.
export async function open(options, find, statuses = []) {
  const context = await browser.newContext({ timezoneId: "America/New_York", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(90000);
  const page = await context.newPage();
  // Where something has the focus before the document is read, Chromium says that it leaves
  // it there, as it should.
  statuses = [...statuses, "Autofocus processing was blocked"];
  const expected = (s) => statuses.some((n) => String(s).includes(n));
  page.on("console", (m) => { if (!expected(m.text())) find(`console ${m.type()}: ${m.text()}`); });
  page.on("pageerror", (e) => find(`error: ${e.message}`));
  page.on("requestfailed", (r) => { if (!r.url().endsWith("/events") && !r.failure().errorText.includes("ERR_ABORTED")) find(`not loaded: ${r.url()}: ${r.failure().errorText}`); });
  page.on("response", (r) => { if (r.status() >= 400 && !expected(r.status())) find(`${r.status()}: ${r.url()}`); });
  return { context, page };
}

// wide says what makes a page scroll sideways, if anything does.
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth &&
  [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" | "));

// What of a page depends on its width and colours, to axe.
const ofLook = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block", "css-orientation-lock"];

// shutsOut has axe look at each letter, which takes long. Where it was at the page before,
// all else is as it was.
export async function shutsOut(page, find, as) {
  const before = await page.evaluate(() => "axe" in globalThis);
  if (!before) await page.evaluate(axe);
  const { violations } = await page.evaluate((only) => axe.run(document, { resultTypes: ["violations"], ...(only && { runOnly: only }) }), before ? ofLook : null);
  for (const v of violations) find(`axe (${as}): ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + n.any.map((a) => a.message).join("; ").slice(0, 200)).join(" | ")}`);
}

// inspect looks at what is shown now, in each way. Colours take no room, so that one
// scheme shows what scrolls; axe is asked in those ways that axeIn names.
export async function inspect(page, name, find, axeIn) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    const culprits = await wide(page);
    if (culprits !== false) find(`scrolls sideways at ${width}: ${culprits}`);
    for (const colorScheme of schemes) {
      const asked = axeIn.some((w) => w.width === width && w.colorScheme === colorScheme);
      if (!asked && !task.shots) continue;
      await page.emulateMedia({ colorScheme });
      if (asked) await shutsOut(page, find, `${colorScheme}, ${width}`);
      if (task.shots) await shot(page, `${name}-${colorScheme}-${width}`);
    }
  }
}

async function shot(page, name) {
  mkdirSync(task.shots, { recursive: true });
  await page.screenshot({ path: `${task.shots}/${name.replace(/[^a-z0-9]+/gi, "-")}.png`, fullPage: true });
}

// run does what a script does, and says where it failed, and what page showed then. The
// browser stays.
export async function run(script, page) {
  await script().catch(async (e) => console.log(`${e.stack}\n${page ? page.url() + "\n" + (await page.locator("main").innerText().catch(() => "")).slice(0, 1500) : ""}`));
  await browser.close(); // this connection and its contexts
}

// until waits for what comes to be, however slow the machine.
export async function until(what, look) {
  const end = Date.now() + 90000;
  while (Date.now() < end) {
    const found = await look();
    if (found) return found;
    await new Promise((r) => setTimeout(r, 100));
  }
  throw new Error(`${what} did not come`);
}
