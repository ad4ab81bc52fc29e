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
// The articles of the last days are in memory too, since they are compared by
// what they share. Only the writer's goroutine uses that index. It is filled
// from the bucket, and again after a transaction that failed, which may have
// undone what was added.
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
	article := notify.Article{Item: a.Keys[0], Feed: a.Item.Feed, Seen: now, Text: a.Story}
	article.Story = s.stories.Story(article)
	if s.stories.Knows(article.Item) {
		return article.Story, nil
	}
	s.stories.Add(article)
	return article.Story, putStory(tx, article)
}

// putStory stores an article, and deletes those that are of no use any more.
func putStory(tx *bbolt.Tx, a notify.Article) error {
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
	seq, err := b.NextSequence()
	if err != nil {
		return err
	}
	v, err := json.Marshal(storyRecordOf(a))
	if err != nil {
		return fmt.Errorf("encode a story: %w", err)
	}
	return b.Put(append(number(uint64(a.Seen.UnixNano())), number(seq)...), v)
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
	Said      string `json:"said,omitempty"` // not in records of versions before it
}

func storyRecordOf(a notify.Article) *storyRecord {
	t := a.Text
	return &storyRecord{a.Item, a.Story, a.Feed, packed(t.Text), packed(t.Lead), packed(t.Terms), packed(t.LeadTerms), packed(t.Figures), t.Said}
}

// sketch is that of the article's text.
func (r *storyRecord) sketch() notify.Sketch {
	return notify.Sketch{
		Text: unpacked(r.Text), Lead: unpacked(r.Lead),
		Terms: unpacked(r.Terms), LeadTerms: unpacked(r.LeadTerms), Figures: unpacked(r.Figures), Said: r.Said,
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
		a := notify.Article{Item: r.Item, Story: r.Story, Feed: r.Feed, Seen: time.Unix(0, int64(uint64Of(k)))}
		a.Text = r.sketch()
		stories.Add(a)
	}
	return stories, nil
}
