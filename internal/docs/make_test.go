package docs

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestMakeHelpIsComplete: make help lists every target with what it does, and every target
// that a page names exists.
func TestMakeHelpIsComplete(t *testing.T) {
	makefile := readFile(t, filepath.Join(root, "Makefile"))
	help := run(t, "make", "help")
	targets := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z][a-z -]*):`).FindAllStringSubmatch(makefile, -1) {
		for target := range strings.FieldsSeq(m[1]) {
			targets[target] = true
		}
		if !regexp.MustCompile(`(?m)^  make ` + m[1] + ` +\S`).MatchString(help) {
			t.Errorf("make help does not explain %s", m[1])
		}
	}
	if len(targets) < 15 {
		t.Fatalf("%d targets: are they still found?", len(targets))
	}
	for name, page := range pages(t) {
		for _, m := range regexp.MustCompile("(?m)(?:`|^ {4}|&& )(?:[A-Z_]+=\\S+ )*make ([a-z-]+)").FindAllStringSubmatch(page, -1) {
			if !targets[m[1]] {
				t.Errorf("%s: there is no make %s", name, m[1])
			}
		}
	}
}
