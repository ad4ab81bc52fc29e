//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"watcher/internal/testutil"
)

// Real receivers get receivedAlerts articles, each alone and all at once.
const receivedAlerts = 120

// receivedTitles returns the titles of articles, in the order of their feed. They contain
// what a mail could break at: letters beyond ASCII, and dots and From at the beginning of a
// line.
func receivedTitles() []string {
	titles := make([]string, receivedAlerts)
	for i := range titles {
		titles[i] = fmt.Sprintf("NATO %03d . From Näide: «Балтия» %s.end", i, strings.Repeat("abcdefg ", i%9))
	}
	return titles
}

// tellAll has watcher send all articles to a target, one by one or grouped, until all have
// arrived.
func tellAll(t *testing.T, target string, grouped bool, arrived func() bool) {
	t.Helper()
	w := &world{t: t, bin: buildWatcher(t), dir: t.TempDir(), web: t.TempDir()}
	s := httptest.NewServer((&feedServer{dir: w.web}).handler())
	t.Cleanup(s.Close)
	if grouped {
		target += ", group: 1s"
	}
	testutil.WriteFile(t, filepath.Join(w.dir, "watcher.yaml"), fmt.Sprintf(`poll: {every: 1h, first: alert}
network: {allow: [127.0.0.0/8]}
feeds: [{name: Wire, url: "%s/feed.xml"}]
rules: [{name: nato, keywords: [NATO]}]
notify: {desk: {%s}}
ops: {notify: [desk]}
`, s.URL, target), 0o600)
	w.publish(receivedTitles()...)
	p := w.start()
	// A target's pace may be one message a second.
	for deadline := time.After(5 * time.Minute); !arrived(); {
		select {
		case <-deadline:
			t.Fatal("not all have arrived")
		case <-time.After(100 * time.Millisecond): // looking costs the receiver
		}
	}
	if code, _ := p.end(); code != 0 {
		t.Errorf("watcher ended with %d", code)
	}
}

// TestMailServers sends to the mail servers of Debian: each mail arrives once, whole, and
// in order.
func TestMailServers(t *testing.T) {
	if testing.Short() {
		t.Skip("runs mail servers")
	}
	t.Parallel()
	for _, s := range []struct{ name, deb string }{
		{"postfix", "postfix"}, {"exim", "exim4-daemon-light"}, {"opensmtpd", "opensmtpd"},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			debs := fetchDebs(t, s.deb)
			for how, grouped := range map[string]bool{"single": false, "grouped": true} {
				t.Run(how, func(t *testing.T) {
					m := startMailServer(t, s.name, debs)
					tellAll(t, fmt.Sprintf("type: email, smtp: smtp+insecure://127.0.0.1:%d, from: watcher@example.org, to: [desk@example.org]", m.port), grouped, func() bool { return m.alerts() >= receivedAlerts })
					m.check(grouped)
				})
			}
		})
	}
}

// fetchDebs returns a folder with a Debian package and everything that it needs and the
// machine lacks. It is downloaded once, and never installed.
func fetchDebs(t *testing.T, name string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root, for a mount namespace")
	}
	for _, tool := range []string{"apt-get", "dpkg-deb"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("needs " + tool)
		}
	}
	out, err := exec.Command("../../.ci/debs", name).CombinedOutput()
	if err != nil {
		t.Skipf("cannot download %s: %v: %s", name, err, bytes.TrimSpace(out))
	}
	return strings.TrimSpace(string(out))
}

// mailServer is a real mail server, which runs until the test ends.
type mailServer struct {
	t    *testing.T
	out  string // folder of the Maildir and the log
	port int
}

func startMailServer(t *testing.T, name, debs string) *mailServer {
	t.Helper()
	root := t.TempDir()
	unpackDebs(t, debs, root)
	m := &mailServer{t: t, out: t.TempDir(), port: freePort(t)}
	var said bytes.Buffer
	cmd := exec.Command("testdata/mailservers/serve.sh", name, root, m.out, fmt.Sprint(m.port))
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID}
	if err := cmd.Start(); errors.Is(err, syscall.EPERM) {
		t.Skipf("no namespace for %s: %v", name, err)
	} else if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // the first process of its namespace, and with it all others
		<-ended
		if t.Failed() {
			t.Logf("%s said:\n%s\n%s", name, &said, m.log())
		}
	})
	w := &world{t: t}
	w.await(name+" to listen", func() bool {
		select {
		case err := <-ended:
			ended <- err
			if cmd.ProcessState.ExitCode() == 77 {
				t.Skipf("no mounts for %s: %s", name, &said)
			}
			t.Fatalf("%s ended: %v\n%s", name, err, &said)
		default:
		}
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", m.port))
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return m
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (m *mailServer) log() string {
	b, err := os.ReadFile(filepath.Join(m.out, "log"))
	if err != nil {
		b, _ = os.ReadFile(filepath.Join(m.out, "mainlog"))
	}
	return string(b)
}

// mails returns the files of the Maildir.
func (m *mailServer) mails() []string {
	files, _ := filepath.Glob(filepath.Join(m.out, "box", "new", "*"))
	return files
}

// alerts counts the delivered alerts.
func (m *mailServer) alerts() int {
	n := 0
	for _, f := range m.mails() {
		b, _ := os.ReadFile(f)
		n += bytes.Count(b, []byte("\nMatched: "))
	}
	return n
}

// check checks the mails: the order in which the server accepted them, as servers deliver
// in parallel, and that they are whole.
func (m *mailServer) check(grouped bool) {
	m.t.Helper()
	files := m.mails()
	if most := receivedAlerts / 10; grouped == (len(files) > most) {
		m.t.Errorf("%d mails, grouped %v", len(files), grouped)
	}
	// The log has the order, by the id in the topmost Received.
	type taken struct {
		at   int
		text string
	}
	var mails []taken
	log, ids := m.log(), map[string]bool{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			m.t.Fatal(err)
		}
		header, text := readMail(m.t, b)
		id := receivedID.FindStringSubmatch(header.Get("Received"))
		if id == nil {
			m.t.Fatalf("no id in %q", header.Get("Received"))
		}
		if mid := header.Get("Message-ID"); ids[mid] {
			m.t.Errorf("%s came twice", mid)
		} else {
			ids[mid] = true
		}
		mails = append(mails, taken{strings.Index(log, id[1]), text})
	}
	slices.SortFunc(mails, func(a, b taken) int { return a.at - b.at })
	var got []string
	for _, m := range mails {
		got = append(got, titleLine.FindAllString(m.text, -1)...)
	}
	if want := receivedTitles(); !slices.Equal(got, want) {
		m.t.Errorf("%d titles, not each once, whole and in order:\n%s", len(got), strings.Join(got, "\n"))
	}
	m.t.Logf("%d alerts in %d mails", len(got), len(mails))
}

var (
	receivedID = regexp.MustCompile(`\bid (\S+?);?\s`)
	titleLine  = regexp.MustCompile(`(?m)^NATO \d{3} .*\.end$`)
)

// readMail reads a mail to its end, and returns its text part.
func readMail(t *testing.T, wire []byte) (mail.Header, string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(wire))
	if err != nil {
		t.Fatalf("read mail: %v", err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatalf("read mail: %v", err)
	}
	var parts []string
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("read mail: %v", err)
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatalf("read mail: %v", err)
		}
		parts = append(parts, strings.ReplaceAll(string(b), "\r\n", "\n"))
	}
	if len(parts) != 2 || !strings.Contains(parts[1], "</html>") {
		t.Fatalf("a mail of %d parts, or cut short:\n%s", len(parts), wire)
	}
	return m.Header, parts[0]
}
