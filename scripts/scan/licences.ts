import type { Finding } from './finding.ts'

/** What npm's lock file knows of packages, as far as it is read here. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly version?: string
  /** A workspace of this project. */
  readonly link?: boolean
  readonly license?: string
}

/** Licences that ask for no more than being named, as SPDX writes them. */
export const ALLOWED: ReadonlySet<string> = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0', 'ISC', 'MIT', 'MIT-0'],
  ...['Unlicense', 'Zlib'],
])

/**
 * The packages whose licence is not among the allowed ones, of all platforms: one finding for each package and licence,
 * however many versions of it there are.
 */
export function licencesIn({ packages }: LockFile, allowed = ALLOWED): readonly Finding[] {
  const found = Object.entries(packages).flatMap(([path, { license, link, version = '' }]): readonly Finding[] => {
    const at = path.lastIndexOf('node_modules/')
    if (at < 0 || link) return []
    const subject = path.slice(at + 'node_modules/'.length)
    const detail = license ?? 'none'
    if (license !== undefined && isAllowed(license, allowed)) return []
    return [{ kind: 'licence', subject, detail, message: `${subject} ${version}: licence ${detail}` }]
  })
  return [...new Map(found.map(finding => [`${finding.subject} ${finding.detail}`, finding])).values()]
}

/**
 * Whether one may choose so among the licences of an expression that all which remain are allowed. What is no expression
 * is not allowed.
 *
 * @param expression such as `MIT`, `(MIT OR GPL-3.0-or-later)`, `Apache-2.0 AND (MIT OR ISC)`
 * @see https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/
 */
export function isAllowed(expression: string, allowed: ReadonlySet<string>): boolean {
  const words = expression.match(/[()]|[^()\s]+/g) ?? []
  let at = 0
  const any = (): boolean => {
    let good = all()
    while (words[at] === 'OR') {
      at++
      // Both sides are read, whatever the first one was.
      good = all() || good
    }
    return good
  }
  const all = (): boolean => {
    let good = one()
    while (words[at] === 'AND') {
      at++
      good = one() && good
    }
    return good
  }
  const one = (): boolean => {
    const word = words[at++] ?? ''
    if (word !== '(') return allowed.has(word)
    const good = any()
    return words[at++] === ')' && good
  }
  return any() && at === words.length
}
