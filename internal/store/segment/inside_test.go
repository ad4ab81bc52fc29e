package segment

import (
	"bytes"
	"math/bits"
	"testing"

	"pgregory.net/rapid"

	"watcher/internal/feeds"
)

// FuzzInside fuzzes the content of packed bytes, as a fuzzer does not get through zstd.
func FuzzInside(f *testing.F) {
	var fr frame
	a := Article{}
	a.Item.Title, a.Item.Authors, a.Item.GUID = "A title", []string{"somebody"}, "guid"
	fr.add(&a)
	f.Add(fr.appendTo(nil), []byte{}, 1)
	var w chunkWriter
	for _, raw := range []string{"a", "ab", "abc"} {
		w.add(raw)
		w.post([]Posting{2, 5, 7}, 9)
	}
	raw, posted := w.flush()
	f.Add(raw, posted, 9)
	c := newTables()
	c.add(&a, 3, "en")
	f.Add(appendColumns(nil, &c.Columns), []byte{}, 1)
	f.Add(AppendItems(nil, []feeds.Item{a.Item, a.Item}), []byte{}, 0)
	f.Fuzz(func(t *testing.T, raw, posted []byte, n int) {
		if n < 0 || n > 1<<16 {
			return
		}
		_, _ = ReadItems(raw) // it returned
		var f unpacked
		if err := f.read(raw, min(n, frameArticles)); err == nil {
			for i := range f.articles {
				f.articles[i].article(&c.Columns, 0)
			}
		}
		if c, err := readColumns(raw, n, new(origins)); err == nil {
			for i := range n {
				_, _ = c.Origins[c.Origin[i]], c.Speeches[c.Speech[i]]
			}
		}
		c, err := readChunk(raw, 0, n)
		if err != nil {
			return
		}
		for i := range c.counts {
			w := c.entry(i)
			ps, err := c.postings(i, func() ([]byte, error) { return posted, nil }, n, nil)
			if err == nil && len(ps) != w.Articles {
				t.Fatalf("%d postings of %d", len(ps), w.Articles)
			}
			for _, p := range ps {
				if p.Position() >= n {
					t.Fatalf("position %d of %d", p.Position(), n)
				}
			}
		}
	})
}

// Gaps of any size are read as they were written, with any number of low bits.
func TestPropertyGaps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type gap struct {
			v   int
			low uint
		}
		gaps := rapid.SliceOf(rapid.Custom(func(t *rapid.T) gap {
			low := rapid.UintMax(24).Draw(t, "low")
			return gap{rapid.IntRange(0, 200<<low).Draw(t, "v"), low}
		})).Draw(t, "gaps")
		var w bitWriter
		for _, g := range gaps {
			w.gap(g.v, g.low)
		}
		n := w.len()
		r := bitReader{in: w.flush()}
		for _, g := range gaps {
			if v := r.gap(g.low); v != g.v {
				t.Fatalf("%d with %d low bits is read as %d", g.v, g.low, v)
			}
		}
		if r.at != n || r.over() {
			t.Fatalf("%d bits read of %d", r.at, n)
		}
	})
}

// The number of low bits gives the shortest code, or one at most a hundredth longer.
func TestLowBits(t *testing.T) {
	for _, limit := range []int{1, 2, 100, 8192, 1 << 20} {
		for n := 1; n <= limit; n = n*3/2 + 1 {
			size := func(low uint) float64 { // bits a number takes if the numbers are spread evenly
				mean := float64(limit)/float64(n) - 1
				return float64(low) + 1 + mean/float64(int(1)<<low)
			}
			best := 1e9
			for low := range uint(bits.Len(uint(limit))) {
				best = min(best, size(low))
			}
			if got := size(lowBits(n, limit)); got > 1.1*best {
				t.Errorf("%d numbers below %d: %.2f bits each, %.2f were possible", n, limit, got, best)
			}
		}
	}
}

// Lists of a pool grow side by side.
func TestPropertyPool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p pool
		chains, want := make([]chain, 5), make([][]byte, 5)
		for i, b := range rapid.SliceOfN(rapid.Byte(), 0, 2000).Draw(t, "bytes") {
			k := (i*i + int(b)) % 5 / (1 + i%3)
			p.append(&chains[k], b)
			want[k] = append(want[k], b)
		}
		for k := range chains {
			if got := p.read(chains[k], nil); !bytes.Equal(got, want[k]) {
				t.Fatalf("list %d is %v, want %v", k, got, want[k])
			}
		}
	})
}

// Lists of a pool continue over the ends of its blocks.
func TestPoolOfManyBlocks(t *testing.T) {
	var p pool
	chains := make([]chain, 3000)
	of := func(list, i int) byte { return byte(7*list + i) }
	for i := range 300 {
		for k := range chains {
			p.append(&chains[k], of(k, i))
		}
	}
	if len(p.blocks) < 10 {
		t.Fatalf("%d blocks", len(p.blocks))
	}
	for k := range chains {
		got := p.read(chains[k], nil)
		if len(got) != 300 {
			t.Fatalf("list %d has %d bytes", k, len(got))
		}
		for i, b := range got {
			if b != of(k, i) {
				t.Fatalf("byte %d of list %d is %d, want %d", i, k, b, of(k, i))
			}
		}
	}
}
