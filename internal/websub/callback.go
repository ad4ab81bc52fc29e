package websub

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"watcher/internal/feeds"
	"watcher/internal/feeds/fetch"
	"watcher/internal/poll"
	"watcher/internal/text"
)

const (
	// maxPushes bounds the pushes that are received at the same time.
	maxPushes = 8
	// receiveIn bounds how long a hub waits until its push is stored. After that it
	// is told to try again.
	receiveIn = 10 * time.Second
	// maxHashed bounds how much of a body is read. A push larger than
	// feeds.MaxPushed is not kept, but if its signature is right the feed is polled.
	maxHashed = 16 << 20
	// maxChallenge is how long a challenge may be.
	maxChallenge = 4 << 10
)

// errTaking is returned for a push of a feed while another one is being stored.
var errTaking = errors.New("another one of the feed is being taken")

// Result says what became of a push.
type Result string

const (
	Accepted     Result = "accepted"
	Unreadable   Result = "unreadable"    // no feed, or too large: the feed was polled instead
	WrongTopic   Result = "wrong_topic"   // likewise
	BadSignature Result = "bad_signature" // thrown away
	TooLarge     Result = "too_large"     // thrown away
	Busy         Result = "busy"          // not stored in time: the hub is to come again
	Unknown      Result = "unknown"       // no such subscription
)

// ServeHTTP answers a hub.
func (s *Subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if !s.learn(key) { // a hub that is told of none ends the subscription
		http.Error(w, "it cannot be told now whether there is such a subscription", http.StatusServiceUnavailable)
		return
	}
	switch r.Method {
	case http.MethodGet:
		s.verify(w, r, key)
	case http.MethodPost:
		s.receive(w, r, key)
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "a callback for a hub", http.StatusMethodNotAllowed)
	}
}

// verify confirms to a hub that a subscription, or its end, is meant (5.3), or notes
// that the hub denies it (5.2).
func (s *Subscriber) verify(w http.ResponseWriter, r *http.Request, key string) {
	q := r.URL.Query()
	challenge, topic := q.Get("hub.challenge"), q.Get("hub.topic")
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.paths[key]
	if x == nil || topic == "" || topic != x.push.Topic {
		http.NotFound(w, r)
		return
	}
	now := time.Now()
	asked := !x.asked.IsZero() && now.Sub(x.asked) < confirmed || s.all != nil && !x.leaving // by another machine
	pending := asked && challenge != "" && len(challenge) <= maxChallenge
	switch mode := q.Get("hub.mode"); {
	case mode == "denied" && !x.leaving:
		x.denied = "the hub gives no reason"
		if reason := text.Shorten(q.Get("hub.reason"), 200); reason != "" {
			x.denied = reason
		}
		x.granted = time.Time{}
		s.stir()
		return
	case mode == "subscribe" && pending && !x.leaving:
		x.granted, x.denied = now.Add(granted(q.Get("hub.lease_seconds"))), ""
		s.stir()
	case mode == "unsubscribe" && pending && x.leaving:
		delete(s.paths, key)
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, challenge) // the hub is gone if it fails
}

// granted parses the lease that a hub grants.
func granted(seconds string) time.Duration {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || n <= 0 {
		return lease
	}
	return time.Duration(min(n, int64(maxLease/time.Second))) * time.Second
}

// receive stores what a hub pushes (7).
func (s *Subscriber) receive(w http.ResponseWriter, r *http.Request, key string) {
	s.mu.Lock()
	x := s.paths[key]
	if x == nil || x.leaving {
		s.got[Unknown]++
		s.mu.Unlock()
		http.Error(w, "there is no such subscription", http.StatusGone)
		return
	}
	feed, push, taking := x.feed, x.push, x.taking
	x.taking = true
	s.mu.Unlock()
	if taking { // or one feed could occupy all slots
		s.answer(w, x, Busy, errTaking)
		return
	}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		x.taking = false
	}()
	ctx, cancel := context.WithTimeout(r.Context(), receiveIn)
	defer cancel()
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		s.answer(w, x, Busy, nil)
		return
	}
	doc, result, err := s.take(ctx, r, push)
	switch {
	case ctx.Err() != nil:
		doc.Room.Close()
		s.answer(w, x, Busy, ctx.Err())
		return
	case err != nil:
		return // the hub is gone
	}
	if result == BadSignature || result == TooLarge {
		doc.Room.Close()
		s.answer(w, x, result, nil)
		return
	}
	// A push that cannot be read is passed on as well: the poller then polls the feed.
	err = s.poller.Receive(ctx, feed, push.Callback, doc)
	_, unreadable := errors.AsType[*feeds.FetchError](err)
	switch {
	case unreadable && result == Accepted:
		result = Unreadable
	case unreadable || err == nil:
	case errors.Is(err, poll.ErrNoSubscription), errors.Is(err, poll.ErrUnknownFeed):
		result = Unknown
	default:
		result = Busy
	}
	s.answer(w, x, result, err)
}

// take reads a push and checks its signature. The document is empty if it cannot be
// used. The caller closes its Room, unless there is an error.
func (s *Subscriber) take(ctx context.Context, r *http.Request, push *poll.HubState) (doc feeds.Pushed, result Result, err error) {
	mac, sum := signature(r.Header.Get("X-Hub-Signature"), push.Secret)
	if mac == nil {
		return doc, BadSignature, nil
	}
	body, room, err := s.hubs.TakePush(ctx, io.TeeReader(r.Body, mac))
	if err != nil {
		room.Close()
		return doc, "", err
	}
	doc.Room = room
	rest, err := io.Copy(mac, io.LimitReader(r.Body, maxHashed-feeds.MaxPushed))
	if err != nil {
		room.Close()
		return doc, "", err
	}
	switch {
	case int64(len(body))+rest > maxHashed:
		return doc, TooLarge, nil
	case !hmac.Equal(mac.Sum(nil), sum):
		return doc, BadSignature, nil
	case len(body) > feeds.MaxPushed:
		return doc, Unreadable, nil
	}
	if topic := fetch.Topic(r.Header); topic != "" && topic != push.Topic {
		return doc, WrongTopic, nil
	}
	return feeds.Pushed{Body: body, Room: room, ContentType: r.Header.Get("Content-Type"), Encoding: r.Header.Get("Content-Encoding")}, Accepted, nil
}

// signature parses a header "method=signature" (7.1); mac is nil if it is malformed.
func signature(header, secret string) (mac hash.Hash, sum []byte) {
	method, digits, _ := strings.Cut(header, "=")
	var of func() hash.Hash
	switch strings.ToLower(method) {
	case "sha1":
		of = sha1.New
	case "sha256":
		of = sha256.New
	case "sha384":
		of = sha512.New384
	case "sha512":
		of = sha512.New
	default:
		return nil, nil
	}
	sum, err := hex.DecodeString(digits)
	if err != nil || secret == "" {
		return nil, nil
	}
	return hmac.New(of, []byte(secret)), sum
}

// answer counts a push by its result and responds to the hub. A wrong signature gets
// the same response as a right one (8), so that nobody learns from trying.
func (s *Subscriber) answer(w http.ResponseWriter, x *subscription, result Result, err error) {
	s.mu.Lock()
	s.got[result]++
	first := !x.warned
	x.warned = result != Accepted && (x.warned || result != Busy)
	s.mu.Unlock()
	switch result {
	case Busy:
		s.log.Warn("what a hub pushed is not stored in time; it is told to come again", "feed", x.feed, "error", err)
		w.Header().Set("Retry-After", "60")
		http.Error(w, "come again later", http.StatusServiceUnavailable)
		return
	case Unknown:
		http.Error(w, "there is no such subscription", http.StatusGone)
		return
	case Accepted:
	default:
		if first { // logged once, until a signature is right again
			log := s.log.With("feed", x.feed, "why", string(result))
			if err != nil {
				log = log.With("error", err)
			}
			log.Warn("what a hub pushed is of no use")
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// Stats counts the subscriptions by their state and the pushes by their result.
type Stats struct {
	Live    int // the hub granted a lease
	Pending int // the hub was asked, or will be
	Failing int // the hub refused, did not answer or did not verify
	Denied  int // the hub denied it
	Pushes  map[Result]int64
}

// Stats returns the counts of this moment, with a zero for each result that never
// occurred.
func (s *Subscriber) Stats() Stats {
	st := Stats{Pushes: make(map[Result]int64)}
	for _, r := range [...]Result{Accepted, Unreadable, WrongTopic, BadSignature, TooLarge, Busy, Unknown} {
		st.Pushes[r] = 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.Copy(st.Pushes, s.got)
	now := time.Now()
	for _, x := range s.feeds {
		switch p := x.push; {
		case p.Hub == "":
		case p.Live(now):
			st.Live++
		case p.Denied:
			st.Denied++
		case p.Failed > 0:
			st.Failing++
		default:
			st.Pending++
		}
	}
	return st
}
