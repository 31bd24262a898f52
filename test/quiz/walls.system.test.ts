import { fileURLToPath } from 'node:url'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../http.ts'
import type { Running } from '../running.ts'
import { administrator, bucketOf, CAN_RUN, type Place, runAt, startQuiz, tierOf } from './running.ts'

const READ_OBJECT = fileURLToPath(new URL('read-object.ts', import.meta.url))

/** What curl says after a wait without an answer. */
const SILENCE = 28

describe.skipIf(!CAN_RUN)('who may reach what in the quiz (needs PostgreSQL, NGINX and curl)', () => {
  let quiz: Running
  beforeAll(async () => {
    quiz = await startQuiz()
  })
  afterAll(() => quiz?.stop())

  /** Asks for the health of the removal tier. */
  const ask = (from: Place, host: string, patience = '3') =>
    runAt(quiz, from, ['curl', '-sS', '--max-time', patience, `http://${host}:8000/healthcheck`])

  it('Q-05: the balancer of the removal tier answers the main instance, and is silent to everybody else', async () => {
    const { loadBalancer = '' } = await tierOf(quiz, 'cutout')
    const { code, out } = await ask('main', loadBalancer, '20')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ queued: 0 })
    const others = await Promise.all([ask('bastion', loadBalancer), ask('cutout', loadBalancer)])
    expect(others.map(outcome => outcome.code)).toEqual([SILENCE, SILENCE])
    const { port } = new URL(quiz.site)
    expect((await call(`http://${loadBalancer}:${port}/healthcheck`)).status).toBe(404)
  })

  it('Q-05, Q-06: an instance of the tier lets in its balancer alone', async () => {
    const [, second] = (await tierOf(quiz, 'cutout')).instances
    const places: readonly Place[] = ['main', 'bastion', 'cutout']
    const outcomes = await Promise.all(places.map(from => ask(from, second?.address ?? '')))
    expect(outcomes.map(({ code }) => code)).toEqual(places.map(() => SILENCE))
  })

  it('Q-17: keys/ is read with the role of the set-up, and by nobody else, administrators neither', async () => {
    const Bucket = bucketOf(quiz)
    const key = 'keys/deploy'
    const read = async (from: Place, what: string) =>
      (await runAt(quiz, from, [process.execPath, READ_OBJECT, Bucket, what])).out.trim()
    const written = await runAt(quiz, 'main', [process.execPath, READ_OBJECT, Bucket, key, 'a key'])
    expect(written.out.trim()).toBe('a key')
    const s3 = new S3Client({ ...administrator(quiz), forcePathStyle: true })
    const denied = { name: 'AccessDenied' }
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: key }))).rejects.toMatchObject(denied)
    await expect(s3.send(new PutObjectCommand({ Bucket, Key: key, Body: 'x' }))).rejects.toMatchObject(denied)
    s3.destroy()

    expect(await read('main', key)).toBe('a key')
    expect(await read('cutout', key)).toBe('AccessDenied')
    expect(await read('bastion', key)).toBe('AccessDenied')
    // As AWS answers who is not signed in.
    expect((await call(`${quiz.cloud.urls.aws}/${Bucket}/${key}`)).status).toBe(403)
    for (const path of [`/${key}`, `/static/../${key}`, `/media/%2e%2e/${key}`, `/media/..%2f${key}`])
      expect((await call(`${quiz.site}${path}`)).body, path).not.toContain('a key')
  })

  it('Q-17: the role of the removal tier reads nothing of the bucket', async () => {
    const { out } = await runAt(quiz, 'cutout', [process.execPath, READ_OBJECT, bucketOf(quiz), 'static/main.js'])
    expect(out.trim()).toBe('AccessDenied')
  })
})
