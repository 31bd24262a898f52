import type { Context } from '../context.ts'
import type { Finding } from '../doctor/findings.ts'

/** Findings for people: one line each, and below it what it costs and what to do. */
export function describeFindings(findings: readonly Finding[], { green, red, yellow, dim }: Context['colors']): string {
  const marks = { ok: green('✓'), missing: red('✗'), remark: yellow('!') }
  const width = Math.max(...findings.map(({ name }) => name.length))
  return findings
    .map(({ name, verdict, found, cost, remedy }) =>
      [
        `${marks[verdict]} ${name.padEnd(width)}  ${dim(found)}`,
        ...(cost === '' ? [] : [`    ${cost}`]),
        ...(remedy === '' ? [] : [`    → ${remedy}`]),
      ].join('\n'),
    )
    .join('\n')
}
