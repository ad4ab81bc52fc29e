package seen

import (
	"time"

	"watcher/internal/feeds"
)

// heldRecord is a held item as Index packs it. It has tags of its own, so that a
// field of Item can be renamed and no stored text is lost; the names are those
// that the fields had when the first item was stored.
type heldRecord struct {
	Feed       string      `json:"Feed"`
	FeedURL    string      `json:"FeedURL"`
	Tags       []string    `json:"Tags"`
	GUID       string      `json:"GUID"`
	Title      string      `json:"Title"`
	Summary    string      `json:"Summary"`
	Content    string      `json:"Content"`
	Link       string      `json:"Link"`
	Authors    []string    `json:"Authors"`
	Categories []string    `json:"Categories"`
	Language   string      `json:"Language"`
	Published  time.Time   `json:"Published"`
	Updated    time.Time   `json:"Updated"`
	Entry      entryRecord `json:"Entry"`
}

// entryRecord is the Entry of a held item. Its fields are those of Entry in their
// order, so that one converts to the other, and a change of Entry does not compile
// until it is decided here what becomes of what is stored.
type entryRecord struct {
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

func heldRecordsOf(items []feeds.Item) []heldRecord {
	records := make([]heldRecord, len(items))
	for i := range items {
		it := &items[i]
		records[i] = heldRecord{
			Feed: it.Feed, FeedURL: it.FeedURL, Tags: it.Tags,
			GUID: it.GUID, Title: it.Title, Summary: it.Summary, Content: it.Content, Link: it.Link,
			Authors: it.Authors, Categories: it.Categories, Language: it.Language,
			Published: it.Published, Updated: it.Updated, Entry: entryRecord(it.Entry),
		}
	}
	return records
}

func itemsOf(records []heldRecord) []feeds.Item {
	items := make([]feeds.Item, len(records))
	for i := range records {
		r := &records[i]
		items[i] = feeds.Item{
			Feed: r.Feed, FeedURL: r.FeedURL, Tags: r.Tags,
			GUID: r.GUID, Title: r.Title, Summary: r.Summary, Content: r.Content, Link: r.Link,
			Authors: r.Authors, Categories: r.Categories, Language: r.Language,
			Published: r.Published, Updated: r.Updated, Entry: feeds.Fingerprint(r.Entry),
		}
	}
	return items
}
