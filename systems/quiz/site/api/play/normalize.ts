/** Accents as Unicode writes them beside their letters, once they are taken apart. */
const ACCENTS = /[\u0300-\u036f]/g

/**
 * What is compared of a text that a player typed: case, accents, full-width letters, and the number of spaces don't
 * matter. Marks of other scripts, such as the vowels of Hindi, are letters of their own and stay.
 */
export const normalized = (text: string): string =>
  text.normalize('NFKD').replace(ACCENTS, '').toLowerCase().replaceAll('ß', 'ss').replace(/\s+/gu, ' ').trim()
