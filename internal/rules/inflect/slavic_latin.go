package inflect

// Polish. M are the endings of masculine nouns with a hard consonant, I those
// of a soft one, written with i. Locatives soften the consonant (Brexit,
// Brexicie; Ryanair, Ryanairze), and e falls out (Marek, Marka).
var polishSource = source{
	sets: map[string]string{
		"M": "- a u owi em y e om ami ach ow owie",
		"I": "- ia iu iowi iem i ie iow iom iami iach ia",
		"F": "- a y e o om ami ach ej ow owie",
		"N": "o a u em y e owi - om ami ach",
		"A": "ego emu ym ych ymi",
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
g | g+M gu giem gi dzy
ch | ch+M chu si
j | j+M ju i ji
ek | ek+M ekiem eku ka ku kowi kiem ki kow kom kami kach kowie
ec | ec+M ca cu cowi cem ce cy cow com cami cach cowie
iec | ca cu cowi cem ce cy cow com cami cach iec ieca iecowi iecem
el | el+M ele eli la lu lowi lem le li low lom lami lach
iel | iel+M iela iele la lu lowi lem le li
er | er+M erze ra ru rowi rem rze rowie row rami rach
ier | ier+M ra ru rowi rem rze
nin | nin+M nie nini nom ny nami nach
owie | owie ow om ami ach owi
en ien | en+M enie nia niu niem niowi nie ien+M ienie ieniu ienia ieniem
a | +F i ie
ta | t+F cie
sta | st+F scie sci
da | d+F dzie dow dowie
ra | r+F rze row rowie
sa | s+F sie
za | z+F zie
na | n+F nie
la | l+F le li
wa | w+F wie
ba | b+F bie
pa | p+F pie
ma | m+F mie
ka | ka ki ce ke ko k ek kom kami kach kiej kow kowie
ga | ga gi dze ge go g gom gami gach giej gow gowie
cha | ch+F sze
ska cka dzka | ka ki ce ke ko kiej kie kich kim kimi ska ski sce ske sko skiej skie skich skim skimi cka cki cce cke cko ckiej ckie
ja | ja ji je jo i j jom jami jach
ia | ia ii i ie io ij iom iami iach iu
o | +N ie
to | t+N cie
do | d+N dzie
ro | r+N rze
lo | l+N le
ko | ko ka ku kiem ki ke k kom kami kach ce kowi
go | go ga gu giem gi g gom gami gach
e | e a u em om ami ach - +A i
ie | ie ia iu iem i iom iami iach - ich im imi iego iemu iej
kie | kie kiego kiemu kim kich kimi
i | i iego iemu im ich imi ow om ami ach -
ski | ski skiego skiemu skim scy skich skimi skie
cki | cki ckiego ckiemu ckim ccy ckich ckimi ckie
: ski | ski ska skiej sko skie
: cki | cki cka ckiej cko ckie
y | y +A ow - om ami ach e i
: y | y a ej e o
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
wies wsi wsia wsie wsiach
`,
}

// Czech. M are the endings of masculine nouns, A those of adjectives.
var czechSource = source{
	sets: map[string]string{
		"M": "- a u ovi em e y i ove um ech ich ami ou",
		"F": "- a y e u ou o am ach ami ovi ove um ech",
		"A": "eho emu em ym ych ymi",
	},
	table: `
- | +M
k | k+M ci cich kum
h | h+M zi zich ze
ch | ch+M si sich
g | g+M zi zich
ek | ek+M ka ku kovi kem ci ky kum cich kove ke
ec | ec+M ce ci cem cu cum cich cove covi
el | el+M la lu lovi lem le li ly lum lech love
er | er+M ra ru rovi rem re ri ry rum rech rove
en | en+M ne ni nem nu na
ev | ev+M va vu vem
us | us+M a u ovi em ove um
a | +F
ka | ka ky ce ku kou ko ek k kam kach kami ke kovi kove kum cich
ga | ga gy ze gu gou go g gam gach gami
ha | ha hy ze hu hou ho h ham hach hami
cha | cha chy se chu chou ch cham chach chami
ra | r+F
ova | ova ove ovou ovy ovu ov ovych ovym ovymi ovam ovach
ska cka | ska ske skou sku sky ske skych skym skymi cka cke ckou cku cky ckych ckym ckymi sce cce
ie | ie ii i iim iich iemi io ium iimi
e | e i em u im ich emi - +A ou y eti ete ech um ovi ove
o | o a u em e - um ech ich ami y ovi ove
ko | ko ka ku kem ce k kum cich kach kami ky kovi
i | i im imi ich iho imu ho mu
y | y - u um ech am ach ami +A
: y | y a e ou i o
sky cky | sky skeho skemu skem skym skych skymi sti ske cky ckeho ckemu ckem ckym ckych ckymi cti cke
: sky | sky ska ske skou sko
: cky | cky cka cke ckou cko
`,
	groups: `
nemecko nemecka nemecku nemeckem
pes psa psu psem psi psy psum psech
den dne dni dnu dnem dny dnech dnum
rok roku rokem roce roky let letech lety letum
clovek cloveka lide lidi lidem lidmi lidech
pritel pritele priteli pratele pratel pratelum prateli
`,
}
