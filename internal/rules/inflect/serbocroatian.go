package inflect

import "strings"

// serboCroatian are the forms of Croatian, Serbian and Bosnian in Latin script. M are
// the endings of masculine nouns, F those of feminine ones, O, E and I those of words
// in these vowels: nouns, names from abroad, adjectives.
var serboCroatian = paradigms{
	sets: map[string]string{
		"M": "- a u e om em i ima :ovi :ova :ovima :ove :evi :eva :evima :eve :o :og :oga :ome :oj :ih :im",
		"F": "a e i u om o ama oj :- :ih :im",
		"O": "o a u om em e i ima og oga ome omu :ova :ove :im :ih",
		"E": "e a u em ima i om ama og oga ome omu eg ega emu im ih ea eu eom oj",
		"I": "i a e u ima ija iju ijem ijom ije iji ijima ijevi ijeve og oga om ome omu eg ega em emu im ih oj o",
		"N": "na nu ne nom ni nima :no :nog :noga :nome :nomu :noj :nih :nim",
	},
	lines: `
- | +M
k | k+M ci cima če
g | g+M zi zima že
h | h+M si sima še
ac | ac+M ca cu če cem cima ci ce aca ace
lac | lac+M oca ocu oče ocem oci ocima oce laca lca lcu lcem lci lcima lce
tac | tac+M tca tcu tce tcem tci tcima ca cu cem ci cima ce taca
dac | dac+M dca dcu dce dcem dci dcima ca cu cem ci cima ce daca
ak | ak+M ka ku kom ke ci cima če aci acima :ki :ko :kog :koga :koj :kih :kim :kovi :kova :kovima :kove
tak | tak+M tka tku tkom tke ci cima taci tacima :tki :tko :tkog :tkoj :tkih :tkim
dak | dak+M dka dku dkom dke tka tku tkom tke ci cima daci dacima :tki :tko :tkog :tkoj :tkih :tkim
zak | zak+M ska sku skom ske sci scima zaci zacima :zka :zko :zke :zak :ski :sko :skog :skoj :skih :skim
žak | žak+M žaci žacima žače :ška :ške :ški :ško :škog :škoga :škoj :šku :škom :ških :škim
an | an+M +N
stan | stan+M :sna :snu :sne :snom :sni :snima :sno :snog :snoga :snoj :snih :snim
anj | anj+M nja nju njem nji njima njom :nje :njeg :njih :njim
ar | ar+M ra ru re rom rem ri rima :rovi :rova :rovima :rove :ro :rog :roga :romu :roj :rih :rim
at | at+M ta tu te tom ti tima
ao | ao la lu lom le li lima aoa aou aom :log :loga :loj :lih :lim :ala :ale :alu :alo :ali :alih :alim :alog :aloga :aloj :alom :lo :lova :lovi :love
eo | eo ela elu elom eli elima elovi :ele :elo :elog :eloga :eloj :elih :elim ea eu eom eja eju ejem
io | io ija iju ijem iji ijima ia iu iom :ila :ilo :ili
ov | ov+M ovim
ev | ev+M evim
anin | anin+M ani ana ane anima ama an
st | st+M šću
kt | kt+M :kata
nt | nt+M :nata
pt | pt+M :pata
t | t+M ću
zam | zam+M zma zmu zme zmom zmi zmima zama
jam | jam+M jma jmu jme jmom jmi jmima jmovi jmova jmovima jmove
ač | ač+M
č | č+M čju
a | +F
ka | k+F ci :aka
ska čka ška | ska ske skoj sku skom sko sci skama :ski :skih :skim :skog :skoga :skome čka čke čkoj čku čkom čko čci čkama :čki :čkih :čkim :čkog :čkoga :čaka ška ške škoj šku škom ško škama :ški :ških :škim :škog :škoga :šaka :saka
ga | g+F zi :aga
ha | h+F si
ija | ij+F
ja | j+F
lja | lj+F :alja
nja | nj+F :anja
ba | b+F :aba
va | v+F :ava
la | l+F :ala
na | n+F :ana
ra | r+F :ara
ta | t+F :ata
ca | c+F :aca
ma | m+F :ama
o | +O
lo | l+O :ala
no | n+O :ana
ro | r+O :ara
mo | m+O :ama
vo | v+O :ava
to | t+O :ata
ko | k+O ci cima :aka
go | g+O zi zima
e | +E
je | j+E
će | ć+E ćadi
me | m+E :mena :menu :menom :meni :menima
te | t+E :eta
i | +I
ski čki ški | sk+I čk+I šk+I :ska :čka :ška
ci | c+I aca :ac :ka :ke :kom :ku :k
zi | z+I :ga :ge :g
si | s+I :ha :he :h
ovi | ov+I ova ove ovima :- :a :u :om
evi | ev+I eva eve evima :- :a :u :em
u | u ua uu uom ue ui uov uova
y | y ya yu yja yju yjem yjom yjev yem yom ye yi yevi
`,
	groups: `
srbin srbina srbinu srbinom srbine srbi srba srbima srbe
bugarin bugarina bugarinu bugarinom bugarine bugari bugara bugarima bugare
tatarin tatarina tatarinu tatarinom tatari tatara tatarima tatare
turčin turčina turčinu turčinom turčine turci turaka turcima turke
grk grka grku grkom grče grci grka grcima grke
čovjek čovjeka čovjeku čovjekom čovječe ljudi ljude ljudima
čovek čoveka čoveku čovekom čoveče ljudi ljude ljudima
dijete djeteta djetetu djetetom djeca djece djeci djecu djecom
dete deteta detetu detetom deca dece deci decu decom
brat brata bratu bratom brate braća braće braći braću braćom
otac oca ocu ocem oče očevi očeva očevima očeve otaca
dan dana danu danom dane dani danima
pas psa psu psom psi psima pse
san sna snu snom snovi snova snovima snove
dio dijela dijelu dijelom dijelovi dijelova dijelovima dijelove
deo dela delu delom delovi delova delovima delove
svijet svijeta svijetu svijetom svjetovi svjetova svjetovima svjetove
vrijeme vremena vremenu vremenom vremenima
vreme vremena vremenu vremenom vremenima
nivo nivoa nivou nivoom nivoi nivoima nivoe
ime imena imenu imenom imenima
vrata vratima
ruka ruke ruci ruku rukom rukama
noga noge nozi nogu nogom nogama
oko oka oku okom oči očiju očima
uho uha uhu uhom uši ušiju ušima
zemlja zemlje zemlji zemlju zemljom zemljo zemalja zemljama
kći kćeri kćer kćerju kćerima
mati matere materi mater
posao posla poslu poslom poslovi poslova poslovima poslove
gost gosta gostu gostom goste gosti gostiju gostima
prijatelj prijatelja prijatelju prijateljem prijatelji prijateljima prijatelje
država države državi državu državom državo državama
sat sata satu satom sati satima sate satovi satova
mjesec mjeseca mjesecu mjesecom mjesecem mjeseci mjesecima mjesece
mesec meseca mesecu mesecom mesecem meseci mesecima mesece
`,
}

// serboCroatianForms are one table for the languages that share it.
var serboCroatianForms = build(serboCroatian)

// toCyrillic writes Serbian of small Latin letters in Cyrillic ones.
var toCyrillic = strings.NewReplacer(
	"lj", "љ", "nj", "њ", "dž", "џ", "a", "а", "b", "б", "v", "в", "g", "г", "d", "д", "đ", "ђ", "e", "е", "ž", "ж", "z", "з", "i", "и", "j", "ј",
	"k", "к", "l", "л", "m", "м", "n", "н", "o", "о", "p", "п", "r", "р", "s", "с", "t", "т", "ć", "ћ", "u", "у", "f", "ф", "h", "х", "c", "ц", "č", "ч", "š", "ш",
)

// inCyrillic writes paradigms of Serbian in Cyrillic.
func inCyrillic(p paradigms) paradigms {
	sets := make(map[string]string, len(p.sets))
	for name, endings := range p.sets {
		sets[name] = toCyrillic.Replace(endings)
	}
	p.sets, p.lines, p.groups = sets, toCyrillic.Replace(p.lines), toCyrillic.Replace(p.groups)
	return p
}
