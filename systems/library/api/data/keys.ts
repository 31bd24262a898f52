/**
 * What makes two names the same: letters count without their case. Made here and compared byte by byte, so that both
 * databases agree; their own rules differ. At most three times as long as the name.
 */
export const uniqueKey = (name: string): string => name.normalize('NFC').toLowerCase()

/** Characters of a text that can be searched and sorted by. */
const SEARCHABLE = 255

/** What is searched and sorted by: without case and accents, so that `garcia` finds García. */
export const searchKey = (text: string): string =>
  [...text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()].slice(0, SEARCHABLE).join('')

/** A pattern for `like … escape '!'` that finds the text anywhere, whatever characters it has. */
export const containing = (text: string): string => `%${searchKey(text).replace(/[!%_]/g, '!$&')}%`
