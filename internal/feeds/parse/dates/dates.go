package dates

import (
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"

	"watcher/internal/text"
)

// Parse reads a date as feeds write it: RFC 3339 and the rest of ISO 8601,
// RFC 822 and its descendants, C's asctime, seconds since 1970, and what people
// type, with the names of months in some thirty languages. language, as the
// feed declares it, decides what 03/04/2026 is: the third of April, but for
// American English; without it such a date is not guessed. A date without a
// zone is UTC. ok is false where nothing certain can be said.
func Parse(s, language string) (t time.Time, ok bool) {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "<&") && len(s) < maxDateMarkup {
		s = html.UnescapeString(s) // escaped twice
		if _, value, found := strings.Cut(s, "datetime="); found && len(value) > 1 {
			value, _, _ = strings.Cut(value[1:], value[:1])
			if t, ok := Parse(text.PlainText(value), language); ok {
				return t, true
			}
		}
		s = text.OneLine(text.PlainText(s))
	}
	if label, date, found := strings.Cut(s, ": "); found && !strings.ContainsFunc(label, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' }) {
		s = strings.TrimSpace(date) // "Published: …"
	}
	if s == "" || len(s) > maxDate {
		return time.Time{}, false
	}
	for _, layout := range [...]string{time.RFC3339, time.RFC1123Z} {
		if t, err := time.Parse(layout, s); err == nil {
			return plausible(t)
		}
	}
	if t, ok := parseEpoch(s); ok {
		return plausible(t)
	}
	if t, ok := parseISO(s); ok {
		return plausible(t)
	}
	d := dateWords{american: isAmerican(language), dayFirst: language != "" && !isAmerican(language)}
	if !d.scan(s) {
		return time.Time{}, false
	}
	t, ok = d.time()
	if !ok {
		return time.Time{}, false
	}
	return plausible(t)
}

// Bounds on what is looked at as a date, in bytes: with the markup around it, and
// without.
const (
	maxDateMarkup = 1000
	maxDate       = 100
)

func isAmerican(language string) bool {
	l := strings.ToLower(strings.ReplaceAll(language, "_", "-"))
	return l == "en" || strings.HasPrefix(l, "en-us")
}

// plausible refuses what is no date of an article but a clock never set.
func plausible(t time.Time) (time.Time, bool) {
	if t.Year() < 1971 || t.Year() > 2200 {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// parseEpoch reads seconds, milliseconds or microseconds since 1970. Of seconds there may
// be fractions; around milliseconds, what .NET puts there.
func parseEpoch(s string) (time.Time, bool) {
	if inner, found := strings.CutPrefix(s, "/Date("); found {
		s = inner[:leadingDigits(inner)] // its offset is for showing alone
	}
	if leadingDigits(s) == 10 && len(s) > 11 && s[10] == '.' && leadingDigits(s[11:]) == len(s)-11 {
		s = s[:10]
	}
	if len(s) != 10 && len(s) != 13 && len(s) != 16 {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return time.Time{}, false
	}
	switch len(s) {
	case 13:
		return time.UnixMilli(n), true
	case 16:
		return time.UnixMicro(n), true
	}
	return time.Unix(n, 0), true
}

// parseISO reads the forms of ISO 8601 beyond RFC 3339: parts left out, no
// separators, days of the year, a space for the T, zones without a colon.
func parseISO(s string) (time.Time, bool) {
	digits := leadingDigits(s)
	if digits == 14 && len(s) == 14 { // 20260302120000
		s = s[:8] + "T" + s[8:]
		digits = 8
	}
	date, rest := s, ""
	if i := strings.IndexAny(s, "Tt "); i >= 4 {
		date, rest = s[:i], strings.TrimSpace(s[i+1:])
	} else if i := strings.IndexByte(s, 'Z'); i > 0 {
		date, rest = s[:i], ""
	}
	if digits < 4 || digits == 5 {
		return time.Time{}, false
	}
	day, ok := isoDay(date)
	if !ok {
		return time.Time{}, false
	}
	if rest == "" {
		return day, true
	}
	clock, zone := rest, ""
	if i := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune("+-− [", r) }); i >= 0 {
		clock, zone = rest[:i], strings.TrimSpace(rest[i:])
	}
	h, m, sec, nano, ok := parseClock(strings.TrimSuffix(clock, ":"))
	if !ok {
		return time.Time{}, false
	}
	if h == 24 && (m > 0 || sec > 0) { // 24:00 is the end of the day (ISO 8601, 4.2.3)
		return time.Time{}, false
	}
	if half := strings.ToUpper(zone[:min(2, len(zone))]); half == "AM" || half == "PM" {
		h, zone = halfDay(h, half == "AM", half == "PM"), zone[2:]
	}
	loc, ok := parseZone(zone)
	if !ok {
		return time.Time{}, false
	}
	return time.Date(day.Year(), day.Month(), day.Day(), h, m, sec, nano, loc), true
}

func isoDay(s string) (time.Time, bool) {
	layouts := map[int][]string{
		4: {"2006"}, 6: {"200601"}, 7: {"2006-01", "2006002", "2006/01"},
		8:  {"20060102", "2006-002", "2006-1-2", "2006/1/2", "2006.1.2"},
		9:  {"2006-1-02", "2006-01-2", "2006/1/02", "2006/01/2", "2006.1.2"},
		10: {"2006-01-02", "2006/01/02", "2006.01.02"},
	}
	for _, layout := range layouts[len(s)] {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func leadingDigits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// parseClock reads 15:04, 15:04:05, 15:04:05.123, 1504, 150405 and 15.
func parseClock(s string) (h, m, sec, nano int, ok bool) {
	s = strings.ReplaceAll(s, ",", ".")
	whole, fraction, _ := strings.Cut(s, ".")
	if fraction != "" {
		if strings.Count(s, ".") == 2 && !strings.Contains(s, ":") { // 15.04.05
			whole, fraction = strings.ReplaceAll(s, ".", ":"), ""
		} else if n, err := strconv.Atoi((fraction + "000000000")[:9]); err == nil {
			nano = n
		} else {
			return 0, 0, 0, 0, false
		}
	}
	var parts []string
	if strings.Contains(whole, ":") {
		parts = strings.Split(whole, ":")
	} else {
		for len(whole) > 2 {
			parts, whole = append(parts, whole[:2]), whole[2:]
		}
		parts = append(parts, whole)
	}
	if len(parts) > 3 {
		return 0, 0, 0, 0, false
	}
	n := [3]int{}
	for i, p := range parts {
		v, err := strconv.Atoi(strings.TrimSpace(p))
		if err != nil || len(p) > 2 {
			return 0, 0, 0, 0, false
		}
		n[i] = v
	}
	// What hour 24 is, the caller knows; 60 is a leap second, which Date carries.
	if n[0] > 24 || n[1] > 59 || n[2] > 60 {
		return 0, 0, 0, 0, false
	}
	return n[0], n[1], n[2], nano, true
}

// parseZone reads Z, +0300, +03:00, +3, GMT+3, abbreviations and IANA names.
func parseZone(s string) (*time.Location, bool) {
	s = strings.TrimSpace(s)
	if before, _, found := strings.Cut(s, "("); found && strings.TrimSpace(before) != "" {
		s = strings.TrimSpace(before) // "+0300 (EEST)"
	}
	s = strings.Trim(s, "()[]")
	s = strings.ReplaceAll(s, "−", "-")
	switch {
	case s == "":
		return time.UTC, true
	case s[0] == '+' || s[0] == '-':
		return parseOffset(s)
	}
	if i := strings.IndexAny(s, "+-"); i > 0 && !strings.Contains(s, "/") {
		name := strings.ToUpper(strings.TrimSpace(s[:i]))
		if name == "GMT" || name == "UTC" || name == "UT" || name == "Z" {
			return parseOffset(s[i:])
		}
	}
	if len(s) == 1 && unicode.IsLetter(rune(s[0])) {
		return time.UTC, true // military letters, of unknown meaning (RFC 5322, 4.3)
	}
	if minutes, known := zoneMinutes[strings.ToUpper(s)]; known {
		return time.FixedZone(strings.ToUpper(s), minutes*60), true
	}
	if strings.Contains(s, "/") && !strings.Contains(s, "..") {
		if loc, err := time.LoadLocation(s); err == nil {
			return loc, true
		}
	}
	return nil, false
}

func parseOffset(s string) (*time.Location, bool) {
	sign := 1
	for len(s) > 0 && (s[0] == '-' || s[0] == '+' || s[0] == ' ') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	if i := strings.IndexByte(s, ' '); i >= 0 {
		s = s[:i] // "+0300 MSK"
	}
	h, m := s, "0"
	switch before, after, found := strings.Cut(s, ":"); {
	case found:
		h, m = before, after[:min(2, len(after))]
	case len(s) == 4:
		h, m = s[:2], s[2:]
	case len(s) == 3:
		h, m = s[:1], s[1:]
	}
	hours, err1 := strconv.Atoi(h)
	minutes, err2 := strconv.Atoi(m)
	if err1 != nil || err2 != nil || hours > 15 || minutes > 59 || hours < 0 || minutes < 0 {
		return nil, false
	}
	return time.FixedZone("", sign*(hours*60+minutes)*60), true
}
