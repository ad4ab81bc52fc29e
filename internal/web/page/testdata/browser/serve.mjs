// One Chromium for all scripts. It prints the address that they connect to, and ends
// with its stdin.
import { chromium } from "playwright-core";

const server = await chromium.launchServer({
  executablePath: process.argv[2],
  // What a page of ours needs none of. One process draws all of its tabs, which saves
  // starting one for each.
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-site-isolation-trials", "--renderer-process-limit=1", "--process-per-site"],
});
console.log(server.wsEndpoint());
process.stdin.resume();
process.stdin.on("end", () => server.close());
