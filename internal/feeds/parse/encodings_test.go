package parse_test

import (
	"slices"
	"strings"
	"testing"

	"watcher/internal/feeds/parse"

	"golang.org/x/text/encoding/charmap"
)

// TestItemsInSeveralEncodings reads documents with one item in another encoding than the
// rest.
func TestItemsInSeveralEncodings(t *testing.T) {
	const (
		utf8      = "Väegrupp Tapal jätkab õppusi, ütles ülem"
		cyrillic  = "Страны НАТО обсудили усиление восточного фланга"
		latvian   = "Sabiedroto brigāde ieradīsies Ādažos nākamnedēļ, paziņoja spēki"
		lithuania = "Šiauliuose vyks pratybos, pranešė ministerija: šalį pasieks įranga"
		french    = "Élysée: déjà vu"
	)
	for _, tt := range []struct {
		name, declared string
		words          string
		in             *charmap.Charmap
		reverse        bool // the document is in the encoding, and the one item in UTF-8
		beside         string
	}{
		{"Russian of Windows", "utf-8", cyrillic, charmap.Windows1251, false, utf8},
		{"Russian of Unix", "utf-8", cyrillic, charmap.KOI8R, false, utf8},
		{"a headline of a few words", "utf-8", "НАТО в Эстонии", charmap.Windows1251, false, utf8},
		{"Latvian", "utf-8", latvian, charmap.Windows1257, false, utf8},
		{"Lithuanian", "", lithuania, charmap.Windows1257, false, utf8},
		{"French", "utf-8", french, charmap.Windows1252, false, utf8},
		{"UTF-8 among Russian of Windows", "windows-1251", cyrillic, charmap.Windows1251, true, utf8},
		{"Russian beside a single letter of UTF-8", "utf-8", cyrillic, charmap.KOI8R, false, "Zürich"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			other, err := tt.in.NewEncoder().String(tt.words)
			if err != nil {
				t.Fatal(err)
			}
			titles, want := []string{tt.beside, other, tt.beside}, []string{tt.beside, tt.words, tt.beside}
			if tt.reverse {
				titles, want = []string{other, tt.beside, other}, []string{tt.words, tt.beside, tt.words}
			}
			var b strings.Builder
			if tt.declared != "" {
				b.WriteString(`<?xml version="1.0" encoding="` + tt.declared + `"?>`)
			}
			b.WriteString(`<rss version="2.0"><channel><title>F</title>`)
			for _, title := range titles {
				b.WriteString("<item><title>" + title + "</title></item>")
			}
			doc, err := parse.Read([]byte(b.String()+"</channel></rss>"), "", desk)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, it := range doc.Items {
				got = append(got, it.Title)
			}
			if !slices.Equal(got, want) || len(doc.Warnings) != 1 {
				t.Errorf("the titles are %q, want %q; the warnings are %q", got, want, doc.Warnings)
			}
		})
	}
}

// TestItemsByTheirLetters reads a document in UTF-8 with one item in another encoding that
// nothing names.
func TestItemsByTheirLetters(t *testing.T) {
	const said = "Kaitseministeerium: õppus Võrumaal, ütles minister Pärnus"
	for _, tt := range []struct {
		title string
		in    *charmap.Charmap
	}{
		{"НАТО усиливает восточный фланг", charmap.KOI8R},
		{"НАТО усиливает восточный фланг", charmap.Windows1251},
		{"Міністр оборони прибув до Києва на переговори", charmap.KOI8U},
		{"Žvalgyba: grėsmė išlieka", charmap.Windows1257},
		{"Lietuvos kariuomenė pradėjo didžiausias pratybas šiemet", charmap.Windows1257},
		{"Zviedrija sūtīs brigādi, izlūkdienests vēro robežu", charmap.Windows1257},
		{"Rootsi saadab üksuse Pärnusse, šokk Žukovi tänaval", charmap.Windows1257},
		{"Lietuvos žvalgyba: pranešė didžiausią; Latvijas armija sāk mācības šogad, ziņo Rīgā", charmap.Windows1257},
		{"Żołnierze ćwiczą w Gdyni, wyśle brygadę", charmap.Windows1250},
		{"Żołnierze ćwiczą w Gdyni, wyśle brygadę", charmap.ISO8859_2},
		{"Café déjà vu à Genève, où l’été", charmap.Windows1252},
		{"Það er ekki gott að búa við sjóinn, sagði hún", charmap.Windows1252},
	} {
		b, err := tt.in.NewEncoder().String(tt.title)
		if err != nil {
			t.Fatal(err)
		}
		for shows, doc := range map[string]string{
			"RSS":  `<rss version="2.0"><channel><item><title>` + said + `</title></item><item><title>` + b + `</title></item></channel></rss>`,
			"JSON": `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"` + said + `"},{"id":"2","title":"` + b + `"}]}`,
		} {
			d := mustRead(t, doc)
			if len(d.Items) != 2 || d.Items[0].Title != said || d.Items[1].Title != tt.title {
				t.Errorf("%v in %s: %+v %q", tt.in, shows, d.Items, d.Warnings)
			}
		}
	}
}
