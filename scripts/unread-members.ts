import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type MemberLine, RECORDINGS, uncalled, unread } from './unread-members/lines.ts'

/**
 * `node scripts/unread-members.ts [part of a test's path …]`: runs the tests of the services and prints the members of inputs
 * that none of them saw being read, one line each. Each is honoured by a path that no test takes, or ignored: then it is
 * declared with `accepted`, or refused.
 */
const folder = mkdtempSync(join(tmpdir(), 'terrace-members-'))
try {
  const config = fileURLToPath(new URL('unread-members/vitest.config.ts', import.meta.url))
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
  const args = [vitest, 'run', '--config', config, '--reporter=dot', ...process.argv.slice(2)]
  const { status } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, [RECORDINGS]: folder },
  })
  const texts = readdirSync(folder).map(file => readFileSync(join(folder, file), 'utf8'))
  const lines = texts.flatMap(text =>
    text
      .split('\n')
      .filter(line => line !== '')
      .map((line): MemberLine => JSON.parse(line)),
  )
  const untested = uncalled(lines)
  const found = unread(lines).map(({ service, operation, path }) => ({ called: `${service} ${operation}`, path }))
  const told = [
    ...found.filter(({ called }) => !untested.has(called)).map(({ called, path }) => `${called} ${path}`),
    ...[...untested].map(called => `${called}: no test calls it`),
  ]
  for (const line of [...new Set(told)].sort()) console.log(line)
  process.exitCode = status ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
