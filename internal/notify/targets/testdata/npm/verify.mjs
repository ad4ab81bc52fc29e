// Verifies a webhook request by the Standard Webhooks library for JavaScript.
// Reads {secret, headers, body} from standard input; fails unless the request
// verifies and one with a changed body, id or timestamp does not.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
const webhook = new Webhook(secret);
const event = webhook.verify(body, headers);
if (event.type !== "watcher.alert") throw new Error(`type is ${event.type}`);

const changes = {
  body: [body.replace("NATO", "nato"), headers],
  id: [body, { ...headers, "webhook-id": "other" }],
  timestamp: [body, { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 1) }],
};
for (const [what, [b, h]] of Object.entries(changes)) {
  let verified = false;
  try {
    webhook.verify(b, h);
    verified = true;
  } catch {}
  if (verified) throw new Error(`a changed ${what} verifies`);
}
console.log("verified");
