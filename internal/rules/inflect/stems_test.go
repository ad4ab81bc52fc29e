package inflect

import (
	"bytes"
	"testing"
)

// TestStems: an index that files a term under its stems loses none of its forms
// in any language, and no stem makes another needless.
func TestStems(t *testing.T) {
	for i, code := range codes {
		pairs(t, code, func(term, form string, _ bool) {
			w := NewTerm([]byte(folded(t, term)), term)
			f := []byte(folded(t, form))
			if !w.Joins(latin|cyrillic, f) {
				return
			}
			stems := w.Stems(nil)
			found := false
			for j, s := range stems {
				found = found || bytes.HasPrefix(f, s)
				for k, o := range stems {
					if j != k && bytes.HasPrefix(s, o) {
						t.Errorf("%s: stems %q and %q: one is enough", term, s, o)
					}
				}
			}
			if !found {
				t.Errorf("%s joins %s (%s), but no stem of %q begins it", term, form, codes[i], stems)
			}
		})
	}
}
