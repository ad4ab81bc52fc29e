package notify

import (
	"hash/fnv"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// StoryWindow is how long after an article a near-identical one is the same
// story.
const StoryWindow = 72 * time.Hour

const (
	// storyWords is how many words a text must have to be compared: what two
	// short texts share is mostly how such texts are written.
	storyWords = 40
	// shingle is how many neighbouring words are hashed together. Of a text in
	// which every fourth word was replaced, half of the pairs are left, and four
	// in ten of the triples; two texts of nothing in common share a tenth of
	// their pairs, since languages have many that are always there.
	shingle = 2
	// sketchSize bounds a sketch. Texts of fewer shingles are kept whole.
	sketchSize = 400
)

// The part of the shorter article that must stand in the longer one for the two
// to be the same story: of a long one less, as it is rewritten and rearranged;
// but more than the background that a follow-up repeats. Of a short one more:
// what it shares is often only the line that a publisher puts under everything.
// TestStoryThreshold measures it.
const (
	sameLong  = 0.45
	sameShort = 0.5
	// longText and shortText are numbers of shingles; between them it is in between.
	longText  = 120
	shortText = 60
)

// Sketch stands for the text of an article where articles are compared: the
// smallest hashes of its shingles (MinHash by Broder's bottom-k sketch), in
// order. Unlike signatures of fixed positions it tells how much of a short text
// is in a long one. Nil stands for a text that is not compared.
type Sketch []uint32

// SketchOf returns the sketch of a text, nil if it has fewer than 40 words. The
// title is not part of it: every editor writes another.
func SketchOf(text string) Sketch {
	var window [shingle]uint32
	n := 0
	var s Sketch
	for w := range storyWordsOf(text) {
		copy(window[:], window[1:])
		window[shingle-1] = w
		if n++; n >= shingle {
			h := uint32(2166136261)
			for _, w := range window {
				h = (h ^ w) * 16777619
				h ^= h >> 15
			}
			// Finalizer of MurmurHash3: FNV's high bits are not even enough to
			// choose the smallest by.
			h = (h ^ h>>16) * 0x85ebca6b
			h = (h ^ h>>13) * 0xc2b2ae35
			s = append(s, h^h>>16)
		}
	}
	if n < storyWords {
		return nil
	}
	slices.Sort(s)
	s = slices.Compact(s)
	return slices.Clip(s[:min(len(s), sketchSize)])
}

// storyWordsOf yields the hashes of a text's words, whatever their case. In
// scripts that do not part words each character is one.
func storyWordsOf(text string) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		var word strings.Builder
		end := func() bool {
			if word.Len() == 0 {
				return true
			}
			h := fnv.New32a()
			h.Write([]byte(word.String()))
			word.Reset()
			return yield(h.Sum32())
		}
		for _, r := range norm.NFC.String(text) {
			switch {
			case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
				if !end() {
					return
				}
				word.WriteRune(r)
				if !end() {
					return
				}
			case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
				word.WriteRune(unicode.ToLower(r))
			default:
				if !end() {
					return
				}
			}
		}
		end()
	}
}

// Contained returns about how much of the shorter of two texts stands in the
// other, from 0 to 1. It is 0 if one of them is not compared.
func (s Sketch) Contained(o Sketch) float64 {
	if len(s) == 0 || len(o) == 0 {
		return 0
	}
	// Beyond the largest hash of a sketch that was cut nothing is known of its
	// text: both are looked at up to there only.
	s, o = s.upTo(o.limit()), o.upTo(s.limit())
	if len(s) > len(o) {
		s, o = o, s
	}
	if len(s) == 0 {
		return 0
	}
	both, j := 0, 0
	for _, h := range s {
		for j < len(o) && o[j] < h {
			j++
		}
		if j < len(o) && o[j] == h {
			both++
		}
	}
	return float64(both) / float64(len(s))
}

// limit is the largest hash up to which a sketch has all of its text.
func (s Sketch) limit() uint32 {
	if len(s) < sketchSize {
		return 1<<32 - 1
	}
	return s[len(s)-1]
}

func (s Sketch) upTo(limit uint32) Sketch {
	i, found := slices.BinarySearch(s, limit)
	if found {
		i++
	}
	return s[:i]
}

// SameStory says whether two articles are the same story.
func (s Sketch) SameStory(o Sketch) bool { return s.Contained(o) >= needed(min(len(s), len(o))) }

// needed is the part that must be contained of a text of n shingles.
func needed(n int) float64 {
	part := float64(min(max(n, shortText), longText)-shortText) / (longText - shortText)
	return sameShort + part*(sameLong-sameShort)
}

// Stories finds the story that an article is part of among those that came up
// within the window. The store fills it from what it keeps. It is used by one
// goroutine. The zero value is empty.
type Stories struct {
	told  []Article
	first int              // index of told[0], as byHash counts
	items map[Key]Key      // story by article
	words map[uint32][]int // articles by a part of their sketches' hashes
}

// Article is what is remembered of an article to find its story.
type Article struct {
	Item  Key // of the article
	Story Key // the Item of the first article of its story
	Feed  string
	Seen  time.Time
	Text  Sketch
}

// indexed is the part of all hashes by which articles are looked up: an eighth
// of them, which for the shortest texts still are five.
const indexed = 1 << 32 / 8

// Story returns the story of an article that is not among the told: that of the
// article of another feed that it has most in common with, else its own.
func (s *Stories) Story(a Article) Key {
	if story, ok := s.items[a.Item]; ok {
		return story
	}
	limit := a.Seen.Add(-StoryWindow)
	s.forget(limit)
	best, story := 0.0, a.Item
	looked := make(map[int]bool)
	for _, h := range a.Text.upTo(indexed) {
		for _, i := range s.words[h] {
			if i < s.first || looked[i] {
				continue
			}
			looked[i] = true
			t := s.told[i-s.first]
			if t.Feed == a.Feed || t.Seen.Before(limit) || !a.Text.SameStory(t.Text) {
				continue
			}
			if c := a.Text.Contained(t.Text); c > best {
				best, story = c, t.Story
			}
		}
	}
	return story
}

// Knows says whether an article is among the told.
func (s *Stories) Knows(item Key) bool {
	_, ok := s.items[item]
	return ok
}

// Add adds an article to the told. They come in the order of Seen.
func (s *Stories) Add(a Article) {
	if s.items == nil {
		s.items, s.words = make(map[Key]Key), make(map[uint32][]int)
	}
	s.items[a.Item] = a.Story
	for _, h := range a.Text.upTo(indexed) {
		s.words[h] = append(s.words[h], s.first+len(s.told))
	}
	s.told = append(s.told, a)
}

// forget drops what was seen before the limit.
func (s *Stories) forget(limit time.Time) {
	n := 0
	for n < len(s.told) && s.told[n].Seen.Before(limit) {
		n++
	}
	if n == 0 || n < len(s.told)/8 {
		return // not for each article anew
	}
	s.first += n
	for _, a := range s.told[:n] {
		delete(s.items, a.Item)
		for _, h := range a.Text.upTo(indexed) {
			is := s.words[h]
			for len(is) > 0 && is[0] < s.first {
				is = is[1:]
			}
			if len(is) == 0 {
				delete(s.words, h)
			} else {
				s.words[h] = is
			}
		}
	}
	s.told = slices.Clone(s.told[n:])
}
