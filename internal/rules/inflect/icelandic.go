package inflect

import "watcher/internal/rules/words"

// Icelandic: four cases of names, and of nouns with the article behind them. a turns
// to ö before u, see uUmlaut. Accents, þ and ð are folded: Þýskaland is thyskaland.
var icelandic = language{
	code: "is", script: words.LatinScript,
	family: "nordic",
	forms: uUmlaut{build(paradigms{
		sets: map[string]string{
			"M": "ur - i s ar a um urinn inn num inum sins arnir ana unum anna ir irnir ina inir",
			"F": "- u ar ur in ina inni unni arinnar ir um a irnar unum anna ar arnar",
			"H": "- i s ið inu sins um a in unum anna",
			"A": "ur - t an um s i ri rar ir ar ra a u na ari",
		},
		lines: `
- | - s i u ar ur
ur | ur - i s ar
i | i a is ar ir um arnir irnir anna
eyjar | eyjar eyjum eyja eyjarnar eyjunum eyjanna
a | a u
ir | ir i is
nn | nn n ni ns
ll | ll l li ls
dottir | dottir dottur
son | son syni sonar sonum synir
land | land landi lands :landið :landinu :landsins :löndin :löndum :landa :lönd
: - | +F +H
: ur | +M +A
: inn | inn nn num ins in ina nar inni innar nir na um ið
: i | i a is ar um inn ann anum ans arnir ana unum anna ið inu isins in um
: a | a u ur ar um na an nnar unni urnar unum anna ann ans anum arnir nna
: ari | ari ara arar urum arinn arann aranum arans ararnir arana urunum aranna
: ir | ir i is ar um irinn inn inum isins
: madur | madur mann manni manns menn monnum manna madurinn manninn manninum mannsins mennirnir mennina monnunum mannanna
: stod | stod stodvar stodvum stodva stodin stodina stodinni stodvarinnar stodvarnar stodvunum stodvanna
: ngi | ngi nga ngja ngjar ngjum nginn ngjann ngjanum ngjans ngjarnir ngjana ngjunum ngjanna ngar ngum
: ki gi | ki kis kja kjum kid kinu kisins kin kjunum kjanna ka kar kum kinn kann kanum kans gi gis gja gjum gid ginu gisins gin gjunum gjanna ga gar gum ginn gann ganum gans
: ngur kkur ggur | ng+M ng+A ngur ngjum ngja ngjunum ngjanna kk+M kk+A kkur kkjum kkja kkjunum kkjanna gg+M gg+A ggur ggjum ggja ggjunum ggjanna
: eyja | eyja eyju eyjar eyjum eyjan eyjuna eyjunni eyjunnar eyjarnar eyjunum eyjanna
: nn | nn n ni ns nar na num nninn nninum nsins narnir nana nunum nanna
: ll | ll l li ls lar la lum llinn llinum lsins larnir lana lunum lanna
: ing ung | ing ingu ingar ingum inga ingin ingunni inguna ingarinnar ingarnar ingunum inganna ung ungu ungar ungum unga ungin unguna ungunni ungarinnar
: un | un unar anir unum ana unin unina uninni unarinnar anirnar ananna
: ja | ja ju jur jum jan jna juna junni junnar jurnar junum janna na
: legur | legur legan legum legs leg lega legri legrar legt legu legir legar legra
: skur | skur skan skum sks sk ska skri skrar skt sku skir skar skra
`,
		groups: `
danmörk danmörku danmerkur
noregur noreg noregi noregs
bandaríkin bandaríkjunum bandaríkjanna
færeyjar færeyjum færeyja
bretar breta bretum
reykjavík reykjavíkur
maður mann manni manns menn mönnum manna maðurinn manninn manninum mannsins mennirnir mennina mönnunum mannanna
landið lands landi land landsins landinu lönd löndin löndum löndunum landanna landa
forseti forseta forsetar forsetum forsetinn forsetann forsetanum forsetans
her hers her hernum herinn hersins herjum herir herja
faðir föður feður feðrum feðra
bróðir bróður bræður bræðrum bræðra
móðir móður mæður mæðrum mæðra
þing þings þingi þingum þinga þingið þinginu þingsins þingin þingunum þinganna
ríki ríkis ríkið ríkinu ríkisins ríkja ríkjum ríkin ríkjanna ríkjunum
höfuðborg höfuðborgar höfuðborgir höfuðborgin höfuðborgina höfuðborginni höfuðborgarinnar
vopn vopns vopni vopnum vopna vopnin vopnunum vopnanna
`,
		closed: `
og að í á er sem við til af um en með fyrir frá hann hún það þeir þær þau eru var voru ekki ég þú var hafa hefur því þess þeim þeirra þetta þessi eftir undir yfir milli gegn hjá úr inn upp út nú þar hér ef eða
`,
	})},
	clues: `og að í á er sem við til af um en með fyrir frá hann hún það þeir eru var voru ekki hefur hafa verið verður vegna eftir undir yfir milli gegn hjá úr þetta þessi segir segja
	ríkisstjórn ríkisstjórnin ríkisstjórnarinnar ráðherra forsætisráðherra utanríkisráðherra forseti forseta alþingi alþingis ísland íslands íslandi íslenska íslenskir rússland rússar rússa rússlands rússneska úkraína úkraínu úkraínumenn
	stríð stríðið árás árásir árás her herinn hermenn kosningar kosningum bandaríkin bandaríkjanna evrópu evrópusambandið samning samningur fundur fundi fund lögreglan lögregla handtekinn handteknir látnir látinn særðir eldgos
	varar hafnar krefst sprenging flugvöllur skip skipið öryggi varnarmál eldflaugar drónar stuðning milljarða milljónir króna ár ára dagar vikur viku nýr ný nýja nýtt tolla toll viðræður viðræðum vopnahlé
	vopn vopna herskip herskipa sendiherra sendiherrar mótmælti mótmæla féll flaug flaugin flaugar kafbátur kafbátar skriðdrekar skriðdreka senda sendir komu kom danir norðmenn svíar moskvu kænugarði kænugarðs landamæri landamærum grænland grænlands herlið`,
	letters: "þð",
	small:   `á að af ég en er ef ei í nú ný og ó sá se sé um úr út`,
	three: `
ein eru fra hun inn med mig nei oll sem ser sig svo til tvo upp var ver vid yfir the tha thad thau thar her hja hef`,
	acronyms: `ALLT FARA FAST MAN VAR VERA`,
	counted:  `prósent milljónir milljarðar dagar ár krónur`,
}

// uUmlaut is an inflection in which the last a of a stem is ö before endings with u
// (land, löndum); folded, an o.
type uUmlaut struct{ *table }

// umlaut is the term with ö in place of the last a before its last consonants, and
// whether it has one: of árás and Kanada no form begins so, which does no harm.
func (uUmlaut) umlaut(t Term) (Term, bool) {
	s := t.Folded
	i := len(s) - 1
	for i > 0 && (s[i] == 'i' || s[i] == 'a' || s[i] == 'r' && s[i-1] == 'u' || s[i] == 'u') {
		i-- // the ending: saga, ráðherra, garður
	}
	for i > 0 && s[i] != 'a' {
		if c := s[i]; c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y' {
			return t, false
		}
		i--
	}
	if i < 1 {
		return t, false
	}
	t.Folded = s[:i] + "o" + s[i+1:]
	return t, true
}

func (u uUmlaut) joins(t Term, word string) bool {
	if u.table.joins(t, word) {
		return true
	}
	if u.citations().groups[t.Folded] != nil {
		return false
	}
	other, ok := u.umlaut(t)
	return ok && (word == other.Folded || u.table.joins(other, word))
}

func (u uUmlaut) stems(out []string, t Term) []string {
	out = u.table.stems(out, t)
	if other, ok := u.umlaut(t); ok {
		out = u.table.stems(append(out, other.Folded), other)
	}
	return out
}

/*
Test words of Icelandic:

Ísland | Íslands Íslandi | íslenskur Íslendingur
Rússland | Rússlands Rússlandi | Rússi rússneskur
Noregur | Noregs Noregi Noreg | norskur Norðmaður
Danmörk | Danmörku Danmerkur | danskur Dani
Úkraína | Úkraínu | úkraínskur Úkraínumaður
Evrópa | Evrópu | evrópskur
Moskva | Moskvu | Moskvuborg
Reykjavík | Reykjavíkur | reykur
Bandaríkin | Bandaríkjunum Bandaríkjanna | bandarískur
Þýskaland | Þýskalands Þýskalandi | þýskur
Pútín | Pútíns | pútt
Trump | Trumps | trumba
Bjarni | Bjarna | björn
Guðni | Guðna | guð
Katrín | Katrínar Katrínu | kátur
Jakobsdóttir | Jakobsdóttur | Jakob
Sigurður | Sigurð Sigurði Sigurðar | sigur
Benediktsson | Benediktssonar Benediktssyni | Benedikt
árás | árásar árásir árásin árásinni árásum árásina | árs
samningur | samning samningi samnings samningar samningurinn samninginn samningum | saman
fundur | fund fundi fundar fundir fundurinn fundinum | finna
skip | skipi skips skipið skipinu skipum skipa skipin | skipta
land | landi lands landið landinu löndum lönd löndin | lenda
ráðherra | ráðherrar ráðherrann ráðherranum ráðherrum ráðherrarnir | ráðuneyti
forseti | forseta forsetinn forsetanum forsetans | fors
kosning | kosningar kosningum kosninga kosningarnar kosningin | kjósa
skýrsla | skýrslu skýrslur skýrslan skýrslunni skýrslum | skýr
eldflaug | eldflaugar eldflaugum eldflaugin | eldur
hermaður | | her
borg | borgar borgir borgin borgina borginni borgum borga | bjarga
ríkisstjórn | ríkisstjórnar ríkisstjórnin ríkisstjórnarinnar ríkisstjórnina | ríki
rússneskur | rússneska rússnesk rússneskt rússneskir rússneskum rússneskra rússneski | Rússland
íslenskur | íslenska íslensk íslenskt íslenskir íslenskum íslenskra | Ísland
stríð | stríði stríðs stríðið stríðinu stríðum | stríðinn
her | hers herinn hernum hersins | herra
*/
