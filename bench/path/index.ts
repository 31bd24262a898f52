import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import type { Bench } from '../figure.ts'
import { get, median, rounded, start, terrace } from '../running.ts'

const PORT = 4590
const CONNECTIONS = 32

/** The same request through entrance, balancer and network, against one instance directly. */
export const bench: Bench = {
  name: 'path',
  describe: 'GET /books/ through the whole local path (ALB, network) against an instance directly',
  async *run({ quick }) {
    await terrace('down', 'library')
    const system = await start('library', PORT)
    try {
      await seedBooks(`${system.ready.urls.api}/books/`)
      const status = JSON.parse(await terrace('status', 'library', '--json'))
      const folder = await socketFolder(status.tiers[0].instances[0].processes[0].pid)
      const through = { host: '127.0.0.1', port: PORT, headers: { Host: `app.library.localhost:${PORT}` } }
      const direct = { socketPath: `${folder}/8000`, headers: { Host: 'instance' } }
      const milliseconds = quick ? 1000 : 4000
      const ours: number[] = []
      const peer: number[] = []
      for (let round = 0; round < (quick ? 1 : 3); round++) {
        peer.push(await requestsPerSecond(direct, milliseconds))
        ours.push(await requestsPerSecond(through, milliseconds))
      }
      const ratio = median(ours) / median(peer)
      yield {
        bench: 'path',
        figure: 'GET /books/ (50 books), 32 connections, through the whole local path against one instance directly',
        ours: rounded(median(ours), 0),
        peer: rounded(median(peer), 0),
        ratio: rounded(ratio),
        unit: 'requests/s',
        bar: '≥ 0.4×',
        pass: ratio >= 0.4,
      }
    } finally {
      await system.stop()
    }
  },
}

/** Where the processes of an instance listen, from the environment that they were started with (Linux). */
async function socketFolder(pid: number): Promise<string> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8')
  return /(?:^|\0)TERRACE_FOLDER=([^\0]+)/.exec(environment)?.[1] ?? ''
}

/** Fifty books in all, however many were there. */
async function seedBooks(url: string): Promise<void> {
  const known: unknown[] = JSON.parse((await get(url)).body)
  for (let number = known.length; number < 50; number++) {
    await get(url, { method: 'POST', body: JSON.stringify({ title: `Book ${number}`, author: `Author ${number}` }) })
  }
}

type Where =
  | { socketPath: string; headers: Record<string, string> }
  | { host: string; port: number; headers: Record<string, string> }

async function requestsPerSecond(where: Where, milliseconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const end = performance.now() + milliseconds
  let answered = 0
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request({ ...where, path: '/books/', agent }, response => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`))
        response.resume()
        response.on('end', () => {
          answered++
          resolve()
        })
      })
      sent.on('error', reject)
      sent.end()
    })
  const worker = async () => {
    while (performance.now() < end) await one()
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  agent.destroy()
  return answered / ((performance.now() - began) / 1000)
}
