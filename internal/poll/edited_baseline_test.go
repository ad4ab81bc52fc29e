package poll_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"watcher/internal/poll"
	"watcher/internal/rules"
)

// TestEditedItemsOfTheBaseline edits an item that was there before the feed was watched.
// Rules that it matched then do not alert; a rule that it did not match does, once.
func TestEditedItemsOfTheBaseline(t *testing.T) {
	text := func(texts ...string) (versions []kind) {
		for _, s := range texts {
			k := plainKind(5)
			k.text = s
			versions = append(versions, k)
		}
		return versions
	}
	renamed := text("NATO sends ships.", "NATO sends ships.")
	renamed[1].title, renamed[1].guid, renamed[1].link = "Ships sail", "id-of-ships", "https://wire.example/ships-sail"
	for _, test := range []struct {
		shows    string
		versions []kind
		updates  bool
		told     []string // rules
	}{
		{"one that matched then is edited", text("NATO sends ships.", "NATO sends four ships."), false, nil},
		{"one that matched then is edited at each poll", text("NATO sends ships.", "NATO sends four ships.", "NATO sends five.", "No, NATO sends six."), false, nil},
		{"one that matched then matches another rule as well", text("NATO sends ships.", "NATO sends ships, Kyiv says."), false, []string{"kyiv"}},
		{"the other rule is told once, however often it is edited", text("NATO sends ships.", "NATO sends ships, Kyiv says.", "NATO sends ships, Kyiv denies."), false, []string{"kyiv"}},
		{"one that matched nothing then", text("Ships are sent.", "NATO sends ships."), false, []string{"nato"}},
		{"one that matches no more, and then again", text("NATO sends ships.", "Ships are sent.", "NATO sends ships after all."), false, nil},
		{"one whose headline, id and link are corrected", renamed, false, nil},
		{"one that matched then, where all updates are wanted", text("NATO sends ships.", "NATO sends four ships.", "NATO sends five."), true, []string{"nato", "nato"}},
	} {
		t.Run(test.shows, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				var told []string
				w := newWeb()
				src := source("wire", hour)
				src.Updates = test.updates
				at := 0
				w.serve(src.URL, func(time.Time) answer {
					return answer{body: writeKinds([]kind{plainKind(9), test.versions[at], plainKind(1)})}
				})
				set, err := rules.Compile([]rules.Rule{{Name: "nato", Keywords: []string{"NATO"}}, {Name: "kyiv", Keywords: []string{"Kyiv"}}}, rules.Options{})
				if err != nil {
					t.Fatal(err)
				}
				routes := []poll.Route{{Rule: "nato", Targets: []string{"desk"}}, {Rule: "kyiv", Targets: []string{"kyiv desk"}}}
				n := idle(t, w, dir, &poll.Plan{Rules: set, Routes: routes}, src)
				defer func() { n.must(n.store.Close()) }()
				for ; at < len(test.versions); at++ {
					n.once()
					after(hour)
					for _, target := range [...]string{"desk", "kyiv desk"} {
						for _, a := range n.take(target) {
							for _, hit := range a.Rules {
								told = append(told, hit.Name)
							}
						}
					}
				}
				if !slices.Equal(told, test.told) {
					t.Errorf("told are %v, want %v", told, test.told)
				}
			})
		})
	}
}
