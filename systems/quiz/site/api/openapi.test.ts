import { describedOperations } from '@terrace/service/testing'
import { expect, it } from 'vitest'
import { describeSite } from './testing/running-site.ts'

describeSite("the API's description", start => {
  it('Q-01: names every route with what it takes and how it may refuse', async () => {
    await using site = await start()
    const { status, body } = await site.visitor().get('/openapi.json')
    expect(status).toBe(200)
    const operations = describedOperations(body)
    for (const { name, summary } of operations) expect([name, typeof summary]).toEqual([name, 'string'])
    expect(operations.map(({ name }) => name).filter(name => name.includes('/api/'))).toEqual([
      'delete /api/questions/{id}',
      'delete /api/quizzes/{id}',
      'delete /api/sessions/current',
      'get /api/attempts/{id}',
      'get /api/pictures/{id}',
      'get /api/play/{code}',
      'get /api/play/{code}/leaderboard',
      'get /api/quizzes',
      'get /api/quizzes/{id}',
      'get /api/quizzes/{id}/results',
      'get /api/quizzes/{id}/results.csv',
      'get /api/sessions/current',
      'get /api/status',
      'post /api/accounts',
      'post /api/attempts/{id}/finish',
      'post /api/pictures',
      'post /api/play/{code}/attempts',
      'post /api/quizzes',
      'post /api/quizzes/{id}/close',
      'post /api/quizzes/{id}/copy',
      'post /api/quizzes/{id}/publish',
      'post /api/quizzes/{id}/questions',
      'post /api/quizzes/{id}/reopen',
      'post /api/quizzes/{id}/restore',
      'post /api/sessions',
      'put /api/accounts/current/password',
      'put /api/attempts/{id}/answers/{questionId}',
      'put /api/questions/{id}',
      'put /api/quizzes/{id}',
      'put /api/quizzes/{id}/question-order',
    ])
    const { requestBody } = body.paths['/api/pictures'].post
    expect(Object.keys(requestBody.content)).toEqual(['image/jpeg', 'image/png', 'image/webp'])
  })
})
