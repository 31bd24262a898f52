import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loader } from '../api/load.ts'
import { serve } from '../api/process.ts'
import { CONNECTIONS, type Measured, measure } from '../balancer/load.ts'
import { nginxMissing, startNginx } from '../balancer/nginx.ts'
import type { Bench, BenchOptions, Figure } from '../figure.ts'
import { median, rounded } from '../running.ts'
import { SIZE } from './definition.ts'

/** A distribution that has the object in its cache, against NGINX serving the same bytes from a file. */
export const bench: Bench = {
  name: 'cdn',
  describe: `CDN cache hit, 10 KB, ${CONNECTIONS} keep-alive connections, against NGINX with one worker serving the file`,
  run,
}

async function* run({ quick }: BenchOptions): AsyncIterable<Figure> {
  if (nginxMissing) throw new Error(`${nginxMissing}: this bench needs it as its peer (npm run setup)`)
  const folder = mkdtempSync(join(tmpdir(), 'terrace-bench-'))
  const stops: (() => Promise<void>)[] = []
  try {
    const site = join(folder, 'site')
    mkdirSync(site)
    // Bytes that nothing compresses, as those of a picture.
    writeFileSync(join(site, 'picture.jpg'), Buffer.alloc(SIZE, 'x'))
    const socket = join(folder, 'origin.sock')
    const port = 20_000 + (process.pid % 20_000)
    const nginx = await startNginx(
      join(folder, 'peer'),
      socket,
      `types { image/jpeg jpg; }
  sendfile on; tcp_nopush on; open_file_cache max=100;
  server {
    listen unix:${socket};
    listen 127.0.0.1:${port};
    root ${site};
  }`,
    )
    stops.push(() => nginx.stop())
    const cdn = await serve(
      [process.execPath, fileURLToPath(new URL('process.ts', import.meta.url)), folder, socket],
      { PATH: process.env.PATH ?? '' },
      line => /listening on (\d+)/.exec(line)?.[1],
    )
    stops.push(() => cdn.stop())
    yield* compare(`${cdn.url}/picture.jpg`, `http://127.0.0.1:${port}/picture.jpg`, quick)
  } finally {
    for (const stop of stops.reverse()) await stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function* compare(ours: string, peer: string, quick: boolean): AsyncIterable<Figure> {
  const rounds = quick ? 1 : 5
  const seconds = quick ? 2 : 5
  for (const url of [ours, peer]) await measure(url, 2)
  const measured: Record<'ours' | 'peer', Measured[]> = { ours: [], peer: [] }
  // In turns, so that a slower minute of the machine slows both.
  for (let round = 0; round < rounds; round++) {
    measured.peer.push(await measure(peer, seconds))
    measured.ours.push(await measure(ours, seconds))
  }
  const of = (who: 'ours' | 'peer') => median(measured[who].map(one => one.requestsPerSecond))
  const ratio = of('ours') / of('peer')
  yield {
    bench: 'cdn',
    figure: 'cache hits of a distribution, 10 KB, against NGINX serving the file',
    ours: rounded(of('ours')),
    peer: rounded(of('peer')),
    ratio: rounded(ratio),
    unit: 'requests/s',
    bar: '≥ 0.4×',
    pass: ratio >= 0.4,
    note: `${rounds} rounds of ${seconds} s in turns, median, ${loader}; everything shares the cores`,
  }
}
