package cli_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"watcher/internal/cli"
)

func TestJSONObeysNoTerminal(t *testing.T) {
	for what, value := range map[string]string{
		"a control of the second set, which some terminals obey": "a\u009b31mred",
		"an override that turns the line round":                  "a\u202egnp.exe",
		"an isolate":                                             "a\u2066b\u2069",
		"DEL":                                                    "a\u007fb",
		"an escape":                                              "a\x1b[2Jb",
		"tag characters beyond the first plane":                  "a\U000e0041b",
		"letters and markup as they are":                         "Šiauliai & <b> 北约 👩🏽",
	} {
		var out bytes.Buffer
		if err := cli.WriteJSON(&out, map[string]string{"id": value}); err != nil {
			t.Fatal(err)
		}
		line, _ := strings.CutSuffix(out.String(), "\n")
		if i := strings.IndexFunc(line, func(r rune) bool { return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) }); i >= 0 {
			t.Errorf("%s: %q has %q as it is", what, line, line[i:])
		}
		var back map[string]string
		if err := json.Unmarshal(out.Bytes(), &back); err != nil || back["id"] != value {
			t.Errorf("%s: read back as %q, %v; want %q", what, back["id"], err, value)
		}
	}
}
