package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"iter"
	"slices"
)

// Fingerprint reports whether machines with two configs do the same: feeds and how they
// are polled, rules, targets, and what is kept. It contains no secret, and nothing that
// each machine has for itself: where it listens, its memory, its networks. In which order
// feeds, rules, targets, the words of a list and the targets of a rule stand changes
// nothing of that. Of the recipients of a target, and of the words of a rule, it does.
func (c *Config) Fingerprint() string {
	lists := make(map[string][]string, len(c.Lists))
	for name, words := range c.Lists {
		lists[name] = slices.Sorted(slices.Values(words))
	}
	routed := slices.Clone(c.Rules)
	for i := range routed {
		routed[i].Notify = slices.Sorted(slices.Values(routed[i].Notify))
	}
	feeds, feedsErr := digestOf(c.Feeds.Len(), c.Feeds.All())
	rules, rulesErr := digestOf(len(routed), slices.Values(routed))
	targets, targetsErr := digestOf(len(c.Targets), slices.Values(c.Targets))
	ops := c.Ops
	ops.Notify = slices.Sorted(slices.Values(ops.Notify))
	text, err := json.Marshal(struct {
		Poll    Poll
		Hosts   map[string]Host
		History HistoryOptions
		Lists   map[string][]string
		Feeds   digest
		Rules   digest
		Targets digest
		Ops     Ops
		Zone    string
	}{c.Poll, c.Hosts, c.History, lists, feeds, rules, targets, ops, c.Zone.String()})
	if errors.Join(err, feedsErr, rulesErr, targetsErr) != nil {
		return "" // unknown: then no two configs are reported to differ
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

type digest [sha256.Size]byte

// digestOf returns a digest of n values, whatever their order. Of a million feeds it keeps
// 32 MB meanwhile, and never their JSON, which is ten times as large.
func digestOf[T any](n int, values iter.Seq[T]) (digest, error) {
	each := make([]digest, 0, n)
	for v := range values {
		text, err := json.Marshal(&v)
		if err != nil {
			return digest{}, err
		}
		each = append(each, sha256.Sum256(text))
	}
	slices.SortFunc(each, func(a, b digest) int { return bytes.Compare(a[:], b[:]) })
	all := sha256.New()
	for i := range each {
		all.Write(each[i][:])
	}
	return digest(all.Sum(nil)), nil
}
