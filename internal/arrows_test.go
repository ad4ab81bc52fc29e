package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows are the rooms of the module that a room may import, tests left out. A room
// without a row may import any. An arrow that is not here is a design to be talked
// about, in docs/ARCHITECTURE.md too, before it is a line here.
var arrows = map[string]string{
	"backoff":             "",
	"budget":              "",
	"duration":            "",
	"netguard":            "text", // for mail and targets as well, so it knows no feed
	"problem":             "",
	"schedule":            "suggest",
	"suggest":             "",
	"text":                "",
	"feeds":               "budget problem schedule",
	"feeds/fingerprint":   "feeds",
	"feeds/parse":         "feeds feeds/fingerprint feeds/parse/charset feeds/parse/dates text",
	"feeds/parse/charset": "",
	"feeds/parse/dates":   "text",
	"feeds/seen":          "feeds feeds/fingerprint", // and no parser: what a feed has shown is data
	"feeds/fetch":         "backoff budget feeds feeds/fingerprint feeds/parse feeds/parse/charset feeds/seen netguard text",
	"rules":               "feeds rules/entity rules/inflect rules/words", // feeds for its types: the query language needs no HTTP
}

// TestArrows lists what each room imports: an arrow that runs another way than the
// table says is a mistake, and so is a row of the table that no arrow needs.
func TestArrows(t *testing.T) {
	const module = "watcher/internal/"
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	out, err := cmd.Output()
	if err != nil {
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			t.Fatalf("%v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	found := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		room := strings.TrimPrefix(p.ImportPath, module)
		row, ok := arrows[room]
		if !ok {
			continue
		}
		found++
		may := strings.Fields(row)
		for _, path := range p.Imports {
			to, ours := strings.CutPrefix(path, module)
			if ours && !slices.Contains(may, to) {
				t.Errorf("%s imports %s, which the table of arrows does not have", room, to)
			}
		}
		for _, to := range may {
			if !slices.Contains(p.Imports, module+to) {
				t.Errorf("%s does not import %s, which the table of arrows has", room, to)
			}
		}
	}
	if found != len(arrows) {
		t.Errorf("%d of the %d rooms in the table are there", found, len(arrows))
	}
}
