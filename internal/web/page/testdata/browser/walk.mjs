// Walks over every page, with and without scripts, and looks at it in both schemes and at
// both widths. Then it follows the links that it saw, as a scanner of mail does that runs
// scripts: one of each kind. It prints one finding a line; none is what is wanted.
//
// stdin: {"pages": ["alerts"], "shots": "folder or empty"}
import { at, everyWay, inspect, open, run, shutsOut, task } from "./look.mjs";

// kind is the shape of an address: which page, and which keys it has.
const kind = (href) => { const u = new URL(href); return u.pathname.split("/").slice(0, 2).join("/") + "/".repeat(u.pathname.split("/").length - 2) + [...u.searchParams.keys()].sort().join("&"); };

await run(async () => {
  for (const javaScriptEnabled of [true, false]) {
    let path = "";
    const find = (text) => console.log(`${path} (scripts ${javaScriptEnabled ? "on" : "off"}): ${text}`);
    const { context, page } = await open({ javaScriptEnabled }, find, [403]); // a rule of the config itself is not edited
    const links = new Map();
    for (const [n, p] of task.pages.entries()) {
      path = p;
      await page.goto(at(path), { waitUntil: "load" });
      await inspect(page, path + (javaScriptEnabled ? "" : "-plain"), find, javaScriptEnabled ? [everyWay[n % 4]] : []);
      if (!javaScriptEnabled) continue;
      for (const href of await page.evaluate(() => [...document.links].map((a) => a.href))) if (href.startsWith(task.url)) links.set(kind(href), href);
    }
    if (javaScriptEnabled) {
      // On paper there is ink on white, and nothing to press, whatever the reader chose.
      path = "alerts/a999998";
      await page.goto(at(path));
      await page.getByRole("button", { name: "dark" }).click();
      await page.locator("html[data-theme=dark]").waitFor();
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.setViewportSize({ width: 718, height: 1000 }); // A4 without its margins
      for (path of ["alerts/a999998", "alerts", "search?q=brigade"]) {
        await page.goto(at(path));
        await inspect(page, path + "-print", find, []);
        await shutsOut(page, find, "print");
        const pressed = await page.evaluate(() => [...document.querySelectorAll("button, input, nav, summary")].filter((e) => e.checkVisibility({ visibilityProperty: true })).map((e) => e.outerHTML.slice(0, 120)));
        if (pressed.length) find(`prints ${pressed.join(" | ")}`);
        const paper = await page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.documentElement).colorScheme].join(" "));
        if (paper !== "rgb(28, 27, 25) light") find(`prints in ${paper}`);
      }
      await page.emulateMedia({ media: null });
      for (const href of links.values()) {
        if (/\.(atom|json)$/.test(href)) continue; // which are no pages
        path = `the link ${href}`;
        await page.goto(href);
      }
    }
    await context.close();
  }
});
