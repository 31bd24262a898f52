import type { Random } from '@terrace/kit'
import type { GenerateSecretString } from '@terrace/model'

/** Secrets Manager API Reference "GetRandomPassword". */
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'
const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz'

/** What a password is made of. */
export type PasswordRules = Omit<GenerateSecretString, 'template' | 'key'>

/** Why no password fits the rules, in half a sentence. */
export class ImpossibleRules extends Error {}

/** A password by the rules of GetRandomPassword and GenerateSecretString. @throws ImpossibleRules */
export function generatePassword(rules: PasswordRules, random: Random): string {
  const excluded = new Set(rules.excludeCharacters)
  const without = (characters: string) => [...characters].filter(character => !excluded.has(character)).join('')
  const types = [
    rules.excludeLowercase ? [] : [without(LOWERCASE)],
    rules.excludeUppercase ? [] : [without(LOWERCASE.toUpperCase())],
    rules.excludeNumbers ? [] : [without('0123456789')],
    rules.excludePunctuation ? [] : [without(PUNCTUATION)],
    rules.includeSpace ? [without(' ')] : [],
  ].flat()
  const required = rules.requireEachIncludedType ? types : []
  const alphabet = types.join('')
  if (alphabet === '' || required.includes('')) {
    throw new ImpossibleRules('they exclude every character of a type that must be there')
  }
  if (rules.length < required.length) {
    throw new ImpossibleRules(`${rules.length} characters cannot hold ${required.length} types`)
  }
  const characters = required.map(type => random.text(1, type))
  characters.push(...random.text(rules.length - characters.length, alphabet))
  return shuffled(characters, random).join('')
}

/** Every order equally likely (Fisher and Yates). */
function shuffled(items: readonly string[], random: Random): readonly string[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.integer(last + 1)
    const [a = '', b = ''] = [result[last], result[other]]
    result[last] = b
    result[other] = a
  }
  return result
}
