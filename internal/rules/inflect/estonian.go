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
a | a+V u
e | e+V
i | i+V e
o | o+V
u | u+V e
y | y+V
da | da+V ja+G
ne | ne se+G st seid si sid ste+P
b | b+C v+W +W
d | d+C +W
f | f+C
g | g+C +W
h | h+C
j | j+C
k | k+C g+W ke
l | l+C
m | m+C
n | n+C
p | p+C b+W
r | r+C
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
us | us+C tu+G
as | as+C a+G
is | is+C i+G
es | es+C e+G
meri | meri mere+V merd
jogi | jogi joe+V joge
magi | magi mae+V mage
vagi | vagi vae+V vage
kasi | kasi kae+V katt
laht | laht lahe+V lahte
org | org oru+V orgu
: ri | ri re+V rd
: li | li le+V lt
: mi | mi me+V
: ki | ki ki+V ke+V
: si | si se+V e+G
`,
	groups: `
mees mehe mehed meest mehi meeste mehele mehel mehelt mehega meestele meestega
aeg aja ajal aega ajad aegade
sojavagi sojavae sojavage
`,
}
