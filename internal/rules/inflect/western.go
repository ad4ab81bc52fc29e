package inflect

// German: s, es and the plurals; umlauts are folded away with the accents. er
// is taken for a plural only in the words that have it: Berliner is not a form
// of Berlin, nor Krieger of Krieg. Adjectives and weak verbs are not for names.
var germanSource = source{
	table: `
- | - s es e en n
nis | nis nisses nisse nissen
in | in innen ins
ein | ein eins eines eine einen
min zin | min mins mine minen zin zins zine zinen
ung heit keit schaft ion | ung ungen heit heiten keit keiten schaft schaften ion ionen ions
e | e en es
nde | nde nden nder ndes ndem
sche liche ige te neue | sche schen scher sches schem liche lichen licher liches lichem ige igen iger iges igem te ten ter tes tem neue neuen neuer neues neuem
er | er ers ern
eer ier | eer eers eeres eere eeren ier iers ieres iere ieren iern
el | el els eln
iel | iel iels ieles iele ielen
en | en ens
ium | ium iums ien
um | um ums en
us | us en
a | a as en
: - | - e en er es em
: e | e en er es em
: es | es e en er em
: scher licher iger | scher sche schen sches schem licher liche lichen liches lichem iger ige igen iges igem
: en | en e st t et te ten test tet end ende enden ender endes
`,
	groups: `
-land lands landes lande lander landern
-bild bilds bildes bilde bilder bildern
-buch buchs buches bucher buchern
-dorf dorfs dorfes dorfer dorfern
-feld felds feldes felder feldern
-geld gelds geldes gelder geldern
-glied glieds gliedes glieder gliedern
-kind kinds kindes kinder kindern
-volk volks volkes volker volkern
-wort worts wortes worte worten worter wortern
-amt amts amtes amter amtern
-dach dachs daches dacher dachern
-gut guts gutes guter gutern
-schild schilds schildes schilde schilder schildern
-wald walds waldes walder waldern
-haus hauses hause hauser hausern
-mann manns mannes manner mannern
-raum raums raumes raume raumen
-baum baums baumes baume baumen
-traum traums traumes traume traumen
-geschaft geschafts geschaftes geschafte geschaften
-grad grads grades grade graden
-bad bads bades bader badern
-blatt blatts blattes blatter blattern
-grab grabs grabes graber grabern
-rad rads rades rader radern
-tal tals tales taler talern
-tum tums tumer tumern
-recht rechts rechtes rechte rechten
-rand rands randes rander randern
-brett bretts brettes bretter brettern
-lied lieds liedes lieder liedern
-horn horns hornes horner hornern
-loch lochs loches locher lochern
-schloss schlosses schlosser schlossern
-glas glases glaser glasern
-licht lichts lichtes lichter lichtern
-geschlecht geschlechts geschlechtes geschlechter geschlechtern
-regiment regiments regimentes regimente regimenten regimenter regimentern
-krieg kriegs krieges kriege kriegen
-wahl wahlen
-schiff schiffs schiffes schiffe schiffen
-grenze grenzen
-kampf kampfs kampfes kampfe kampfen
-burg burgs burgen
-bau baus baues bauten
-mord mords mordes morde morden
-lage lagen
-klage klagen
-rede reden
-stadt stadts stadte stadten
-spiel spiels spieles spiele spielen
-druck drucks druckes drucke drucken
-bank banks banke banken
-kauf kaufs kaufes kaufe kaufen
-lauf laufs laufes laufe laufen
-raub raubs raubes raube rauben
-bus busses busse bussen
-kus kusses kusse kussen
roter rote roten rotes rotem
schwarzer schwarze schwarzen schwarzes schwarzem
weisser weisse weissen weisses weissem
gruner grune grunen grunes grunem
grosser grosse grossen grosses grossem
neuer neue neuen neues neuem
hoher hohe hohen hohes hohem
oberster oberste obersten oberstes oberstem
erster erste ersten erstes erstem
zweiter zweite zweiten zweites zweitem
dritter dritte dritten drittes drittem
meer meers meeres meere meeren
`,
}

// French: s and x, and the feminine of adjectives where the ending shows that
// the word is one (port and porte are not), and verbs on er in small letters.
var frenchSource = source{
	table: `
- | - s
s | s
: es | es e
: ions ents ants eurs iers tes | ions ion ents ent ants ant eurs eur iers ier tes te
x | x
z | z
e | e es :ee :ees
au eau eu | au aux eau eaux eu eux
al | al aux als
: al | al ale ales aux
ien een | ien iens ienne iennes een eens eenne eennes
ais | ais aise aises
ois | ois oise oises
ain | ain ains aine aines
: ant ent | ant ants ante antes ent ents ente entes
: nd rd | nd nds nde ndes rd rds rde rdes
: el | el els elle elles
: eux | eux euse euses
: ct | ct cts cte ctes
: if | if ifs ive ives
eur | eur eurs :euse :euses
teur | teur teurs :teuse :teuses :trice :trices
: er | er e es ent ons ez ait aient a ant ee ees era eront erait ere ers eres
`,
	groups: `
feu feux
jeu jeux
lieu lieux
eau eaux
-oeil yeux
`,
}
