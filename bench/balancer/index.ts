import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loader } from '../api/load.ts'
import { serve } from '../api/process.ts'
import type { Bench, BenchOptions, Figure } from '../figure.ts'
import { median, rounded } from '../running.ts'
import { CONNECTIONS, type Measured, measure } from './load.ts'
import { nginxMissing, startNginx } from './nginx.ts'

/** A balancer against NGINX as a reverse proxy, both in front of the same backend. */
export const bench: Bench = {
  name: 'balancer',
  describe: `ALB, 1 KB answers, ${CONNECTIONS} keep-alive connections, against NGINX with one worker, same backend`,
  run,
}

async function* run({ quick }: BenchOptions): AsyncIterable<Figure> {
  if (nginxMissing) throw new Error(`${nginxMissing}: this bench needs it as its peer (npm run setup)`)
  const folder = mkdtempSync(join(tmpdir(), 'terrace-bench-'))
  const stops: (() => Promise<void>)[] = []
  try {
    const backend = join(folder, 'backend.sock')
    const peer = join(folder, 'peer.sock')
    const served = await serve(
      [process.execPath, fileURLToPath(new URL('backend.ts', import.meta.url)), backend],
      { PATH: process.env.PATH ?? '' },
      line => /listening on (\d+)/.exec(line)?.[1],
    )
    stops.push(() => served.stop())
    const port = await startPeer(folder, backend, peer, stops)
    const balancer = await serve(
      [process.execPath, fileURLToPath(new URL('process.ts', import.meta.url)), folder, backend],
      { PATH: process.env.PATH ?? '' },
      line => /listening on (\d+)/.exec(line)?.[1],
    )
    stops.push(() => balancer.stop())
    yield* compare(balancer.url, `http://127.0.0.1:${port}`, quick)
  } finally {
    for (const stop of stops.reverse()) await stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startPeer(folder: string, backend: string, socket: string, stops: (() => Promise<void>)[]) {
  const port = 20_000 + (process.pid % 20_000)
  const nginx = await startNginx(
    join(folder, 'peer'),
    socket,
    `upstream backend { server unix:${backend}; keepalive ${CONNECTIONS}; }
  server {
    listen unix:${socket};
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://backend;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Port $server_port;
    }
  }`,
  )
  stops.push(() => nginx.stop())
  return port
}

async function* compare(ours: string, peer: string, quick: boolean): AsyncIterable<Figure> {
  const rounds = quick ? 1 : 5
  const seconds = quick ? 2 : 5
  for (const url of [ours, peer]) await measure(`${url}/`, 2)
  const measured: Record<'ours' | 'peer', Measured[]> = { ours: [], peer: [] }
  // In turns, so that a slower minute of the machine slows both.
  for (let round = 0; round < rounds; round++) {
    measured.peer.push(await measure(`${peer}/`, seconds))
    measured.ours.push(await measure(`${ours}/`, seconds))
  }
  const of = (who: 'ours' | 'peer', what: keyof Measured) => median(measured[who].map(one => one[what]))
  const note = `${rounds} rounds of ${seconds} s in turns, median, ${loader}; everything shares the cores`
  const figure = (
    what: keyof Measured,
    words: string,
    unit: string,
    bar: string,
    passes: (ratio: number) => boolean,
  ) => {
    const ratio = of('ours', what) / of('peer', what)
    return {
      bench: 'balancer',
      figure: words,
      ours: rounded(of('ours', what)),
      peer: rounded(of('peer', what)),
      ratio: rounded(ratio),
      unit,
      bar,
      pass: passes(ratio),
      note,
    }
  }
  yield figure(
    'requestsPerSecond',
    'requests through an ALB against NGINX',
    'requests/s',
    '≥ 0.5×',
    ratio => ratio >= 0.5,
  )
  yield figure('p99', 'p99 latency through an ALB against NGINX', 'ms', '≤ 2.5×', ratio => ratio <= 2.5)
}
