package config_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/testutil"
)

// The example that everybody starts from has no mistakes and no warnings, every
// commented-out setting of it could be enabled, and every setting is explained.
func TestExample(t *testing.T) {
	const file = "../../config.example.yaml"
	cfg, err := config.Check(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range cfg.Warnings {
		t.Errorf("warning: %v", w)
	}
	if cfg.Feeds.Len() < 12 || len(cfg.Rules) < 4 {
		t.Errorf("%d feeds, %d rules", cfg.Feeds.Len(), len(cfg.Rules))
	}
	if len(cfg.Targets) != 1 || cfg.Targets[0].Kind != "console" {
		t.Errorf("targets %+v, want a console alone", cfg.Targets)
	}
}

// The rules of the example find what a foreign-policy desk would expect, and nothing that
// only looks like it.
func TestExampleRulesFind(t *testing.T) {
	cfg, err := config.Load("../../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		shows string
		item  feeds.Item
		want  []string
	}{
		{"a phrase in any capitals", feeds.Item{Title: "Ten years of enhanced forward presence", Feed: "FPRI"}, []string{"forward-presence"}},
		{"two lists in one story", feeds.Item{Title: "Latvia hosts alliance talks", Content: "The North Atlantic Alliance met in Riga.", Feed: "ECFR"}, []string{"nato-in-the-baltics"}},
		{"NATO is not in senator, nor Baltic in cobaltic", feeds.Item{Title: "Senators in Anatolia discuss cobaltic ore", Feed: "NATO"}, nil},
		{"a base, written without its accents, in a feed of the rule", feeds.Item{Title: "British battlegroups leave Amari", Feed: "Defense News", Tags: []string{"defence"}}, []string{"troops"}},
		{"the same in a feed that the rule does not look at", feeds.Item{Title: "British battlegroups leave Amari", Feed: "CSIS", Tags: []string{"analysis"}}, nil},
		{"words near each other", feeds.Item{Title: "NATO reinforces Estonia", Feed: "CSIS"}, []string{"nato-in-the-baltics", "reinforcement"}},
		{"the country US in the headline", feeds.Item{Title: "US and Lithuania sign", Content: "Lithuania said so.", Feed: "LRT English", Tags: []string{"baltic"}}, []string{"washington"}},
		{"the pronoun us", feeds.Item{Title: "Lithuania told us so", Feed: "LRT English", Tags: []string{"baltic"}}, nil},
		{"sport is left out", feeds.Item{Title: "US beats Lithuania in basketball", Feed: "LRT English", Tags: []string{"baltic"}}, nil},
		{"a query over several lines", feeds.Item{Title: "Undersea cable cut off Estonia", Feed: "Foreign Policy"}, []string{"hybrid"}},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			var got []string
			for _, m := range cfg.Set.Match(&test.item) {
				got = append(got, cfg.Rules[m.Rule].Name)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("rules %v, want %v", got, test.want)
			}
		})
	}
}

func TestExampleSwitchedOn(t *testing.T) {
	data, err := os.ReadFile("../../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	testutil.WriteFile(t, filepath.Join(dir, "slack_webhook"), "https://hooks.slack.com/services/T0/B0/x", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "smtp_password"), "secret", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "users"), "anna:$2y$04$PI/HIMm2iYYoeoCY2NZ0Le/JEket1.Du6E46rD1OuNJ9K0xzxo8e.", 0o600)
	testutil.WriteFile(t, filepath.Join(dir, "hook_secret"), "whsec_"+strings.Repeat("QUJD", 8), 0o600)
	// Commented-out settings are comments that look like YAML: "# key: " or "# key: ".
	on := regexp.MustCompile(`(?m)^( *)# ( *[a-z_]+:( [^ ].*)?)$`).ReplaceAllString(string(data), "$1$2")
	cfg, err := config.Parse("config.example.yaml", []byte(on), config.Environment{Dir: dir})
	if err != nil {
		t.Fatalf("%v\nin:\n%s", err, on)
	}
	var kinds []string
	for _, target := range cfg.Targets {
		kinds = append(kinds, target.Kind)
	}
	if want := []string{"console", "slack", "email", "webhook"}; !slices.Equal(kinds, want) {
		t.Errorf("targets %v, want %v", kinds, want)
	}
	if cfg.HTTP.Contact == "" || len(cfg.Network.Allow) == 0 {
		t.Errorf("http and network are not switched on:\n%s", on)
	}
}

// The parser of the example must see what a person sees: no key twice, no tab.
func TestExampleIsPlainYAML(t *testing.T) {
	data, err := os.ReadFile("../../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := yaml.Unmarshal(data, &m); err != nil {
		t.Error(err)
	}
	for i, line := range strings.Split(string(data), "\n") {
		if len([]rune(line)) > 130 || strings.HasSuffix(line, " ") {
			t.Errorf("line %d is too long or ends in a space: %q", i+1, line)
		}
	}
}
