/**
 * Which files a deployment takes, by the rules of `aws s3 sync --exclude … --include …`: everything, but what an exclude
 * fits, and again what an include fits. In a pattern `*` stands for anything, slashes too, `?` for one character, `[ab]`
 * and `[!ab]` for one of a set.
 *
 * @see AWS CLI Command Reference "s3", Use of Exclude and Include Filters
 */
export function fileFilter(exclude: readonly string[], include: readonly string[]): (path: string) => boolean {
  const excluded = exclude.map(shellPattern)
  const included = include.map(shellPattern)
  return path => !excluded.some(pattern => pattern.test(path)) || included.some(pattern => pattern.test(path))
}

function shellPattern(pattern: string): RegExp {
  const source = pattern.replace(
    /\[(!?)([^\]]+)\]|[\\^$.*+?()[\]{}|/]/g,
    (found, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\\]^]/g, '\\$&')}]`
      if (found === '*') return '.*'
      return found === '?' ? '.' : `\\${found}`
    },
  )
  return new RegExp(`^${source}$`, 's')
}
