//go:build !race

package story

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// readForms reads forms of words that are filled in for each region, country, firm or
// person. Each filling is a story of its own.
func readForms(t *testing.T, file string) []newsItem {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var out []newsItem
	for block := range strings.SplitSeq(strings.TrimSpace(string(raw)), "# ") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		if len(lines) < 4 {
			continue
		}
		for i, line := range lines[3:] {
			fill := func(s string) string {
				for n, value := range strings.Split(strings.TrimPrefix(line, "= "), "|") {
					s = strings.ReplaceAll(s, fmt.Sprintf("{%d}", n), strings.TrimSpace(value))
				}
				return s
			}
			topic := "form " + lines[0]
			out = append(out, newsItem{story: fmt.Sprintf("%s %d", topic, i), topic: topic, how: "form", title: fill(lines[1]), text: fill(lines[2])})
		}
	}
	return out
}

// plainWords are ordinary words that an editor replaces.
var plainWords = strings.NewReplacer(
	" said", " stated", " announced", " made known", " has been ", " was ", " several ", " a number of ", " expects ", " anticipates ", " asked ", " requested ",
	" people ", " persons ", " without delay", " at once", " remain ", " stay ", " advised ", " urged ", " in the coming days", " over the next days", " late in the evening", " towards midnight",
	" twenty ", " a score of ", " important ", " key ", " about ", " roughly ", " may ", " might ", " hour", " moment",
	" просят ", " призывают ", " сообщил ", " заявил ", " просить ", " закликає ", " негайно ", " терміново ", " поблагодарил ", " выразил благодарность ", " работают ", " трудятся ",
	" aicināti ", " lūgti ", " stiprs ", " spēcīgs ", " laikinai ", " kuriam laikui ", " prašomi ", " raginami ", " teatas ", " ütles ", " soovitatakse ", " on soovitatav ",
	" gefunden ", " entdeckt ", " sollen ", " müssen ", " hatte ", " habe ", " apelują", " proszą", " gwałtowne ", " silne ", " doświadczony ", " wytrawny ", " wręczył ", " przekazał ",
	"طلبت", "ناشدت", "تجنب", "عدم", "ממליץ", "קורא", "מתבקש", "נדרש", "提醒", "告诫", "尽量", "尽可能", "注意するよう", "警戒するよう", "運転を見合わせ", "運行を止め", "მოუწოდებენ", "სთხოვენ", "დროებით", "ცოტა ხნით",
)

// copiesOf returns what becomes of a text on its way: the same story, edited by others.
func copiesOf(n newsItem, seed uint64) []newsItem {
	random := rand.New(rand.NewPCG(seed, 7))
	var out []newsItem
	add := func(how, title, text string) {
		n.how, n.title, n.text = how, title, text
		out = append(out, n)
	}
	title, text := n.title, n.text
	ss := sentences(text)
	words := strings.Fields(text)
	add("other title", "What is known so far this evening", text)
	add("tagged", title+" | Agency", "BRUSSELS, 12 Nov (Agency) - "+text+" (Reporting by Mary Hill; editing by John Stone)")
	add("other byline", title, "By Anna Lind – "+text+" © Daily Bugle 2026")
	add("reworded lightly", title, plainWords.Replace(text))
	if len(words) > 50 {
		add("cut", title, strings.Join(words[:len(words)*3/4], " ")+" ...")
	}
	if len(ss) > 4 {
		moved := slices.Clone(ss)
		k := 2 + random.IntN(len(moved)-3)
		moved[k], moved[k+1] = moved[k+1], moved[k]
		add("reordered", "Brief: "+title, strings.Join(moved, " "))
		k = 1 + random.IntN(len(ss)-2)
		add("a sentence left out", title, strings.Join(slices.Delete(slices.Clone(ss), k, k+1), " "))
	}
	typos := slices.Clone(words)
	for range 2 {
		k := random.IntN(len(typos))
		if r := []rune(typos[k]); len(r) > 6 && !strings.ContainsAny(typos[k], "0123456789") {
			r[3], r[4] = r[4], r[3]
			typos[k] = string(r)
		}
	}
	add("typos", strings.ToUpper(title), strings.Join(typos, " "))
	return out
}

// makeForms adds what others make of the first fillings of each form, and the same with the
// lines of an outlet.
func makeForms(t *testing.T, file string) []newsItem {
	t.Helper()
	forms := readForms(t, file)
	all := slices.Clone(forms)
	for i, n := range forms {
		if strings.HasSuffix(n.story, " 0") || strings.HasSuffix(n.story, " 1") {
			all = append(all, copiesOf(n, uint64(i))...)
			n.how, n.text = "form, long", n.text+" "+outlet
			all = append(all, n)
		}
	}
	return all
}
