package rules

import (
	"strings"
	"unicode/utf8"

	"watcher/internal/rules/inflect"
)

// WarningKind tells warnings apart.
type WarningKind string

// The kinds of warnings.
const (
	WarnSideBySide WarningKind = "side-by-side" // plain words and nothing else under match: the quotes may have been YAML's
	WarnCapitals   WarningKind = "capitals"     // an acronym that is also a common word
)

// Warning is what is allowed but probably not meant.
type Warning struct {
	Kind   WarningKind
	Rule   int    // index of the rule
	Name   string // of the rule
	Part   string // as in Error
	Source string // the text of that part
	Offset int    // byte in Source
	Column int    // rune in Source, from 1
	Msg    string
	Fix    string
}

// String is one line: rule, part, column, what is odd and what to write.
func (w Warning) String() string { return w.err().Error() }

// Text is what is odd and what to write, without the place.
func (w Warning) Text() string { return w.err().Text() }

func (w Warning) err() *Error {
	return &Error{Rule: w.Rule, Name: w.Name, Part: w.Part, Source: w.Source, Offset: w.Offset, Column: w.Column, Msg: w.Msg, Fix: w.Fix}
}

// Lint says what in the rules is allowed but probably not meant, in the order
// of the rules.
func (s *Set) Lint() []Warning {
	var out []Warning
	for i := range s.rules {
		n := s.parse(i)
		l := linter{rule: i, name: s.rules[i].Name, src: s.rules[i].Match, part: "match"}
		if l.src != "" {
			l.sideBySide(n)
		}
		l.capitals(n)
		out = append(out, l.out...)
	}
	return out
}

type linter struct {
	rule      int
	name      string
	part, src string
	out       []Warning
}

func (l *linter) warn(kind WarningKind, off int, fix, msg string) {
	l.out = append(l.out, Warning{Kind: kind, Rule: l.rule, Name: l.name, Part: l.part, Source: l.src, Offset: off,
		Column: utf8.RuneCountInString(l.src[:off]) + 1, Msg: msg, Fix: fix})
}

// sideBySide finds a query of plain words alone: match: "Enhanced Forward
// Presence" in YAML is three words, for the quotes are YAML's.
func (l *linter) sideBySide(n *node) {
	if n.op != opAnd || strings.Contains(l.src, "AND") {
		return
	}
	var ws []string
	for _, k := range n.kids {
		if k.op != opTerm || len(k.alts[0]) != 1 || k.alts[0][0].kind != wordInflect && k.alts[0][0].kind != wordForm || strings.ContainsAny(k.text, `"~`) {
			return
		}
		ws = append(ws, k.text)
	}
	phrase := strings.Join(ws, " ")
	l.warn(WarnSideBySide, n.off, `for the phrase write '"`+phrase+`"' with both quotes, or keywords: [`+phrase+`]`, "these words are looked for in any order and place")
}

// capitals finds acronyms that are also common words.
func (l *linter) capitals(n *node) {
	if n.op == opTerm && len(n.alts[0]) == 1 && n.alts[0][0].kind != wordCase && inflect.NewTerm("", n.alts[0][0].raw).Acronym && strings.Contains(commonWords, " "+n.alts[0][0].folded+" ") {
		w := n.alts[0][0]
		off := n.off
		if l.src == "" || l.part != "match" {
			off = 0
		}
		l.warn(WarnCapitals, off, "did you mean ="+w.raw+"?", w.raw+" is also the word "+w.folded)
	}
	for _, k := range n.kids {
		l.capitals(k)
	}
}

// commonWords are short English words that are acronyms too.
const commonWords = " us who aid it is may as at in on no so to an am be by do go he if me my of or up we all and any are arm arms art bad bat bed big bit but can cap car cat cut day die era end far fat fit for fun gas get god gun had has hat her him his hit hot how ice ill its kid lab law let lie lip lot low mad man map men mix net new nor not now off oil old one our out own pan par pay pen per pet pit put ram ran raw red rid run sad sat saw say sea see set she sit six son star start stop sun tap tax ten the tie tin tip too top toy try two use van via war was way wet why win won yes yet you able acts aids base best boat both bush call card care case cast cats child city coin cold come cope core cost crew data date dead deal dear does done down drug each east edge even ever face fact fair fall fast fate fear feed feel find fine fire firm fish five flag flat food foot four free from full fund gain game gate give goal gold good grab grid hand hard have head heat help here hero high hold home hope host hour idea into iron join jump just keep kind king know land last late lead leap left less life lift like line list live long look lose loss lost love made mail main make mark mean meet mind mine miss moon more most move much must name near need news next nice none note once only open over pace pact page park part pass past path peak plan play plus pool poor port post race rail rain rank rate read real rest rich ride rise risk road rock role rose rule safe sail sale salt same sand save seal seat seed seek self sell send shed ship shop show side sign site size slip slow snap snow soft soil some song soon sort spot staff star stay step such sure swap tail take talk tall tank task team tell term test than that them then they thin this time tone tool torn tour town trap tree trip true turn type unit upon used vast very view vote wait walk wall want warm wave weak wear week well went were west what when wide wife wild will wind wire wise wish with wood word work yard year zone about above alert asset board brave brief chart chase cheap check chief claim clear coast cover craft cross drive eagle earth eight email enter equal error event every exact extra faith favor fence field fight final first focus force frame fresh front giant given glass globe grace grade grand grant great green group guard guide habit happy harsh heart heavy horse hotel house human image index inner input issue joint judge known label large laser learn lease leave legal level light limit local logic lower lunch magic major maker march match mayor media metal might minor model money month moral motor mount mouth music naval nerve never night noise north novel nurse ocean offer often order other ought outer owner panel paper party peace phase phone pilot place plain plane plant plate point pound power press price pride prime print prior prize proof proud prove quick quiet quite radio raise range rapid ratio reach react ready refer relax reply rider rifle right river rough round route royal scale scene scope score sense serve seven shape share sharp sheet shift shirt shock shoot short sight since skill sleep small smart smile solid solve sorry sound south space spare speak speed spend split sport staff stage stake stand start state steam steel stick still stock stone store storm story strip study stuff style sugar table taken taste teach thank their theme there these thick thing think third those three throw tight title today topic total touch tough tower track trade train treat trend trial trust truth twice under union unity until upper upset urban usage usual value video visit vital voice waste watch water wheel where which while white whole whose woman world worry worth would wound write wrong young youth "
