// Package docs checks the pages of docs/ against what the program does and says.
package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config"
	"watcher/internal/testutil"
)

const root = "../.."

// pages returns everything that is written for people who run watcher: the text of each
// Markdown page, by its path below root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d pages: %v", len(files), err)
	}
	all := map[string]string{}
	for _, page := range []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"} {
		files = append(files, filepath.Join(root, page))
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		testutil.Must(t, err)
		name, _ := filepath.Rel(root, file)
		all[name] = string(data)
	}
	return all
}

var (
	fenced   = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```")
	indented = regexp.MustCompile(`(?m)(?:^(?: {4}.*)?\n)+`)
	section  = regexp.MustCompile(`(?m)^(?:store|poll|hosts|network|http|history|limits|defaults|lists|feeds|rules|notify|ops):(?:$| [\[{])`)
)

// configs returns the configs and the parts of one in a page: blocks fenced as yaml, and
// indented blocks from a section on.
func configs(page string) []string {
	var all []string
	for _, block := range fenced.FindAllStringSubmatch(page, -1) {
		all = append(all, block[1])
	}
	for _, block := range indented.FindAllString(fenced.ReplaceAllString(page, ""), -1) {
		text := regexp.MustCompile("(?m)^ {4}").ReplaceAllString(block, "")
		if at := section.FindStringIndex(text); at != nil {
			all = append(all, text[at[0]:])
		}
	}
	return all
}

// Every config that is copied out of a page runs.
func TestEveryConfigIsRight(t *testing.T) {
	found := 0
	for name, page := range pages(t) {
		for _, text := range configs(page) {
			found++
			if err := check(t, text); err != nil {
				t.Errorf("%s: %v\nin:\n%s", name, err, text)
			}
		}
	}
	if found < 12 {
		t.Errorf("%d configs: are they still found?", found)
	}
	for _, file := range []string{"config.example.yaml", "packaging/watcher.yaml"} {
		data, err := os.ReadFile(filepath.Join(root, file))
		testutil.Must(t, err)
		if err := check(t, string(data)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// check does what watcher check does, on a machine that has the secrets and variables that
// the config names.
func check(t *testing.T, text string) error {
	t.Helper()
	dir := t.TempDir()
	// The pages cannot contain the address of a reader's own webhook.
	text = strings.ReplaceAll(text, "hooks.slack.com/services/…", "hooks.slack.com/services/T0/B0/x")
	for _, variable := range regexp.MustCompile(`\$\{(\w+)\}`).FindAllStringSubmatch(text, -1) {
		t.Setenv(variable[1], "secret")
	}
	for name, section := range rest {
		if !regexp.MustCompile("(?m)^" + name + ":").MatchString(text) {
			text = strings.TrimRight(text, "\n") + "\n" + section + "\n"
		}
	}
	var doc map[string]any
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return err
	}
	text = provide(t, dir, "", doc, text)
	path := filepath.Join(dir, "watcher.yaml")
	testutil.WriteFile(t, path, text, 0o600)
	_, err := config.Check(path)
	return err
}

// rest is what a part of a config leaves to its reader, by section: the feeds, targets and
// lists that the pages mention throughout.
var rest = map[string]string{
	"feeds":  `feeds: [{name: ERR News, url: "https://news.err.ee/rss", tags: [baltic, analysis]}]`,
	"lists":  "lists: {baltics: [Estonia, Latvia, Lithuania]}",
	"notify": "notify: {desk: {type: console}, duty: {type: console}}",
	"ops":    "ops: {}",
}

// secrets are what a secret file may contain, by kind of target and key; by the key alone
// if any text will do.
var secrets = map[string]string{
	".users":                "anna:$2y$04$PI/HIMm2iYYoeoCY2NZ0Le/JEket1.Du6E46rD1OuNJ9K0xzxo8e.",
	".token":                "0123456789abcdef0123456789abcdef",
	"slack.webhook":         "https://hooks.slack.com/services/T0/B0/x",
	"discord.webhook":       "https://discord.com/api/webhooks/1234567890/abc",
	"teams.webhook":         "https://prod-1.westeurope.logic.azure.com/workflows/abc/triggers/manual/paths/invoke?sig=x",
	"mattermost.webhook":    "https://chat.example.org/hooks/abc",
	"webhook.url":           "https://hooks.example.org/in",
	"webhook.secret":        "whsec_QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD",
	"slack_bot.token":       "xoxb-1-2-abc",
	"telegram.token":        "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11",
	"pagerduty.routing_key": "0123456789abcdef0123456789abcdef",
}

// provide writes the files that the config names, and returns the text with their names:
// those of the pages do not exist here.
func provide(t *testing.T, dir, kind string, value any, text string) string {
	t.Helper()
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			text = provide(t, dir, kind, one, text)
		}
	case map[string]any:
		if is, ok := value["type"].(string); ok {
			kind = is
		}
		for key, below := range value {
			name, _ := below.(string)
			secret, isFile := strings.CutSuffix(key, "_file")
			switch {
			case name != "" && isFile:
				content := secrets[kind+"."+secret]
				if content == "" {
					content = "secret"
				}
				text = strings.ReplaceAll(text, name, filepath.Base(name))
				testutil.WriteFile(t, filepath.Join(dir, filepath.Base(name)), content, 0o600)
			case name != "" && key == "opml":
				testutil.WriteFile(t, filepath.Join(dir, filepath.Base(name)), `<opml version="2.0"><body><outline type="rss" text="A" xmlUrl="https://a.example.org/"/></body></opml>`, 0o600)
			default:
				text = provide(t, dir, kind, below, text)
			}
		}
	}
	return text
}
