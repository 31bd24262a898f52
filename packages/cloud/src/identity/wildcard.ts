const SPECIAL = /[\\^$.*+?()[\]{}|/]/g

/** A pattern of a policy as a regular expression: `*` stands for any characters, also none, `?` for one. */
export function wildcard(pattern: string, flags = ''): RegExp {
  const source = pattern
    .replace(SPECIAL, '\\$&')
    .replaceAll('\\*', '.*')
    .replaceAll('\\?', '.')
    .replaceAll(LITERAL_STAR, '\\*')
    .replaceAll(LITERAL_QUESTION, '\\?')
  return new RegExp(`^${source}$`, `s${flags}`)
}

// Characters of a value that was put in for a policy variable are never wildcards. The two stand-ins are
// noncharacters of Unicode, which no policy contains.
const LITERAL_STAR = '\uFDD0'
const LITERAL_QUESTION = '\uFDD1'

const asLiteral = (text: string) => text.replaceAll('*', LITERAL_STAR).replaceAll('?', LITERAL_QUESTION)

/**
 * Puts the request's values in for policy variables such as `${aws:username}`; `${key, 'default'}` has a default and
 * `${*}`, `${?}`, `${$}` are the characters themselves.
 *
 * @returns nothing when a variable has no single value, in which case the statement doesn't apply
 * @see IAM User Guide "IAM policy elements: Variables and tags"
 */
export function substitute(pattern: string, lookUp: (key: string) => string | undefined): string | undefined {
  if (!pattern.includes('${')) return pattern
  let complete = true
  const result = pattern.replace(/\$\{([^}]*)\}/g, (_, inside: string) => {
    if (inside === '$') return '$'
    if (inside === '*' || inside === '?') return asLiteral(inside)
    const [key = '', fallback] = inside.split(',').map(part => part.trim())
    const value = lookUp(key) ?? fallback?.replace(/^'(.*)'$/, '$1')
    if (value === undefined) complete = false
    return asLiteral(value ?? '')
  })
  return complete ? result : undefined
}
