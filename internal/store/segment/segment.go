// Package segment is the form in which a run of kept articles is sealed: their text,
// packed, an index over their words, and columns of what is asked of many at once.
// It is bytes in, bytes out, and knows neither the file that the bytes lie in nor
// the query language.
//
// A run begins as a Memory, to which articles are added as the matcher cuts them into
// words. Codec.Build makes a header and pieces of it, and Codec.Open
// reads them. Both answer the same questions: which words begin so, which articles
// have this word, what is in column such, what does article i say.
package segment

import (
	"time"

	"watcher/internal/feeds"
)

// Article is a kept article. Of Item.Entry only the Key survives in a segment: the
// other hashes tell an item of a feed from others when it is read, and nobody asks
// them of one that is kept.
type Article struct {
	Seen time.Time // when it first came up, UTC; the zero time comes back as 1970
	Feed uint64    // the store's number of the feed
	Item feeds.Item
}

// Cut is how the matcher cuts an article into words: it calls word with each of them
// as the article writes it, with what belongs to it (the 's, the dots of U.S.), in any
// order and as often as it stands there. What else the matcher knows of one word by
// itself, its folded form and its flags, follows from that, so a key of the index is
// the word as written. What the scanner does not see may stand before it, to make
// another key of it.
//
// It returns the languages that the article may be in, as a set of the matcher's, and
// the code of that of most words, empty if it is not certain.
type Cut func(it *feeds.Item, word func(raw string, title bool)) (languages uint64, code string)

// IndexWord is a word of an index.
type IndexWord struct {
	Raw    string
	Folded string // what the scanner makes of it; entries are in the order of this, then of Raw
	Flags  uint8  // of words.Token

	Articles int // how many have it
	list     list
}

// list is where the postings of a word are.
type list struct {
	chunk *chunk // nil in a Memory
	at    uint32 // the word's number in its chunk or Memory
}

// Posting says that a word stands in an article: the article's position, and whether
// it stands in the title.
type Posting uint32

func postingOf(position int, title bool) Posting {
	p := Posting(position) << 1
	if title {
		p |= 1
	}
	return p
}

// Position is the article's, 0 is the oldest.
func (p Posting) Position() int { return int(p >> 1) }

// InTitle reports whether the word stands in the title, and perhaps elsewhere too. If
// not it stands elsewhere only.
func (p Posting) InTitle() bool { return p&1 != 0 }

// Columns are what is asked of many articles at once. Those by article have Len
// values each; Origin and Speech are places in the tables Origins and Speeches, in
// which no two are the same.
type Columns struct {
	Seen      []int64 // nanoseconds since 1970; clocks jump, so they need not ascend
	Published []int64 // seconds since 1970; NoTime if there is none
	Origin    []uint32
	Speech    []uint32

	Origins  []*Origin
	Speeches []Speech
}

// NoTime is the Published of an article without a date: that of the zero time.
const NoTime = -62135596800

// Origin is where articles came from: the feed as it was configured then.
type Origin struct {
	Feed    uint64 // the store's number
	Name    string // Item.Feed
	FeedURL string
	Tags    []string
}

// Speech is what is known of the language of articles.
type Speech struct {
	Declared  string // Item.Language
	Languages uint64 // as Cut has them
	Code      string
}

// Versions say what articles were cut with. A segment whose versions are not those
// that the program has still gives its articles, but its words and languages must not
// be asked.
type Versions struct {
	Scanner   uint32 // of what cuts words and folds them
	Languages uint32 // of what tells languages
}
