import { expect, it } from 'vitest'
import { publishQuiz, startPlaying } from '../testing/quizzes.ts'
import { describeSite } from '../testing/running-site.ts'

describeSite('results', start => {
  it('Q-01: the author sees who finished, newest first, and nobody’s token', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const { id, code } = await publishQuiz(author)
    for (const nickname of ['Ada', 'Bob']) {
      const player = await startPlaying(site.visitor(), code, nickname)
      await player.answer(0, ['7'])
      await player.finish()
    }
    await startPlaying(site.visitor(), code, 'unfinished')
    const { body, headers } = await author.get(`/api/quizzes/${id}/results?limit=1`)
    expect(body).toMatchObject([{ nickname: 'Bob', score: 1, maxScore: 9 }])
    expect([headers.get('x-total-count'), headers.get('link')]).toEqual(['2', expect.stringContaining('offset=1')])
  })

  it('Q-01: the CSV has a line for each attempt, says that it is UTF-8, and no cell of it is a formula', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const { id, code } = await publishQuiz(author, [
      { kind: 'text', text: '=1+1, isn’t it?', answers: ['ja'] },
      { kind: 'text', text: 'And "this"', answers: ['ja'] },
    ])
    for (const nickname of ['=HYPERLINK("https://example.com")', '＠import', 'Zoë, "the" 🦊']) {
      const player = await startPlaying(site.visitor(), code, nickname)
      await player.answer(1, 'ja')
      await player.finish()
    }
    const answer = await author.get(`/api/quizzes/${id}/results.csv`)
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="results.csv"')
    const raw = await fetch(`${site.url}/api/quizzes/${id}/results.csv`, { headers: { cookie: author.cookie } })
    expect([...new Uint8Array(await raw.arrayBuffer()).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const lines = answer.body.split('\r\n')
    expect(lines[0]).toBe('Nickname,Score,Maximum,Started,Finished,Seconds,"1. =1+1, isn’t it?","2. And ""this"""')
    expect(lines.slice(1).map((line: string) => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T'))).toEqual([
      '"\'=HYPERLINK(""https://example.com"")",1,2,T,T,0,0,1',
      '"\'＠import",1,2,T,T,0,0,1',
      '"Zoë, ""the"" 🦊",1,2,T,T,0,0,1',
      '',
    ])
  })

  it('Q-01: an export of more than a batch has every attempt once, in order', async () => {
    await using site = await start()
    const author = await site.visitor().join('alice')
    const { id } = await publishQuiz(author)
    const rows = Array.from({ length: 1201 }, (_, index) => ({
      id: String(index).padStart(16, '0'),
      quiz_id: id,
      nickname: `player ${index}`,
      state: 'finished' as const,
      seed: 'x',
      started_at: 1_000,
      // Many finish in the same moment.
      finished_at: 2_000 + Math.floor(index / 700),
      duration_ms: 1_000,
      score: 100,
      max_score: 9,
    }))
    await site.database.db.insertInto('quiz_attempts').values(rows).execute()
    const { body } = await author.get(`/api/quizzes/${id}/results.csv`)
    const names = body
      .split('\r\n')
      .slice(1, -1)
      .map((line: string) => line.split(',', 1)[0])
    expect(names).toEqual(rows.map(({ nickname }) => nickname))
  })
})
