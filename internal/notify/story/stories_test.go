//go:build !race

package story

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// tellers are stories with the sketches that a store keeps for them.
type tellers struct {
	Stories
	sketches map[Key]Sketch
	read     int
}

// tell finds the story of an article and adds it.
func (s *tellers) tell(tb testing.TB, a Sketched, text Sketch) Key {
	tb.Helper()
	story, err := s.Story(a, text, func(t Sketched) (Sketch, error) {
		s.read++
		return s.sketches[t.Item], nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if s.sketches == nil {
		s.sketches = make(map[Key]Sketch)
	}
	a.Story, s.sketches[a.Item] = story, text
	s.Add(a, text.Index)
	return story
}

var firstSeen = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// The index finds what a comparison with all would find.
func TestStoriesFindsAll(t *testing.T) {
	var s tellers
	var before []Sketch
	missed, all := 0, 0
	for i, n := range append(makeNews(t, "stories.txt"), makeForms(t, "forms.txt")...) {
		a := Sketched{Item: storyKeyOf(fmt.Sprint(i)), Feed: fmt.Sprint("feed ", i), Seen: firstSeen.Add(time.Duration(i) * time.Second)}
		text := SketchOf(n.title, n.text)
		found := s.tell(t, a, text) != a.Item
		want := slices.ContainsFunc(before, func(o Sketch) bool { return o.SameStory(text) })
		if found && !want {
			t.Errorf("%s (%s): found though nothing is the same", n.story, n.how)
		}
		if want {
			all++
		}
		if want && !found {
			missed++
			t.Logf("%s (%s): not found", n.story, n.how)
		}
		before = append(before, text)
	}
	if missed*200 > all {
		t.Errorf("%d of %d were not found", missed, all)
	}
}

// warning is a form of words that is filled in for n.
func warning(n int) (title, text string) {
	const letters = "bcdfgklmnpqrstvxz" // without letters in which two spellings of one name differ
	place := fmt.Sprintf("%c%c", 'A'+n%26, letters[n/26%17])
	for rest := n / 442; rest > 0; rest /= 17 {
		letter := string(letters[rest%17])
		place += "a" + letter + "a" + letter
	}
	place += "aville"
	return "Air raid alert in " + place, "The regional administration has declared an air raid alert for the region of " + place + ". Residents should go to the nearest shelter at once and stay there until the all clear is given. Air defence units are at work. Do not film or publish the movement of troops. Further information follows on the channels of the emergency service."
}

// However many near-identical articles two feeds have had, an article is compared with a
// few, and the one that it is a copy of is among them.
func TestStoriesOfOneForm(t *testing.T) {
	const forms = 400
	var s tellers
	for i := range forms {
		for _, feed := range []string{"a", "b"} {
			a := Sketched{Item: storyKeyOf(feed, fmt.Sprint(i)), Feed: feed, Seen: firstSeen}
			story, before := Key{}, s.read
			if story = s.tell(t, a, SketchOf(warning(i))); story != storyKeyOf("a", fmt.Sprint(i)) {
				t.Fatalf("warning %d of feed %s is taken for another", i, feed)
			}
			if s.read-before > maxCompared {
				t.Fatalf("warning %d of feed %s is compared with %d", i, feed, s.read-before)
			}
		}
	}
	for i := range forms {
		a := Sketched{Item: storyKeyOf("c", fmt.Sprint(i)), Feed: "c", Seen: firstSeen}
		if story := s.tell(t, a, SketchOf(warning(i))); story != storyKeyOf("a", fmt.Sprint(i)) {
			t.Fatalf("the copy of warning %d, of %d, is not found", i, forms)
		}
	}
}

// Articles older than the window are neither found nor kept.
func TestStoriesForget(t *testing.T) {
	var s tellers
	for i := range 500 {
		a := Sketched{Item: storyKeyOf(fmt.Sprint(i)), Feed: fmt.Sprint(i), Seen: firstSeen.Add(time.Duration(i) * time.Hour)}
		story := s.tell(t, a, SketchOf("", numbered(fmt.Sprint("w", i/100, "x"), 60)))
		if story != a.Item != (i%100 > 0) {
			t.Fatalf("article %d: story found %v", i, story != a.Item)
		}
	}
	if len(s.told) > 100 || len(s.items) > 100 || len(s.lists) > 5000 {
		t.Errorf("it keeps %d articles, %d keys, %d hashes of 72 hours", len(s.told), len(s.items), len(s.lists))
	}
	if s.Knows(storyKeyOf("0")) || !s.Knows(storyKeyOf("499")) {
		t.Error("it knows the first article, or not the last one")
	}
}

// BenchmarkStories measures finding the story of an article whose form of words came so
// many times, from another feed or from its own, and the memory of the index.
func BenchmarkStories(b *testing.B) {
	for _, told := range []int{1_000, 10_000, 50_000} {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		before := m.HeapAlloc
		var s tellers
		s.sketches = make(map[Key]Sketch)
		for i := range told {
			a := Sketched{Item: storyKeyOf(fmt.Sprint(i)), Story: storyKeyOf(fmt.Sprint(i)), Feed: "x", Seen: firstSeen}
			s.Add(a, SketchOf(warning(i)).Index)
		}
		runtime.GC()
		runtime.ReadMemStats(&m)
		size := float64(m.HeapAlloc-before) / float64(told)
		for i := range told {
			if i < 200 || i >= told-200 {
				s.sketches[storyKeyOf(fmt.Sprint(i))] = SketchOf(warning(i))
			}
		}
		for _, feed := range []string{"x", "y"} {
			b.Run(fmt.Sprintf("told=%d/feed=%s", told, feed), func(b *testing.B) {
				text := SketchOf(warning(100_000))
				for i := 0; b.Loop(); i++ {
					a := Sketched{Item: storyKeyOf("new", fmt.Sprint(i)), Feed: feed, Seen: firstSeen}
					story, err := s.Story(a, text, func(t Sketched) (Sketch, error) { return s.sketches[t.Item], nil })
					if err != nil || story != a.Item {
						b.Fatal("another warning is taken for this one", err)
					}
				}
				b.ReportMetric(size, "B/told")
			})
		}
		runtime.KeepAlive(s)
	}
}

func storyKeyOf(parts ...string) Key {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return Key(sum[:16])
}
