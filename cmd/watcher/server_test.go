package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// feedServer is the web that the tests watch: the files of a folder as feeds,
// some hostile answers, and a receiver of webhooks. What happened is written to
// files of the folder, so that a test, a script and a container all can wait
// for it:
//
//	requests.log  METHOD PATH STATUS, a line for each answer
//	hooks.jsonl   a hookRecord for each alert that was accepted
//	begun.jsonl   the same for each alert whose request arrived, before it is answered
//
// While the folder has a file named "hold", webhooks are received, and neither
// accepted nor answered; with one named "mute", they are accepted and not
// answered. A file named "fail" makes them fail with the status it holds. One named
// "secret" is what they must be signed with; others get 401.
type feedServer struct {
	dir string
	mu  sync.Mutex
}

// hookRecord is what is noted of an alert in a webhook.
type hookRecord struct {
	ID        string   `json:"id"` // the delivery's
	Signature string   `json:"signature"`
	Type      string   `json:"type"`
	Title     string   `json:"title"` // of the item, or the text of a trouble
	Rules     []string `json:"rules"`
}

func (s *feedServer) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hook", s.hook)
	mux.HandleFunc("GET /redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	})
	mux.HandleFunc("GET /huge", s.huge)
	mux.HandleFunc("GET /bomb", s.bomb)
	mux.HandleFunc("GET /status/{code}", func(w http.ResponseWriter, r *http.Request) {
		var code int
		if _, err := fmt.Sscan(r.PathValue("code"), &code); err != nil {
			code = http.StatusBadRequest
		}
		http.Error(w, "as you asked", code)
	})
	mux.HandleFunc("GET /", s.file)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		defer func() { s.note("requests.log", fmt.Sprintf("%s %s %d", r.Method, r.URL.Path, rec.status)) }()
		mux.ServeHTTP(rec, r)
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(code int) {
	r.status = code
	r.ResponseWriter.WriteHeader(code)
}

func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// note appends a line to a file of the folder.
func (s *feedServer) note(name, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := os.OpenFile(filepath.Join(s.dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return // the folder of a test that has ended
	}
	defer f.Close()
	fmt.Fprintln(f, line)
}

var mediaTypes = map[string]string{
	".xml": "application/xml", ".rss": "application/rss+xml", ".atom": "application/atom+xml",
	".json": "application/json", ".html": "text/html; charset=utf-8",
}

// file serves a file with a validator.
func (s *feedServer) file(w http.ResponseWriter, r *http.Request) {
	body, err := os.ReadFile(filepath.Join(s.dir, filepath.Base(r.URL.Path)))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	sum := fnv.New64a()
	sum.Write(body)
	etag := fmt.Sprintf(`"%x"`, sum.Sum64())
	w.Header().Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if media := mediaTypes[filepath.Ext(r.URL.Path)]; media != "" {
		w.Header().Set("Content-Type", media)
	}
	w.Write(body)
}

// huge announces and sends 10 GB.
func (s *feedServer) huge(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/rss+xml")
	io.WriteString(w, `<rss version="2.0"><channel><title>huge</title><description>`)
	block := bytes.Repeat([]byte("NATO "), 1<<14)
	for sent := 0; sent < 10<<30; sent += len(block) {
		if _, err := w.Write(block); err != nil {
			return // the client has had enough
		}
	}
}

// bomb sends 4 GiB of blanks as about 4 MB of gzip.
func (s *feedServer) bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/rss+xml")
	w.Header().Set("Content-Encoding", "gzip")
	var block bytes.Buffer
	z := gzip.NewWriter(&block)
	z.Write(bytes.Repeat([]byte(" "), 1<<20))
	z.Close()
	for range 4096 { // a gzip stream may have many members
		if _, err := w.Write(block.Bytes()); err != nil {
			return
		}
	}
}

func (s *feedServer) hook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if secret, err := os.ReadFile(filepath.Join(s.dir, "secret")); err == nil {
		verifier, err := standardwebhooks.NewWebhook(string(secret))
		if err != nil || verifier.Verify(body, r.Header) != nil {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
	}
	records := readHook(r.Header, body)
	for _, rec := range records {
		s.note("begun.jsonl", rec)
	}
	if !s.while("hold", r) {
		for _, rec := range records {
			s.note("left.jsonl", rec)
		}
		return
	}
	if code, err := os.ReadFile(filepath.Join(s.dir, "fail")); err == nil {
		var status int
		fmt.Sscan(string(code), &status)
		http.Error(w, "not today", status)
		return
	}
	for _, rec := range records {
		s.note("hooks.jsonl", rec)
	}
	if !s.while("mute", r) {
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// while waits as long as the folder has a file of that name, and reports whether the client
// is still there.
func (s *feedServer) while(name string, r *http.Request) bool {
	for {
		if _, err := os.Stat(filepath.Join(s.dir, name)); err != nil {
			return true
		}
		select {
		case <-r.Context().Done():
			return false
		case <-pause():
		}
	}
}

// readHook returns a JSON hookRecord for each alert of a webhook's body.
func readHook(h http.Header, body []byte) []string {
	var doc struct {
		Type string
		Data struct {
			Text   string
			Alerts []struct {
				Rules []struct{ Name string }
				Item  struct{ Title string }
			}
		}
	}
	if err := json.Unmarshal(body, &doc); err != nil {
		doc.Type = "not JSON: " + err.Error()
	}
	base := hookRecord{ID: h.Get("webhook-id"), Signature: h.Get("webhook-signature"), Type: doc.Type}
	var out []string
	add := func(r hookRecord) {
		b, _ := json.Marshal(r) // strings always marshal
		out = append(out, string(b))
	}
	if len(doc.Data.Alerts) == 0 {
		base.Title = doc.Data.Text
		add(base)
	}
	for _, a := range doc.Data.Alerts {
		r := base
		r.Title = a.Item.Title
		for _, rule := range a.Rules {
			r.Rules = append(r.Rules, rule.Name)
		}
		add(r)
	}
	return out
}

// rss returns a feed whose items have these titles.
func rss(titles ...string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link>`)
	for _, t := range titles {
		slug := strings.ReplaceAll(strings.ToLower(t), " ", "-")
		fmt.Fprintf(&b, "<item><title>%s</title><link>https://wire.example/%s</link><guid>https://wire.example/%[2]s</guid><description>NATO: %[1]s.</description></item>", t, slug)
	}
	b.WriteString("</channel></rss>")
	return b.String()
}
