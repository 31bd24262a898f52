import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { ArchitectureNode } from '@terrace/model'
import { afterAll, describe, expect, it } from 'vitest'
import type { Running } from '../running.ts'
import { Author } from './author.ts'
import { play, publishQuiz } from './quizzes.ts'
import { administrator, bucketOf, CAN_RUN, changed, startQuiz } from './running.ts'

/** What the removal tier consists of, and what looks at it: not needed here, and busy when time runs fast. */
const REMOVAL: ReadonlySet<string> = new Set(['autoScalingGroup', 'alarm', 'eventRule'])

/** Of the dumps that stay. */
const KEEP = 28

describe.skipIf(!CAN_RUN)('what becomes of instances and their data (needs PostgreSQL, NGINX and curl)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quiz-backups-'))
  const stateFolder = join(folder, 'quiz')
  let quiz: Running | undefined
  afterAll(async () => {
    await quiz?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Two hours a minute; dumps every quarter of an hour in place of every six hours. */
  const start = async () => {
    quiz = await startQuiz({ stateFolder, timeScale: 120, change: changed(withoutRemoval) })
    return quiz
  }

  it('Q-18: the bastion ends itself when nobody has used it for half an hour', async () => {
    const { cloud } = await start()
    const unused = await cloud.journal.find(({ kind }) => kind === 'ec2.unused')
    expect(unused.message).toMatch(/no session for 30\s?min/)
    const { instance } = unused.details ?? {}
    await cloud.journal.find(({ kind, details }) => kind === 'ec2.terminated' && details?.instance === instance)
    expect((await cloud.status()).tiers.flatMap(({ instances }) => instances.map(({ id }) => id))).not.toContain(
      instance,
    )
  })

  it('Q-19: the newest 28 dumps stay, and from the newest one the site is rebuilt after instance and volume are lost', async () => {
    const before = quiz ?? (await start())
    const author = await Author.signUp(before.site)
    const { id, code } = await publishQuiz(author, 'Kept')
    for (const nickname of ['Ada', 'Bob']) {
      const player = await play(before.site, code, nickname)
      await player.answer('A backpack')
      await player.finish()
    }
    const results = await author.text(`/api/quizzes/${id}/results.csv`)
    expect(results).toContain('Bob')

    const s3 = new S3Client({ ...administrator(before), forcePathStyle: true })
    const Bucket = bucketOf(before)
    const older = Array.from({ length: KEEP }, (_, at) => `backups/quiz-2020-01-01T00-00-${10 + at}Z.dump`)
    for (const Key of older) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'from another time' }))
    // The first one may have been under way before the last player had finished.
    const saved = () => before.cloud.journal.next(({ kind }) => kind === 'ec2.backup')
    await saved()
    const [, newest = ''] = /saved to s3:\/\/[^/]+\/(\S+)/.exec((await saved()).message) ?? []
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'backups/' }))
    s3.destroy()
    const keys = Contents.map(({ Key = '' }) => Key).sort()
    expect(keys).toHaveLength(KEEP)
    expect(keys).toContain(newest)
    expect(keys).not.toContain(older[0])

    await before.stop({ keep: true })
    quiz = undefined
    const volumes = join(stateFolder, 'data/volumes')
    expect(existsSync(volumes)).toBe(true)
    for (const lost of [volumes, join(stateFolder, 'disks')]) rmSync(lost, { recursive: true, force: true })

    const after = await start()
    const restored = await after.cloud.journal.find(({ kind }) => kind === 'ec2.restored')
    const [last] = keys.slice(-1)
    expect(restored.message).toMatch(/was empty and was filled from/)
    // Another dump may have been made while it stopped; none is older.
    expect(/backups\/\S+$/.exec(restored.message)?.[0] ?? '').toSatisfy((key: string) => key >= (last ?? ''))
    const again = author.at(after.site)
    expect(await again.text(`/api/quizzes/${id}/results.csv`)).toBe(results)
    const late = await play(after.site, code, 'Cleo')
    await late.answer('A backpack')
    await late.finish()
    expect(await again.text(`/api/quizzes/${id}/results.csv`)).toContain('Cleo')
  })
})

function withoutRemoval(node: ArchitectureNode): ArchitectureNode | undefined {
  if (REMOVAL.has(node.kind)) return undefined
  if (node.kind !== 'instance' || !node.machine.workload) return node
  const processes = node.machine.workload.processes.map(process =>
    process.kind === 'postgres' && process.backups
      ? { ...process, backups: { ...process.backups, schedule: 'rate(15 minutes)' } }
      : process,
  )
  return { ...node, machine: { ...node.machine, workload: { ...node.machine.workload, processes } } }
}
