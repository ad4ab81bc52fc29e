// Parses what goes to Telegram, Matrix and Mattermost, read as JSON lists of
// payloads from standard input, by parsers that are not watcher's: gramjs' of
// Telegram's HTML, htmlparser2, and Mattermost's own of its Markdown. Fails where
// a text from a feed became more than text.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { HTMLParser } = require("telegram/extensions/html.js");
const { Parser } = require("htmlparser2");
const commonmark = require("@mattermost/commonmark");

const web = (url) => /^https?:\/\/[^\s<>"]+$/.test(url);

// tags returns what is wrong with the tags of a page.
function tags(page, allowed) {
  const problems = [];
  const open = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!allowed.includes(name)) problems.push(`<${name}>`);
      for (const [key, value] of Object.entries(attributes)) {
        if (name !== "a" || key !== "href" || !web(value)) problems.push(`${key}=${value} of <${name}>`);
      }
      open.push(name);
    },
    onclosetag(name, implied) {
      if (open.pop() !== name || (implied && !["br", "hr"].includes(name))) problems.push(`<${name}> is not closed`);
    },
    oncomment: (text) => problems.push(`a comment: ${text}`),
    onprocessinginstruction: (name) => problems.push(`an instruction: ${name}`),
  });
  parser.end(page);
  return problems;
}

const checks = {
  telegram({ text, parse_mode }) {
    const problems = tags(text, ["a", "b", "blockquote"]);
    const [plain, entities] = HTMLParser.parse(text);
    if (parse_mode !== "HTML") problems.push(`parse_mode ${parse_mode}`);
    if (plain.trim() === "" || plain.length > 4096) problems.push(`${plain.length} characters`);
    for (const { className, url } of entities) {
      if (!["MessageEntityBold", "MessageEntityBlockquote", "MessageEntityTextUrl"].includes(className)) problems.push(className);
      if (url !== undefined && !web(url)) problems.push(`a link to ${url}`);
    }
    return problems;
  },
  matrix({ body, formatted_body, ...rest }) {
    const problems = tags(formatted_body, ["a", "b", "p", "br", "hr", "blockquote"]);
    if (body.trim() === "") problems.push("no plain text");
    const bytes = Buffer.byteLength(JSON.stringify({ body, formatted_body, ...rest }));
    if (bytes > 60000) problems.push(`${bytes} bytes, which leave no room for an event's other fields`);
    return problems;
  },
  mattermost({ text }) {
    const problems = [];
    if (text.trim() === "" || text.length > 16383) problems.push(`${text.length} characters`);
    // Formulas are off unless a server's owner turns them on, and "$5 to $10" would
    // look worse with entities in a notification.
    const nodes = ["latex_inline", "document", "paragraph", "text", "softbreak", "hardbreak", "strong", "link", "block_quote", "thematic_break"];
    const walker = new commonmark.Parser({ urlFilter: () => true }).parse(text).walker();
    for (let event = walker.next(); event; event = walker.next()) {
      const { type, destination } = event.node;
      if (!nodes.includes(type)) problems.push(`${type}: ${event.node.literal ?? ""}`);
      if (type === "link" && !web(destination)) problems.push(`a link to ${destination}`);
    }
    return problems;
  },
};

// What must not pass shows that the parsers look.
const wrong = {
  telegram: [{ text: "<b>x" }, { text: '<a href="tg://user?id=1">x</a>', parse_mode: "HTML" }, { text: "<u>x</u>", parse_mode: "HTML" }],
  matrix: [{ body: "x", formatted_body: "<script>x</script>" }, { body: "x", formatted_body: '<p onclick="x()">x</p>' }],
  mattermost: [{ text: "@channel" }, { text: "![x](http://e.org)" }, { text: "# x" }, { text: "- x" }],
};

const problems = [];
const payloads = JSON.parse(readFileSync(0, "utf8"));
for (const [kind, check] of Object.entries(checks)) {
  for (const payload of payloads[kind]) {
    for (const p of new Set(check(payload))) problems.push(`${kind}: ${p.slice(0, 200)} in ${JSON.stringify(payload).slice(0, 600)}`);
  }
  for (const payload of wrong[kind]) {
    if (check(payload).length === 0) problems.push(`${kind}: ${JSON.stringify(payload)} passes`);
  }
}
if (problems.length) throw new Error(problems.slice(0, 20).join("\n"));
console.log("parsed");
