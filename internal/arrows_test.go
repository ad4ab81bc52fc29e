package internal_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows are the rooms of the module, and which others each may import, tests excluded. An
// arrow that is not here is a design decision to be discussed before it becomes a line
// here. The graph in docs/ARCHITECTURE.md is drawn from this table.
var arrows = map[string]string{
	"admin":                     "config desk feeds notify notify/targets past poll rules store/bolt store/migrate stores",
	"backoff":                   "",
	"budget":                    "",
	"cli":                       "duration suggest text",
	"clocktest":                 "",
	"cmd/watcher":               "admin budget cli config daemon demo desk duration feeds feeds/fetch feeds/parse notify notify/deliver notify/targets past poll rules rules/entity store suggest text",
	"config":                    "config/strict feeds feeds/parse htpasswd netguard notify notify/deliver notify/targets problem rules schedule suggest text",
	"config/strict":             "duration problem suggest",
	"daemon":                    "admin budget config desk duration feeds feeds/fetch feeds/seen filewatch notify notify/deliver notify/targets past poll rulefiles store stores suspects text web web/api web/page web/syndicate websub",
	"desk":                      "config duration feeds feeds/seen notify notify/deliver poll rules store suggest text",
	"demo":                      "cli config daemon notify/targets",
	"duration":                  "",
	"fault":                     "",
	"feeds":                     "budget problem schedule",
	"feeds/fetch":               "backoff budget feeds feeds/fingerprint feeds/parse feeds/parse/charset feeds/seen netguard text",
	"feeds/fingerprint":         "feeds",
	"feeds/parse":               "feeds feeds/fingerprint feeds/parse/charset feeds/parse/dates text",
	"feeds/parse/charset":       "",
	"feeds/parse/dates":         "text",
	"feeds/seen":                "feeds feeds/fingerprint", // and no parser: what a feed has shown is data
	"htpasswd":                  "",
	"filewatch":                 "",
	"netguard":                  "text", // also for mail and targets, so it knows no feed
	"notify":                    "notify/story store text",
	"notify/deliver":            "backoff fault notify problem schedule store",
	"notify/story":              "",
	"notify/targets":            "backoff budget netguard notify problem suggest text",
	"past":                      "feeds rules store/segment",
	"pgtest":                    "",
	"poll":                      "backoff budget duration fault feeds feeds/fingerprint feeds/seen notify notify/story rules schedule store suspects text", // and no fetch: an interface stands for it
	"problem":                   "",
	"rules":                     "feeds rules/entity rules/inflect rules/words suggest", // feeds for its types: the query language needs no HTTP
	"rules/entity":              "rules/words",
	"rules/inflect":             "rules/words",
	"rules/inflect/inflecttest": "",
	"rules/words":               "",
	"rulefiles":                 "config past rules store",
	"schedule":                  "suggest",
	"store":                     "",
	"store/bolt":                "fault feeds feeds/seen notify notify/story poll store store/pages store/record store/roster store/sealed store/segment",
	"store/migrate":             "fault store/record",
	"store/pages":               "",
	"store/delta":               "",
	"store/roster":              "feeds poll schedule",
	"store/record":              "feeds notify notify/story poll store",
	"store/sealed":              "",
	"store/postgres":            "backoff fault feeds feeds/seen notify notify/story poll store store/delta store/record store/roster store/segment",
	"store/segment":             "feeds rules/words",
	"store/storetest":           "desk feeds notify notify/story past poll store store/segment testutil",
	"stores":                    "config desk notify past poll store store/bolt store/migrate store/postgres store/segment",
	"suggest":                   "",
	"suspects":                  "fault",
	"testutil":                  "feeds text",
	"text":                      "",
	"web":                       "htpasswd notify notify/deliver poll websub",
	"web/api":                   "config desk duration notify past poll rules suggest web web/syndicate",
	"web/page":                  "config desk duration notify past poll rulefiles rules text web web/syndicate",
	"web/syndicate":             "config desk notify past poll rules store text",
	"websub":                    "backoff budget feeds feeds/fetch poll text",
}

// module is the prefix of the paths of all rooms; rooms below internal are named without
// it.
const module = "watcher/"

// TestArrows lists what each room imports: an arrow that is not in the table is a mistake,
// and so is a row of the table that no room needs.
func TestArrows(t *testing.T) {
	found := imports(t)
	for room, to := range found {
		may, ok := arrows[room]
		if !ok {
			t.Errorf("%s has no row in the table of arrows", room)
			continue
		}
		for _, to := range to {
			if !slices.Contains(strings.Fields(may), to) {
				t.Errorf("%s imports %s, which the table of arrows does not have", room, to)
			}
		}
		for may := range strings.FieldsSeq(may) {
			if !slices.Contains(to, may) {
				t.Errorf("%s does not import %s, which the table of arrows has", room, may)
			}
		}
	}
	for room := range arrows {
		if _, ok := found[room]; !ok {
			t.Errorf("the table of arrows has %s, which is not there", room)
		}
	}
}

// imports returns the rooms that each room imports, as the build sees them.
func imports(t *testing.T) map[string][]string {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,GoFiles", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			t.Fatalf("%v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	found := make(map[string][]string)
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath       string
			Imports, GoFiles []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) == 0 {
			continue // it has only tests
		}
		room := roomOf(p.ImportPath)
		found[room] = []string{}
		for _, path := range p.Imports {
			if strings.HasPrefix(path, module) {
				found[room] = append(found[room], roomOf(path))
			}
		}
	}
}

func roomOf(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, module), "internal/")
}

// TestGraph compares the graph in docs/ARCHITECTURE.md with the table: each room stands
// below all rooms that import it.
func TestGraph(t *testing.T) {
	page, err := os.ReadFile("../docs/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := graph(); !strings.Contains(string(page), want) {
		t.Errorf("docs/ARCHITECTURE.md must have the graph of the table of arrows:\n\n%s", want)
	}
}

// graph draws the table as lines of a page, in levels: a room stands one level above the
// highest room that it imports.
func graph() string {
	levels := make(map[string]int)
	var level func(room string) int
	level = func(room string) int {
		if _, known := levels[room]; !known {
			levels[room] = 0
			for to := range strings.FieldsSeq(arrows[room]) {
				levels[room] = max(levels[room], level(to)+1)
			}
		}
		return levels[room]
	}
	var rooms []string
	widest := 0
	for room := range arrows {
		level(room)
		if arrows[room] != "" {
			rooms = append(rooms, room)
			widest = max(widest, len(room))
		}
	}
	slices.SortFunc(rooms, func(a, b string) int { return cmp.Or(levels[b]-levels[a], strings.Compare(a, b)) })
	var b strings.Builder
	for i, room := range rooms {
		if i > 0 && levels[rooms[i-1]] != levels[room] {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "    %-*s ─▶ %s\n", widest, room, strings.Join(strings.Fields(arrows[room]), ", "))
	}
	return b.String()
}
