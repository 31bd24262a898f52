import { fileURLToPath } from 'node:url'
import { AutoScalingClient, PutLifecycleHookCommand, SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { ArchitectureNode, PolicyStatement } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, json } from '../http.ts'
import { deniedIn } from '../permissions.ts'
import type { Running } from '../running.ts'
import { administrator, bucketOf, CAN_RUN, changed, type Place, runAt, startQuiz, tierOf } from './running.ts'

const READ_OBJECT = fileURLToPath(new URL('read-object.ts', import.meta.url))

/** What curl says after a wait without an answer. */
const SILENCE = 28

describe.skipIf(!CAN_RUN)('who may reach what in the quiz (needs PostgreSQL, NGINX and curl)', () => {
  let quiz: Running
  beforeAll(async () => {
    quiz = await startQuiz({ timeScale: 20, change: changed(withoutWritingTheGate) })
    // A launch that doesn't end: what the guard makes of that the last test waits for.
    const groups = new AutoScalingClient(administrator(quiz))
    const AutoScalingGroupName = 'quiz-cutout'
    const hold = { LifecycleHookName: 'held-by-a-test', LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' }
    await groups.send(new PutLifecycleHookCommand({ AutoScalingGroupName, ...hold, HeartbeatTimeout: 7200 }))
    await groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 3 }))
    groups.destroy()
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

  it('Q-17: keys/ is read with the role of the set-up and by nobody else; administrators put keys there, and the role does not', async () => {
    const Bucket = bucketOf(quiz)
    const key = 'keys/deploy'
    const read = async (from: Place, what: string) =>
      (await runAt(quiz, from, [process.execPath, READ_OBJECT, Bucket, what])).out.trim()
    const s3 = new S3Client({ ...administrator(quiz), forcePathStyle: true })
    await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: 'a key' }))
    const reading = s3.send(new GetObjectCommand({ Bucket, Key: key }))
    await expect(reading).rejects.toMatchObject({ name: 'AccessDenied' })
    s3.destroy()

    const written = runAt(quiz, 'main', [process.execPath, READ_OBJECT, Bucket, key, 'another one'])
    const outcomes = [written.then(({ out }) => out.trim()), read('cutout', key), read('bastion', key)]
    expect(await Promise.all(outcomes)).toEqual(Array(3).fill('AccessDenied'))
    expect(await read('main', key)).toBe('a key')
    // As AWS answers who is not signed in.
    expect((await call(`${quiz.cloud.urls.aws}/${Bucket}/${key}`)).status).toBe(403)
    for (const path of [`/${key}`, `/static/../${key}`, `/media/%2e%2e/${key}`, `/media/..%2f${key}`])
      expect((await call(`${quiz.site}${path}`)).body, path).not.toContain('a key')
  })

  it('Q-17: the role of the removal tier reads nothing of the bucket', async () => {
    const { out } = await runAt(quiz, 'cutout', [process.execPath, READ_OBJECT, bucketOf(quiz), 'static/main.js'])
    expect(out.trim()).toBe('AccessDenied')
  })

  it('Q-13: a guard that may no longer write the gate restricts nobody; its events are put aside, an alarm rings, and what fails names the permission', async () => {
    const { journal } = quiz.cloud
    await journal.find(({ kind, message }) => kind === 'lambda.failed' && /Guard.*ssm:PutParameter/s.test(message))
    await journal.find(({ kind, message }) => kind === 'cloudwatch.alarm' && /PutAside.* to ALARM/.test(message))
    const denied = deniedIn(quiz).filter(line => line.includes('Guard'))
    expect(denied).toEqual([expect.stringMatching(/Guard.*: ssm:PutParameter on .*quiz\/cutout\/gate/)])
    const { cutout } = await json<{ cutout: { state: string } }>(`${quiz.site}/api/status`)
    expect(cutout.state).toBe('open')
  })
})

/** The guard's role without what it restricts with. */
function withoutWritingTheGate(node: ArchitectureNode): ArchitectureNode {
  if (node.kind !== 'role' || !node.id.includes('Guard')) return node
  const policies = node.policies.map(({ name, document }) => ({
    name,
    document: { ...document, Statement: document.Statement.map(withoutPut) },
  }))
  return { ...node, policies }
}

const withoutPut = (statement: PolicyStatement): PolicyStatement => ({
  ...statement,
  ...(Array.isArray(statement.Action) && { Action: statement.Action.filter(each => each !== 'ssm:PutParameter') }),
})
