// `npm run scan [-- --no-history]`: what comes with the code. Licences of all packages, secrets in the tree and in the
// history, advisories of the registry. What may stay is in scan/exceptions.json, each with its reason. Without a network
// the registry is not asked, which is a failure where CI=true only.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@terrace/kit'
import { readAudit } from './scan/audit.ts'
import { type Exception, judge, readExceptions } from './scan/exceptions.ts'
import type { Finding } from './scan/finding.ts'
import { licencesIn } from './scan/licences.ts'
import { hasHistory, secretsIn } from './scan/secrets.ts'

const ROOT = join(import.meta.dirname, '..')
const EXCEPTIONS = join(ROOT, 'scripts/scan/exceptions.json')
const isDeciding = process.env.CI === 'true'

const exceptions = readExceptions(EXCEPTIONS)
const today = new Date(systemClock.now()).toISOString().slice(0, 10)
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))

const good = [
  report('licences', 'licence', licencesIn(lock)),
  await lookForSecrets(!process.argv.includes('--no-history')),
  askTheRegistry(),
]
process.exitCode = good.every(Boolean) ? 0 : 1

async function lookForSecrets(wanted: boolean): Promise<boolean> {
  const whole = await hasHistory(ROOT)
  if (wanted && !whole) console.log('  this clone is shallow: its history is not read')
  return report(
    wanted && whole ? 'secrets, history and all' : 'secrets',
    'secret',
    await secretsIn(ROOT, wanted && whole),
  )
}

function askTheRegistry(): boolean {
  const { stdout, stderr } = spawnSync('npm', ['audit', '--json'], { cwd: ROOT, encoding: 'utf8' })
  const outcome = readAudit(stdout.trim() === '' ? (stderr ?? '') : stdout)
  if (outcome.kind === 'answered') {
    for (const line of outcome.told) console.log(`  ${line}`)
    return report('advisories', 'advisory', outcome.findings)
  }
  console.log(`${isDeciding ? '✗' : '–'} advisories: the registry does not say (${outcome.reason})`)
  return !isDeciding
}

function report(what: string, kind: Exception['kind'], findings: readonly Finding[]): boolean {
  const mine = exceptions.filter(exception => exception.kind === kind)
  const { open, unused, excepted } = judge(findings, mine, today)
  const isGood = open.length + unused.length === 0
  console.log(`${isGood ? '✓' : '✗'} ${what}${excepted > 0 ? `; ${excepted} excepted` : ''}`)
  for (const line of open) console.log(`  ${line}`)
  for (const { subject, detail } of unused) {
    console.log(`  the exception for ${subject} (${detail}) is not needed any more: take it out of ${EXCEPTIONS}`)
  }
  return isGood
}
