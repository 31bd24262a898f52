import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seeded, systemClock } from '@terrace/kit'
import { openLink } from '../../packages/cloud/src/network/link.ts'
import { VpcNetwork } from '../../packages/cloud/src/network/vpc-network.ts'
import { testArchitecture, threeTiers } from '../../packages/cloud/src/testing/architecture.ts'
import type { Bench } from '../figure.ts'
import { median, rounded } from '../running.ts'

const PRELOAD = new URL('../../packages/cloud/src/network/preload.cts', import.meta.url).pathname

/** What the network layer costs a Node process: the same client with the preload and without, in turns. */
export const bench: Bench = {
  name: 'network',
  describe: 'what the network layer adds to a new connection, and what it costs an established one',
  async *run({ seed, quick }) {
    const folder = await mkdtemp(join(tmpdir(), 'bn-'))
    const network = new VpcNetwork({
      architecture: testArchitecture(threeTiers()),
      random: seeded(seed),
      folder,
      clock: systemClock,
    })
    const app = network.attach({ owner: 'app', subnet: 'app-a', securityGroups: ['app'] })
    const database = network.attach({ owner: 'database', subnet: 'data-a', securityGroups: ['database'] })
    network.setName('db.example.com', [database.address])
    const link = await openLink(network, app)
    const socket = network.socketOf(database, 3306)
    const server = await startServer(socket)
    const layered = {
      NODE_OPTIONS: `--require=${PRELOAD}`,
      TERRACE_LINK: link.socket,
      TERRACE_FOLDER: app.folder,
    }
    const measure = async (what: 'connect' | 'stream', count: number, rounds: number) => {
      const direct: number[][] = []
      const through: number[][] = []
      for (let round = 0; round < rounds; round++) {
        direct.push(await client([what, String(count), socket], {}))
        through.push(await client([what, String(count), 'db.example.com:3306'], layered))
      }
      return { direct, through }
    }
    try {
      const connects = await measure('connect', quick ? 500 : 3000, quick ? 1 : 5)
      const [ours, peer] = [connects.through, connects.direct].map(rounds => median(rounds.map(p99)))
      yield latencyFigure(ours ?? Number.NaN, peer ?? Number.NaN)
      const streams = await measure('stream', quick ? 1 : 2, quick ? 2 : 9)
      const [rates, processor] = [0, 1].map(which => pairs(streams, which))
      yield throughputFigure(rates ?? [])
      yield processorFigure(processor ?? [])
    } finally {
      server.kill('SIGKILL')
      link.close()
      await network.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

function latencyFigure(ours: number, peer: number) {
  const added = ours - peer
  return {
    bench: 'network',
    figure: 'new connection to its first answered byte, p99: with the network layer, and without',
    ours: rounded(ours, 3),
    peer: rounded(peer, 3),
    ratio: rounded(ours / peer),
    unit: 'ms',
    bar: '≤ 1 ms more',
    pass: added <= 1,
    note: `added: ${rounded(added, 3)} ms`,
  }
}

/** One turn: the same without and with the network layer, one after the other. */
interface Pair {
  readonly ours: number
  readonly peer: number
}

/** Of each turn one of the two values that a stream prints in turns. */
const pairs = (
  { direct, through }: { readonly direct: readonly number[][]; readonly through: readonly number[][] },
  which: number,
): Pair[] => {
  const own = (values: readonly number[] = []) => median(values.filter((_, index) => index % 2 === which))
  return direct.map((values, turn) => ({ ours: own(through[turn]), peer: own(values) }))
}

function throughputFigure(turns: readonly Pair[]) {
  const ratio = median(turns.map(({ ours, peer }) => ours / peer))
  return {
    bench: 'network',
    figure: 'bytes echoed on an established connection: with the network layer, and without',
    ours: rounded(median(turns.map(({ ours }) => ours)), 0),
    peer: rounded(median(turns.map(({ peer }) => peer)), 0),
    ratio: rounded(ratio, 3),
    unit: 'MB/s',
    bar: '≥ 0.97×',
    pass: ratio >= 0.97,
    note: 'the ratio is the median of the turns; on a machine that is busy otherwise it says little',
  }
}

function processorFigure(turns: readonly Pair[]) {
  const ratio = median(turns.map(({ ours, peer }) => ours / peer))
  return {
    bench: 'network',
    figure: 'processor time of the client for these bytes: with the network layer, and without',
    ours: rounded(median(turns.map(({ ours }) => ours)), 0),
    peer: rounded(median(turns.map(({ peer }) => peer)), 0),
    ratio: rounded(ratio, 3),
    unit: 'µs/MB',
    bar: '≤ 1.03×',
    pass: ratio <= 1.03,
  }
}

async function startServer(socket: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.stdout) await once(child.stdout, 'data')
  return child
}

async function client(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<number[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'client.ts'), ...words], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  await once(child, 'close')
  return JSON.parse(output) as number[]
}

const p99 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN
