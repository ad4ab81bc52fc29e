package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Fingerprint tells whether two configs have machines do the same: feeds and how they are
// asked, rules, targets, and what is kept. It has nothing of a secret, nor of what each
// machine has of its own: where it listens, its memory, its networks.
func (c *Config) Fingerprint() string {
	text, err := json.Marshal(struct {
		Poll    Poll
		Hosts   map[string]Host
		History HistoryOptions
		Lists   map[string][]string
		Feeds   any
		Rules   any
		Targets any
		Ops     Ops
		Zone    string
	}{c.Poll, c.Hosts, c.History, c.Lists, c.Feeds, c.Rules, c.Targets, c.Ops, c.Zone.String()})
	if err != nil {
		return "" // no two are said to differ
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}
