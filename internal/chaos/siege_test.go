package chaos

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var siegeTime = flag.Duration("siege", 30*time.Second, "how long TestSiege lasts; from five minutes on with all its feeds")

const (
	siegeMemory = 256 << 20 // of the control group
	siegePeak   = 200       // MB that the process may have to itself
)

// longSiege selects all feeds and large floods.
func longSiege() bool { return *siegeTime >= 5*time.Minute }

// siege is a web in which one feed of five, and some targets, are hostile.
type siege struct {
	*web
	hostile, honest int
	every           time.Duration
	silent          int // port that accepts and says nothing

	asked   []atomic.Int32 // how often each of besiegers was
	drained atomic.Int32   // messages of floods and troubles

	// The rest is guarded by the web's lock.
	polls map[string][]time.Time // of honest feeds
}

func newSiege(t *testing.T) *siege {
	t.Helper()
	s := &siege{honest: 240, hostile: 60, every: 5 * time.Second, polls: make(map[string][]time.Time), asked: make([]atomic.Int32, len(besiegers))}
	if longSiege() {
		s.honest, s.hostile, s.every = 800, 200, 15*time.Second
	}
	s.web = &web{feeds: make(map[string][]string), window: 30, receivers: map[string]*receiver{
		"prompt": {answer: promptly},
		"flaky":  {answer: unwell},
	}}
	for i := range s.honest {
		s.feeds[fmt.Sprintf("feed%d", i)] = []string{"there before"}
	}
	s.Server = httptest.NewUnstartedServer(s.routes())
	var err error
	if s.Listener, err = net.Listen("tcp4", ":0"); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	s.silent = listen(t, func(c net.Conn) {
		for i, b := range besiegers {
			if b.silent {
				s.asked[i].Add(1)
			}
		}
		silence(c)
	})
	return s
}

// routes serves the feeds, honest and hostile, and the targets.
func (s *siege) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /feed/{feed}", func(rw http.ResponseWriter, r *http.Request) {
		name := r.PathValue("feed")
		s.mu.Lock()
		s.polls[name] = append(s.polls[name], time.Now())
		s.mu.Unlock()
		s.feed(rw, r)
	})
	for i, b := range besiegers {
		mux.HandleFunc(fmt.Sprintf("GET /besieger/%d/", i), func(rw http.ResponseWriter, r *http.Request) {
			s.asked[i].Add(1)
			b.serve(rw, r)
		})
	}
	mux.HandleFunc("POST /to/{receiver}", func(rw http.ResponseWriter, r *http.Request) { s.receivers[r.PathValue("receiver")].take(rw, r) })
	mux.HandleFunc("POST /drain", func(rw http.ResponseWriter, r *http.Request) {
		s.drained.Add(1)
		rw.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /deaf", hang)
	mux.HandleFunc("POST /babbler", func(rw http.ResponseWriter, r *http.Request) { _, _ = io.Copy(rw, endless("taken ")) })
	mux.HandleFunc("POST /headers", wire("HTTP/1.1 200 OK\r\n", "X-More: and more of it\r\n"))
	return mux
}

func silence(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// at is the n-th host of the siege: every address of 127.0.0.0/8 is this machine.
func at(n, port int) string { return fmt.Sprintf("127.1.%d.%d:%d", n/250, n%250+1, port) }

// desk writes the config of the siege, with extra lines.
func (s *siege) desk(t *testing.T, more string) *desk {
	t.Helper()
	d := &desk{t: t, web: s.web, dir: t.TempDir()}
	d.path = filepath.Join(d.dir, "watcher.yaml")
	port := s.Listener.Addr().(*net.TCPAddr).Port
	floods := listen(t, func(c net.Conn) { babble(c, "220-", "and more of it\r\n220-") })
	var b strings.Builder
	fmt.Fprintf(&b, "store: {path: %q}\npoll: {every: %s}\nnetwork: {allow: [127.0.0.0/8]}\n%sfeeds:\n",
		filepath.Join(d.dir, "watcher.db"), s.every, more)
	for i := range s.honest {
		fmt.Fprintf(&b, "- {name: feed%d, url: \"http://%s/feed/feed%[1]d\"}\n", i, at(i, port))
	}
	for i := range s.hostile {
		kind := i % len(besiegers)
		url := fmt.Sprintf("http://%s/besieger/%d/%d", at(s.honest+i, port), kind, i)
		if besiegers[kind].silent {
			url = "https://" + at(s.honest+i, s.silent)
		}
		fmt.Fprintf(&b, "- {name: %q, url: %q, full_text: %v}\n", fmt.Sprintf("%s %d", besiegers[kind].name, i), url, besiegers[kind].fullText)
	}
	fmt.Fprintf(&b, "rules:\n- {name: nato, keywords: [NATO]}\n- {name: siege, keywords: [siege], notify: [drain]}\nnotify:\n")
	for name := range s.receivers {
		fmt.Fprintf(&b, "  %s: {type: webhook, url: \"http://127.0.0.1:%d/to/%[1]s\"}\n", name, port)
	}
	for _, name := range []string{"deaf", "babbler", "headers", "drain"} {
		fmt.Fprintf(&b, "  %s: {type: webhook, url: \"http://127.0.0.1:%d/%[1]s\"}\n", name, port)
	}
	for name, port := range map[string]int{"mail that floods": floods, "mail that is silent": listen(t, silence)} {
		fmt.Fprintf(&b, "  %s: {type: email, smtp: \"smtp+insecure://127.0.0.1:%d\", from: watcher@example.org, to: [desk@example.org]}\n", name, port)
	}
	fmt.Fprintf(&b, "ops: {notify: [drain]}\n")
	if err := os.WriteFile(d.path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// polled reports whether each honest feed was polled at least so many times.
func (s *siege) polled(times int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.feeds {
		if len(s.polls[name]) < times {
			return false
		}
	}
	return true
}

// publish adds items to honest feeds for a time, and returns the program's peak private
// memory in MB.
func (s *siege) publish(p *program, long time.Duration) (most int64) {
	end := time.After(long)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-end:
			return most
		case err := <-p.ended:
			p.d.t.Fatalf("it ended by itself: %v\n%s", err, tail(p.said()))
		case <-tick.C:
		}
		s.web.publish(fmt.Sprintf("feed%d", rand.IntN(s.honest)), fmt.Sprintf("item %d %x", n, rand.Uint64()))
		most = max(most, memoryOf(p.Process.Pid, "RssAnon"))
	}
}

// punctual holds the polls of the honest feeds against their interval: none may
// miss more than one in five, and all together one in fifty.
func (s *siege) punctual(t *testing.T, from, to time.Time) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var due, missed int
	var longest time.Duration
	for name, polls := range s.polls {
		last, lost := from, 0
		for _, at := range append(polls, to) {
			if at.Before(from) || at.After(to) {
				continue
			}
			gap := at.Sub(last)
			longest, last = max(longest, gap), at
			// Half an interval late is not missed; a twentieth is scattered anyway.
			lost += max(0, int((gap+s.every/2)/s.every)-1)
		}
		want := int(to.Sub(from) / s.every)
		if lost > max(1, want/5) {
			t.Errorf("%s missed %d of %d polls", name, lost, want)
		}
		due, missed = due+want, missed+lost
	}
	t.Logf("%d honest feeds: %d of %d polls missed, %v between two polls at most (asked every %v)", s.honest, missed, due, longest.Round(time.Millisecond), s.every)
	if missed > due/50 {
		t.Errorf("honest feeds missed %d of %d polls", missed, due)
	}
}

// TestSiege has one feed of five do harm, and most of the targets, in a control group
// of 256 MB: the process lives, the honest feeds are polled on time, and every alert
// arrives once at each target that takes it.
func TestSiege(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has a network of hosts on loopback, and control groups")
	}
	s := newSiege(t)
	bin := build(t, "watcher")
	group, err := newMemoryGroup(t, siegeMemory)
	var limits string
	var env []string
	if err != nil {
		t.Logf("not in a control group: %v", err)
		// The limit that the program itself reads from the group.
		limits = fmt.Sprintf("limits: {memory: %dMB}\n", siegeMemory>>21)
		env = []string{fmt.Sprintf("GOMEMLIMIT=%d", siegeMemory/3*2)}
	}
	d := s.desk(t, limits)
	p := d.run(group.command(bin, "run", "-c", d.path), env...)
	p.await("every honest feed to be polled twice", func() bool { return s.polled(2) })
	from := time.Now()
	anon := s.publish(p, *siegeTime)
	s.punctual(t, from, time.Now())
	p.await("the last alert", func() bool { n, _ := s.missing(); return n == 0 })
	// Pages of the store count as resident too, as many as the kernel can spare: it
	// reclaims them before it kills anybody.
	t.Logf("peak: %d MB its own (RssAnon, looked at five times a second), %d MB resident with pages of files (VmHWM)", anon, memoryOf(p.Process.Pid, "VmHWM"))
	if anon > siegePeak {
		t.Errorf("it took %d MB, more than %d", anon, siegePeak)
	}
	p.stop()
	if group != nil {
		t.Logf("the control group held %d MB at most, with pages of files, and was killed %d times", group.most(), group.killed(t))
		if n := group.killed(t); n > 0 {
			t.Errorf("killed for memory %d times", n)
		}
	}
	d.setNothingAside(bin)
	for i := range besiegers {
		if s.asked[i].Load() == 0 {
			t.Errorf("no server was asked of the kind %q", besiegers[i].name)
		}
	}
	t.Logf("%d messages of floods and troubles", s.drained.Load())
	c := s.count()
	t.Logf("%d items, %d alerts arrived; %d under two ids, %d sent again, %d refused", len(s.published), c.Alerts, c.Twice, c.Resent, c.Refused)
	if c.Twice > 0 || c.Resent > 0 {
		t.Error("alerts arrived twice")
	}
}
