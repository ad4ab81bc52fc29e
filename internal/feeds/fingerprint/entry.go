package fingerprint

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"watcher/internal/feeds"

	"github.com/cespare/xxhash/v2"
)

// Said tells whether the item's title, summary or content differ from before.
func Said(e *feeds.Fingerprint) uint64 { return Mix(uint64(e.Title), e.Body) }

// bodyBits are those of a body's hash, maskBits those of what stays of a text.
const (
	bodyBits = 1<<48 - 1
	MaskBits = 1<<24 - 1
)

// Of is what is remembered of an item of the feed whose home page is home,
// a canonical link.
func Of(it *feeds.Item, home string) feeds.Fingerprint {
	var e feeds.Fingerprint
	link := feeds.CanonicalLink(it.Link)
	if link != home && strings.ContainsAny(link, "/?#") {
		e.Link = Hash(link)
	}
	switch {
	case it.GUID == it.Title:
	case e.Link != 0 && !strings.Contains(it.GUID, "#") && feeds.CanonicalLink(it.GUID) == link:
		e.GUID = e.Link
	default:
		e.GUID = Hash(feeds.StrippedGUID(it.GUID))
	}
	e.LinkCore = coreHash(linkCoreOf(it.Link))
	switch {
	case e.GUID != 0 && e.GUID == e.Link:
		e.GUIDCore = e.LinkCore
	case e.GUID != 0:
		e.GUIDCore = coreHash(coreOf(it.GUID))
	}
	date := it.Published
	if e.Update = date.IsZero(); e.Update {
		date = it.Updated
	}
	if date.IsZero() {
		e.Update = false
	} else {
		e.Date = max(1, uint32(date.Unix()))
	}
	if it.Title != "" {
		e.Title = uint32(Hash(it.Title)>>32 | 1)
		e.TitleMask = titleMaskOf(it.Title)
	}
	if it.Summary != "" || it.Content != "" {
		var d xxhash.Digest
		d.Reset()
		_, _ = d.WriteString(it.Summary)
		_, _ = d.WriteString("\x00")
		_, _ = d.WriteString(it.Content)
		e.Body = d.Sum64()&bodyBits | 1
		e.BodyMask, e.Sketch = digest(it.Summary, it.Content)
		e.BodyCore = longestBlock(it.Summary, it.Content)
	}
	return e
}

// GoesOnFrom reports whether the text of an item begins with the whole text of another
// one, not counting the dot at its end. body is the Entry.Body of that one.
func GoesOnFrom(it *feeds.Item, body uint64) bool {
	before, text, after := "", it.Summary, "\x00"
	if it.Content != "" {
		before, text, after = it.Summary+"\x00", it.Content, ""
	}
	var d xxhash.Digest
	d.Reset()
	_, _ = d.WriteString(before)
	for range maxSketch {
		at := strings.IndexAny(text[min(1, len(text)):], " \n")
		if at < 0 {
			return false
		}
		_, _ = d.WriteString(text[:at+1])
		text = text[at+1:]
		for _, end := range [...]string{"", "."} {
			whole := d
			_, _ = whole.WriteString(end + after)
			if whole.Sum64()&bodyBits|1 == body {
				return true
			}
		}
	}
	return false
}

// Bounds of a sketch: how many words a text must have, and how many of the first are
// read. An edit at the end of a long text does not make it another text.
const (
	minSketch = 20
	maxSketch = 256
)

// digest returns the hash of the texts without their numbers and ages, 0 if they have
// none, and the sketch.
func digest(texts ...string) (mask, sketch uint32) {
	var d digester
	for _, t := range texts {
		d.read(t)
	}
	return d.mask(), d.sketch()
}

// titleMaskOf is the hash of a title without numbers, punctuation and a tag in
// brackets before it.
func titleMaskOf(title string) uint32 {
	if rest, ok := strings.CutPrefix(title, "["); ok {
		if _, after, found := strings.Cut(rest, "] "); found {
			title = after
		}
	}
	var d digester
	d.read(title)
	d.moves = d.words > 0
	return d.mask()
}

// digester reads texts word by word.
type digester struct {
	words    int
	last     uint64    // hash of the last word
	masked   uint64    // hash of all words before those of pending, without their digits
	pending  [2]uint64 // the last two words: an "ago" makes an age of them
	moves    bool      // there are numbers or ages
	smallest [4]uint32
}

func (d *digester) read(text string) {
	const prime = 0x9e3779b97f4a7c15
	word, digits, from := uint64(0), false, -1
	for i := 0; i < len(text); i++ {
		at := i
		switch c := text[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			word = (word ^ uint64(c)) * prime
		case c >= '0' && c <= '9':
			if !digits {
				word = (word ^ '0') * prime
			}
			digits = true
		default:
			size, letter := 1, false
			if c >= utf8.RuneSelf {
				r, n := utf8.DecodeRuneInString(text[i:])
				letter, size = unicode.IsLetter(r) || unicode.IsMark(r), n
			}
			i += size - 1
			if !letter {
				if from >= 0 {
					d.add(NonZero(word), digits, text[from:at])
				}
				word, digits, from = 0, false, -1
				continue
			}
			for _, b := range []byte(text[at : at+size]) {
				word = (word ^ uint64(b)) * prime
			}
		}
		if from < 0 {
			from = at
		}
	}
	if from >= 0 {
		d.add(NonZero(word), digits, text[from:])
	}
}

func (d *digester) add(word uint64, digits bool, text string) {
	d.moves = d.moves || digits
	if text == "ago" {
		d.pending = [2]uint64{}
		d.moves = true
	}
	d.masked = Mix(d.masked, d.pending[0])
	d.pending = [2]uint64{d.pending[1], word}
	if d.words++; d.words > 1 && d.words <= maxSketch {
		h := Mix(d.last, word)
		for i := range d.smallest {
			h = h*0xd6e8feb86659fd93 + 0x2545f4914f6cdd1d
			if v := ^uint32(h >> 32); v > d.smallest[i] { // so that zero is no hash yet
				d.smallest[i] = v
			}
		}
	}
	d.last = word
}

func (d *digester) mask() uint32 {
	if !d.moves {
		return 0
	}
	return uint32(Mix(Mix(d.masked, d.pending[0]), d.pending[1]))&MaskBits | 1
}

func (d *digester) sketch() uint32 {
	if d.words < minSketch {
		return 0
	}
	var s uint32
	for _, v := range d.smallest {
		s = s<<8 | v*0x9e3779b1>>24
	}
	return max(s, 1)
}

// Similar reports whether two bodies are one text with few edits.
func Similar(a, b uint32) bool {
	if a == 0 || b == 0 {
		return false
	}
	same := 0
	for x, i := a^b, 0; i < 4; x, i = x>>8, i+1 {
		if x&0xff == 0 {
			same++
		}
	}
	return same >= 3
}

// LegacyAliases are hashes by which versions before this one knew an item: of
// title and date, and of title, summary and content.
func LegacyAliases(it *feeds.Item) (dated, text uint64) {
	var d xxhash.Digest
	d.Reset()
	for _, s := range [...]string{it.Title, it.Summary, it.Content} {
		_, _ = d.WriteString(s)
		_, _ = d.WriteString("\x00")
	}
	text = NonZero(d.Sum64())
	date := it.Published
	if date.IsZero() {
		date = it.Updated
	}
	switch {
	case !date.IsZero() && it.Title != "":
		dated = Hash(it.Title + "\x00" + date.Format(time.RFC3339))
	case !date.IsZero():
		dated = Hash(it.Text() + "\x00" + date.Format(time.RFC3339))
	default:
		dated = text
	}
	return dated, text
}
