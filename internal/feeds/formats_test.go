package feeds

import (
	"strings"
	"testing"
)

// An Atom entry may be a document of its own (RFC 4287, 2).
func TestSingleEntry(t *testing.T) {
	for shows, doc := range map[string]string{
		"in the default namespace": `<?xml version="1.0"?><!-- one --><entry xmlns="http://www.w3.org/2005/Atom" xml:lang="et"><id>urn:1</id><title>One</title><link href="https://desk.example/1"/><content>Text.</content></entry>`,
		"under a prefix":           `<a:entry xmlns:a="http://www.w3.org/2005/Atom"><a:id>urn:1</a:id><a:title>One</a:title><a:link href="https://desk.example/1"/><a:content>Text.</a:content></a:entry>`,
	} {
		d, err := Read([]byte(doc), "", Source{ID: "x"})
		if err != nil || len(d.Items) != 1 || len(d.Warnings) > 0 {
			t.Fatalf("%s: %v: %+v", shows, err, d)
		}
		if it := d.Items[0]; it.GUID != "urn:1" || it.Title != "One" || it.Link != "https://desk.example/1" || it.Text() != "Text." {
			t.Errorf("%s: %+v", shows, it)
		}
	}
	if _, err := Read([]byte(`<entry><title>One</title></entry>`), "", Source{}); err == nil {
		t.Error("an entry of something else is read as Atom")
	}
}

// Of a JSON Feed that is cut off every whole item is read, wherever its version stands.
func TestJSONFeedCutOff(t *testing.T) {
	const items = `"items":[{"id":"1","content_text":"One"},{"id":"2","content_text":"Two"},{"id":"3","conte`
	for shows, doc := range map[string]string{
		"version first": `{"version":"https://jsonfeed.org/version/1.1","title":"Desk",` + items,
		"version last":  `{"title":"Desk",` + items,
		"items first":   `{` + items,
	} {
		d, err := Read([]byte(doc), "", Source{ID: "x"})
		if err != nil || len(d.Items) != 2 || !d.CutOff || !strings.Contains(strings.Join(d.Warnings, " "), "broken behind item 2") {
			t.Errorf("%s: %v: %d items, cut off: %v, %q", shows, err, len(d.Items), d.CutOff, d.Warnings)
		}
	}
}
