package targets

import (
	"strings"
	"time"

	"watcher/internal/notify"
)

// Sample returns an alert that looks like a real one, for trying out a target. The
// article is fictitious.
func Sample(target string, now time.Time) notify.Alert {
	now = now.UTC().Truncate(time.Second)
	published := now.Add(-4 * time.Minute)
	const title = "Sample: Estonia and Latvia open a joint training area for NATO brigades"
	const content = "This is a test message from watcher, about an article that does not exist. " +
		"The two defence ministers signed the agreement in Valga on Monday. From next spring, " +
		"brigades of NATO's forward land forces in Estonia and Latvia will exercise together " +
		"on both sides of the border, without asking for permission each time. A headquarters " +
		"of some forty officers is to plan the exercises and to look after the roads."
	return notify.Alert{
		ID:        notify.SampleID,
		Target:    target,
		FirstSeen: now,
		Rules: []notify.RuleHit{
			{Name: "baltic-brigades", Terms: []string{"Estonia", "Latvia", "NATO", "brigade*"}},
			{Name: "forward-presence", Terms: []string{"forward land forces"}},
		},
		Item: notify.AlertItem{
			ID:         "https://news.example.org/2031/sample",
			Title:      title,
			Link:       "https://news.example.org/2031/sample",
			Feed:       "Sample Feed",
			FeedURL:    "https://news.example.org/feed",
			Authors:    []string{"A. Writer"},
			Categories: []string{"Defence"},
			Language:   "en",
			Published:  &published,
			Summary:    "Two ministers signed an agreement on a training area that crosses the border.",
		},
		Excerpts: []notify.Excerpt{
			notify.MakeExcerpt("title", title, find(title, "Estonia", "Latvia", "NATO", "brigades")),
			notify.MakeExcerpt("content", content, find(content, "brigades", "NATO's", "forward land forces", "Estonia", "Latvia")),
		},
	}
}

// find returns where words stand in text, each once.
func find(text string, words ...string) [][2]int {
	var spans [][2]int
	for _, w := range words {
		if i := strings.Index(text, w); i >= 0 {
			spans = append(spans, [2]int{i, i + len(w)})
		}
	}
	return spans
}

// Samples returns alerts of every shape that a target can meet. A template that can
// word all of them can word anything.
func Samples(target string, now time.Time) []notify.Alert {
	full := Sample(target, now)
	full.Severity = notify.High
	full.AlsoIn = []notify.Location{{Feed: "Another Feed", Link: "https://other.example.org/story"}}
	bare := notify.Alert{ID: "sample-bare", Target: target, Severity: notify.Low, FirstSeen: full.FirstSeen}
	bare.Item = notify.AlertItem{ID: "tag:example.org,2031:7", Feed: "Sample Feed"}
	bare.Rules = []notify.RuleHit{{Name: "everything"}}
	hostile := Sample(target, now)
	hostile.ID = "sample-hostile"
	hostile.Item.Title = "<!channel> *Sale* <a href=\"javascript:x\">now</a>\r\nBcc: all@example.org \u202e\x1b[31m " + strings.Repeat("long ", 500)
	hostile.Excerpts = nil
	return []notify.Alert{Sample(target, now), full, bare, hostile, SampleTrouble(target, now)}
}

// SampleTrouble returns a report of watcher itself, as ops targets get it.
func SampleTrouble(target string, now time.Time) notify.Alert {
	now = now.UTC().Truncate(time.Second)
	return notify.Alert{
		ID: "sample-trouble", Target: target, FirstSeen: now,
		Trouble: &notify.Trouble{
			Kind: "feed_failing", Feed: "Sample Feed",
			Text:  "Sample: 6 polls in a row failed, the last one with 503 Service Unavailable.",
			Since: now.Add(-time.Hour),
		},
	}
}
