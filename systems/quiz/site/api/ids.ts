import { LOWER_ALPHANUMERIC, type Random } from '@terrace/kit'

/** 82 bits: nobody guesses one. */
const ID_LENGTH = 16
/** Without letters and digits that are mistaken for one another when they are read aloud: 39 bits. */
const CODE_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const CODE_LENGTH = 8

/** The id of a quiz, a question, an option, a picture or an attempt. */
export const newId = (random: Random): string => random.text(ID_LENGTH, LOWER_ALPHANUMERIC)

/** What players come in with. */
export const newCode = (random: Random): string => random.text(CODE_LENGTH, CODE_ALPHABET)

/** A code as it is stored, however it was typed; undefined for what can't be one. */
export function readCode(text: string): string | undefined {
  const code = text.trim().toLowerCase()
  return code.length === CODE_LENGTH && [...code].every(character => CODE_ALPHABET.includes(character))
    ? code
    : undefined
}
