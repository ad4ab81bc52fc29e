// One who may change things, on the pages that do: a rule edited with a preview, with a
// mistake, and at the same time as somebody else; an alert muted and acknowledged. Each
// is looked at in both schemes and at both widths, and works without scripts too.
//
// stdin: {"rule": "harbour", "alert": "a999998", "shots": "folder or empty"}
import { at, everyWay, inspect, open, run, task } from "./look.mjs";

await run(async () => {
  for (const javaScriptEnabled of [true, false]) {
    let step = "";
    const find = (text) => console.log(`${step} (scripts ${javaScriptEnabled ? "on" : "off"}): ${text}`);
    // A mistake is answered with 422, and who comes second with 409.
    const { context, page } = await open({ javaScriptEnabled }, find, [409, 422]);
    const look = (name, ways = everyWay) => { step = name; return inspect(page, name + (javaScriptEnabled ? "" : "-plain"), find, javaScriptEnabled ? ways : []); };
    const text = page.getByLabel("Lists and rules, as YAML");
    const write = async (yaml, press) => { await text.fill(yaml); await page.getByRole("button", { name: press }).click(); };
    const rules = (match) => `rules:\n  - {name: harbour, match: '${match}'}\n`;

    step = "the form";
    await page.goto(at(`rules/${task.rule}/edit`));
    const form = page.url();
    await look("edit");
    await write(rules(`harbour OR brigade OR ${javaScriptEnabled ? "cable" : "NATO"}`), "Preview");
    await page.locator("#preview").waitFor();
    for (const d of await page.locator("#preview details").all()) await d.locator("summary").click();
    await look("edit-preview");
    await write(rules("(harbour"), "Save and put in force");
    await page.locator("#mistakes").waitFor();
    await look("edit-mistake");

    // Somebody else saves in the meantime.
    step = "somebody else";
    const other = await context.newPage();
    await other.goto(form);
    await other.getByLabel("Lists and rules, as YAML").fill(rules(`port OR ${javaScriptEnabled ? "quay" : "pier"}`));
    await other.getByRole("button", { name: "Save and put in force" }).click();
    await other.locator("#done").waitFor();
    await other.close();
    await write(rules("harbour OR brigade"), "Save and put in force");
    await page.locator("#conflict").waitFor();
    await look("edit-conflict");
    await page.getByRole("button", { name: "Save and put in force" }).click();
    await page.locator("#done").waitFor();
    await look("edit-saved", [everyWay[0], everyWay[3]]);
    step = "files";
    await page.goto(at("files"));
    await look("files", [everyWay[1], everyWay[2]]);

    step = "an alert";
    await page.goto(at(`alerts/${task.alert}`));
    for (const d of await page.locator("details.asking").all()) await d.locator("summary").click();
    await look("alert-asking");
    await page.getByLabel("Note").fill("asked the harbour master");
    await page.getByRole("button", { name: "Acknowledge" }).click();
    await page.locator("#done").waitFor();
    await look("alert-acknowledged", [everyWay[2]]);
    const mute = page.locator("details.asking", { hasText: "Mute the rule" }).first();
    await mute.locator("summary").click();
    await mute.getByRole("button", { name: "Mute" }).click();
    await page.locator("#done").waitFor();
    await look("alert-muted", [everyWay[1]]);
    await context.close();
  }
});
