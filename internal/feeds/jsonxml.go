package feeds

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// maxJSONDepth bounds the nesting of a feed that was written as JSON.
const maxJSONDepth = 24

// xmlOfJSON writes as XML what programs write as JSON of it: RSS, as
// {"rss":{"channel":{"item":[…]}}} (RSS in JSON, http://scripting.com/rss.json), and
// Atom, as Blogger does ({"feed":{"entry":[…]}}). An element that comes several times
// is a list, one that comes once may be. Of a document that is cut off comes what is
// there, likewise cut off. ok is false for what is no such object.
func xmlOfJSON(b []byte) (doc []byte, ok bool) {
	if !json.Valid(b) {
		b = withoutControls(b)
	}
	w := &jsonXML{jsonScanner{b: b}}
	if !w.take('{') {
		return nil, false
	}
	for !w.take('}') {
		w.take(',')
		key, found := w.key()
		if !found {
			return nil, false
		}
		name := strings.ToLower(key)
		if name != "rss" && name != "feed" && name != "channel" {
			if _, whole := w.value(); !whole {
				return nil, false
			}
			continue
		}
		var out bytes.Buffer
		whole := w.element(&out, name, 0)
		if doc = out.Bytes(); name == "channel" {
			doc = slices.Concat([]byte("<rss>"), doc)
			if whole {
				doc = append(doc, "</rss>"...)
			}
		}
		// The feed of a service that names its items otherwise is not an empty one.
		return doc, bytes.Contains(doc, []byte("<channel")) || bytes.Contains(doc, []byte("<entry")) || bytes.Contains(doc, []byte(atomNamespace))
	}
	return nil, false
}

// jsonXML writes the values that it walks over as elements. What returns whole is
// false where a value is broken or cut off, or out of bounds; what was written before
// then lacks its end tags.
type jsonXML struct{ jsonScanner }

// key moves over a name and its colon.
func (w *jsonXML) key() (string, bool) {
	raw, ok := w.value()
	if !ok || !w.take(':') {
		return "", false
	}
	var key string
	return key, json.Unmarshal(raw, &key) == nil
}

// element writes the next value as an element, or as many as a list has.
func (w *jsonXML) element(out *bytes.Buffer, name string, depth int) (whole bool) {
	if depth > maxJSONDepth || out.Len() > maxText {
		return false
	}
	if w.take('[') {
		for first := true; !w.take(']'); first = false {
			if !first && !w.take(',') || !w.element(out, name, depth+1) {
				return false
			}
		}
		return true
	}
	if w.take('{') {
		return w.object(out, name, depth)
	}
	raw, whole := w.value()
	if whole && string(raw) != "null" {
		writeElement(out, name, jsonString(raw))
	}
	return whole
}

// object writes the rest of an object as an element. What of it are attributes,
// programs tell in several ways: by a mark before the name, in an object of their own,
// or not at all.
func (w *jsonXML) object(out *bytes.Buffer, name string, depth int) (whole bool) {
	var inner bytes.Buffer
	var attrs, fields []jsonField
	text, hasText := "", false
	for whole = true; !w.take('}'); {
		w.take(',')
		key, ok := w.key()
		if whole = ok; !ok {
			break
		}
		w.space()
		isObject := w.pos < len(w.b) && (w.b[w.pos] == '{' || w.b[w.pos] == '[')
		if isObject && key != "$" && key != "@attributes" {
			if whole = w.element(&inner, elementName(key), depth+1); !whole {
				break
			}
			continue
		}
		raw, ok := w.value()
		if whole = ok; !ok {
			break
		}
		bare := strings.TrimLeft(key, "@-")
		switch f := (jsonField{elementName(bare), jsonString(raw)}); {
		case isObject:
			attrs = append(attrs, attributeFields(raw)...)
		case isTextKey(key, name):
			text, hasText = text+f.value, true
		case bare != key, strings.HasPrefix(key, "xml"), name == "rss":
			attrs = append(attrs, f)
		case string(raw) != "null":
			fields = append(fields, f)
		}
	}
	if hasText || hasNoChildren(name) {
		attrs, fields = append(attrs, fields...), nil
	}
	out.WriteString("<" + name)
	for _, a := range attrs {
		out.WriteString(" " + a.name + `="` + escapeMarkup.Replace(a.value) + `"`)
	}
	out.WriteString(">" + escapeMarkup.Replace(text))
	for _, f := range fields {
		writeElement(out, f.name, f.value)
	}
	out.Write(inner.Bytes())
	if whole {
		out.WriteString("</" + name + ">")
	}
	return whole
}

type jsonField struct{ name, value string }

// attributeFields are those of an object that has the attributes of another.
func attributeFields(raw json.RawMessage) []jsonField {
	var list map[string]json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	var fields []jsonField
	for key, value := range list {
		fields = append(fields, jsonField{elementName(key), jsonString(value)})
	}
	// In one order, as items are known again by their bytes.
	slices.SortFunc(fields, func(a, b jsonField) int { return strings.Compare(a.name, b.name) })
	return fields
}

// isTextKey says whether programs put the text of an element under this name, where it
// has attributes as well.
func isTextKey(key, element string) bool {
	switch key {
	case "#text", "#value", "#cdata-section", "_", "__text", "__cdata", "$t", "_text", "_cdata", "@value":
		return true
	case "content", "value":
		return element != "item" && element != "entry" && element != "channel" && element != "feed" && element != "rss"
	}
	return false
}

// hasNoChildren says whether all that an element of this name says are its attributes.
func hasNoChildren(name string) bool {
	switch name {
	case "enclosure", "link", "category", "itunes:image", "itunes:category":
		return true
	}
	return strings.HasPrefix(name, "media:") && name != "media:group"
}

// elementName is a key as the name of an element: Blogger has $ for the colon.
func elementName(key string) string {
	name := strings.ReplaceAll(key, "$", ":")
	if name == "" || !isNameStart(name[0]) || len(nameAt([]byte(name), 0)) != len(name) || !isXMLName([]byte(name)) {
		return "unknown"
	}
	return name
}

var escapeMarkup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func writeElement(out *bytes.Buffer, name, text string) {
	out.WriteString("<" + name + ">" + escapeMarkup.Replace(text) + "</" + name + ">")
}
