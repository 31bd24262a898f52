import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { readRecord } from '@terrace/control'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeProject, TEMPLATE, type TestProject } from '../testing/project.ts'
import { choosePorts } from './choose-ports.ts'

const LAUNCHER = join(import.meta.dirname, '../../bin/terrace.js')

let project: TestProject
let stateFolder: string
let port: number
const started: Terrace[] = []

beforeEach(async () => {
  project = makeProject()
  project.write('shop.json', TEMPLATE)
  stateFolder = join(project.root, '.terrace/shop')
  port = await freePort()
})
afterEach(async () => {
  await terrace('down', 'shop').ended
  for (const { child } of started.splice(0)) child.kill('SIGKILL')
  project.remove()
})

/** A command that runs, and what it has written so far. */
interface Terrace {
  readonly child: ChildProcessWithoutNullStreams
  out: string
  err: string
  readonly ended: Promise<{ code: number | null; out: string; err: string }>
}

function terrace(...words: readonly string[]): Terrace {
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

const up = (...words: readonly string[]) => terrace('up', 'shop.json', '--port', String(port), ...words)

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

/** A port that is free together with the two after it. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const first = typeof address === 'object' && address ? address.port : 0
    await new Promise(resolve => server.close(resolve))
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

const listening = async () => Promise.all([port, port + 1, port + 2].map(answers))
const NOTHING_LISTENS = [false, false, false]

describe('terrace up', () => {
  it('--json writes exactly one line on standard output, and Ctrl-C stops everything', async () => {
    const running = up('--json')
    await written(running, 'out', '\n')
    expect(await listening()).toEqual([true, true, true])
    running.child.kill('SIGINT')
    const { code, out } = await running.ended

    expect(code).toBe(0)
    expect(out.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(out)).toEqual({
      ready: true,
      name: 'shop',
      urls: { aws: `http://127.0.0.1:${port + 2}` },
      embedded: false,
      pid: running.child.pid,
    })
    expect(await listening()).toEqual(NOTHING_LISTENS)
    expect(existsSync(join(stateFolder, 'control.json'))).toBe(false)
  })

  it('a second time under the same name is refused with its URLs, and harms nothing', async () => {
    await up('--detach').ended

    const second = await terrace('up', 'shop.json').ended

    expect(second.code).toBe(2)
    expect(second.err).toContain(`http://127.0.0.1:${port + 2}`)
    expect((await terrace('status', '--json').ended).code).toBe(0)
  })

  it('--detach returns when it is ready and lets it run on; down ends it, as often as one likes', async () => {
    const { code, out } = await up('--detach', '--json').ended
    const status = JSON.parse((await terrace('status', 'shop', '--json').ended).out)
    const logs = (await terrace('logs').ended).out
    const down = [await terrace('down').ended, await terrace('down', 'shop').ended]

    expect(code).toBe(0)
    expect(JSON.parse(out).pid).toBe(status.pid)
    expect(status).toMatchObject({ name: 'shop', ready: true, stateFolder })
    expect(logs).toContain('cloud.started')
    expect(down.map(({ code, out }) => [code, out])).toEqual([
      [0, 'shop is stopped\n'],
      [0, 'shop was not running\n'],
    ])
    expect(await listening()).toEqual(NOTHING_LISTENS)
  })

  it('after kill -9 of Terrace, status says so, down leaves nothing, and up works again', async () => {
    await up('--detach').ended
    process.kill(readRecord(stateFolder)?.pid ?? 0, 'SIGKILL')

    const status = await terrace('status').ended
    const down = await terrace('down').ended

    expect([status.code, down.code]).toEqual([2, 0])
    expect(status.err).toContain('terrace down shop')
    expect(await listening()).toEqual(NOTHING_LISTENS)
    expect(existsSync(join(stateFolder, 'control.json'))).toBe(false)
    expect((await up('--detach').ended).code).toBe(0)
  })

  it('after kill -9 of Terrace, up alone clears the way', async () => {
    await up('--detach').ended
    process.kill(readRecord(stateFolder)?.pid ?? 0, 'SIGKILL')

    expect((await up('--detach').ended).code).toBe(0)
  })

  it('on a port in use is refused before anything starts, with the way out', async () => {
    const server = createServer().listen(port + 1, '127.0.0.1')
    await once(server, 'listening')

    const { code, err } = await up().ended
    server.close()

    expect(code).toBe(2)
    expect(err).toContain(`port ${port + 1} `)
    expect(err).toContain('--port')
  })

  it('with a corrupt state folder is refused with the way out, which works', async () => {
    project.write('.terrace/shop/control.json', '{"port": 80')
    const refused = await up().ended
    const down = await terrace('down', 'shop').ended
    const again = await up('--detach').ended

    expect([refused.code, down.code, again.code]).toEqual([2, 0, 0])
    expect(refused.err).toContain(join(stateFolder, 'control.json'))
    expect(refused.err).toContain('terrace down shop')
  })

  it.each([[[]], [['--detach']]])('with a template that is none names file and line %j', async words => {
    const file = project.write('shop.json', '{\n  "Resources": {\n    "A": \n}')

    const { code, out, err } = await up(...words).ended

    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`${file}:`)
    expect(err).not.toMatch(/\n\s+at /)
    expect(existsSync(join(stateFolder, 'control.json'))).toBe(false)
  })

  it('names a resource type that it does not know before anything starts', async () => {
    project.write('shop.json', { Resources: { Odd: { Type: 'AWS::Nonsense::Thing' } } })
    const running = up('--json')
    await written(running, 'err', '✓ s3')

    const named = running.err.indexOf('AWS::Nonsense::Thing')
    expect(named).toBeGreaterThan(-1)
    expect(named).toBeLessThan(running.err.indexOf('✓ s3'))
  })

  it('tells those who follow the logs of a system, until it ends', async () => {
    await up('--detach').ended
    const following = terrace('logs', 'shop', '--follow')
    await written(following, 'out', 'cloud.started')
    await terrace('down').ended

    expect((await following.ended).code).toBe(0)
  })
})

describe('terrace reset', () => {
  it('stops the system and forgets everything but the assembly', async () => {
    project.write('.terrace/shop/assembly/manifest.json', {})
    await up('--detach').ended
    const { code } = await terrace('reset', 'shop').ended

    expect(code).toBe(0)
    expect(readdirSync(stateFolder)).toEqual(['assembly'])
    expect(await listening()).toEqual(NOTHING_LISTENS)
  })
})

describe('a long answer', () => {
  it('arrives whole through a pipe', async () => {
    const file = project.write('long.yaml', `# ${'x'.repeat(300_000)}\nResources: {}\n`)

    expect((await terrace('synth', 'long.yaml').ended).out).toBe(readFileSync(file, 'utf8'))
  })
})
