package story

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// StoryWindow is how long after an article a near-identical one belongs to its story.
const StoryWindow = 72 * time.Hour

const (
	// indexedPairs and indexedNames are how many pairs of words of a text, those with
	// the smallest hashes, and how many of its names and figures it is indexed by.
	indexedPairs = 48
	indexedNames = 16
	// maxPlaces is how many articles, latest first, are considered for each hash of an
	// article, and maxCompared how many it is compared with. Those that share rare
	// hashes come first: a copy shares all hashes with the original, names and figures
	// included, so nothing comes before the original. It is missed only if maxPlaces
	// later articles have each of its pairs, names and figures.
	maxPlaces   = 128
	maxCompared = 8
	// maxTold is how many articles are kept: some 70 MB.
	maxTold = 50_000
)

// Indexed returns the sketch with its Index.
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

// Sketched is what is kept of an article to find its story.
type Sketched struct {
	Item  Key // of the article
	Story Key // the Item of the first article of its story
	Feed  string
	Seen  time.Time
	// Place is the store's position of the article's sketch.
	Place uint64
}

// Stories finds the story of an article among the articles of the window. The store
// fills it from its records and keeps the sketches; Stories has only the hashes that
// lead to them. The cost of finding a story does not grow with the number of articles.
// It is for one goroutine. The zero value is empty.
type Stories struct {
	told  []toldArticle
	items map[Key]Key // story by article
	// places are the articles that have a hash, and lists the places of each hash.
	places []place
	lists  map[uint32]list
}

type toldArticle struct {
	Sketched
	index []uint32
}

// place is an article with a hash, by its index. before is the preceding place of the
// same hash, and other the last preceding one of another feed; -1 for none. With other,
// a run of articles of one feed is skipped in one step.
type place struct{ article, before, other int32 }

// list is the last place of a hash, and the number of its places.
type list struct{ last, n int32 }

// Story returns the story of an article: that of the article of another feed with which
// it shares most, else its own. sketchOf returns the sketch of an earlier article, the
// zero one if it is no longer kept.
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

// Candidates returns the earlier articles that Story would compare an article with, for
// stores that fetch the sketches of many articles at once.
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

// likely returns the articles of other feeds that share most hashes with an article;
// rare hashes count for more.
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
				break // all places before it are older
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

// Knows reports whether an article was added.
func (s *Stories) Knows(item Key) bool {
	_, ok := s.items[item]
	return ok
}

// Add adds an article under its sketch's Index. Articles are added in the order of
// Seen.
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

// Undo removes the last n articles.
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

// forget drops articles seen before the limit and those above maxTold, once they are an
// eighth of all.
func (s *Stories) forget(limit time.Time) {
	n := max(0, len(s.told)-maxTold)
	for n < len(s.told) && s.told[n].Seen.Before(limit) {
		n++
	}
	if n == 0 || n < len(s.told)/8 {
		return // too few to be worth it yet
	}
	rest := s.told[n:]
	*s = Stories{}
	for _, t := range rest {
		s.Add(t.Sketched, t.index)
	}
}
