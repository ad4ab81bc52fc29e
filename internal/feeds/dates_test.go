package feeds

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	tests := []struct {
		in, language string
		want         string // RFC 3339 in UTC; empty if the date is not to be read
	}{
		// The forms that the standards have.
		{"2026-03-02T12:00:00Z", "", "2026-03-02T12:00:00Z"},
		{"2026-03-02T12:00:00.123+02:00", "", "2026-03-02T10:00:00Z"},
		{"Mon, 02 Mar 2026 12:00:00 GMT", "", "2026-03-02T12:00:00Z"},
		{"Mon, 02 Mar 2026 12:00:00 +0200", "", "2026-03-02T10:00:00Z"},
		{"2 Mar 26 12:00 EST", "", "2026-03-02T17:00:00Z"},
		{"Monday, 02-Mar-26 12:00:00 GMT", "", "2026-03-02T12:00:00Z"},
		{"Mon Mar  2 12:00:00 2026", "", "2026-03-02T12:00:00Z"},
		{"Mon Mar 2 12:00:00 MSK 2026", "", "2026-03-02T09:00:00Z"},
		{"20260302T120000Z", "", "2026-03-02T12:00:00Z"},
		{"2026-061", "", "2026-03-02T00:00:00Z"},
		{"2026-03", "", "2026-03-01T00:00:00Z"},
		{"2026", "", "2026-01-01T00:00:00Z"},
		{"2026-03-02T24:00:00Z", "", "2026-03-03T00:00:00Z"},
		{"2026-03-02 12:00:00 Europe/Tallinn", "", "2026-03-02T10:00:00Z"},

		// What gofeed takes for UTC or does not read.
		{"Mon, 02 Mar 2026 12:00:00 MSK", "", "2026-03-02T09:00:00Z"},
		{"Mon, 02 Mar 2026 12:00:00 IST", "", "2026-03-02T06:30:00Z"},
		{"Mon, 02 Mar 2026 12:00:00 JST", "", "2026-03-02T03:00:00Z"},
		{"Mon, 02 Mar 2026 12:00:00 EEST", "", "2026-03-02T09:00:00Z"},
		{"Wed, 02 Sept 2026 12:00:00 GMT", "", "2026-09-02T12:00:00Z"},
		{"Mo, 02 Mär 2026 12:00:00 +0100", "", "2026-03-02T11:00:00Z"},
		{"1772452800", "", "2026-03-02T12:00:00Z"},
		{"1772452800123", "", "2026-03-02T12:00:00Z"},
		{"Mon, 02 Mar 2026 12:00:00 America/New_York", "", "2026-03-02T17:00:00Z"},
		{"Mon, 02 Mar 2026 12:00:00 GMT+0300", "", "2026-03-02T09:00:00Z"},
		{"Mon Mar 02 2026 12:00:00 GMT+0300 (Moscow Standard Time)", "", "2026-03-02T09:00:00Z"},
		{"Mon, 02 Mar 2026 12:00:00 +0300 (MSK)", "", "2026-03-02T09:00:00Z"},

		// An order of day and month that only the language can tell.
		{"03/04/2026", "", ""},
		{"03/04/2026", "en-US", "2026-03-04T00:00:00Z"},
		{"03/04/2026", "en", "2026-03-04T00:00:00Z"},
		{"03/04/2026", "en-GB", "2026-04-03T00:00:00Z"},
		{"03/04/2026", "et", "2026-04-03T00:00:00Z"},
		{"23/04/2026 10:30", "", "2026-04-23T10:30:00Z"},
		{"04/23/2026", "", "2026-04-23T00:00:00Z"},
		{"04/04/2026", "", "2026-04-04T00:00:00Z"},
		{"3.4.2026 10:30", "", "2026-04-03T10:30:00Z"},

		// What people type.
		{"March 2, 2026", "", "2026-03-02T00:00:00Z"},
		{"March 2nd, 2026 3:04 PM", "", "2026-03-02T15:04:00Z"},
		{"2 March 2026 12:05 am", "", "2026-03-02T00:05:00Z"},
		{"Monday, March 2, 2026 - 12:00", "", "2026-03-02T12:00:00Z"},
		{"02-Mar-2026", "", "2026-03-02T00:00:00Z"},
		{"lunes, 2 de marzo de 2026", "es", "2026-03-02T00:00:00Z"},
		{"mar, 3 mar 2026 10:00:00 +0100", "es", "2026-03-03T09:00:00Z"},
		{"mar, 05 mai 2026 10:00:00 +0200", "fr", "2026-05-05T08:00:00Z"},
		{"E, 2 märts 2026 12:00", "et", "2026-03-02T12:00:00Z"},
		{"pirmd., 2 marts 2026 12:00", "lv", "2026-03-02T12:00:00Z"},
		{"2 kovo 2026", "lt", "2026-03-02T00:00:00Z"},
		{"Пн, 02 марта 2026 12:00:00 +0300", "ru", "2026-03-02T09:00:00Z"},
		{"2 березня 2026", "uk", "2026-03-02T00:00:00Z"},
		{"pon, 2 mar 2026 12:00:00 +0100", "pl", "2026-03-02T11:00:00Z"},
		{"2026年3月2日", "zh", "2026-03-02T00:00:00Z"},

		// What is no date, or none that can be.
		{"", "", ""},
		{"yesterday", "", ""},
		{"0000-00-00 00:00:00", "", ""},
		{"1970-01-01T00:00:00Z", "", ""},
		{"31 February 2026", "", ""},
		{"2026-13-01", "", ""},
		{"Mon, 02 Mar 2026 25:00:00 GMT", "", ""},
		{"Mon, 02 Mar 2026 12:00:00 XYZ", "", ""},
		{"12345", "", ""},
		{"2026-03-02T12:00:00Z and then some words that make it far too long to be a date of anything at all in a feed", "", ""},
	}
	for _, tt := range tests {
		got, ok := parseDate(tt.in, tt.language)
		if !ok {
			if tt.want != "" {
				t.Errorf("%q (%s) is not read, want %s", tt.in, tt.language, tt.want)
			}
			continue
		}
		if s := got.Truncate(time.Second).Format(time.RFC3339); s != tt.want {
			t.Errorf("%q (%s) is %s, want %q", tt.in, tt.language, s, tt.want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"Mon, 02 Mar 2026 12:00:00 GMT", "3.4.2026", "2026-W10-1", "mar, 3 mar 2026", "1772452800", "12pm 1/1/1"} {
		f.Add(s, "en")
	}
	f.Fuzz(func(t *testing.T, s, language string) {
		if got, ok := parseDate(s, language); ok && (got.Location() != time.UTC || got.Year() < 1970 || got.Year() > 2201) {
			t.Errorf("%q is %v", s, got)
		}
	})
}
