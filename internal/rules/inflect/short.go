package inflect

import (
	"strings"

	"watcher/internal/rules/words"
)

// shortWords are the everyday words of one and two letters, in the order of
// hints: what a capital letter before a number may stand for (A 10 percent rise,
// С 400 солдатами). The English no is not here: No 10 is an address.
var shortWords = [...]string{
	`a i am an as at be by do go he hi if in is it me my of oh ok on or so to up us we`,
	`ab am an da du er es im in ja ob so um wo zu`,
	`a à y ai as au ce ça de du en es et eu il je la le ma me mi ne ni nu on or ou où pu sa se si su ta te tu un va vu`,
	`a i o u w z ad by co do go ja je ją ku ma mi my na no od on pa po są se ta te to tu ty we wy za ze że`,
	`a i k o s u v z ač ba by co do ho či já je ji již jí ke ku má mi mu my na ne ni no od on pa po se si ta te ti to tu ty už ve vy za ze že`,
	`ah ei ju ja ka ta te ma me on no ta sa se ja ka ei oh`,
	`ak ap ar ap es ir ja jo ka ko ne no pa pe pēc šo šā tā tā to tu uz un vai vs ap`,
	`o į ar as aš be bi iš ir ji jo jį jų ji ka ko ką mes ne ni no nu po su ta tą to tu tų už va`,
	`а в и к о с у я б ж бы во вы да до ей ею же за и из им их ко ли мы на не ни но об он от по со та те то ту ты уж`,
	`а б в є ж з і й о у я аж бо би во ви від да де до за зі із їй їм їх ці ма ми на не ні но об та те ти то ту ті що як`,
	`а в е и о с у аз ако ас би бе го да до ги ѝ им из за и ли ме ми му на не ни но об от по са се си со те ти то ту ще я`,

	`a e o u y al de el en es fe ha he la le lo me mi ni no os se si su te ti tu un va ve ya yo`,
	`a e o à é ao as às da de do em eu há ia já la lá lo me na no nó os ou se só su te ti tu um vi`,
	`a e è i o ad ai al ci da di do ed fa fu ha ho il in io la le li lo ma me mi ne né no od se sé si sì so su te ti tu un va vi`,
	`u al de en er ge he ik in is ja je me na nu of om on op te to u we wij ze zo`,
	`å i af att av då de du ej en er få gå i ju nu ni om på se så ta ut vi är ål`,
	`i å ad af at av da de di du en er et få gå ja jo må nå no nu ny og om op på se så to ud ut vi`,
	`en et ei he ja jo me ne no se te on ja`,
	`a i k o s u v z ak aj by čo či do ho je ju ka ku má mi mu my na ne ni no od on po sa si so ta te tá to tu ty už vo vy za zo že`,
	`a h i k o s v z ali bi če da do ga ga iz ja je jo ki ko ji ju me mi mu na ne ni no od ob on pa po pri se si sm so ta te ti to tu že za ze`,
	`a i k o s u bi će da do ga go ih im iz ja je ju ko ku li me mi mu na ne ni no od on pa po sa se si su ta te ti to tu uz za ću će`,
	`a e o ai al am ar as au ca că ce cu da de ea ei el eu fi ia îl în îi la le li lo mă mi ne ni nu ok pe să se și şi te ti tu un va vă vi`,
	`a e ő s az be de el én és ez fa fő ha is így ki le ma mi ne no ő ok ők se ti új úr vs`,
	`o az bu da de en er ey il iş ki mi mı ne ol on şu ta te ve ya`,
	`а з і о у я ў аб бо бы да до за іх із ён на не ні ні по па се та то ты як яе`,
	`а в е и о с у ги го да до ги е ѝ им из за ја је ќе ли ме ми му на не ни но об од па по са се си со та те ти то ту`,
	`а и к о с у би ће да до га го их им из ја је ју ко ли ме ми му на не ни но об од он па по са се си су та те ти то ту уз за`,
}

// shortTable has a bit for each language, in the order of hints, that has the
// folded word.
var shortTable = readShort()

func readShort() map[string]uint32 {
	t := map[string]uint32{}
	var b words.Buffer
	for i, line := range shortWords {
		for w := range strings.FieldsSeq(line) {
			b.Reset()
			t[foldWith(&b, w)] |= 1 << i
		}
	}
	return t
}

// Short says whether a folded word of one or two letters is an everyday word in
// an item of the languages l, which was declared to be in a language: of a
// language without tables only the declaration tells which it is. Where nothing
// tells the language, words of one letter are those of any language with tables,
// others those of English.
func Short(word string, l Langs, declared string) bool {
	known := latin
	if words.Cyrillic(word) {
		known = cyrillic
	}
	has, of := shortTable[word], l&known
	if i := otherCode(declared); i > 0 && (of == None || of == known) {
		return has>>i&1 != 0
	}
	if d, _ := codeOf(declared); of&d != 0 && words.Letters(word) > 1 {
		of = d // what is said of it counts more than the word in question
	}
	switch {
	case of == None:
		return has>>firstOther != 0
	case of == known && known == latin && words.Letters(word) > 1:
		return has&uint32(English) != 0
	}
	return has&uint32(of) != 0
}

// otherCodes are the languages without tables, in the order of hints.
var otherCodes = [...]string{"es", "pt", "it", "nl", "sv", "da", "fi", "sk", "sl", "hr", "ro", "hu", "tr", "be", "mk", "sr"}

// otherCode is the place in hints of a declared language without tables, 0 if it
// is not there.
func otherCode(declared string) int {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(declared, "_", "-")), "-")
	if base == "no" || base == "nb" {
		base = "da" // as hints have it
	}
	for i, code := range otherCodes {
		if code == base {
			return firstOther + i
		}
	}
	return 0
}
