package inflect

import "watcher/internal/rules/words"

// Turkish: names have an apostrophe before what is glued on, which is a word of its
// own then; common nouns, peoples and names in haste have none.
var turkish = language{
	code: "tr", script: words.LatinScript,
	family: "turkic",
	forms: build(paradigms{
		longest: 13,
		class:   turkicClass,
		lines: turkicLines(
			"- :I A DA DAn In lA DAki DAkiler DAkilerin DIr DI mIs sA DAdIr DAydI",
			"- yI yA DA DAn nIn ylA DAki DAkiler DAkilerin DIr ydI ymIs ysA DAdIr DAydI",
		),
		// softening, and vowels that flee
		grades: `
k g
nk ng
p b
t d
c
hir hr
kir kr
mir mr
vir vr
sim sm
sil sl
kil kl
kum km
gul gl
giz gz
zin zn
tin tn
yin yn
yip yb
sif sf
yir yr
tuk tk
pis ps
kit kt
bir br
sab sb
cut cd
yit yd
`,
		closed: "kendi kendim kendimi kendimiz kendimizi kendin kendini kendine kendinde kendinden kendinin kendisi kendisini kendisine kendisinin kendisinden kendileri kendilerini kendilerine kendilerinin kendilerinden kendiyle",
		groups: `
su suyu suya suda sudan suyun suyla sular sulari sulara sularda sularin suyunu suyuna sularinda sularinin sularina
saat saati saate saatte saatten saatin saatler saatlerden saatlerinin saatlere saatlerini saatlerine saatinin saatini saatine saatleri saatlerde saatlerce saatlerin saatlik saatinde
harp harbi harbe harpte harpten harbin harpler harbinde
hak hakki hakka hakta haktan hakkin haklar haklari haklarina haklarini haklarinda haklarinin hakkini hakkina
`,
	}),
	clues: `ve bir bu icin ile da de olarak cok olan daha gibi kadar sonra turkiye ne mi rusya ukrayna savas bakan baskan karsi
	oldu olacak olduğu etti edildi ediyor eden yapti yapilan yapacak dedi acikladi aciklama aciklamasi uyardi istedi verdi aldi geldi gitti basladi bitti devam iki uc dort bes ilk son yeni buyuk kucuk gun yil ay
	cumhurbaskani basbakan bakani bakanligi disisleri savunma milli meclis hukumet secim parti milletvekili asker ordu polis saldiri saldirisi fuze operasyon patlama deprem yaralandi oldu hayatini kaybetti
	gorustu gorusme toplanti zirve anlasma yaptirim sinir kriz ekonomi dolar lira fiyat enflasyon mahkeme tutuklandi gozaltina karar dava ulke ulkeler dunya turk abd ab rus cin israil iran ankara istanbul`,
	letters: "üöçğı",
	small:   `o az bu da de en er ey il iş ki mi mı ne ol on şu ta te ve ya`,
	three: `
adi ait ama ben bes bet bin bir biz bos cok cuk dek dis dur gah goz hem hep her hic hos idi iki ila ile ilk ise iyi kac kah ken kez kim kiz leh mis
ona pek sen ses sey siz son soz tam tek tik tim tum tur tuz var yag yaz ydi yer yil yok yol yuz`,
	acronyms: `IS ISI MAN MY ONU SURE TIR TU UN`,
}

/*
Test words of Turkish:

Türk | Türkler Türklere Türklerin Türkleri Türklerden | Türkü Türkiye Türkçe Türkistan
Rus | Ruslar Rusların Ruslara Ruslarla | Rusu Rusya Rusça
Rusya | Rusyanın Rusyada Rusyadan Rusyaya Rusyayla Rusyadaki | Rus Rusyalı
Türkiye | Türkiyede Türkiyenin Türkiyeye Türkiyeden Türkiyemiz Türkiyedeki | Türk Türkler
Ukrayna | Ukraynanın Ukraynaya Ukraynada Ukraynadan Ukraynadaki | Ukraynalı
Irak | Irakta Iraktan Irakın Iraka Iraktaki | İran Iraklı
İran | İranın İrana İranda İrandan | Irak İranlı
Yunanistan | Yunanistana Yunanistanda Yunanistanın | Yunan Yunanca
Almanya | Almanyada Almanyadan Almanyaya Almanyanın | Alman Almanca
Kürt | Kürtler Kürtlerin Kürtlere | Kürdistan Kurulu
Erdoğan | Erdoğanın Erdoğana Erdoğandan | Erdoğancı
asker | askeri askere askerin askerler askerlere askerlerin askerleri askerlerden askerlerini askerlerimiz askerlerimizin | askeriye
füze | füzeyi füzeye füzeler füzelerin füzeleri füzelerle füzesi füzesini füzesiyle füzelerini | füzyon
saldırı | saldırıyı saldırıya saldırıda saldırılar saldırıları saldırıların saldırısı saldırısında saldırısının saldırısından saldırılarında | saldırgan
savaş | savaşı savaşa savaşta savaştan savaşın savaşlar savaşının savaşında | savaşçı
uçak | uçağı uçağa uçakta uçağın uçaklar uçakların uçağıyla uçaklarını | uçuş
sınır | sınırı sınırda sınırdan sınırın sınırına sınırında sınırındaki sınırındakiler sınırdakiler sınırlar | sınırlı sınıf
şehir | şehri şehre şehirde şehrin şehirler şehrinde şehrindeki | şeker
kitap | kitabı kitaba kitapta kitabın kitaplar kitabında | kitapçı
bakan | bakanı bakana bakanlar bakanın bakanının | bakanlık bakım
bakanlık | bakanlığı bakanlığa bakanlığın bakanlığının bakanlığından bakanlıklar | bakan
seçim | seçimi seçimde seçimler seçimlerde seçimlerin seçiminde seçimlerinde | seçmen
yaptırım | yaptırımı yaptırımlar yaptırımlara yaptırımların yaptırımları yaptırımlarını | yaptı
anlaşma | anlaşmayı anlaşmaya anlaşmanın anlaşmalar anlaşması anlaşmasını anlaşmasından | anlaşmazlık
hükümet | hükümeti hükümete hükümetin hükümetinin hükümetler | hüküm
tank | tankı tanka tanklar tankların tankları | tanker
liman | limanı limana limanda limanın limanında limanlar | limon
komutan | komutanı komutanın komutanlar komutanından | komutanlık
ordu | orduyu orduya orduda ordunun ordular ordusu ordusunun ordusuna | orduevi
gemi | gemiyi gemiye gemide geminin gemiler gemisi gemisini gemileri gemilerine | gelir
deniz | denizi denize denizde denizin denizler denizinde | denizci
enerji | enerjiyi enerjiye enerjinin enerjisi | enerjik
birlik | birliği birliğin birliğe birlikler birliklerin birliklerini | bir
kent | kentte kentler kentin kentteki | kendi kendini
özellik | özelliği özellikleri özelliğin | özel
general | generalin generali generale generalden generaller generallerin | genel
işgal | işgali işgale işgalin işgalinin işgalden işgaller | işgalci
ihlal | ihlali ihlale ihlaller ihlalleri ihlallerin | ihale
dikkat | dikkati dikkate dikkatle dikkatini | dikkatli
cemaat | cemaati cemaate cemaatler | cemaatçi
izin | izni izne izinler iznini | izleyici
nehir | nehri nehre nehirler nehrinde | nehar
beyin | beyni beyne beyinler | beyaz
kayıp | kaybı kayba kayıplar kaybını | kayık
keşif | keşfi keşfe keşifler | keşke
ilişki | ilişkiler ilişkileri ilişkilerin ilişkisi ilişkilerini | ilişkin
*/
