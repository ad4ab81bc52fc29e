package inflect

import "watcher/internal/rules/words"

// Spanish: s and es, and the feminine where the ending shows that the word is an
// adjective or somebody's office (puerto and puerta are two words). Names take nothing.
var spanish = language{
	code: "es", script: words.LatinScript,
	family: "romance",
	forms: build(paradigms{
		lines: `
- | -
: - | - s es
: o | o os
: a | a as
: as | as a
: os | os o
: ado ido | ado ada ados adas ido ida idos idas
: ico ivo oso | ico ica icos icas ivo iva ivos ivas oso osa osos osas
: ano ino eno ario | ano ana anos anas ino ina inos inas eno ena enos enas ario aria arios arias
: peo beo deo reo | peo pea peos peas beo bea beos beas deo dea deos deas reo rea reos reas
: ego | ego ega egos egas
: eco aco uso imo | eco eca ecos ecas aco aca acos acas uso usa usos usas imo ima imos imas
: nio rio sio | nio nia nios nias rio ria rios rias sio sia sios sias
: lento ecto ulto | lento lenta lentos lentas ecto ecta ectos ectas ulto ulta ultos ultas
: dor tor sor | dor dora dores doras tor tora tores toras sor sora sores soras
: es | es esa eses esas
: an in | an ana anes anas in ina ines inas
: on | on ona ones onas
: ion | ion iones
: nol | nol nola noles nolas
: z | z ces
: sis | sis
: iones | iones ion
: ores | ores or ora oras
: ales iles | ales al iles il
: entes antes | entes ente antes ante
: ces | ces z ce cesa ceses cesas
: eses | eses es esa esas
: anes | anes an ana anas anesa aneses anesas
`,
		groups: `
presidente presidenta presidentes presidentas
vicepresidente vicepresidenta vicepresidentes vicepresidentas
jefe jefa jefes jefas
líder lideresa líderes lideresas
juez jueza jueces juezas
alcalde alcaldesa alcaldes alcaldesas
ministro ministra ministros ministras
primer primero primera primeros primeras
nuevo nueva nuevos nuevas
ruso rusa rusos rusas
alto alta altos altas
bajo baja bajos bajas
largo larga largos largas
negro negra negros negras
rojo roja rojos rojas
blanco blanca blancos blancas
turco turca turcos turcas
griego griega griegos griegas
chino china chinos chinas
gran grande grandes
buen bueno buena buenos buenas
mal malo mala malos malas
régimen regímenes
joven jóvenes
orden órdenes
examen exámenes
origen orígenes
`,
		closed: `
el la lo los las un una unos unas de del al a en y o que se su sus por para con sin sobre entre tras hasta desde es son fue era ser esta este esto esos esas ese esa mas muy no si ya le les me te nos os
dos tres hay ha han he como cuando donde quien
`,
	}),
	clues: `el la los las de que y del por con una un para su es al en como más pero fue sobre entre no se lo sus este esta tras contra hasta desde según también sin ser son está han ha hay dos años año cuando donde quien porque
	gobierno presidente presidenta guerra ataca ataque ataques advierte reúne españa español española ministro ministra primer exteriores ejército tropas rusia ucrania rusos rusas ruso rusa ucraniano ucraniana alemania francia estados unidos
	acuerdo cumbre elecciones voto votantes congreso senado ley juez policía detenido detenidos muertos heridos misiles drones ayuda frontera seguridad defensa comisión europea europeo unión nuevo nueva nuevas nuevos
	millones mil euros semana hoy ayer mañana anuncia pide exige rechaza aprueba acusa niega visita llega viaja condena amenaza negocia pacto alto fuego sanciones aranceles petróleo precios investigación buque barco puerto vuelos`,
	letters: "ñ¿¡",
	small:   `a e o u y al de el en es fe ha he la le lo me mi ni no os se si su te ti tu un va ve ya yo`,
	three: `
ahi ama amo aun cae com con dan dar dio dos era ese eso feo fin fue fui han has hay haz hoy las lee ley los luz mal mia mil mio mis muy nos ojo oro
oye paz pez pie por que rey rie rio sal ser sin sol son soy sus tal tan tus una uso van ver vez voy voz`,
	acronyms: `ANO ASI CAN DEL DIA ES ESA IDEA IRA MAR MAS PAN TU UN UNO USA VA VAS`,
	counted:  `por ciento millones años días`,
}

/*
Test words of Spanish:

España | | español española españoles hispano
Ucrania | | ucraniano ucraniana ucranianos
Rusia | | ruso rusa rusos Rusos
Estonia | | estonio estonios
Alemania | | alemán alemana alemanes
Francia | | francés francesa Francisco
Madrid | | madrileño madre
Moscú | | moscovita mosca
Putin | | putinista puta
Marte | | mártires
misil | misiles | misión misiones
misiles | misil | misión
dron | drones | drogas
tanque | tanques | tanqueta
fragata | fragatas | fragancia
avión | aviones | aviación
sanción | sanciones | sancionar
sanciones | sanción | sancionar
soldado | soldados | soldadura
tropa | tropas | tropiezo
tropas | tropa | tropel
presidente | presidenta presidentes presidentas | presidencia presidencial
ministro | ministra ministros ministras | ministerio ministerios
ministerio | ministerios | ministro ministra
embajador | embajadora embajadores embajadoras | embajada embajadas
senador | senadora senadores senadoras | senado
general | generales | generación generar
luz | luces | lucha
juez | jueces jueza | juego
elección | elecciones | elector electoral
frontera | fronteras | frontal
puerto | puertos | puerta puertas
caso | casos | casa casas
ruso | rusa rusos rusas | Rusia
ucraniano | ucraniana ucranianos ucranianas | Ucrania
francés | francesa franceses francesas | Francia
alemán | alemana alemanes alemanas | Alemania
español | española españoles españolas | España
nuclear | nucleares | núcleo
militar | militares | militante milicia
armado | armada armados armadas | arma armas
europeo | europea europeos europeas | Europa
ley | leyes | leyenda
país | países | paisano paisaje
crisis | | cristal
líder | líderes | liderar
*/
