/**
 * Whether an invalidation concerns a kept answer: equal paths, case and all; `*` as the last character stands for
 * whatever follows. The query string belongs to the path as far as the cache key has it.
 *
 * @param defaultRootObject  what `/` stands for; empty when nothing
 * @see CloudFront Developer Guide, "What you need to know when invalidating files"
 */
export function invalidationOf(paths: readonly string[], defaultRootObject: string): (path: string) => boolean {
  const exact = new Set<string>()
  const prefixes: string[] = []
  for (const written of paths) {
    const path = written.startsWith('/') ? written : `/${written}`
    if (path.endsWith('*')) prefixes.push(path.slice(0, -1))
    else exact.add(path)
    if (path === '/' && defaultRootObject !== '') exact.add(`/${defaultRootObject}`)
  }
  return path => exact.has(path) || prefixes.some(prefix => path.startsWith(prefix))
}
