package seen

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"watcher/internal/feeds"

	"github.com/google/go-cmp/cmp"
)

// heldJSON is a held item as the first version with held items wrote it, and every version
// since.
const heldJSON = `[{"Feed":"Wire","FeedURL":"https://example.org/feed","Tags":["agency"],"GUID":"guid 1","Title":"Report","Summary":"Short","Content":"Long","Link":"https://example.org/1","Authors":["Ann"],"Categories":["defence"],"Language":"en","Published":"2026-11-02T15:04:05Z","Updated":"2026-11-02T16:04:05Z","Entry":{"GUID":1,"Link":2,"GUIDCore":3,"LinkCore":4,"Title":5,"Date":6,"Update":true,"Body":7,"TitleMask":8,"BodyMask":9,"Sketch":10,"BodyCore":11,"Raw":12,"Key":18446744073709551615}}]`

// A held item keeps every field, under names that never change: what one version packed,
// later ones read.
func TestHeldItemsKeepAllTheyHave(t *testing.T) {
	items := []feeds.Item{{
		Feed: "Wire", FeedURL: "https://example.org/feed", Tags: []string{"agency"},
		GUID: "guid 1", Title: "Report", Summary: "Short", Content: "Long", Link: "https://example.org/1",
		Authors: []string{"Ann"}, Categories: []string{"defence"}, Language: "en",
		Published: time.Date(2026, 11, 2, 15, 4, 5, 0, time.UTC), Updated: time.Date(2026, 11, 2, 16, 4, 5, 0, time.UTC),
		Entry: feeds.Fingerprint{
			GUID: 1, Link: 2, GUIDCore: 3, LinkCore: 4, Title: 5, Date: 6, Update: true, Body: 7,
			TitleMask: 8, BodyMask: 9, Sketch: 10, BodyCore: 11, Raw: 12, Key: 1<<64 - 1,
		},
	}}
	for _, v := range []reflect.Value{reflect.ValueOf(items[0]), reflect.ValueOf(items[0].Entry)} {
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%s of %s is not tried here: a held item may lose it", v.Type().Field(i).Name, v.Type())
			}
		}
	}
	if raw, err := json.Marshal(heldRecordsOf(items)); err != nil || string(raw) != heldJSON {
		t.Errorf("packed as (%v)\n%s\nwant\n%s", err, raw, heldJSON)
	}
	got, err := unpackItems(packItems(items))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(items, got); diff != "" {
		t.Errorf("what is unpacked is not what was packed (-packed +unpacked):\n%s", diff)
	}
}
