package segment_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/rules"
	"watcher/internal/store/segment"
	"watcher/internal/testutil"
)

// cpu is the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// sealedAt is how many articles stores seal at.
const sealedAt = 8192

// BenchmarkSeal is what an article takes, in bytes and in processor time, when a
// segment is made of 8,192: its first segment makes the dictionary, and is not counted.
func BenchmarkSeal(b *testing.B) {
	corpus, err := testutil.ReadCorpus("../../../../shared/corpus/ud")
	if err != nil {
		b.Skipf("the corpus is not beside the checkout: %v", err)
	}
	codec, err := segment.NewCodec()
	if err != nil {
		b.Fatal(err)
	}
	var dict *segment.Dict
	for _, size := range []int{1024, sealedAt} {
		b.Run(fmt.Sprintf("articles=%d", size), func(b *testing.B) {
			var add, build, cutting time.Duration
			var text, header, all, raw, n int
			run := func(first int) *segment.Built {
				articles := make([]segment.Article, size)
				for i := range articles {
					articles[i] = segment.Article{Seen: testutil.Noon.Add(time.Duration(first+i) * 20 * time.Second), Feed: 7, Item: corpus.Article(first + i)}
				}
				began := cpu()
				for i := range articles {
					rules.Cut(&articles[i].Item, func(string, bool) {})
				}
				cutting += cpu() - began
				began = cpu()
				m := segment.NewMemory(rules.Cut, func(i int) (segment.Article, error) { return articles[i], nil })
				for i := range articles {
					m.Add(&articles[i])
				}
				add += cpu() - began
				if dict == nil {
					if dict, err = codec.MakeDict(b.Context(), 1, m); err != nil {
						b.Fatal(err)
					}
					codec.AddDict(dict)
				}
				began = cpu()
				built, err := codec.Build(b.Context(), m, dict, segment.Versions{})
				if err != nil {
					b.Fatal(err)
				}
				build += cpu() - began
				return built
			}
			first := 0
			if dict == nil {
				run(first)
				first += size
			}
			add, build, cutting = 0, 0, 0
			for b.Loop() {
				built := run(first)
				first += size
				n += size
				text, header = text+built.Packed, header+len(built.Header)
				raw += built.Text
				for _, p := range built.Pieces {
					all += len(p)
				}
			}
			per := func(v int) float64 { return float64(v) / float64(n) }
			b.ReportMetric(per(raw), "text-B/article")
			b.ReportMetric(per(text), "packed-B/article")
			b.ReportMetric(per(all-text+header), "index-B/article")
			b.ReportMetric(per(int(cutting.Nanoseconds()))/1e3, "cut-µs/article")
			b.ReportMetric(per(int((add-cutting).Nanoseconds()))/1e3, "add-µs/article")
			b.ReportMetric(per(int(build.Nanoseconds()))/1e3, "build-µs/article")
			b.ReportMetric(0, "ns/op")
		})
	}
}

var _ = feeds.Item{}
