//go:build ignore

// Generate writes data/cldr.txt: the names of states and of their capitals, the
// European Union and the United Nations, as Unicode's CLDR has them.
//
//	npm pack cldr-core@48.2.0 cldr-localenames-full@48.2.0 cldr-dates-full@48.2.0
//	for p in cldr-*.tgz; do mkdir "${p%.tgz}" && tar xzf "$p" -C "${p%.tgz}" --strip-components=1; done
//	go run generate.go FOLDER    # in which the three are
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const version = "48.2.0"

// locales are those whose names are taken, with the language that the name is
// filed under. Names differ in the second ones of a language.
var locales = [][2]string{
	{"en", "en"}, {"de", "de"}, {"fr", "fr"}, {"pl", "pl"}, {"cs", "cs"}, {"et", "et"}, {"lv", "lv"}, {"lt", "lt"}, {"ru", "ru"}, {"uk", "uk"}, {"bg", "bg"},
	{"es", "es"}, {"es-419", "es"}, {"pt", "pt"}, {"pt-PT", "pt"}, {"it", "it"}, {"nl", "nl"}, {"sv", "sv"}, {"da", "da"}, {"nb", "no"}, {"no", "no"}, {"nn", "no"}, {"is", "is"}, {"fi", "fi"},
	{"sk", "sk"}, {"sl", "sl"}, {"hr", "hr"}, {"sr", "sr"}, {"sr-Latn", "sr"}, {"bs", "bs"}, {"bs-Cyrl", "bs"}, {"mk", "mk"}, {"be", "be"}, {"sq", "sq"}, {"ro", "ro"}, {"hu", "hu"},
	{"el", "el"}, {"tr", "tr"}, {"az", "az"}, {"ka", "ka"}, {"hy", "hy"}, {"ar", "ar"}, {"he", "he"}, {"fa", "fa"}, {"fa-AF", "fa"}, {"ur", "ur"}, {"ko", "ko"}, {"ko-KP", "ko"},
	{"zh", "zh"}, {"zh-Hant", "zh"}, {"zh-Hant-HK", "zh"}, {"ja", "ja"},
}

// no state: the regions that CLDR has for other ends, and the Euro zone, of which
// it lacks members.
var left = regexp.MustCompile(`^(\d+|QO|XA|XB|ZZ|EZ|AC|CP|CQ|DG|EA|IC|TA)$`)

// short and variant names that are taken; elsewhere they are placeholders, or two
// letters that are other words too.
var shorts = map[string]bool{"GB": true, "US": true, "PS": true, "HK": true, "MO": true, "KR": true, "BA": true, "MM": true}
var variants = map[string]bool{"TR": true, "CZ": true, "CD": true, "CG": true, "CI": true, "SZ": true, "TL": true, "CV": true}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run generate.go FOLDER")
	}
	names := map[string]map[string][]string{} // key, name, languages
	add := func(key, name, lang string) {
		for _, n := range parts(key, name) {
			if names[key] == nil {
				names[key] = map[string][]string{}
			}
			if !slices.Contains(names[key][n], lang) {
				names[key][n] = append(names[key][n], lang)
			}
		}
	}
	for _, l := range locales {
		territories(filepath.Join(os.Args[1], "cldr-localenames-full-"+version, "main", l[0], "territories.json"), l[0], l[1], add)
		capitals(filepath.Join(os.Args[1], "cldr-dates-full-"+version, "main", l[0], "timeZoneNames.json"), l[0], l[1], add)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "# Made by generate.go of Unicode CLDR %s: cldr-localenames-full and cldr-dates-full\n# of npm. Copyright © 1991-2026 Unicode, Inc., Unicode License v3, see LICENSE-CLDR.\n", version)
	for _, key := range slices.Sorted(maps.Keys(names)) {
		for _, n := range slices.Sorted(maps.Keys(names[key])) {
			fmt.Fprintf(&out, "%s %s: %s\n", key, strings.Join(names[key][n], ","), n)
		}
	}
	if err := os.WriteFile("data/cldr.txt", []byte(out.String()), 0o644); err != nil {
		log.Fatal(err)
	}
}

// read reads a file of CLDR; nothing where there is none, for a locale may leave
// all to the one that it follows.
func read(file string, into any) {
	b, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		log.Print(err)
	}
}

func territories(file, locale, lang string, add func(key, name, lang string)) {
	var d struct {
		Main map[string]struct {
			LocaleDisplayNames struct{ Territories map[string]string }
		}
	}
	read(file, &d)
	for key, name := range d.Main[locale].LocaleDisplayNames.Territories {
		code, alt, _ := strings.Cut(key, "-alt-")
		switch {
		case left.MatchString(code), strings.HasSuffix(name, "variant"):
		case alt == "" && (code == "HK" || code == "MO"): // Hong Kong SAR China
		case alt == "", alt == "short" && shorts[code] && utf8.RuneCountInString(name) > 2 && !strings.Contains(name, "."), alt == "variant" && variants[code]:
			add(code+" name", name, lang)
		}
	}
}

func capitals(file, locale, lang string, add func(key, name, lang string)) {
	var d struct {
		Main map[string]struct {
			Dates struct {
				TimeZoneNames struct {
					Zone map[string]map[string]json.RawMessage
				}
			}
		}
	}
	read(file, &d)
	for code, zone := range zones {
		continent, city, _ := strings.Cut(zone, "/")
		var z struct{ ExemplarCity string }
		if raw := d.Main[locale].Dates.TimeZoneNames.Zone[continent][city]; raw != nil {
			if err := json.Unmarshal(raw, &z); err != nil {
				log.Fatal(file, zone, err)
			}
		}
		if z.ExemplarCity != "" {
			add(code+" capital", z.ExemplarCity, lang)
		} else if locale == "en" {
			add(code+" capital", strings.ReplaceAll(city, "_", " "), lang)
		}
	}
}

// article is one that stands before names in Danish and Norwegian: in a sentence it
// is written small.
var article = regexp.MustCompile(`^(Den|Det|De|Dei) `)

var parenthesis = regexp.MustCompile(`^(.*?) *[(（](.*)[)）]$`)

// parts are the names in one: both of Myanmar (Burma). In others the parentheses
// hold no name: Congo (DRC).
func parts(key, name string) []string {
	name = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(name)
	name = article.ReplaceAllString(name, "")
	switch m := parenthesis.FindStringSubmatch(name); {
	case m == nil:
		return []string{name}
	case key == "MM name" || key == "FK name":
		return m[1:]
	}
	return nil
}

// zones of the time zones that are named for a capital.
var zones = map[string]string{
	"AD": "Europe/Andorra", "AF": "Asia/Kabul", "AL": "Europe/Tirane", "AM": "Asia/Yerevan", "AO": "Africa/Luanda", "AR": "America/Buenos_Aires", "AT": "Europe/Vienna", "AZ": "Asia/Baku",
	"BA": "Europe/Sarajevo", "BD": "Asia/Dhaka", "BE": "Europe/Brussels", "BF": "Africa/Ouagadougou", "BG": "Europe/Sofia", "BI": "Africa/Bujumbura", "BJ": "Africa/Porto-Novo", "BO": "America/La_Paz",
	"BS": "America/Nassau", "BT": "Asia/Thimphu", "BW": "Africa/Gaborone", "BY": "Europe/Minsk", "CD": "Africa/Kinshasa", "CF": "Africa/Bangui", "CG": "Africa/Brazzaville", "CL": "America/Santiago",
	"CO": "America/Bogota", "CU": "America/Havana", "CY": "Asia/Nicosia", "CZ": "Europe/Prague", "DE": "Europe/Berlin", "DJ": "Africa/Djibouti", "DK": "Europe/Copenhagen", "DO": "America/Santo_Domingo",
	"DZ": "Africa/Algiers", "EE": "Europe/Tallinn", "EG": "Africa/Cairo", "ER": "Africa/Asmera", "ES": "Europe/Madrid", "ET": "Africa/Addis_Ababa", "FI": "Europe/Helsinki", "FR": "Europe/Paris",
	"GA": "Africa/Libreville", "GB": "Europe/London", "GE": "Asia/Tbilisi", "GH": "Africa/Accra", "GM": "Africa/Banjul", "GN": "Africa/Conakry", "GQ": "Africa/Malabo", "GR": "Europe/Athens",
	"GT": "America/Guatemala", "GW": "Africa/Bissau", "HN": "America/Tegucigalpa", "HR": "Europe/Zagreb", "HT": "America/Port-au-Prince", "HU": "Europe/Budapest", "ID": "Asia/Jakarta", "IE": "Europe/Dublin",
	"IL": "Asia/Jerusalem", "IQ": "Asia/Baghdad", "IR": "Asia/Tehran", "IS": "Atlantic/Reykjavik", "IT": "Europe/Rome", "JO": "Asia/Amman", "JP": "Asia/Tokyo", "KE": "Africa/Nairobi",
	"KG": "Asia/Bishkek", "KH": "Asia/Phnom_Penh", "KP": "Asia/Pyongyang", "KR": "Asia/Seoul", "KW": "Asia/Kuwait", "LA": "Asia/Vientiane", "LB": "Asia/Beirut", "LI": "Europe/Vaduz",
	"LK": "Asia/Colombo", "LR": "Africa/Monrovia", "LS": "Africa/Maseru", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg", "LV": "Europe/Riga", "LY": "Africa/Tripoli", "MC": "Europe/Monaco",
	"MD": "Europe/Chisinau", "ME": "Europe/Podgorica", "MK": "Europe/Skopje", "ML": "Africa/Bamako", "MM": "Asia/Rangoon", "MN": "Asia/Ulaanbaatar", "MR": "Africa/Nouakchott", "MX": "America/Mexico_City",
	"MY": "Asia/Kuala_Lumpur", "MZ": "Africa/Maputo", "NA": "Africa/Windhoek", "NE": "Africa/Niamey", "NI": "America/Managua", "NL": "Europe/Amsterdam", "NO": "Europe/Oslo", "NP": "Asia/Katmandu",
	"OM": "Asia/Muscat", "PA": "America/Panama", "PE": "America/Lima", "PG": "Pacific/Port_Moresby", "PH": "Asia/Manila", "PL": "Europe/Warsaw", "PT": "Europe/Lisbon", "PY": "America/Asuncion",
	"RO": "Europe/Bucharest", "RS": "Europe/Belgrade", "RU": "Europe/Moscow", "RW": "Africa/Kigali", "SA": "Asia/Riyadh", "SD": "Africa/Khartoum", "SE": "Europe/Stockholm", "SG": "Asia/Singapore",
	"SI": "Europe/Ljubljana", "SK": "Europe/Bratislava", "SL": "Africa/Freetown", "SM": "Europe/San_Marino", "SN": "Africa/Dakar", "SO": "Africa/Mogadishu", "SR": "America/Paramaribo", "SS": "Africa/Juba",
	"SY": "Asia/Damascus", "SZ": "Africa/Mbabane", "TD": "Africa/Ndjamena", "TG": "Africa/Lome", "TH": "Asia/Bangkok", "TJ": "Asia/Dushanbe", "TL": "Asia/Dili", "TM": "Asia/Ashgabat",
	"TN": "Africa/Tunis", "TW": "Asia/Taipei", "UA": "Europe/Kiev", "UG": "Africa/Kampala", "UY": "America/Montevideo", "UZ": "Asia/Tashkent", "VA": "Europe/Vatican", "VE": "America/Caracas",
	"ZM": "Africa/Lusaka", "ZW": "Africa/Harare",
}
