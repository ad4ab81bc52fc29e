package segment_test

import (
	"encoding/binary"
	"os"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/store/segment"
	"watcher/internal/testutil"
)

// golden returns the articles of the golden segment, with everything that an article may
// have.
func golden() []segment.Article {
	seen := time.Date(2026, 3, 2, 12, 0, 0, 123, time.UTC)
	articles := []segment.Article{
		{Seen: seen, Feed: 1, Item: feeds.Item{
			Feed: "desk", FeedURL: "https://desk.example/feed", Tags: []string{"wire"}, GUID: "tag:desk.example,2026:1", Title: "NATO's frigate in Rīga",
			Summary: "A summary.", Content: "The frigate came to Rīga. Фрегат пришёл в Ригу. 护卫舰", Link: "https://desk.example/1",
			Authors: []string{"Anna", ""}, Categories: []string{}, Language: "en-GB",
			Published: time.Date(2026, 3, 2, 11, 0, 0, 5, time.UTC), Updated: time.Date(2026, 3, 2, 11, 30, 0, 0, time.UTC), Entry: feeds.Fingerprint{Key: 1 << 63},
		}},
		{Seen: seen.Add(-time.Hour), Feed: 2, Item: feeds.Item{Feed: "other", Title: "NATO", GUID: "https://other.example/", Link: "https://other.example/"}},
		{Seen: seen, Feed: 2, Item: feeds.Item{Feed: "other", Tags: []string{}, Published: seen.Truncate(time.Second), Updated: seen.Truncate(time.Second)}},
		{Seen: time.Unix(0, 0).UTC()},
	}
	return append(articles, many(30)...)
}

// A segment that the first version of a format sealed is read by all later versions.
func TestGolden(t *testing.T) {
	for path, writes := range map[string]bool{"testdata/format1": false, "testdata/format2": true} {
		t.Run(path, func(t *testing.T) { testGolden(t, path, writes) })
	}
}

// testGolden reads the segment in a file. writes says that this version writes its format.
func testGolden(t *testing.T, path string, writes bool) {
	codec, articles := newCodec(t), golden()
	dict := segment.NewDict(77, []byte("Title https://desk.example/ The frigate came to Rīga."))
	if writes && testutil.Updating() {
		b := build(t, codec, memoryOf(articles), dict)
		var file []byte
		for _, part := range append([][]byte{dict.Bytes(), b.Header}, b.Pieces...) {
			file = append(binary.AppendUvarint(file, uint64(len(part))), part...)
		}
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var parts [][]byte
	for len(file) > 0 {
		size, n := binary.Uvarint(file)
		parts, file = append(parts, file[n:n+int(size)]), file[n+int(size):]
	}
	dict, err = codec.OpenDict(77, parts[0])
	if err != nil {
		t.Fatal(err)
	}
	codec.AddDict(dict)
	s := open(t, codec, &segment.Built{Header: parts[1], Pieces: parts[2:]})
	if s.Dict() != 77 {
		t.Errorf("dictionary %d", s.Dict())
	}
	check(t, sealed{s}, articles, [][2]string{{"n", "o"}})
}
