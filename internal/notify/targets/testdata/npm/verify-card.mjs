// Parses Adaptive Cards, read as a JSON list from standard input, by Microsoft's
// renderer; fails on everything that it does not know.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { AdaptiveCard, SerializationContext, Versions } = createRequire(import.meta.url)("adaptivecards/dist/adaptivecards.js");
const problems = [];
function parse(json) {
  const context = new SerializationContext(Versions.v1_4);
  const card = new AdaptiveCard();
  card.parse(json, context);
  const found = [];
  for (let i = 0; i < context.eventCount; i++) found.push(context.getEventAt(i).message);
  for (const f of card.validateProperties().validationEvents) found.push(f.message);
  return found;
}

for (const message of JSON.parse(readFileSync(0, "utf8"))) {
  for (const { contentType, content } of message.attachments) {
    if (contentType !== "application/vnd.microsoft.card.adaptive") problems.push(contentType);
    problems.push(...parse(content));
  }
}
// What must not pass shows that the renderer looks.
if (parse({ type: "AdaptiveCard", version: "1.4", body: [{ type: "Nonsense" }] }).length === 0) problems.push("nonsense passes");
if (problems.length) throw new Error(problems.join("\n"));
console.log("parsed");
