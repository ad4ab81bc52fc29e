package rules

import (
	"sync"

	"watcher/internal/feeds"
)

// Versions of the words that Cut yields for an index over kept articles. Whoever
// changes them increments one: an index of another version must be rebuilt. A test
// tells when.
const (
	ScannerVersion  = 1 // of where words begin and end, and how they are folded
	LanguageVersion = 2 // of how the languages of an article are told
)

// Beside precedes a word of Cut that is in neither title nor text. The scanner ignores
// it.
const Beside = " "

// cutters is the pool of views for Cut.
var cutters = sync.Pool{New: func() any { return new(view) }}

// Cut yields the words of an item as the matcher cuts them, for an index: each word as
// written, with the signs that belong to it, and whether it is in the title. A word in
// the title or the text, where a plain term looks, is yielded once for each occurrence.
// A word that is only elsewhere (an author, a category, the link, the summary of an
// item with content) is preceded by Beside. raw points into the item's text: clone it
// to keep it.
//
// Cut returns the languages that the item may be in, as a set whose meaning changes
// with LanguageVersion, and the code of the language of most words, empty if uncertain.
// It is safe for concurrent use.
func Cut(it *feeds.Item, word func(raw string, title bool)) (languages uint64, code string) {
	v := cutters.Get().(*view)
	v.load(it, inAll)
	langs, code := v.languages(), v.code
	var mayBeBeside [16]uint64 // a filter of the hashes of the words beside title and text
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

// forget releases the item's texts.
func (v *view) forget() {
	v.item = nil
	clear(v.parts[:cap(v.parts)])
	clear(v.texts[:cap(v.texts)])
}
