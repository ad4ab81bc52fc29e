package api

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// TestDescriptionIsOpenAPI has a third-party validator accept the description, and refuse
// one with a mistake.
func TestDescriptionIsOpenAPI(t *testing.T) {
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed")
	}
	out, err := exec.Command("../../../.ci/npm", "testdata/openapi").Output()
	if err != nil {
		t.Skipf("npm ci does not work here: %v", err)
	}
	validate := func(doc map[string]any) (string, error) {
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		node := exec.Command("node", "validate.mjs")
		node.Dir, node.Stdin = strings.TrimSpace(string(out)), bytes.NewReader(text)
		said, err := node.CombinedOutput()
		return string(said), err
	}
	if said, err := validate(Description("1.0")); err != nil || !strings.Contains(said, `"valid":true,"version":"3.1"`) {
		t.Errorf("the description is refused: %v\n%s", err, said)
	}
	wrong := Description("1.0")
	wrong["paths"].(dict)["/alerts"].(dict)["get"].(dict)["responses"] = "none"
	if said, err := validate(wrong); err == nil {
		t.Errorf("a wrong description is accepted: %s", said)
	}
}

// TestOperations checks the table: each name is unique, and the parameters of the path are
// those of the operation.
func TestOperations(t *testing.T) {
	seen := map[string]bool{}
	for i := range operations {
		op := &operations[i]
		if seen[op.id] || op.id == "" || op.summary == "" || op.tag == "" {
			t.Errorf("%s %s is called %q, of %q: %s", op.method, op.path, op.id, op.tag, op.summary)
		}
		seen[op.id] = true
		if op.answer == nil && op.events == nil && op.method == "GET" {
			t.Errorf("%s answers with nothing", op.id)
		}
		in := 0
		for _, p := range op.params {
			if strings.Contains(op.path, "{"+p.name+"}") {
				in++
				if !p.needed {
					t.Errorf("%s: %s is part of the path, and may be left out", op.id, p.name)
				}
			}
			if p.does == "" {
				t.Errorf("%s: nothing says what %s does", op.id, p.name)
			}
		}
		if in != strings.Count(op.path, "{") {
			t.Errorf("%s: %s has other parameters than are described", op.id, op.path)
		}
	}
}
