package segment_test

import (
	"testing"
	"time"

	"watcher/internal/rules"
	"watcher/internal/store/segment"
	"watcher/internal/testutil"
)

// sealedAt is how many articles the store seals at a time.
const sealedAt = 8192

// timed adds to d what f takes.
func timed(d *time.Duration, f func()) {
	began := testutil.CPU()
	f()
	*d += testutil.CPU() - began
}

// sealer seals articles of the corpus, one segment after the other.
type sealer struct {
	corpus *testutil.Corpus
	codec  *segment.Codec
	dict   *segment.Dict
	n      int // articles so far

	cut, add, build time.Duration
}

func newSealer(b *testing.B) *sealer {
	corpus, err := testutil.ReadCorpus("../../../../shared/corpus/ud")
	if err != nil {
		b.Skipf("the corpus is not beside the checkout: %v", err)
	}
	return &sealer{corpus: corpus, codec: newCodec(b)}
}

// seal seals so many articles. The first segment makes the dictionary. Articles are cut
// right after they were made, as those of a poll are.
func (s *sealer) seal(b *testing.B, size int) *segment.Built {
	articles := make([]segment.Article, size)
	m := segment.NewMemory(rules.Cut, func(i int) (segment.Article, error) { return articles[i], nil })
	const poll = 16
	for first := 0; first < size; first += poll {
		now := articles[first:min(first+poll, size)]
		for i := range now {
			now[i] = segment.Article{Seen: testutil.Noon.Add(time.Duration(s.n) * 20 * time.Second), Item: s.corpus.Article(s.n)}
			s.n++
		}
		cut := func() {
			for i := range now {
				rules.Cut(&now[i].Item, func(string, bool) {})
			}
		}
		cut() // the caches are warm
		timed(&s.cut, cut)
		timed(&s.add, func() {
			for i := range now {
				m.Add(&now[i])
			}
		})
	}
	var err error
	if s.dict == nil {
		if s.dict, err = s.codec.MakeDict(b.Context(), 1, m); err != nil {
			b.Fatal(err)
		}
		s.codec.AddDict(s.dict)
	}
	var built *segment.Built
	timed(&s.build, func() { built, err = s.codec.Build(b.Context(), m, s.dict, segment.Versions{}) })
	if err != nil {
		b.Fatal(err)
	}
	return built
}

// BenchmarkSeal measures an article in a segment of 8,192, in bytes and in CPU time: cut is
// the matcher's cutting alone, add what the index takes beside it, build what sealing
// takes.
func BenchmarkSeal(b *testing.B) {
	s := newSealer(b)
	s.seal(b, sealedAt)
	s.cut, s.add, s.build = 0, 0, 0
	var n, text, packed, index int
	for b.Loop() {
		built := s.seal(b, sealedAt)
		n += sealedAt
		text, packed, index = text+built.Text, packed+built.Packed, index+len(built.Header)-built.Packed
		for _, p := range built.Pieces {
			index += len(p)
		}
	}
	for _, v := range []struct {
		unit string
		of   int
	}{{"text", text}, {"packed", packed}, {"index", index}} {
		b.ReportMetric(float64(v.of)/float64(n), v.unit+"-B/article")
	}
	for _, v := range []struct {
		unit string
		of   time.Duration
	}{{"cut", s.cut}, {"add", s.add - s.cut}, {"build", s.build}} {
		b.ReportMetric(v.of.Seconds()*1e6/float64(n), v.unit+"-µs/article")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkRead measures the CPU time of reads of a segment: all words with a rare
// beginning, the postings of a common word, one article after the other, and an article
// somewhere.
func BenchmarkRead(b *testing.B) {
	s := newSealer(b)
	built := s.seal(b, sealedAt)
	fresh := func() *segment.Segment { return open(b, s.codec, built) }
	old := fresh()
	words := func(x *segment.Segment, from, to string) (last segment.IndexWord) {
		for w, err := range x.Words(from, to) {
			if err != nil {
				b.Fatal(err)
			}
			last = w
		}
		return last
	}
	common := words(old, "minister", "minister\x00")
	var ps []segment.Posting
	at := 0
	article := func(step int) {
		if _, err := old.Article(at); err != nil {
			b.Fatal(err)
		}
		at = (at + step) % sealedAt
	}
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"words", func() { words(old, "frigat", "frigau"); words(old, "minis", "minit") }}, // of two chunks
		{"words again", func() { words(old, "frigat", "frigau") }},
		{"all words", func() { words(old, "", "") }},
		{"postings", func() { ps, _ = old.Postings(common, ps[:0]) }},
		{"columns", func() { _, _ = fresh().Columns() }},
		{"next article", func() { article(1) }},
		{"any article", func() { article(4099) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			began := testutil.CPU()
			for b.Loop() {
				c.f()
			}
			b.ReportMetric(float64((testutil.CPU()-began).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}
