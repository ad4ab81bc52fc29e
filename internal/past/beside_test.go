//go:build bench

package past_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
	"watcher/internal/past"
	"watcher/internal/poll"
	"watcher/internal/rules"
	"watcher/internal/store/bolt"
	"watcher/internal/store/segment"
	"watcher/internal/testutil"
)

var (
	articles = flag.Int("articles", 200_000, "how many articles are searched")
	beside   = flag.Bool("beside", true, "have SQLite do the same")
	searched = flag.String("searched", "", "the store whose searches take memory")
	rare     = flag.String("rare", "", "the rare word of it")
)

// searches are the measured searches, as a query and as one of FTS5.
var searches = []struct{ name, query, fts string }{
	{"a rare word", "", ""}, // one of the last article's names
	{"a common word", "frigate", "frigate"},
	{"NEAR", "frigate NEAR/5 minister", "NEAR(frigate minister, 5)"},
}

// pattern is a regular expression that contains a whole word.
const pattern = `/frigate, [a-z]+ of/`

// of each search; the median counts
const runs = 5

// TestBesideFTS5 searches articles of some 3.2 KB in a store, and the same in SQLite's
// FTS5, and prints the cost of each.
func TestBesideFTS5(t *testing.T) {
	corpus, err := testutil.ReadCorpus("../../../shared/corpus/ud")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("no corpus: ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	searches[0].query = rareWord(corpus)
	searches[0].fts = searches[0].query
	ours := fill(t, corpus)
	out := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	defer out.Flush()
	fmt.Fprintf(out, "%d articles\t\twatcher\tFTS5\t\n", *articles)
	var theirs *sqlite
	if *beside {
		if path, err := exec.LookPath("sqlite3"); err != nil {
			t.Log("without SQLite: ", err)
		} else {
			theirs = fillSQLite(t, path, corpus)
		}
	}
	row := func(what, unit string, ours, theirs float64) {
		other := "-"
		if theirs > 0 {
			other = fmt.Sprintf("%.2f", theirs)
		}
		fmt.Fprintf(out, "%s\t%s\t%.2f\t%s\t\n", what, unit, ours, other)
	}
	row("to keep an article", "ms CPU", ours.keep, theirs.keeping())
	row("on disk", "KB an article", ours.size, theirs.bytes())
	for _, s := range searches {
		first, n := ours.first(t, s.query)
		row(fmt.Sprintf("first %d of %s", n, s.name), "ms", first, theirs.first(t, s.fts))
	}
	for _, s := range searches {
		took, n := ours.count(t, s.query)
		row(fmt.Sprintf("count of %s, by day: %d, %d read", s.name, n.Found, n.Scanned), "ms", took, theirs.count(t, s.fts))
	}
	took, n := ours.count(t, pattern)
	row(fmt.Sprintf("count of a regular expression: %d, %d read", n.Found, n.Scanned), "ms", took, 0)
	row("memory of these searches", "MB", ours.memory(t), 0)
}

func rareWord(c *testutil.Corpus) string {
	for i := *articles - 1; ; i-- {
		if it := c.Article(i); it.Language == "en" {
			return strings.Fields(it.Authors[0])[1]
		}
	}
}

// filled is a store of articles.
type filled struct {
	store *bolt.Store
	path  string
	past  *past.Past
	keep  float64 // ms of CPU an article
	size  float64 // KB an article, on the disk
}

// fill commits the articles, some in each poll, and has them indexed as they come.
func fill(t *testing.T, corpus *testutil.Corpus) *filled {
	path := filepath.Join(t.TempDir(), "watcher.db")
	s, err := bolt.Open(path)
	testutil.Must(t, err)
	t.Cleanup(func() { s.Close() })
	f := &filled{store: s, path: path, past: past.New(s)}
	var sources []feeds.Source
	for i := range testutil.CorpusFeeds {
		sources = append(sources, feeds.Source{ID: fmt.Sprint("feed-", i), URL: fmt.Sprint("https://example.org/", i), Every: time.Hour})
	}
	testutil.Must(t, s.Sync(t.Context(), feeds.Pack(sources...)))
	none, err := seen.Unpack(nil)
	testutil.Must(t, err)
	shown := none.Judge(&feeds.Document{Items: []feeds.Item{{Title: "one"}}}, time.Now(), false).Packed
	making, kept := time.Duration(0), testutil.CPU()
	for i := 0; i < *articles; {
		before := testutil.CPU()
		var outcomes []poll.Outcome
		for range 200 {
			feed := &sources[i/5%testutil.CorpusFeeds]
			c, ok, _, err := s.Claim(t.Context(), feed.ID, time.Minute)
			if err != nil || !ok {
				t.Fatal("no claim: ", err)
			}
			o := poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(time.Hour), Seen: shown}
			for range 5 {
				it := corpus.Article(i)
				it.Feed, it.FeedURL, it.Tags = feed.ID, feed.URL, []string{"wire"}
				o.Articles = append(o.Articles, it)
				i++
			}
			outcomes = append(outcomes, o)
		}
		making += testutil.CPU() - before
		if _, err := s.Commit(t.Context(), outcomes); err != nil {
			t.Fatal(err)
		}
		if i%perSegment < 1000 || i == *articles {
			index(t, s)
		}
	}
	n := float64(*articles)
	f.keep = (testutil.CPU() - kept - making).Seconds() * 1000 / n
	if _, err := s.GiveBack(t.Context()); err != nil { // as the daemon does each hour
		t.Fatal(err)
	}
	var file syscall.Stat_t
	testutil.Must(t, syscall.Stat(path, &file))
	f.size = float64(file.Blocks*512) / n / 1000
	return f
}

// perSegment is how many articles a segment has.
const perSegment = 8192

// index makes segments of the articles that are enough for some.
func index(t *testing.T, s *bolt.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	indexed := make(chan error, 1)
	go func() { indexed <- s.Index(ctx, past.Cutter(), func(int64) {}) }()
	for waiting(t, s) > perSegment {
		time.Sleep(20 * time.Millisecond)
	}
	cancel()
	testutil.Must(t, <-indexed)
}

// waiting returns how many articles are in no segment yet.
func waiting(t *testing.T, s *bolt.Store) int {
	n := 0
	for r, err := range s.Runs(t.Context(), past.Cutter()) {
		testutil.Must(t, err)
		if _, ok := r.RunIndex.(*segment.Memory); !ok {
			break
		}
		n += r.Len
	}
	return n
}

func (f *filled) first(t *testing.T, query string) (ms float64, n int) {
	return f.timed(func() {
		n = 0
		for _, err := range f.past.Newest(t.Context(), past.Query{Rule: rules.Rule{Match: query}}, "") {
			testutil.Must(t, err)
			if n++; n == 50 {
				return
			}
		}
	}), n
}

func (f *filled) count(t *testing.T, query string) (ms float64, n past.Counts) {
	return f.timed(func() {
		var err error
		if n, err = f.past.Count(t.Context(), past.Query{Rule: rules.Rule{Match: query}}, time.UTC, nil, nil); err != nil {
			t.Fatal(err)
		}
	}), n
}

// timed returns the median CPU time of a search.
func (f *filled) timed(search func()) float64 {
	var all []float64
	for range runs {
		runtime.GC()
		begun := testutil.CPU()
		search()
		all = append(all, (testutil.CPU()-begun).Seconds()*1000)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// memory returns how many MB more a process needs at its peak that makes all of the
// searches.
func (f *filled) memory(t *testing.T) float64 {
	testutil.Must(t, f.store.Close())
	out, err := exec.Command(os.Args[0], "-test.run", "^TestMemoryOfSearches$", "-test.v", "-searched", f.path, "-rare", searches[0].query).Output()
	found := regexp.MustCompile(`took ([0-9.]+) MB`).FindSubmatch(out)
	if err != nil || found == nil {
		t.Fatalf("%v: %s", err, out)
	}
	mb, _ := strconv.ParseFloat(string(found[1]), 64)
	return mb
}

// TestMemoryOfSearches searches a store, in a process of its own, and prints the memory
// above what the process has with the index of the tail, which the daemon always has.
// Mapped pages of the file do not count.
func TestMemoryOfSearches(t *testing.T) {
	if *searched == "" {
		t.Skip("done by TestBesideFTS5")
	}
	s, err := bolt.Open(*searched)
	testutil.Must(t, err)
	defer s.Close()
	f := &filled{store: s, past: past.New(s)}
	f.first(t, "nowhere NEAR/1 nothing")
	debug.FreeOSMemory()
	before, most := anonymous(t), 0.0
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			most = max(most, anonymous(t))
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	searches[0].query = *rare
	for _, s := range searches {
		f.first(t, s.query)
		f.count(t, s.query)
	}
	f.count(t, pattern)
	close(stop)
	<-stopped
	fmt.Printf("took %.1f MB\n", (most-before)/1e6)
}

// anonymous returns the memory of this process that belongs to no file, in bytes.
func anonymous(t *testing.T) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Error(err)
	}
	found := regexp.MustCompile(`RssAnon:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Error("no RssAnon")
		return 0
	}
	kb, _ := strconv.ParseFloat(string(found[1]), 64)
	return kb * 1024
}

// sqlite is a database of the same articles; nil if there is none.
type sqlite struct {
	program, path string
	keep, size    float64
}

func fillSQLite(t *testing.T, program string, corpus *testutil.Corpus) *sqlite {
	q := &sqlite{program: program, path: filepath.Join(t.TempDir(), "fts.db")}
	cmd := exec.Command(program, q.path, "-cmd", "pragma synchronous=normal", "-cmd", "pragma journal_mode=wal",
		"create virtual table a using fts5(title, content, feed unindexed, seen unindexed);", ".import --csv /dev/stdin a")
	in, err := cmd.StdinPipe()
	testutil.Must(t, err)
	cmd.Stderr = os.Stderr
	testutil.Must(t, cmd.Start())
	buffered := bufio.NewWriter(in)
	rows := csv.NewWriter(buffered)
	for i := range *articles {
		it := corpus.Article(i)
		testutil.Must(t, rows.Write([]string{it.Title, it.Content, it.Feed, strconv.FormatInt(it.Published.Unix(), 10)}))
	}
	rows.Flush()
	testutil.Must(t, errors.Join(rows.Error(), buffered.Flush(), in.Close(), cmd.Wait()))
	n := float64(*articles)
	q.keep = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() * 1000 / n
	info, err := os.Stat(q.path)
	testutil.Must(t, err)
	q.size = float64(info.Size()) / n / 1000
	return q
}

func (q *sqlite) keeping() float64 {
	if q == nil {
		return 0
	}
	return q.keep
}

func (q *sqlite) bytes() float64 {
	if q == nil {
		return 0
	}
	return q.size
}

func (q *sqlite) first(t *testing.T, match string) float64 {
	return q.timed(t, fmt.Sprintf("select rowid, title, substr(content, 1, 200) from a where a match '%s' order by rowid desc limit 50;", match))
}

func (q *sqlite) count(t *testing.T, match string) float64 {
	return q.timed(t, fmt.Sprintf("select date(seen, 'unixepoch'), count(*) from a where a match '%s' group by 1;", match)) // reads the column
}

var ran = regexp.MustCompile(`user ([0-9.]+) sys ([0-9.]+)`)

// timed returns the median CPU time of a statement, as SQLite reports it.
func (q *sqlite) timed(t *testing.T, statement string) float64 {
	if q == nil {
		return 0
	}
	cmd := exec.Command(q.program, q.path)
	cmd.Stdin = strings.NewReader(".timer on\n" + strings.Repeat(statement+"\n", runs)) // statements in arguments are not timed
	out, err := cmd.Output()
	testutil.Must(t, err)
	var all []float64
	for _, m := range ran.FindAllStringSubmatch(string(out), -1) {
		user, _ := strconv.ParseFloat(m[1], 64)
		sys, _ := strconv.ParseFloat(m[2], 64)
		all = append(all, 1000*(user+sys))
	}
	if len(all) < runs {
		t.Fatalf("SQLite says %q", out)
	}
	slices.Sort(all)
	return all[len(all)/2]
}
