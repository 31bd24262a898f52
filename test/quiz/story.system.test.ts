import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { TraceSpan } from '@terrace/control'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../http.ts'
import type { Running } from '../running.ts'
import { Author } from './author.ts'
import { BACKPACK, cutOut, play, publishQuiz, RECORDED, TRACE } from './quizzes.ts'
import { administrator, bucketOf, CAN_RUN, startQuiz } from './running.ts'

const NEVER_KEPT = /no-store|no-cache/

describe.skipIf(!CAN_RUN)('quizzes, through the CDN (needs PostgreSQL, NGINX and curl)', () => {
  let quiz: Running
  beforeAll(async () => {
    quiz = await startQuiz({ timeScale: 10 })
  })
  afterAll(() => quiz?.stop())

  it('Q-01: an author publishes a quiz with a picture cut out, a player takes it, and the results are a CSV', async () => {
    const { site } = quiz
    const author = await Author.signUp(site)
    const uploaded = await author.upload(BACKPACK)
    const picture = await cutOut(author, uploaded.id)
    const file = await fetchBytes(`${site}${new URL(picture.cutoutUrl ?? '', site).pathname}`)
    const { format, hasAlpha } = await sharp(file).metadata()
    expect([format, hasAlpha]).toEqual(['png', true])
    expect((await sharp(file).stats()).isOpaque).toBe(false)

    const { id, code } = await publishQuiz(author, 'Things', uploaded.id)
    const ada = await play(site, code, '=Ada')
    await ada.answer('A backpack')
    expect((await ada.finish()).result).toMatchObject({ score: 2, maxScore: 2 })
    const bob = await play(site, code, 'Bob')
    await bob.answer('=A teapot')
    expect((await bob.finish()).result.score).toBe(0)

    const { body } = await call(`${site}/api/play/${code}/leaderboard`)
    const places: { nickname: string }[] = JSON.parse(body).places ?? JSON.parse(body)
    expect(places.map(({ nickname }) => nickname)).toEqual(['=Ada', 'Bob'])
    const csv = await author.text(`/api/quizzes/${id}/results.csv`)
    expect(csv.startsWith('\uFEFF')).toBe(true)
    expect(csv).toContain('Bob')
    // A cell that a spreadsheet would calculate.
    expect(csv).not.toMatch(/(^|[,"])=Ada/m)
  })

  it('Q-02, I-15: one trace leads from the upload over the job of the site to each step of the removal tier', async () => {
    const author = await Author.signUp(quiz.site)
    const { id } = await author.upload(BACKPACK, RECORDED)
    await cutOut(author, id)
    const traces = await quiz.cloud.traces()
    const paths = () => {
      const isThere = traces.list(1000).some(trace => trace.id.replaceAll('-', '') === `1${TRACE}`)
      return isThere ? traces.read(TRACE).tree.flatMap(span => pathsIn(span)) : []
    }
    for (const step of ['queue', 'decode', 'segment', 'encode'])
      await expect
        .poll(paths)
        .toContainEqual(expect.stringMatching(`^quiz > cut out > internal-quiz-remova\\S+ > quiz-cutout > ${step}$`))
  })

  it('Q-16: cookies and query strings reach the application, and nothing of /api is kept', async () => {
    const { site } = quiz
    const author = await Author.signUp(site)
    for (const title of ['First', 'Second']) await author.post('/api/quizzes', { title, description: '' })
    const titles = async (query: string) => JSON.stringify(await author.get(`/api/quizzes${query}`))
    expect(await titles('?q=First')).not.toContain('Second')
    expect(await titles('?q=Second')).not.toContain('First')
    expect((await call(`${site}/api/quizzes?q=First`)).status).toBe(401)
    for (const path of ['/api/status', '/api/status']) {
      const { status, headers } = await call(`${site}${path}`)
      expect([status, headers['x-cache']]).toEqual([200, 'Miss from cloudfront'])
      expect(headers['cache-control']).toMatch(NEVER_KEPT)
      expect(headers.age).toBeUndefined()
    }
  })

  it('Q-16: the root is main.html, and what it loads comes from the bucket and is kept', async () => {
    const { site } = quiz
    const root = await call(`${site}/`)
    expect([root.status, root.headers['content-type']?.toString().split(';')[0]]).toEqual([200, 'text/html'])
    expect((await call(`${site}/main.html`)).body).toBe(root.body)
    expect((await call(`${site}/quizzes/1?tab=results`)).body).toBe(root.body)
    const [, script = ''] = /src="(\/static\/[^"]+\.js)"/.exec(root.body) ?? []
    await call(`${site}${script}`)
    const { status, headers } = await call(`${site}${script}`)
    expect([status, headers['x-cache'], headers.server]).toEqual([200, 'Hit from cloudfront', 'AmazonS3'])
    expect(headers['cache-control']).toContain('immutable')
    expect((await call(`${site}${script}`, { method: 'POST', body: {} })).status).toBe(403)
  })

  it('Q-16, Q-17: nothing else of the bucket is shown, whatever the path looks like', async () => {
    const { site } = quiz
    const s3 = new S3Client({ ...administrator(quiz), forcePathStyle: true })
    for (const Key of ['backups/quiz.dump', 'uploads/original', 'static/there.txt'])
      await s3.send(new PutObjectCommand({ Bucket: bucketOf(quiz), Key, Body: 'secret' }))
    s3.destroy()
    expect((await call(`${site}/static/there.txt`)).body).toBe('secret')
    for (const path of [
      '/backups/quiz.dump',
      '/uploads/original',
      '/static/../backups/quiz.dump',
      '/static/%2e%2e/backups/quiz.dump',
      '/static//../backups/quiz.dump',
      '/media/..%2fbackups/quiz.dump',
    ])
      expect((await call(`${site}${path}`)).body, path).not.toContain('secret')
    expect((await call(`${site}/static/missing.js`)).status).toBe(403)
  })
})

/** The way to each span that has none within it. */
const pathsIn = ({ name, spans }: TraceSpan): readonly string[] =>
  spans.length === 0 ? [name] : spans.flatMap(inside => pathsIn(inside)).map(path => `${name} > ${path}`)

/** A name under `localhost` is led to 127.0.0.1, as browsers do. */
async function fetchBytes(url: string): Promise<Buffer> {
  const { host, port, pathname } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  get({ host: '127.0.0.1', port, path: pathname, headers: { host } }, resolve).on('error', reject)
  const answer = await promise
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`)
  return buffer(answer)
}
