import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LINK_PROTOCOL, type NetworkView, type Reach } from './process/view.ts'

const PRELOAD = new URL('./preload.cts', import.meta.url).pathname

const viewOf = (names: Record<string, string[]>, reach: Reach[]): NetworkView => ({
  version: 1,
  own: { address: '10.0.2.4' },
  dns: { region: 'us-east-1', names, below: {} },
  reach,
  doors: {},
})

let folder: string
let view: NetworkView
let stop: () => void

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preload-'))
  view = viewOf({}, [])
  const link = createServer(connection => {
    connection.on('error', () => {})
    connection.write(`${JSON.stringify({ protocol: LINK_PROTOCOL, view })}\n`)
  })
  link.listen(join(folder, 'link'))
  await once(link, 'listening')
  stop = () => link.close()
})

afterEach(() => {
  stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a script as a workload and gives its output, one trimmed text. */
async function run(script: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { NODE_OPTIONS: `--require=${PRELOAD}`, TERRACE_LINK: join(folder, 'link'), TERRACE_FOLDER: folder },
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  child.stderr.on('data', chunk => {
    output += chunk
  })
  await once(child, 'close')
  return output.trim()
}

async function serve(at: string, text: string): Promise<void> {
  const server = createServer(connection => connection.end(text))
  server.listen(at)
  await once(server, 'listening')
  const before = stop
  stop = () => {
    server.close()
    before()
  }
}

const CONNECT = (host: string, port: number, options = '') => `
  import net from 'node:net'
  const socket = net.connect({ host: '${host}', port: ${port} ${options} })
  socket.on('data', data => console.log(String(data)))
  socket.on('error', error => console.log(error.code, error.message))`

describe('the network of a workload', () => {
  it('connects a name and port that the rules allow', async () => {
    await serve(join(folder, '3306'), 'hello')
    view = viewOf({ 'db.example.com': ['10.0.3.4'] }, [{ address: '10.0.3.4', folder, ports: [[3306, 3306]] }])
    expect(await run(CONNECT('db.example.com', 3306))).toBe('hello')
  })

  it('keeps silent to a port that no rule allows, until the caller gives up', async () => {
    await serve(join(folder, '5432'), 'hello')
    view = viewOf({ 'db.example.com': ['10.0.3.4'] }, [{ address: '10.0.3.4', folder, ports: [[3306, 3306]] }])
    const output = await run(`${CONNECT('db.example.com', 5432)}
      socket.setTimeout(50, () => { console.log('gave up while', socket.readyState); socket.destroy() })`)
    expect(output).toBe('gave up while opening')
  })

  it('answers ENOTFOUND for a name that nobody knows', async () => {
    expect(await run(CONNECT('elsewhere.example.com', 80))).toContain('ENOTFOUND')
  })

  it('answers ECONNREFUSED where nobody listens, as a host does', async () => {
    view = viewOf({}, [{ address: '10.0.3.4', folder, ports: [[1, 65_535]] }])
    expect(await run(CONNECT('10.0.3.4', 81))).toBe('ECONNREFUSED connect ECONNREFUSED 10.0.3.4:81')
  })

  it('listens on the interface of its instance and takes no port of the machine', async () => {
    const output = await run(`
      import http from 'node:http'
      import { existsSync } from 'node:fs'
      const server = http.createServer((request, response) => response.end('here')).listen(80, '0.0.0.0', async () => {
        const answer = await fetch('http://localhost:80/')
        console.log(await answer.text(), server.address().port, existsSync('${join(folder, '80')}'))
        process.exit()
      })`)
    expect(output).toBe('here 80 true')
  })

  it('is inherited by child processes and worker threads', async () => {
    const output = await run(`
      import { Worker } from 'node:worker_threads'
      import { execFileSync } from 'node:child_process'
      const script = "process.getBuiltinModule('net').connect(80, 'x.example.com').on('error', e => console.log(e.code))"
      console.log(execFileSync(process.execPath, ['-e', script]).toString().trim())
      new Worker(script, { eval: true })`)
    expect(output.split('\n')).toEqual(['ENOTFOUND', 'ENOTFOUND'])
  })
})
