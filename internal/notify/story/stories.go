package story

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// StoryWindow is how long after an article a near-identical one is the same
// story.
const StoryWindow = 72 * time.Hour

const (
	// indexedPairs and indexedNames are how many of a text's pairs of words, the
	// smallest of their hashes, and how many of its names and figures lead to it.
	indexedPairs = 48
	indexedNames = 16
	// maxPlaces is how many articles, the latest first, are looked at for each of
	// an article's hashes, and maxCompared with how many it is compared. Those that
	// share what few others have come first: a copy has all that the first one has,
	// its names and figures too, and so no other comes before that. It is missed if
	// maxPlaces later ones have each of its pairs, names and figures.
	maxPlaces   = 128
	maxCompared = 8
	// maxTold is how many articles are remembered: some 70 MB.
	maxTold = 50_000
)

// Indexed returns a sketch with what leads to it.
func (s Sketch) Indexed() Sketch {
	s.Index = slices.Clone(s.Text[:min(len(s.Text), indexedPairs)])
	var names []uint32
	for _, w := range transcriptOf(s.Said).text {
		if w.capital && !w.first || w.figure {
			names = append(names, mixed(hashOf("name"), hashOf(w.letters)))
		}
	}
	s.Index = append(s.Index, setOf(names, indexedNames)...)
	slices.Sort(s.Index)
	s.Index = slices.Clip(slices.Compact(s.Index))
	return s
}

// Key is a hash of an article's identity.
type Key [16]byte

// Sketched is what is remembered of an article to find its story.
type Sketched struct {
	Item  Key // of the article
	Story Key // the Item of the first article of its story
	Feed  string
	Seen  time.Time
	// Place is where the store has the article's sketch.
	Place uint64
}

// Stories finds the story that an article is part of among those that came up
// within the window. The store fills it from what it keeps, and keeps the
// sketches: here are only the hashes that lead to them. What it costs to find a
// story does not grow with what was told. It is used by one goroutine. The zero
// value is empty.
type Stories struct {
	told  []toldArticle
	items map[Key]Key // story by article
	// places are where told articles have hashes, and lists the places of each hash.
	places []place
	lists  map[uint32]list
}

type toldArticle struct {
	Sketched
	index []uint32
}

// place is an article that has a hash, by its index. before is the place before
// it of the same hash, and other the last one before it that is of another feed; -1
// for none. With other, all that a feed has shown in a row is passed at one step.
type place struct{ article, before, other int32 }

// list is the last place of a hash, and how many it has.
type list struct{ last, n int32 }

// Story returns the story of an article: that of the article of another feed that
// it has most in common with, else its own. sketchOf returns the sketch of a told
// article, the zero one if it is no longer kept.
func (s *Stories) Story(a Sketched, text Sketch, sketchOf func(Sketched) (Sketch, error)) (Key, error) {
	if story, ok := s.items[a.Item]; ok {
		return story, nil
	}
	limit := a.Seen.Add(-StoryWindow)
	s.forget(limit)
	best, story, said := 0.0, a.Item, transcriptOf(text.Said)
	for _, i := range s.likely(a.Feed, text.Index, limit) {
		t := s.told[i].Sketched
		told, err := sketchOf(t)
		if err != nil {
			return Key{}, fmt.Errorf("read what %s told: %w", t.Feed, err)
		}
		if c := text.Contained(told); c > best && text.sameWords(told) && !sameForm(said, transcriptOf(told.Said)) {
			best, story = c, t.Story
		}
	}
	return story, nil
}

// Candidates returns the told articles that Story compares an article with: a store whose
// sketches are far away fetches those of many articles at once.
func (s *Stories) Candidates(a Sketched, text Sketch) []Sketched {
	if s.Knows(a.Item) {
		return nil
	}
	var found []Sketched
	for _, i := range s.likely(a.Feed, text.Index, a.Seen.Add(-StoryWindow)) {
		found = append(found, s.told[i].Sketched)
	}
	return found
}

// likely returns the articles of other feeds that share most with an article, by
// their index: what few have counts for more.
func (s *Stories) likely(feed string, index []uint32, limit time.Time) []int32 {
	scores := make(map[int32]float64)
	for _, h := range index {
		l, ok := s.lists[h]
		if !ok {
			continue
		}
		at := l.last
		for range maxPlaces {
			if at < 0 {
				break
			}
			p := s.places[at]
			if t := &s.told[p.article]; t.Feed == feed {
				at = p.other
				continue
			} else if t.Seen.Before(limit) {
				break // and so are those before it
			}
			scores[p.article] += 1 / float64(l.n)
			at = p.before
		}
	}
	found := make([]int32, 0, len(scores))
	for i := range scores {
		found = append(found, i)
	}
	slices.SortFunc(found, func(a, b int32) int { return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(b, a)) })
	return found[:min(len(found), maxCompared)]
}

// Knows reports whether an article is among the told.
func (s *Stories) Knows(item Key) bool {
	_, ok := s.items[item]
	return ok
}

// Add adds an article to the told, under its sketch's Index. They come in the
// order of Seen.
func (s *Stories) Add(a Sketched, index []uint32) {
	if s.items == nil {
		s.items, s.lists = make(map[Key]Key), make(map[uint32]list)
	}
	s.items[a.Item] = a.Story
	for _, h := range index {
		l, ok := s.lists[h]
		p := place{int32(len(s.told)), -1, -1}
		if ok {
			before := s.places[l.last]
			p.before, p.other = l.last, l.last
			if s.told[before.article].Feed == a.Feed {
				p.other = before.other
			}
		}
		s.lists[h] = list{int32(len(s.places)), l.n + 1}
		s.places = append(s.places, p)
	}
	s.told = append(s.told, toldArticle{a, index})
}

// Undo takes back the last n articles that were added.
func (s *Stories) Undo(n int) {
	for ; n > 0 && len(s.told) > 0; n-- {
		last := s.told[len(s.told)-1]
		for range last.index {
			p := s.places[len(s.places)-1]
			s.places = s.places[:len(s.places)-1]
			h := last.index[len(last.index)-1]
			last.index = last.index[:len(last.index)-1]
			if l := s.lists[h]; p.before >= 0 {
				s.lists[h] = list{p.before, l.n - 1}
			} else {
				delete(s.lists, h)
			}
		}
		delete(s.items, last.Item)
		s.told = s.told[:len(s.told)-1]
	}
}

// forget drops what was seen before the limit and what is too much, once that is
// an eighth of all.
func (s *Stories) forget(limit time.Time) {
	n := max(0, len(s.told)-maxTold)
	for n < len(s.told) && s.told[n].Seen.Before(limit) {
		n++
	}
	if n == 0 || n < len(s.told)/8 {
		return // not for each article anew
	}
	rest := s.told[n:]
	*s = Stories{}
	for _, t := range rest {
		s.Add(t.Sketched, t.index)
	}
}
