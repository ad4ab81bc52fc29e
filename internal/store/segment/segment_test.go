package segment_test

import (
	"slices"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/rules/words"
	"watcher/internal/store/segment"
)

// cutOf cuts an article's title and content.
func cutOf(a *segment.Article) *segment.Cut {
	cut := &segment.Cut{Languages: uint64(len(a.Item.Language)), Code: a.Item.Language}
	for i, text := range []string{a.Item.Title, a.Item.Content} {
		var b words.Buffer
		b.Scan(text, 0)
		for _, t := range b.Tokens {
			cut.Words = append(cut.Words, segment.Occurrence{Raw: text[t.Start:t.End], Title: i == 0})
		}
	}
	return cut
}

func TestSealed(t *testing.T) {
	articles := []segment.Article{
		{Seen: time.Unix(1, 5).UTC(), Feed: 1, Item: feeds.Item{Feed: "a", Title: "NATO in Łódź", Content: "Nato's troops"}},
		{Seen: time.Unix(2, 0).UTC(), Feed: 2, Item: feeds.Item{Feed: "b", Title: "Troops", Content: "in the U.S. of NATO"}},
	}
	m := segment.NewMemory(func(i int) (segment.Article, error) { return articles[i], nil })
	for i := range articles {
		m.Add(&articles[i], cutOf(&articles[i]))
	}
	codec := segment.NewCodec()
	built, err := codec.Build(t.Context(), m, segment.Versions{Scanner: 1})
	if err != nil {
		t.Fatal(err)
	}
	s, err := codec.Open(built.Header, func(i uint32) ([]byte, error) { return built.Pieces[i], nil })
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for e, err := range s.Words("n", "u") {
		if err != nil {
			t.Fatal(err)
		}
		ps, err := s.Postings(e, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range ps {
			w := e.Raw
			if p.InTitle() {
				w += " in the title"
			}
			got = append(got, w)
		}
	}
	if want := []string{"NATO in the title", "NATO", "Nato's", "of", "the", "Troops in the title", "troops"}; !slices.Equal(got, want) {
		t.Errorf("words from n to u are %q, want %q", got, want)
	}
}
