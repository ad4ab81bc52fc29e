//go:build !race

package bolt_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/seen"
	"watcher/internal/notify"
	"watcher/internal/notify/story"
	"watcher/internal/poll"
	"watcher/internal/store"
	"watcher/internal/store/bolt"
	"watcher/internal/testutil"
)

// The long form is go test ./internal/store/bolt -run TestFaults -faults 10000 -every-page.
var (
	faults    = flag.Int("faults", 80, "how many random faults TestFaults tries")
	everyPage = flag.Bool("every-page", false, "try each kind of fault on every page, and not on some")
)

// inventory is everything that a store returns, by kind.
type inventory map[string]bool

// fill makes a store with something of everything: trees of several pages, values that span
// pages, alerts that are held, waiting, sent and dead. It returns what is in it. The
// messages of desk are due.
func fill(t *testing.T, path string) inventory {
	t.Helper()
	s := open(t, path)
	var sources []feeds.Source
	for i := range 60 {
		sources = append(sources, feeds.Source{ID: fmt.Sprint("feed ", i), URL: fmt.Sprint("https://example.org/feed/", i), Every: time.Hour})
	}
	testutil.Must(t, s.Sync(ctx, feeds.Pack(sources...)))
	long := strings.Repeat("A long summary. ", 600)
	var titles []string
	for i := range 90 {
		title := fmt.Sprintf("story %d", i)
		titles = append(titles, title)
		a := alertOf(title)
		a.Rules = []notify.RuleHit{{Name: "nato"}}
		if a.Item.Summary = "short"; i%10 == 0 {
			a.Item.Summary = long
			a.Story = story.SketchOf(title, fmt.Sprintf("%d of the articles has a text of its own, %d words long, about the town %d and its harbour", i, i*i, i*7))
		}
		testutil.Must(t, s.Report(ctx, []notify.Alert{a}))
	}
	for i, title := range titles[:60] {
		m := messageOf(title)
		if i%7 == 0 {
			m.Payload = []byte(`"` + title + long + `"`)
		}
		testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Messages: []notify.Message{m}, Batches: 1, Rules: []string{"nato"}}))
	}
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Dead: map[string]string{alertOf(titles[60]).ID: "it cannot be worded"}}))
	testutil.Must(t, s.Freeze(ctx, notify.Composition{Target: "desk", Skipped: map[string]string{alertOf(titles[61]).ID: "not wanted"}}))
	for i := range 40 {
		d := begin(t, s, titles[i])
		switch {
		case i < 25:
			testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Sent: true, Ref: "r"}))
		default:
			testutil.Must(t, s.Settle(ctx, d, notify.AttemptOutcome{Dead: true, Answer: "404", Health: &notify.TargetHealth{Failures: 3}}))
		}
	}
	testutil.Must(t, s.Mute(ctx, notify.Mute{Kind: "rule", Name: "x", Until: time.Now().Add(1000 * time.Hour)}))
	for i := range 60 {
		c, ok, _, err := s.Claim(ctx, fmt.Sprint("feed ", i%50), time.Minute)
		if testutil.Must(t, err); !ok {
			t.Fatal("not free")
		}
		none, err := seen.Unpack(nil)
		testutil.Must(t, err)
		var items []feeds.Item
		for n := range 3 + i%50 {
			items = append(items, feeds.Item{Title: fmt.Sprintf("item %d of %d", n, i), Link: fmt.Sprintf("https://example.org/%d/%d", n, i)})
		}
		packed := none.Judge(&feeds.Document{Items: items}, c.Now, false).Packed
		c.State.Known.ETag = fmt.Sprint("tag of ", c.Feed)
		o := poll.Outcome{Claim: c, State: c.State, Next: c.Now.Add(time.Hour), Seen: packed, Articles: items}
		_, err = s.Commit(ctx, []poll.Outcome{o})
		testutil.Must(t, err)
	}
	testutil.Must(t, s.Close())
	s = open(t, path)
	if aside := damages(t, s); len(aside) > 0 {
		t.Fatalf("a sound store was taken for damaged: %v", aside)
	}
	all, err := takeStock(s)
	testutil.Must(t, err)
	testutil.Must(t, s.Close())
	return all
}

// takeStock reads everything that the store has. It begins no delivery: Next reads frozen
// messages when they are sent, and takeStock reads the payloads.
func takeStock(s *bolt.Store) (inventory, error) {
	all := make(inventory)
	note := func(format string, args ...any) { all[fmt.Sprintf(format, args...)] = true }
	var failed error
	try := func(err error) { failed = errors.Join(failed, err) }
	try(s.Traces(ctx, time.Time{}, func(t notify.Trace) bool {
		note("alert %s %s %q %s %d %v", t.ID, t.State, t.Item.Title, t.Item.Link, len(t.Item.Summary), t.Rules)
		return true
	}))
	try(s.DeadTraces(ctx, time.Time{}, func(d notify.Trace) bool {
		note("dead %s %q", d.ID, d.Item.Title)
		return true
	}))
	h, err := s.Held(ctx, "desk")
	try(err)
	for _, a := range h.Alerts {
		loaded, err := s.Load(ctx, []string{a.ID})
		if errors.Is(err, store.ErrMoved) {
			continue
		}
		try(err)
		for _, l := range loaded {
			note("held %q %s", l.Item.Title, l.Item.Summary)
		}
	}
	for e, err := range s.Feeds(ctx) {
		try(err)
		note("feed %s %s %s", e.Feed, e.URL, e.State.Known.ETag)
		c, ok, _, err := s.Claim(ctx, e.Feed, time.Minute)
		if try(err); ok {
			seen, err := s.Seen(ctx, c)
			try(err)
			note("seen %s %x", e.Feed, seen)
		}
	}
	for a, err := range s.History(ctx, time.Time{}) {
		try(err)
		note("history %s %s", a.Item.Title, a.Item.Link)
	}
	mutes, err := s.Mutes(ctx)
	try(err)
	note("mutes %v", mutes)
	failing, err := s.Failing(ctx)
	try(err)
	for target, since := range failing {
		note("failing %s %d", target, since.Failures)
	}
	matched, err := s.Matched(ctx, []string{"nato"})
	try(err)
	note("matched %v", matched)
	for range 30 { // everything that waits is due
		d, ok, _, err := s.Begin(ctx, "desk")
		if try(err); !ok {
			break
		}
		note("sent %s %s", d.Message.ID, d.Message.Payload)
	}
	return all, failed
}

// damaging is a fault of a disk.
type damaging struct {
	what string
	do   func(file []byte) []byte
}

// pageFaults returns the faults that a page can have.
func pageFaults(n, pages int, rng *rand.Rand) []damaging {
	size := os.Getpagesize()
	page := func(f []byte, n int) []byte { return f[n*size : (n+1)*size] }
	other := rng.IntN(pages)
	bit := func(in int) damaging {
		at := rng.IntN(8 * in)
		return damaging{fmt.Sprintf("bit %d of page %d is flipped", at, n), func(f []byte) []byte {
			page(f, n)[at/8] ^= 1 << (at % 8)
			return f
		}}
	}
	return []damaging{
		{fmt.Sprintf("page %d is zero", n), func(f []byte) []byte { clear(page(f, n)); return f }},
		{fmt.Sprintf("half of page %d is zero", n), func(f []byte) []byte { clear(page(f, n)[size/2:]); return f }},
		{fmt.Sprintf("page %d is noise", n), func(f []byte) []byte {
			for i := range page(f, n) {
				page(f, n)[i] = byte(rng.Uint32())
			}
			return f
		}},
		{fmt.Sprintf("page %d is page %d", n, other), func(f []byte) []byte { copy(page(f, n), page(f, other)); return f }},
		bit(16), // of its header
		bit(64),
		bit(size),
	}
}

// randomFault returns any fault.
func randomFault(size int, rng *rand.Rand) damaging {
	at := rng.IntN(size)
	switch rng.IntN(6) {
	case 0:
		return damaging{fmt.Sprintf("cut at %d", at), func(f []byte) []byte { return f[:at] }}
	case 1:
		n := min(1+rng.IntN(600), size-at)
		return damaging{fmt.Sprintf("%d bytes from %d are zero", n, at), func(f []byte) []byte { clear(f[at : at+n]); return f }}
	case 2:
		n := min(1+rng.IntN(9000), size-at)
		from := rng.IntN(size - n)
		return damaging{fmt.Sprintf("%d bytes from %d are at %d", n, from, at), func(f []byte) []byte {
			copy(f[at:at+n], bytes.Clone(f[from:from+n]))
			return f
		}}
	case 3:
		page, pages := os.Getpagesize(), size/os.Getpagesize()
		a, b := rng.IntN(pages)*page, rng.IntN(pages)*page
		return damaging{fmt.Sprintf("the pages at %d and %d are swapped", a, b), func(f []byte) []byte {
			was := bytes.Clone(f[a : a+page])
			copy(f[a:a+page], f[b:b+page])
			copy(f[b:b+page], was)
			return f
		}}
	}
	bits := []int{8*at + rng.IntN(8)}
	for rng.IntN(3) == 0 {
		bits = append(bits, rng.IntN(8*size))
	}
	return damaging{fmt.Sprintf("the bits %d are flipped", bits), func(f []byte) []byte {
		for _, b := range bits {
			f[b/8] ^= 1 << (b % 8)
		}
		return f
	}}
}

// TestFaults damages a store in many ways. Whatever was done to it: it can be opened, again
// and again; nothing that is read was altered; what is missing is reported. The trials run
// in processes of their own, as bbolt has panics that nobody can recover: a process that
// dies fails the test.
func TestFaults(t *testing.T) {
	if seeds := os.Getenv("STORE_FAULTS"); seeds != "" {
		tryFaults(t, os.Getenv("STORE_FAULTS_BASE"), seeds)
		return
	}
	t.Parallel()
	dir := t.TempDir()
	base := filepath.Join(dir, "base.db")
	fill(t, base)
	info, err := os.Stat(base)
	testutil.Must(t, err)
	pages := int(info.Size()) / os.Getpagesize()
	step := 32
	if *everyPage {
		step = 1
	}
	work := []string{fmt.Sprintf("random 0 %d", *faults/2), fmt.Sprintf("random %d %d", *faults/2, *faults)}
	for from := range 2 {
		work = append(work, fmt.Sprintf("page %d %d %d", from*step, pages, 2*step))
	}
	for _, seeds := range work {
		t.Run(seeds, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0], "-test.run=^TestFaults$", "-test.timeout=0")
			cmd.Env = append(os.Environ(), "STORE_FAULTS="+seeds, "STORE_FAULTS_BASE="+base, "TMPDIR="+fastDir(t))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, failures(string(out)))
			}
		})
	}
}

// failures removes the successful trials from the output of a process.
func failures(out string) string {
	lines := strings.SplitAfter(strings.TrimSpace(out), "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, "try:") && line != lines[len(lines)-1]
	}), "")
}

// fastDir returns a folder in which a sync costs nothing, if there is one.
func fastDir(t *testing.T) string {
	t.Helper()
	if dir, err := os.MkdirTemp("/dev/shm", "watcher-test-"); err == nil {
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		return dir
	}
	return t.TempDir()
}

func tryFaults(t *testing.T, base, seeds string) {
	file, err := os.ReadFile(base)
	testutil.Must(t, err)
	path := filepath.Join(t.TempDir(), "watcher.db")
	testutil.Must(t, os.WriteFile(path, file, 0o600))
	s := open(t, path)
	whole, err := takeStock(s)
	testutil.Must(t, errors.Join(err, s.Close()))
	var n []int
	kind, rest, _ := strings.Cut(seeds, " ")
	for f := range strings.FieldsSeq(rest) {
		i, err := strconv.Atoi(f)
		testutil.Must(t, err)
		n = append(n, i)
	}
	tally := make(map[string]int)
	if kind == "random" {
		for seed := n[0]; seed < n[1]; seed++ {
			rng := rand.New(rand.NewPCG(uint64(seed), 1))
			tally[try(t, file, randomFault(len(file), rng), whole)]++
		}
	} else {
		for page := n[0]; page < n[1]; page += n[2] {
			rng := rand.New(rand.NewPCG(uint64(page), 2))
			for _, d := range pageFaults(page, n[1], rng) {
				tally[try(t, file, d, whole)]++
			}
		}
	}
	fmt.Println(seeds, tally)
}

// try tries a fault, and returns the state of the store.
func try(t *testing.T, file []byte, d damaging, whole inventory) (outcome string) {
	t.Helper()
	fmt.Println("try:", d.what) // the last line of a process that dies
	dir, err := os.MkdirTemp("", "try")
	testutil.Must(t, err)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "watcher.db")
	damaged := d.do(bytes.Clone(file))
	testutil.Must(t, os.WriteFile(path, damaged, 0o600))
	outcome = "no effect"
	for round := range 2 {
		s, err := bolt.Open(path)
		if err != nil {
			t.Errorf("%s: start %d: %v", d.what, round+1, err)
			return "not opened"
		}
		got, err := takeStock(s)
		err = errors.Join(err, s.Close())
		select {
		case <-s.Ruined():
			if outcome = "ended, put aside"; round > 0 {
				t.Errorf("%s: ended twice", d.what)
			}
			continue
		default:
		}
		if err != nil {
			t.Errorf("%s: start %d: %v", d.what, round+1, err)
		}
		for _, what := range slices.Sorted(maps.Keys(got)) {
			fresh := what == "mutes []" || strings.HasPrefix(what, "matched ") || strings.HasSuffix(what, " ") && strings.HasPrefix(what, "seen ")
			if !whole[what] && !fresh && !strings.HasPrefix(what, "alert ") {
				t.Errorf("%s: start %d: altered: %.300s", d.what, round+1, what)
			}
		}
		if round == 1 {
			outcome = told(t, path, d, damaged, got, whole, outcome)
		}
	}
	return outcome
}

// told checks that what is missing was reported.
func told(t *testing.T, path string, d damaging, damaged []byte, got, whole inventory, outcome string) string {
	t.Helper()
	s := open(t, path)
	aside := damages(t, s)
	testutil.Must(t, s.Close())
	if len(aside) > 0 && aside[0].Kept != "" {
		if kept, err := os.ReadFile(aside[0].Kept); err != nil || outcome == "no effect" && !bytes.Equal(kept, damaged) {
			t.Errorf("%s: what is kept is another file: %v; put aside for: %s", d.what, err, aside[0].Error)
		}
		if outcome == "no effect" {
			return "put aside"
		}
		return outcome
	}
	if len(aside) > 0 {
		return "records put aside"
	}
	for what := range whole {
		if !got[what] && !strings.HasPrefix(what, "alert ") {
			t.Errorf("%s: lost, and nobody told: %.300s", d.what, what)
		}
	}
	return outcome
}
