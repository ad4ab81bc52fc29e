package bolt

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"watcher/internal/notify"
	bbolt "watcher/internal/store/sealed"
)

// story returns the story of an alert's article, and remembers the article; the
// zero Key where its target is told every article.
//
// What leads to the articles of the last days is in memory too, and the sketches
// are read where it leads. Only the writer's goroutine uses that index. It is
// filled from the bucket, and again after a transaction that failed, which may
// have undone what was added.
func (s *Store) story(tx *bbolt.Tx, a notify.Alert, now time.Time) (notify.Key, error) {
	if a.Story.IsZero() {
		return notify.Key{}, nil
	}
	if s.stories == nil {
		stories, err := loadStories(tx, now)
		if err != nil {
			return notify.Key{}, err
		}
		s.stories = stories
	}
	article := notify.Article{Item: a.Keys[0], Feed: a.Item.Feed, Seen: now}
	story, err := s.stories.Story(article, a.Story, func(told notify.Article) (notify.Sketch, error) { return sketchOf(tx, told) })
	if err != nil || s.stories.Knows(article.Item) {
		return story, err
	}
	article.Story = story
	if article.Place, err = tx.Bucket(bucketStories).NextSequence(); err != nil {
		return notify.Key{}, err
	}
	s.stories.Add(article, a.Story.Index)
	return story, putStory(tx, article, a.Story)
}

// storyKey is the key of an article's record.
func storyKey(a notify.Article) []byte {
	return append(number(uint64(a.Seen.UnixNano())), number(a.Place)...)
}

// sketchOf returns the sketch of an article, the zero one if it was deleted.
func sketchOf(tx *bbolt.Tx, a notify.Article) (notify.Sketch, error) {
	k := storyKey(a)
	v := tx.Bucket(bucketStories).Get(k)
	if v == nil {
		return notify.Sketch{}, nil
	}
	var r storyRecord
	err := decode(bucketStories, k, v, &r)
	return r.sketch(), err
}

// putStory stores an article, and deletes those that are of no use any more.
func putStory(tx *bbolt.Tx, a notify.Article, t notify.Sketch) error {
	b := tx.Bucket(bucketStories)
	limit := number(uint64(a.Seen.Add(-notify.StoryWindow).UnixNano()))
	var old [][]byte
	c := b.Cursor()
	for k, _ := c.First(); k != nil && bytes.Compare(k, limit) < 0 && len(old) < 16; k, _ = c.Next() {
		old = append(old, bytes.Clone(k))
	}
	for _, k := range old {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	v, err := json.Marshal(storyRecordOf(a, t))
	if err != nil {
		return fmt.Errorf("encode a story: %w", err)
	}
	return b.Put(storyKey(a), v)
}

// storyRecord is an article on disk.
type storyRecord struct {
	Item  notify.Key `json:"item"`
	Story notify.Key `json:"story"`
	Feed  string     `json:"feed"`
	// The sketch, big-endian.
	Text      []byte `json:"text"`
	Lead      []byte `json:"lead,omitempty"`
	Terms     []byte `json:"terms,omitempty"`
	LeadTerms []byte `json:"lead_terms,omitempty"`
	Figures   []byte `json:"figures,omitempty"`
	// Not in records of versions before them.
	Index []byte `json:"index,omitempty"`
	Said  string `json:"said,omitempty"`
}

func storyRecordOf(a notify.Article, t notify.Sketch) *storyRecord {
	return &storyRecord{
		Item: a.Item, Story: a.Story, Feed: a.Feed, Index: packed(t.Index), Said: t.Said,
		Text: packed(t.Text), Lead: packed(t.Lead), Terms: packed(t.Terms), LeadTerms: packed(t.LeadTerms), Figures: packed(t.Figures),
	}
}

// sketch is that of the article's text.
func (r *storyRecord) sketch() notify.Sketch {
	return notify.Sketch{
		Text: unpacked(r.Text), Lead: unpacked(r.Lead),
		Terms: unpacked(r.Terms), LeadTerms: unpacked(r.LeadTerms), Figures: unpacked(r.Figures),
		Index: unpacked(r.Index), Said: r.Said,
	}
}

func packed(hashes []uint32) []byte {
	b := make([]byte, 0, 4*len(hashes))
	for _, h := range hashes {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	return b
}

func unpacked(b []byte) []uint32 {
	hashes := make([]uint32, 0, len(b)/4)
	for ; len(b) >= 4; b = b[4:] {
		hashes = append(hashes, binary.BigEndian.Uint32(b))
	}
	return hashes
}

func loadStories(tx *bbolt.Tx, now time.Time) (*notify.Stories, error) {
	stories := new(notify.Stories)
	c := tx.Bucket(bucketStories).Cursor()
	for k, v := c.Seek(number(uint64(now.Add(-notify.StoryWindow).UnixNano()))); k != nil; k, v = c.Next() {
		var r storyRecord
		if err := decode(bucketStories, k, v, &r); err != nil {
			return nil, err
		}
		sketch := r.sketch()
		if len(sketch.Index) == 0 {
			sketch = sketch.Indexed()
		}
		stories.Add(notify.Article{
			Item: r.Item, Story: r.Story, Feed: r.Feed, Seen: time.Unix(0, int64(uint64Of(k))), Place: uint64Of(k[8:]),
		}, sketch.Index)
	}
	return stories, nil
}
