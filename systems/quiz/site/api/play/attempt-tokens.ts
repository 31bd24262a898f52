import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * The tokens that prove whose attempt it is: made from the attempt's id and a secret, so that none is stored. The first
 * secret makes them; those of the others are still good.
 */
export class AttemptTokens {
  readonly #secrets: readonly string[]

  /** @param secrets  at least one */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets
  }

  tokenOf(attemptId: string): string {
    return tag(this.#secrets[0] ?? '', attemptId).toString('base64url')
  }

  isTokenOf(token: string, attemptId: string): boolean {
    const given = Buffer.from(token, 'base64url')
    return this.#secrets.some(secret => {
      const expected = tag(secret, attemptId)
      return given.length === expected.length && timingSafeEqual(given, expected)
    })
  }
}

const tag = (secret: string, attemptId: string): Buffer =>
  createHmac('sha256', secret).update(`attempt ${attemptId}`).digest()
