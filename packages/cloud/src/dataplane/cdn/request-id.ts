import type { Random } from '@terrace/kit'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * Makes values of `X-Amz-Cf-Id`: 56 characters, Base64 for URLs. Two characters a draw: it is made for every request.
 */
export function requestIds(random: Random): () => string {
  const pairs = [...ALPHABET].flatMap(first => [...ALPHABET].map(second => first + second))
  return () => {
    let id = ''
    for (let index = 0; index < 27; index++) id += pairs[random.integer(pairs.length)]
    return `${id}==`
  }
}
