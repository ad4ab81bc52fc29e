package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	mark    = regexp.MustCompile(`<a id="([^"]+)">`)
	relLink = regexp.MustCompile(`\]\(([^)\s:#]*)(?:#([^)\s]*))?\)`)
)

// anchors returns the places of a page that links can lead to, as GitHub names them.
func anchors(page string) map[string]bool {
	all := map[string]bool{"": true}
	for _, m := range heading.FindAllStringSubmatch(page, -1) {
		name := strings.ToLower(regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(m[1], "$1"))
		name = regexp.MustCompile(`[^\pL\pN_ -]`).ReplaceAllString(name, "")
		all[strings.ReplaceAll(name, " ", "-")] = true
	}
	for _, m := range mark.FindAllStringSubmatch(page, -1) {
		all[m[1]] = true
	}
	return all
}

// Every link within the pages leads to an existing page and place.
func TestLinksLeadSomewhere(t *testing.T) {
	all := pages(t)
	found := 0
	for name, page := range all {
		for _, m := range relLink.FindAllStringSubmatch(page, -1) {
			found++
			to := name
			if m[1] != "" {
				to = filepath.Join(filepath.Dir(name), m[1])
			}
			if _, err := os.Stat(filepath.Join(root, to)); err != nil {
				t.Errorf("%s: %s leads nowhere", name, m[0])
			} else if strings.HasSuffix(to, ".md") && !anchors(all[to])[m[2]] {
				t.Errorf("%s: %s has no such place", name, m[0])
			}
		}
	}
	if found < 100 {
		t.Errorf("%d links: are they still found?", found)
	}
}
