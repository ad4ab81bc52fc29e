package schedule

import (
	"fmt"
	"strings"
	"time"
	"watcher/internal/suggest"
)

// Zone returns the time zone of an IANA name; empty means UTC. "Local" is refused: a
// config means the same on every machine.
func Zone(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err == nil && name != "Local" {
		return loc, nil
	}
	if near := nearZone(name); near != "" {
		return nil, fmt.Errorf("unknown time zone %q, did you mean %s?", name, near)
	}
	return nil, fmt.Errorf("unknown time zone %q, write an IANA name such as Europe/Tallinn", name)
}

// zones are the names that nearZone compares with, by the capitals and the seats of
// newsrooms: the library cannot list the names it knows. Every other IANA name is valid
// too.
const zones = `Africa/Cairo Africa/Johannesburg Africa/Lagos Africa/Nairobi
America/Argentina/Buenos_Aires America/Bogota America/Chicago America/Denver America/Los_Angeles
America/Mexico_City America/New_York America/Sao_Paulo America/Toronto
Asia/Baghdad Asia/Bangkok Asia/Beirut Asia/Dubai Asia/Hong_Kong Asia/Jakarta Asia/Jerusalem
Asia/Kabul Asia/Karachi Asia/Kolkata Asia/Manila Asia/Riyadh Asia/Seoul Asia/Shanghai Asia/Singapore
Asia/Taipei Asia/Tashkent Asia/Tbilisi Asia/Tehran Asia/Tokyo Asia/Yerevan Atlantic/Reykjavik
Australia/Melbourne Australia/Sydney Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin
Europe/Bratislava Europe/Brussels Europe/Bucharest Europe/Budapest Europe/Chisinau Europe/Copenhagen
Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kyiv Europe/Lisbon Europe/Ljubljana Europe/London
Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Minsk Europe/Moscow Europe/Oslo Europe/Paris
Europe/Prague Europe/Riga Europe/Rome Europe/Sarajevo Europe/Skopje Europe/Sofia Europe/Stockholm
Europe/Tallinn Europe/Tirane Europe/Vienna Europe/Vilnius Europe/Warsaw Europe/Zagreb Europe/Zurich
Pacific/Auckland Pacific/Honolulu`

// nearZone returns the zone whose name differs by a typing slip, or whose city was
// written alone; empty if there is none.
func nearZone(name string) string {
	plain := func(s string) string {
		return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(s))
	}
	wrote := plain(name)
	for zone := range strings.FieldsSeq(zones) {
		whole := plain(zone)
		city := whole[strings.LastIndexByte(whole, '/')+1:]
		if len(wrote) > 3 && (suggest.Near(wrote, whole, 1) || suggest.Near(wrote, city, 1)) {
			return zone
		}
	}
	return ""
}
