package config_test

import (
	"strings"
	"testing"

	"watcher/internal/config"
)

// Machines whose configs say the same have the same fingerprint, wherever each listens;
// another feed, rule or target makes another one, and another password does not.
func TestFingerprint(t *testing.T) {
	const text = `
store: {path: a.db}
http: {listen: "127.0.0.1:8410"}
feeds: [{url: "https://example.org/feed"}]
rules: [{name: nato, match: NATO, notify: [desk]}]
notify: {desk: {type: webhook, url: "https://example.org/hook", secret: whsec_QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD}}
`
	of := func(old, new string) string {
		t.Helper()
		if old != "" && !strings.Contains(text, old) {
			t.Fatalf("the config has no %q", old)
		}
		cfg, err := config.Parse("w.yaml", []byte(strings.Replace(text, old, new, 1)), config.Environment{})
		if err != nil {
			t.Fatal(err)
		}
		return cfg.Fingerprint()
	}
	mine := of("", "")
	if mine == "" {
		t.Fatal("there is none")
	}
	for _, same := range [][2]string{{"", ""}, {"a.db", "b.db"}, {":8410", ":8411"}, {"whsec_QUJD", "whsec_REVG"}} {
		if got := of(same[0], same[1]); got != mine {
			t.Errorf("%q in place of %q makes it another config", same[1], same[0])
		}
	}
	for _, other := range [][2]string{{"org/feed", "org/feed2"}, {"match: NATO", "match: OTAN"}, {"type: webhook,", "type: webhook, group: 5m,"}} {
		if got := of(other[0], other[1]); got == mine {
			t.Errorf("%q in place of %q makes the same config", other[1], other[0])
		}
	}
}
