package inflect

import "watcher/internal/rules/words"

// Romanian writes its article behind the word, with the case: Kremlinul, Kremlinului.
// C are the endings of words in a consonant, F those of feminine ones in a, E those of
// words in e, U those of words in u. A term may have its article too.
var romanian = language{
	code: "ro", also: []string{"mo"}, script: words.LatinScript,
	family: "romanian",
	forms: build(paradigms{
		sets: map[string]string{
			"C": "- ul ului :i :ii :ilor :e :ele :elor :uri :urile :urilor :ule :a :ei :o",
			"F": "a ei ai ii o :e :ele :elor :i :ile :ilor :uri :urile :urilor",
			"E": "e ea :i ii :ile ilor ele elui elor ei",
			"U": "u ul ului :i :ii :ilor :e :ele :elor :uri :urile :urilor :a :ei :ule",
		},
		lines: `
- | +C
d | d+C :zi :zii :zilor :zile
l | l+C
sc | sc+C :sti :stii :stilor
ean | ean+C :eni :enii :enilor :ene :enei :enele :enelor :encei
ian | ian+C :ieni :ienii :ienilor :iene :ienei :ienele :ienelor
esc | esc+C :easca :esti :estii :estilor :estile
os | os+C :oasa :oasei :oase :oasele :oaselor
or | or+C :oare :oarea :oarei :oarele
el | el+C
ec | ec+C :eaca :ecii
eg | eg+C :eaga
er | er+C :eara :eri :ere
it | it+C
oi | oi oiul oiului :oaie :oaiele :oaielor :oii
ai | ai aiul aiului :aie :aiele
ei | ei eiul eiului :eie
ul | ul+C ului - :i :ii :ilor :uri :urile :urilor :e :ele :elor
iul | iul iului iu :ii :iile :iilor i
eul | eul eului eu :ee :eele :eelor :ei :eii
rul | rul rului rulul r ru :ri :rii :rilor :re
ele | ele elor e :a :ei
ile | ile ilor i :e :a :ii
ii | ii iilor ilor i :iile
a | +F
da | d+F :zi :zile :zilor :zii
sca | sc+F :sti :stile :stilor :stii
asa | as+F :ese :esei :esele :eselor
ata | at+F :ete :etei :etele :etelor
oala | oal+F :oli :olii :olile :olilor
oara | oar+F :ori :orii :orile :orilor
oasa | oas+F :os :osi :osii :osilor
easca | easc+F :esti :esc :estii :estilor
eana | ean+F :ene :enele :enei :ean :eni
iata | iat+F :iete :ietei :ietele :ietelor
ana | an+F :an :ani
iana | ian+F :iene :ienele :ienei :ienelor :ian :ieni
ica | ic+F :ic
ia | ia iei ie io :ii :iile :iilor
ea | ea ei ii e eaua :ele :elei :elele :elelor
eea | eea eei ee
e | +E
ie | ie ia iei ii iile iilor
oare | oare oarea :ori orii :orile :orilor :or :oarei
oarte | oarte oartea :orti ortii :ortile :ortilor
oapte | oapte oaptea :opti optii :optile :optilor
ne | n+E
i | i iul iului ul ului ii ilor :ile :- :u :a :e
u | +U
ru | r+U
iu | iu iul iului :ii :iile :iilor :ie
eu | eu eul eului :ee :eele :eelor :ei :eii :eilor :ele :elele :elelor
ou | ou oul oului :oua :oi :oii :oilor :oile :oule :oului
escu | escu escul escului
o | o oul oului :ouri
y | y ul ului yul yului
`,
		groups: `
nou nouă noi noul noului noii noile noilor noua
omul om omului oameni oamenii oamenilor
zi ziua zile zilele zilei zilelor
an anul anului ani anii anilor
tată tatăl tatălui tați tații taților
boală boala bolii boli bolile bolilor
moarte moartea morții morți
oară oara orii ori orile
unghi unghiul unghiului unghiuri unghiurile unghiurilor
uşor uşoară uşori uşoare uşorul uşoara uşorului
tânăr tânărul tânărului tineri tinerii tinerilor tânără tinere tinerele tinerelor
cuvânt cuvântul cuvântului cuvinte cuvintele cuvintelor
noapte noaptea nopții nopți nopțile nopților
vale valea vai vaile vaii vailor
cale calea cai caile caii cailor
copil copilul copilului copii copiii copiilor
femeie femeia femeii femei femeile femeilor
mort moartă morți moarte morții morților mortul
negru neagră negre negri negrul neagra negrei negrilor
noră nurori
mână mâna mâini mâinile mâinii mâinilor
stea steaua stele stelele stelei stelelor
drept dreaptă drepți drepte dreptul dreapta drepturi drepturile drepturilor dreptului
întreg întreagă întregi întregul întreaga
cap capul capului capete capetele
soră surori surorile surorii surorilor
mare marea mari marii marele marelui marilor mării mărilor mările
masă mese masa mesei mesele meselor
fată fata fete fetele fetei fetelor
`,
	}),
	clues: `și si de la in în cu pe nu din este care pentru mai ca că au fost sunt un lui prin al a o dupa după va vor fi să se sa ce mai dar sau iar fără despre între împotriva contra către sub peste până când unde cum cine deja încă doar azi mâine ieri ar le îi își
	rusia rusiei ucraina ucrainei românia româniei moldova moldovei europa europei sua guvernul guvernului presedintele președintele președintelui premierul ministrul ministrului razboi război războiul războiului ani anul parlamentul armata
	atac atacul atacat militari forțele trupe rachete drone armament apărării securitate granița sancțiuni sancțiunile acord acordul întâlnire vizită alegeri alegerile votat partidul coaliția comisia europeană uniunea
	spune declarat anunță anunțat avertizează cere respinge semnat adoptat explozie morți răniți oameni persoane poliția prețul milioane miliarde euro lei nou nouă noi noile primul doi trei două noua`,
	letters: "șțăşţ",
	small:   `a e o ai al am ar as au ca că ce cu da de ea ei el eu fi ia îl în îi la le li lo mă mi ne ni nu ok pe să se și şi te ti tu un va vă vi`,
	three: `
aia ala ale alt ani apa are asa ati azi bun cam caz cea cei cel cit cui cum dar dat dau doi ele era fel fie fii fim fiu foc iar imi iti jos lei loc
lor lua lui mai mea mei meu mie mii noi nou opt ora ore ori pai par pic pot pur rau rog sai sau sub sus tai tau tie tot una unu voi vom vor`,
	acronyms: `AI AM AU CARE DEA DIN EU FARA ISI MIC MOD TU UN USA VA VI`,
}

/*
Test words of Romanian:

România | României | român români românesc romanul
Moldova | Moldovei | moldovean moldovenesc
Rusia | Rusiei | rus ruși rusesc
Ucraina | Ucrainei | ucrainean ucraineni
Europa | Europei | european europeni
Franța | Franței | francez franceză
Polonia | Poloniei | polonez Polon
America | Americii Americai | american americani
Crimeea | Crimeei | crimă
Coreea | Coreei | coreean
Dunărea | Dunării | dunărean
Austria | Austriei | austriac Australia
București | Bucureștiul Bucureștiului Bucureștilor | bucureștean bucurie
Iași | Iașiul Iașului Iașiului | ieșean
Cluj | Clujul Clujului | clujean
Brașov | Brașovul Brașovului | brașovean
Constanța | Constanței | constant
Chișinău | Chișinăul Chișinăului | chișinăuian
Transnistria | Transnistriei | transnistrean
Moscova | Moscovei | moscovit
Londra | Londrei | londonez
Kremlin | Kremlinul Kremlinului | kremlinologie
Kremlinul | Kremlin Kremlinului | kremlinologie
Carpați | Carpații Carpaților | carpatin
Statele | Statelor State | statut
Parlamentul | Parlament Parlamentului | parlamentar
Iohannis | | iohannit
Dragnea | Dragnei | drag
Maria | Mariei | Marian Marin
Ana | Anei | Anul
Orban | | orb
Putin | | puțini puțină
guvern | guvernul guvernului guverne guvernele guvernelor | guvernator guvernamental
ministru | ministrul ministrului miniștri miniștrii miniștrilor | minister ministerial
minister | ministerul ministerului ministere ministerele ministerelor | ministru miniștri
președinte | președintele președintelui președinți președinții președinților | președinție președintă
armată | armata armatei armate armatele armatelor | armament arme
rachetă | racheta rachetei rachete rachetele rachetelor | rachetist
dronă | drona dronei drone dronele dronelor | droguri
soldat | soldatul soldatului soldați soldații soldaților | soldă
militar | militarul militarului militari militarii militarilor militară militare | militant
război | războiul războiului războaie războaiele războaielor | războinic
forță | forța forței forțe forțele forțelor | forțat
țară | țara țării țări țările țărilor | țăran
sancțiune | sancțiunea sancțiunii sancțiuni sancțiunile sancțiunilor | sancționat
alegere | alegerea alegerii alegeri alegerile alegerilor | alegător
autoritate | autoritatea autorității autorități autoritățile autorităților | autoritar
comisie | comisia comisiei comisii comisiile comisiilor | comisar
securitate | securitatea securității | securist
frontieră | frontiera frontierei frontiere frontierele frontierelor | frontal
școală | școala școlii școli școlile școlilor | școlar
exercițiu | exercițiul exercițiului exerciții exercițiile exercițiilor | exercita
muzeu | muzeul muzeului muzee muzeele muzeelor | muzical
oraș | orașul orașului orașe orașele orașelor | orășean
indiană | indiene indienei indienele | India
european | europeană europeni europene europenii europenilor europenele europeanul | Europa
românesc | românească românești | România
periculos | periculoasă periculoși periculoase | pericol
nuclear | nucleară nucleare nucleari nuclearul | nucleu
vot | votul votului voturi voturile voturilor | votant
oameni | omul omului oamenii oamenilor | omenire
nou | nouă noi noul noului noii noile | noapte
pace | pacea păcii | pact pacient
lege | legea legii legi legile legilor | legal
ucrainean | ucraineană ucraineni ucrainene ucrainenii ucrainenilor ucraineanul | Ucraina
purtător | purtătorul purtătorului purtători purtătorii purtătoare | purtat
*/
