package seen

import (
	"slices"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/testutil"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestPack packs what a feed has shown and unpacks it, whatever its hashes.
func TestPack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		bits := func(name string, n int) uint64 {
			return rapid.OneOf(rapid.Just(uint64(0)), rapid.Uint64Max(1<<n-1)).Draw(rt, name)
		}
		flag := func(name string) bool { return rapid.Bool().Draw(rt, name) }
		s := &Index{based: flag("based"), empties: uint8(rapid.IntRange(0, 2).Draw(rt, "empties")), oldest: rapid.Int64().Draw(rt, "oldest")}
		if s.empties > 0 {
			s.since = testutil.Noon
		}
		for k := range s.habits {
			s.habits[k] = habit{rapid.Uint8().Draw(rt, "kept"), rapid.Uint8().Draw(rt, "moved")}
		}
		for range rapid.IntRange(0, 20).Draw(rt, "records") {
			r := record{
				Fingerprint: feeds.Fingerprint{
					GUID: bits("guid", 64), Link: bits("link", 64), Title: uint32(bits("title", 32)), Date: uint32(bits("date", 32)), Update: flag("update"),
					Body: bits("body", 48), TitleMask: uint32(bits("title mask", 24)), BodyMask: uint32(bits("body mask", 24)), Sketch: uint32(bits("sketch", 32)),
					GUIDCore: uint32(bits("guid core", 24)), LinkCore: uint32(bits("link core", 24)), BodyCore: uint32(bits("body core", 24)),
					Raw: bits("raw", 64), Key: rapid.Uint64().Draw(rt, "key"),
				},
				held: flag("held"), base: flag("base"), rewritten: flag("rewritten"), gone: rapid.Uint16().Draw(rt, "gone"),
				rules: rapid.SliceOfN(rapid.Uint32(), 0, 3).Draw(rt, "rules"),
				dated: bits("dated", 64), text: bits("text", 64),
			}
			if flag("a guid that is the link") {
				r.GUID, r.GUIDCore = r.Link, r.LinkCore
			}
			s.records = append(s.records, r)
		}
		got, err := Unpack(s.pack())
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(s.records, got.records, cmp.AllowUnexported(record{}), cmpopts.EquateEmpty()); s.records != nil && diff != "" {
			rt.Fatal(diff)
		}
		if s.based != got.based || s.empties != got.empties || !s.since.Equal(got.since) || s.oldest != got.oldest || s.habits != got.habits {
			rt.Fatalf("%+v, want %+v", got, s)
		}
	})
}

func TestForgetIsBounded(t *testing.T) {
	var recs []record
	for i := range 10 {
		recs = append(recs, record{Fingerprint: feeds.Fingerprint{GUID: uint64(i + 1)}, gone: uint16(i)})
	}
	recs[5].held = true
	got := forget(recs, 4)
	var left []uint64
	for _, r := range got {
		left = append(left, r.GUID)
	}
	if want := []uint64{1, 6, 7, 8, 9, 10}; !slices.Equal(left, want) {
		t.Errorf("left are %v, want %v: the one in the document, the held one, and the latest to go", left, want)
	}
}
