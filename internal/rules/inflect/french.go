package inflect

import "watcher/internal/rules/words"

// French: s and x, and the feminine of adjectives where the ending shows that
// the word is one (port and porte are not), and verbs on er in small letters.
var french = language{
	code: "fr", script: words.LatinScript,
	family: "western",
	forms: build(paradigms{
		lines: `
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
	}),
	clues: `le la les de l d qu des et en est pour dans que une du sur pas qui par au avec plus sont ce aux ont cette été mais ete
	un il elle ils nous vous son sa ses leur leurs se contre apres avant entre sous selon lors deux trois nouveau nouvelle nouvelles nouveaux premier ministre guerre attaque armee russie russe russes
	francais france europeenne europeen gouvernement chez sans aussi comme tout tous fait etre avoir peut doit face depuis pendant annule rencontre menace defend battue vols mort morts tue tues hausse
	accord frappes frappe missiles presidentielle annonce appelle accuse veut quand pourquoi comment ou
	greve bloque adhesion endommages mer attendu bruxelles pape paix petrole prix envolent texte juge condamne arrete parti candidat depute deputes argent milliards millions ecole
	hopital enfants femmes hommes ville maire demain semaine mois deuxieme dernier derniere moins peuvent doivent faut veulent entreprise entreprises travail soldats militaires avion
	aeroport electricite baisse rencontrent negociations pourparlers traite enquete soupcon critique prevoit reste vient donne`,
	letters: "èêûîœçà",
	small:   `a à y ai as au ce ça de du en es et eu il je la le ma me mi ne ni nu on or ou où pu sa se si su ta te tu un va vu`,
	three: `
aie ait aux bah bas bat bon ces cet cle dit dix dos est etc ete eue euh eus eut eux fin fus fut hem hep hop hou hue hui hum ici ils jeu las lie lui
mes mis moi mot nom non nos nul ohe ole ont ore ouf paf par peu pff pif pur que qui ses six soi son sur tac tel tes tic toc toi ton tri une uns via
vif vos vue zut`,
	acronyms: `AI AU CAR CAS DES ES EU LU MON PAN PAS PLAN PU TU UN VA VAS VU`,
	shouted:  `roi loi feu mur bus or tir ami mer les let led`,
	counted:  `heures heure jours ans millions milliards pour`,
}

/*
Test words of French:

Ukraine | | ukrainien ukrainienne Ukrainiens
Russie | | russe russes Russes
France | | français française Francis franc
Estonie | | estonien estonienne estoniens
Lettonie | | letton lettone lettons
Lituanie | | lituanien lituaniens
Pologne | | polonais Polonais polonaise
Allemagne | | allemand allemande allemands
Europe | | européen européenne européens
Chine | | chinois chinoise
Turquie | | turc turque turcs
Algérie | | algérien algériens
Italie | | italien italienne
Suède | | suédois suédoise
Belgique | | belge belges
Paris | | parisien parisienne pari parier
Moscou | | moscovite moscovites
Kiev | | kiévien
Londres | | londonien
Bruxelles | | bruxellois
Varsovie | | varsovien
Strasbourg | | strasbourgeois
Marseille | | marseillais
Lyon | | lyonnais
Crimée | | criminel crime
Macron | | macroniste macronisme macro
Poutine | | poutinien poutre
Zelensky | | zélé
Trump | | trumpiste trumpisme tromper
Biden | | bidon
Merkel | | merkélien
Hollande | | hollandais hollandaise
Sarkozy | | sarkozyste
Barnier | | barnière
Mélenchon | | mélenchoniste
Le | | les
Bayrou | | bayrouiste
Lecornu | | cornu
Orban | | orbanien
Sénat | | sénateur sénateurs
Élysée | | élire
Otan | | otanien otage
ministre | ministres | ministère ministères ministériel
ministère | ministères | ministre ministériel
missile | missiles | missilier mission
char | chars | charge charrette charité
drone | drones | droner
guerre | guerres | guerrier guerrière guerroyer
armée | armées | armement arme
soldat | soldats | soldatesque solde
président | présidents | présidence présidentiel
général | généraux | généralement génération
bateau | bateaux | batelier bateleur
canal | canaux | canaliser
pays | | paysan paysage
sanction | sanctions | sanctionner
frontière | frontières | frontalier front
élection | élections | électeur électoral élire
européen | européens européenne européennes | Europe eurogroupe
russe | russes | Russie rus
allemand | allemands allemande allemandes | Allemagne
national | nationale nationaux nationales | nation nationalité
militaire | militaires | militant milice
feu | feux | feuille
jeu | jeux | jeune jeudi
journal | journaux | journaliste jour
accord | accords | accorder accordéon
bombardier | bombardiers | bombarder bombe
attaque | attaques | attaquer attaquant
avion | avions | aviation aviateur
navire | navires | naviguer naval
allié | alliés alliée alliées | alliance
navire | navires | navigation
base | bases | basique bassin
force | forces | forcer forçat
troupe | troupes | troupeau
char | chars | charbon
frappe | frappes | frapper frappeur
pont | ponts | pontife
port | ports | porte porter
otage | otages | otan
traité | traités traitée | traiter traitement
député | députés députée députées | députation
sénateur | sénateurs | sénat sénatorial
directeur | directeurs directrice directrices | direction
ukrainien | ukrainiens ukrainienne ukrainiennes | Ukraine
français | française françaises | France Françoise
hôpital | hôpitaux | hospitalier
régional | régionale régionaux régionales | région
milliardaire | milliardaires | milliard
réseau | réseaux | résoudre
nouveau | nouveaux | neuf
otanien | otaniens otanienne | otan
missiles | missile | mission
*/
