import type { Finding } from './finding.ts'

/** What npm calls how bad an advisory is, from the least on. */
const SEVERITIES: readonly string[] = ['info', 'low', 'moderate', 'high', 'critical']

/** From here on an advisory fails the scan; what is below is only told. */
export const FAILS_FROM = 'high'

/** What `npm audit --json` prints, as far as it is read here. */
interface AuditReport {
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (string | Advisory)[] }>>
  readonly error?: unknown
  readonly message?: string
}

interface Advisory {
  readonly title: string
  /** `https://github.com/advisories/GHSA-…` */
  readonly url: string
  readonly severity: string
  /** Of the package: `<1.2.3`. */
  readonly range: string
}

export type AuditOutcome =
  | { readonly kind: 'answered'; readonly findings: readonly Finding[]; readonly told: readonly string[] }
  /** The registry was not reached, or does not know of advisories. */
  | { readonly kind: 'unreachable'; readonly reason: string }

/** Reads what `npm audit --json` has printed, whatever its exit code. */
export function readAudit(printed: string): AuditOutcome {
  const report = parse(printed)
  if (report?.vulnerabilities === undefined) {
    const reason = report?.message || printed.trim().split('\n')[0] || 'npm audit has printed nothing'
    return { kind: 'unreachable', reason }
  }
  const advisories = Object.entries(report.vulnerabilities).flatMap(([name, { via }]) =>
    // A string names the package through which it comes, which has an entry of its own.
    via.flatMap(advisory => (typeof advisory === 'string' ? [] : [{ name, advisory }])),
  )
  const of = (isBad: boolean) => advisories.filter(({ advisory }) => fails(advisory.severity) === isBad)
  return {
    kind: 'answered',
    findings: of(true).map(({ name, advisory }) => ({
      kind: 'advisory',
      subject: advisory.url.slice(advisory.url.lastIndexOf('/') + 1),
      detail: name,
      message: messageOf(name, advisory),
    })),
    told: of(false).map(({ name, advisory }) => messageOf(name, advisory)),
  }
}

/** A severity that npm invents tomorrow fails, too. */
function fails(severity: string): boolean {
  const at = SEVERITIES.indexOf(severity)
  return at < 0 || at >= SEVERITIES.indexOf(FAILS_FROM)
}

const messageOf = (name: string, { severity, range, title, url }: Advisory) =>
  `${name} ${range}: ${severity}, ${title}, ${url}`

function parse(text: string): AuditReport | undefined {
  try {
    return JSON.parse(text) as AuditReport
  } catch {
    return undefined
  }
}
