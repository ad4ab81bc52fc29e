package main

import (
	"strings"
	"testing"

	"watcher/internal/rules"
)

// TestTheHelpOfRulesIsTheLanguage: each query that the help topic shows is valid.
func TestTheHelpOfRulesIsTheLanguage(t *testing.T) {
	_, text, ok := strings.Cut(rulesTopic().Long, "A query is made of\n")
	if !ok {
		t.Fatal("the topic has no list of what queries are made of")
	}
	text, _, _ = strings.Cut(text, "\nTry one")
	seen := 0
	for l := range strings.Lines(text) {
		if !strings.HasPrefix(l, "  ") || strings.HasPrefix(l, "   ") {
			continue
		}
		query, _, _ := strings.Cut(strings.TrimSpace(l), "  ")
		seen++
		if _, err := rules.Parse(query, rules.Options{Lists: map[string][]string{"baltics": {"Estonia"}}}); err != nil {
			t.Errorf("%s: %v", query, err)
		}
	}
	if seen < 10 {
		t.Errorf("only %d queries were found in the topic", seen)
	}
}
