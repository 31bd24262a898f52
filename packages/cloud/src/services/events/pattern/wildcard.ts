/** Tells whether a text fits a pattern. */
export type Fits = (text: string) => boolean

/**
 * `*` stands for any characters, `\*` and `\\` for themselves. Needs no more than length times length steps, whatever the
 * pattern.
 *
 * @throws Error for two wildcards in a row, and for another character after a backslash
 */
export function readWildcard(pattern: string): Fits {
  const parts = partsOf(pattern)
  const [first = '', ...middle] = parts
  const last = middle.pop()
  if (last === undefined) return text => text === first
  return text => {
    if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false
    const end = text.length - last.length
    let at = first.length
    for (const part of middle) {
      const found = text.indexOf(part, at)
      if (found < 0 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}

/** What stands between the wildcards. */
function partsOf(pattern: string): readonly string[] {
  const parts = ['']
  let afterWildcard = false
  for (let index = 0; index < pattern.length; index++) {
    let character = pattern.charAt(index)
    if (character === '*') {
      if (afterWildcard) throw new Error(`Consecutive wildcard characters at pos ${index - 1}`)
      parts.push('')
      afterWildcard = true
      continue
    }
    afterWildcard = false
    if (character === '\\') {
      character = pattern.charAt(++index)
      if (character !== '*' && character !== '\\') throw new Error(`Invalid escape character at pos ${index - 1}`)
    }
    parts.push((parts.pop() ?? '') + character)
  }
  return parts
}
