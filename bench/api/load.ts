import { spawn } from 'node:child_process'
import autocannon from 'autocannon'
import { works } from './process.ts'

export const CONNECTIONS = 32

/** What puts on the load: wrk takes the least of the machine that it shares with the server. */
export const loader = works('sh', '-c', 'command -v wrk') ? 'wrk' : 'autocannon'

/**
 * Requests per second that a server answers with 2xx on `CONNECTIONS` connections.
 *
 * @throws Error when any answer was something else
 */
export const requestsPerSecond = (url: string, seconds: number): Promise<number> =>
  loader === 'wrk' ? byWrk(url, seconds) : byAutocannon(url, seconds)

async function byWrk(url: string, seconds: number): Promise<number> {
  const wrk = spawn('wrk', ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, url], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  for await (const chunk of wrk.stdout) output += chunk
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]
  if (!rate || /Non-2xx|Socket errors/.test(output)) throw new Error(`load on ${url} failed:\n${output}`)
  return Number(rate)
}

async function byAutocannon(url: string, seconds: number): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration: seconds })
  if (result.non2xx + result.errors > 0) throw new Error(`load on ${url} failed: ${result.non2xx} refused`)
  return result.requests.average
}
