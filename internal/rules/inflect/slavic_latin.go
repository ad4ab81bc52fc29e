package inflect

// Polish. M are the endings of masculine nouns with a hard consonant, I those
// of a soft one, written with i. Locatives soften the consonant (Brexit,
// Brexicie; Ryanair, Ryanairze), and e falls out (Marek, Marka).
var polishSource = source{
	sets: map[string]string{
		"M": "- a u owi em y e om ami ach ow owie",
		"P": "ki kich kim kom kami kach kow",
		"K": "k ka ku kowi kiem kow kowie",
		"I": "- ia iu iowi iem i ie iow iom iami iach ia",
		"F": "a y e o om ami ach ej ow owie",
		"N": "o a u em y e owi - om ami ach",
		"A": "ego emu ym ych ymi",
		"Y": "y +A ow - om ami ach e i :u :em :owi :ie :a :ej :o",
	},
	table: `
- | +M i ie
t | t+M cie ci
st | st+M scie sci
d | d+M dzie dzi
r | r+M rze rzy
s | s+M sie si s+I
z | z+M zie zi z+I
n | n+M nie ni n+I
l | l+M le li l+I lu
w | w+M wie wi w+I
b | b+M bie bi b+I
p | p+M pie pi p+I
m | m+M mie mi m+I
f | f+M fie fi
c | c+M c+I ci
k | k+M ku kiem ki cy kowie
sk ck | s+K c+K :s+P :c+P
x | x+M xie x ks+M ksie
um | um+M umie :a :ow :om :ami :ach
anin | anin+M aninie anie an anow anom anami anach
g | g+M gu giem gi dzy
ch | ch+M chu si
j | j+M ju i ji
ek | ek+M ekiem eku ka ku kowi kiem ki kow kom kami kach kowie
iek | iek ieka ieku iekowi iekiem ka ku kowi kiem ki kow kom kami kach kowie
ec | ec+M ca cu cowi cem ce cy cow com cami cach cowie
rzec | rzec rca rcu rcowi rcem rce rcy rcow rcom rcami rcach
iec | ca cu cowi cem ce cy cow com cami cach iec ieca iecowi iecem
el | el+M ele eli la lu lowi lem le li low lom lami lach
iel | iel+M iela iele la lu lowi lem le li
er | er+M erze :erzy ra ru rowi rem rze rowie row rami rach
ier | ier+M ierze :ierzy ra ru rowi rem rze
en ien | en+M en+I enie nia niu niem niowi nie ien+M ien+I ieniu ienia ieniem
a | +F i ie :-
: ra | r er
ta | t+F cie :t
sta | st+F scie sci
da | d+F dzie dow dowie :d
ra | r+F rze row rowie :r :er
sa | s+F sie :s
za | z+F zie :z
ca | c+F ci ki ke ko :k :c
na | n+F nie :n :en :ien
la | l+F le li :l :el
wa | w+F wie :w :ew
ba | b+F bie :b
pa | p+F pie :p
ma | m+F mie :m :em
ka | ka ki ce ke ko ek kom kami kach kiej kow kowie :k
ga | ga gi dze ge go gom gami gach giej :g
cha | ch+F sze :ch
ska cka | ska ski sce ske sko skiej cka cki cce cke cko ckiej :skie :skich :skim :skimi :ckie :ckich :ckim :ckimi :sek
ja | ja ji je jo j jom jami jach
aja eja oja uja yja | aja ai aje ajo aj ajom ajami ajach eja ei eje ejo ej ejom ejami ejach oja oi oje ojo oj ojom ojami ojach uja ui uje ujo uj ujom ujami ujach yja yi yje yjo yj yjom yjami yjach
ia | ia ii i ie io ij iom iami iach :-
o | +N ie ow owie
owo ewo ino | owo owa owu owem owie ewo ewa ewu ewem ewie ino ina inu inem inie
to | t+N cie
do | d+N dzie
ro | r+N rze
lo | l+N le el
no | n+N nie en ien
ko | ko ka ku kiem ki ke k ek kom kami kach ce kowi
go | go ga gu giem gi g gom gami gach gowi gow gowie ge
e | e a u em om ami ach - +A i
ie | ie ia iu iem i iom iami iach - ich im imi iego iemu iej
kie | kie kiego kiemu kim kich kimi
i | i iego iemu im ich imi ow om ami ach ego emu m ch :-
ki | ki kiego kiemu kim kich kimi kow kom kami kach k ek :kiem :ku :kie :ka :kiej :ko :c :cy
ski | ski skiego skiemu skim scy skich skimi skie
cki | cki ckiego ckiemu ckim ccy ckich ckimi ckie
: ski | ski ska skiej sko skie
: cki | cki cka ckiej cko ckie
y | +Y
ty | t+Y :ci
ry | r+Y :rzy
dy | d+Y :dzi
szy | sz+Y :si
ony | on+Y :eni
cy | cy k kow kom kami kach ka kowi kiem ku ca cow com cami cach cem cu cowi iec c cego cemu cym cych cymi :ce :cej
dzi | dzi d dow dom dami dach da dem du dzie
anie | anie an anom anami anach anin anina aninem aninowi ania aniu aniem aniach aniom aniami
ay ey oy | ay+M ey+M oy+M
: gi | gi ga giej gie giego giemu gim gich gimi gow gom gami gach dzy go g
: i | i ia iej ie
`,
	groups: `
niemcy niemiec niemcom niemcami niemczech
wegry wegier wegrom wegrami wegrzech
wlochy wloch wlochom wlochami wloszech
czechy czech czechom czechami czechach
pies psa psu psem psie psy psow psom psami psach
dzien dnia dniowi dniem dniu dni dniom dniami dniach
tydzien tygodnia tygodniu tygodniem tygodnie tygodni
rok roku rokiem lata lat latach
czlowiek czlowieka ludzie ludzi ludziom ludzmi ludziach
ksiadz ksiedza ksiedzu ksiedzem
bialystok bialegostoku bialymstoku bialymstokiem bialemustokowi
wies wsi wsia wsie wsiach
`,
}

// Czech. M are the endings of masculine nouns, A those of adjectives.
var czechSource = source{
	sets: map[string]string{
		"M": "- a u ovi em e y i um ech ich ami ou :ove uv ovu ovo",
		"F": "a y e u ou o am ach ami ovi um",
		"A": "eho emu em ym ych ymi",
	},
	table: `
- | +M
k | k+M ci cich kum
h | h+M zi zich ze
ch | ch+M si sich
g | g+M zi zich
ek | :kove ek+M ka ku kovi kem ci ky kum cich ke
ec | :cove ec+M ce ci cem cu cum cich covi
el | :love el+M la lu lovi lem le li ly lum lech
er | :rove er+M ra ru rovi rem re ri ry rum rech
en | en+M ne ni nem nu na
ev | ev+M va vu vem
us | us+M a u ovi em um :ismu
um | um um+M a u em - ech y
a | +F :-
ca | c+F ci
ja | j+F ji
sa | s+F si
za | z+F zi
ba | b+F :b :eb
va | v+F :v :ev
la | l+F :l :el
na | n+F :n :en
ka | :k ka ky ce ku kou ko ek kam kach kami ke kovi kum
ga | :g ga gy ze gu gou go gam gach gami govi
ha | :h ha hy ze hu hou ho ham hach hami hovi
cha | :ch cha chy se chu chou cham chach chami chovi
ra | r+F re :r :er
ova | ova ove ovou ovy ovu ov ovych ovym ovymi ovam ovach
ska cka | ska ske sko skovi cko ckovi skou sku sky sce cka cke ckou cku cky cce skam skami skach sek ckam ckami ckach cek :skych :skym :skymi :ckych :ckym :ckymi
ie | ie ii i iim iich iemi io ium iimi
ia | ia ie ii iu iou io ii
ce | ce ci cem cu cum cich cim cemi c covi
e | e i em u im ich emi - ovi eho emu em :ym :ych :ymi ou y eti ete
o | o a u em e - um ech ich ami y ovi
lo | lo la lu le lem l el lum lech ly lovi
no | no na nu ne nem n en num nech ny novi
ne | ne ni nem nu nim nich nemi novi n n+A nou ny nete
ko | ko ka ku kem ce k ek kum cich kach kami ky kovi
sko cko | sko ska sku skem cko cka cku ckem :sk :ck :skum :ckum :scich :ccich :skach :ckach
stvo ctvo | stvo stva stvu stvem stve stev stvum stvech stvy ctvo ctva ctvu ctvem ctve ctev ctvum ctvech ctvy
ost | ost osti ostem ostech ostmi
i | i im imi ich iho imu ho mu iu iovi ie iem ia
ski cki | ski skeho skemu skem skym cki ckeho ckemu ckem ckym skiho skimu skim ckiho ckimu ckim
ove | ove u um y ech ami - a em ovi
ky | ky ek ku kum cich kam kach kami k+A kyho kymu
y | y - u um ech am ach ami +A yho ymu ym
ay ey oy uy | ay ey oy uy aye aya ayovi ayem ayho aymu eye eya eyovi eyem eyho eymu oye oya oyovi oyem oyho oymu uye uya uyovi uyem
yj | yj eho emu ym em
: ky | ky ka ke kou ko ci
: y | y a e ou i o
sky cky skyj | skyj sky skeho skemu skem skym skych skymi sti ske cky ckeho ckemu ckem ckym ckych ckymi cti cke
: sky | sky ska ske skou sko
: cky | cky cka cke ckou cko
`,
	groups: `
nemecko nemecka nemecku nemeckem
may maye mayi mayem mayovi
volby voleb volbach volbam volbami volba volbe volbu volbou
rus rusa rusovi rusem rusove rusu rusum rusy rusech
pes psa psu psem psi psy psum psech
den dne dni dnu dnem dny dnech dnum
rok roku rokem roce roky let letech lety letum
clovek cloveka lide lidi lidem lidmi lidech
pritel pritele priteli pratele pratel pratelum prateli
`,
}
