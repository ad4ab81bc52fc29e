package text_test

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"watcher/internal/text"

	"github.com/google/go-cmp/cmp"
)

// snippet is HTML as feeds have it.
type snippet struct {
	html string
	// apart are words that innerText joins, as it ignores the space that a page shows
	// between them: around marks above the line, boxes, pictures, and elements that styles
	// set apart. It is empty if innerText has the words.
	apart string
}

var snippets = []snippet{
	// Plain text, white space, entities.
	{html: "NATO moves a brigade"}, {html: "NATO\n\tmoves   a\r\nbrigade"}, {html: "NATO&nbsp;moves&ensp;a&thinsp;brigade"},
	{html: "AT&amp;T &lt;b&gt; &#8220;Tapa&#8221; &eacute;t&eacute; &#x160;iauliai"}, {html: "if a < b and 1<2 I <3 you"},
	{html: "Estonia&mdash;Latvia"}, {html: "Väegrupp&shy;jätkab"}, {html: "Bal&shy;tic sta&shy;tes"}, {html: "super<wbr>cali<wbr>fragil"},
	{html: "می&zwnj;خواهم"}, {html: "НАТО усиливает&nbsp;бригаду"}, {html: "北约 旅 部署"}, {html: "a<!-- b -->c"}, {html: "one<!-- <p> -->two"},

	// Letters that markup splits.
	{html: "B<b>alti</b>c <i>states</i>"}, {html: "N<b>A</b>TO"}, {html: "<b>N</b><b>A</b><b>T</b><b>O</b>"}, {html: "<strong>Est</strong>onia"},
	{html: "<em>Eston</em><strong>ia</strong>"}, {html: `<span class="cap">N</span>ATO moves`}, {html: `<span class="cap">N</span><span>ATO</span> moves`},
	{html: "<span>T</span><span>a</span><span>p</span><span>a</span>"}, {html: `<font color="red">T</font>apa`}, {html: `T<a href="/x">ap</a>a`},
	{html: `<a href="/x">Baltic</a>s`}, {html: `un<a href="/x">armed</a>`}, {html: "<u>Ru</u>kla"}, {html: "<mark>bri</mark>gade"}, {html: "<small>N</small>ato"},
	{html: "<code>foo</code>bar"}, {html: "<kbd>Ctrl</kbd>+<kbd>C</kbd>"}, {html: "<abbr title='x'>NATO</abbr>s"}, {html: "<bdi>NATO</bdi>s"},
	{html: "<q>Tapa</q>s"}, {html: "<span>the base in Ta</span><span>pa stays</span>"}, {html: "<b><i>N</i></b><i>ATO</i>"},
	{html: "<nobr>N<wbr>A</nobr>TO"}, {html: "<big>B</big>rigade"}, {html: "<cite>Postimee</cite>s"}, {html: "<var>x</var>y"},

	// Above and below the line.
	{html: "NATO<sup>1</sup> moves", apart: "NATO 1 moves"}, {html: `NATO<sup><a href="#n1">1</a></sup>, again`, apart: "NATO 1, again"},
	{html: `the Baltic<a href="#f2">2</a> talks`, apart: "the Baltic 2 talks"}, {html: `NATO<a href="https://desk.example/p#n1"><sup>12</sup></a>moves`, apart: "NATO 12 moves"},
	{html: "100 km<sup>2</sup> of land"}, {html: "5 m<sup>3</sup>, 7 km<sup>4</sup>", apart: "5 m3, 7 km 4"}, {html: "EU<sup>2</sup>", apart: "EU 2"},
	{html: "NATO<sup>[1]</sup> moves"}, {html: "in 2025<sup>3</sup>", apart: "in 2025 3"}, {html: "Treaty<sup>a</sup>", apart: "Treaty a"},
	{html: "Patriot<sup>TM</sup>", apart: "Patriot TM"}, {html: "Patriot<sup>®</sup>"}, {html: "the 21<sup>st</sup> brigade"}, {html: "le 1<sup>er</sup> mai"},
	{html: "M<sup>me</sup> Kallas"}, {html: "n<sup>o</sup> 5"}, {html: "CO<sub>2</sub>"}, {html: "H<sub>2</sub>O"}, {html: "NATO<sup>*</sup>"}, {html: "Tapa <sup>1</sup>"},

	// Elements side by side.
	{html: "<span>Estonia</span><span>Latvia</span>", apart: "Estonia Latvia"}, {html: "<span>Estonia</span> <span>Latvia</span>"},
	{html: "<span>Estonia</span>, <span>Latvia</span>"}, {html: `<a href="/a">army</a><a href="/b">navy</a>`, apart: "army navy"},
	{html: `tags: <a href="/a">army</a><a href="/b">navy</a>`, apart: "tags: army navy"}, {html: "the <del>old</del><ins>new</ins> base", apart: "the old new base"},
	{html: "the ba<del>s</del><ins>z</ins>e"}, {html: `the <a href="/a">ar</a>my`},
	{html: `<a href="/a">army</a>/<a href="/b">navy</a>`}, {html: `<span>Defence</span><a href="/b">Tapa</a>`, apart: "Defence Tapa"},
	{html: "<time>10:00</time>Brigade", apart: "10:00 Brigade"}, {html: "at <time>10:00</time>, Brigade"}, {html: "Live<time>10:00</time>", apart: "Live 10:00"},
	{html: "<del>Tallinn</del><ins>Tartu</ins>", apart: "Tallinn Tartu"}, {html: "<span>a b</span><span>C d</span>", apart: "a b C d"},
	{html: "<button>Share</button><button>Print</button>", apart: "Share Print"}, {html: "Tapa<img src='data:,'>Rukla", apart: "Tapa Rukla"},
	{html: "<label>Name</label><input>Go", apart: "Name Go"},

	// Lines and blocks.
	{html: "<p>One</p><p>Two</p>"}, {html: "<p>One<p>Two"}, {html: "One<br>Two<br/>Three"}, {html: "One<br><br>Two"}, {html: "One<p>Two</p>Three"},
	{html: "<div>One</div><div>Two</div>"}, {html: "<div>One<div>Two</div></div>Three"}, {html: "<h1>One</h1><h2>Two</h2>three"},
	{html: "<blockquote>One</blockquote>Two"}, {html: "One<hr>Two"}, {html: "<pre>One\n  Two\tThree</pre>Four"}, {html: "<address>One</address>Two"},
	{html: "<article><header>One</header><section>Two</section><footer>Three</footer></article>"}, {html: "<main>One</main><aside>Two</aside><nav>Three</nav>"},
	{html: "<figure><img src='data:,' alt='x'><figcaption>One</figcaption></figure>Two"}, {html: "<span>One<br></span><span>Two</span>"},
	{html: "<center>One</center>Two"}, {html: "<details open><summary>One</summary>Two</details>Three"}, {html: "<fieldset><legend>One</legend>Two</fieldset>"},
	{html: "<form>One</form>Two"}, {html: "<b>One<p>Two</b>Three</p>"}, {html: "<hgroup><h1>One</h1><p>Two</p></hgroup>"}, {html: "<search>One</search>Two"},
	{html: "<dialog open>One</dialog>Two"}, {html: "<listing>One</listing>Two"}, {html: "<xmp>One</xmp>Two"},

	// Lists and tables.
	{html: "<ul><li>One<li>Two</ul>Three"}, {html: "<ol><li>One</li><li>Two</li></ol>"}, {html: "<ul><li>One<ul><li>Two</li></ul></li></ul>"}, {html: "<menu><li>One</li></menu>Two"},
	{html: "<dl><dt>One</dt><dd>Two</dd><dt>Three</dt></dl>"}, {html: "<dir><li>One</dir>Two"},
	{html: "<table><tr><td>One</td><td>Two</td></tr><tr><td>Three</td></tr></table>"}, {html: "<table><caption>One</caption><tr><th>Two<th>Three</table>Four"},
	{html: "<table><thead><tr><th>One</th></tr></thead><tbody><tr><td>Two</td></tr></tbody><tfoot><tr><td>Three</td></tr></tfoot></table>"},
	{html: "<table><tr><td><p>One</p></td><td><b>T</b>wo</td></tr></table>"},

	// Text that nobody sees.
	{html: "a<script>b</script>c"}, {html: "a<style>b{}</style>c"}, {html: "a<template>b</template>c"}, {html: "One<textarea>Two</textarea>"},
	{html: "One<iframe src='data:,'>Two</iframe>"}, {html: "One <audio>Two</audio>"}, {html: "One <canvas>Two</canvas>"},
	{html: "<x-card>One</x-card> <x-card>Two</x-card>"},
	{html: "<ruby>東京<rt>とうきょう</rt></ruby>", apart: "東京 とうきょう"}, {html: "<ruby>東<rp>(</rp><rt>ひがし</rt><rp>)</rp></ruby>", apart: "東 ひがし"},
}

// TestWordsAsABrowserShowsThem compares the words of PlainText with those of Chromium. It
// is skipped without Chromium.
func TestWordsAsABrowserShowsThem(t *testing.T) {
	for i, shown := range innerTexts(t, snippets) {
		s := snippets[i]
		want := shown
		if s.apart != "" {
			want = s.apart
			if squeezed(want) != squeezed(shown) {
				t.Errorf("%q: the browser shows %q, which is not %q", s.html, shown, want)
			}
		}
		if diff := cmp.Diff(strings.Fields(text.CleanText(want)), strings.Fields(text.PlainText(s.html))); diff != "" {
			t.Errorf("%q: -browser +watcher\n%s", s.html, diff)
		}
	}
}

// squeezed returns s without white space.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// innerTexts renders the snippets on one page, and returns what innerText says of
// each.
func innerTexts(t *testing.T, all []snippet) []string {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	var list []string
	for _, s := range all {
		list = append(list, s.html)
	}
	data, err := json.Marshal(list) // that escapes "<"
	if err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(t.TempDir(), "page.html")
	html := `<!DOCTYPE html><meta charset="utf-8"><pre id="out"></pre><script>
const texts = ` + string(data) + `.map(s => {
	const box = document.createElement("div");
	box.innerHTML = s;
	document.body.append(box);
	const text = box.innerText;
	box.remove();
	return text;
});
document.getElementById("out").textContent = encodeURIComponent(JSON.stringify(texts));
</script>`
	if err := os.WriteFile(page, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--user-data-dir="+t.TempDir(), "--dump-dom", "file://"+page)
	dom, err := cmd.Output()
	if err != nil {
		t.Skipf("chromium does not run here: %v", err)
	}
	found := regexp.MustCompile(`<pre id="out">([^<]+)</pre>`).FindSubmatch(dom)
	if found == nil {
		t.Fatalf("the page has no texts: %.300s", dom)
	}
	out, err := url.PathUnescape(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	if err := json.Unmarshal([]byte(out), &texts); err != nil || len(texts) != len(all) {
		t.Fatalf("%d texts: %v", len(texts), err)
	}
	return texts
}
