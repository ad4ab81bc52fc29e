package dates

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

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

// isClock reports whether a word without a colon is a time of the day: 12h30, 12h, and,
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
		switch strings.ReplaceAll(strings.ToLower(rest), ".", "") {
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
	switch half := strings.ReplaceAll(folded, ".", ""); half {
	case "am", "a":
		d.am = true
		return d.bareHour(half)
	case "pm", "p":
		d.pm = true
		return d.bareHour(half)
	}
	if i := strings.IndexAny(w, "-/"); i > 0 && d.month == 0 { // Mar-12-2026
		if m, ok := months[foldMonth(w[:i])]; ok {
			d.month, d.named = m, true
			return d.number(w[i+1:])
		}
	}
	return d.zoneWord(w)
}

// bareHour takes the number before "am" or "pm" for the hour, unless there is one.
func (d *dateWords) bareHour(half string) bool {
	n := len(d.numbers) - 1
	dated := d.year != 0 && (d.month != 0 && n > 0 || n > 1) // else it is the day, and the hour follows
	if d.clock || !dated || len(half) < 2 {
		return true
	}
	d.hour, d.clock = d.numbers[n], true
	d.numbers = d.numbers[:n]
	return d.hour > 0 && d.hour <= 12
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

// fits reports whether a date is on the day of the week that was named, in English.
func (d *dateWords) fits(month, day int) bool {
	name := strings.ToLower(time.Date(d.year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday().String())
	return len(d.weekday) >= 3 && strings.HasPrefix(name, d.weekday)
}
