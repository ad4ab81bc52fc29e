package feeds_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"watcher/internal/feeds"
)

// However many feeds are packed, and whatever they are called, each comes back as it was,
// by its place and by its ID.
func TestSources(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 150).Draw(t, "feeds")
		list := make([]feeds.Source, n)
		for i := range list {
			f := &list[i]
			f.URL = fmt.Sprintf("https://%s.example/%d", rapid.StringMatching(`[a-c]{1,3}`).Draw(t, "host"), i)
			f.ID = rapid.SampledFrom([]string{f.URL, fmt.Sprint("Äripäev ", i), fmt.Sprint(i, "\x00\n")}).Draw(t, "id")
			f.Tags = rapid.SampledFrom([][]string{nil, {"baltic"}, {"baltic", "wire"}}).Draw(t, "tags")
			f.Every = rapid.SampledFrom([]time.Duration{0, time.Minute}).Draw(t, "every")
			f.HostLimits = rapid.SampledFrom([]*bool{nil, new(true), new(false)}).Draw(t, "host limits")
			f.Headers = rapid.SampledFrom([]map[string]string{nil, {"X-Desk": "baltic"}}).Draw(t, "headers")
			f.Schedule, f.Timezone = rapid.SampledFrom([]string{"", "@hourly"}).Draw(t, "schedule"), rapid.SampledFrom([]string{"", "Europe/Tallinn"}).Draw(t, "zone")
			f.Adaptive, f.Updates, f.FullText = rapid.Bool().Draw(t, "adaptive"), rapid.Bool().Draw(t, "updates"), rapid.Bool().Draw(t, "full text")
			f.Password = rapid.SampledFrom([]string{"", "hunter2"}).Draw(t, "password")
		}
		packed := feeds.Pack(list...)
		if diff := cmp.Diff(list, slices.AppendSeq([]feeds.Source{}, packed.All())); diff != "" || packed.Len() != n {
			t.Fatalf("%d of %d: %s", packed.Len(), n, diff)
		}
		for i := range list {
			found, ok := packed.Find(list[i].ID)
			if diff := cmp.Diff([]feeds.Source{list[i], list[i]}, []feeds.Source{packed.At(i), found}); diff != "" || !ok {
				t.Fatalf("feed %d: %s", i, diff)
			}
		}
		if packed.Has("no such feed") {
			t.Fatal("found a feed that is not there")
		}
	})
}

// Passwords that are not UTF-8 look the same in JSON, and are not.
func TestSourcesKeepBytes(t *testing.T) {
	list := []feeds.Source{{ID: "a", URL: "https://a.example/", Username: "desk", Password: "p\xe9"}, {ID: "b", URL: "https://b.example/", Username: "desk", Password: "p\xe8"}}
	packed := feeds.Pack(list...)
	if diff := cmp.Diff(list, slices.Collect(packed.All())); diff != "" {
		t.Error(diff)
	}
}

// Of so many feeds, some have the same hash: on average ten pairs.
func TestSourcesOfOneHash(t *testing.T) {
	list := make([]feeds.Source, 300_000)
	for i := range list {
		list[i].ID = fmt.Sprint("feed ", i)
	}
	packed := feeds.Pack(list...)
	for i := range list {
		if f, ok := packed.Find(list[i].ID); !ok || f.ID != list[i].ID {
			t.Fatalf("%s is found as %q", list[i].ID, f.ID)
		}
	}
}

// No sources have no feeds, whether or not they were packed.
func TestNoSources(t *testing.T) {
	for _, s := range []*feeds.Sources{nil, feeds.Pack()} {
		if n := len(slices.Collect(s.IDs())); n+s.Len() != 0 || s.Has("") {
			t.Errorf("%d feeds, %d iterated", s.Len(), n)
		}
	}
}

// An iteration that looks feeds up, and ends early, disturbs no other.
func TestSourcesAreUsedConcurrently(t *testing.T) {
	list := make([]feeds.Source, 200)
	for i := range list {
		list[i] = feeds.Source{ID: fmt.Sprint("feed ", i), URL: fmt.Sprintf("https://host%d.example/feed", i)}
	}
	packed := feeds.Pack(list...)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for from := range list {
				i := 0
				for f := range packed.All() {
					if g, ok := packed.Find(list[from].ID); f.URL != list[i].URL || !ok || g.URL != list[from].URL {
						t.Errorf("feed %d is %s, %s is %s", i, f.URL, list[from].ID, g.URL)
						return
					}
					if i++; i > from/4 {
						break
					}
				}
			}
		})
	}
	all.Wait()
}
