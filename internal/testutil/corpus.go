package testutil

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"watcher/internal/feeds"
)

// Corpus makes articles for benchmarks, about 400 words or 3.2 KB each, in mixed scripts:
// sentences of the UD files, in which one word of forty is replaced each time, and text of
// our own, in the proportion 1:1:3. However many are made, new ones still have words that
// no other has, as in news.
type Corpus struct {
	Vocabulary *Vocabulary
	pools      [2][]string // sentences of Lithuanian and of Latvian
}

// CorpusFeeds is the number of feeds of a Corpus.
const CorpusFeeds = 1000

// ReadCorpus reads the UD files in a folder. Its error is one of os.Open if the folder is
// not there.
func ReadCorpus(folder string) (*Corpus, error) {
	c := &Corpus{Vocabulary: NewVocabulary()}
	for i, name := range []string{"lt_alksnis-ud-dev.conllu", "lv_lvtb-ud-dev.conllu"} {
		f, err := os.Open(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "# text = "); ok {
				c.pools[i] = append(c.pools[i], text)
			}
		}
		f.Close()
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return c, nil
}

// Article returns article i, always the same one.
func (c *Corpus) Article(i int) feeds.Item {
	rng := rand.New(rand.NewPCG(1, uint64(i)))
	kind := rng.IntN(5)
	feed := rng.IntN(CorpusFeeds/5)*5 + kind // a feed has one language
	it := feeds.Item{
		Feed: fmt.Sprintf("feed-%d", feed), FeedURL: fmt.Sprintf("https://news%d.example/rss.xml", feed),
		Tags: []string{[]string{"north", "south", "wire"}[feed%3]}, Language: []string{"lt", "lv", "en", "en", "ru"}[kind],
		Published: Noon.Add(time.Duration(i) * 20 * time.Second), Authors: []string{c.Vocabulary.name(rng, false) + " " + c.Vocabulary.name(rng, false)},
		Categories: []string{c.Vocabulary.Small[kind == 4][rng.IntN(40)]},
	}
	it.Link = fmt.Sprintf("https://news%d.example/%d/%02d/%s-%s-%d", feed, it.Published.Year(), it.Published.Month(), c.Vocabulary.Small[false][rng.IntN(100)], c.Vocabulary.Small[false][rng.IntN(100)], 1_000_000+3*i)
	it.GUID = it.Link
	var b strings.Builder
	for words := 0; words < 400; {
		s := c.sentence(rng, kind)
		words += strings.Count(s, " ") + 1
		if it.Title == "" {
			it.Title = s
			continue
		}
		b.WriteString(s)
		b.WriteByte(' ')
	}
	it.Content = b.String()
	it.Entry.Key = rng.Uint64()
	return it
}

func (c *Corpus) sentence(rng *rand.Rand, kind int) string {
	if kind > 1 {
		return c.Vocabulary.sentence(rng, kind == 4)
	}
	words := strings.Split(c.pools[kind][rng.IntN(len(c.pools[kind]))], " ")
	for i, w := range words {
		if rng.IntN(40) == 0 && len(w) > 4 && w[0] < utf8.RuneSelf {
			words[i] = w[:1] + c.Vocabulary.name(rng, false)[1:]
		}
	}
	return strings.Join(words, " ")
}

// Vocabulary makes sentences whose words are as unevenly common as in news: a few hundred
// everyday words, thousands of others, names made of syllables. The words under true are
// Cyrillic.
type Vocabulary struct {
	Function, Small, Large, Names map[bool][]string
}

const englishText = `the of and to in a that is for on with as by at from it was be are has have this said not which will its after been more than new their
would could about up two we they one all when into over other who were had his her but or an he she | year week day month government minister president
country security military forces troops exercise alliance border region eastern northern coast sea island port navy frigate submarine brigade battalion division
artillery missile drone radar aircraft fighter base runway command headquarters summit meeting talks agreement treaty sanctions exports energy pipeline cable
election parliament party coalition opposition vote law court budget spending industry factory ammunition production contract delivery aid support package
statement official spokesman ambassador envoy visit delegation officials analysts experts report intelligence service police arrest attack strike explosion
casualties civilians refugees humanitarian corridor ceasefire peace plan proposal negotiation pressure threat warning response deterrence presence readiness
reinforcement rotation deployment withdrawal offensive defence line village town city river bridge road railway power grid station water winter summer`

const russianText = `и в не на что с по он как его из это за от но для был была были к же так или она они все бы только со | страна страны правительство министр
президент безопасность военный силы войска учения альянс граница регион восточный северный побережье море остров порт флот фрегат подводная лодка бригада батальон
дивизия артиллерия ракета беспилотник радар самолет истребитель база командование штаб саммит встреча переговоры соглашение договор санкции экспорт энергия
газопровод кабель выборы парламент партия коалиция оппозиция голосование закон суд бюджет расходы промышленность завод боеприпасы производство контракт поставка
помощь поддержка пакет заявление представитель посол посланник визит делегация чиновники аналитики эксперты доклад разведка служба полиция арест атака удар взрыв
потери гражданские беженцы гуманитарный коридор перемирие мир план предложение давление угроза предупреждение ответ сдерживание присутствие готовность`

// NewVocabulary makes the vocabulary, always the same one.
func NewVocabulary() *Vocabulary {
	v := &Vocabulary{Function: map[bool][]string{}, Small: map[bool][]string{}, Large: map[bool][]string{}, Names: map[bool][]string{}}
	rng := rand.New(rand.NewPCG(3, 4))
	for _, cyr := range []bool{false, true} {
		text, syl := englishText, "ba be bi bo ca ce co da de di do fa fe ga go ha he ja ka ke ki ko la le li lo lu ma me mi mo na ne ni no pa pe po ra re ri ro sa se si so ta te ti to tu va ve vi vo za ze"
		if cyr {
			text, syl = russianText, "ба бе би бо ва ве ви во га го да де ди до за зе ка ке ки ко ла ле ли ло ма ме ми мо на не ни но па пе по ра ре ри ро са се си со та те ти то ту фа ха ча ша"
		}
		function, content, _ := strings.Cut(text, "|")
		v.Function[cyr], v.Small[cyr] = strings.Fields(function), strings.Fields(content)
		syls := strings.Fields(syl)
		make1 := func(n int) string {
			var b strings.Builder
			for range n {
				b.WriteString(syls[rng.IntN(len(syls))])
			}
			if rng.IntN(2) == 0 {
				b.WriteString([]string{"n", "r", "s", "l", "t", "k"}[rng.IntN(6)])
			}
			return b.String()
		}
		for range 20_000 {
			v.Large[cyr] = append(v.Large[cyr], make1(2+rng.IntN(3)))
		}
		for range 400_000 {
			w := make1(3 + rng.IntN(2))
			v.Names[cyr] = append(v.Names[cyr], strings.ToUpper(w[:len(syls[0])/2])+w[len(syls[0])/2:])
		}
	}
	return v
}

func (v *Vocabulary) name(rng *rand.Rand, cyr bool) string {
	return v.Names[cyr][zipf(rng, len(v.Names[cyr]))]
}

// zipf returns an index below n, low ones far more often.
func zipf(rng *rand.Rand, n int) int {
	x := rng.Float64()
	return int(float64(n) * x * x * x)
}

func (v *Vocabulary) sentence(rng *rand.Rand, cyr bool) string {
	var b strings.Builder
	n := 8 + rng.IntN(20)
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		switch x := rng.IntN(100); {
		case x < 40:
			b.WriteString(v.Function[cyr][zipf(rng, len(v.Function[cyr]))])
		case x < 65:
			b.WriteString(v.Small[cyr][zipf(rng, len(v.Small[cyr]))])
		case x < 95:
			b.WriteString(v.Large[cyr][zipf(rng, len(v.Large[cyr]))])
		default:
			b.WriteString(v.name(rng, cyr))
		}
		if i%9 == 8 {
			b.WriteByte(',')
		}
	}
	b.WriteByte('.')
	return b.String()
}
