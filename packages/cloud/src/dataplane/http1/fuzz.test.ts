import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@terrace/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBalancer } from '../balancer/testing.ts'
import { generateRequests } from './fuzz.ts'

const NGINX = spawnSync('nginx', ['-v']).status === 0
const REQUESTS = 2400
const SEED = 20261122
const AT_ONCE = 300

/** Statuses with which NGINX says that it won't decide what a request means. */
const REFUSED = new Set([400, 405, 413, 414, 494, 501, 505])

const STATUS = /^HTTP\/1\.1 (\d{3})/

const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
/** What reached a target as a complete request, by the id in its query or header. */
const reached = { ours: new Set<string>(), nginx: new Set<string>() }
let balancer: Awaited<ReturnType<typeof startBalancer>>
let recorder: Server
let judge: ReturnType<typeof spawn> | undefined

const record = (into: Set<string>) =>
  createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      into.add(String(request.headers['x-id']))
      response.end('seen')
    })
  })

beforeAll(async () => {
  balancer = await startBalancer(systemClock, { halfOpen: true })
  balancer.group.setTargets([await balancer.target('i-1', record(reached.ours))])
  if (!NGINX) return
  recorder = record(reached.nginx)
  await new Promise<void>(resolve => recorder.listen(join(folder, 'target'), resolve))
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${folder}/${name};`)
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log crit;
    events { worker_connections 2048; }
    http { access_log off; client_header_timeout 1s; client_body_timeout 1s; lingering_close off; large_client_header_buffers 8 16k; keepalive_timeout 0; ${temp.join(' ')}
      server { listen unix:${folder}/nginx; location / { proxy_pass http://unix:${folder}/target; proxy_http_version 1.1; } } }`,
  )
  judge = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
  while ((await exchange(join(folder, 'nginx'), 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', false)) === 0)
    await new Promise(resolve => setImmediate(resolve))
})

afterAll(async () => {
  await balancer.stop()
  if (judge) {
    const gone = once(judge, 'exit')
    judge.kill('SIGTERM')
    await gone
    recorder.close()
  }
  rmSync(folder, { recursive: true, force: true })
})

/**
 * Sends bytes and gives the status of the first answer; 0 without one.
 *
 * @param thenEnds  says that no more will come; NGINX would take that for a client that has gone
 */
function exchange(path: string, bytes: string, thenEnds: boolean): Promise<number> {
  return new Promise(resolve => {
    let received = ''
    const socket = connect({ path, allowHalfOpen: true }, () =>
      thenEnds ? socket.end(bytes, 'latin1') : socket.write(bytes, 'latin1'),
    )
    socket.on('data', chunk => {
      received += chunk.toString('latin1')
      if (STATUS.test(received)) socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('end', () => socket.destroy())
    socket.on('close', () => resolve(Number(STATUS.exec(received)?.[1] ?? 0)))
  })
}

async function sendAll(path: string, requests: readonly { bytes: string }[], thenEnds: boolean): Promise<number[]> {
  const statuses: number[] = []
  for (let from = 0; from < requests.length; from += AT_ONCE) {
    const batch = requests.slice(from, from + AT_ONCE)
    statuses.push(...(await Promise.all(batch.map(({ bytes }) => exchange(path, bytes, thenEnds)))))
  }
  return statuses
}

describe(`${REQUESTS} requests, many of them bent, seed ${SEED}`, () => {
  const requests = generateRequests(SEED, REQUESTS)

  it('do no harm to the balancer: plain ones are served before, between and after', async () => {
    const statuses = await sendAll(balancer.entrance.path, requests, true)
    const plain = requests.flatMap(({ bent, id }, index) =>
      bent.length === 0 ? [{ id, status: statuses[index] }] : [],
    )
    expect(plain.length).toBeGreaterThan(50)
    expect(plain.filter(({ status }) => status !== 200)).toEqual([])
    expect(plain.filter(({ id }) => !reached.ours.has(id))).toEqual([])
  })

  it.skipIf(!NGINX)(
    `reach no target when NGINX refuses them${NGINX ? '' : ' (skipped: nginx is not installed)'}`,
    async () => {
      const statuses = await sendAll(join(folder, 'nginx'), requests, false)
      const refused = requests.filter((_, index) => REFUSED.has(statuses[index] ?? 0))
      expect(refused.length).toBeGreaterThan(500)
      const forwarded = refused.filter(({ id }) => reached.ours.has(id) && !reached.nginx.has(id))
      expect(forwarded.map(({ bent, bytes }) => ({ bent, bytes: bytes.slice(0, 300) }))).toEqual([])
    },
  )
})
