import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { readRecord } from '@terrace/control'
import { describe, expect, it } from 'vitest'
import { makeProject, TEMPLATE, type TestProject } from '../testing/project.ts'
import { choosePorts } from './choose-ports.ts'

const LAUNCHER = join(import.meta.dirname, '../../bin/terrace.js')

/** A command that runs, and what it has written so far. */
interface Terrace {
  readonly child: ChildProcessWithoutNullStreams
  out: string
  err: string
  readonly ended: Promise<{ code: number | null; out: string; err: string }>
}

/** Resolves when the command has written that; fails when it ends without. */
async function written(running: Terrace, stream: 'out' | 'err', text: string): Promise<void> {
  let ended = false
  void running.ended.then(() => {
    ended = true
  })
  while (!running[stream].includes(text)) {
    if (ended) throw new Error(`it ended without writing ${text}: ${running.err}`)
    await Promise.race([once(stream === 'out' ? running.child.stdout : running.child.stderr, 'data'), running.ended])
  }
}

/** Below the ports that Linux and macOS give to whoever asks for any: none of these is taken by chance in between. */
const PORTS = { first: 12_000, count: 8_000 }
let handedOut = (process.pid * 30) % PORTS.count

/** A port that is free together with the two after it. No two tests get the same. */
async function freePort(): Promise<number> {
  for (;;) {
    handedOut = (handedOut + 10) % PORTS.count
    const first = PORTS.first + handedOut
    const free = await choosePorts(first).then(
      () => true,
      () => false,
    )
    if (free) return first
  }
}

const answers = (at: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect(at, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

const NOTHING_LISTENS = [false, false, false]

/** A project of its own with the template of a shop, and free ports. */
interface Place extends AsyncDisposable {
  readonly project: TestProject
  readonly stateFolder: string
  readonly port: number
  terrace(...words: readonly string[]): Terrace
  up(...words: readonly string[]): Terrace
  listening(): Promise<readonly boolean[]>
}

async function makePlace(): Promise<Place> {
  const project = makeProject()
  project.write('shop.json', TEMPLATE)
  const port = await freePort()
  const started: Terrace[] = []
  const terrace = (...words: readonly string[]): Terrace => {
    const child = spawn(process.execPath, [LAUNCHER, ...words], { cwd: project.root })
    const running: Terrace = {
      child,
      out: '',
      err: '',
      ended: once(child, 'close').then(([code]) => ({ code, out: running.out, err: running.err })),
    }
    child.stdout.setEncoding('utf8').on('data', text => {
      running.out += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      running.err += text
    })
    started.push(running)
    return running
  }
  return {
    project,
    stateFolder: join(project.root, '.terrace/shop'),
    port,
    terrace,
    up: (...words) => terrace('up', 'shop.json', '--port', String(port), ...words),
    listening: () => Promise.all([port, port + 1, port + 2].map(answers)),
    async [Symbol.asyncDispose]() {
      await terrace('down', 'shop').ended
      for (const { child } of started) child.kill('SIGKILL')
      project.remove()
    },
  }
}

describe.concurrent('terrace up', () => {
  it('--json writes exactly one line on standard output, and Ctrl-C stops everything', async () => {
    await using at = await makePlace()
    const running = at.up('--json')
    await written(running, 'out', '\n')
    expect(await at.listening()).toEqual([true, true, true])
    running.child.kill('SIGINT')
    const { code, out } = await running.ended

    expect(code).toBe(0)
    expect(out.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(out)).toEqual({
      ready: true,
      name: 'shop',
      urls: { aws: `http://127.0.0.1:${at.port + 2}` },
      embedded: false,
      pid: running.child.pid,
    })
    expect(await at.listening()).toEqual(NOTHING_LISTENS)
    expect(existsSync(join(at.stateFolder, 'control.json'))).toBe(false)
  })

  it('a second time with the same template says that nothing has changed, with the URLs, and harms nothing', async () => {
    await using at = await makePlace()
    await at.up('--detach').ended

    const second = await at.terrace('up', 'shop.json').ended
    const plan = await at.terrace('up', 'shop.json', '--plan', '--json').ended

    expect([second.code, plan.code]).toEqual([0, 0])
    expect(second.err).toContain('nothing has changed')
    expect(second.out).toContain(`http://127.0.0.1:${at.port + 2}`)
    expect(JSON.parse(plan.out)).toEqual({ changes: [], refused: [] })
    expect((await at.terrace('status', '--json').ended).code).toBe(0)
  })

  it('with a changed template shows what changes, and updates the system that runs', async () => {
    await using at = await makePlace()
    const role = (action: string) => ({
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] },
          },
        ],
      },
    })
    const write = (resources: object) =>
      at.project.write('shop.json', { ...TEMPLATE, Resources: { ...TEMPLATE.Resources, ...resources } })
    write({ Worker: role('s3:GetObject') })
    await at.up('--detach').ended
    const { pid } = JSON.parse((await at.terrace('status', '--json').ended).out)

    write({ Worker: role('s3:PutObject') })
    const plan = await at.terrace('up', 'shop.json', '--plan').ended
    const update = await at.terrace('up', 'shop.json', '--json').ended
    const again = await at.terrace('up', 'shop.json').ended
    write({ Worker: role('s3:PutObject'), Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {} } } })
    const permissions = await at.terrace('permissions', '--json').ended

    expect([plan.code, update.code, again.code]).toEqual([0, 0, 0])
    expect(plan.out).toContain('s3:GetObject')
    expect(plan.out).toContain('0 to add, 1 to change, 0 to remove')
    expect(update.err).toMatch(/UPDATE_IN_PROGRESS +Worker/)
    expect(update.err).toMatch(/UPDATE_COMPLETE +shop/)
    expect(JSON.parse(update.out)).toMatchObject({ ready: true, pid })
    expect(again.err).toContain('nothing has changed')
    expect(permissions.out).toContain('s3:PutObject')
  })

  it('with a change that cannot be made while it runs is refused before anything happens, with the way out', async () => {
    await using at = await makePlace()
    await at.up('--detach').ended
    at.project.write('shop.json', {
      ...TEMPLATE,
      Resources: {
        ...TEMPLATE.Resources,
        Site: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'another-name' } },
      },
    })

    const plan = await at.terrace('up', 'shop.json', '--plan').ended
    const refused = await at.terrace('up', 'shop.json').ended

    expect([plan.code, refused.code]).toEqual([1, 2])
    expect(plan.out).toContain('replaced')
    expect(refused.err).toContain('Site (AWS::S3::Bucket)')
    expect(refused.err).toContain('terrace down shop')
    expect((await at.terrace('status', '--json').ended).code).toBe(0)
  })

  it('--detach returns when it is ready and lets it run on; down ends it, as often as one likes', async () => {
    await using at = await makePlace()
    const { code, out } = await at.up('--detach', '--json').ended
    const status = JSON.parse((await at.terrace('status', 'shop', '--json').ended).out)
    const logs = (await at.terrace('logs').ended).out
    const down = [await at.terrace('down').ended, await at.terrace('down', 'shop').ended]

    expect(code).toBe(0)
    expect(JSON.parse(out).pid).toBe(status.pid)
    expect(status).toMatchObject({ name: 'shop', ready: true, stateFolder: at.stateFolder })
    expect(logs).toContain('cloud.started')
    expect(down.map(({ code, out }) => [code, out])).toEqual([
      [0, 'shop is stopped\n'],
      [0, 'shop was not running\n'],
    ])
    expect(await at.listening()).toEqual(NOTHING_LISTENS)
  })

  it('after kill -9 of Terrace, status says so, down leaves nothing, and up works again', async () => {
    await using at = await makePlace()
    await at.up('--detach').ended
    process.kill(readRecord(at.stateFolder)?.pid ?? 0, 'SIGKILL')

    const status = await at.terrace('status').ended
    const down = await at.terrace('down').ended

    expect([status.code, down.code]).toEqual([2, 0])
    expect(status.err).toContain('terrace down shop')
    expect(await at.listening()).toEqual(NOTHING_LISTENS)
    expect(existsSync(join(at.stateFolder, 'control.json'))).toBe(false)
    expect((await at.up('--detach').ended).code).toBe(0)
  })

  it('after kill -9 of Terrace, up alone clears the way', async () => {
    await using at = await makePlace()
    await at.up('--detach').ended
    process.kill(readRecord(at.stateFolder)?.pid ?? 0, 'SIGKILL')

    expect((await at.up('--detach').ended).code).toBe(0)
  })

  it('on a port in use is refused before anything starts, with the way out', async () => {
    await using at = await makePlace()
    const server = createServer().listen(at.port + 1, '127.0.0.1')
    await once(server, 'listening')

    const { code, err } = await at.up().ended
    server.close()

    expect(code).toBe(2)
    expect(err).toContain(`port ${at.port + 1} `)
    expect(err).toContain('--port')
  })

  it('with a corrupt state folder is refused with the way out, which works', async () => {
    await using at = await makePlace()
    at.project.write('.terrace/shop/control.json', '{"port": 80')
    const refused = await at.up().ended
    const down = await at.terrace('down', 'shop').ended
    const again = await at.up('--detach').ended

    expect([refused.code, down.code, again.code]).toEqual([2, 0, 0])
    expect(refused.err).toContain(join(at.stateFolder, 'control.json'))
    expect(refused.err).toContain('terrace down shop')
  })

  it.each([[[]], [['--detach']]])('with a template that is none names file and line %j', async words => {
    await using at = await makePlace()
    const file = at.project.write('shop.json', '{\n  "Resources": {\n    "A": \n}')

    const { code, out, err } = await at.up(...words).ended

    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`${file}:`)
    expect(err).not.toMatch(/\n\s+at /)
    expect(existsSync(join(at.stateFolder, 'control.json'))).toBe(false)
  })

  it('names a resource type that it does not know before anything starts', async () => {
    await using at = await makePlace()
    at.project.write('shop.json', { Resources: { Odd: { Type: 'AWS::Nonsense::Thing' } } })
    const running = at.up('--json')
    await written(running, 'err', '✓ s3')

    const named = running.err.indexOf('AWS::Nonsense::Thing')
    expect(named).toBeGreaterThan(-1)
    expect(named).toBeLessThan(running.err.indexOf('✓ s3'))
  })

  it('tells those who follow the logs of a system, until it ends', async () => {
    await using at = await makePlace()
    await at.up('--detach').ended
    const following = at.terrace('logs', 'shop', '--follow')
    await written(following, 'out', 'cloud.started')
    await at.terrace('down').ended

    expect((await following.ended).code).toBe(0)
  })
})

describe.concurrent('terrace reset', () => {
  it('stops the system and forgets everything but the assembly', async () => {
    await using at = await makePlace()
    at.project.write('.terrace/shop/assembly/manifest.json', {})
    await at.up('--detach').ended
    const { code } = await at.terrace('reset', 'shop').ended

    expect(code).toBe(0)
    expect(readdirSync(at.stateFolder)).toEqual(['assembly'])
    expect(await at.listening()).toEqual(NOTHING_LISTENS)
  })
})

describe.concurrent('a long answer', () => {
  it('arrives whole through a pipe', async () => {
    await using at = await makePlace()
    const file = at.project.write('long.yaml', `# ${'x'.repeat(300_000)}\nResources: {}\n`)

    expect((await at.terrace('synth', 'long.yaml').ended).out).toBe(readFileSync(file, 'utf8'))
  })
})
