package inflect

import (
	"strings"
	"sync"

	"watcher/internal/rules/words"
)

// Korean: a noun keeps its form, and what other languages say with cases and small
// words is glued on behind it, one after the other. Titles and the names of offices
// are written together with a name as often as not.
var korean = language{
	code: "ko", script: words.HangulScript,
	family: "korean",
	forms:  &glued{read: sync.OnceValue(readKorean)},
	clues: `그 이 저 것 수 등 및 또 더 한 두 세 네 중 대한 위해 통해 따라 대해 관련 밝혔다 말했다 했다 있다 있는 없는 없다 것으로 것은 것이 이번 지난 올해 내년
	대통령 총리 장관 정부 국회 의원 대표 회의 회담 미국 중국 북한 러시아 한국 일본`,
}

// koreanTails are what is glued on, a line for each rank: of two in one word the one
// of the lower line stands behind. Of a|b the first is for a syllable with a
// consonant at its end, the second for one without; *로 takes ㄹ for no consonant.
var koreanTails = []string{
	// titles, offices, and what belongs to a state or a town; not people and
	// languages (일본인, 독일어), which are other words
	`대통령 부통령 총리 수상 국왕 여왕 왕세자 총통 주석 국가주석 총서기 서기장 장관 외무장관 국방장관 국무장관 재무장관 외교장관 차관 대사 특사 공사 총장 사무총장 총재 의장 위원장 위원 위원회 의원
	회장 부회장 사장 대표 대표팀 대표단 대변인 당국 당국자 정부 정권 행정부 의회 국회 상원 하원 법원 대법원 검찰 경찰 외교부 국방부 외무부 국무부 대사관 영사관 사령부 사령관 참모총장 장군 제독 대장 원수
	군 공군 해군 육군 군대 부대 여단 사단 함대 병사 군인 시 시장 시장단 시내 시민 주 주지사 도지사 지사 현 군수 구 구청장 특별시 광역시 시청 역 항 공항 만 해 해협 해안 섬 강 산 반도 운하 고원 사막 대륙 지역 지방 지구 전역 일대 본토 영토 국경
	공화국 연방 왕국 제국 연합 동맹 자치구 자치주 남부 북부 동부 서부 중부 남동부 북동부 남서부 북서부 동쪽 서쪽 남쪽 북쪽
	국민 여성 남성 여자 남자 사람 학생 학자 노동자 민족 공산당 기업 회사 업체 제품 자동차 대학 대학교 학교 교실 병원 왕조 시절 혁명 총선 대선 선거 개혁 생활 중심 지도자 지도부 정치인 정치 외교 안보 군사 국방
	영화 문학 음악 예술 소설 여행 관광 관광객 유학 유학생 교포 동포 법인 본사 공장 수출 수입 무역 산업 투자 펀드 증권 채권 원유 가스 석유 주식 은행 은행 중앙은행 신문 방송 통신 증시 시장 경제 사회 시대 문화 역사 문제 사태 전쟁 침공 공습 공격 회담 정상회담 회의 총회 조약 협정 협약 선언 합의 제재 결의 결의안 정상 선수 감독 후보 기자 교수 박사 선생 선생님 씨 님 양 옹 여사 당 노동당 여당 야당 측 간 내 제 산 형 식 적 행 발 령 호 급 파`,
	`들`,
	`에 엔 에게 에겐 에게서 에서 에선 께 께선 께서 한테 한테서 하고는 으로|*로 으론|*론 으로서|*로서 으로선|*로선 으로써|*로써 으로부터|*로부터 과|와 하고 이랑|랑 에다 에다가 더러 보고 처럼 같이 만큼 보다 대로 마다 이나|나 이든|든 이든지|든지 이라도|라도 이며|며 에서부터`,
	`까지 부터 만 마저 조차 밖에 뿐 뿐만 나마|이나마 커녕 처럼 만큼 보다 대로 으로|*로`,
	`은|는 이|가 을|를 의 도 이야|야 이나|나 라도|라도 이라도|라도 은커녕|는커녕 아|야 이여|여 만`,
	`이다 다 이라 라 이라고|라고 이라는|라는 이란|란 이라며|라며 이라면|라면 이라서|라서 이고|고 이며|며 이지만|지만 이지|지 이자|자 이면|면 이면서|면서 이나|나 이니|니 이므로|므로 이어서 여서 이었다 였다 이었던 였던 이었고 였고 이었으며 였으며 이었지만 였지만 이었으나 였으나
	입니다 이었습니다 였습니다 이에요 예요 이요 요 인데 인지 인가 이었나 였나 일까 일지 임을 임 이냐|냐 이든|든 이거나|거나 이던|던 이기 이어야 여야 이라야
	하다 한다 했다 하는 한 할 하고 하며 하면 하면서 해 해서 하여 하자 하지 하지만 하기 하기로 하게 하겠다 하려 하려는 하라 하라고 했고 했으며 했지만 했으나 했던 했다고 했다는 한다고 한다는 하자는 합니다 했습니다 해야 함 했음 할지 하도록 하던 하려고
	되다 된다 됐다 되는 된 될 되고 되며 되면 되면서 돼 돼서 되어 되자 되지 되기 되게 되었다 되었고 되었던 됐고 됐으며 됐지만 됐던 됐다고 된다고 된다는 됩니다 됐습니다 됨 될지 되도록 되던
	시키다 시킨다 시켰다 시키는 시킨 시킬 시키고 시키며 시켜 시키기 시켰던 시켰고`,
}

// glued is an inflection by tails.
type glued struct {
	read func() *tails // at its first call
}

// tails are those of a language, each with its rank.
type tails struct {
	tails   map[string]tail
	longest int // bytes of the longest one
}

// tail is a text that is glued on behind a noun or behind other tails.
type tail struct {
	ranks uint8 // bit r for rank r
	after uint8 // behind which syllables, in the bits of finals
}

// The ends of a syllable, which decide between two forms of a tail.
const (
	open  = 1 << iota // a vowel
	rieul             // ㄹ
	shut              // another consonant
)

func readKorean() *tails {
	g := &tails{tails: map[string]tail{}}
	for rank, line := range koreanTails {
		for field := range strings.FieldsSeq(line) {
			shutOnes, openOnes, two := strings.Cut(field, "|")
			if !two {
				g.add(field, rank, open|rieul|shut)
				continue
			}
			if like, ok := strings.CutPrefix(openOnes, "*"); ok {
				g.add(shutOnes, rank, shut)
				g.add(like, rank, open|rieul)
				continue
			}
			g.add(shutOnes, rank, rieul|shut)
			g.add(openOnes, rank, open)
		}
	}
	return g
}

func (g *tails) add(text string, rank int, after uint8) {
	key := fold(text)
	t := g.tails[key]
	g.tails[key] = tail{t.ranks | 1<<rank, t.after | after}
	g.longest = max(g.longest, len(key))
}

// syllable is the number of bytes of a folded one.
const syllable = 3

// final tells how the last syllable of a text ends.
func final(folded string) uint8 {
	n := len(folded)
	if n < syllable || words.ScriptOf(folded[n-syllable:]) != words.HangulScript {
		return open | rieul | shut
	}
	const first, finals, l = 0xAC00, 28, 8 // 가, the finals that there are, and ㄹ among them
	switch (int(folded[n-2])<<8 | int(folded[n-1]) - first) % finals {
	case 0:
		return open
	case l:
		return rieul
	}
	return shut
}

// ends finds where in word tails may begin, given as bits of the bytes behind that
// place, from the end of the word on to the place from.
func (g *tails) ends(word string, from int) uint64 {
	found := uint64(0)
	var ranks [64]uint8 // those with which what follows may begin, by the bytes behind
	for k := syllable; k < len(ranks) && len(word)-k >= from; k += syllable {
		at := len(word) - k
		if words.ScriptOf(word[at:]) != words.HangulScript {
			break
		}
		end := final(word[:at])
		for n := syllable; n <= min(k, g.longest); n += syllable {
			t := g.tails[word[at:at+n]]
			if t.after&end == 0 {
				continue
			}
			if n == k {
				ranks[k] |= t.ranks
				continue
			}
			// a lower rank than some one of what follows
			ranks[k] |= t.ranks & (1<<highest(ranks[k-n]) - 1)
		}
		if ranks[k] != 0 {
			found |= 1 << k
		}
	}
	return found
}

// highest is the place of the highest bit, 0 if there is none.
func highest(bits uint8) int {
	n := 0
	for ; bits > 1; bits >>= 1 {
		n++
	}
	return n
}

func (g *glued) joins(t Term, word string) bool {
	n := len(t.Folded)
	return strings.HasPrefix(word, t.Folded) && len(word)-n < 64 && g.read().ends(word, n)>>(len(word)-n)&1 == 1
}

func (g *glued) stems(out []string, t Term) []string { return append(out, t.Folded) }

func (g *glued) cuts(word string, known uint64) uint64 { return known | g.read().ends(word, syllable) }

/*
Test words of Korean:

러시아 | 러시아는 러시아가 러시아를 러시아의 러시아에 러시아에서 러시아에서는 러시아와 러시아와의 러시아로 러시아로부터 러시아도 러시아까지 러시아군 러시아군이 러시아군은 러시아였다 러시아라고 | 러시아인 러시아어 러시아은 러시아과
우크라이나 | 우크라이나가 우크라이나에 우크라이나를 우크라이나의 우크라이나군의 우크라이나에서도 우크라이나에게 | 우크라이나인 우크라이나어
미국 | 미국은 미국이 미국을 미국의 미국과 미국에서 미국으로 미국에게 미국과의 미국보다 미국까지도 미국산 미국군 미국이라는 | 미국인 미국는 미국로 미국가
나토 | 나토는 나토가 나토를 나토의 나토와 나토에 나토군 나토군을 나토로서는 | 나토리 나
서울 | 서울은 서울이 서울을 서울로 서울에서 서울시 서울시는 서울에는 서울입니다 서울까지만 | 서울으로 서울대공원
북한 | 북한이 북한은 북한의 북한군 북한군의 북한과 북한에서의 북한정부 | 북한산성
젤렌스키 | 젤렌스키가 젤렌스키는 젤렌스키의 젤렌스키와 젤렌스키대통령 젤렌스키에게 | 젤렌
푸틴 | 푸틴은 푸틴이 푸틴을 푸틴의 푸틴과 푸틴에게 푸틴대통령은 | 푸 푸틴가
유럽연합 | 유럽연합은 유럽연합이 유럽연합의 유럽연합과 유럽연합에서 | 유럽 유럽연
대통령 | 대통령은 대통령이 대통령을 대통령의 대통령과 대통령들 대통령들은 대통령으로서 대통령이라고 | 대통합
미사일 | 미사일을 미사일이 미사일은 미사일의 미사일로 미사일과 미사일들을 | 미사 미사일으로
공격 | 공격을 공격이 공격은 공격에 공격했다 공격하는 공격한 공격으로 | 공군
*/
