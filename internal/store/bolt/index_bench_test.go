package bolt

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/rules"
	"watcher/internal/store/sealed"
	"watcher/internal/store/segment"
	"watcher/internal/testutil"
)

// BenchmarkKeepArticles commits articles of about 3.2 KB, five in a poll, and makes
// segments of them. It reports the CPU time of an article with the commit alone and with
// the index, and its size on disk.
func BenchmarkKeepArticles(b *testing.B) {
	corpus, err := testutil.ReadCorpus("../../../../shared/corpus/ud")
	if err != nil {
		b.Skipf("the corpus is not beside the checkout: %v", err)
	}
	const articles, poll = 16_600, 5 // two segments, and a short tail
	c := segment.Cutter{Cut: rules.Cut, Versions: segment.Versions{Scanner: 1, Languages: 1}}
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "watcher.db")
		s, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		var commits, index time.Duration
		for n := 0; n < articles; {
			var polls [][]feeds.Item
			for range 400 {
				var items []feeds.Item
				for range poll {
					items = append(items, corpus.Article(n))
					n++
				}
				polls = append(polls, items)
			}
			spent(&commits, func() {
				for chunk := range slices.Chunk(polls, 20) { // as many share a transaction under load
					var packed []arrival
					for _, items := range chunk {
						a := s.packArticles(items)
						packed = append(packed, a)
					}
					err := s.update(func(tx *sealed.Tx) error {
						for i, a := range packed {
							if err := putArticles(tx, a, testutil.Noon.Add(time.Duration(n)*time.Second), uint64(i+1)); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
			s.arrived.Add(1)
			spent(&index, func() {
				for did := true; did && err == nil; {
					did, err = s.sealTail(context.Background(), &c)
				}
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		if _, err := s.GiveBack(context.Background()); err != nil {
			b.Fatal(err)
		}
		disk, _ := s.onDisk()
		vs, err := s.allVolumes()
		if err != nil {
			b.Fatal(err)
		}
		inSegments, size := 0, int64(0)
		for _, v := range vs {
			inSegments, size = inSegments+v.n, size+v.kept.Bytes
		}
		b.ReportMetric(float64(commits.Microseconds())/articles, "commit-µs/article")
		b.ReportMetric(float64(index.Microseconds())/articles, "index-µs/article")
		b.ReportMetric(float64(disk)/articles, "disk-B/article")
		b.ReportMetric(float64(size)/float64(max(1, inSegments)), "segment-B/article")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		s, err = Open(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "open-ms")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		_ = os.Remove(path)
	}
}

// spent adds the CPU time of f to d, as the machine may be shared.
func spent(d *time.Duration, f func()) {
	began := testutil.CPU()
	f()
	*d += testutil.CPU() - began
}
