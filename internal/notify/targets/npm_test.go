//go:build !race

package targets

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"watcher/internal/notify"
)

// npmFolder returns testdata/npm with its packages installed, in the user's cache. It skips
// the test if they cannot be installed.
func npmFolder(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("checks by npm packages are left out of -short")
	}
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed: the checks by its packages are left out")
	}
	dir, err := installNPM()
	if err != nil {
		t.Skipf("npm ci does not work here: %v", err)
	}
	return dir
}

var installNPM = sync.OnceValues(func() (string, error) {
	hash := sha256.New()
	files, err := filepath.Glob("testdata/npm/*")
	if err != nil {
		return "", err
	}
	files = append(files, "testdata/npm/.npmrc")
	content := map[string][]byte{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		content[filepath.Base(f)] = b
		fmt.Fprintf(hash, "%s %d\n%s", f, len(b), b)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	parent := filepath.Join(cache, "watcher-tests")
	dir := filepath.Join(parent, fmt.Sprintf("npm-%x", hash.Sum(nil)[:8]))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	// Installed elsewhere and then renamed, so that an incomplete one is never used.
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(parent, "npm-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp)
	for name, b := range content {
		if err := os.WriteFile(filepath.Join(temp, name), b, 0o644); err != nil {
			return "", err
		}
	}
	npm := exec.Command("npm", "ci")
	npm.Dir = temp
	if out, err := npm.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
	}
	if err := os.Rename(temp, dir); err != nil {
		if _, there := os.Stat(dir); there != nil {
			return "", err
		}
	}
	return dir, nil
})

// TestNPMVerifiesSignatures has the Standard Webhooks library for JavaScript verify a
// request as it was sent.
func TestNPMVerifiesSignatures(t *testing.T) {
	dir := npmFolder(t)
	r := newReceiver(t, reply(200, ""))
	n := webhookAt(t, r.URL)
	if err := sendTo(t, n, compose(t, n, one())[0]); err != nil {
		t.Fatal(err)
	}
	got := r.requests()[0]
	headers := map[string]string{}
	for k := range got.Header {
		headers[strings.ToLower(k)] = got.Header.Get(k)
	}
	in, err := json.Marshal(map[string]any{"secret": testSecret, "headers": headers, "body": string(got.Body)})
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "verify.mjs")
	node.Dir, node.Stdin = dir, bytes.NewReader(in)
	if out, err := node.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "verified" {
		t.Errorf("%v: %s", err, out)
	}
}

// TestNPMParsesCards has Microsoft's renderer of Adaptive Cards parse what is sent to
// Teams.
func TestNPMParsesCards(t *testing.T) {
	dir := npmFolder(t)
	var cards []json.RawMessage
	n := teamsAt(t, "https://receiver.example")
	for _, b := range goldenBatches() {
		for _, m := range compose(t, n, b) {
			cards = append(cards, m.Payload)
		}
	}
	in, err := json.Marshal(cards)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "verify-card.mjs")
	node.Dir, node.Stdin = dir, bytes.NewReader(in)
	if out, err := node.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "parsed" {
		t.Errorf("%v: %s", err, out)
	}
}

// TestNPMParsesMarkup has parsers of others read what a hostile feed becomes for Telegram,
// Matrix and Mattermost.
func TestNPMParsesMarkup(t *testing.T) {
	dir := npmFolder(t)
	payloads := map[string][]json.RawMessage{}
	for _, kind := range []string{"telegram", "matrix", "mattermost"} {
		n := kindsUnderTest[kind].at(t, "https://receiver.example")
		add := func(b notify.Batch) {
			for _, m := range compose(t, n, b) {
				payloads[kind] = append(payloads[kind], m.Payload)
			}
		}
		for _, b := range goldenBatches() {
			add(b)
		}
		for _, text := range hostileTexts {
			for _, link := range hostileLinks {
				add(batch(everywhere(text[:min(len(text), 5000)], link)))
			}
		}
	}
	in, err := json.Marshal(payloads)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", "verify-markup.mjs")
	node.Dir, node.Stdin = dir, bytes.NewReader(in)
	if out, err := node.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "parsed" {
		t.Errorf("%v: %s", err, out)
	}
}

// TestNPMChecksTypes has the TypeScript compiler check every payload against the types that
// are published for its receiver. Types have no lengths, which are checked separately.
func TestNPMChecksTypes(t *testing.T) {
	dir := npmFolder(t)
	var ts strings.Builder
	ts.WriteString(npmTypes)
	count := 0
	for kind, typ := range typedKinds {
		for name, b := range goldenBatches() {
			for _, m := range compose(t, typ.at(t, "https://receiver.example"), b) {
				count++
				fmt.Fprintf(&ts, "// %s %s\nexport const p%d: %s = %s;\n", kind, name, count, typ.name, m.Payload)
			}
		}
	}
	// A payload that must not pass shows that the compiler checks.
	ts.WriteString("// @ts-expect-error: a priority that there is not\nexport const wrongToo: PagerDuty = {event_action: \"trigger\", payload: {summary: \"x\", source: \"x\", severity: \"high\"}};\n")
	ts.WriteString("// @ts-expect-error: text that is none\nexport const wrongThree: Telegram = {text: 1};\n")
	ts.WriteString("// @ts-expect-error: no body\nexport const wrongFour: Matrix = {msgtype: \"m.text\"};\n")
	ts.WriteString("// @ts-expect-error: a section without text\nexport const wrong: Slack = {text: \"x\", blocks: [{type: \"section\", text: {type: \"nonsense\", text: \"x\"}}], unfurl_links: false, unfurl_media: false};\n")
	work := t.TempDir()
	for name, content := range map[string][]byte{"payloads.ts": []byte(ts.String()), "package.json": []byte(`{"type": "module"}`)} {
		if err := os.WriteFile(filepath.Join(work, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	config, err := os.ReadFile(filepath.Join(dir, "tsconfig.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "tsconfig.json"), config, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "node_modules"), filepath.Join(work, "node_modules")); err != nil {
		t.Fatal(err)
	}
	tsc := exec.Command("node", filepath.Join(dir, "node_modules/typescript/bin/tsc"), "--project", work)
	if out, err := tsc.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if count == 0 {
		t.Error("nothing was checked")
	}
}

// npmTypes names the types that payloads must have.
const npmTypes = `import type { KnownBlock } from "@slack/types";
import type { RESTPostAPIWebhookWithTokenJSONBody } from "discord-api-types/v10";
import type { ApiMethods } from "@grammyjs/types";
import type { event } from "@pagerduty/pdjs";
import type { RoomMessageTextEventContent } from "matrix-js-sdk/lib/@types/events.js";
import type { MsgType } from "matrix-js-sdk/lib/@types/event.js";
type Telegram = Omit<Parameters<ApiMethods<never>["sendMessage"]>[0], "chat_id">;
type PagerDuty = Omit<Parameters<typeof event>[0]["data"], "routing_key"> & { client?: string }; // which is documented
type Matrix = Omit<RoomMessageTextEventContent, "msgtype"> & { msgtype: ` + "`${MsgType.Text}`" + ` };
type Discord = Omit<RESTPostAPIWebhookWithTokenJSONBody, "allowed_mentions">;
type Slack = { text: string; blocks: KnownBlock[]; unfurl_links: boolean; unfurl_media: boolean };
`

var typedKinds = map[string]struct {
	name string
	at   func(tb, string) notify.Notifier
}{
	"discord":   {"Discord & { allowed_mentions: { parse: never[] } }", discordAt},
	"matrix":    {"Matrix", matrixAt},
	"pagerduty": {"PagerDuty", pagerdutyAt},
	"slack":     {"Slack", slackAt},
	"slack_bot": {"Slack", slackBotAt},
	"telegram":  {"Telegram", telegramAt},
}
