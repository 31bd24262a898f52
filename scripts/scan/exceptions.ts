import { readFileSync } from 'node:fs'
import type { Finding } from './finding.ts'

/** Something that was found and may stay, for a reason. One entry of `exceptions.json`. */
export interface Exception {
  readonly kind: Finding['kind']
  /** A subject, or its beginning and a `*`. */
  readonly subject: string
  /** What exactly is excepted; anything else about the subject is still found. */
  readonly detail: string
  readonly reason: string
  /** Day of the decision, `2026-11-22`. */
  readonly since: string
  /** Last day on which it holds. Default: for good. Advisories must have one. */
  readonly until?: string
}

/** What remains of what was found. */
export interface Judgement {
  /** What nobody has excepted, and exceptions that are over. */
  readonly open: readonly string[]
  /** Exceptions that nothing was found for, to be taken out. */
  readonly unused: readonly Exception[]
  /** How many findings are excepted. */
  readonly excepted: number
}

/** @throws when an entry has no reason, a day that is none, or no end where there must be one */
export function readExceptions(file: string): readonly Exception[] {
  const exceptions: readonly Exception[] = JSON.parse(readFileSync(file, 'utf8'))
  for (const { subject, kind, reason, since, until } of exceptions) {
    const complain = (what: string) => {
      throw new Error(`${file}: the exception for ${kind} ${subject} ${what}`)
    }
    if (!reason?.trim()) complain('has no reason; say why it may stay')
    for (const day of [since, ...(until === undefined ? [] : [until])]) {
      if (!/^\d{4}-\d\d-\d\d$/.test(day)) complain(`has the day "${day}"; write it as 2026-11-22`)
    }
    if (kind === 'advisory' && until === undefined) complain('has no "until"; a hole is never left open for good')
  }
  return exceptions
}

/** @param today `2026-11-22` */
export function judge(findings: readonly Finding[], exceptions: readonly Exception[], today: string): Judgement {
  const matches = (finding: Finding) => (exception: Exception) =>
    exception.kind === finding.kind &&
    exception.detail === finding.detail &&
    (exception.subject.endsWith('*')
      ? finding.subject.startsWith(exception.subject.slice(0, -1))
      : finding.subject === exception.subject)
  const open = findings.flatMap(finding => {
    const exception = exceptions.find(matches(finding))
    if (!exception) return [finding.message]
    const { until } = exception
    return until !== undefined && until < today ? [`${finding.message}; its exception ended on ${until}`] : []
  })
  const unused = exceptions.filter(exception => !findings.some(finding => matches(finding)(exception)))
  return { open, unused, excepted: findings.length - open.length }
}
