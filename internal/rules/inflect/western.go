package inflect

// German: s, es and the plurals; umlauts are folded away with the accents. er
// is taken for a plural only in the words that have it: Berliner is not a form
// of Berlin. Adjectives and weak verbs are for words in small letters.
var germanSource = source{
	table: `
- | - s es e en n
nis | nis nisses nisse nissen
in | in innen ins s
ung heit keit schaft tat ion | ung ungen heit heiten keit keiten schaft schaften tat taten ion ionen ions
e | e en n s
sche liche ige te neue | sche schen scher sches schem liche lichen licher liches lichem ige igen iger iges igem te ten ter tes tem neue neuen neuer neues neuem
er | er ers ern
el | el els eln
en | en ens
ium | ium iums ien
um | um ums en
us | us usse ussen en
a | a as en
land bild buch dorf feld geld glied kind volk wort amt dach gut schild wald haus mann bad blatt grab rad tal tum recht rand | land lands landes lande landen lander landern bild bilds bildes bilde bilder bildern buch buchs buches bucher buchern dorf dorfs dorfes dorfer dorfern feld felds feldes felder feldern geld gelds geldes gelder geldern glied glieds gliedes glieder gliedern kind kinds kindes kinder kindern volk volks volkes volker volkern wort worts wortes worte worten worter wortern amt amts amtes amter amtern dach dachs daches dacher dachern gut guts gutes guter gutern schild schilds schilder schildern wald walds waldes walder waldern haus hauses hause hauser hausern mann manns mannes manner mannern bad bads bades bader badern blatt blatts blattes blatter blattern grab grabs grabes graber grabern rad rads rades rader radern tal tals tales taler talern tum tums tumer tumern recht rechts rechtes rechte rechten rand rands randes rander randern
: - | - e en er es em
: e | e en er es em
: en | en e st t et te ten test tet end ende enden ender endes
`,
	groups: `
land lands landes lande landen lander landern
bild bilds bildes bilde bilder bildern
buch buchs buches bucher buchern
dorf dorfs dorfes dorfer dorfern
feld felds feldes felder feldern
geld gelds geldes gelder geldern
glied glieds gliedes glieder gliedern
kind kinds kindes kinder kindern
volk volks volkes volker volkern
wort worts wortes worte worten worter wortern
amt amts amtes amter amtern
dach dachs daches dacher dachern
gut guts gutes guter gutern
schild schilds schilder schildern
wald walds waldes walder waldern
haus hauses hause hauser hausern
mann manns mannes manner mannern
bad bads bades bader badern
blatt blatts blattes blatter blattern
grab grabs grabes graber grabern
rad rads rades rader radern
tal tals tales taler talern
tum tums tumer tumern
recht rechts rechtes rechte rechten
rand rands randes rander randern
`,
}

// French: s and x, and the feminine of adjectives where the ending shows that
// the word is one (port and porte are not), and verbs on er in small letters.
var frenchSource = source{
	table: `
- | - s
s | s
x | x
z | z
e | e es
au eau eu | au aux eau eaux eu eux
al | al aux als
: al | al ale ales aux
ien een | ien iens ienne iennes een eens eenne eennes
ais ois | ais aise aises ois oise oises
ain | ain ains aine aines
: ant ent | ant ants ante antes ent ents ente entes
: nd rd | nd nds nde ndes rd rds rde rdes
: el | el els elle elles
: eux | eux euse euses
: if | if ifs ive ives
: er | er e es ent ons ez ait aient a ant ee ees era eront erait ere ers eres
`,
}
