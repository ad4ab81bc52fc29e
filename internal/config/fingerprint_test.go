package config_test

import (
	"strings"
	"testing"

	"watcher/internal/config"
)

// Machines whose configs say the same have the same fingerprint, wherever each listens.
// Another feed, rule or target changes it, and another password does not.
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

// The order of feeds, rules, targets and words of lists does not change the fingerprint; an
// order that means something does.
func TestFingerprintOfOrder(t *testing.T) {
	of := func(text string) string {
		t.Helper()
		cfg, err := config.Parse("w.yaml", []byte(text), config.Environment{})
		if err != nil {
			t.Fatal(err)
		}
		return cfg.Fingerprint()
	}
	const (
		a     = "feeds: [{url: 'https://a.example/feed'}, {url: 'https://b.example/feed'}]\n"
		lists = "lists: {ports: [Riga, Muuga]}\n"
		rules = "rules: [{name: one, match: '@ports', notify: [desk, night]}, {name: two, match: EU OR UN, notify: [night]}]\n"
		desk  = "  desk: {type: webhook, url: 'https://a.example/hook', secret: whsec_QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD}\n"
		night = "  night: {type: email, to: [anna@example.org, jan@example.org], from: w@example.org, smtp: 'smtp://mail.example.org'}\n"
		ops   = "ops: {notify: [desk, night]}\n"
	)
	mine := of(a + lists + rules + "notify:\n" + desk + night + ops)
	for _, c := range []struct {
		name, text string
		same       bool
	}{
		{"feeds", strings.NewReplacer("a.example/feed", "b.example/feed", "b.example/feed", "a.example/feed").Replace(a) + lists + rules + "notify:\n" + desk + night + ops, true},
		{"words of a list", a + "lists: {ports: [Muuga, Riga]}\n" + rules + "notify:\n" + desk + night + ops, true},
		{"rules, and the targets of one", a + lists + "rules: [{name: two, match: EU OR UN, notify: [night]}, {name: one, match: '@ports', notify: [night, desk]}]\nnotify:\n" + desk + night + ops, true},
		{"targets", a + lists + rules + "notify:\n" + night + desk + ops, true},
		{"who is told of watcher's own troubles", a + lists + rules + "notify:\n" + desk + night + "ops: {notify: [night, desk]}\n", true},
		{"words of a rule", a + lists + strings.Replace(rules, "EU OR UN", "UN OR EU", 1) + "notify:\n" + desk + night + ops, false},
		{"recipients of a mail", a + lists + rules + "notify:\n" + desk + strings.Replace(night, "anna@example.org, jan@example.org", "jan@example.org, anna@example.org", 1) + ops, false},
	} {
		if got := of(c.text); (got == mine) != c.same {
			t.Errorf("%s in another order: the same %v, want %v", c.name, got == mine, c.same)
		}
	}
}
