package charset

import (
	"bytes"
	"encoding/binary"
	"mime"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	textunicode "golang.org/x/text/encoding/unicode"
)

// Decoded is a document as UTF-8.
type Decoded struct {
	Text    []byte     // may be the bytes that came in
	Table   *ByteTable // if set, text is still to be decoded by it, as a whole or in parts
	Name    string     // of the encoding it was in, an IANA name in lower case
	Warning string     // empty if the bytes were what they were said to be
}

// Decode turns a document into UTF-8. The order of trust: a byte-order mark
// and the pattern of zeros that UTF-16 and UTF-32 leave; bytes that are UTF-8
// throughout, which no text in another encoding is by chance; the charset that
// HTTP names; the one that the XML declaration names (RFC 7303, section 3);
// at last what the letters look like, which is windows-1252 unless it is clear.
func Decode(body []byte, contentType string) Decoded {
	if name, enc, skip := SniffWide(body); enc != nil {
		return transcode(body[skip:], name, enc)
	}
	if rest, ok := bytes.CutPrefix(body, []byte("\xef\xbb\xbf")); ok {
		return asUTF8(rest, "utf-8")
	}
	if body[0] == 0x4c && bytes.HasPrefix(body, []byte{0x4c, 0x6f, 0xa7, 0x94}) { // "<?xm" in EBCDIC
		return transcode(body, "ibm037", charmap.CodePage037)
	}
	declared := candidates(body, contentType)
	if isSevenBit(declared) {
		return transcode(body, declared[0].name, declared[0].enc)
	}
	high := nextHigh(body, 0) < len(body)
	switch {
	case !high: // ASCII is itself in all that is left
		name := "utf-8"
		if len(declared) > 0 {
			name = declared[0].name
		}
		return Decoded{Text: body, Name: name}
	case utf8.Valid(body) && (!multiByte(declared) || letters(body) >= enoughUTF8):
		d := Decoded{Text: body, Name: "utf-8"}
		if len(declared) > 0 && declared[0].name != "utf-8" {
			d.Warning = "the document says it is " + declared[0].name + " but is UTF-8"
		}
		return d
	}
	return decodeDeclared(body, declared)
}

// decodeDeclared decodes what is neither ASCII nor UTF-8 throughout.
func decodeDeclared(body []byte, declared []label) Decoded {
	if d, ok := decodeMixed(body, declared); ok {
		return d
	}
	if !multiByte(declared) && clearlyUTF8(body) {
		return asUTF8(body, "utf-8") // that any encoding of one byte has a meaning for
	}
	for _, l := range declared {
		if l.name == "utf-8" || l.name == "us-ascii" {
			continue // it is not
		}
		if d := transcode(body, l.name, l.enc); d.Warning == "" {
			return d
		}
	}
	if mostlyUTF8(body) {
		return asUTF8(body, "utf-8")
	}
	for _, l := range declared {
		if l.name != "utf-8" && l.name != "us-ascii" {
			return transcode(body, l.name, l.enc)
		}
	}
	l := guess(body)
	d := transcode(body, l.name, l.enc)
	d.Warning = "the document does not say in which encoding it is; it was read as " + l.name
	if len(declared) > 0 {
		d.Warning = "the document is not in the encoding that it says (" + declared[0].name + "); it was read as " + l.name
	}
	return d
}

// SniffWide recognises UTF-16 and UTF-32 by their mark or by where the zeros
// stand around the first "<" or "{", or the white space before it.
func SniffWide(b []byte) (name string, enc encoding.Encoding, skip int) {
	if len(b) < 4 {
		return "", nil, 0
	}
	utf16be := textunicode.UTF16(textunicode.BigEndian, textunicode.IgnoreBOM)
	utf16le := textunicode.UTF16(textunicode.LittleEndian, textunicode.IgnoreBOM)
	utf32be := utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	utf32le := utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	begins := func(r uint32) bool { return r == '<' || r == '{' || r == ' ' || r == '\n' || r == '\r' || r == '\t' }
	switch first := binary.BigEndian.Uint32(b); {
	case first == 0x0000FEFF:
		return "utf-32be", utf32be, 4
	case first == 0xFFFE0000:
		return "utf-32le", utf32le, 4
	case first>>16 == 0xFEFF:
		return "utf-16be", utf16be, 2
	case first>>16 == 0xFFFE:
		return "utf-16le", utf16le, 2
	case begins(first):
		return "utf-32be", utf32be, 0
	case first&0xFFFFFF == 0 && begins(first>>24):
		return "utf-32le", utf32le, 0
	case begins(first >> 16):
		return "utf-16be", utf16be, 0
	case b[1] == 0 && b[3] == 0 && begins(uint32(b[0])):
		return "utf-16le", utf16le, 0
	}
	return "", nil, 0
}

// label is an encoding that somebody named.
type label struct {
	name string
	enc  encoding.Encoding // nil for UTF-8 and ASCII
}

// candidates are the encodings that HTTP and the XML declaration name, the more
// trusted first; names that mean nothing are left out.
func candidates(body []byte, contentType string) []label {
	var ls []label
	byHTTP, http := lookupLabel(httpCharset(contentType))
	if http {
		ls = append(ls, byHTTP)
	}
	byXML, xml := lookupLabel(xmlEncoding(body))
	if !xml || http && byXML.name == byHTTP.name {
		return ls
	}
	// Servers put charset=ISO-8859-1 on everything by default. It decodes any
	// bytes, so only what it makes of them can tell: letters of another script
	// in rows, where Latin has one accent in a word.
	if http && byHTTP.name == "windows-1252" && byXML.enc != nil && hasHighRuns(body) {
		return []label{byXML, byHTTP}
	}
	return append(ls, byXML)
}

func httpCharset(contentType string) string {
	if contentType == "" {
		return ""
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		return params["charset"]
	}
	// Not by the grammar: spaces around "=", single quotes.
	_, rest, ok := strings.Cut(strings.ToLower(contentType), "charset")
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, " \t")
	if rest, ok = strings.CutPrefix(rest, "="); !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, ";")
	return rest
}

// xmlEncoding returns what the XML declaration names. It may stand behind a
// comment, where it should not.
func xmlEncoding(body []byte) string {
	head := body[:min(len(body), 4096)]
	at := bytes.Index(head, []byte("<?xml"))
	if at < 0 {
		return ""
	}
	head = head[at:]
	if end := bytes.Index(head, []byte("?>")); end >= 0 {
		head = head[:end]
	}
	_, rest, ok := bytes.Cut(head, []byte("encoding"))
	if !ok {
		return ""
	}
	rest = bytes.TrimLeft(rest, " \t\r\n=")
	if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	value, _, _ := bytes.Cut(rest[1:], rest[:1])
	return string(value)
}

// lookupLabel finds an encoding by any of its names.
func lookupLabel(name string) (label, bool) {
	name = strings.ToLower(strings.Trim(name, " \t\r\n\"'"))
	name = strings.ReplaceAll(name, "_", "-")
	switch name {
	case "":
		return label{}, false
	case "utf-8", "utf8", "u8", "unicode-1-1-utf-8", "utf-8n", "utf-8-sig":
		return label{name: "utf-8"}, true
	case "us-ascii", "ascii", "iso646-us", "ansi-x3.4-1968":
		return label{name: "us-ascii"}, true
	case "gb2312", "gb-2312", "euc-cn", "gbk", "cp936":
		name = "gb18030" // of which they are parts
	}
	// A document whose declaration could be read is in neither of these.
	if strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "utf-32") || strings.HasPrefix(name, "ucs-") ||
		strings.HasPrefix(name, "iso-10646") || name == "u16" || name == "u32" || name == "utf16" || name == "utf32" {
		return label{}, false
	}
	if enc, err := htmlindex.Get(name); err == nil && enc != encoding.Replacement {
		if canonical, err := htmlindex.Name(enc); err == nil {
			return label{name: canonical, enc: enc}, true
		}
	}
	if enc, err := ianaindex.IANA.Encoding(name); err == nil && enc != nil {
		return label{name: name, enc: enc}, true
	}
	return label{}, false
}

// isSevenBit reports whether the first choice hides its letters in ASCII, where
// neither ASCII nor UTF-8 can be told from it by the bytes.
func isSevenBit(ls []label) bool {
	if len(ls) == 0 {
		return false
	}
	switch ls[0].name {
	case "iso-2022-jp", "hz-gb-2312", "iso-2022-kr", "utf-7":
		return true
	}
	return strings.HasPrefix(ls[0].name, "ibm037") || strings.HasPrefix(ls[0].name, "cp037")
}

// multiByte reports whether the first choice has letters of several bytes, so that
// a short text may look like UTF-8 by chance.
func multiByte(ls []label) bool {
	if len(ls) == 0 || ls[0].enc == nil {
		return false
	}
	_, single := ls[0].enc.(*charmap.Charmap)
	return !single
}

// enoughUTF8 letters are UTF-8 by no chance in any encoding.
const enoughUTF8 = 4

// letters counts the letters of more than one byte in UTF-8, up to enoughUTF8.
func letters(b []byte) int {
	n := 0
	for i := nextHigh(b, 0); i < len(b) && n < enoughUTF8; i = nextHigh(b, i) {
		_, size := utf8.DecodeRune(b[i:])
		i += size
		n++
	}
	return n
}

// mostlyUTF8 reports whether more letters of b are UTF-8 than bytes of it are part
// of none.
func mostlyUTF8(b []byte) bool {
	good, bad := countUTF8(b, len(b))
	return good > bad
}

// clearlyUTF8 reports whether so much of b is UTF-8 that the rest was pasted into it.
func clearlyUTF8(b []byte) bool {
	good, bad := countUTF8(b, 20)
	return good >= enoughUTF8 && good >= 10*bad
}

// countUTF8 counts the letters beyond ASCII, and the bytes that are part of none,
// until there are more of these than enough, and more than a tenth of the letters.
func countUTF8(b []byte, enough int) (good, bad int) {
	for i := nextHigh(b, 0); i < len(b) && (bad <= enough || good >= 10*bad); i = nextHigh(b, i) {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else {
			good++
		}
		i += size
	}
	return good, bad
}

// nextHigh returns the index of the next byte from i on that is not ASCII.
func nextHigh(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		if binary.LittleEndian.Uint64(b[i:])&0x8080808080808080 != 0 {
			break
		}
	}
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// hasHighRuns reports whether the bytes above ASCII mostly stand in rows.
func hasHighRuns(b []byte) bool {
	high, rows := 0, 0
	before := false
	for _, c := range b {
		now := c >= 0xC0
		if now {
			high++
			if !before {
				rows++
			}
		}
		before = now
	}
	return rows > 0 && high >= 3*rows
}

// asUTF8 takes b for UTF-8. A stray byte of another encoding is read as
// windows-1252 where that has a letter for it: editors paste such.
func asUTF8(b []byte, name string) Decoded {
	if utf8.Valid(b) {
		return Decoded{Text: b, Name: name}
	}
	out := make([]byte, 0, len(b)+len(b)/16)
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			r = charmap.Windows1252.DecodeByte(b[i])
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return Decoded{Text: out, Name: name, Warning: "the document has bytes that are not UTF-8; they were read as windows-1252"}
}

// transcode decodes b. The warning says if some of it has no meaning in enc.
func transcode(b []byte, name string, enc encoding.Encoding) Decoded {
	d := Decoded{Name: name, Text: b}
	broken := false
	if cm, ok := enc.(*charmap.Charmap); ok {
		t := newTable(cm)
		if broken = t.lacks(b); t.ascii {
			d.Table = t
		} else {
			d.Text = t.Decode(b)
		}
	} else {
		// Room for what most encodings need at most, at once: doubling would
		// hold a large document three times over.
		text, _, err := transform.Append(enc.NewDecoder(), make([]byte, 0, len(b)*3/2+64), b)
		if err != nil && len(text) == 0 {
			text = bytes.ToValidUTF8(b, []byte(string(unicode.ReplacementChar)))
		}
		d.Text = text
		broken = bytes.Contains(text, []byte(string(unicode.ReplacementChar)))
	}
	if broken {
		d.Warning = "the document has bytes that mean nothing in its encoding (" + name + ")"
	}
	return d
}
