package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Whoever follows docs/first-alert.md gets an alert: its commands are run as they are
// written, in their order, on its config. Only the feed and the channel are replaced by
// ones on this machine.
func TestFirstAlert(t *testing.T) {
	page, err := os.ReadFile("../../docs/first-alert.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "**2.")
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(text, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d configs", len(blocks))
	}
	here := strings.NewReplacer(
		"https://news.err.ee/rss", "${URL}/feed.xml",
		`{type: slack, webhook: "https://hooks.slack.com/services/…"}`, `{type: webhook, url: "${URL}/hook"}`,
	)
	first := here.Replace(blocks[0][1]) + "network: {allow: [127.0.0.0/8]}\n"
	second := strings.Replace(first, "notify:\n  screen: {type: console}\n", here.Replace(blocks[1][1]), 1)
	if first == second || !strings.Contains(second, "/hook") {
		t.Fatalf("the channel is not in the config:\n%s", second)
	}

	// What the reader sees after a command, and what happens in the world before it.
	after := map[string]string{
		"watcher check":                  "stdout '1 feed'",
		"watcher send-test desk":         "lines 1 web/hooks.jsonl '\"id\":\"test_'",
		"watcher feeds retry 'ERR News'": "waitfor web/hooks.jsonl 'Tallinn opens'",
		"watcher alerts":                 "stdout 'Tallinn opens'",
	}
	var script strings.Builder
	script.WriteString("serve web\npublish web/feed.xml 'Estonian brigade trains' 'Weather'\n")
	onces := 0
	for _, m := range regexp.MustCompile(`(?m)^ {4}(\S.*)$`).FindAllStringSubmatch(text, -1) {
		switch command := m[1]; command {
		case "watcher once":
			told := "stdout"
			if onces++; onces > 1 {
				told = "! stdout"
			}
			fmt.Fprintf(&script, "exec %s\n%s 'Estonian brigade trains'\n! stdout Weather\n", command, told)
		case "chmod 600 watcher.yaml":
			fmt.Fprintf(&script, "cp second watcher.yaml\nexec %s\n", command)
		case "watcher run":
			fmt.Fprintf(&script, "publish web/feed.xml 'Tallinn opens its harbour' 'Estonian brigade trains' 'Weather'\nexec %s &\nexec sh -c 'until watcher status; do sleep 0.1; done'\n", command)
		default:
			fmt.Fprintf(&script, "exec %s\n%s\n", command, after[command])
			delete(after, command)
		}
	}
	if onces != 2 || len(after) > 0 {
		t.Fatalf("the page has not %v", after)
	}
	fmt.Fprintf(&script, "signal INT\nwait\nstdout 'Tallinn opens'\n\n-- web/empty --\n-- watcher.yaml --\n%s-- second --\n%s", first, second)

	file := filepath.Join(t.TempDir(), "page.txtar")
	if err := os.WriteFile(file, []byte(script.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, RequireExplicitExec: true, Cmds: scriptCmds, Setup: scriptSetup})
}
