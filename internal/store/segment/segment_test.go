package segment_test

import (
	"slices"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/rules/words"
	"watcher/internal/store/segment"
)

// cut cuts an article's title and content.
func cut(it *feeds.Item, word func(raw string, title bool)) (languages uint64, code string) {
	for i, text := range []string{it.Title, it.Content} {
		var b words.Buffer
		b.Scan(text, 0)
		for _, t := range b.Tokens {
			word(text[t.Start:t.End], i == 0)
		}
	}
	return uint64(len(it.Language)), it.Language
}

func TestSealed(t *testing.T) {
	articles := []segment.Article{
		{Seen: time.Unix(1, 5).UTC(), Feed: 1, Item: feeds.Item{Feed: "a", Title: "NATO in Łódź", Content: "Nato's troops"}},
		{Seen: time.Unix(2, 0).UTC(), Feed: 2, Item: feeds.Item{Feed: "b", Title: "Troops", Content: "in the U.S. of NATO"}},
	}
	m := segment.NewMemory(cut, func(i int) (segment.Article, error) { return articles[i], nil })
	for i := range articles {
		m.Add(&articles[i])
	}
	codec, err := segment.NewCodec()
	if err != nil {
		t.Fatal(err)
	}
	built, err := codec.Build(t.Context(), m, nil, segment.Versions{Scanner: 1})
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
