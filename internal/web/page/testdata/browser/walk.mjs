// Walks over every page in Chromium, with and without scripts, and looks at it in both
// schemes and at both widths. It prints one finding a line; none is what is wanted.
//
// stdin: {"url": "http://127.0.0.1:1/", "pages": ["alerts"], "shots": "folder or empty"}
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const task = JSON.parse(readFileSync(0, "utf8"));
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const widths = [390, 1440];
const findings = [];

const browser = await chromium.launch({ executablePath: task.chromium, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });

// look opens a page, and looks at it from all sides.
async function look(context, path, how) {
  const page = await context.newPage();
  const find = (text) => findings.push(`${path} (${how}): ${text}`);
  page.on("console", (m) => find(`console ${m.type()}: ${m.text()}`));
  page.on("pageerror", (e) => find(`error: ${e.message}`));
  page.on("requestfailed", (r) => { if (!r.url().endsWith("/events")) find(`not loaded: ${r.url()}`); });
  page.on("response", (r) => { if (r.status() >= 400 && r.url() !== new URL(path, task.url).href) find(`${r.status()}: ${r.url()}`); });
  await page.goto(new URL(path, task.url).href, { waitUntil: "load" });
  const scripts = how === "scripts on";
  for (const [at, width] of widths.entries()) {
    await page.setViewportSize({ width, height: 900 });
    for (const [of, colorScheme] of ["light", "dark"].entries()) {
      await page.emulateMedia({ colorScheme });
      const as = `${colorScheme}, ${width}`;
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth &&
        [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" | "));
      if (wide !== false) find(`scrolls sideways (${as}): ${wide}`);
      // axe looks at each letter, which takes long: at a page once, and each time otherwise.
      if (scripts && (at + 2 * of) === task.pages.indexOf(path) % 4) {
        await page.evaluate(axe + "\n;0");
        const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
        for (const v of violations) find(`axe (${as}): ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " " + n.any.map((a) => a.message).join("; ").slice(0, 200)).join(" | ")}`);
      }
      if (task.shots) await page.screenshot({ path: `${task.shots}/${path.replace(/[^a-z0-9]+/gi, "-")}-${colorScheme}-${width}.png`, fullPage: true });
    }
  }
  await page.close();
}

// Two browsers' worth of state, each of which opens its pages one after another.
const contexts = [true, false].map(async (javaScriptEnabled) => {
  const context = await browser.newContext({ javaScriptEnabled, timezoneId: "America/New_York", reducedMotion: "reduce" });
  for (const path of task.pages) await look(context, path, `scripts ${javaScriptEnabled ? "on" : "off"}`);
  await context.close();
});
await Promise.all(contexts);
await browser.close();
for (const f of findings) console.log(f);
