package seen

import (
	"slices"
	"strings"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fingerprint"
)

// maxBlocks is how many blocks are remembered of a feed.
const maxBlocks = 8

// sharedBlocks returns the blocks of text that two or more of some items have, in the
// order in which they occur.
func sharedBlocks(items []*feeds.Item) []uint32 {
	if len(items) < 2 {
		return nil
	}
	var shared []uint32
	in := make(map[uint32]int) // the last item that has the block, counted from 1; negative once shared
	for n, it := range items {
		for _, text := range [...]string{it.Summary, it.Content} {
			for block := range fingerprint.Blocks(text) {
				h := fingerprint.BlockHash(block)
				switch last := in[h]; {
				case h == 0 || last == n+1 || last < 0:
				case last == 0:
					in[h] = n + 1
				default:
					in[h] = -1
					shared = append(shared, h)
				}
			}
		}
	}
	return shared
}

// without returns an item without some blocks of its text.
func without(it *feeds.Item, some map[uint32]bool) (rest feeds.Item, less bool) {
	rest = *it
	for _, text := range [...]*string{&rest.Summary, &rest.Content} {
		var b strings.Builder
		for block := range fingerprint.Blocks(*text) {
			if some[fingerprint.BlockHash(block)] {
				less = true
				b.WriteString("\n") // what stood before and behind it are no neighbours
			} else {
				b.WriteString(block)
			}
		}
		*text = b.String()
	}
	return rest, less
}

// findAlike finds the blocks that changed in the same way in two or more items: a box
// with the latest headline under each article is news of none of them.
func (j *judgement) findAlike(v *Verdict) {
	changed := make([]*feeds.Item, len(v.Changed))
	for i := range v.Changed {
		changed[i] = &v.Changed[i]
	}
	alike := make(map[uint32]bool)
	for _, h := range sharedBlocks(changed) {
		if !slices.Contains(j.seen.blocks, h) { // that one stands under each article for good
			alike[h] = true
		}
	}
	for i := range v.Changed {
		if rest, less := without(&v.Changed[i], alike); less {
			if v.Rest == nil {
				v.Rest = make(map[uint64]feeds.Item)
			}
			v.Rest[rest.Entry.Key] = rest
		}
	}
	read := make([]*feeds.Item, len(j.read))
	for n, i := range j.read {
		read[n] = &j.doc.Items[j.item[i]]
	}
	if shared := sharedBlocks(read); len(shared) > 0 {
		j.next.blocks = slices.Clone(shared[:min(len(shared), maxBlocks)])
	}
}

// Matched returns what to store in place of s. It notes, by Entry.Key, which rules
// are matched by the items that were there before the feed was watched.
func (s *Index) Matched(rules map[uint64][]uint32) []byte {
	next := *s
	next.records = slices.Clone(s.records)
	for i := range next.records {
		if r := &next.records[i]; r.base && rules[r.Key] != nil {
			r.rules = rules[r.Key]
		}
	}
	return next.pack()
}
