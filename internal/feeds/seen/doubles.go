package seen

import (
	"slices"
	"strings"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
)

// markDoubles finds open entries that repeat another entry of the document: the same
// bytes; or the same link or guid and two other values that no third entry has; or
// the same text under versions of one guid ("…#0" and "…#2").
func (j *judgement) markDoubles(open []int) {
	if !j.anyShares(open) {
		return
	}
	have := make(map[uint64]int, values*len(j.doc.Entries))
	for i := range j.doc.Entries {
		e := &j.doc.Entries[i]
		have[e.Raw]++
		for kind := range titleMask {
			have[sign(e, kind)]++
		}
		have[sign(e, guidCore)]++
	}
	delete(have, 0)
	shares := func(e *feeds.Fingerprint) bool {
		names := namesOf(e)
		return slices.ContainsFunc(names[:], func(n uint64) bool { return have[n] > 1 })
	}
	few := func(e *feeds.Fingerprint, kind int) uint64 {
		if v := sign(e, kind); have[v] == 2 && len(j.doc.Entries) > 2 {
			return v
		}
		return 0
	}
	shown := make(map[uint64]bool)
	for i := range j.doc.Entries {
		if e := &j.doc.Entries[i]; j.match[i] >= 0 && shares(e) {
			for _, s := range signsOf(e, nil, few) {
				shown[s] = true
			}
		}
	}
	for _, i := range open {
		e := &j.doc.Entries[i]
		if !shares(e) {
			continue
		}
		signs := signsOf(e, &j.doc.Items[j.item[i]], few)
		for _, s := range signs {
			if shown[s] {
				j.match[i] = double
			}
		}
		for _, s := range signs {
			shown[s] = true
		}
	}
}

// names are what two entries for the same item in one document may have in common.
func namesOf(e *feeds.Fingerprint) [4]uint64 {
	return [...]uint64{e.Raw, sign(e, keyLink), sign(e, keyGUID), sign(e, guidCore)}
}

// anyShares reports whether an open entry shares a name with another entry. In most
// polls none does, and the rest of the work is skipped.
func (j *judgement) anyShares(open []int) bool {
	have := make(map[uint64]int, 4*len(open))
	for _, i := range open {
		for _, n := range namesOf(&j.doc.Entries[i]) {
			have[n] = 0
		}
	}
	delete(have, 0)
	for i := range j.doc.Entries {
		for _, n := range namesOf(&j.doc.Entries[i]) {
			count, is := have[n]
			if is && count > 0 {
				return true
			}
			if is {
				have[n] = count + 1
			}
		}
	}
	return false
}

// signsOf are values that no two items of a document have in common. few is the value
// of an entry that exactly one other entry has. The item is nil for an entry that was
// not read.
func signsOf(e *feeds.Fingerprint, it *feeds.Item, few func(*feeds.Fingerprint, int) uint64) []uint64 {
	signs := make([]uint64, 0, 9)
	if e.Raw != 0 {
		signs = append(signs, e.Raw)
	}
	title, date, text := few(e, keyTitle), few(e, keyDate), few(e, keyText)
	for _, k := range [...]int{keyGUID, keyLink} {
		name := few(e, k)
		if name == 0 {
			continue
		}
		if title != 0 && date != 0 {
			signs = append(signs, fingerprint.Mix(fingerprint.Mix(name, title), date))
		}
		if text != 0 && date != 0 {
			signs = append(signs, fingerprint.Mix(fingerprint.Mix(name, text), date))
		}
		if title != 0 && text != 0 && e.Date == 0 {
			signs = append(signs, fingerprint.Mix(fingerprint.Mix(name, title), text))
		}
	}
	if core := few(e, guidCore); core != 0 && few(e, keyGUID) == 0 && e.Date != 0 {
		signs = append(signs, fingerprint.Mix(fingerprint.Mix(core, saidOf(e)), 1))
	}
	if it != nil {
		if address, count, ok := strings.Cut(it.GUID, "#"); ok && strings.Trim(count, "0123456789") == "" {
			signs = append(signs, fingerprint.Mix(fingerprint.Mix(fingerprint.Hash(address), uint64(e.Title)), e.Body))
		}
	}
	return signs
}
