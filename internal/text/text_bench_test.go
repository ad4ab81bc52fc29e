package text_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"watcher/internal/text"
)

// article is markup as feeds carry it: about 3 KB in mixed scripts, with links,
// entities, a list and an embed.
var article = strings.Repeat(`<p>The <a href="https://example.org/battle-group?utm_source=rss" rel="noopener">battle group</a> in Rukla
will grow to a brigade, the ministry said on Monday &mdash; &quot;by the end of the year&quot;.</p>
<p>Väegrupp jätkab õppusi Tapal; <em>Šiauliai</em> remains the air base.<br/>Страны НАТО и ЕС обсудили усиление.</p>
<ul><li>Two battalions</li><li>One artillery regiment &amp; engineers</li></ul>
<figure><img src="https://example.org/a.jpg" alt="A column on the road" width="640"><figcaption>Photo: the army</figcaption></figure>
`, 5)

// BenchmarkPlainText measures the text of an article beside the tokenizer
// alone, which reads the same markup and does nothing with it.
func BenchmarkPlainText(b *testing.B) {
	b.Run("text", func(b *testing.B) {
		b.SetBytes(int64(len(article)))
		b.ReportAllocs()
		for b.Loop() {
			text.PlainText(article)
		}
	})
	b.Run("tokenizer alone", func(b *testing.B) {
		b.SetBytes(int64(len(article)))
		b.ReportAllocs()
		for b.Loop() {
			z := html.NewTokenizer(strings.NewReader(article))
			for z.Next() != html.ErrorToken {
			}
			if !errors.Is(z.Err(), io.EOF) {
				b.Fatal(z.Err())
			}
		}
	})
}
