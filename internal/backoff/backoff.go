// Package backoff says how long to leave a server alone: what it asked for, and the
// part of a wait that is left to chance, so that what failed or was due together does
// not come back together.
package backoff

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Between is a random time from least up to most, which is longer.
func Between(least, most time.Duration) time.Duration { return least + rand.N(most-least) }

// RetryAfter reads the header Retry-After in both its forms (RFC 9110, section
// 10.2.3), seconds and a date, and fractions of a second, as Discord sends them. A
// date is taken relative to the server's own clock where the header Date tells it,
// else to now. It is at most most, and 0 where the header is missing, makes no
// sense, or speaks of the past.
func RetryAfter(h http.Header, now time.Time, most time.Duration) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(v, 64); err == nil || s != 0 { // beyond all numbers it is infinite
		return Seconds(s, most)
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, min(at.Sub(now), most))
}

// Seconds is s seconds, at most most; 0 for what is negative or no number.
func Seconds(s float64, most time.Duration) time.Duration {
	switch {
	case !(s > 0):
		return 0
	case s > most.Seconds():
		return most
	}
	return time.Duration(s * float64(time.Second))
}
