/** The lines of a script, those that go on joined, without its comments. */
export const linesOf = (userData: string): readonly string[] =>
  userData
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .filter(line => !/^\s*#(?!!)/.test(line))

/** The variables that a script sets to a literal text. */
export function variablesOf(script: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of script) {
    for (const [, name = '', single, double, bare] of line.matchAll(ASSIGNMENT)) {
      const value = single ?? double ?? bare ?? ''
      if (single !== undefined || !value.includes('$')) found.set(name, value)
    }
  }
  return found
}

const ASSIGNMENT = /(?:^|[\s;])([A-Za-z_]\w*)=(?:'([^']*)'|"([^"`]*)"|([^\s;&|'"`(]+))/g

/** `--name value`, `--name=value`, until the command ends. */
export function optionsOf(text: string): ReadonlyMap<string, string> {
  const words = [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'|&;>]+)+|[|&;>]/g)].map(([word]) => word)
  const end = words.findIndex(word => /^[|&;>]/.test(word))
  const own = end < 0 ? words : words.slice(0, end)
  const options = new Map<string, string>()
  for (const [index, word] of own.entries()) {
    if (!word.startsWith('-')) continue
    const [name = '', ...joined] = word.split('=')
    options.set(name, joined.length > 0 ? joined.join('=') : (own[index + 1] ?? ''))
  }
  return options
}

/** A word without its quotes, with its variables; nothing when one of them is not known. */
export function filledIn(word: string, variables: ReadonlyMap<string, string>): string | undefined {
  let known = true
  const text = word.replace(/['"]/g, '').replace(/\$\{?(\w+)\}?/g, (_, name: string) => {
    const value = variables.get(name)
    if (value === undefined) known = false
    return value ?? ''
  })
  return known && !text.includes('$') ? text : undefined
}
