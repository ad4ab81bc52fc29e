package parse

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
	w := &jsonXML{jsonScanner: jsonScanner{b: b}}
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
		if name != "rss" && name != "rdf:rdf" && name != "feed" && name != "channel" {
			if _, whole := w.value(); !whole {
				return nil, false
			}
			continue
		}
		if name == "channel" {
			w.out = append(w.out, "<rss>"...)
		}
		if w.element(name, 0) && name == "channel" {
			w.out = append(w.out, "</rss>"...)
		}
		doc = w.out
		// The feed of a service that names its items otherwise is not an empty one.
		return doc, bytes.Contains(doc, []byte("<channel")) || bytes.Contains(doc, []byte("<entry")) || bytes.Contains(doc, []byte(atomNamespace))
	}
	return nil, false
}

// jsonXML writes the values that it walks over as elements. What returns whole is
// false where a value is broken or cut off, or out of bounds; what was written before
// then lacks its end tags.
type jsonXML struct {
	jsonScanner
	out []byte
}

// full reports whether out is longer than feeds become, whose names come twice. Names that
// are long, and stand for many, would make it any length.
func (w *jsonXML) full() bool { return len(w.out) > 2*len(w.b)+1<<20 }

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
func (w *jsonXML) element(name string, depth int) (whole bool) {
	if depth > maxJSONDepth || w.full() {
		return false
	}
	if w.take('[') {
		for first := true; !w.take(']'); first = false {
			if !first && !w.take(',') || !w.element(name, depth+1) {
				return false
			}
		}
		return true
	}
	if w.take('{') {
		return w.object(name, depth)
	}
	raw, whole := w.value()
	if whole && string(raw) != "null" {
		w.out = appendElement(w.out, name, jsonString(raw))
	}
	return whole
}

// jsonObject is what an object says itself, while its children are written.
type jsonObject struct {
	name          string
	attrs, fields []jsonField
	text          string
	hasText       bool
}

// object writes the rest of an object as an element.
func (w *jsonXML) object(name string, depth int) (whole bool) {
	start := len(w.out)
	o := jsonObject{name: name}
	for whole = true; whole && !w.take('}'); {
		w.take(',')
		var key string
		if key, whole = w.key(); !whole {
			break
		}
		w.space()
		isObject := w.pos < len(w.b) && (w.b[w.pos] == '{' || w.b[w.pos] == '[')
		if isObject && key != "$" && key != "@attributes" {
			tag := elementName(key)
			if name == "channel" && tag == "items" && w.b[w.pos] == '[' {
				tag = "item" // the list is called what it is
			}
			whole = w.element(tag, depth+1)
			continue
		}
		var raw json.RawMessage
		if raw, whole = w.value(); whole {
			o.add(key, raw, isObject)
		}
	}
	w.out = slices.Insert(w.out, start, o.head()...)
	if whole {
		w.out = append(w.out, "</"+name+">"...)
	}
	return whole
}

// add takes a member that has no children. What of them are attributes, programs tell in several
// ways: by a mark before the name, in an object of their own, or not at all.
func (o *jsonObject) add(key string, raw json.RawMessage, isObject bool) {
	bare := strings.TrimLeft(key, "@-")
	switch f := (jsonField{elementName(bare), jsonString(raw)}); {
	case isObject:
		o.attrs = append(o.attrs, attributeFields(raw)...)
	case isTextKey(key, o.name):
		o.text, o.hasText = o.text+f.value, true
	case bare != key, strings.HasPrefix(key, "xml"), key == "rdf:about", o.name == "rss":
		o.attrs = append(o.attrs, f)
	case string(raw) != "null":
		o.fields = append(o.fields, f)
	}
}

// head is the start tag and what comes before the children.
func (o *jsonObject) head() []byte {
	attrs, fields := o.attrs, o.fields
	if o.hasText || hasNoChildren(o.name) {
		attrs, fields = append(attrs, fields...), nil
	}
	b := []byte("<" + o.name)
	for _, a := range attrs {
		b = append(b, " "+a.name+`="`+escapeMarkup.Replace(a.value)+`"`...)
	}
	b = append(b, ">"+asCDATA(o.text)...)
	for _, f := range fields {
		b = appendElement(b, f.name, f.value)
	}
	return b
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

// isTextKey reports whether programs put the text of an element under this name, where it
// has attributes as well.
func isTextKey(key, element string) bool {
	switch key {
	case "#text", "#value", "#cdata", "#cdata-section", "$", "_", "__text", "__cdata", "$t", "_text", "_cdata", "@value":
		return true
	case "content", "value", "text":
		return element != "item" && element != "entry" && element != "channel" && element != "feed" && element != "rss"
	}
	return false
}

// hasNoChildren reports whether all that an element of this name says are its attributes.
func hasNoChildren(name string) bool {
	switch name {
	case "enclosure", "link", "category", "itunes:image", "itunes:category":
		return true
	}
	return strings.HasPrefix(name, "media:") && name != "media:group"
}

// elementName is a key as the name of an element, whose case says nothing: Blogger has $
// for the colon.
func elementName(key string) string {
	name := strings.ToLower(strings.ReplaceAll(key, "$", ":"))
	if name == "" || len(name) > 100 || !isNameStart(name[0]) || len(nameAt([]byte(name), 0)) != len(name) || !isXMLName([]byte(name)) {
		return "unknown"
	}
	return name
}

var escapeMarkup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func appendElement(b []byte, name, text string) []byte {
	return append(b, "<"+name+">"+asCDATA(text)+"</"+name+">"...)
}

// asCDATA is a text as XML. Markup grows little in it.
func asCDATA(text string) string {
	if !strings.ContainsAny(text, "<&>") {
		return text
	}
	return "<![CDATA[" + strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>") + "]]>"
}
