package feeds

import (
	"html"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// parseDate reads a date as feeds write it: RFC 3339 and the rest of ISO 8601,
// RFC 822 and its descendants, C's asctime, seconds since 1970, and what people
// type, with the names of months in some thirty languages. language, as the
// feed declares it, decides what 03/04/2026 is: the third of April, but for
// American English; without it such a date is not guessed. A date without a
// zone is UTC. ok is false where nothing certain can be said.
func parseDate(s, language string) (t time.Time, ok bool) {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "<&") && len(s) < maxDateMarkup {
		s = html.UnescapeString(s) // escaped twice
		if _, value, found := strings.Cut(s, "datetime="); found && len(value) > 1 {
			value, _, _ = strings.Cut(value[1:], value[:1])
			if t, ok := parseDate(PlainText(value), language); ok {
				return t, true
			}
		}
		s = oneLine(PlainText(s))
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

// parseEpoch reads seconds or milliseconds since 1970. Of seconds there may be
// fractions.
func parseEpoch(s string) (time.Time, bool) {
	if leadingDigits(s) == 10 && len(s) > 11 && s[10] == '.' && leadingDigits(s[11:]) == len(s)-11 {
		s = s[:10]
	}
	if len(s) != 10 && len(s) != 13 {
		return time.Time{}, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return time.Time{}, false
	}
	if len(s) == 13 {
		return time.UnixMilli(n), true
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

// dateWords collects the words of a date in no fixed order.
type dateWords struct {
	american, dayFirst bool

	year, month, day int
	numbers          []int // that could be a day, a month or a year of two digits
	hour, min, sec   int
	nano             int
	clock            bool
	tuesday          bool // the month was the first word
	named            bool // the month is a name, as in RFC 822
	weekday          string
	apart            bool // blanks part the numbers
	yearFirst        bool // and so month and day follow in this order
	pm, am           bool
	zone             *time.Location
}

// scan reads the words. It is false where one has no meaning.
func (d *dateWords) scan(s string) bool {
	s = dateSigns.Replace(s)
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '|' || r == ';' })
	for i := range words {
		w := strings.Trim(words[i], "()[]")
		if w == "" || dateFillers[strings.ToLower(w)] {
			continue
		}
		if !d.word(w, i) {
			return false
		}
	}
	return true
}

func (d *dateWords) word(w string, at int) bool {
	if w[0] == 'T' && len(w) > 3 && leadingDigits(w[1:]) > 0 {
		w = w[1:] // "02 Mar 2026 T12:00:00"
	}
	switch c := w[0]; {
	case leadingDigits(w) == 4 && len(w) > 6 && w[4] == 'T': // "02 Mar 2026T12:00:00Z"
		return d.number(w[:4]) && d.word(w[5:], at)
	case strings.Contains(w, ":") && c >= '0' && c <= '9':
		return d.clockWord(strings.TrimSuffix(w, ":"))
	case (c == '+' || c == '-') && len(w) > 1:
		return d.zoneWord(w)
	case c >= '0' && c <= '9' && d.isClock(w):
		return d.clockWord(strings.NewReplacer("h", ":", "H", ":", ".", ":").Replace(strings.TrimRight(w, "hH")))
	case c >= '0' && c <= '9':
		return d.number(w)
	}
	return d.name(w, at)
}

// isClock says whether a word without a colon is a time of the day: 12h30, 12h, and,
// once there is a whole date before it, 12.30 and 12.30.00.
func (d *dateWords) isClock(w string) bool {
	digits := leadingDigits(w)
	rest := w[digits:]
	dated := d.year != 0 && (d.month != 0 && len(d.numbers) > 0 || len(d.numbers) > 1)
	if !d.clock && dated && digits <= 2 && len(rest) == 6 && rest[0] == '.' && rest[3] == '.' { // 12.30.00
		return leadingDigits(rest[1:]) == 2 && leadingDigits(rest[4:]) == 2
	}
	if d.clock || digits > 2 || rest == "" || leadingDigits(rest[1:]) != len(rest)-1 {
		return false
	}
	switch rest[0] {
	case 'h', 'H':
		return true
	case '.':
		return len(rest) == 3 && dated
	}
	return false
}

// clockWord reads 15:04:05, 3:04PM, 15:04:05-07:00, 15:04:05MST.
func (d *dateWords) clockWord(w string) bool {
	if d.clock {
		return false
	}
	i := strings.IndexFunc(w, func(r rune) bool { return (r < '0' || r > '9') && r != ':' && r != '.' })
	if i >= 0 {
		rest := w[i:]
		w = w[:i]
		switch strings.ToLower(rest) {
		case "am", "a":
			d.am = true
		case "pm", "p":
			d.pm = true
		case "h", "uhr":
		default:
			if !d.zoneWord(rest) {
				return false
			}
		}
	}
	var ok bool
	d.hour, d.min, d.sec, d.nano, ok = parseClock(w)
	d.clock = ok
	return ok
}

// zoneWord takes the first zone; a second one explains it ("+0300 MSK").
func (d *dateWords) zoneWord(w string) bool {
	loc, ok := parseZone(w)
	if d.zone == nil && ok {
		d.zone = loc
	}
	return ok || d.zone != nil
}

// number reads what begins with a digit: 12, 2026, 12th, 03/04/2026, 3.4.2026,
// 12-Mar-2026.
func (d *dateWords) number(w string) bool {
	if i := strings.IndexAny(w, "/.-"); i > 0 && i < len(w)-1 {
		parts := strings.FieldsFunc(w, func(r rune) bool { return r == '/' || r == '.' || r == '-' })
		if len(parts) > 3 {
			return false
		}
		if w[i] == '.' {
			d.dayFirst, d.american = true, false // nobody writes months first with dots
		}
		for _, p := range parts {
			if !d.word(p, 1) {
				return false
			}
		}
		d.apart = false
		return true
	}
	digits := leadingDigits(w)
	n, err := strconv.Atoi(w[:digits])
	if err != nil {
		return false
	}
	rest := strings.ToLower(w[digits:])
	switch rest {
	case "", ".", "st", "nd", "rd", "th", "º", "ª", "er", "e":
	case "am", "pm":
		d.hour, d.clock, d.am, d.pm = n, true, rest == "am", rest == "pm"
		return n <= 12 && n > 0
	default:
		m, ok := months[foldMonth(rest)] // "29Mar"
		if !ok || d.month != 0 {
			return false
		}
		d.month, d.named = m, true
	}
	switch {
	case digits == 4 && d.year == 0:
		d.year = n
		d.yearFirst = len(d.numbers) == 0
	case digits <= 2:
		d.apart = len(d.numbers) == 0 || d.apart
		d.numbers = append(d.numbers, n)
	default:
		return false
	}
	return true
}

// name reads a month, "pm", a zone, or the day of the week, which says nothing
// that the date does not.
func (d *dateWords) name(w string, at int) bool {
	folded := foldMonth(w)
	// A first word may be a month or, in Spanish and Italian, a Tuesday: "mar".
	if m, ok := months[folded]; ok && (d.month == 0 || d.tuesday) {
		d.tuesday = at == 0
		d.month, d.named = m, true
		return true
	}
	if at == 0 {
		d.weekday = folded
		return true
	}
	switch folded {
	case "am", "a":
		d.am = true
		return true
	case "pm", "p":
		d.pm = true
		return true
	}
	if i := strings.IndexAny(w, "-/"); i > 0 && d.month == 0 { // Mar-12-2026
		if m, ok := months[foldMonth(w[:i])]; ok {
			d.month, d.named = m, true
			return d.number(w[i+1:])
		}
	}
	return d.zoneWord(w)
}

// foldMonth drops case, a final dot, and what French and Portuguese put before.
func foldMonth(w string) string {
	return strings.TrimRight(strings.ToLower(w), ".")
}

// time puts the words together.
func (d *dateWords) time() (time.Time, bool) {
	if !d.assign() {
		return time.Time{}, false
	}
	h := halfDay(d.hour, d.am, d.pm)
	switch {
	case h == 24 && d.named:
		h = 0 // the first hour of this day (JavaScript's hour12: false), unlike in ISO 8601
	case h == 24 && (d.min > 0 || d.sec > 0):
		return time.Time{}, false
	}
	loc := d.zone
	if loc == nil {
		loc = time.UTC
	}
	if d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 {
		return time.Time{}, false
	}
	day := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	if day.Month() != time.Month(d.month) {
		return time.Time{}, false // 31 February
	}
	return time.Date(d.year, time.Month(d.month), d.day, h, d.min, d.sec, d.nano, loc), true
}

// halfDay is the hour of a clock that counts to twelve.
func halfDay(h int, am, pm bool) int {
	switch {
	case pm && h < 12:
		return h + 12
	case am && h == 12:
		return 0
	}
	return h
}

// assign gives the numbers their meaning.
func (d *dateWords) assign() bool {
	n := d.numbers
	if d.year == 0 { // one of them, the last, is a year of two digits
		if len(n) < 2 || d.month == 0 && len(n) < 3 {
			return false
		}
		d.year = n[len(n)-1] + 2000
		if d.year >= 2070 {
			d.year -= 100
		}
		n = n[:len(n)-1]
	}
	switch {
	case d.month != 0 && len(n) == 1:
		d.day = n[0]
	case d.month != 0 && len(n) == 0:
		d.day = 1
	case d.month == 0 && len(n) == 2:
		a, b := n[0], n[1]
		switch {
		case d.yearFirst:
			d.month, d.day = a, b
		case a > 12, a == b:
			d.day, d.month = a, b
		case b > 12:
			d.month, d.day = a, b
		default:
			return d.dayOrMonth(a, b)
		}
	default:
		return false
	}
	return true
}

// dayOrMonth tells which of two numbers that could be either is the day: the day of
// the week knows, else the language, else that numbers apart are in the order of
// RFC 822.
func (d *dateWords) dayOrMonth(a, b int) bool {
	first, second := d.fits(b, a), d.fits(a, b)
	switch {
	case first != second:
		d.dayFirst = first
	case d.dayFirst:
	case d.american:
	case d.apart:
		d.dayFirst = true
	default:
		return false
	}
	if d.day, d.month = a, b; !d.dayFirst {
		d.day, d.month = b, a
	}
	return true
}

// fits says whether a date is on the day of the week that was named, in English.
func (d *dateWords) fits(month, day int) bool {
	name := strings.ToLower(time.Date(d.year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday().String())
	return len(d.weekday) >= 3 && strings.HasPrefix(name, d.weekday)
}
