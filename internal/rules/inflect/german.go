package inflect

import "watcher/internal/rules/words"

// German: s, es and the plurals; umlauts are folded away with the accents. er
// is taken for a plural only in the words that have it: Berliner is not a form
// of Berlin, nor Krieger of Krieg. Adjectives and weak verbs are not for names.
var german = language{
	code: "de", script: words.LatinScript,
	family: "western",
	forms: build(paradigms{
		lines: `
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
	}),
	clues: `der die und das den von zu mit ist im des fur nicht auf dem ein eine sich auch nach wird als sind bei aus es einen hat einer uber wurde werden dass
	gegen vor noch nur aber wenn wie oder zum zur vom beim um durch unter bis seit zwischen haben kann will soll muss mehr neue neuen neuer keine ihre seine sein ihr wir ich sie er was wer warum wo
	ab am an in statt ohne wegen trotz wieder weiter jetzt heute jahr jahre jahren tag menschen krieg regierung minister prasident angriff waffen panzer truppen drohnen tote toten
	fordert warnt trifft reist droht greift verliert besucht meldet sagt erhoht streicht verteidigt stimmt beschliesst deutsche deutschen deutschland russland
	streitet haushalt papst mahnt frieden kabel beschadigt zaun grenze blockiert beitritt dementiert bericht wurdigt opfer gericht polizei festgenommen verhaftet parteien wahl wahlen
	wahler stimmen abgeordnete gesetz geld milliarden millionen prozent schule krankenhaus kinder frauen stadt stadte gemeinde gestern morgen woche monat erste zweite dritte letzte
	weniger konnen mussen darf sollen wollen unternehmen arbeit mitarbeiter soldaten soldat flugzeug flughafen preise preis steigen steigt sinken sinkt treffen gesprache verhandlungen
	abkommen vertrag zwischenfall ermittelt verdacht vorwurf vorwurfe kritisiert kundigt mochte bleibt kommt geht macht gibt steht`,
	letters: "ßüöä",
	small:   `ab am an da du er es im in ja ob so um wo zu`,
	three: `
all alt ans auf aus bei bin bzw den der die ehe eig ein etc fur gab gar geh gut hab hat her hin ich ihm ihn ihr ist los mag mal nen neu nie nix nun
nur off oft pro rot sah sei sie the tot tun tut und uns vom von vor was wer wie wir zum zur`,
	acronyms: `ALS AM ARM BIS DAS DEM DES ES FAST INS IS KAM MAN MIT`,
	shouted:  `weg tag see bau not mut amt arm mer`,
	counted:  `Prozent Millionen Milliarden Tage Tagen Jahre Jahren`,
}

/*
Test words of German:

Ukraine | | Ukrainer ukrainisch ukrainische Ukrainerin Ukrainern
Russland | Russlands | Russe Russen russisch russische russischen
Deutschland | Deutschlands | deutsch Deutsche Deutschen Deutscher
Polen | Polens | polnisch polnische Polin
Estland | Estlands | Este Esten estnisch estnische
Lettland | Lettlands | Lette lettisch lettische
Litauen | Litauens | Litauer litauisch litauische Litauerin
Frankreich | Frankreichs | Franzose Franzosen französisch
China | Chinas | Chinese Chinesen chinesisch
Europa | Europas | Europäer europäisch europäische Europol
Estonia | | Estonian
Österreich | Österreichs | Österreicher österreichisch
Türkei | | Türke Türken türkisch
Schweden | Schwedens | schwedisch Schwedin
Norwegen | Norwegens | Norweger norwegisch
Belarus | | belarussisch
USA | | usambara
Berlin | Berlins | Berliner Berlinern Berlinale
Kiew | Kiews | Kiewer Kiewern
Moskau | Moskaus | Moskauer moskowitisch
Hamburg | Hamburgs | Hamburger Hamburgern
Warschau | Warschaus | Warschauer
Brüssel | Brüssels | Brüsseler
London | Londons | Londoner
München | Münchens | Münchner Münchener
Köln | Kölns | Kölner
Wien | Wiens | Wiener
Charkiw | Charkiws | Charkiwer
Riga | Rigas | Rigaer
Paris | | Pariser
Washington | Washingtons | Washingtoner
Krim | | Kriminal
Ostsee | | Ostseite Osten
Scholz | | Scholle
Merz | | Merzig
Pistorius | | Pistole
Baerbock | Baerbocks | Baer
Merkel | Merkels | Merkelin merken
Putin | Putins | Puter putinistisch
Selenskyj | Selenskyjs | selen
Trump | Trumps | Trumpf trumpistisch Trumpismus
Biden | Bidens | Bidet
Macron | Macrons | Makro
Steinmeier | Steinmeiers | Stein
Habeck | Habecks | haben
Lindner | Lindners | Linde
Lawrow | Lawrows | Lawine
Bundeswehr | | Bundestag Bundesrat wehren
Bundestag | Bundestags Bundestages Bundestage Bundestagen | Bundesrat tagen
Regierung | Regierungen | regieren regierend Regierungschef
Krieg | Krieges Kriegs Kriege Kriegen | Krieger kriegerisch
Panzer | Panzers Panzern | gepanzert Panzerung
Rakete | Raketen | Raketenwerfer
Soldat | Soldaten | soldatisch Soldatin
Minister | Ministers Ministern | Ministerium Ministerin ministeriell
Ministerium | Ministeriums Ministerien | Minister Ministern
Land | Landes Lands Länder Ländern Lande | landen Landung ländlich
Drohne | Drohnen | drohen Drohung
General | Generals Generale Generäle Generälen | generell Generation generalisieren
Armee | Armeen | Arme arm armenisch
Streitkräfte | Streitkräften | Streit streitig
Präsident | Präsidenten | präsidial Präsidentin Präsidium
Sanktion | Sanktionen | sanktionieren
Wahl | Wahlen | Wähler wählerisch
Partei | Parteien | parteiisch
Haus | Hauses Häuser Häusern Hause | häuslich
Schiff | Schiffes Schiffs Schiffe Schiffen | Schiffer schiffbar
Grenze | Grenzen | grenzenlos Grenzer
Angriff | Angriffs Angriffe Angriffen Angriffes | angreifen
Meer | Meeres Meere Meeren Meers | Meerrettich
Goethe | Goethes | Gote
Claude | Claudes | Klaudia
Raum | Raums Raumes Räume Räumen | Räumung
Geschäft | Geschäfts Geschäfte Geschäften | geschafft
Grad | Grade Graden Grads | Gras
Äthiopier | Äthiopiern Äthiopiers | Äthiopien
*/
