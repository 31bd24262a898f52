import { spawn } from 'node:child_process'
import autocannon from 'autocannon'
import { loader } from '../api/load.ts'

/** What 64 keep-alive connections got. */
export interface Measured {
  readonly requestsPerSecond: number
  /** Milliseconds. */
  readonly p99: number
}

export const CONNECTIONS = 64

/** Header fields of a browser: what a balancer has to read and write for each request. */
const HEADERS: Readonly<Record<string, string>> = {
  Host: 'bench.localhost',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language': 'en-GB,en;q=0.5',
  'Accept-Encoding': 'gzip, deflate, br',
  Cookie: 'session=0123456789abcdef0123456789abcdef',
}

/** Puts load on a URL. @throws Error when any answer was something else than 200 */
export const measure = (url: string, seconds: number): Promise<Measured> =>
  loader === 'wrk' ? byWrk(url, seconds) : byAutocannon(url, seconds)

async function byWrk(url: string, seconds: number): Promise<Measured> {
  const headers = Object.entries(HEADERS).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const wrk = spawn('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', ...headers, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const chunk of wrk.stdout) output += chunk
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? []
  if (!rate || !value || /Non-2xx|Socket errors/.test(output)) throw new Error(`load on ${url} failed:\n${output}`)
  const factor = unit === 's' ? 1000 : unit === 'us' ? 0.001 : 1
  return { requestsPerSecond: Number(rate), p99: Number(value) * factor }
}

async function byAutocannon(url: string, seconds: number): Promise<Measured> {
  const options = { url, connections: CONNECTIONS, duration: seconds, headers: { ...HEADERS } }
  const result: Awaited<ReturnType<typeof autocannon>> & { readonly latency?: { readonly p99: number } } =
    await autocannon(options)
  if (result.non2xx + result.errors > 0) throw new Error(`load on ${url} failed: ${result.non2xx} refused`)
  return { requestsPerSecond: result.requests.average, p99: result.latency?.p99 ?? Number.NaN }
}
