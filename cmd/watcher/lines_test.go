//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"watcher/internal/testutil"
)

// linesConfig has names and targets as long as people make them.
const linesConfig = `poll: {every: 1h}
network: {allow: [127.0.0.0/8]}
store: {path: %[2]q}
feeds:
  - {name: Estonian Public Broadcasting News in English, url: "%[1]s/feed.xml"}
  - {name: ERR, url: "%[1]s/status/410"}
  - {name: International Centre for Defence and Security Tallinn, url: "%[1]s/page.html"}
lists: {allies: [NATO, OTAN, Alliance, "Enhanced Forward Presence"]}
rules:
  - {name: enhanced-forward-presence-and-air-policing, match: '@allies OR НАТО OR 北约', cooldown: 1h, notify: [desk, the-night-watch-of-the-foreign-desk, hook, digest]}
  - {name: a, keywords: [Narva, NATO]}
notify:
  hook: {type: webhook, url: "%[1]s/hook"}
  desk: {type: command, command: ["true"]}
  the-night-watch-of-the-foreign-desk: {type: command, command: ["true"], quiet: {from: "22:00", to: "06:30", except: high}, timezone: UTC, group: 10m, max_per_hour: 20}
  digest: {type: command, command: ["true"], digest: "0 5 1 1 *", timezone: UTC}
`

// linesTitles are titles of articles: long ones, and ones in scripts without blanks.
var linesTitles = []string{
	"NATO's Enhanced Forward Presence battle group in Tapa begins its longest winter exercise so far, with units of eleven nations and 14,000 soldiers",
	"北约部队在爱沙尼亚举行大规模军事演习来自十一个国家的一万四千名士兵参加了今年最大的冬季演习并将持续到二月底",
	"НАТО усиливает присутствие в Балтийском море после повреждения кабелей",
	"NATO",
	"Narva bridge: see https://example.org/a/very/long/address/of/an/article/about-the-bridge-in-narva-and-nothing-else?utm_source=feed",
}

// linesWorld makes a store with everything that the lists show, and returns the config and
// the feed.
func linesWorld(t *testing.T) (config, feed string) {
	t.Helper()
	web, dir := t.TempDir(), t.TempDir()
	s := httptest.NewServer((&feedServer{dir: web}).handler())
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	config = filepath.Join(dir, "watcher.yaml")
	testutil.WriteFile(t, config, fmt.Sprintf(linesConfig, s.URL, filepath.Join(dir, "watcher.db")), 0o600)
	testutil.WriteFile(t, filepath.Join(web, "page.html"), "<html><head><title>No feed</title></head><body>"+strings.Repeat("<p>text</p>", 50)+"</body></html>", 0o644)
	testutil.WriteFile(t, filepath.Join(web, "fail"), "503", 0o644)
	for _, titles := range [][]string{{"before"}, append(linesTitles, "before")} {
		testutil.WriteFile(t, filepath.Join(web, "feed.xml"), rss(titles...), 0o644)
		run(t.Context(), []string{"once", "-c", config}, strings.NewReader(""), new(bytes.Buffer), new(bytes.Buffer))
	}
	var said bytes.Buffer
	if code := run(t.Context(), []string{"mute", "-c", config, "rule", "enhanced-forward-presence-and-air-policing"}, nil, &said, &said); code != 0 {
		t.Fatalf("the rule is not muted: %s", &said)
	}
	return config, s.URL + "/feed.xml"
}

// TestListsFit: on a terminal of any width a list breaks its lines itself, between words,
// says everything that it says in a pipe, and leaves nothing of a progress bar.
func TestListsFit(t *testing.T) {
	config, feed := linesWorld(t)
	var id bytes.Buffer
	run(t.Context(), []string{"alerts", "-c", config, "--state", "waiting"}, nil, &id, new(bytes.Buffer))
	for _, args := range [][]string{
		{"check", config},
		{"check", config, "--probe"},
		{"feeds", "-c", config},
		{"feeds", "-c", config, "Estonian Public Broadcasting News in English"},
		{"feeds", "-c", config, "International Centre for Defence and Security Tallinn"},
		{"alerts", "-c", config},
		{"alerts", "-c", config, "--state", "waiting", "--feed", "Estonian Public Broadcasting News in English"},
		{"alerts", "show", "-c", config, strings.Fields(id.String())[0]},
		{"mute", "-c", config},
		{"inspect", feed},
		{"try", "NATO OR НАТО OR 北约 OR Narva", feed},
		{"try", "-c", config, "--rule", "a", "--why", feed},
		{"try", "-c", config, "NATO"},
		{"try", "-c", config, "--since", "30d", "NATO OR НАТО OR 北约 OR Narva"},
	} {
		fits(t, args)
	}
	if code := run(t.Context(), []string{"alerts", "retry", "-c", config, "--target", "hook"}, nil, new(bytes.Buffer), new(bytes.Buffer)); code != 0 {
		t.Fatal("nothing waits for the hook:", code)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int)
	go func() { ended <- run(ctx, []string{"run", "-c", config}, nil, new(bytes.Buffer), io.Discard) }()
	defer func() { stop(); <-ended }()
	for deadline := time.After(patience); ; {
		var out bytes.Buffer
		run(ctx, []string{"status", "-c", config}, nil, &out, new(bytes.Buffer))
		if strings.Contains(out.String(), "hook takes nothing") {
			break
		}
		select {
		case <-deadline:
			t.Fatalf("no target fails:\n%s", &out)
		case <-pause():
		}
	}
	fits(t, []string{"status", "-c", config})
	fits(t, []string{"feeds", "-c", config})
}

// fits runs a command on terminals of several widths.
func fits(t *testing.T, args []string) {
	t.Helper()
	pipe := func() (said string, code int) {
		var out bytes.Buffer
		code = run(t.Context(), args, strings.NewReader(""), &out, new(bytes.Buffer))
		return out.String(), code
	}
	piped, code := pipe()
	for _, width := range []int{50, 80, 100, 120} {
		screen, broken, got := onTerminal(t, width, args...)
		what := fmt.Sprintf("%s at %d columns", strings.Join(args, " "), width)
		text := strings.Join(screen, "\n")
		if got != code {
			t.Errorf("%s: exit code %d, and %d in a pipe", what, got, code)
		}
		for _, l := range broken {
			if len(strings.Fields(l)) > 1 { // an address that is wider than the screen stands alone
				t.Errorf("%s: the terminal breaks %q", what, l)
			}
		}
		if strings.ContainsAny(text, "━─") || strings.Contains(text, "……") {
			t.Errorf("%s: something is left of a progress bar, or of a name:\n%s", what, text)
		}
		missing := lost(piped, text)
		for try := 0; missing != "" && try < 5; try++ { // "in 1s" may have become "now" meanwhile, and "in 2s" again
			piped, _ = pipe()
			if missing = lost(piped, text); missing != "" {
				again, _, _ := onTerminal(t, width, args...)
				missing = lost(piped, strings.Join(again, "\n"))
			}
		}
		if missing != "" {
			t.Errorf("%s: %q is not on the screen:\n%s", what, missing, text)
		}
	}
}

// lost returns the letters of text that are not in in, wherever they stand: in columns the
// words of two cells alternate.
func lost(text, in string) string {
	has := make(map[rune]int)
	for _, r := range in {
		has[r]++
	}
	var missing strings.Builder
	for _, r := range text {
		if unicode.IsLetter(r) { // numbers of seconds change meanwhile
			if has[r]--; has[r] < 0 {
				missing.WriteRune(r)
			}
		}
	}
	return missing.String()
}
