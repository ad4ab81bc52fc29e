package record

import (
	"bytes"
	"encoding/binary"
	"slices"

	"watcher/internal/notify"
)

// LogEntry is the entry of an alert in the log of the file: its ID and its Criteria. Old entries have
// the ID alone.
func (r *Alert) LogEntry() []byte { return append([]byte(r.Alert.ID), r.Criteria()...) }

// Criteria are a NUL and what filters can choose an alert by without its record: its
// severity, and hashes of the names of its target, its rules and the feeds that have its
// article. Hashes may collide: the record decides.
func (r *Alert) Criteria() []byte {
	v := make([]byte, 0, 2+4+1+4*(len(r.Alert.Rules)+1+len(r.Alert.AlsoIn)))
	v = append(v, 0, byte(r.Alert.Severity))
	v = binary.BigEndian.AppendUint32(v, nameHash(r.Target))
	v = append(v, byte(min(len(r.Alert.Rules), 255)))
	for _, hit := range r.Alert.Rules[:min(len(r.Alert.Rules), 255)] {
		v = binary.BigEndian.AppendUint32(v, nameHash(hit.Name))
	}
	for _, place := range r.Alert.Places() {
		v = binary.BigEndian.AppendUint32(v, nameHash(place.Feed))
	}
	return v
}

func nameHash(name string) uint32 {
	h := uint32(2166136261) // FNV-1a without the allocations of hash/fnv
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return h
}

// Choice is a filter with the hashes of its names.
type Choice struct {
	notify.AlertFilter
	rules, feeds, targets map[uint32]bool
}

// ChoiceOf makes a Choice of a filter.
func ChoiceOf(f notify.AlertFilter) *Choice {
	return &Choice{f, hashes(f.Rules), hashes(f.Feeds), hashes(f.Targets)}
}

func hashes(names []string) map[uint32]bool {
	if names == nil {
		return nil
	}
	set := make(map[uint32]bool, len(names))
	for _, n := range names {
		set[nameHash(n)] = true
	}
	return set
}

// May reports whether the filter may select the alert of a LogEntry, or of Criteria.
func (f *Choice) May(entry []byte) bool {
	_, rest, told := bytes.Cut(entry, []byte{0})
	if !told || len(rest) < 6 || rest[5] == 255 {
		return true
	}
	severity, target, rules := notify.Severity(int8(rest[0])), binary.BigEndian.Uint32(rest[1:]), int(rest[5])
	rest = rest[6:]
	if f.Severities != nil && !slices.Contains(f.Severities, severity) || f.targets != nil && !f.targets[target] || len(rest) < 4*rules {
		return false
	}
	return anyOf(f.rules, rest[:4*rules]) && anyOf(f.feeds, rest[4*rules:])
}

// anyOf reports whether one of the hashes is in a set; a nil set contains all.
func anyOf(set map[uint32]bool, hashes []byte) bool {
	if set == nil {
		return true
	}
	for ; len(hashes) >= 4; hashes = hashes[4:] {
		if set[binary.BigEndian.Uint32(hashes)] {
			return true
		}
	}
	return false
}
