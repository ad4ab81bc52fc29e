package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/config"
	"watcher/internal/feeds"
)

// The feeds of a list take the place of its entry, with its settings, and rules select them
// by the names, folders and tags of the list.
func TestFeedsOfAList(t *testing.T) {
	const text = `
poll: {every: 10m}
feeds:
  - {name: First, url: "https://first.example.org/", tags: [mine]}
  - {opml: list.opml, tags: [imported], every: adaptive, max_age: 7d}
  - {opml: ./list2.opml}
  - {name: Last, url: "https://last.example.org/", every: 5m}
rules: [{name: nato, keywords: [NATO], feeds: [Wire, "tag:baltic", "tag:imported"]}]
notify: {t: {type: console}}
ops: {notify: [t]}
`
	cfg, err := config.Parse("w.yaml", []byte(text), testEnv(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := []feeds.Source{
		{ID: "First", URL: "https://first.example.org/", Tags: []string{"mine"}, Every: 10 * time.Minute},
		{ID: "Wire", URL: "https://wire.example.org/feed", Tags: []string{"imported", "Baltic"}, Adaptive: true, MaxAge: 7 * 24 * time.Hour},
		{ID: "https://plain.example.org/feed", URL: "https://plain.example.org/feed", Tags: []string{"imported"}, Adaptive: true, MaxAge: 7 * 24 * time.Hour},
		{ID: "Other", URL: "https://other.example.org/feed", Every: 10 * time.Minute},
		{ID: "Last", URL: "https://last.example.org/", Every: 5 * time.Minute},
	}
	if diff := cmp.Diff(want, slices.Collect(cfg.Feeds.All())); diff != "" {
		t.Error(diff)
	}
	if len(cfg.Warnings) != 1 || !strings.HasSuffix(cfg.Warnings[0].Error(), "w.yaml:5:12: feeds[1].opml: list.opml: Old is left out: gopher://old.example.org/ is no http or https address") {
		t.Errorf("warnings: %v", cfg.Warnings)
	}
}

// A schema cannot see the file of a list, but it can see that an entry is either a feed or
// a list.
func TestSchemaOfLists(t *testing.T) {
	s := compileSchema(t)
	for text, valid := range map[string]bool{
		"feeds: [{opml: a.opml, tags: [x], every: adaptive}]":      true,
		"feeds: [{url: 'https://a.example.org/'}, {opml: a.opml}]": true,
		"feeds: [{tags: [x]}]": false,
		"feeds: [{url: 'https://a.example.org/', opml: a.opml}]": false,
		"feeds: [{opml: [a.opml]}]":                              false,
	} {
		if err := validate(t, s, []byte(text)); (err == nil) != valid {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A feed of a list whose address has credentials is left out, alone, and the warning does
// not show them.
func TestCredentialsInAList(t *testing.T) {
	env := testEnv(nil)
	env.Dir = t.TempDir()
	list := `<opml><body><outline text="Paid" xmlUrl="https://ann:hunter2@paid.example/"/><outline text="Free" xmlUrl="https://free.example/"/></body></opml>`
	if err := os.WriteFile(filepath.Join(env.Dir, "l.opml"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse("w.yaml", []byte("feeds: [{opml: l.opml}]\nnotify: {t: {type: console}}\nops: {notify: [t]}\n"), env)
	if err != nil || cfg.Feeds.Len() != 1 || cfg.Feeds.At(0).ID != "Free" {
		t.Fatalf("%v: %+v", err, cfg)
	}
	said := fmt.Sprint(cfg.Warnings)
	if !strings.Contains(said, "Paid is left out") || !strings.Contains(said, "password_file") || strings.Contains(said, "hunter2") {
		t.Errorf("warned of %s", said)
	}
}
