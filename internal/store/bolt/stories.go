package bolt

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/store/record"
	"watcher/internal/store/sealed"
)

// story returns the story of an alert's article and remembers the article. It returns
// the zero Key if the target is sent every article.
//
// An index in memory leads to the articles of the last days; their sketches are read
// from the file. Only the writer's goroutine uses the index. What a failed transaction
// added to it is removed again.
func (s *Store) story(tx *sealed.Tx, a notify.Alert, now time.Time) (story.Key, error) {
	if a.Story.IsZero() {
		return story.Key{}, nil
	}
	article := story.Sketched{Item: story.Key(a.Keys[0]), Feed: a.Item.Feed, Seen: now}
	first := article.Item
	for _, told := range []*story.Stories{&s.stories, s.older.Load()} {
		if told == nil {
			continue // still being read: this article may be sent again
		}
		var err error
		first, err = told.Story(article, a.Story, func(told story.Sketched) (story.Sketch, error) { return sketchOf(tx, told) })
		if err != nil || told.Knows(article.Item) {
			return first, err
		}
		if first != article.Item {
			break
		}
	}
	article.Story = first
	var err error
	if article.Place, err = tx.Bucket(bucketStories).NextSequence(); err != nil {
		return story.Key{}, err
	}
	s.stories.Add(article, a.Story.Index)
	s.added++
	return first, putStory(tx, article, a.Story)
}

// storyKey is the key of an article's record.
func storyKey(a story.Sketched) []byte {
	return append(number(uint64(a.Seen.UnixNano())), number(a.Place)...)
}

// sketchOf returns the sketch of an article, the zero one if it was deleted.
func sketchOf(tx *sealed.Tx, a story.Sketched) (story.Sketch, error) {
	k := storyKey(a)
	v := tx.Bucket(bucketStories).Get(k)
	if v == nil {
		return story.Sketch{}, nil
	}
	var r record.Story
	err := decode(bucketStories, k, v, &r)
	return r.Sketch(), err
}

// putStory stores an article and deletes those that are too old to matter.
func putStory(tx *sealed.Tx, a story.Sketched, t story.Sketch) error {
	b := tx.Bucket(bucketStories)
	limit := number(uint64(a.Seen.Add(-story.StoryWindow).UnixNano()))
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
	v, err := record.Encode(record.StoryOf(a, t))
	if err != nil {
		return fmt.Errorf("encode a story: %w", err)
	}
	return b.Put(storyKey(a), v)
}

const (
	// maxRecent is how many of the latest articles are read before the store is open.
	// The others are read afterwards, as many at a time.
	maxRecent = 2000
	maxRead   = 200
)

// indexed is an article as read for the index.
type indexed struct {
	story.Sketched
	index []uint32
}

// recentStories reads the latest articles, so that recent stories are recognised. It
// returns the key of the earliest.
func (s *Store) recentStories(now time.Time) (earliest []byte, err error) {
	limit := number(uint64(now.Add(-story.StoryWindow).UnixNano()))
	var found []indexed
	err = s.view(func(tx *sealed.Tx) error {
		found = found[:0]
		c := tx.Bucket(bucketStories).Cursor()
		for k, v := c.Last(); k != nil && bytes.Compare(k, limit) >= 0 && len(found) < maxRecent; k, v = c.Prev() {
			one, err := indexedOf(k, v)
			if err != nil {
				return err
			}
			found = append(found, one)
		}
		return nil
	})
	if len(found) == 0 {
		return limit, err
	}
	for _, one := range slices.Backward(found) {
		s.stories.Add(one.Sketched, one.index)
	}
	return storyKey(found[len(found)-1].Sketched), err
}

// olderStories reads the articles before a key in many transactions, and hands them to
// the writer.
func (s *Store) olderStories(now time.Time, before []byte) {
	defer close(s.storied)
	older := new(story.Stories)
	for from := number(uint64(now.Add(-story.StoryWindow).UnixNano())); from != nil; {
		var found []indexed
		var next []byte
		err := s.view(func(tx *sealed.Tx) error {
			found, next = found[:0], nil
			c := tx.Bucket(bucketStories).Cursor()
			for k, v := c.Seek(from); k != nil && bytes.Compare(k, before) < 0; k, v = c.Next() {
				if len(found) == maxRead {
					next = bytes.Clone(k)
					return nil
				}
				one, err := indexedOf(k, v)
				if err != nil {
					return err
				}
				found = append(found, one)
			}
			return nil
		})
		if err != nil {
			return // all other calls get that error too
		}
		for _, one := range found {
			older.Add(one.Sketched, one.index)
		}
		from = next
		select {
		case <-s.closing:
			return
		default:
		}
	}
	s.older.Store(older)
}

func indexedOf(k, v []byte) (indexed, error) {
	var r record.Story
	if err := decode(bucketStories, k, v, &r); err != nil {
		return indexed{}, err
	}
	return indexed{story.Sketched{
		Item: story.Key(r.Item), Story: story.Key(r.Story), Feed: r.Feed, Seen: time.Unix(0, int64(uint64Of(k))), Place: uint64Of(k[8:]),
	}, r.Indexed()}, nil
}
