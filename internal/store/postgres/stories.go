package postgres

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/store/record"
)

// Each machine has in memory what leads to the articles of the last days that were alerted,
// by any machine. A commit first reads what others have committed since its last look, and
// then the sketches of those articles that its own may be like. Two articles of a story
// that two machines commit within the same few milliseconds do not see each other, and both
// are alerted. (The same item still makes one alert, by its key.) That is the price of
// commits that do not wait for each other.

const (
	// storyParts spreads the articles of one time over several rows of the index.
	storyParts = 8
	// maxRecent is how many of the latest articles are read before the first is looked up.
	// The others are read while the store is in use, maxRead at a time.
	maxRecent = 2000
	maxRead   = 500
	// lateStories is how much older than the latest article that was read an article may be
	// that is committed after it; laterStories is how much older at the most. The longer
	// stretch is read only once in lateStories, as otherwise each commit would read what
	// ten seconds brought.
	lateStories  = time.Second
	laterStories = 10 * time.Second
	// maxSketched is how many sketches are fetched at a time.
	maxSketched = 64
)

// stories are the articles that lead to stories.
type stories struct {
	mu     sync.Mutex
	recent *story.Stories // nil until the first article is looked up
	older  *story.Stories // nil while they are being read
	seen   int64          // of the latest article that was read, in Unix nanoseconds
	back   time.Time      // when it last read laterStories back
}

const (
	recentStories = `
select s.seen, s.item, s.record
from unnest($1::smallint[]) as p(part),
	lateral (select seen, item, record from story where part = p.part and seen > $2 order by seen desc, item desc limit $3) as s
order by s.seen, s.item`

	storiesFrom = `
select s.seen, s.item, s.record
from unnest($1::smallint[]) as p(part),
	lateral (select seen, item, record from story where part = p.part and seen > $2 order by seen, item limit $3) as s
order by s.seen, s.item
limit $3`

	storiesSince = `select seen, item from story where part = any($1::smallint[]) and seen > $2`

	storiesByKey = `
select u.seen, u.item, s.record
from unnest($1::smallint[], $2::bigint[], $3::bytea[]) as u(part, seen, item)
cross join lateral (select record from story where part = u.part and seen = u.seen and item = u.item offset 0) as s
order by u.seen, u.item`

	putStories = `
insert into story (part, seen, item, record)
select part, seen, item, record from unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[]) as u(part, seen, item, record)
order by part, seen, item
on conflict (part, seen, item) do nothing`
)

var allParts = func() (parts []int16) {
	for i := range storyParts {
		parts = append(parts, int16(i))
	}
	return parts
}()

func storyPart(item story.Key) int16 { return int16(item[0] % storyParts) }

// article is an article of a commit, as it is looked up among the stories.
type article struct {
	story.Sketched
	sketch story.Sketch
}

// storiesOf returns the stories of the articles of alerts, by first key, unless their
// targets want every article. It adds to the batch those that are to be remembered.
func (s *Store) storiesOf(ctx context.Context, tx pgx.Tx, alerts []notify.Alert, now time.Time, b *pgx.Batch) (map[notify.ItemKey]story.Key, error) {
	found := make(map[notify.ItemKey]story.Key)
	var articles []article
	for i := range alerts {
		a := &alerts[i]
		if a.Story.IsZero() {
			continue
		}
		if _, met := found[a.Keys[0]]; !met {
			found[a.Keys[0]] = story.Key{}
			articles = append(articles, article{story.Sketched{Item: story.Key(a.Keys[0]), Feed: a.Item.Feed, Seen: now}, a.Story})
		}
	}
	if len(articles) == 0 {
		return found, nil
	}
	st := &s.stories
	if err := s.refreshStories(ctx, tx, now); err != nil {
		return nil, err
	}
	var rows storyRows
	var own story.Stories // of this commit; the others read them from the database once they are stored
	sketches := make(map[story.Key]story.Sketch)
	for some := range slices.Chunk(articles, maxSketched) {
		if err := st.fetch(ctx, tx, &s.history.coders, some, sketches); err != nil {
			return nil, err
		}
		fresh, err := st.assign(some, &own, found, sketches)
		if err != nil {
			return nil, err
		}
		for _, a := range fresh {
			rows.add(&s.history.coders, a)
		}
	}
	if len(rows.items) > 0 {
		b.Queue(putStories, rows.parts, rows.seen, rows.items, rows.records)
	}
	return found, nil
}

// assign finds the stories of articles, and returns the articles that are to be remembered.
// These join own, and their sketches join the others. Articles that were read meanwhile
// without the lock count as committed meanwhile.
func (st *stories) assign(articles []article, own *story.Stories, found map[notify.ItemKey]story.Key, sketches map[story.Key]story.Sketch) (fresh []article, err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, a := range articles {
		first, told, err := st.storyOf(a, own, func(t story.Sketched) (story.Sketch, error) { return sketches[t.Item], nil })
		if err != nil {
			return nil, err
		}
		found[notify.ItemKey(a.Item)] = first
		if told {
			continue
		}
		a.Story = first
		own.Add(a.Sketched, a.sketch.Index)
		sketches[a.Item] = a.sketch
		fresh = append(fresh, a)
	}
	return fresh, nil
}

// storyOf returns the story of an article, and whether an article of it was alerted. The
// caller holds mu.
func (st *stories) storyOf(a article, own *story.Stories, sketchOf func(story.Sketched) (story.Sketch, error)) (first story.Key, told bool, err error) {
	first = a.Item
	for _, known := range []*story.Stories{st.recent, st.older, own} {
		if known == nil {
			continue
		}
		first, err = known.Story(a.Sketched, a.sketch, sketchOf)
		if err != nil || known.Knows(a.Item) {
			return first, true, err
		}
		if first != a.Item {
			break
		}
	}
	return first, false, nil
}

// fetch reads the sketches of articles that may be alike.
func (st *stories) fetch(ctx context.Context, tx pgx.Tx, c *coders, articles []article, sketches map[story.Key]story.Sketch) error {
	parts, seen, items := st.unfetched(articles, sketches)
	if len(items) == 0 {
		return nil
	}
	rows, err := tx.Query(ctx, storiesByKey, parts, seen, items)
	if err != nil {
		return err
	}
	return eachStory(rows, c, func(_ int64, r *record.Story) { sketches[story.Key(r.Item)] = r.Sketch() })
}

// unfetched returns the keys of articles that may be alike and whose sketches were not read
// yet.
func (st *stories) unfetched(articles []article, sketches map[story.Key]story.Sketch) (parts []int16, seen []int64, items [][]byte) {
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, a := range articles {
		for _, known := range []*story.Stories{st.recent, st.older} {
			if known == nil {
				continue
			}
			for _, t := range known.Candidates(a.Sketched, a.sketch) {
				if _, have := sketches[t.Item]; have {
					continue
				}
				sketches[t.Item] = story.Sketch{} // stays empty if the article was deleted
				parts, seen, items = append(parts, storyPart(t.Item)), append(seen, t.Seen.UnixNano()), append(items, t.Item[:])
			}
		}
	}
	return parts, seen, items
}

// storyRows are rows of story.
type storyRows struct {
	parts          []int16
	seen           []int64
	items, records [][]byte
}

func (r *storyRows) add(c *coders, a article) {
	part, seen := storyPart(a.Item), a.Seen.UnixNano()
	raw := seal("story", c.packStory(record.StoryOf(a.Sketched, a.sketch)), part, seen, a.Item[:])
	r.parts, r.seen, r.items, r.records = append(r.parts, part), append(r.seen, seen), append(r.items, a.Item[:]), append(r.records, raw)
}

// packStory compresses the record of a story to two thirds, as it says some things twice.
func (c *coders) packStory(r *record.Story) []byte { return c.packer.EncodeAll(r.Packed(), nil) }

// zstdMagic is how a frame of zstd begins (RFC 8878, section 3.1.1). Earlier versions
// stored JSON.
const zstdMagic = "\x28\xb5\x2f\xfd"

// unpackStory reads the record of a row of story. Its error is a *brokenError.
func (c *coders) unpackStory(sealed []byte, seen int64, item []byte) (r record.Story, err error) {
	key := []any{storyPart(story.Key(item)), seen, item}
	raw, err := unseal("story", sealed, key...)
	if err != nil {
		return r, err
	}
	if bytes.HasPrefix(raw, []byte(zstdMagic)) {
		raw, err = c.unpacker.DecodeAll(raw, nil)
	}
	if err == nil {
		err = record.UnpackStory(raw, &r)
	}
	if err != nil {
		return r, &brokenError{"story", key, err}
	}
	return r, nil
}

// refreshStories reads the articles that were stored since the last call.
func (s *Store) refreshStories(ctx context.Context, tx pgx.Tx, now time.Time) error {
	st, c := &s.stories, &s.history.coders
	since, err := s.firstStories(ctx, tx, now)
	if err != nil || since == 0 {
		return err
	}
	rows, err := tx.Query(ctx, storiesSince, allParts, since)
	if err != nil {
		return err
	}
	var told []toldAt
	var one toldAt
	_, err = pgx.ForEachRow(rows, []any{&one.seen, &one.item}, func() error {
		told = append(told, toldAt{one.seen, bytes.Clone(one.item)})
		return nil
	})
	if err != nil {
		return err
	}
	parts, seen, items := st.unknown(told)
	if len(items) == 0 {
		return nil
	}
	if rows, err = tx.Query(ctx, storiesByKey, parts, seen, items); err != nil {
		return err
	}
	var fresh []article
	err = eachStory(rows, c, func(seen int64, r *record.Story) {
		fresh = append(fresh, article{sketched(seen, r), story.Sketch{Index: r.Indexed()}})
	})
	if err != nil {
		return err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, a := range fresh {
		st.add(a)
	}
	return nil
}

// toldAt is the key of an article: when it was seen, and which it is.
type toldAt struct {
	seen int64
	item []byte
}

// unknown returns the articles that are not among the recent ones.
func (st *stories) unknown(told []toldAt) (parts []int16, seen []int64, items [][]byte) {
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, t := range told {
		if key := story.Key(t.item); !st.recent.Knows(key) {
			parts, seen, items = append(parts, storyPart(key)), append(seen, t.seen), append(items, t.item)
		}
	}
	return parts, seen, items
}

// add adds an article to the recent ones. The caller holds mu.
func (st *stories) add(a article) {
	if !st.recent.Knows(a.Item) {
		st.recent.Add(a.Sketched, a.sketch.Index)
		st.seen = max(st.seen, a.Seen.UnixNano())
	}
}

// firstStories reads the latest articles in the first call, and then returns 0; otherwise
// it returns the time from which on articles may be unknown.
func (s *Store) firstStories(ctx context.Context, tx pgx.Tx, now time.Time) (since int64, err error) {
	st := &s.stories
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.recent != nil {
		late := lateStories
		if since := now.Sub(st.back); since < 0 || since >= lateStories {
			late, st.back = laterStories, now
		}
		return st.seen - int64(late), nil
	}
	limit := now.Add(-story.StoryWindow).UnixNano()
	rows, err := tx.Query(ctx, recentStories, allParts, limit, maxRecent/storyParts)
	if err != nil {
		return 0, err
	}
	st.recent, st.seen = new(story.Stories), limit
	err = eachStory(rows, &s.history.coders, func(seen int64, r *record.Story) {
		st.add(article{sketched(seen, r), story.Sketch{Index: r.Indexed()}})
	})
	if err != nil {
		st.recent = nil
		return 0, err
	}
	end := st.seen
	s.running.Go(func() { s.olderStories(limit, end) })
	return 0, nil
}

// olderStories reads the articles between two times that are not among the recent ones.
func (s *Store) olderStories(from, end int64) {
	st, older := &s.stories, new(story.Stories)
	for from < end {
		var some []article
		err := s.db.view(s.ending, "read what was told lately", func(tx pgx.Tx) error {
			some = nil
			rows, err := tx.Query(s.ending, storiesFrom, allParts, from, maxRead)
			if err != nil {
				return err
			}
			return eachStory(rows, &s.history.coders, func(seen int64, r *record.Story) {
				some = append(some, article{sketched(seen, r), story.Sketch{Index: r.Indexed()}})
			})
		})
		if s.ending.Err() != nil {
			return
		}
		if err != nil {
			select { // others say so
			case <-s.ending.Done():
			case <-time.After(s.timing.beat):
			}
			continue
		}
		if len(some) == 0 {
			break
		}
		st.mu.Lock()
		for _, a := range some {
			if !st.recent.Knows(a.Item) {
				older.Add(a.Sketched, a.sketch.Index)
			}
		}
		st.mu.Unlock()
		from = some[len(some)-1].Seen.UnixNano() // some of the same nanosecond may be left out
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.older = older
}

// eachStory reads rows of articles.
func eachStory(rows pgx.Rows, c *coders, yield func(seen int64, r *record.Story)) error {
	var seen int64
	var item, raw []byte
	_, err := pgx.ForEachRow(rows, []any{&seen, &item, &raw}, func() error {
		r, err := c.unpackStory(raw, seen, item)
		if err == nil {
			yield(seen, &r)
		}
		return err
	})
	return err
}

// sketched returns what is kept in memory of an article.
func sketched(seen int64, r *record.Story) story.Sketched {
	return story.Sketched{Item: story.Key(r.Item), Story: story.Key(r.Story), Feed: r.Feed, Seen: time.Unix(0, seen)}
}
