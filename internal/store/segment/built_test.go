package segment_test

import (
	"testing"

	"watcher/internal/store/segment"
)

// A store keeps beside a segment when its articles were seen, and how much of it is of
// which feed. Places without an article count for none.
func TestBuiltIsSummed(t *testing.T) {
	articles := many(40)
	for i := range articles {
		articles[i].Feed++
	}
	long := &articles[0].Item
	long.Content += long.Content + long.Content
	articles[20] = segment.Article{}
	b := build(t, newCodec(t), memoryOf(articles), nil)
	if oldest, newest := articles[0].Seen.UnixNano(), articles[39].Seen.UnixNano(); b.Oldest != oldest || b.Newest != newest || b.Gone != 1 {
		t.Errorf("it is from %d to %d without %d, want from %d to %d without 1", b.Oldest, b.Newest, b.Gone, oldest, newest)
	}
	least, sum := int64(2*len(b.Header)), int64(0)
	for _, p := range b.Pieces {
		least += int64(len(p))
	}
	if bytes := b.Bytes(); bytes <= least || bytes > 2*least {
		t.Errorf("a store writes %d bytes, want more than %d: some pieces are there twice", bytes, least)
	}
	shares := b.Shares()
	for _, n := range shares {
		sum += n
	}
	if _, none := shares[0]; none || sum > b.Bytes() || sum < b.Bytes()-int64(len(shares))-1 {
		t.Errorf("the shares %v of %d bytes make %d, and some of it is of no feed: %v", shares, b.Bytes(), sum, none)
	}
	if first := articles[0].Feed; shares[first] <= shares[articles[1].Feed] {
		t.Errorf("the feed of the longest article has %d bytes, another %d", shares[first], shares[articles[1].Feed])
	}
}
