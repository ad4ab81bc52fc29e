package rules

import (
	"sync"

	"watcher/internal/feeds"
)

// Versions of what an index over kept articles takes from Cut. Whoever changes what it
// yields counts one of them up: an index of another version must be made anew. A test
// tells when.
const (
	ScannerVersion  = 1 // of where words begin and end, and how they are folded
	LanguageVersion = 1 // of how the languages of an article are told
)

// Beside stands before a word of Cut that stands in neither title nor text. The scanner
// does not see it.
const Beside = " "

// cutters are the views of Cut.
var cutters = sync.Pool{New: func() any { return new(view) }}

// Cut yields the words of an item as the matcher cuts them, for an index: each as it is
// written, with what belongs to it, and whether it stands in the title. One that stands
// in the title or the text, which is what a plain term looks at, is yielded as often as
// it stands there. One that stands only elsewhere (an author, a category, the link, the
// summary of an item with content) has Beside before it. Who keeps raw clones it, or keeps
// the item's text with it.
//
// It returns the languages that the item may be in, as a set whose meaning changes with
// LanguageVersion, and the code of that of most words, empty if that is not certain.
// It is safe for concurrent use.
func Cut(it *feeds.Item, word func(raw string, title bool)) (languages uint64, code string) {
	v := cutters.Get().(*view)
	v.load(it, inAll)
	langs, code := v.languages(), v.code
	var mayBeBeside [16]uint64 // a filter of the words beside title and text, by their hashes
	toks := v.buf.Tokens
	beside := len(toks)
	for i := range toks {
		if fields(toks[i].Tag)&inDefault == 0 {
			beside = min(beside, i)
			mayBeBeside[toks[i].Hash>>6&15] |= 1 << (toks[i].Hash & 63)
		}
	}
	var known map[string]bool // of those, what stands in title or text, too
	for i := range toks[:beside] {
		t := &toks[i]
		raw := v.raw(t)
		word(raw, fields(t.Tag)&inTitle != 0)
		if mayBeBeside[t.Hash>>6&15]>>(t.Hash&63)&1 != 0 {
			if known == nil {
				known = map[string]bool{}
			}
			known[raw] = true
		}
	}
	for i := range toks[beside:] {
		if raw := v.raw(&toks[beside+i]); !known[raw] {
			word(Beside+raw, false)
		}
	}
	if v.buf.Size() <= keep {
		v.forget()
		cutters.Put(v)
	}
	return uint64(langs), code
}

// forget lets go of the item's texts.
func (v *view) forget() {
	v.item = nil
	clear(v.parts[:cap(v.parts)])
	clear(v.texts[:cap(v.texts)])
}
