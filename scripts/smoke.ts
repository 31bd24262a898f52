// `npm run smoke -- <url> [path …] [--version V]`: whether a running system is well: its page with all that the page loads,
// the paths, and the version that /api/v1/info tells. Exit codes: 0 well, 1 not well, 2 bad input.
import { parseArgs } from 'node:util'
import { minutes, systemClock } from '@terrace/kit'
import { askerOf } from './smoke/ask.ts'
import { probesFor } from './smoke/probes.ts'
import { smoke } from './smoke/smoke.ts'

const { values, positionals } = parseArgs({ options: { version: { type: 'string' } }, allowPositionals: true })
const [url, ...paths] = positionals
if (url === undefined || !URL.canParse(url) || paths.some(path => !path.startsWith('/'))) {
  console.error(
    `give a URL and paths, such as https://app.items.example.com /api/v1/items; given: ${positionals.join(' ')}`,
  )
  process.exit(2)
}

const isWell = await smoke({
  ask: askerOf(url),
  probes: probesFor({
    paths,
    ...(values.version !== undefined && { version: { path: '/api/v1/info', is: values.version } }),
  }),
  clock: systemClock,
  patience: minutes(1),
  rounds: 3,
  say: line => console.log(line),
})
console.log(`${url}: ${isWell ? 'well' : 'not well'}`)
process.exitCode = isWell ? 0 : 1
