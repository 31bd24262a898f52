/**
 * Whether a path matches a cache behavior's path pattern: `*` stands for any number of characters, `/` included, `?` for
 * exactly one; case counts; a leading `/` in the pattern may be left out.
 *
 * @param path  normalized, with leading slash, without the query string
 * @see CloudFront Developer Guide, "Cache behavior settings", Path pattern
 */
export function matchesPattern(pattern: string, path: string): boolean {
  const glob = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`
  return matchesGlob(glob, path)
}

/**
 * `*` any number of characters, `?` one. In time proportional to the product of the lengths: a regular expression with
 * several `.*` would let one long URL block everybody.
 */
export function matchesGlob(glob: string, text: string): boolean {
  let at = 0
  let star = -1
  let resumeAt = 0
  let index = 0
  while (index < text.length) {
    if (glob[at] === '*') {
      star = at++
      resumeAt = index
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[index])) {
      at++
      index++
    } else if (star >= 0) {
      at = star + 1
      index = ++resumeAt
    } else {
      return false
    }
  }
  while (glob[at] === '*') at++
  return at === glob.length
}

/**
 * The path as behaviors see it: repeated slashes and dot segments resolved, needless percent-encoding undone. What is
 * sent to the origin and what keys the cache is the path as it came.
 *
 * @see CloudFront Developer Guide, "Cache behavior settings", Path normalization; RFC 3986, section 6.2.2
 */
export function normalizePath(path: string): string {
  if (!/\/\/|\/\.|%/.test(path)) return path
  const decoded = path.replace(/%[\dA-Fa-f]{2}/g, code => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : code.toUpperCase()
  })
  const kept: string[] = []
  const segments = decoded
    .replace(/\/{2,}/g, '/')
    .split('/')
    .slice(1)
  for (const [index, segment] of segments.entries()) {
    if (segment !== '.' && segment !== '..') {
      kept.push(segment)
      continue
    }
    if (segment === '..') kept.pop()
    if (index === segments.length - 1) kept.push('')
  }
  return `/${kept.join('/')}`
}
