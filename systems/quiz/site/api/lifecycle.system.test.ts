import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { milliseconds, systemClock } from '@terrace/kit'
import { LogLines, type Postgres, postgresMissing, startPostgres } from '@terrace/service/testing'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleSite } from './bundle.ts'
import { Client } from './testing/client.ts'
import { publishQuiz, startPlaying } from './testing/quizzes.ts'
import { siteEnvironment } from './testing/running-site.ts'
import { type StandInAws, startStandInAws } from './testing/stand-in-aws.ts'
import { cutOut, type StandInCutout, startStandInCutout } from './testing/stand-in-cutout.ts'

/** Where sharp is found by a bundle that lies outside the project, as the local cloud says too. */
const NODE_PATH = fileURLToPath(new URL('../../../../node_modules', import.meta.url))

describe.skipIf(postgresMissing)(
  `life of the site's processes${postgresMissing ? ` (skipped: ${postgresMissing})` : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'terrace-site-'))
    const children = new Set<ChildProcess>()
    let postgres: Postgres
    let file: string
    beforeAll(async () => {
      file = join(await bundleSite(folder), 'main.js')
      postgres = await startPostgres()
    })
    afterAll(async () => {
      for (const child of children) child.kill('SIGKILL')
      await postgres?.remove()
      rmSync(folder, { recursive: true, force: true })
    })

    const launch = (environment: Record<string, string>) => {
      const child = spawn(process.execPath, [file], {
        cwd: dirname(file),
        env: { NODE_PATH, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      children.add(child)
      const log = new LogLines()
      let complaints = ''
      child.stdout.setEncoding('utf8').on('data', log.write)
      child.stderr.setEncoding('utf8').on('data', text => {
        complaints += text
      })
      const ended = once(child, 'close').then(([code, signal]): number | string => code ?? signal)
      const ready = Promise.race([
        log.next('ready').then(() => log.next('listening')),
        ended.then(how => Promise.reject(new Error(`ended before it was ready (${how}): ${complaints}`))),
      ]).then(line => String(line.url))
      ready.catch(() => {})
      return { child, log, ended, ready, complaints: () => complaints }
    }
    const environment = (url: string, aws: StandInAws, tier: StandInCutout) => ({
      ...siteEnvironment(url, tier.url),
      ...aws.environment,
    })
    const until = async (client: Client, id: string, state: string) => {
      for (;;) {
        const { body } = await client.get(`/api/pictures/${id}`)
        if (body.state === state) return
        await systemClock.sleep(milliseconds(50))
      }
    }

    it('Q-01: processes that start together before the database make its schema once, and end with 0', async () => {
      await using aws = await startStandInAws()
      await using tier = await startStandInCutout()
      const url = await postgres.createDatabase('race')
      await postgres.kill()
      const all = Array.from({ length: 4 }, () => launch(environment(url, aws, tier)))
      await Promise.all(all.map(({ log }) => log.next('the database is not there yet')))
      await postgres.start()
      const urls = await Promise.all(all.map(({ ready }) => ready))
      const ran = all.flatMap(({ log }) => log.lines.flatMap(line => (line.ran as string[] | undefined) ?? []))
      expect(ran).toEqual(['001-site', '002-jobs', '003-idempotency'])
      for (const one of urls) expect((await fetch(`${one}/readyz`)).status).toBe(200)
      for (const { child } of all) child.kill('SIGTERM')
      expect(await Promise.all(all.map(({ ended }) => ended))).toEqual([0, 0, 0, 0])
    })

    it('Q-02: a cut-out whose process is killed half-way is finished by another, once', async () => {
      await using aws = await startStandInAws()
      await using tier = await startStandInCutout()
      const settings = environment(await postgres.createDatabase('killed'), aws, tier)
      const first = launch(settings)
      const author = await new Client(await first.ready).join('alice')
      const silent = Promise.withResolvers<void>()
      tier.behave = () => silent.resolve()
      const picture = await sharp({ create: { width: 50, height: 40, channels: 3, background: 'teal' } })
        .jpeg()
        .toBuffer()
      const { body } = await author.upload(picture, '?cutout=true')
      await silent.promise
      first.child.kill('SIGKILL')
      await first.ended
      tier.behave = cutOut
      const second = launch(settings)
      const again = new Client(await second.ready)
      await again.logIn('alice')
      await until(again, body.id, 'ready')
      expect(aws.writes.filter(key => key === `media/${body.id}-cutout.png`)).toHaveLength(1)
      second.child.kill('SIGTERM')
      expect(await second.ended).toBe(0)
    })

    it('Q-01: the site answers again by itself after PostgreSQL was restarted, and has kept what it acknowledged', async () => {
      await using aws = await startStandInAws()
      await using tier = await startStandInCutout()
      const site = launch(environment(await postgres.createDatabase('restart'), aws, tier))
      const url = await site.ready
      const { code } = await publishQuiz(await new Client(url).join('alice'))
      const player = await startPlaying(new Client(url), code)
      expect((await player.answer(0, ['7'])).status).toBe(200)
      await postgres.kill()
      const away = await player.answer(0, ['8'])
      expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1'])
      const readiness = await fetch(`${url}/readyz`)
      expect([readiness.status, await readiness.json()]).toEqual([200, { status: 'ready', database: 'unreachable' }])
      await postgres.start()
      expect((await player.finish()).body.result.score).toBe(1)
      site.child.kill('SIGTERM')
      expect(await site.ended).toBe(0)
    })

    it('Q-01: a process whose environment is wrong names every problem, shows no secret, and ends with 2', async () => {
      const site = launch({ SESSION_SECRET: 'short-hunter2', DATABASE_PASSWORD: 'hunter2', PUBLIC_URL: 'x' })
      expect(await site.ended).toBe(2)
      for (const name of ['SESSION_SECRET', 'BUCKET', 'CUTOUT_URL', 'PUBLIC_URL'])
        expect(site.complaints()).toContain(name)
      expect(site.complaints()).not.toContain('hunter2')
    })
  },
)
