package record

import (
	"time"

	"watcher/internal/feeds"
)

// PollItems are the items of one poll, as stored before articles had numbers. The tags are
// the names that the fields of feeds.Item had when the first of them was stored.
type PollItems []HistoryItem

func (PollItems) record() {}

// Items converts the record.
func (r PollItems) Items() []feeds.Item { return converted(r, HistoryItem.item) }

// HistoryItem is a feeds.Item.
type HistoryItem struct {
	Feed       string       `json:"Feed"`
	FeedURL    string       `json:"FeedURL"`
	Tags       []string     `json:"Tags"`
	GUID       string       `json:"GUID"`
	Title      string       `json:"Title"`
	Summary    string       `json:"Summary"`
	Content    string       `json:"Content"`
	Link       string       `json:"Link"`
	Authors    []string     `json:"Authors"`
	Categories []string     `json:"Categories"`
	Language   string       `json:"Language"`
	Published  time.Time    `json:"Published"`
	Updated    time.Time    `json:"Updated"`
	Entry      HistoryEntry `json:"Entry"`
}

// HistoryEntry has the same fields in the same order as feeds.Fingerprint, so that they
// convert to each other: a change there does not compile until somebody decides here
// what becomes of stored data.
type HistoryEntry struct {
	GUID      uint64 `json:"GUID"`
	Link      uint64 `json:"Link"`
	GUIDCore  uint32 `json:"GUIDCore"`
	LinkCore  uint32 `json:"LinkCore"`
	Title     uint32 `json:"Title"`
	Date      uint32 `json:"Date"`
	Update    bool   `json:"Update"`
	Body      uint64 `json:"Body"`
	TitleMask uint32 `json:"TitleMask"`
	BodyMask  uint32 `json:"BodyMask"`
	Sketch    uint32 `json:"Sketch"`
	BodyCore  uint32 `json:"BodyCore"`
	Raw       uint64 `json:"Raw"`
	Key       uint64 `json:"Key"`
}

func (r HistoryItem) item() feeds.Item {
	return feeds.Item{
		Feed: r.Feed, FeedURL: r.FeedURL, Tags: r.Tags,
		GUID: r.GUID, Title: r.Title, Summary: r.Summary, Content: r.Content, Link: r.Link,
		Authors: r.Authors, Categories: r.Categories, Language: r.Language,
		Published: r.Published, Updated: r.Updated, Entry: feeds.Fingerprint(r.Entry),
	}
}
