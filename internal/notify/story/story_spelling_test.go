package story

import "testing"

func TestSameWord(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"kyiv", "kiev", true}, {"kharkiv", "kharkov", true}, {"haivoronska", "hayvoronska", true}, {"zaporizhzhia", "zaporizhia", true},
		{"харьков", "харькове", true}, {"riga", "rigas", true}, {"ostersund", "ostersnud", true},
		{"cuba", "cebu", false}, {"oman", "yemen", false}, {"iran", "iraq", false}, {"niger", "nigeria", false}, {"austria", "australia", false},
		{"sumy", "sami", false}, {"1000", "1100", false}, {"then", "tin", false}, {"", "", true},
	} {
		if sameWord(c.a, c.b) != c.same || sameWord(c.b, c.a) != c.same {
			t.Errorf("%s and %s: same %v, want %v", c.a, c.b, !c.same, c.same)
		}
	}
}
