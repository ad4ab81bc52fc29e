package segment_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"watcher/internal/feeds"
	"watcher/internal/rules/words"
	"watcher/internal/store/segment"
)

// cut cuts an article into the words of its title and text, and those of its authors,
// with a space before them.
func cut(it *feeds.Item, word func(raw string, title bool)) (languages uint64, code string) {
	var b words.Buffer
	for i, text := range append([]string{it.Title, it.Text()}, it.Authors...) {
		b.Reset()
		b.Scan(text, 0)
		for _, t := range b.Tokens {
			raw := text[t.Start:t.End]
			if i > 1 {
				raw = " " + raw
			}
			word(raw, i == 0)
		}
	}
	return uint64(len(it.Language)), it.Language
}

// index is what Memory and Segment have in common.
type index interface {
	Len() int
	Words(from, to string) func(func(segment.IndexWord, error) bool)
	Postings(w segment.IndexWord, into []segment.Posting) ([]segment.Posting, error)
	Columns() (*segment.Columns, error)
	Article(position int) (segment.Article, error)
}

type memory struct{ *segment.Memory }

func (m memory) Words(from, to string) func(func(segment.IndexWord, error) bool) {
	return m.Memory.Words(from, to)
}

type sealed struct{ *segment.Segment }

func (s sealed) Words(from, to string) func(func(segment.IndexWord, error) bool) {
	return s.Segment.Words(from, to)
}

func newCodec(tb testing.TB) *segment.Codec {
	tb.Helper()
	c, err := segment.NewCodec()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func memoryOf(articles []segment.Article) *segment.Memory {
	m := segment.NewMemory(cut, func(i int) (segment.Article, error) { return articles[i], nil })
	for i := range articles {
		m.Add(&articles[i])
	}
	return m
}

// tb is a test, or a property's.
type tb interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func build(t tb, c *segment.Codec, m *segment.Memory, d *segment.Dict) *segment.Built {
	t.Helper()
	b, err := c.Build(context.Background(), m, d, segment.Versions{Scanner: 3, Languages: 4})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t tb, c *segment.Codec, b *segment.Built) *segment.Segment {
	t.Helper()
	s, err := c.Open(b.Header, func(i uint32) ([]byte, error) { return b.Pieces[i], nil })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plain is the simplest index, in the order of an index.
type plain []plainWord

type plainWord struct{ folded, raw, in string } // in are the articles, with a ^ where it is in the title

func plainOf(articles []segment.Article) plain {
	in := map[string][]string{}
	for i := range articles {
		title := map[string]bool{}
		cut(&articles[i].Item, func(raw string, in bool) { title[raw] = title[raw] || in })
		for raw, t := range title {
			in[raw] = append(in[raw], fmt.Sprint(i, map[bool]string{true: "^"}[t]))
		}
	}
	var all plain
	for raw, in := range in {
		all = append(all, plainWord{words.Fold(raw)[0], raw, fmt.Sprint(in)})
	}
	slices.SortFunc(all, func(a, b plainWord) int { return cmp.Or(cmp.Compare(a.folded, b.folded), cmp.Compare(a.raw, b.raw)) })
	return all
}

// between returns its words from or behind from and before to.
func (p plain) between(from, to string) []string {
	var out []string
	for _, w := range p {
		if w.folded >= from && (to == "" || w.folded < to) {
			out = append(out, w.raw+w.in)
		}
	}
	return out
}

// between returns the words of an index, each with its places.
func between(t tb, x index, from, to string) []string {
	t.Helper()
	var out []string
	var b words.Buffer
	for w, err := range x.Words(from, to) {
		if err != nil {
			t.Fatal(err)
		}
		b.Reset()
		b.Scan(w.Raw, 0)
		if w.Folded != b.Folded(&b.Tokens[0]) || w.Flags != b.Tokens[0].Flags {
			t.Fatalf("%q: folded %q, flags %d", w.Raw, w.Folded, w.Flags)
		}
		ps, err := x.Postings(w, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(ps) != w.Articles {
			t.Fatalf("%q stands in %d articles, and the index says %d", w.Raw, len(ps), w.Articles)
		}
		in := []string{}
		for _, p := range ps {
			in = append(in, fmt.Sprint(p.Position(), map[bool]string{true: "^"}[p.InTitle()]))
		}
		out = append(out, w.Raw+fmt.Sprint(in))
	}
	return out
}

// check compares an index with its articles.
func check(t tb, x index, articles []segment.Article, bounds [][2]string) {
	t.Helper()
	if x.Len() != len(articles) {
		t.Fatalf("%d articles, want %d", x.Len(), len(articles))
	}
	want := plainOf(articles)
	for _, b := range append(bounds, [2]string{}) {
		if diff := gocmp.Diff(want.between(b[0], b[1]), between(t, x, b[0], b[1])); diff != "" {
			t.Fatalf("words from %q to %q (- want, + have):\n%s", b[0], b[1], diff)
		}
	}
	c, err := x.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range articles {
		want.Item.Entry = feeds.Fingerprint{Key: want.Item.Entry.Key}
		got, err := x.Article(i)
		if err != nil {
			t.Fatal(err)
		}
		got.Item.Entry = feeds.Fingerprint{Key: got.Item.Entry.Key} // a Memory gives what it is given
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Fatalf("article %d (- want, + have):\n%s", i, diff)
		}
		o, s := c.Origins[c.Origin[i]], c.Speeches[c.Speech[i]]
		if !want.Seen.IsZero() && c.Seen[i] != want.Seen.UnixNano() || c.Published[i] != want.Item.Published.Unix() ||
			o.Feed != want.Feed || o.Name != want.Item.Feed || o.FeedURL != want.Item.FeedURL || !slices.Equal(o.Tags, want.Item.Tags) ||
			s.Declared != want.Item.Language || s.Languages != uint64(len(want.Item.Language)) || s.Code != want.Item.Language {
			t.Fatalf("columns of article %d: seen %d, published %d, of %+v, in %+v", i, c.Seen[i], c.Published[i], o, s)
		}
	}
}

// drawn draws articles with any fields. Words are few, so that they often meet.
func drawn(t *rapid.T) []segment.Article {
	text := rapid.OneOf(rapid.Just(""), rapid.String(), rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{
			"NATO", "Nato", "nato", "NATO's", "NATOn", "U.S.", "us", "Łódź", "lodz", "Київ", "п'ять", "Αθήνα", "나토는", "中国", "ישראל", "a", "b", "2026",
			strings.Repeat("long", 300), "the", "thé", "The", "ﬁn", "e\u0301t",
		}), 0, 30).Draw(t, "words"), rapid.SampledFrom([]string{" ", ", ", "\n"}).Draw(t, "between"))
	}))
	list := rapid.OneOf(rapid.Just([]string(nil)), rapid.SliceOfN(text, 0, 3))
	date := rapid.OneOf(rapid.Just(time.Time{}), rapid.Just(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)), rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(-1<<36, 1<<37).Draw(t, "seconds"), rapid.SampledFrom([]int64{0, 0, 5e8, 1}).Draw(t, "nanoseconds")).UTC()
	}))
	article := rapid.Custom(func(t *rapid.T) segment.Article {
		a := segment.Article{
			Seen: time.Unix(0, rapid.Int64Min(1).Draw(t, "seen")).UTC(), Feed: rapid.Uint64Max(3).Draw(t, "feed"),
			Item: feeds.Item{
				Feed: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"), FeedURL: text.Draw(t, "URL"), Tags: list.Draw(t, "tags"),
				GUID: text.Draw(t, "guid"), Title: text.Draw(t, "title"), Summary: text.Draw(t, "summary"), Content: text.Draw(t, "content"), Link: text.Draw(t, "link"),
				Authors: list.Draw(t, "authors"), Categories: list.Draw(t, "categories"), Language: rapid.SampledFrom([]string{"", "en", "lv-LV"}).Draw(t, "language"),
				Published: date.Draw(t, "published"), Updated: date.Draw(t, "updated"),
				Entry: feeds.Fingerprint{Key: rapid.Uint64Max(2).Draw(t, "key"), Title: 7},
			},
		}
		if rapid.Bool().Draw(t, "same") {
			a.Item.GUID = a.Item.Link
		}
		return a
	})
	articles := rapid.SliceOfN(article, 0, 40).Draw(t, "articles")
	if len(articles) > 0 && rapid.Bool().Draw(t, "many") {
		for len(articles) < 100 {
			articles = append(articles, articles[:min(len(articles), 100-len(articles))]...)
		}
	}
	return articles
}

// A sealed segment has what was added: each article, each word with its places, each
// column. A Memory has the same before, however often it was read in between.
func TestPropertySealed(t *testing.T) {
	codec := newCodec(t)
	dict := segment.NewDict(9, bytes.Repeat([]byte("NATO, Łódź and the Nato's U.S. in 中国. "), 100))
	codec.AddDict(dict)
	rapid.Check(t, func(t *rapid.T) {
		articles := drawn(t)
		m := segment.NewMemory(cut, func(i int) (segment.Article, error) { return articles[i], nil })
		for i := range articles {
			if i%64 == 5 && rapid.Bool().Draw(t, "asked") {
				check(t, memory{m}, articles[:i], nil)
			}
			m.Add(&articles[i])
		}
		bound := rapid.OneOf(rapid.Just(""), rapid.SampledFrom(slices.Sorted(maps.Keys(map[string]bool{"": true, "n": true, "nat": true, "nato": true, "nato\x00": true, "t": true, "\xFF": true, words.Fold("Київ")[0]: true}))))
		bounds := [][2]string{{bound.Draw(t, "from"), bound.Draw(t, "to")}, {"nato", "nato\x00"}, {"th", "ti"}}
		check(t, memory{m}, articles, bounds)
		d := dict
		if rapid.Bool().Draw(t, "no dictionary") {
			d = nil
		}
		b := build(t, codec, m, d)
		for i, p := range b.Pieces {
			if len(p) != segment.PieceSize && i < len(b.Pieces)-1 {
				t.Fatalf("piece %d has %d bytes", i, len(p))
			}
		}
		s := open(t, codec, b)
		check(t, sealed{s}, articles, bounds)
		if v := s.Versions(); v != (segment.Versions{Scanner: 3, Languages: 4}) {
			t.Fatalf("versions %+v", v)
		}
		again := build(t, codec, memoryOf(articles), d)
		if !bytes.Equal(again.Header, b.Header) || !slices.EqualFunc(again.Pieces, b.Pieces, bytes.Equal) {
			t.Fatal("the same articles gave other bytes")
		}
	})
}

// Items that wait for a segment come back as those of a segment do.
func TestPropertyItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var items []feeds.Item
		for _, a := range drawn(t) {
			items = append(items, a.Item)
		}
		b := segment.AppendItems(nil, items)
		got, err := segment.ReadItems(b)
		if err != nil {
			t.Fatal(err)
		}
		for i := range items {
			items[i].Entry = feeds.Fingerprint{Key: items[i].Entry.Key}
		}
		if diff := gocmp.Diff(items, got); len(items) > 0 && diff != "" {
			t.Fatalf("- want, + have:\n%s", diff)
		}
		cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
		if _, err := segment.ReadItems(b[:cut]); !errors.Is(err, segment.ErrDamaged) {
			t.Fatalf("%d bytes of %d: %v", cut, len(b), err)
		}
	})
}

// All fields of an item are kept: a field that is new there and missing here would be lost.
func TestItemsKeepAllFields(t *testing.T) {
	var item feeds.Item
	n := int64(0)
	for _, field := range reflect.ValueOf(&item).Elem().Fields() {
		switch n++; v := field.Addr().Interface().(type) {
		case *string:
			*v = fmt.Sprint("text ", n)
		case *[]string:
			*v = []string{fmt.Sprint("text ", n), "and"}
		case *time.Time:
			*v = time.Unix(n, n).UTC()
		case *feeds.Fingerprint:
			v.Key = 1<<60 + 1
		default:
			t.Fatalf("this test does not know how to fill a %T", v)
		}
	}
	got, err := segment.ReadItems(segment.AppendItems(nil, []feeds.Item{item}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff([]feeds.Item{item}, got); diff != "" {
		t.Errorf("- want, + have:\n%s", diff)
	}
}

// many returns articles with some thousand different words, enough for several chunks and
// pieces.
func many(n int) []segment.Article {
	articles := make([]segment.Article, n)
	for i := range articles {
		var text strings.Builder
		for k := range 120 {
			h := uint32(i*7919+k*k*104729) * 2654435761
			fmt.Fprintf(&text, "%s%x ", []string{"", "K", "бе", "ł"}[h%4], h>>(12+h%13))
		}
		articles[i] = segment.Article{
			Seen: time.Unix(int64(i+1), 0).UTC(), Feed: uint64(i % 5),
			Item: feeds.Item{Feed: fmt.Sprint("feed-", i%5), Title: fmt.Sprintf("Title %d", i), Content: text.String(), Link: fmt.Sprintf("https://desk.example/%d", i)},
		}
	}
	return articles
}

func TestManyPieces(t *testing.T) {
	articles := many(800)
	codec := newCodec(t)
	m := memoryOf(articles)
	dict := segment.NewDict(5, []byte(articles[3].Item.Content+articles[700].Item.Content))
	again, err := codec.OpenDict(5, dict.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	codec.AddDict(again)
	b := build(t, codec, m, dict)
	if len(b.Pieces) < 3 {
		t.Fatalf("%d pieces", len(b.Pieces))
	}
	if d, err := codec.MakeDict(t.Context(), 6, m); d != nil || err != nil {
		t.Errorf("of articles that have little in common there is the dictionary %v, error %v", d, err)
	}
	s := open(t, codec, b)
	if s.Dict() != 5 {
		t.Errorf("dictionary %d", s.Dict())
	}
	check(t, sealed{s}, articles, [][2]string{{"k", "l"}, {"7", "8"}, {words.Fold("бе")[0], ""}})
}

// The name of a feed takes memory once, in however many segments it has articles.
func TestOriginsAreShared(t *testing.T) {
	codec, articles := newCodec(t), many(40)
	var feeds [2]map[*segment.Origin]bool
	for i, part := range [][]segment.Article{articles[:20], articles[20:]} {
		c, err := open(t, codec, build(t, codec, memoryOf(part), nil)).Columns()
		if err != nil {
			t.Fatal(err)
		}
		feeds[i] = make(map[*segment.Origin]bool)
		for _, o := range c.Origins {
			feeds[i][o] = true
		}
	}
	if len(feeds[0]) != 5 || !maps.Equal(feeds[0], feeds[1]) {
		t.Errorf("the origins of two segments are %v and %v, want the same five", feeds[0], feeds[1])
	}
}

// A dictionary is stale if new articles have less in common with it than those it was made
// of.
func TestStaleDict(t *testing.T) {
	codec := newCodec(t)
	pooled := func(seed uint64) *segment.Memory { // articles of six sentences out of 500
		rng := rand.New(rand.NewPCG(seed, 0))
		pool := make([]string, 500)
		for i := range pool {
			pool[i] = fmt.Sprintf("%x %x %x %x. ", rng.Uint64(), rng.Uint64(), rng.Uint64(), rng.Uint64())
		}
		articles := make([]segment.Article, 1000)
		for i := range articles {
			for range 6 {
				articles[i].Item.Content += pool[rng.IntN(len(pool))]
			}
		}
		return memoryOf(articles)
	}
	before, now := pooled(1), pooled(2)
	dict, err := codec.MakeDict(t.Context(), 1, before)
	if err != nil {
		t.Fatal(err)
	}
	dict, err = codec.OpenDict(1, dict.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if dict.Stale(build(t, codec, before, dict)) {
		t.Error("a dictionary is stale for what it was made of")
	}
	if !dict.Stale(build(t, codec, now, dict)) {
		t.Error("a dictionary is not stale for articles that have nothing in common with it")
	}
}

// A store without a dictionary wants a first one, but none can be made of a few articles.
func TestFewArticlesHaveNoDict(t *testing.T) {
	codec := newCodec(t)
	for n := range 3 {
		m := memoryOf(many(n))
		d, err := codec.MakeDict(t.Context(), 1, m)
		if d != nil || err != nil {
			t.Errorf("%d articles: dictionary %v, error %v", n, d, err)
		}
		if b := build(t, codec, m, nil); !d.Stale(b) {
			t.Errorf("%d articles: no dictionary is wanted", n)
		}
	}
}

// An error of reading the articles or the pieces is returned to the caller.
func TestFailures(t *testing.T) {
	codec, broken := newCodec(t), errors.New("the disk is gone")
	articles := many(20)
	m := segment.NewMemory(cut, func(i int) (segment.Article, error) {
		if i == 17 {
			return segment.Article{}, broken
		}
		return articles[i], nil
	})
	for i := range articles {
		m.Add(&articles[i])
	}
	if _, err := codec.Build(t.Context(), m, nil, segment.Versions{}); !errors.Is(err, broken) {
		t.Errorf("Build: %v", err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := codec.Build(stopped, memoryOf(articles), nil, segment.Versions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Build of a context that is done: %v", err)
	}
	dict := segment.NewDict(3, []byte("feed"))
	b := build(t, codec, memoryOf(articles), dict)
	s := open(t, codec, b)
	if _, err := s.Article(0); !errors.Is(err, segment.ErrDamaged) {
		t.Errorf("an article whose dictionary is not known: %v", err)
	}
	s, err := codec.Open(b.Header, func(uint32) ([]byte, error) { return nil, broken })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Columns(); !errors.Is(err, broken) {
		t.Errorf("Columns: %v", err)
	}
	if _, err := s.Article(20); err == nil {
		t.Error("there is an article behind the last one")
	}
	for _, format := range []byte{0, 3, 99} {
		if _, err := codec.Open(append([]byte{format}, b.Header[1:]...), nil); err == nil || errors.Is(err, segment.ErrDamaged) {
			t.Errorf("format %d, which this version does not know: %v", format, err)
		}
	}
	if b.Header[0] != 2 {
		t.Errorf("Build writes format %d, want 2: programs that know 1 alone read frames of 16 articles at most", b.Header[0])
	}
}
