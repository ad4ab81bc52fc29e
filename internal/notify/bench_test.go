package notify

import "testing"

// BenchmarkCompose words one alert.
func BenchmarkCompose(b *testing.B) {
	for _, kind := range Kinds() {
		n := kindsUnderTest[kind].at(b, "https://receiver.example/in")
		batch := one()
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := n.Compose(batch); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMakeExcerpt cuts an excerpt out of a long article.
func BenchmarkMakeExcerpt(b *testing.B) {
	text := ""
	for range 200 {
		text += Sample("desk", noon).Excerpts[1].Text + " "
	}
	spans := find(text, "brigades", "Estonia")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		MakeExcerpt("content", text, spans)
	}
}
