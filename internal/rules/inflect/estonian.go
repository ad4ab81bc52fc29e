package inflect

// Estonian: the cases are the same for every word; what differs is the vowel
// of the genitive, which cannot be known, and the stem's grade. G are the
// cases on the genitive, P those of the plural.
var estonianSource = source{
	sets: map[string]string{
		"G": "- s st sse l le lt ks ni na ta ga d",
		"P": "- s st sse l le lt ks ni na ta ga",
		// after the genitive's vowel
		"V": "- s st sse l le lt ks ni na ta ga d t de+P te+P id sid",
		// after a consonant: any vowel of the genitive
		"C": "- a+V e+V i+V u+V t d",
		// the weak grade: any vowel, genitive and nominative plural
		"W": "a+G e+G i+G u+G",
	},
	table: `
a | a+V :u
ga | ga+V ka
ra | ra+V rra
ba | ba+V pa
la | la+V lla
e | e+V
re | re+V rre rde
le | le+V lle
i | i+V :e
ti | ti+V tti :te
ri | ri+V rri :re
li | li+V lli :le
o | o+V
u | u+V :e
du | du+V tu
ru | ru+V rru
lu | lu+V llu
y | y+V
da | da+V ja+G du
ne | ne ne+G net se+G st seid si sid ste+P
sed | sed st seid si sid ste+P
lane lased | lane lase+G last lasi laste+P
b | b+C v+W +W
id | id+C ide+P ite+P eid
ad ed ud | ad+C ade+P ed+C ede+P ete+P ud+C ude+P
gid | gid+C gide+P kide+P ke ki
did | did+C dide+P tide+P te ti
d | d+C +W
f | f+C
g | g+C +W
h | h+C
j | j+C
k | k+C g+W
nik | nik nik+C nikke
sk | sk+C s+W
l | l+C lte+P
m | m+C
n | n+C
p | p+C b+W
r | r+C rte+P
s | s+C +W ks+W
t | t+C d+W te
v | v+C
w | w+C
x | x+C
z | z+C
c | c+C
kk | kk+C k+W
pp | pp+C p+W
tt | tt+C t+W
ss | ss+C s+W
nd | nd+C nn+W
ld | ld+C ll+W
rd | rd+C rr+W
mb | mb+C mm+W
ht | ht+C h+W
el | el+C li+V la+V
er | er+C ri+V ra+V
us | us+C tu+G uste+P
as | as+C :a+G
is | is+C :i+G iste+P
es | es+C :e+G
: ri | ri re+V rd
: li | li le+V lt
: mi | mi me+V
: ki | ki ki+V ke+V
: si | si se+V e+G
`,
	groups: `
-meri mere meres merest merre meresse merel merele merelt merega merd mered merede
-jogi joe joes joest jokke joesse joel joele joelt joega joge joed jogede
-magi mae maes maest maesse mael maele maelt maega mage maed magede
-kohus kohtu kohtus kohtust kohtusse kohtul kohtule kohtult kohut kohtud kohtute kohtuid kohtuga kohtuna kohtuks kohtuni kohtuta
kiri kirja kirjas kirjast kirjaga kirjale kirjad kirjade kirju kirjades
vesi vee vees veest vette veele vett veed vete veega veel
uus uue uued uute uut uusi uues uuest uuele uuel uusima
jalg jala jalal jalale jalad jalgade jalgu jalga
hind hinna hinnad hindade hindu hinda hinnaga hinnas
lind linnu lindu linnud lindude linde
laps lapse lapses lapsest lapsele lapsega lapsed last laste lapsi lastele lastest lastel lastega lapsena
-keel keele keeles keelest keelde keelesse keelel keelele keelega keelt keeled keelte keeli keeltes
-vagi vae vaes vaest vakke vaesse vael vaele vaelt vaega vage vaed vagede vagesid
-kasi kae kaes kaest katte kael kaele kaelt kaega katt kaed
-laht lahe lahes lahest lahesse lahte lahel lahele lahelt lahega lahed lahtede
-org oru orus orust orgu orusse orul orule orult oruga orud
-mees mehe mehes mehest mehesse mehel mehele mehelt mehega meest mehed meeste mehi meestele meestega
-aeg aja ajas ajast ajal ajale ajalt ajaga aega ajad aegade
riia riias riiast riiga riiasse riiale riial riialt riiaga riiat
`,
}
