// `npm test [-- <vitest arguments>]`: names what will be skipped, runs the unit tests and then those of pages and systems,
// and prints `N passed, N failed` as its last line. With CI=true a skipped test is a failure. `--only unit`,
// `--only pages,system`: those kinds alone.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missingTools } from './tools.ts'
import { addTotals, type Totals, totalsLine, totalsOf } from './totals.ts'

const ROOT = join(import.meta.dirname, '..')
/** Kinds of test, in this order: what is small and fast says first what is wrong. Those of one stage run at the same time. */
const STAGES = [['unit'], ['pages', 'system']]
/** Those of two systems take as long as all others together, and run beside them. */
const LONG = ['test/delivery/', 'test/items/', 'test/quiz/']

const words = process.argv.slice(2)
const only = kindsIn(words)

const skipIsFailure = process.env.CI === 'true'

for (const { name, tests, install } of missingTools()) {
  const remedy = install.by === 'setup' ? 'npm run setup' : install.command
  console.log(`${name} is not installed; skipped: ${tests}. To get it: ${remedy}`)
}

const reports = mkdtempSync(join(tmpdir(), 'terrace-test-'))
const totals: Totals[] = []
for (const projects of STAGES) {
  const wanted = projects.filter(project => only.includes(project)).flatMap(lanes)
  totals.push(...(await Promise.all(wanted.map(runProject))))
}
rmSync(reports, { recursive: true, force: true })

const all = addTotals(totals)
if (all.failures.length > 0) {
  console.log('\nfailed:')
  for (const failure of all.failures) console.log(`  ${failure}`)
}
if (all.skipped.length > 0) {
  console.log(`\nskipped${skipIsFailure ? ', which counts as failed where CI=true' : ''}:`)
  for (const name of all.skipped) console.log(`  ${name}`)
}
console.log(`\n${totalsLine(all, skipIsFailure)}`)
process.exitCode = all.failed > 0 || (skipIsFailure && all.skipped.length > 0) ? 1 : 0

/** Takes `--only` out of the words. */
function kindsIn(given: string[]): readonly string[] {
  const kinds = STAGES.flat()
  const at = given.indexOf('--only')
  if (at < 0) return kinds
  const wanted = given.splice(at, 2)[1]?.split(',') ?? []
  if (wanted.length > 0 && wanted.every(kind => kinds.includes(kind))) return wanted
  console.error(`--only ${wanted.join(',')} names no kind of test; give some of ${kinds.join(',')}`)
  return process.exit(2)
}

/** What runs in a process of its own; whoever names files decides that alone. */
interface Lane {
  readonly project: string
  readonly paths: readonly string[]
}

function lanes(project: string): readonly Lane[] {
  if (project !== 'system' || words.length > 0) return [{ project, paths: words }]
  const folders = readdirSync(join(ROOT, 'test'), { withFileTypes: true })
  const all = folders.filter(each => each.isDirectory()).map(({ name }) => `test/${name}/`)
  return [
    { project, paths: all.filter(path => !LONG.includes(path)) },
    { project, paths: LONG },
  ]
}

async function runProject({ project, paths }: Lane, number: number): Promise<Totals> {
  const report = join(reports, `${project}-${number}.json`)
  const command = ['run', '--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json']
  const vitest = spawn(
    process.execPath,
    [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...command, `--outputFile.json=${report}`, ...paths],
    { cwd: ROOT, stdio: 'inherit' },
  )
  const exitCode = await new Promise<number>(resolve => {
    vitest.once('error', () => resolve(1))
    vitest.once('exit', code => resolve(code ?? 1))
  })
  return totalsOf(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, exitCode)
}
