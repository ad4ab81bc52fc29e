package charset

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// TestDecodeText encodes a document, labels it, rightly or wrongly, and reads it back.
func TestDecodeText(t *testing.T) {
	latin := "Café in Ülemiste, naïve façade – “quoted”"
	cyrillic := "Бригада прибыла в район учений, сообщили в министерстве"
	baltic := "Šiauliai, Jūrmala, Žemaitija"
	utf16 := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	tests := []struct {
		name    string
		text    string
		in      encoding.Encoding // nil: UTF-8
		bom     string
		xml     string // encoding in the declaration
		http    string // Content-Type
		want    string // encoding; the text must come out unchanged
		warning string
	}{
		{name: "nothing said, and UTF-8", text: latin, want: "utf-8"},
		{name: "UTF-8 that calls itself Latin", text: latin, xml: "iso-8859-1", want: "utf-8", warning: "says it is windows-1252 but is UTF-8"},
		{name: "UTF-8 that calls itself Latin, with a stray byte", text: strings.Repeat(latin, 10) + "\xe9", xml: "iso-8859-1", want: "utf-8", warning: "bytes that are not UTF-8"},
		{name: "UTF-8 that HTTP calls Latin", text: cyrillic, http: "text/xml; charset=ISO-8859-1", want: "utf-8", warning: "but is UTF-8"},
		{name: "UTF-8 that HTTP calls ASCII", text: latin, http: "text/xml; charset=us-ascii", want: "utf-8", warning: "but is UTF-8"},
		{name: "UTF-8 with a mark, whatever is said", text: latin, bom: "\xef\xbb\xbf", xml: "windows-1251", http: "text/xml; charset=koi8-r", want: "utf-8"},
		{name: "as declared", text: cyrillic, in: charmap.Windows1251, xml: "windows-1251", want: "windows-1251"},
		{name: "as HTTP says", text: cyrillic, in: charmap.KOI8R, http: "application/rss+xml; charset=KOI8-R", want: "koi8-r"},
		{name: "HTTP goes before the declaration", text: cyrillic, in: charmap.Windows1251, xml: "koi8-r", http: "text/xml; charset=windows-1251", want: "windows-1251"},
		{name: "HTTP in single quotes and with blanks", text: cyrillic, in: charmap.Windows1251, http: "text/xml;charset = 'windows-1251'", want: "windows-1251"},
		{name: "Latin by the server's default goes not before Cyrillic", text: cyrillic, in: charmap.Windows1251, xml: "windows-1251", http: "text/xml; charset=ISO-8859-1", want: "windows-1251"},
		{name: "but before another Latin", text: latin, in: charmap.Windows1252, xml: "iso-8859-13", http: "text/xml; charset=ISO-8859-1", want: "windows-1252"},
		{name: "UTF-8 declared, Latin sent", text: latin, in: charmap.Windows1252, xml: "utf-8", want: "windows-1252", warning: "not in the encoding that it says"},
		{name: "nothing said, and Latin", text: latin, in: charmap.Windows1252, want: "windows-1252", warning: "does not say"},
		{name: "an encoding that nobody knows", text: latin, in: charmap.Windows1252, xml: "bogus", want: "windows-1252", warning: "does not say"},
		{name: "nothing said, and Russian", text: cyrillic, in: charmap.KOI8R, want: "koi8-r", warning: "does not say"},
		{name: "UTF-8 declared, Russian sent", text: cyrillic, in: charmap.Windows1251, xml: "utf-8", want: "windows-1251", warning: "not in the encoding that it says (utf-8); it was read as windows-1251"},
		{name: "nothing said, and a headline in Russian", text: "Пожар в порту", in: charmap.Windows1251, want: "windows-1251", warning: "does not say"},
		{name: "a page of it", text: "Президент России встретился с послами стран. В Москве прошла встреча министров обороны и иностранных дел", in: charmap.Windows1251, want: "windows-1251", warning: "does not say"},
		{name: "the same from an old server", text: "Президент России встретился с послами стран", in: charmap.KOI8R, want: "koi8-r", warning: "does not say"},
		{name: "the same by the standard", text: "Президент России встретился с послами стран", in: charmap.ISO8859_5, want: "iso-8859-5", warning: "does not say"},
		{name: "the same from DOS", text: "Президент России встретился с послами стран", in: charmap.CodePage866, want: "ibm866", warning: "does not say"},
		{name: "HEADLINES in capitals", text: "ПОЖАР В ПОРТУ", in: charmap.Windows1251, want: "windows-1251", warning: "does not say"},
		{name: "nothing said, and Ukrainian", text: "Рада ухвалила закон про оборону України", in: charmap.Windows1251, want: "windows-1251", warning: "does not say"},
		{name: "nothing said, and Greek", text: "Η κυβέρνηση ανακοίνωσε νέα μέτρα", in: charmap.Windows1253, want: "windows-1253", warning: "does not say"},
		{name: "nothing said, and Hebrew", text: "הממשלה הודיעה על צעדים חדשים", in: charmap.Windows1255, want: "windows-1255", warning: "does not say"},
		{name: "nothing said, and Arabic", text: "اعلنت الحكومة عن اجراءات جديدة", in: charmap.Windows1256, want: "windows-1256", warning: "does not say"},
		{name: "nothing said, and Korean", text: "나토의 발트해 훈련이 시작되었다고 국방부가 밝혔다", in: korean.EUCKR, want: "euc-kr", warning: "does not say"},
		{name: "nothing said, and Chinese", text: "北约在波罗的海的演习今天开始，国防部长表示", in: simplifiedchinese.GBK, want: "gb18030", warning: "does not say"},
		{name: "nothing said, and French", text: "Été à Évry: l’élève a été reçue à l’Élysée", in: charmap.Windows1252, want: "windows-1252", warning: "does not say"},
		{name: "nothing said, and Japanese", text: "バルト三国のニュース、演習が始まった", in: japanese.EUCJP, want: "euc-jp", warning: "does not say"},
		{name: "Baltic", text: baltic, in: charmap.Windows1257, xml: "Windows-1257", want: "windows-1257"},
		{name: "Chinese by its older name", text: "北约在波罗的海的演习", in: simplifiedchinese.GBK, xml: "gb2312", want: "gb18030"},
		{name: "Japanese in seven bits", text: "バルト三国", in: japanese.ISO2022JP, xml: "ISO-2022-JP", want: "iso-2022-jp"},
		{name: "Shift JIS", text: "バルト三国のニュース", in: japanese.ShiftJIS, xml: "Shift_JIS", want: "shift_jis"},
		{name: "UTF-16 with a mark", text: cyrillic, in: utf16, bom: "\xfe\xff", xml: "utf-16", want: "utf-16be"},
		{name: "UTF-16 without", text: latin, in: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), want: "utf-16le"},
		{name: "UTF-16 without, behind a line break", text: "\n" + latin, in: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), want: "utf-16le"},
		{name: "UTF-32", text: latin, in: utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), want: "utf-32be"},
		{name: "UTF-16 that is declared and is not", text: latin, xml: "utf-16", want: "utf-8"},
		{name: "EBCDIC", text: "plain words", in: charmap.CodePage037, xml: "ibm037", want: "ibm037"},
		{name: "ASCII is what it says", text: "plain words", xml: "iso-8859-15", want: "iso-8859-15"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc := `<rss><channel><title>` + tt.text + `</title></channel></rss>`
			if tt.xml != "" {
				doc = `<?xml version="1.0" encoding="` + tt.xml + `"?>` + doc
			}
			if tt.in != nil {
				encoded, err := tt.in.NewEncoder().String(doc)
				if err != nil {
					t.Fatal(err)
				}
				doc = encoded
			}
			d := Decode([]byte(tt.bom+doc), tt.http)
			d.Text = d.Table.Decode(d.Text)
			text := tt.text
			if stray, ok := strings.CutSuffix(text, "\xe9"); ok {
				text = stray + "é"
			}
			if d.Name != tt.want || !strings.Contains(string(d.Text), "<title>"+text+"</title>") {
				t.Errorf("as %s: %q", d.Name, d.Text)
			}
			if tt.warning == "" && d.Warning != "" || !strings.Contains(d.Warning, tt.warning) {
				t.Errorf("the warning is %q, want %q", d.Warning, tt.warning)
			}
		})
	}
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte("<?xml version='1.0' encoding='koi8-r'?>\xc1\xc2"), "text/xml; charset=iso-2022-jp")
	f.Add([]byte("\x00<\x00r"), "charset='")
	f.Fuzz(func(t *testing.T, b []byte, contentType string) {
		if len(b) > 0 {
			if d := Decode(b, contentType); d.Name == "" {
				t.Fatal("no encoding")
			}
		}
	})
}

// TestWesternIsNotBaltic has unlabelled texts in languages of windows-1252.
func TestWesternIsNotBaltic(t *testing.T) {
	for _, words := range []string{
		"Élysée: déjà vu, où ça mène, même à l'âge de fête",
		"Perché è così? Più libertà e verità, però già lunedì",
		"São Paulo não é só: à tarde há ações, você já vê",
		"På Færøerne går det ikke så hårdt ud over fårene",
		"Það er ekki gott að búa við sjóinn á veturna, sagði hún",
		"Größe, Straße, Übung, schön, für, während, Österreich",
		"Väegrupp jätkab õppusi, öösel külmem, Võru lähistel",
	} {
		b, err := charmap.Windows1252.NewEncoder().String(words)
		if err != nil {
			t.Fatal(err)
		}
		if l := guess([]byte(b)); l.name != "windows-1252" && l.name != "iso-8859-1" {
			t.Errorf("%q is guessed as %s", words, l.name)
		}
	}
}
