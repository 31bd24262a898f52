/** `"7"`: the version of an item as an entity tag. */
export const etagOf = (version: number): string => `"${version}"`

/** Which versions a write may meet: any that is there, or one of these. */
export type Expected = 'any' | readonly number[]

/**
 * Reads `If-Match`. Weak tags match nothing (RFC 9110, section 13.1.1), and neither do tags that are no version.
 *
 * @param header  already checked to be `*` or a list of tags
 */
export function expectedVersions(header: string | undefined): Expected {
  if (header === undefined || header.trim() === '*') return 'any'
  return header.split(',').flatMap(tag => {
    const version = /^\s*"([1-9]\d{0,14})"\s*$/.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}

/** Whether `If-None-Match` names this version; here weak tags count as well (RFC 9110, section 13.1.2). */
export function namesVersion(header: string | undefined, version: number): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return header.split(',').some(tag => tag.trim().replace(/^W\//, '') === etagOf(version))
}
